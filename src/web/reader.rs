//! A reader: streams one file through [`crate::job::Read`] and hands the capture on.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, ReadableStreamDefaultReader};

use super::host;
use super::message::thrown;
use super::timing;
use crate::job::Read;
use crate::protocol::{FileId, FromReader, ToReader};

/// Between two reports of progress.
const REPORT_EVERY_MS: f64 = 100.0;

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let own = scope.clone();
    host::serve(scope, &FromReader::Ready, move |ToReader::Read { file, name, size }, parts| {
        let scope = own.clone();
        let content = parts.into_iter().next().and_then(|part| part.dyn_into::<File>().ok());
        match content {
            Some(content) => spawn_local(async move {
                let mut read = Read::new(&name, size);
                let began = timing::now(&scope);
                if let Err(why) = stream(&scope, file, &content, &mut read).await {
                    read.interrupted(&why);
                }
                finish(&scope, file, read, began);
            }),
            None => host::post(&scope, &FromReader::Failed { file, error: format!("{name}: the browser did not hand the file over") }),
        }
    });
}

/// Pushes the file's bytes until its end, or until there is nothing more to learn.
async fn stream(scope: &DedicatedWorkerGlobalScope, file: FileId, content: &File, read: &mut Read) -> Result<(), String> {
    let chunks: ReadableStreamDefaultReader = content.stream().get_reader().unchecked_into();
    let mut reported = super::now_ms();
    while !read.is_over() {
        let Some(chunk) = next(&chunks).await.map_err(|error| format!("the browser stopped delivering the file ({})", thrown(&error)))?
        else {
            return Ok(());
        };
        // The one copy: from the browser's buffer into the one that is parsed.
        read.push_with(chunk.length() as usize, |buffer| chunk.copy_to(buffer));
        let now = super::now_ms();
        if now - reported >= REPORT_EVERY_MS {
            reported = now;
            host::post(scope, &FromReader::Progress { file, progress: read.progress() });
        }
    }
    // Nobody waits for the rest, so it does not matter how the cancellation ends.
    let _ = JsFuture::from(chunks.cancel()).await;
    Ok(())
}

/// The next chunk of a stream, or `None` at the end.
pub(super) async fn next(chunks: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let step = JsFuture::from(chunks.read()).await?;
    if Reflect::get(&step, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Reflect::get(&step, &"value".into())?.dyn_into().map(Some)
}

fn finish(scope: &DedicatedWorkerGlobalScope, file: FileId, read: Read, began: f64) {
    let progress = read.progress();
    match read.finish() {
        Ok(capture) => {
            let buffer = Uint8Array::from(capture.as_slice()).buffer();
            host::hand_over(scope, &FromReader::Done { file, progress, effort: timing::effort(scope, began) }, buffer.into());
        }
        Err(error) => host::post(scope, &FromReader::Failed { file, error }),
    }
}
