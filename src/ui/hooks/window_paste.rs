//! What is pasted anywhere on the page is read, unless it is pasted into a field.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, Event, File};
use yew::{Callback, hook, use_callback};

use super::listener::use_window_event;
use crate::state::Offer;
use crate::web::files;

/// Hands on what is pasted.
#[hook]
pub(crate) fn use_window_paste(take: Callback<Vec<(Offer, File)>>) {
    let paste = use_callback(take, |event: Event, take| {
        let into_field = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| target.closest("input, textarea, [contenteditable]").is_ok_and(|field| field.is_some()));
        let data = event.dyn_ref::<ClipboardEvent>().filter(|_| !into_field).and_then(ClipboardEvent::clipboard_data);
        let offers = data.map(|data| files::given(&data)).unwrap_or_default();
        if !offers.is_empty() {
            event.prevent_default();
            take.emit(offers);
        }
    });
    use_window_event("paste", paste);
}
