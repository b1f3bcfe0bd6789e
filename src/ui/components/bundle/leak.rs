//! A value that was replaced still stands in a file: no bundle is offered.

use fivetwenty_model::protocol::LeakView;
use fivetwenty_redact::What;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::review::{group_id, row_id, value};
use crate::state::Bundle;
use crate::ui::components::side::machine;
use crate::web::WorkerClient;
use crate::{format, labels};

/// Where the value still stands, and what to do about it.
pub(super) fn leak_found(leak: &LeakView, bundle: &Bundle, client: &WorkerClient) -> Html {
    let LeakView { file, offset, kind, encoding, number, replaced, .. } = leak;
    let number = *number;
    // A value may have come under several names: only of the first one it is known where.
    let row = replaced.iter().position(|row| row.first == number);
    let goal = row.map_or_else(|| group_id(kind.group()), row_id);
    let go = move |_: MouseEvent| lead_to(&goal);
    let replace = {
        let client = client.clone();
        move |_: MouseEvent| client.replace_everywhere(number)
    };
    let asked = bundle.revealed.iter().find(|(known, _)| *known == number).and_then(|(_, value)| value.as_ref());
    // What was asked for already did not help.
    let is_tried = |value: &String| bundle.policy.add.iter().any(|rule| rule.what == What::Text && rule.name == *value);
    html! {
        <div role="alert" id="still-there">
            <p class="failure">
                { "Nothing is offered: a value that was replaced (" }{ labels::kind(*kind) }{ ") still stands in " }{ machine(file) }
                { ", " }{ encoding }{ ", up to byte " }{ format::number(*offset) }{ "." }
            </p>
            if number > 0 {
                <p>{ "The value: " }{ value(number, bundle, client) }</p>
            }
            <p class="actions">
                if number > 0 && !asked.is_some_and(is_tried) {
                    <button type="button" class="primary" id="replace-everywhere" onclick={replace}>{ "Replace it everywhere" }</button>
                }
                if replaced.iter().any(|row| row.kind.group() == kind.group()) {
                    <button type="button" id="where-replaced" onclick={go}>{ "Where it was replaced" }</button>
                }
                <span class="quiet">{ "What you replace everywhere becomes one of your choices, and is shown among them." }</span>
            </p>
        </div>
    }
}

/// Opens what is folded around an element, and goes there.
fn lead_to(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(goal) = document.and_then(|document| document.get_element_by_id(id)) else { return };
    if let Ok(Some(folded)) = goal.closest("details") {
        // An attribute without a value cannot be refused.
        let _ = folded.set_attribute("open", "");
    }
    goal.scroll_into_view();
    if let Some(goal) = goal.dyn_ref::<HtmlElement>() {
        let _ = goal.focus();
    }
}
