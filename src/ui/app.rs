//! The page as a whole: what stands where, and when.

use fivetwenty_model::protocol::Overview;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::compare::SideBySide;
use super::evidence::{inputs, measured, patterns, rays, why};
use super::fix::fix;
use super::hooks::{Page, use_address, use_page, use_window_drop, use_window_event, use_window_paste};
use super::more::{ProbeForm, checks, map, terminal};
use super::parts::copy::{Console, show_for};
use super::parts::help::Help;
use super::send::{Format, Letters, bundle, complete, leaving};
use super::shell::{after, for_you, offer_after, places, top, verdict_block};
use super::start::{bar, file_list, slots, start};
use crate::labels;
use crate::state::{Action, Loadable, Mode, Place, Shared, State};

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
    let close = use_callback(page.dispatch.clone(), |event: Event, dispatch| {
        if event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            dispatch.emit(Action::Closed);
        }
    });
    use_window_event("keydown", close);

    let state = &page.store.0;
    use_address(state, &page.client, &page.dispatch);
    show_for(Console { shell: state.terminal.shell, origin: state.asked_for().plain_origin().map(str::to_owned) });
    html! {
        <>
            <a class="skip" href="#main">{ labels::SKIP_TO_CONTENT }</a>
            <div class={classes!("page", hovering.then_some("dropping"))} data-test="page" data-mode={if state.mode == Mode::Visitor { "visitor" } else { "" }}>
                { top(state, &page.client, &page.dispatch) }
                <main id="main" tabindex="-1">
                    { intake(state, &page) }
                    { analysis(state, &page, *format, &show) }
                </main>
                <footer class="quiet">
                    { labels::FOOTER }
                    <a href="notices.txt" target="_blank" rel="noopener noreferrer">{ labels::THIRD_PARTY_NOTICES }</a>
                </footer>
            </div>
            if hovering {
                <div class="drop-cover" aria-hidden="true"><p>{ labels::DROP_TO_READ }</p></div>
            }
        </>
    }
}

/// Where files come in.
fn intake(state: &State, page: &Page) -> Html {
    let overview = state.overview().map(|overview| &**overview);
    let is_whole = overview.is_some_and(|overview| overview.proxied.is_some() && overview.direct.is_some());
    html! {
        <>
            if state.files.is_empty() {
                { start(&page.take, &page.dispatch) }
                { for_you(state.mode, None, &Help::new(state, &page.client)) }
            } else {
                { bar(&page.take, &page.client, overview) }
            }
            <p class="notice" role="status" id="notice">{ &state.notice }</p>
            { unprepared(state.unprepared.as_deref(), page) }
            { not_isolated(state.ways_out.as_deref().filter(|_| !state.unisolated), page) }
            { file_list(&state.files, overview, &page.client) }
            if state.wants_after() {
                { offer_after() }
            }
            if !is_whole && !state.is_reading() {
                { slots(overview, &Help::new(state, &page.client), state.mode) }
            }
            if overview.is_none() || state.is_probe_only() {
                { look(state, page) }
            }
        </>
    }
}

/// Looking at the site now: from here, and from a terminal, which is nothing for a visitor.
fn look(state: &State, page: &Page) -> Html {
    html! {
        <>
            { probe_form(state, page) }
            if state.mode != Mode::Visitor {
                { terminal(&state.terminal, state.overview().map(|overview| &**overview), &Help::new(state, &page.client), &page.dispatch) }
            }
        </>
    }
}

fn probe_form(state: &State, page: &Page) -> Html {
    html! { <ProbeForm probe={state.probe.clone()} by_cloudflare={state.by_cloudflare} client={page.client.clone()} /> }
}

/// What is said while the workers cannot begin.
fn unprepared(error: Option<&str>, page: &Page) -> Html {
    let Some(error) = error else { return Html::default() };
    let prepare = {
        let client = page.client.clone();
        move |_| client.prepare()
    };
    html! {
        <section class="panel failed" role="alert" id="unprepared">
            <p><b>{ error }</b></p>
            <p>{ labels::UNPREPARED_NEXT }</p>
            <p><button type="button" id="prepare" onclick={prepare}>{ labels::TRY_AGAIN }</button></p>
        </section>
    }
}

/// What is said when a worker could connect: nothing is read before the person says so.
fn not_isolated(ways: Option<&str>, page: &Page) -> Html {
    let Some(ways) = ways else { return Html::default() };
    let go_on = {
        let client = page.client.clone();
        move |_| client.read_unisolated()
    };
    html! {
        <section class="panel failed" role="alert" id="not-isolated">
            <p><b>{ labels::ISOLATION_IS_OFF }</b></p>
            <p>
                { labels::ISOLATION_WHY }
                { ways }{ "." }
            </p>
            <p>{ labels::ISOLATION_NEXT }</p>
            <p><button type="button" id="read-unisolated" onclick={go_on}>{ labels::READ_ANYWAY }</button></p>
        </section>
    }
}

/// What was found, once there is something.
fn analysis(state: &State, page: &Page, format: Format, show: &Callback<Format>) -> Html {
    match &state.analysis {
        Loadable::Idle => Html::default(),
        Loadable::Loading => html! { <p role="status" class="quiet">{ labels::COMPARING }</p> },
        Loadable::Failed(error) => html! {
            <section class="panel failed" role="alert">
                <p><b>{ error }</b></p>
                <p>{ labels::ANALYSIS_FAILED_NEXT }</p>
            </section>
        },
        Loadable::Ready(overview) => result(state, page, overview, format, show),
    }
}

fn result(state: &State, page: &Page, overview: &Shared<Overview>, format: Format, show: &Callback<Format>) -> Html {
    let tried = labels::tried(&state.filled.tried(false));
    let here = state.here();
    html! {
        <>
            { verdict_block(overview, &tried, show) }
            { after(overview) }
            if state.mode == Mode::Visitor {
                { for_you(state.mode, Some(overview), &Help::new(state, &page.client)) }
                { letters(state, page, overview) }
            } else {
                { places(&here, failing(overview)) }
                <section id={here.root()} class="place">
                    { place(&here, state, page, overview, &tried, format, show) }
                </section>
            }
        </>
    }
}

/// What stands at a place.
fn place(
    here: &Place,
    state: &State,
    page: &Page,
    overview: &Shared<Overview>,
    tried: &str,
    format: Format,
    show: &Callback<Format>,
) -> Html {
    match here {
        Place::Fix => fix(overview),
        Place::Compare(_) | Place::Row(_) => html! {
            <SideBySide
                overview={overview.clone()}
                filter={state.filter.clone()}
                requested={state.requested.clone()}
                rows={state.rows.clone()}
                goal={state.goal}
                open={state.open.clone()}
                client={page.client.clone()}
                dispatch={page.dispatch.clone()}
            />
        },
        Place::Evidence(_) => html! {
            <>
                { why(overview, &page.client, state.zone) }
                { inputs(overview, &page.client) }
                { measured(overview, &page.client) }
                { patterns(overview) }
                { rays(overview, &page.client) }
            </>
        },
        Place::Send(_) => html! {
            <>
                { letters(state, page, overview) }
                { bundle(&state.bundle, &page.client) }
                { complete(overview) }
                { leaving(overview, tried, format, show) }
            </>
        },
        Place::More(_) => html! {
            <>
                { checks(overview) }
                if !state.is_probe_only() { { look(state, page) } }
                { map(&overview.map) }
            </>
        },
    }
}

fn letters(state: &State, page: &Page, overview: &Shared<Overview>) -> Html {
    html! { <Letters key={u8::from(state.mode == Mode::Visitor)} overview={overview.clone()} mode={state.mode} filled={state.filled.clone()} client={page.client.clone()} dispatch={page.dispatch.clone()} /> }
}

/// How many of the site's requests fail, in either capture.
fn failing(overview: &Overview) -> u32 {
    let captures = &overview.report.captures;
    [&captures.proxied, &captures.direct].into_iter().flatten().map(|capture| capture.failing).max().unwrap_or(0)
}
