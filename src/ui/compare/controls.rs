//! Which rows are shown, and how many that is.

use fivetwenty_model::protocol::Show;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::props::TableProps;
use crate::state::{Action, Filter};
use crate::{format, labels};

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
            <span class="choices" role="group" aria-label={labels::WHICH_REQUESTS}>
                { choice(Show::All, labels::ALL, "show-all") }
                { choice(Show::Differences, labels::ONLY_DIFFERENCES, "show-differences") }
                { choice(Show::Failing, labels::FAILING, "show-failing") }
            </span>
            <input type="search" id="filter" value={props.filter.text.clone()} {oninput} placeholder={labels::FILTER_HINT} aria-label={labels::FILTER} />
            <span class="quiet" id="counts" role="status">{ counts(props) }</span>
        </div>
    }
}

fn counts(props: &TableProps) -> String {
    let Some(rows) = &props.rows else { return String::new() };
    let all = labels::requests(rows.total);
    if rows.matching == rows.total { all } else { labels::out_of(&format::number(rows.matching), &all) }
}

pub(super) fn nothing(props: &TableProps) -> &'static str {
    match (&props.rows, props.filter.show) {
        (None, _) => labels::MATCHING,
        (_, _) if !props.filter.text.is_empty() => labels::NO_TEXT_MATCHES,
        (_, Show::Failing) => labels::NONE_FAILED,
        (_, Show::Differences) => labels::NONE_DIFFER,
        (_, Show::All) => labels::NO_REQUESTS,
    }
}
