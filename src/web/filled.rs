//! What was typed into the texts, kept for this tab alone: it is there after a reload, and goes with the tab or a new start.

use fivetwenty_model::letter::{Field, Taken};
use web_sys::Storage;

use crate::state::Filled;

const FIELD: &str = "fivetwenty:letter:";
const TAKEN: &str = "fivetwenty:taken";

/// What was typed before.
pub(crate) fn load() -> Filled {
    let Some(storage) = storage() else { return Filled::default() };
    let item = |key: &str| storage.get_item(key).ok().flatten();
    let fields = Field::ALL.iter().filter_map(|field| Some((*field, item(&key(*field))?))).collect();
    let taken = item(TAKEN).unwrap_or_default();
    let taken = taken.lines().filter_map(|line| line.split_once('\t'));
    let taken = taken.map(|(plain, markdown)| Taken { plain: plain.to_owned(), markdown: markdown.to_owned() });
    Filled::new(fields, taken.collect())
}

/// Keeps what was typed. Values of a URL may be secrets, and are not kept.
pub(crate) fn save(filled: &Filled) {
    let Some(storage) = storage() else { return };
    for field in Field::ALL {
        put(&storage, &key(*field), filled.field(*field));
    }
    let taken: Vec<String> = filled.taken.iter().map(|step| [&*step.plain, "\t", &step.markdown].concat()).collect();
    put(&storage, TAKEN, &taken.join("\n"));
}

/// A full or forbidden storage costs the person their text at a reload.
fn put(storage: &Storage, key: &str, text: &str) {
    let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
}

fn key(field: Field) -> String {
    [FIELD, field.label()].concat()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
