//! How a message travels: `[bytes, File or ArrayBuffer…]`, as on the workers' end.

use crate::labels;
use fivetwenty_model::{MessageError, to_bytes};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// A message for `postMessage`. The generic part is kept small, here and in the callers, since it is compiled once for every type.
pub(super) fn pack(value: &impl Serialize, parts: &[JsValue]) -> Result<Array, MessageError> {
    Ok(wrap(&to_bytes(value)?, parts))
}

fn wrap(bytes: &[u8], parts: &[JsValue]) -> Array {
    let message = Array::of1(&Uint8Array::from(bytes));
    for part in parts {
        message.push(part);
    }
    message
}

/// What came with a message: the value's bytes, and what travelled beside it.
pub(super) fn unwrap(data: JsValue) -> Result<(Vec<u8>, Vec<JsValue>), MessageError> {
    let message: Array = data.dyn_into().map_err(|_| MessageError::NotAList)?;
    let bytes = message.get(0);
    // What a worker in the frame sends is made by the frame, whose classes are others than the page's.
    if !ArrayBuffer::is_view(&bytes) {
        return Err(MessageError::NoBytes);
    }
    Ok((bytes.unchecked_into::<Uint8Array>().to_vec(), message.iter().skip(1).collect()))
}

/// What a thrown value says.
pub(super) fn thrown(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| labels::NO_REASON.to_owned())
}
