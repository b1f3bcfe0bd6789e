//! A worker's own end: the messages that it gets and posts.

use fivetwenty_model::{MessageError, from_bytes, to_bytes};
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::error::WorkerError;

/// Calls `on_message` with every message, and posts `ready` once it listens: what the page posts earlier would be lost.
pub(super) fn serve<To: DeserializeOwned + 'static>(
    scope: &DedicatedWorkerGlobalScope,
    ready: &impl Serialize,
    mut on_message: impl FnMut(To, Vec<JsValue>) + 'static,
) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = unwrap(event.data()).and_then(|(bytes, parts)| Ok((from_bytes(&bytes)?, parts)));
        match message {
            Ok((message, parts)) => on_message(message, parts),
            // The page sees it as the worker's error event.
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    listener.forget();
    post(scope, ready);
}

/// Posts a message to the page.
pub(super) fn post(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize) {
    post_packed(scope, pack(message, &[]), &Array::new());
}

/// Posts a message to the page, with files beside it.
pub(super) fn post_with(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize, files: &[JsValue]) {
    post_packed(scope, pack(message, files), &Array::new());
}

/// Posts a message to the page and transfers buffers to it, without a copy.
pub(super) fn transfer(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize, buffers: &[JsValue]) {
    post_packed(scope, pack(message, buffers), &buffers.iter().collect());
}

fn post_packed(scope: &DedicatedWorkerGlobalScope, message: Result<Array, MessageError>, buffers: &Array) {
    let posted = message
        .map_err(|error| JsValue::from_str(&error.to_string()))
        .and_then(|message| scope.post_message_with_transfer(&message, buffers));
    if let Err(error) = posted {
        wasm_bindgen::throw_val(error);
    }
}

/// A message for the page: the value's bytes, and what travels beside them.
fn pack(value: &impl Serialize, parts: &[JsValue]) -> Result<Array, MessageError> {
    let message = Array::of1(&Uint8Array::from(&*to_bytes(value)?));
    for part in parts {
        message.push(part);
    }
    Ok(message)
}

/// What came with a message of the page: the value's bytes, and what travelled beside them.
fn unwrap(data: JsValue) -> Result<(Vec<u8>, Vec<JsValue>), MessageError> {
    let message: Array = data.dyn_into().map_err(|_| MessageError::NotAList)?;
    let bytes: Uint8Array = message.get(0).dyn_into().map_err(|_| MessageError::NoBytes)?;
    Ok((bytes.to_vec(), message.iter().skip(1).collect()))
}

/// The browser refused.
pub(super) fn refused(error: &JsValue) -> WorkerError {
    WorkerError::Browser(thrown(error).into())
}

/// What a thrown value says.
pub(super) fn thrown(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}
