//! The table with its filters, and what the person does to it.

use std::rc::Rc;

use fivetwenty_model::protocol::RowKey;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::controls::{controls, nothing};
use super::detail::detail_panel;
use super::effects::{use_goal, use_reveal, use_spacers, use_window};
use super::measures::{Measures, ROW_HEIGHT, axis, first_in_view};
use super::props::TableProps;
use super::row::{head, line, pending};
use super::view::{View, row_at};
use crate::labels;
use crate::state::Action;

/// The comparison with its filters.
#[component]
pub(crate) fn SideBySide(props: &TableProps) -> Html {
    let (scroller, above, below) = (use_node_ref(), use_node_ref(), use_node_ref());
    let first = use_state_eq(u32::default);
    let active = use_state_eq(u32::default);
    let measures = use_memo((), |()| Measures::new());
    let view = View::new(props, *first);
    let open_at = view.open_at(props);

    use_window(props, view);
    use_spacers(&above, &below, &scroller, &measures, view, (props.open.is_some(), open_at));
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
    let onscroll = {
        let (first, measures) = (first.setter(), measures.clone());
        move |event: Event| {
            let element: Element = event.target_unchecked_into();
            // In steps, so that not every pixel draws the table again.
            first.set(first_in_view(&measures, element.scroll_top()) / 5 * 5);
        }
    };
    let onkeydown = on_key(view, &active, &first, &measures, &scroller, &close);
    let lines = (view.from..view.to).map(|index| match row_at(props, index) {
        Some(row) => {
            let open = props.open.as_ref().filter(|open| open.key == row.key);
            let toggle = toggle(props, row.key, index, &active, &close);
            html! {
                <key={index}>
                    { line(row, index, index == *active, open.is_some(), axis, &toggle) }
                    if let Some(open) = open {
                        <div role="row" class="detail-row"><div role="gridcell">{ detail_panel(open, &close) }</div></div>
                    }
                </>
            }
        }
        None => pending(index),
    });
    html! {
        <section class="side-by-side" aria-labelledby="table-title">
            <h2 id="table-title">{ labels::SIDE_BY_SIDE }</h2>
            { controls(props) }
            <div class={classes!("table", view.is_long.then_some("long"))} role="grid" aria-labelledby="table-title" aria-rowcount={(view.matching + 1).to_string()}
                ref={scroller} {onscroll} {onkeydown}>
                { head() }
                <div class="spacer" ref={above} role="presentation"></div>
                // A list of its own, so that every row keeps its element by its key.
                <div role="rowgroup">{ for lines }</div>
                <div class="spacer" ref={below} role="presentation"></div>
                if view.matching == 0 {
                    <p class="nothing">{ nothing(props) }</p>
                }
            </div>
        </section>
    }
}

/// Opens a row, or closes it again.
fn toggle(props: &TableProps, key: RowKey, index: u32, active: &UseStateHandle<u32>, close: &Callback<()>) -> Callback<()> {
    let (client, close, active) = (props.client.clone(), close.clone(), active.setter());
    let is_open = props.open.as_ref().is_some_and(|open| open.key == key);
    Callback::from(move |()| {
        active.set(index);
        if is_open { close.emit(()) } else { client.open(key) }
    })
}

/// Keys move between the rows, and close the open one.
fn on_key(
    view: View,
    active: &UseStateHandle<u32>,
    first: &UseStateHandle<u32>,
    measures: &Rc<Measures>,
    scroller: &NodeRef,
    close: &Callback<()>,
) -> impl Fn(KeyboardEvent) + use<> {
    let (active, first, measures, scroller, close) = (active.clone(), first.setter(), measures.clone(), scroller.clone(), close.clone());
    move |event: KeyboardEvent| {
        let on_row =
            event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|target| target.has_attribute("data-index"));
        if event.key() == "Escape" {
            close.emit(());
        } else if let (true, Some(next)) = (on_row, view.next_row(&event.key(), *active)) {
            event.prevent_default();
            measures.focus.set(Some(next));
            if let (true, Some(scroller)) = (next < view.from || next >= view.to, scroller.cast::<Element>()) {
                scroller.set_scroll_top(i32::try_from(next).unwrap_or(i32::MAX / ROW_HEIGHT) * measures.row_height.get());
                first.set(next);
            }
            active.set(next);
        }
    }
}
