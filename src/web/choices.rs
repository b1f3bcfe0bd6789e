//! The remembered choices in the browser's storage, as one JSON object.

use js_sys::JSON;
use web_sys::Storage;

use crate::state::Choices;

const KEY: &str = "fivetwenty:choices";

/// The choices of the last visit, when there are some that can be read.
pub(crate) fn load() -> Option<Choices> {
    let text = storage()?.get_item(KEY).ok()??;
    serde_wasm_bindgen::from_value(JSON::parse(&text).ok()?).ok()
}

/// Remembers the choices, unless the browser keeps nothing for this page.
pub(crate) fn save(choices: Choices) {
    let text = serde_wasm_bindgen::to_value(&choices).ok().and_then(|value| JSON::stringify(&value).ok());
    if let (Some(storage), Some(text)) = (storage(), text) {
        // A full or forbidden storage costs the person a click at the next visit.
        let _ = storage.set_item(KEY, &String::from(text));
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
