//! The table's head and its rows, each with both sides on one axis of time.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Cell, Column, Row, Sort};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::controls::filtered;
use super::props::TableProps;
use crate::state::{Filter, row_address};
use crate::ui::parts::side;
use crate::{format, labels};

/// The axis in units of its drawing.
const AXIS: f64 = 140.0;

/// The names of the columns, each a button that sorts by it; `axis` is the length of the axis of time in milliseconds.
pub(super) fn head(props: &TableProps, axis: f64) -> Html {
    let Sort { by: sorted, descending } = props.filter.sort;
    let column = |by: Column, class: &'static str, name: Html| {
        let is_it = sorted == by;
        let sort = Sort { by, descending: if is_it { !descending } else { !matches!(by, Column::Start | Column::Request) } };
        let order = is_it.then_some(if descending { "descending" } else { "ascending" });
        let onclick = filtered(props, Filter { sort, ..props.filter.clone() });
        // The axis has numbers to be seen beside its name.
        let label = (by != Column::Start).then(|| labels::column(by));
        html! {
            <th scope="col" {class} aria-sort={order}>
                <button type="button" class="sort" {onclick} aria-label={label}>{ name }</button>
            </th>
        }
    };
    let ticks = ["0".to_owned(), format::duration(axis / 2.0), format::duration(axis)];
    html! {
        <thead>
            <tr aria-rowindex="1">
                { column(Column::Proxied, "p", side::mark(Side::Proxied)) }
                { column(Column::Direct, "d", side::mark(Side::Direct)) }
                { column(Column::Request, "req", labels::column(Column::Request).into()) }
                { column(Column::Differs, "df", labels::column(Column::Differs).into()) }
                { column(Column::Size, "z", labels::column(Column::Size).into()) }
                { column(Column::Time, "t", labels::column(Column::Time).into()) }
                { column(Column::Start, "tl", html! { <><span class="unseen">{ labels::column(Column::Start) }</span><span class="axis" aria-hidden="true">{ for ticks.iter().map(|tick| html! { <span>{ tick }</span> }) }</span></> }) }
            </tr>
        </thead>
    }
}

/// A row: `is_open` is the chosen one, `is_stop` the one that the keyboard stops at.
pub(super) fn line(row: &Row, index: u32, is_open: bool, is_stop: bool, axis: f64) -> Html {
    let (proxied, direct) = (row.proxied.as_ref(), row.direct.as_ref());
    let both = [proxied, direct];
    let (of, entry) = row.key.entry().unwrap_or((Side::Proxied, 0));
    let host = if row.host.is_empty() { String::new() } else { ["//", &*row.host].concat() };
    let address = [&*visible(&row.method), " ", &*visible(&host), &*visible(&row.path)].concat();
    html! {
        <tr key={index} class={classes!(is_open.then_some("on"))} aria-rowindex={(index + 2).to_string()} data-index={index.to_string()}>
            <td>{ status(proxied) }</td>
            <td>{ status(direct) }</td>
            <td class="req">
                <a class="machine" href={row_address(of, entry, "")} tabindex={if is_stop { "0" } else { "-1" }} aria-current={is_open.then_some("true")} title={address}>
                    <span class="quiet">{ visible(&row.method).into_owned() }</span>{ " " }{ visible(&row.path).into_owned() }
                </a>
            </td>
            <td class="df">
                { differs(row) }
                if row.cited { <abbr class="tag" title={labels::CITED}>{ labels::CITED_MARK }</abbr> }
            </td>
            <td class="z number">{ format::both_bytes(both.map(|cell| cell?.bytes)) }</td>
            <td class="t number">{ format::both_times(both.map(|cell| cell?.time_ms)) }</td>
            <td class="tl">{ bars(both, axis) }</td>
        </tr>
    }
}

/// Stands in the place of a row that has not come yet.
pub(super) fn pending(index: u32) -> Html {
    html! { <tr key={index} aria-rowindex={(index + 2).to_string()}><td class="quiet">{ "…" }</td></tr> }
}

fn differs(row: &Row) -> String {
    if row.proxied.is_none() || row.direct.is_none() {
        return labels::ONE_SIDE.to_owned();
    }
    row.differs.iter().map(|&difference| labels::difference(difference)).collect::<Vec<_>>().join(", ")
}

fn status(cell: Option<&Cell>) -> Html {
    let Some(cell) = cell else {
        return html! { <span class="absent" title={labels::NOT_IN_FILE_REQUEST}>{ "–" }</span> };
    };
    let error = cell.error.as_deref().map(|error| visible(error).into_owned());
    if cell.status > 0 {
        return side::outcome(cell.status, cell.failing, error);
    }
    let word = labels::error_in_short(error.as_deref().unwrap_or_default());
    html! {
        <span class={classes!(cell.failing.then_some("failure"))} title={error}>
            if cell.failing { <span aria-hidden="true">{ "✕ " }</span><span class="unseen">{ labels::FAILING_MARK }</span> }
            { word }
        </span>
    }
}

/// When and how long a request ran on both sides, through Cloudflare above direct; a cross ends what failed.
fn bars(both: [Option<&Cell>; 2], axis: f64) -> Html {
    let bar = |cell: Option<&Cell>, class: &'static str, y: u8| {
        let (cell, start) = cell.and_then(|cell| Some((cell, cell.start_ms?)))?;
        let width = format::within(cell.time_ms.unwrap_or_default() / axis * AXIS, 3.0, AXIS);
        let x = format::within(start / axis * AXIS, 0.0, AXIS - width);
        let cross = cell
            .failing
            .then(|| html! { <path class="cross" d={format!("M{} {y}l5 5m0 -5l-5 5", format::decimal(x + width + 2.0, 1))} /> });
        Some(
            html! { <><rect {class} x={format::decimal(x, 1)} y={y.to_string()} width={format::decimal(width, 1)} height="5" />{ cross }</> },
        )
    };
    let [proxied, direct] = both;
    html! {
        <>
            <svg viewBox="0 0 152 22" width="152" height="22" aria-hidden="true">
                <path class="rule" d="M70 0V22M140 0V22" />
                { bar(proxied, "bp", 4) }
                { bar(direct, "bd", 13) }
            </svg>
            <span class="unseen">{ labels::starts_at(proxied.and_then(|cell| cell.start_ms), direct.and_then(|cell| cell.start_ms)) }</span>
        </>
    }
}
