//! Keys that work everywhere on the page.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};
use yew::{hook, use_callback};

use super::listener::use_window_event;
use crate::state::PLACES;
use crate::web::go_to;

/// Listens to `?`, `g` with a place's first letter, and `c`, unless single keys are turned `off`.
#[hook]
pub(crate) fn use_keys(off: bool) {
    let press = use_callback(off, |event: Event, off| {
        thread_local!(static AFTER_G: Cell<bool> = const { Cell::new(false) });
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if *off || event.ctrl_key() || event.meta_key() || event.alt_key() || is_in_field(event) {
            return;
        }
        let key = event.key();
        let after_g = AFTER_G.replace(key == "g");
        match &*key {
            _ if after_g => {
                if let Some(place) = PLACES.iter().find(|place| place.starts_with(&*key)) {
                    event.prevent_default();
                    go_to(place);
                }
            }
            "?" => {
                event.prevent_default();
                show_keys();
            }
            "c" => {
                if let Some(button) = element("copy-report").and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                    event.prevent_default();
                    button.click();
                }
            }
            _ => {}
        }
    });
    use_window_event("keydown", press);
}

/// Opens the list of keys.
pub(crate) fn show_keys() {
    let dialog = element("keys").and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
        // It fails only for a dialog that is no part of the page.
        let _ = dialog.show_modal();
    }
}

/// The key is typed into a field.
pub(crate) fn is_in_field(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog[open]").is_ok_and(|field| field.is_some())
    })
}

fn element(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
