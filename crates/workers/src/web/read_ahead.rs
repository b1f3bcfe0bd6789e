//! A stream's bytes, asked for before they are wanted: the browser fetches the next chunk while the one at hand is parsed.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// Bytes that are asked for at once where the browser fills a buffer of ours.
const ASKED: u32 = 512 * 1024;

/// Reads a stream one chunk ahead.
pub(super) struct ReadAhead {
    reader: Reader,
    coming: Promise,
    /// The chunk that was given last.
    given: Option<Uint8Array>,
}

enum Reader {
    /// It fills a buffer of ours. Two take turns, so that the browser need not find memory for every chunk.
    Filling(ReadableStreamByobReader),
    /// Where a file's stream cannot do that.
    Giving(ReadableStreamDefaultReader),
}

impl ReadAhead {
    pub(super) fn new(stream: &ReadableStream) -> Self {
        let reader = match ReadableStreamByobReader::new(stream) {
            Ok(reader) => Reader::Filling(reader),
            Err(_) => Reader::Giving(stream.get_reader().unchecked_into()),
        };
        let coming = reader.read(None);
        Self { reader, coming, given: None }
    }

    /// The next chunk, or `None` at the end. It is to be copied before the next call, which gives its memory to the browser.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let chunk = arrived(self.coming.clone()).await?;
        if let Some(chunk) = &chunk {
            let used = self.given.replace(chunk.clone());
            self.coming = self.reader.read(used);
        }
        Ok(chunk)
    }

    /// Drops the rest, without waiting for the end of the cancellation.
    pub(super) async fn cancel(self) {
        let cancelled = match &self.reader {
            Reader::Filling(reader) => reader.cancel(),
            Reader::Giving(reader) => reader.cancel(),
        };
        let _ = JsFuture::from(cancelled).await;
    }
}

impl Reader {
    fn read(&self, used: Option<Uint8Array>) -> Promise {
        match self {
            Self::Filling(reader) => {
                let buffer = used.map_or_else(|| Uint8Array::new_with_length(ASKED), |used| Uint8Array::new(&used.buffer()));
                reader.read_with_array_buffer_view(&buffer)
            }
            Self::Giving(reader) => reader.read(),
        }
    }
}

/// The chunk that was asked for, or `None` at the end.
pub(super) async fn arrived(coming: Promise) -> Result<Option<Uint8Array>, JsValue> {
    given(&JsFuture::from(coming).await?)
}

/// What a stream's reader gave.
pub(super) fn given(step: &JsValue) -> Result<Option<Uint8Array>, JsValue> {
    if Reflect::get(step, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Reflect::get(step, &"value".into())?.dyn_into().map(Some)
}
