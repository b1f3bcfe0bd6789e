//! Side by side: every request once, with its answer on either side.
//!
//! Only the rows in view exist; the rest is two spacers. Rows come from the analyst in windows.

use std::cell::Cell;
use std::rc::Rc;

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Cell as Answer, Overview, Row, RowKey, RowQuery, Rows, Show};
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::detail::{detail_panel, reveal};
use super::side::{self, abbr};
use crate::state::{Action, Filter, Goal, Loadable, Open, Shared};
use crate::web::WorkerClient;
use crate::web::moment;
use crate::{format, labels};

/// From this many rows on, the table scrolls by itself.
const LONG: u32 = 60;
/// Rows drawn beyond those in view, above and below.
const SPARE: u32 = 20;
/// Rows taken to be in view: more than any screen shows.
const IN_VIEW: u32 = 60;
/// Rows asked for at once.
const WINDOW: u32 = 200;
/// A row's height in pixels until the first one has been measured.
const ROW_HEIGHT: i32 = 32;

/// What the table is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct TableProps {
    /// The analysis.
    pub(crate) overview: Shared<Overview>,
    /// Which rows are wanted.
    pub(crate) filter: Filter,
    /// The window that was asked for.
    pub(crate) asked: Option<RowQuery>,
    /// The window that came.
    pub(crate) rows: Option<Shared<Rows>>,
    /// The row to bring into view.
    pub(crate) goal: Option<Goal>,
    /// The row that is open.
    pub(crate) open: Option<Open>,
    /// The workers.
    pub(crate) client: WorkerClient,
    /// Says what happened.
    pub(crate) dispatch: Callback<Action>,
}

/// What is measured rather than decided: it changes without anything being drawn again.
struct Measures {
    row_height: Cell<i32>,
    /// The open row's place and its detail's height.
    detail: Cell<Option<(u32, i32)>>,
    /// The last goal that was reached.
    reached: Cell<u32>,
    /// The last goal whose marked field was shown: once is enough, the person may scroll on.
    revealed: Cell<u32>,
    /// The row that gets the keyboard once it is drawn.
    focus: Cell<Option<u32>>,
    /// The latest end of any request seen, in milliseconds.
    axis: Cell<f64>,
}

/// The comparison with its filters.
#[component]
pub(crate) fn SideBySide(props: &TableProps) -> Html {
    let scroller = use_node_ref();
    let above = use_node_ref();
    let below = use_node_ref();
    let first = use_state_eq(u32::default);
    let active = use_state_eq(u32::default);
    let measures = use_memo((), |()| Measures {
        row_height: Cell::new(ROW_HEIGHT),
        detail: Cell::new(None),
        reached: Cell::new(0),
        revealed: Cell::new(0),
        focus: Cell::new(None),
        axis: Cell::new(0.0),
    });

    let matching = props.rows.as_ref().map_or(0, |rows| rows.matching);
    let is_long = matching > LONG;
    // Where it was scrolled to says nothing any more once other rows are shown.
    let top = if is_long { (*first).min(matching.saturating_sub(1)) } else { 0 };
    let from = top.saturating_sub(SPARE);
    let to = if is_long { (top + IN_VIEW + SPARE).min(matching) } else { matching };
    let window = props.rows.as_ref();
    let row_at = |index: u32| {
        let window = window?;
        window.rows.get(index.checked_sub(window.query.from)? as usize)
    };
    let open_at = props.open.as_ref().and_then(|open| (from..to).find(|&index| row_at(index).is_some_and(|row| row.key == open.key)));

    use_window(props, top, from, to);
    use_spacers(&above, &below, &scroller, &measures, (from, to, matching, open_at, props.open.is_some()));
    use_reveal(props, &scroller, &measures, open_at.is_some());
    use_goal(props, &scroller, &measures, &first, &active);

    let axis = axis(props, &measures);
    let close = use_callback((props.dispatch.clone(), *active), {
        let measures = measures.clone();
        move |(), (dispatch, active)| {
            measures.focus.set(Some(*active));
            dispatch.emit(Action::Closed);
        }
    });
    let toggle = |key: RowKey, index: u32| {
        let (client, close, active) = (props.client.clone(), close.clone(), active.setter());
        let is_open = props.open.as_ref().is_some_and(|open| open.key == key);
        Callback::from(move |()| {
            active.set(index);
            if is_open { close.emit(()) } else { client.open(key) }
        })
    };
    let onscroll = {
        let (first, measures) = (first.setter(), measures.clone());
        move |event: Event| {
            let element: Element = event.target_unchecked_into();
            // In steps, so that not every pixel draws the table again.
            first.set(first_in_view(&measures, element.scroll_top()) / 5 * 5);
        }
    };
    let onkeydown = {
        let (active, measures, scroller, first, dispatch) =
            (active.clone(), measures.clone(), scroller.clone(), first.setter(), close.clone());
        move |event: KeyboardEvent| {
            let on_row = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| target.has_attribute("data-index"));
            if event.key() == "Escape" {
                dispatch.emit(());
            } else if let (true, Some(next)) = (on_row, next_row(&event.key(), *active, matching)) {
                event.prevent_default();
                measures.focus.set(Some(next));
                if let (true, Some(scroller)) = (next < from || next >= to, scroller.cast::<Element>()) {
                    scroller.set_scroll_top(i32::try_from(next).unwrap_or(i32::MAX / ROW_HEIGHT) * measures.row_height.get());
                    first.set(next);
                }
                active.set(next);
            }
        }
    };

    let lines = (from..to).map(|index| match row_at(index) {
        Some(row) => {
            let open = props.open.as_ref().filter(|open| open.key == row.key);
            html! {
                <key={index}>
                    { line(row, index, index == *active, open.is_some(), axis, &toggle(row.key, index)) }
                    if let Some(open) = open {
                        <div role="row" class="detail-row"><div role="gridcell">{ detail_panel(open, &close) }</div></div>
                    }
                </>
            }
        }
        None => html! { <div key={index} role="row" class="row pending" aria-rowindex={(index + 2).to_string()}><span role="gridcell">{ "…" }</span></div> },
    });
    html! {
        <section class="side-by-side" aria-labelledby="table-title">
            <h2 id="table-title">{ "Side by side" }</h2>
            { controls(props) }
            <div class={classes!("table", is_long.then_some("long"))} role="grid" aria-labelledby="table-title" aria-rowcount={(matching + 1).to_string()}
                ref={scroller} {onscroll} {onkeydown}>
                { head() }
                <div class="spacer" ref={above} role="presentation"></div>
                // A list of its own, so that every row keeps its element by its key.
                <div role="rowgroup">{ for lines }</div>
                <div class="spacer" ref={below} role="presentation"></div>
                if matching == 0 {
                    <p class="nothing">{ nothing(props) }</p>
                }
            </div>
        </section>
    }
}

/// Asks the analyst for rows when those in view are not in the window that was asked for last.
#[hook]
fn use_window(props: &TableProps, first: u32, from: u32, to: u32) {
    let is_covered = props.asked.as_ref().is_some_and(|asked| asked.from <= from && to <= asked.from + asked.count);
    let query = RowQuery {
        from: first.saturating_sub((WINDOW - IN_VIEW) / 2),
        count: WINDOW,
        show: props.filter.show,
        text: props.filter.text.clone(),
    };
    use_effect_with((is_covered, query, props.client.clone()), |(is_covered, query, client)| {
        if !is_covered {
            client.rows(query.clone());
        }
    });
}

/// Gives the spacers the height of the rows that are not drawn, and the keyboard to the row that waits for it.
///
/// Heights are set by script because the policy of the page blocks style attributes.
#[hook]
fn use_spacers(above: &NodeRef, below: &NodeRef, scroller: &NodeRef, measures: &Rc<Measures>, shown: (u32, u32, u32, Option<u32>, bool)) {
    let (above, below, scroller, measures) = (above.clone(), below.clone(), scroller.clone(), measures.clone());
    use_effect(move || {
        let (from, to, matching, open_at, is_open) = shown;
        let Some(scroller) = scroller.cast::<Element>() else { return };
        let find = |selector: &str| scroller.query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
        if let Some(row) = find(".row") {
            measures.row_height.set(row.offset_height().max(1));
        }
        match (open_at, find(".detail-row")) {
            (Some(index), Some(detail)) => measures.detail.set(Some((index, detail.offset_height()))),
            _ if !is_open => measures.detail.set(None),
            _ => {}
        }
        let height = f64::from(measures.row_height.get());
        let (mut before, mut after) = (f64::from(from) * height, f64::from(matching.saturating_sub(to)) * height);
        if let Some((index, detail)) = measures.detail.get() {
            if index < from {
                before += f64::from(detail);
            } else if index >= to {
                after += f64::from(detail);
            }
        }
        for (spacer, pixels) in [(above, before), (below, after)] {
            if let Some(spacer) = spacer.cast::<HtmlElement>() {
                // It fails only for a property that cannot be set.
                let _ = spacer.style().set_property("height", &format!("{pixels:.0}px"));
            }
        }
        if let Some(row) = measures.focus.get().and_then(|index| find(&format!("[data-index=\"{index}\"]"))) {
            measures.focus.set(None);
            let _ = row.focus();
        }
    });
}

/// Brings a row into view once its window has come.
#[hook]
fn use_goal(props: &TableProps, scroller: &NodeRef, measures: &Rc<Measures>, first: &UseStateHandle<u32>, active: &UseStateHandle<u32>) {
    let (scroller, measures, first, active) = (scroller.clone(), measures.clone(), first.setter(), active.setter());
    let (goal, has_rows) = (props.goal, props.rows.is_some());
    use_effect_with((goal, has_rows), move |(goal, has_rows)| {
        let (Some(goal), true, Some(table)) = (goal, has_rows, scroller.cast::<Element>()) else { return };
        if goal.serial == measures.reached.get() {
            return;
        }
        measures.reached.set(goal.serial);
        active.set(goal.index);
        first.set(goal.index.saturating_sub(3));
        table.set_scroll_top(i32::try_from(goal.index.saturating_sub(1)).unwrap_or(0) * measures.row_height.get());
        match table.query_selector(&format!("[data-index=\"{}\"]", goal.index)) {
            Ok(Some(row)) => row.scroll_into_view(),
            _ => table.scroll_into_view(),
        }
    });
}

/// Shows the field that evidence points at, once its detail is drawn.
#[hook]
fn use_reveal(props: &TableProps, scroller: &NodeRef, measures: &Rc<Measures>, is_drawn: bool) {
    let (scroller, measures) = (scroller.clone(), measures.clone());
    let is_ready = is_drawn && props.open.as_ref().is_some_and(|open| open.marked.is_some() && matches!(open.detail, Loadable::Ready(_)));
    use_effect_with((is_ready, props.goal), move |(is_ready, goal)| {
        if let (true, Some(goal), Some(table)) = (is_ready, goal, scroller.cast::<Element>())
            && measures.revealed.replace(goal.serial) != goal.serial
        {
            reveal(&table);
        }
    });
}

fn first_in_view(measures: &Measures, scrolled: i32) -> u32 {
    let height = measures.row_height.get();
    let rows = match measures.detail.get() {
        Some((index, detail)) => {
            let end = i32::try_from(index + 1).unwrap_or(i32::MAX / height) * height;
            if scrolled <= end { scrolled } else { (scrolled - detail).max(end) }
        }
        None => scrolled,
    };
    u32::try_from(rows / height).unwrap_or(0)
}

fn next_row(key: &str, active: u32, matching: u32) -> Option<u32> {
    let last = matching.checked_sub(1)?;
    match key {
        "ArrowDown" => Some((active + 1).min(last)),
        "ArrowUp" => Some(active.saturating_sub(1)),
        "PageDown" => Some((active + 15).min(last)),
        "PageUp" => Some(active.saturating_sub(15)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// One axis for both sides: from the first request of a file to the latest end that is known.
fn axis(props: &TableProps, measures: &Measures) -> f64 {
    let captures = &props.overview.report.captures;
    let spans = [&captures.proxied, &captures.direct]
        .into_iter()
        .flatten()
        .map(|capture| format::between_ms(capture.first.as_deref().and_then(moment), capture.last.as_deref().and_then(moment)));
    let ends = props
        .rows
        .iter()
        .flat_map(|rows| &rows.rows)
        .flat_map(|row| [&row.proxied, &row.direct])
        .flatten()
        .filter_map(|cell| Some(cell.start_ms? + cell.time_ms?));
    let latest = spans.chain(ends).fold(measures.axis.get(), f64::max);
    measures.axis.set(latest);
    latest.max(1.0)
}

fn counts(props: &TableProps) -> String {
    let Some(rows) = &props.rows else { return String::new() };
    let all = format::counted(rows.total, "request", "requests");
    if rows.matching == rows.total { all } else { format!("{} of {all}", format::number(rows.matching)) }
}

fn nothing(props: &TableProps) -> &'static str {
    match (&props.rows, props.filter.show) {
        (None, _) => "Pairing the requests…",
        (_, _) if !props.filter.text.is_empty() => "No request has that text in its method, URL or status.",
        (_, Show::Failing) => "No request failed on either side.",
        (_, Show::Differences) => "No request differs between the two sides.",
        (_, Show::All) => "There are no requests in these captures.",
    }
}

fn head() -> Html {
    html! {
        <div role="row" class="row-head" aria-rowindex="1">
            { column("p-status", status_of(Side::Proxied)) }
            { column("p-size number", "Size".into()) }
            { column("p-time number", "Time".into()) }
            <span role="columnheader" class="p-colo">{ abbr("Data centre: the Cloudflare location that answered, by its airport code.", "DC") }</span>
            { column("p-bar", "Start".into()) }
            { column("request", "Request".into()) }
            { column("d-status", status_of(Side::Direct)) }
            { column("d-size number", "Size".into()) }
            { column("d-time number", "Time".into()) }
            { column("d-bar", "Start".into()) }
        </div>
    }
}

fn column(class: &'static str, title: Html) -> Html {
    html! { <span role="columnheader" {class}>{ title }</span> }
}

fn status_of(side: Side) -> Html {
    html! { <>{ side::mark(side) }<span>{ "Status" }</span></> }
}

fn cell(class: &'static str, content: Html) -> Html {
    html! { <span role="gridcell" {class}>{ content }</span> }
}

fn line(row: &Row, index: u32, is_active: bool, is_open: bool, axis: f64, toggle: &Callback<()>) -> Html {
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
                if row.cited { <span class="tag" title="One of the findings rests on this.">{ "evidence" }</span> }
                if !differs.is_empty() { <span class="tag differs" title={differs.clone()}>{ "≠ " }{ differs }</span> }
            </span>
            { cell("d-status", status(row.direct.as_ref())) }
            { cell("d-size number", size(row.direct.as_ref()).into()) }
            { cell("d-time number", took(row.direct.as_ref()).into()) }
            { cell("d-bar", bar(row.direct.as_ref(), axis)) }
        </div>
    }
}

fn status(cell: Option<&Answer>) -> Html {
    let Some(cell) = cell else {
        return html! { <span class="absent" title="This file has no such request.">{ "—" }</span> };
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
            <rect class={classes!(cell.failing.then_some("failing"))} x={format!("{x:.2}")} y="1" width={format!("{width:.2}")} height="8" />
        </svg>
    }
}

/// Which rows are shown, and how many that is.
fn controls(props: &TableProps) -> Html {
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
