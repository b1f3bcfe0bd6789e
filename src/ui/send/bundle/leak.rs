//! A value that was replaced still stands in a file: no bundle is offered.

use fivetwenty_model::protocol::LeakView;
use fivetwenty_redact::{Kind, What};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::review::{group_id, row_id, value};
use crate::state::Bundle;
use crate::ui::parts::button::button;
use crate::ui::parts::side::machine;
use crate::web::WorkerClient;
use crate::{format, labels};

/// Where the value still stands, and what to do about it.
pub(super) fn leak_found(leak: &LeakView, bundle: &Bundle, client: &WorkerClient) -> Html {
    let LeakView { file, offset, entry, path, kind, encoding, number, replaced } = leak;
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
    let is_named = |value: &String| bundle.policy.add.iter().any(|rule| rule.what == What::Text && rule.name == *value);
    let is_tried = *kind == Kind::Text || asked.is_some_and(is_named);
    html! {
        <div role="alert" id="still-there">
            <p class="failure">
                { labels::BLOCKED }{ labels::kind(*kind) }{ labels::IS_STILL_IN }{ machine(file) }
                if let Some(entry) = entry {
                    { labels::COMMA_ENTRY }{ format::number(u64::from(*entry)) }
                }
                if let Some(path) = path {
                    { ", " }{ machine(path) }
                }
                { labels::COMMA_BYTE }{ format::number(*offset) }{ ", " }{ encoding }{ "." }
            </p>
            if number > 0 {
                <p>{ labels::VALUE }{ value(number, bundle, client) }</p>
            }
            <p class="actions">
                if number > 0 && !is_tried {
                    { button("", "replace-everywhere", labels::REDACT_EVERYWHERE, replace) }
                }
                if replaced.iter().any(|row| row.kind.group() == kind.group()) {
                    { button("", "where-replaced", labels::SHOW_WHERE_REDACTED, go) }
                }
                if is_tried {
                    <span class="quiet">{ labels::LEAK_BY_CHOICE }</span>
                } else {
                    <span class="quiet">{ labels::LEAK_NEXT }</span>
                }
            </p>
        </div>
    }
}

/// Opens what is folded around an element, and goes there.
fn lead_to(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(goal) = document.and_then(|document| document.get_element_by_id(id)) else { return };
    let mut around = goal.closest("details").ok().flatten();
    while let Some(folded) = around {
        // An attribute without a value cannot be refused.
        let _ = folded.set_attribute("open", "");
        around = folded.parent_element().and_then(|parent| parent.closest("details").ok().flatten());
    }
    goal.scroll_into_view();
    if let Some(goal) = goal.dyn_ref::<HtmlElement>() {
        let _ = goal.focus();
    }
}
