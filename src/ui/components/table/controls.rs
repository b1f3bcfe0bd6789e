//! Which rows are shown, and how many that is.

use fivetwenty_model::protocol::Show;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::props::TableProps;
use crate::format;
use crate::state::{Action, Filter};

/// Which rows are shown, and how many that is.
pub(super) fn controls(props: &TableProps) -> Html {
    let choice = |show: Show, label: &'static str, id: &'static str| {
        let (dispatch, text) = (props.dispatch.clone(), props.filter.text.clone());
        let onclick = move |_| dispatch.emit(Action::Filtered(Filter { show, text: text.clone() }));
        html! { <button type="button" class="small" {id} aria-pressed={(props.filter.show == show).to_string()} {onclick}>{ label }</button> }
    };
    let oninput = {
        let (dispatch, show) = (props.dispatch.clone(), props.filter.show);
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.emit(Action::Filtered(Filter { show, text: input.value() }));
        }
    };
    html! {
        <div class="controls">
            <span class="choices" role="group" aria-label="Which requests">
                { choice(Show::All, "All", "show-all") }
                { choice(Show::Differences, "Only differences", "show-differences") }
                { choice(Show::Failing, "Failing", "show-failing") }
            </span>
            <input type="search" id="filter" value={props.filter.text.clone()} {oninput} placeholder="URL, method or status" aria-label="Only requests that contain" />
            <span class="quiet" id="counts" role="status">{ counts(props) }</span>
        </div>
    }
}

fn counts(props: &TableProps) -> String {
    let Some(rows) = &props.rows else { return String::new() };
    let all = format::counted(rows.total, "request", "requests");
    if rows.matching == rows.total { all } else { format!("{} of {all}", format::number(rows.matching)) }
}

pub(super) fn nothing(props: &TableProps) -> &'static str {
    match (&props.rows, props.filter.show) {
        (None, _) => "Pairing the requests…",
        (_, _) if !props.filter.text.is_empty() => "No request has that text in its method, URL or status.",
        (_, Show::Failing) => "No request failed on either side.",
        (_, Show::Differences) => "No request differs between the two sides.",
        (_, Show::All) => "There are no requests in these captures.",
    }
}
