//! The analyst: holds [`crate::session::Session`] and the files, and answers the page.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use fivetwenty_model::part::Part;
use fivetwenty_model::protocol::{FileId, FromAnalyst, RowKey, ToAnalyst};
use fivetwenty_model::to_bytes;
use fivetwenty_redact::Redacted;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File};

use super::source::{Opened, open};
use super::{host, timing};
use crate::error::WorkerError;
use crate::session::Session;

/// An answer; the report's strings are still what the session made of them.
type Answer = FromAnalyst<Redacted<String>>;

#[derive(Default)]
struct Analyst {
    session: Session,
    /// Three at most.
    files: Vec<(FileId, Content)>,
}

/// Where a file's text is: in the file, or in one part of it.
type Content = (File, Option<Part>);

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let posting = scope.clone();
    let analyst = Rc::new(RefCell::new(Analyst::default()));
    host::serve(scope, &Answer::Ready, move |message, parts| {
        let (scope, analyst) = (posting.clone(), analyst.clone());
        match message {
            ToAnalyst::Detail(key) => spawn_local(async move { host::post(&scope, &detail(&analyst, key).await) }),
            ToAnalyst::Plan { case } => {
                if let Err(error) = analyst.borrow().plan(&scope, case) {
                    host::post(&scope, &Answer::Failed(error.to_string()));
                }
            }
            message => {
                let answer = analyst.borrow_mut().answer(&scope, message, &parts);
                if let Some(answer) = answer {
                    host::post(&scope, &answer);
                }
            }
        }
    });
}

impl Analyst {
    fn answer(&mut self, scope: &DedicatedWorkerGlobalScope, message: ToAnalyst, parts: &[JsValue]) -> Option<Answer> {
        match message {
            ToAnalyst::Begin { file, name, size, is_sample, part } => {
                let content = parts.first().and_then(|part| part.dyn_ref::<File>());
                self.files.extend(content.map(|content| (file, (content.clone(), part))));
                self.session.begin(file, &name, size, is_sample);
                return None;
            }
            ToAnalyst::Batch { file } => {
                let batch = parts.first().map(|part| Uint8Array::new(part).to_vec()).unwrap_or_default();
                let error = self.session.add(file, &batch).err()?;
                return Some(self.refused(file, &error));
            }
            ToAnalyst::End { file, broke_off, now } => {
                let began = timing::now(scope);
                if let Err(error) = self.session.end(file, broke_off, now) {
                    return Some(self.refused(file, &error));
                }
                let overview = self.session.overview()?;
                return Some(FromAnalyst::Loaded(file, timing::effort(scope, began), Box::new(overview)));
            }
            ToAnalyst::Text { file, name, passed, now } => {
                let began = timing::now(scope);
                let mut parts = parts.iter().map(|part| Uint8Array::new(part).to_vec());
                let (text, logs) = (parts.next().unwrap_or_default(), parts.next());
                if let Err(error) = self.session.text(file, &name, &String::from_utf8_lossy(&text), passed, logs.as_deref(), now) {
                    return Some(self.refused(file, &error));
                }
                let overview = self.session.overview()?;
                return Some(FromAnalyst::Loaded(file, timing::effort(scope, began), Box::new(overview)));
            }
            ToAnalyst::Unreadable { file, name, problem } => {
                self.session.unreadable(file, &name, &problem);
                return self.session.overview().map(|overview| FromAnalyst::Overview(Box::new(overview)));
            }
            ToAnalyst::Forget { file } => {
                self.files.retain(|(id, _)| *id != file);
                if !self.session.forget(file) {
                    return None;
                }
            }
            ToAnalyst::SwapSides => self.session.swap_sides(),
            ToAnalyst::Site(host) => self.session.choose_site(host),
            ToAnalyst::Trace(trace) => {
                self.session.trace(trace);
                return self.session.overview().map(|overview| FromAnalyst::Overview(Box::new(overview)));
            }
            ToAnalyst::Rows(query) => {
                return Some(FromAnalyst::Rows(self.session.rows(query)));
            }
            ToAnalyst::Find(query, to) => return Some(FromAnalyst::Found(self.session.find(&query, to))),
            ToAnalyst::Csv(query) => return Some(FromAnalyst::Csv(self.session.csv(&query))),
            ToAnalyst::Value { entry, number } => return Some(FromAnalyst::Value(number, self.session.value(entry, number))),
            ToAnalyst::Zone(offset) => {
                self.session.zone(offset);
                return self.session.overview().map(|overview| FromAnalyst::Overview(Box::new(overview)));
            }
            // These need the files: `serve` answers them.
            ToAnalyst::Detail(_) | ToAnalyst::Plan { .. } => return None,
        }
        Some(self.session.overview().map_or(FromAnalyst::Empty, |overview| FromAnalyst::Overview(Box::new(overview))))
    }

    /// What the bundle is made of, with the files beside it.
    fn plan(&self, scope: &DedicatedWorkerGlobalScope, case: u32) -> Result<(), WorkerError> {
        let (plan, ids) = self.session.plan().ok_or(WorkerError::NoCapture)?;
        let contents: Option<Vec<&Content>> =
            ids.iter().map(|id| self.files.iter().find(|(file, _)| file == id).map(|(_, content)| content)).collect();
        let (files, parts): (Vec<JsValue>, Vec<Option<Part>>) =
            contents.ok_or(WorkerError::NoCapture)?.into_iter().map(|(file, part)| (file.into(), part.clone())).unzip();
        let bytes = to_bytes(&plan).map_err(WorkerError::Message)?;
        let mut beside = vec![Uint8Array::from(&*bytes).buffer().into()];
        beside.extend(files);
        host::post_with(scope, &Answer::Plan { case, parts }, &beside);
        Ok(())
    }

    /// What is not taken is not kept.
    fn refused(&mut self, file: FileId, error: &WorkerError) -> Answer {
        self.files.retain(|(id, _)| *id != file);
        FromAnalyst::Refused(file, error.to_string())
    }
}

/// A row in full, its entries read again from the files. The analyst answers other messages while the browser reads.
async fn detail(analyst: &RefCell<Analyst>, key: RowKey) -> Answer {
    let [proxied, direct] = analyst.borrow().session.detail_ranges(key).map(|range| {
        let (file, range) = range?;
        Some((analyst.borrow().files.iter().find(|(id, _)| *id == file)?.1.clone(), range))
    });
    let bytes = [slice(proxied).await, slice(direct).await];
    match analyst.borrow().session.detail(key, bytes) {
        Ok(detail) => FromAnalyst::Detail(Box::new(detail)),
        Err(error) => FromAnalyst::Failed(error.to_string()),
    }
}

/// A file that changed or went away since gives nothing: the row is then shown from what was kept.
async fn slice(wanted: Option<(Content, Range<u64>)>) -> Option<Vec<u8>> {
    let ((file, part), range) = wanted?;
    match open(&file, part).await.ok()? {
        Opened::Text(source) => source.range(range).await.ok(),
        Opened::Members(_) => None,
    }
}
