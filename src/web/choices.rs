//! The remembered choices in the browser's storage: the bytes of a message, a character for each. Reading JSON would take five kilobytes of
//! the first load, most of them to say what is wrong with a number.

use fivetwenty_model::{from_bytes, to_bytes};
use web_sys::Storage;

use crate::state::Choices;

const KEY: &str = "fivetwenty:choices";

/// The choices of the last visit, when there are some that can be read.
pub(crate) fn load() -> Option<Choices> {
    let text = storage()?.get_item(KEY).ok()??;
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    from_bytes(&bytes?).ok()
}

/// Remembers the choices, unless the browser keeps nothing for this page.
pub(crate) fn save(choices: Choices) {
    if let (Some(storage), Ok(bytes)) = (storage(), to_bytes(&choices)) {
        // A full or forbidden storage costs the person a click at the next visit.
        let _ = storage.set_item(KEY, &bytes.into_iter().map(char::from).collect::<String>());
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
