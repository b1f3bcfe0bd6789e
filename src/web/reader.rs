//! A reader: streams one file through [`crate::job::Read`] and hands its entries on in batches, so that its memory does not grow with the
//! file, and what was handed on is safe whatever becomes of the reader.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File};

use super::source::{Opened, Source, open};
use super::{host, timing};
use crate::job::Read;
use crate::protocol::{FileId, FromReader, ToReader};

/// Why fewer bytes came than the file had when it was given: browsers end the stream then as if all had come.
const CUT: &str = "the file is shorter now than when it was given: something changed it meanwhile";

/// What the page hears of a file while it is read.
struct Reports<'a> {
    scope: &'a DedicatedWorkerGlobalScope,
    file: FileId,
    began: f64,
    /// When the last one went out.
    last: Option<f64>,
}

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let own = scope.clone();
    host::serve(scope, &FromReader::Ready, move |ToReader::Read { file, name, size, part }, parts| {
        let scope = own.clone();
        let content = parts.into_iter().next().and_then(|part| part.dyn_into::<File>().ok());
        match content {
            Some(content) => spawn_local(async move {
                let mut reports = Reports { scope: &scope, file, began: timing::now(&scope), last: None };
                let source = match open(&content, part).await {
                    Ok(Opened::Text(source)) => source,
                    Ok(Opened::Members(parts)) => return host::post(&scope, &FromReader::Holds { file, parts }),
                    Err(error) => return host::post(&scope, &FromReader::Failed { file, error }),
                };
                let mut read = Read::new(&name, size);
                if source.is_packed() {
                    read.unpacks_to(source.part().unpacked);
                }
                if let Err(why) = stream(source, &mut read, &mut reports).await {
                    read.interrupted(&why);
                }
                reports.finish(read);
            }),
            None => host::post(&scope, &FromReader::Failed { file, error: format!("{name}: the browser did not hand the file over") }),
        }
    });
}

/// Pushes the text's bytes until its end, or until there is nothing more to learn.
async fn stream(mut source: Source, read: &mut Read, reports: &mut Reports<'_>) -> Result<(), String> {
    while !read.is_over() {
        let Some(chunk) = source.next().await? else { return if read.is_short() { Err(CUT.to_owned()) } else { Ok(()) } };
        // The one copy: from the browser's buffer into the one that is parsed.
        read.push_with(chunk.length() as usize, |buffer| chunk.copy_to(buffer));
        reports.report(read)?;
    }
    source.cancel().await;
    Ok(())
}

impl Reports<'_> {
    /// Hands on what is due, and says how far it is: as soon as there is an entry, and then ten times a second at most.
    fn report(&mut self, read: &mut Read) -> Result<(), String> {
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
            host::post(self.scope, &FromReader::Progress { file: self.file, progress: read.progress(), glimpses: read.glimpses() });
        }
        Ok(())
    }

    /// Hands on what is left.
    fn finish(self, read: Read) {
        let (file, progress) = (self.file, read.progress());
        match read.finish() {
            Ok((batch, stopped)) => {
                self.hand_on(&FromReader::Batch { file, progress }, &batch);
                let effort = timing::effort(self.scope, self.began);
                host::post(self.scope, &FromReader::Done { file, progress, stopped, effort });
            }
            Err(error) => host::post(self.scope, &FromReader::Failed { file, error }),
        }
    }

    fn hand_on(&self, message: &FromReader, batch: &[u8]) {
        host::hand_over(self.scope, message, &[Uint8Array::from(batch).buffer().into()]);
    }
}
