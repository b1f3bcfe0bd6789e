//! The page as a whole: what stands where, and when.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::components::{
    Format, Letters, SideBySide, TraceForm, after, bar, bundle, checks, complete, file_list, inputs, leaving, measured, offer_after,
    patterns, rays, slots, start, top, verdict_block, why,
};
use super::hooks::{Page, use_page, use_window_drop, use_window_event, use_window_paste};
use crate::protocol::Overview;
use crate::state::{Action, Loadable, Shared, State};

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
    let close = use_callback(page.tell.clone(), |event: Event, tell| {
        if event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            tell.emit(Action::Closed);
        }
    });
    use_window_event("keydown", close);

    let state = &page.store.0;
    html! {
        <>
            <a class="skip" href="#main">{ "Skip to the content" }</a>
            <div class={classes!("page", hovering.then_some("dropping"))} data-test="page">
                { top() }
                <main id="main" tabindex="-1">
                    { intake(state, &page) }
                    { analysis(state, &page, *format, &show) }
                </main>
                <footer class="quiet">{ "fivetwenty reads your captures in this browser and sends nothing. Not a product of Cloudflare." }</footer>
            </div>
            if hovering {
                <div class="drop-cover" aria-hidden="true"><p>{ "Drop to read" }</p></div>
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
                { start(&page.take, &page.tell) }
            } else {
                { bar(&page.take, &page.crew, overview) }
            }
            <p class="notice" role="status" id="notice">{ &state.notice }</p>
            { unprepared(state.unprepared.as_deref(), page) }
            { file_list(&state.files, overview, &page.crew) }
            if state.wants_after() {
                { offer_after() }
            }
            if !is_whole && !state.is_reading() {
                { slots(overview) }
            }
            if overview.is_none() {
                <TraceForm trace={state.trace.clone()} crew={page.crew.clone()} />
            }
        </>
    }
}

/// What is said while the workers cannot begin.
fn unprepared(error: Option<&str>, page: &Page) -> Html {
    let Some(error) = error else { return Html::default() };
    let prepare = {
        let crew = page.crew.clone();
        move |_| crew.prepare()
    };
    html! {
        <section class="panel failed" role="alert" id="unprepared">
            <p><b>{ error }</b></p>
            <p>{ "Look at the connection, then try again. If it stays like this, a newer version may have taken this one's place: reload the page." }</p>
            <p><button type="button" id="prepare" onclick={prepare}>{ "Try again" }</button></p>
        </section>
    }
}

/// What was found, once there is something.
fn analysis(state: &State, page: &Page, format: Format, show: &Callback<Format>) -> Html {
    match &state.analysis {
        Loadable::Idle => Html::default(),
        Loadable::Loading => html! { <p role="status" class="quiet">{ "Comparing…" }</p> },
        Loadable::Failed(error) => html! {
            <section class="panel failed" role="alert">
                <p><b>{ error }</b></p>
                <p>{ "Start over, and drop the files again. If it happens again, the file that causes it would help to mend this." }</p>
            </section>
        },
        Loadable::Ready(overview) => result(state, page, overview, format, show),
    }
}

fn result(state: &State, page: &Page, overview: &Shared<Overview>, format: Format, show: &Callback<Format>) -> Html {
    // Without a capture, what texts tell is all that there is.
    let is_told = overview.proxied.is_none() && overview.direct.is_none();
    html! {
        <>
            { verdict_block(overview, show) }
            { after(overview) }
            if is_told {
                { inputs(overview) }
            }
            { why(overview, &page.crew, state.zone) }
            { measured(overview, &page.crew) }
            { patterns(overview) }
            if !is_told {
                { inputs(overview) }
                { checks(overview) }
            }
            <SideBySide
                overview={overview.clone()}
                filter={state.filter.clone()}
                asked={state.asked.clone()}
                rows={state.rows.clone()}
                goal={state.goal}
                open={state.open.clone()}
                crew={page.crew.clone()}
                tell={page.tell.clone()}
            />
            { rays(overview, &page.crew) }
            <TraceForm trace={state.trace.clone()} crew={page.crew.clone()} />
            { complete(overview) }
            { bundle(&state.bundle, &page.crew) }
            <Letters overview={overview.clone()} />
            { leaving(overview, format, show) }
        </>
    }
}
