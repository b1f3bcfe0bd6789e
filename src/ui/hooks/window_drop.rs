//! The whole window takes a drop.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, File};
use yew::{Callback, hook, use_effect_with, use_state_eq};

use super::listener::Listener;
use crate::state::Offer;
use crate::web::files;

/// Hands on what is dropped anywhere; says whether files hang over the window just now.
#[hook]
pub(crate) fn use_window_drop(take: Callback<Vec<(Offer, File)>>) -> bool {
    let hovering = use_state_eq(|| false);
    let set = hovering.setter();
    use_effect_with(take, move |take| {
        let (take, over, left) = (take.clone(), set.clone(), set.clone());
        let listeners = [
            // Without this the browser would leave the page and open the file instead.
            Listener::on_window("dragover", move |event: Event| {
                if carries_files(&event) {
                    event.prevent_default();
                    over.set(true);
                }
            }),
            Listener::on_window("dragleave", move |event: Event| {
                // Nothing is entered when the pointer leaves the window itself.
                if event.unchecked_ref::<DragEvent>().related_target().is_none() {
                    left.set(false);
                }
            }),
            Listener::on_window("drop", move |event: Event| {
                set.set(false);
                if let Some(data) = event.unchecked_ref::<DragEvent>().data_transfer() {
                    let offers = files::given(&data);
                    if !offers.is_empty() {
                        event.prevent_default();
                        take.emit(offers);
                    }
                }
            }),
        ];
        move || drop(listeners)
    });
    *hovering
}

fn carries_files(event: &Event) -> bool {
    event
        .unchecked_ref::<DragEvent>()
        .data_transfer()
        .is_some_and(|data| data.types().iter().any(|kind| matches!(kind.as_string().as_deref(), Some("Files" | "text/plain"))))
}
