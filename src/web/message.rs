//! How a message travels: `[bytes, File or ArrayBuffer…]`. The same on both ends.
//!
//! The bytes are the serde value in postcard's form, like the captures themselves: it keeps every digit of a 64-bit number, and needs
//! a fraction of the code that making browser objects does.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// A message for `postMessage`. What is generic, here and where this is called, does little more than to name the type: it is there
/// once for every type.
pub(super) fn pack(value: &impl Serialize, parts: &[JsValue]) -> Result<Array, String> {
    let bytes = postcard::to_allocvec(value).map_err(|error| error.to_string())?;
    Ok(wrap(&bytes, parts))
}

fn wrap(bytes: &[u8], parts: &[JsValue]) -> Array {
    let message = Array::of1(&Uint8Array::from(bytes));
    for part in parts {
        message.push(part);
    }
    message
}

/// What came with a message: the value's bytes, and what travelled beside it.
pub(super) fn unwrap(data: JsValue) -> Result<(Vec<u8>, Vec<JsValue>), String> {
    let message: Array = data.dyn_into().map_err(|_| "a message is not a list".to_owned())?;
    let bytes: Uint8Array = message.get(0).dyn_into().map_err(|_| "a message has no bytes".to_owned())?;
    Ok((bytes.to_vec(), message.iter().skip(1).collect()))
}

/// The value of these bytes.
pub(super) fn value<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}

/// What a thrown value says.
pub(super) fn thrown(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}
