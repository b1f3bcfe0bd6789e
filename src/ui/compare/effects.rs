//! What happens after the table is drawn: asking for rows, scrolling, moving the focus.

use std::cell::Cell;
use std::rc::Rc;

use fivetwenty_model::protocol::Goto;
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, HtmlElement};
use yew::prelude::*;

use super::props::TableProps;
use super::view::{ROW_HEIGHT, STEP, View, open_at};
use crate::format;
use crate::state::{Loadable, row_address};
use crate::ui::hooks::use_window_event;

/// Rows asked for at once.
const WINDOW: u32 = 200;
/// How long the filter rests before the first row is opened, in milliseconds: a detail costs more than a list.
const REST_MS: u32 = 120;
/// What covers the top of the window: the places and the table's head, in pixels.
const COVERED: f64 = 90.0;

/// What is measured rather than decided: it changes without anything being drawn again.
#[derive(Default)]
pub(super) struct Measures {
    row_height: Cell<Option<f64>>,
    /// The last goal that was reached.
    reached: Cell<u32>,
    /// The last goal whose marked field was shown: once is enough, the person may scroll on.
    revealed: Cell<u32>,
    /// The row that gets the keyboard once it is drawn.
    focus: Cell<Option<u32>>,
}

impl Measures {
    fn row_height(&self) -> f64 {
        self.row_height.get().unwrap_or(ROW_HEIGHT)
    }
}

/// Follows the page's scrolling: which row is the first in view, in steps, so that not every pixel draws the table again.
#[hook]
pub(super) fn use_first(above: &NodeRef, measures: &Rc<Measures>, first: &UseStateHandle<u32>) {
    let follow = use_callback((), {
        let (above, measures, first) = (above.clone(), measures.clone(), first.setter());
        move |_: Event, ()| {
            let Some(spacer) = above.cast::<Element>() else { return };
            let scrolled = (COVERED - spacer.get_bounding_client_rect().top()).max(0.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is not negative, and a cast saturates")]
            let row = (scrolled / measures.row_height()) as u32;
            first.set(row / STEP * STEP);
        }
    });
    use_window_event("scroll", follow);
}

/// Asks the analyst for rows when those in view are not in the window that was asked for last, for the row that is looked for, and for the
/// first row when none is open.
#[hook]
pub(super) fn use_rows(props: &TableProps, view: View) {
    let View { top, from, to, .. } = view;
    let is_covered = props.requested.as_ref().is_some_and(|query| query.from <= from && to <= query.from + query.count);
    let query = props.filter.query(top.saturating_sub(WINDOW / 3), WINDOW);
    use_effect_with((is_covered, query, props.client.clone()), |(is_covered, query, client)| {
        if !is_covered {
            client.rows(query.clone());
        }
    });
    let wanted = props.seeking.as_ref().map(|seek| (props.filter.query(0, 0), Goto::Entry(seek.side, seek.entry)));
    use_effect_with((wanted, props.client.clone()), |(wanted, client)| {
        if let Some((query, to)) = wanted {
            client.find(query.clone(), *to);
        }
    });
    let rows = props.rows.as_ref().filter(|rows| {
        props.open.is_none() && props.seeking.is_none() && rows.query == props.filter.query(rows.query.from, rows.query.count)
    });
    let row = rows.and_then(|rows| rows.rows.first()).map(|row| row.key);
    use_effect_with((row, props.client.clone()), |(row, client)| {
        let timer = row.map(|key| {
            let client = client.clone();
            Timeout::new(REST_MS, move || client.open(key))
        });
        move || drop(timer)
    });
}

/// Gives the spacers the height of the rows that are not drawn, and the keyboard to the row that waits for it.
///
/// Heights are set by script because the policy of the page blocks style attributes.
#[hook]
pub(super) fn use_spacers(above: &NodeRef, below: &NodeRef, measures: &Rc<Measures>, view: View) {
    let (above, below, measures) = (above.clone(), below.clone(), measures.clone());
    use_effect(move || {
        let first = |selector: &str| document()?.query_selector(selector).ok().flatten();
        let selector = "#rows tr";
        if let Some(row) = first(selector) {
            measures.row_height.set(Some(row.get_bounding_client_rect().height().max(1.0)));
        }
        let height = measures.row_height();
        for (spacer, rows) in [(above, view.from), (below, view.matching.saturating_sub(view.to))] {
            if let Some(spacer) = spacer.cast::<HtmlElement>() {
                // It fails only for a property that cannot be set.
                let _ = spacer.style().set_property("height", &(format::decimal(f64::from(rows) * height, 0) + "px"));
            }
        }
        if let Some(index) = measures.focus.get()
            && let Some(link) = first(&format!("#rows [data-index=\"{index}\"] a"))
        {
            measures.focus.set(None);
            focus(&link);
        }
    });
}

/// Brings a row into view once its window has come, and the address to it.
#[hook]
pub(super) fn use_goal(props: &TableProps, above: &NodeRef, measures: &Rc<Measures>, first: &UseStateHandle<u32>) {
    let (above, measures, first) = (above.clone(), measures.clone(), first.setter());
    let entry = props.open.as_ref().and_then(|open| open.key.entry());
    let (goal, is_marked) = (props.goal, props.open.as_ref().is_some_and(|open| open.marked.is_some()));
    let matching = props.rows.as_ref().map_or(0, |rows| rows.matching);
    use_effect_with((goal, matching), move |(goal, matching)| {
        let (Some(goal), Some(window), Some(spacer)) = (goal, web_sys::window(), above.cast::<Element>()) else { return };
        if goal.index >= *matching || goal.serial == measures.reached.get() {
            return;
        }
        measures.reached.set(goal.serial);
        let in_window = spacer.get_bounding_client_rect().top() + f64::from(goal.index) * measures.row_height();
        let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        if in_window < COVERED || in_window + 2.0 * measures.row_height() > height {
            window.scroll_by_with_x_and_y(0.0, in_window - (height / 3.0).max(COVERED));
            first.set(goal.index / STEP * STEP);
        }
        if !is_marked {
            measures.focus.set(Some(goal.index));
        }
        if let Some((side, entry)) = entry {
            let address = row_address(side, entry, "");
            let now = window.location().hash().unwrap_or_default();
            if now.strip_prefix(&*address).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')) {
                // It fails only for an address of another page.
                let _ = window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
            }
        }
    });
}

/// Shows the field that evidence points at, once its detail is drawn.
#[hook]
pub(super) fn use_reveal(props: &TableProps, measures: &Rc<Measures>) {
    let measures = measures.clone();
    let is_ready = props.open.as_ref().is_some_and(|open| open.marked.is_some() && matches!(open.detail, Loadable::Ready(_)));
    let is_listed = open_at(props).is_some();
    use_effect_with((is_ready && is_listed, props.goal), move |(is_ready, goal)| {
        let (true, Some(goal), Some(document)) = (is_ready, goal, document()) else { return };
        if measures.revealed.replace(goal.serial) == goal.serial {
            return;
        }
        let marked = document.query_selector("#pane .cited").ok().flatten().or_else(|| document.get_element_by_id("pane"));
        let Some(marked) = marked else { return };
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        marked.scroll_into_view_with_scroll_into_view_options(&options);
        focus(&marked);
    });
}

/// Gives an element the keyboard, and leaves the page where it is.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // What cannot take the keyboard is still shown.
        let _ = element.focus_with_options(&options);
    }
}

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}
