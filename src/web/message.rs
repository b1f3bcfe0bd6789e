//! How a message travels: `[serde value, File or ArrayBuffer…]`. The same on both ends.

use js_sys::Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// A message for `postMessage`.
///
/// Whole numbers of 64 bits go as `BigInt`, so that none loses digits.
pub(super) fn pack(value: &impl Serialize, parts: &[JsValue]) -> Result<Array, String> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let value = value.serialize(&serializer).map_err(|error| error.to_string())?;
    let message = Array::of1(&value);
    for part in parts {
        message.push(part);
    }
    Ok(message)
}

/// What came with a message: the value, and what travelled beside it.
pub(super) fn unpack<T: DeserializeOwned>(data: JsValue) -> Result<(T, Vec<JsValue>), String> {
    let message: Array = data.dyn_into().map_err(|_| "a message is not a list".to_owned())?;
    let value = serde_wasm_bindgen::from_value(message.get(0)).map_err(|error| error.to_string())?;
    Ok((value, message.iter().skip(1).collect()))
}

/// What a thrown value says.
pub(super) fn thrown(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}
