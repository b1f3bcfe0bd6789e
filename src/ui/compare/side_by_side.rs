//! The table with its filters and the chosen request beside it, and what the person does to them.

use fivetwenty_model::protocol::{Rows, Show};
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::controls::{controls, nothing};
use super::effects::{Measures, use_first, use_goal, use_reveal, use_rows, use_spacers};
use super::pane::pane;
use super::press::use_presses;
use super::props::TableProps;
use super::table::{head, line, pending};
use super::view::{View, open_at, row_at};
use crate::labels;
use crate::state::Seek;
use crate::ui::parts::side;

/// What failing rows share is listed below no more rows than these.
const SHORT: u32 = 12;

/// The comparison with its filters.
#[component]
pub(crate) fn SideBySide(props: &TableProps) -> Html {
    let (above, below) = (use_node_ref(), use_node_ref());
    let first = use_state_eq(u32::default);
    let measures = use_memo((), |()| Measures::default());
    let view = View::new(props, *first);
    let open_at = open_at(props);

    use_first(&above, &measures, &first);
    use_rows(props, view);
    use_spacers(&above, &below, &measures, view);
    use_goal(props, &above, &measures, &first);
    use_reveal(props, &measures);
    use_presses(props);

    let axis = props.rows.as_ref().map_or(1.0, |rows| rows.axis_ms.max(1.0));
    let stop = open_at.filter(|at| (view.from..view.to).contains(at)).unwrap_or(view.top);
    let lines = (view.from..view.to).map(|index| match row_at(props, index) {
        Some(row) => line(row, index, open_at == Some(index), index == stop, axis),
        None => pending(index),
    });
    html! {
        <>
            <h2 class="unseen">{ labels::COMPARE }</h2>
            { controls(props) }
            <div class={classes!("compare", (view.matching > SHORT).then_some("long"))}>
                <div>
                    <table id="pairs" class="pairs" aria-rowcount={(view.matching + 1).to_string()}>
                        <caption class="unseen">{ labels::BOTH_LISTED }</caption>
                        <colgroup><col class="p" /><col class="d" /><col /><col class="df" /><col class="z" /><col class="t" /><col class="tl" /></colgroup>
                        { head(props, axis) }
                        <tbody aria-hidden="true"><tr><td class="spacer" ref={above}></td></tr></tbody>
                        // A list of its own, so that every row keeps its element by its key.
                        <tbody id="rows" onclick={choose(props)}>{ for lines }</tbody>
                        <tbody aria-hidden="true"><tr><td class="spacer" ref={below}></td></tr></tbody>
                    </table>
                    if view.matching == 0 {
                        <p class="nothing quiet">{ nothing(props) }</p>
                    }
                    // What comes and goes keeps its place in the list: else the table would be made anew, and lose the focus.
                    if let Some(rows) = props.rows.as_ref().filter(|_| props.filter.show == Show::Failing && view.matching <= SHORT) {
                        { shared(rows) }
                    }
                    <p class="under quiet">
                        { side::mark(fivetwenty_model::Side::Proxied) }{ labels::THROUGH }{ side::mark(fivetwenty_model::Side::Direct) }{ labels::DIRECTLY }
                        <span>{ labels::NUMBERS_P_D }</span>
                    </p>
                </div>
                if let Some(open) = &props.open {
                    { pane(open, props) }
                }
            </div>
        </>
    }
}

/// A click anywhere on a row chooses it. With a key held, its link does what links do.
fn choose(props: &TableProps) -> Callback<MouseEvent> {
    let (client, rows) = (props.client.clone(), props.rows.clone());
    Callback::from(move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let row = target.and_then(|target| target.closest("tr").ok().flatten());
        let index = row.and_then(|row| row.get_attribute("data-index")).and_then(|index| index.parse::<u32>().ok());
        let (Some(index), Some(rows), false) = (index, &rows, event.ctrl_key() || event.meta_key() || event.shift_key()) else { return };
        let row = index.checked_sub(rows.query.from).and_then(|at| rows.rows.get(at as usize));
        if let Some((side, entry)) = row.and_then(|row| row.key.entry()) {
            event.prevent_default();
            client.seek(Seek { side, entry, field: String::new() });
        }
    })
}

/// What all failing rows have in common, under a short list of them.
fn shared(rows: &Rows) -> Html {
    if rows.shared.is_empty() {
        return Html::default();
    }
    let line = |shared: &fivetwenty_model::protocol::Shared| {
        html! {
            <>
                <dt>{ &shared.name }</dt>
                <dd><span class="machine">{ visible(&shared.value).into_owned() }</span>{ " " }<span class="quiet">{ labels::others_have(shared.others, rows.total - rows.failing) }</span></dd>
            </>
        }
    };
    html! {
        <section id="shared" class="share">
            <h3>{ labels::shared_by(rows.failing) }</h3>
            <dl class="facts">{ for rows.shared.iter().map(line) }</dl>
        </section>
    }
}
