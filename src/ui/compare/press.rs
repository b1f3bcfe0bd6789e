//! The keys of the comparison.

use fivetwenty_model::protocol::Goto;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};
use yew::prelude::*;

use super::effects::{document, focus};
use super::props::TableProps;
use crate::ui::hooks::{is_in_field, use_window_event};

/// Listens to `j` and `k` (and the arrows on a row) for the next and the previous row, `n` and `p` for the next and the previous
/// difference, Enter into the pane, Escape back to the row, and `/` to the filter.
#[hook]
pub(super) fn use_presses(props: &TableProps) {
    // The first row opens a moment after the table is there.
    let first = || props.rows.as_ref().and_then(|rows| rows.rows.first()).map(|row| row.key);
    let from = props.open.as_ref().map(|open| open.key).or_else(first);
    let press = use_callback(
        (from, props.filter.clone(), props.client.clone(), props.without_keys),
        |event: Event, (from, filter, client, off)| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|event| !event.ctrl_key() && !event.meta_key() && !event.alt_key())
            else {
                return;
            };
            let key = event.key();
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let within = |selector: &str| target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()));
            let go = |selector: &str| {
                if let Some(element) = document().and_then(|document| document.query_selector(selector).ok().flatten()) {
                    event.prevent_default();
                    focus(&element);
                }
            };
            if key == "Escape" && within("#pane, #filter") {
                let selector = "#rows a[tabindex='0']";
                return go(selector);
            }
            let on_row = within("#rows");
            if key == "Enter" && within("#rows .on") {
                let selector = "#pane h3";
                return go(selector);
            }
            if is_in_field(event) || *off && !on_row {
                return;
            }
            let to = from.and_then(|from| match &*key {
                "ArrowDown" if on_row => Some(Goto::Next { from, differing: false }),
                "ArrowUp" if on_row => Some(Goto::Previous { from, differing: false }),
                "j" if !off => Some(Goto::Next { from, differing: false }),
                "k" if !off => Some(Goto::Previous { from, differing: false }),
                "n" if !off => Some(Goto::Next { from, differing: true }),
                "p" if !off => Some(Goto::Previous { from, differing: true }),
                _ => None,
            });
            match to {
                Some(to) => {
                    event.prevent_default();
                    client.find(filter.query(0, 0), to);
                }
                None if key == "/" && !off => go("#filter"),
                None => {}
            }
        },
    );
    use_window_event("keydown", press);
}
