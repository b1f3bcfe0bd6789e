//! Which rows are shown, and how many that is.

use fivetwenty_model::protocol::{Facet, Rows, Show};
use fivetwenty_redact::visible;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::props::TableProps;
use crate::state::{Action, Filter};
use crate::ui::parts::button::button;
use crate::{format, labels};

/// The choices, the filter and the frequent values.
pub(super) fn controls(props: &TableProps) -> Html {
    let rows = props.rows.as_deref();
    let choice = |show: Show, label: &'static str, id: &'static str, count: Option<u32>| {
        let onclick = filtered(props, Filter { show, ..props.filter.clone() });
        html! {
            <button type="button" {id} aria-pressed={(props.filter.show == show).to_string()} {onclick}>
                { label } if let Some(count) = count { <b>{ format::number(count) }</b> }
            </button>
        }
    };
    let oninput = {
        let (dispatch, filter) = (props.dispatch.clone(), props.filter.clone());
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.emit(Action::Filtered(Filter { text: input.value(), ..filter.clone() }));
        }
    };
    let save = {
        let (client, query) = (props.client.clone(), props.filter.query(0, 0));
        move |_| client.csv(query.clone())
    };
    html! {
        <>
            <div class="tools">
                <div class="seg" role="group" aria-label={labels::WHICH_REQUESTS}>
                    { choice(Show::Failing, labels::FAILING, "show-failing", rows.map(|rows| rows.failing)) }
                    { choice(Show::Differences, labels::DIFFERENT, "show-differences", rows.map(|rows| rows.different)) }
                    { choice(Show::All, labels::ALL, "show-all", rows.map(|rows| rows.total)) }
                </div>
                <div class="search">
                    <input type="search" id="filter" value={props.filter.text.clone()} {oninput} placeholder={labels::FILTER_HINT} aria-label={labels::FILTER}
                        title={labels::FILTER_MEANS} autocomplete="off" autocapitalize="off" spellcheck="false" />
                    <kbd aria-hidden="true">{ "/" }</kbd>
                </div>
                <span class="quiet" id="counts" role="status">{ rows.map(counts) }</span>
                { button("small", "save-csv", labels::SAVE_CSV, save) }
            </div>
            <div class="facets" role="group" aria-label={labels::FACETS}>
                { for rows.iter().flat_map(|rows| &rows.facets).map(|facet| choices(facet, props)) }
            </div>
        </>
    }
}

/// The most frequent values of one property.
fn choices(facet: &Facet, props: &TableProps) -> Html {
    html! {
        <div>
            <span class="quiet">{ labels::facet(&facet.prefix) }</span>
            { for facet.choices.iter().map(|choice| html! {
                <button type="button" class="facet" aria-pressed={choice.chosen.to_string()} onclick={filtered(props, Filter { text: choice.text.clone(), ..props.filter.clone() })}>
                    <bdi>{ visible(&choice.value).into_owned() }</bdi>{ " " }<span class="quiet">{ format::number(choice.count) }</span>
                </button>
            }) }
        </div>
    }
}

/// Asks for other rows, or another order.
pub(super) fn filtered(props: &TableProps, filter: Filter) -> Callback<MouseEvent> {
    let dispatch = props.dispatch.clone();
    Callback::from(move |_| dispatch.emit(Action::Filtered(filter.clone())))
}

fn counts(rows: &Rows) -> String {
    labels::out_of(&format::number(rows.matching), &labels::requests(rows.total))
}

/// Why there is no row.
pub(super) fn nothing(props: &TableProps) -> &'static str {
    match (&props.rows, props.filter.show) {
        (None, _) => labels::MATCHING,
        (_, _) if !props.filter.text.is_empty() => labels::NO_TEXT_MATCHES,
        (_, Show::Failing) => labels::NONE_FAILED,
        (_, Show::Differences) => labels::NONE_DIFFER,
        (_, Show::All) => labels::NO_REQUESTS,
    }
}
