//! Where the keyboard is: at a new verdict, and never nowhere.

use std::cell::Cell;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, FocusOptions, HtmlElement, KeyboardEvent};
use yew::{hook, use_callback, use_effect, use_effect_with};

use super::listener::use_window_event;
use crate::state::State;

/// Fields whose content is read at once: whoever pasted there waits for the verdict.
const READ_AT_ONCE: &str = "#answer, #paste";

/// Moves the focus to the headline when there is another verdict, unless the person types; and to the page's content when what had it is
/// gone.
#[hook]
pub(crate) fn use_focus(state: &State) {
    let verdict = state.overview().map(|overview| overview.report.verdict.headline.clone());
    use_effect_with(verdict, |verdict| {
        let Some(document) = document().filter(|_| verdict.is_some()) else { return };
        let is = |element: &Element, selector| element.matches(selector).unwrap_or(false);
        let types =
            document.active_element().is_some_and(|active| is(&active, "input:not([type=file]), textarea") && !is(&active, READ_AT_ONCE));
        if !types {
            focus(&document, "headline", false);
        }
    });
    let notice = use_callback((), |_: Event, ()| HAD_FOCUS.set(true));
    use_window_event("focusin", notice);
    use_effect(|| {
        if HAD_FOCUS.get() && is_nowhere() {
            // On its way from one control to the next the focus is nowhere either.
            Timeout::new(0, keep).forget();
        }
    });
}

fn is_nowhere() -> bool {
    document().is_some_and(|document| document.active_element().is_none_or(|active| active.tag_name() == "BODY"))
}

fn keep() {
    if is_nowhere()
        && let Some(document) = document().filter(|_| HAD_FOCUS.replace(false))
    {
        focus(&document, "main", true);
    }
}

thread_local!(static HAD_FOCUS: Cell<bool> = const { Cell::new(false) });

/// Closes the menus that a click or Escape leaves; the keyboard goes back to what opened them.
#[hook]
pub(crate) fn use_menus() {
    let leave = use_callback((), |event: Event, ()| close(event.target().and_then(|target| target.dyn_into().ok()).as_ref()));
    use_window_event("pointerdown", leave);
    let escape = use_callback((), |event: Event, ()| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            close(None);
        }
    });
    use_window_event("keydown", escape);
}

/// Closes the menus that are open, but for the one that holds this.
fn close(kept: Option<&Element>) {
    let Some(menus) = document().and_then(|document| document.query_selector_all("details.menu[open]").ok()) else { return };
    for menu in (0..menus.length()).filter_map(|at| menus.get(at)?.dyn_into::<Element>().ok()) {
        if kept.is_some_and(|kept| menu.contains(Some(kept))) {
            continue;
        }
        let had_focus = menu.contains(document().and_then(|document| document.active_element()).as_deref());
        // An attribute can always be removed.
        let _ = menu.remove_attribute("open");
        if let Some(summary) = menu.first_element_child().and_then(|summary| summary.dyn_into::<HtmlElement>().ok()).filter(|_| had_focus) {
            let _ = summary.focus();
        }
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn focus(document: &Document, id: &str, stays: bool) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(stays);
    if let Some(element) = document.get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // What cannot take the keyboard stays readable.
        let _ = element.focus_with_options(&options);
    }
}
