//! A reader: streams one file through [`FileReader`] and hands the entries of a capture on in batches, so that its memory does not grow with
//! the file, and what was handed on is safe whatever becomes of the reader. Records of logs are only counted, and handed on at their end.

use fivetwenty_inputs::{CaptureReader, Found, InputError, TextReader};
use fivetwenty_logs::ReadLogs;
use fivetwenty_model::part::Part;
use fivetwenty_model::passed::{PassedOver, Sought};
use fivetwenty_model::protocol::{FileId, FromReader, Progress, ToReader};
use fivetwenty_model::to_bytes;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File};

use super::source::{Opened, open, read_file, read_text};
use super::{host, timing};
use crate::error::WorkerError;
use crate::reading::{FileReader, Finished};

/// The reports to the page while a file is read.
struct Reports<'a> {
    scope: &'a DedicatedWorkerGlobalScope,
    file: FileId,
    began: f64,
    /// When the last one went out.
    last: Option<f64>,
}

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let posting = scope.clone();
    host::serve(scope, &FromReader::Ready, move |ToReader::Read { file, name, size, part, sought }, parts| {
        let scope = posting.clone();
        let content = parts.into_iter().next().and_then(|part| part.dyn_into::<File>().ok());
        match content {
            Some(content) => spawn_local(async move {
                let mut reports = Reports { scope: &scope, file, began: timing::now(&scope), last: None };
                let source = match open(&content, part.clone()).await {
                    Ok(Opened::Text(source)) => source,
                    Ok(Opened::Members(parts)) => return host::post(&scope, &FromReader::Archive { file, parts }),
                    Err(error @ InputError::Unexpected(Found::Unsupported(_))) => {
                        return host::post(&scope, &FromReader::Failed { file, error: error.to_string() });
                    }
                    Err(error) => return as_text(&mut reports, &content, part, sought, error.into()).await,
                };
                let read = FileReader::new(&name, size, Some(&sought));
                let read = read_file(source, read, &mut |read, _| {
                    match read.capture() {
                        Some(capture) => reports.report(capture)?,
                        None => reports.of_text(read.progress()),
                    }
                    Ok(())
                })
                .await;
                match read {
                    Finished::Logs(read, progress, stopped) => reports.logs(*read, progress, stopped),
                    Finished::Capture(read) => {
                        if let Err(error) = reports.finish(*read) {
                            as_text(&mut reports, &content, part, sought, error.into()).await;
                        }
                    }
                }
            }),
            None => host::post(&scope, &FromReader::Failed { file, error: format!("{name}: {}", WorkerError::NoFile) }),
        }
    });
}

/// Hands a file on as a text when neither logs nor a capture could be read from it; when it is no text either, what was wrong with the
/// capture is said.
async fn as_text(reports: &mut Reports<'_>, content: &File, part: Option<Part>, sought: Sought, error: WorkerError) {
    let (scope, file) = (reports.scope, reports.file);
    let name = part.as_ref().map_or_else(|| content.name(), |part| part.name.clone());
    let (mut read, mut progress) = (TextReader::seeking(sought), Progress::default());
    // What broke off is read as far as it came.
    let _ = read_text(content, part, &mut read, &mut |bytes, of| {
        progress = Progress { bytes, of, ..progress };
        reports.of_text(progress);
    })
    .await;
    match read.finish(&name) {
        Some((text, passed)) => reports.text(&text, passed, progress, None, &[]),
        None => host::post(scope, &FromReader::Failed { file, error: error.to_string() }),
    }
}

impl Reports<'_> {
    /// Hands on what was read of logs.
    fn logs(&self, read: ReadLogs, progress: Progress, stopped: Option<String>) {
        match to_bytes(&read.aggregate) {
            Ok(aggregate) => self.text(&read.kept, read.passed, progress, stopped, &[&aggregate]),
            Err(error) => host::post(self.scope, &FromReader::Failed { file: self.file, error: error.to_string() }),
        }
    }

    /// Hands on what was kept of a text, and what else belongs to it.
    fn text(&self, text: &str, passed: PassedOver, progress: Progress, stopped: Option<String>, beside: &[&[u8]]) {
        let effort = timing::effort(self.scope, self.began);
        let buffers: Vec<JsValue> = [text.as_bytes()].iter().chain(beside).map(|bytes| Uint8Array::from(*bytes).buffer().into()).collect();
        host::transfer(self.scope, &FromReader::Text { file: self.file, passed, progress, stopped, effort }, &buffers);
    }

    /// Says how far a text is, ten times a second at most.
    fn of_text(&mut self, progress: Progress) {
        let now = timing::now(self.scope);
        if now - self.last.unwrap_or(self.began) >= timing::REPORT_EVERY_MS {
            self.last = Some(now);
            host::post(self.scope, &FromReader::Progress { file: self.file, progress, previews: Vec::new() });
        }
    }

    /// Hands on what is due, and says how far it is: as soon as there is an entry, and then ten times a second at most.
    fn report(&mut self, read: &mut CaptureReader) -> Result<(), InputError> {
        let now = timing::now(self.scope);
        let is_due = match self.last {
            Some(last) => now - last >= timing::REPORT_EVERY_MS,
            None => read.progress().entries > 0 || now - self.began >= timing::REPORT_EVERY_MS,
        };
        if is_due || read.is_full() {
            let progress = read.progress();
            if let Some(batch) = read.batch()? {
                self.hand_on(&FromReader::Batch { file: self.file, progress }, &batch);
            }
        }
        if is_due {
            self.last = Some(now);
            host::post(self.scope, &FromReader::Progress { file: self.file, progress: read.progress(), previews: read.previews() });
        }
        Ok(())
    }

    /// Hands on what is left.
    ///
    /// # Errors
    /// When nothing could be read.
    fn finish(&self, read: CaptureReader) -> Result<(), InputError> {
        let (file, progress) = (self.file, read.progress());
        let (batch, stopped) = read.finish()?;
        self.hand_on(&FromReader::Batch { file, progress }, &batch);
        let effort = timing::effort(self.scope, self.began);
        host::post(self.scope, &FromReader::Done { file, progress, stopped, effort });
        Ok(())
    }

    fn hand_on(&self, message: &FromReader, batch: &[u8]) {
        host::transfer(self.scope, message, &[Uint8Array::from(batch).buffer().into()]);
    }
}
