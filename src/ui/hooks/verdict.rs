//! The keyboard goes to a new verdict, which is announced thereby.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{hook, use_effect_with};

use crate::state::State;

/// Moves the focus to the headline when there is a verdict where there was none, or another one, unless the person types.
#[hook]
pub(crate) fn use_verdict_focus(state: &State) {
    let verdict = state.overview().map(|overview| overview.report.verdict.headline.clone());
    use_effect_with(verdict, |verdict| {
        let document = web_sys::window().and_then(|window| window.document()).filter(|_| verdict.is_some());
        let Some(document) = document else { return };
        let types = document.active_element().is_some_and(|active| {
            active.matches("input:not([type=file]), textarea").unwrap_or(false) && active.id() != "answer" && active.id() != "paste"
        });
        let headline = document.get_element_by_id("headline").and_then(|headline| headline.dyn_into::<HtmlElement>().ok());
        if let Some(headline) = headline.filter(|_| !types) {
            // What cannot take the keyboard stays readable.
            let _ = headline.focus();
        }
    });
}
