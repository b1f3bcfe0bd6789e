//! What happens after the table is drawn: asking for rows, scrolling, moving the focus.

use std::rc::Rc;

use fivetwenty_model::protocol::RowQuery;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::detail::reveal;
use super::measures::Measures;
use super::props::TableProps;
use super::view::{IN_VIEW, View};
use crate::format;
use crate::state::Loadable;

/// Rows asked for at once.
const WINDOW: u32 = 200;

/// Asks the analyst for rows when those in view are not in the window that was asked for last.
#[hook]
pub(super) fn use_window(props: &TableProps, view: View) {
    let View { top, from, to, .. } = view;
    let is_covered = props.requested.as_ref().is_some_and(|query| query.from <= from && to <= query.from + query.count);
    let query = RowQuery {
        from: top.saturating_sub((WINDOW - IN_VIEW) / 2),
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
pub(super) fn use_spacers(
    above: &NodeRef,
    below: &NodeRef,
    scroller: &NodeRef,
    measures: &Rc<Measures>,
    view: View,
    open: (bool, Option<u32>),
) {
    let (above, below, scroller, measures) = (above.clone(), below.clone(), scroller.clone(), measures.clone());
    use_effect(move || {
        let View { from, to, matching, .. } = view;
        let (is_open, open_at) = open;
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
                let _ = spacer.style().set_property("height", &(format::decimal(pixels, 0) + "px"));
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
pub(super) fn use_goal(
    props: &TableProps,
    scroller: &NodeRef,
    measures: &Rc<Measures>,
    first: &UseStateHandle<u32>,
    active: &UseStateHandle<u32>,
) {
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
pub(super) fn use_reveal(props: &TableProps, scroller: &NodeRef, measures: &Rc<Measures>, is_drawn: bool) {
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
