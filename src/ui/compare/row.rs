//! The table's head and its rows.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Cell as Answer, Row};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::ui::parts::side::{self, abbr};
use crate::{format, labels};

pub(super) fn head() -> Html {
    html! {
        <div role="row" class="row-head" aria-rowindex="1">
            { column("p-status", status_of(Side::Proxied)) }
            { column("p-size number", labels::SIZE.into()) }
            { column("p-time number", labels::TIME.into()) }
            <span role="columnheader" class="p-colo">{ abbr(labels::DC_MEANS, labels::DC) }</span>
            { column("p-bar", labels::START.into()) }
            { column("request", labels::REQUEST.into()) }
            { column("d-status", status_of(Side::Direct)) }
            { column("d-size number", labels::SIZE.into()) }
            { column("d-time number", labels::TIME.into()) }
            { column("d-bar", labels::START.into()) }
        </div>
    }
}

fn column(class: &'static str, title: Html) -> Html {
    html! { <span role="columnheader" {class}>{ title }</span> }
}

fn status_of(side: Side) -> Html {
    html! { <>{ side::mark(side) }<span>{ labels::STATUS }</span></> }
}

fn cell(class: &'static str, content: Html) -> Html {
    html! { <span role="gridcell" {class}>{ content }</span> }
}

pub(super) fn line(row: &Row, index: u32, is_active: bool, is_open: bool, axis: f64, toggle: &Callback<()>) -> Html {
    let name = |index: Option<u32>| index.map(|index| index.to_string());
    let onclick = {
        let toggle = toggle.clone();
        move |_| toggle.emit(())
    };
    let onkeydown = {
        let toggle = toggle.clone();
        move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                toggle.emit(());
            }
        }
    };
    let differs = row.differs.iter().map(|&difference| labels::difference(difference)).collect::<Vec<_>>().join(", ");
    let colo = row.proxied.as_ref().and_then(|cell| cell.colo.as_deref());
    let address = format!("{} {}{}", visible(&row.method), visible(&row.host), visible(&row.path));
    html! {
        <div role="row" class={classes!("row", is_open.then_some("open"))} tabindex={if is_active { "0" } else { "-1" }} aria-rowindex={(index + 2).to_string()}
            aria-expanded={is_open.to_string()} data-index={index.to_string()} data-proxied={name(row.key.proxied)} data-direct={name(row.key.direct)} {onclick} {onkeydown}>
            { cell("p-status", status(row.proxied.as_ref())) }
            { cell("p-size number", size(row.proxied.as_ref()).into()) }
            { cell("p-time number", took(row.proxied.as_ref()).into()) }
            { cell("p-colo machine", colo.map(|colo| visible(colo).into_owned()).unwrap_or_default().into()) }
            { cell("p-bar", bar(row.proxied.as_ref(), axis)) }
            <span role="gridcell" class="request" title={address}>
                <span class="machine url"><span class="method">{ visible(&row.method).into_owned() }</span>{ " " }{ visible(&row.path).into_owned() }</span>
                if row.cited { <span class="tag" title={labels::CITED}>{ labels::CITED_MARK }</span> }
                if !differs.is_empty() { <span class="tag differs" title={differs.clone()}>{ "≠ " }{ differs }</span> }
            </span>
            { cell("d-status", status(row.direct.as_ref())) }
            { cell("d-size number", size(row.direct.as_ref()).into()) }
            { cell("d-time number", took(row.direct.as_ref()).into()) }
            { cell("d-bar", bar(row.direct.as_ref(), axis)) }
        </div>
    }
}

/// Stands in the place of a row that has not come yet.
pub(super) fn pending(index: u32) -> Html {
    html! { <div key={index} role="row" class="row pending" aria-rowindex={(index + 2).to_string()}><span role="gridcell">{ "…" }</span></div> }
}

fn status(cell: Option<&Answer>) -> Html {
    let Some(cell) = cell else {
        return html! { <span class="absent" title={labels::NOT_IN_FILE_REQUEST}>{ "—" }</span> };
    };
    let error = cell.error.as_deref().map(|error| visible(error).into_owned());
    side::outcome(cell.status, cell.failing, error)
}

fn size(cell: Option<&Answer>) -> String {
    cell.and_then(|cell| cell.bytes).map(format::bytes).unwrap_or_default()
}

fn took(cell: Option<&Answer>) -> String {
    cell.and_then(|cell| cell.time_ms).map(format::duration).unwrap_or_default()
}

fn bar(cell: Option<&Answer>, axis: f64) -> Html {
    let Some((cell, start)) = cell.and_then(|cell| Some((cell, cell.start_ms?))) else { return Html::default() };
    let width = (cell.time_ms.unwrap_or_default() / axis * 100.0).max(1.5);
    let x = (start / axis * 100.0).min(100.0 - width).max(0.0);
    html! {
        <svg class="start-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class={classes!(cell.failing.then_some("failing"))} x={format::decimal(x, 2)} y="1" width={format::decimal(width, 2)} height="8" />
        </svg>
    }
}
