//! The page as a whole: what stands where, and when.

use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::compare::SideBySide;
use super::evidence::evidence;
use super::fix::fix;
use super::hooks::{
    Page, show_keys, use_address, use_focus, use_keys, use_menus, use_page, use_question_before_leaving, use_theme, use_window_drop,
    use_window_paste,
};
use super::more::{more, probe};
use super::parts::button::{button, failed};
use super::parts::copy::{Console, show_for};
use super::send::{Format, send};
use super::shell::{card, keys, places, top, visitor};
use super::start::{start, unsettled};
use crate::state::{Loadable, Mode, Place, Shared, State, Undo};
use crate::{format, labels};

/// The page.
#[component]
pub(super) fn App() -> Html {
    let page = use_page();
    let hovering = use_window_drop(page.take.clone());
    use_window_paste(page.take.clone());
    let format = use_state_eq(Format::default);
    let show = use_callback((), {
        let format = format.setter();
        move |wanted, ()| format.set(wanted)
    });
    let state = &page.store.0;
    use_address(state, &page.client, &page.dispatch);
    use_keys(state.without_keys);
    use_question_before_leaving(state.loses_something());
    use_theme(state.theme);
    use_focus(state);
    use_menus();
    show_for(Console { shell: state.terminal.shell, origin: state.asked_for().plain_origin().map(str::to_owned) });
    html! {
        <>
            <a class="skip" href="#main">{ labels::SKIP_TO_CONTENT }</a>
            <div class={classes!("page", hovering.then_some("dropping"))} data-test="page" data-mode={if state.mode == Mode::Visitor { "visitor" } else { "" }}>
                { top(state, &page.client, &page.dispatch, &page.take) }
                <main id="main" tabindex="-1">
                    { unprepared(state.unprepared.as_deref(), &page) }
                    { not_isolated(state.ways_out.as_deref().filter(|_| !state.unisolated), &page) }
                    { pick(state, &page) }
                    { stage(state, &page, *format, &show) }
                </main>
                <footer>
                    <span>{ labels::FOOTER }</span>
                    if state.mode != Mode::Visitor { { button("link", "show-keys", labels::SHORTCUTS, |_| show_keys()) } }
                    <a href="notices.txt" target="_blank" rel="noopener noreferrer">{ labels::THIRD_PARTY_NOTICES }</a>
                </footer>
            </div>
            { notice(state, &page) }
            { keys(!state.without_keys, &page.dispatch) }
            if hovering {
                <div class="drop-cover" aria-hidden="true"><p>{ labels::DROP_TO_READ }</p></div>
            }
        </>
    }
}

/// The first screen, what is being read, and what came of it.
fn stage(state: &State, page: &Page, format: Format, show: &Callback<Format>) -> Html {
    let overview = state.overview().map(|overview| &**overview);
    html! {
        <>
            { unsettled(&state.files, overview, &page.client) }
            if state.is_at_start() {
                { start(state, &page.client, &page.take, &page.dispatch, probe(state, &page.client)) }
            }
            { analysis(state, page, format, show) }
        </>
    }
}

/// What is said about the last thing done, and how to take it back.
fn notice(state: &State, page: &Page) -> Html {
    let undo = state.undo.as_ref().map(|undo| {
        let says = match undo {
            Undo::Removed(name) => [&*visible(name), labels::REMOVED].concat(),
            Undo::Replaced => labels::FILES_REPLACED.to_owned(),
            Undo::StartedOver(_) => labels::STARTED_OVER.to_owned(),
            Undo::Swapped => labels::SWAPPED.to_owned(),
        };
        let (client, undo) = (page.client.clone(), undo.clone());
        html! { <><span>{ says }</span>{ button("", "undo", labels::UNDO_IT, move |_| client.undo(&undo)) }</> }
    });
    html! { <div class="notice" role="status" id="notice">{ undo.unwrap_or_else(|| if state.notice.is_empty() { Html::default() } else { html! { <span>{ &state.notice }</span> } }) }</div> }
}

/// More captures than can be compared: the person picks.
fn pick(state: &State, page: &Page) -> Html {
    if state.offered.is_empty() {
        return Html::default();
    }
    let onsubmit = {
        let (client, take) = (page.client.clone(), page.take.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let form: Element = event.target_unchecked_into();
            let Ok(boxes) = form.query_selector_all("input") else { return };
            let is_checked =
                |at: &u32| boxes.get(*at).and_then(|node| node.dyn_into::<HtmlInputElement>().ok()).is_some_and(|field| field.checked());
            let places: Vec<usize> = (0..boxes.length()).filter(is_checked).filter_map(|at| usize::try_from(at).ok()).collect();
            if places.is_empty() || places.len() > 2 {
                return;
            }
            let files = client.picked(&places);
            take.emit(files);
        }
    };
    html! {
        <form class="panel" id="pick" {onsubmit}>
            <h2>{ labels::PICK_TITLE }</h2>
            <p>{ labels::PICK_WHICH }</p>
            { for state.offered.iter().map(|offer| html! {
                <label><input type="checkbox" />{ " " }<span class="machine">{ visible(&offer.name).into_owned() }</span>{ " " }<span class="quiet">{ format::bytes(offer.size) }</span></label>
            }) }
            <p class="actions"><button type="submit" class="primary">{ labels::READ_PICKED }</button></p>
        </form>
    }
}

/// What is said while the workers cannot begin.
fn unprepared(error: Option<&str>, page: &Page) -> Html {
    let Some(error) = error else { return Html::default() };
    let prepare = {
        let client = page.client.clone();
        move |_| client.prepare()
    };
    failed("unprepared", error.into(), labels::UNPREPARED_NEXT, button("", "prepare", labels::TRY_AGAIN, prepare))
}

/// What is said when a worker could connect: nothing is read before the person says so.
fn not_isolated(ways: Option<&str>, page: &Page) -> Html {
    let Some(ways) = ways else { return Html::default() };
    let go_on = {
        let client = page.client.clone();
        move |_| client.read_unisolated()
    };
    let why = html! { <><p>{ labels::ISOLATION_WHY }{ ways }{ "." }</p>{ button("", "read-unisolated", labels::READ_ANYWAY, go_on) }</> };
    failed("not-isolated", labels::ISOLATION_IS_OFF.into(), labels::ISOLATION_NEXT, why)
}

/// What was found, once there is something.
fn analysis(state: &State, page: &Page, format: Format, show: &Callback<Format>) -> Html {
    match &state.analysis {
        Loadable::Idle => Html::default(),
        Loadable::Loading => html! { <p role="status" class="quiet">{ labels::COMPARING }</p> },
        Loadable::Failed(error) => failed("not-analysed", error.into(), labels::ANALYSIS_FAILED_NEXT, Html::default()),
        Loadable::Ready(overview) => result(state, page, overview, format, show),
    }
}

fn result(state: &State, page: &Page, overview: &Shared<Overview>, format: Format, show: &Callback<Format>) -> Html {
    if state.mode == Mode::Visitor {
        return visitor(overview, state, &page.dispatch);
    }
    let tried = labels::tried(&state.filled.tried(false));
    let here = state.here();
    html! {
        <>
            { card(overview, state, page) }
            { places(&here, state.place.is_some(), overview, &tried) }
            <section id={here.root()} class="place">
                { place(&here, state, page, overview, format, show) }
            </section>
        </>
    }
}

/// What stands at a place.
fn place(here: &Place, state: &State, page: &Page, overview: &Shared<Overview>, format: Format, show: &Callback<Format>) -> Html {
    match here {
        Place::Fix => fix(overview, state, &page.dispatch),
        Place::Compare(_) | Place::Row(_) => html! {
            <SideBySide
                overview={overview.clone()}
                filter={state.filter.clone()}
                requested={state.requested.clone()}
                rows={state.rows.clone()}
                seeking={state.seeking.clone()}
                goal={state.goal}
                open={state.open.clone()}
                without_keys={state.without_keys}
                client={page.client.clone()}
                dispatch={page.dispatch.clone()}
            />
        },
        Place::Evidence(at) => evidence(overview, at, state.zone, &page.client),
        Place::Send(to) => send(to, state, overview, format, show, &page.client, &page.dispatch),
        Place::More(_) => more(state, overview, &page.client, &page.dispatch),
    }
}
