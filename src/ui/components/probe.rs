//! Looking at the site now: a few requests to what the person typed, after a click.

use fivetwenty_redact::visible;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::copy::command;
use super::patterns::line;
use super::side::{abbr, machine, outcome, quiet};
use crate::state::{Loadable, Probe};
use crate::web::WorkerClient;
use crate::web::{is_own, own_origin};
use fivetwenty_model::probe::{Cookies, DEFAULT_TRACES, MAX_TRACES, Panel, Question, Repeated, Task};

/// How often a repetition asks, in seconds, and for how many minutes, unless somebody wants it otherwise.
const DEFAULT_REPEAT: [u32; 2] = [5, 5];

/// What the form is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct ProbeProps {
    /// What the probe was asked, and what it brought.
    pub(crate) probe: Probe,
    /// The page came through Cloudflare itself.
    pub(crate) by_cloudflare: bool,
    /// The workers.
    pub(crate) client: WorkerClient,
}

/// The field, the buttons, and what came of it.
#[component]
pub(crate) fn ProbeForm(props: &ProbeProps) -> Html {
    let fields: [NodeRef; 5] = std::array::from_fn(|_| NodeRef::default());
    let fields = use_memo((), |()| fields);
    let own = use_state_eq(|| props.probe.question.as_ref().is_some_and(|question| is_own(&question.target)));
    let busy = props.probe.is_busy();
    let ask = {
        let (client, fields, own) = (props.client.clone(), fields.clone(), *own);
        move |task: fn(&dyn Fn(usize, u32) -> u32) -> Task| {
            let field = |place: usize| fields[place].cast::<HtmlInputElement>();
            let number = |place: usize, usual: u32| field(place).and_then(|field| field.value().parse().ok()).unwrap_or(usual);
            let cookies = field(COOKIES).is_some_and(|field| own && field.checked());
            if let (false, Some(target)) = (busy, field(HOST)) {
                let cookies = if cookies { Cookies::Own } else { Cookies::None };
                client.probe(Question { target: target.value(), task: task(&number), cookies });
            }
        }
    };
    let onsubmit = {
        let ask = ask.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            ask(|number| Task::Look { traces: number(TRACES, DEFAULT_TRACES) });
        }
    };
    let repeat = move |_| {
        ask(|number| {
            let every = number(EVERY, DEFAULT_REPEAT[0]).clamp(1, 3600);
            Task::Repeat { every_ms: every * 1000, times: number(MINUTES, DEFAULT_REPEAT[1]).min(60) * 60 / every }
        });
    };
    let oninput = {
        let own = own.setter();
        move |event: InputEvent| own.set(is_own(&event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let this_page = {
        let (client, field, own) = (props.client.clone(), fields[HOST].clone(), own.setter());
        move |_| {
            if let (false, Some(field)) = (busy, field.cast::<HtmlInputElement>()) {
                field.set_value(&own_origin());
                own.set(true);
                client.probe(Question { target: own_origin(), task: Task::Look { traces: DEFAULT_TRACES }, cookies: Cookies::None });
            }
        }
    };
    let stop = {
        let client = props.client.clone();
        move |_| client.stop_probe()
    };
    // The field is the person's: what it holds is only put back when the form has moved.
    let typed = props.probe.question.as_ref().map(|question| question.target.clone());
    use_effect_with((), {
        let field = fields[HOST].clone();
        move |()| {
            if let (Some(field), Some(typed)) = (field.cast::<HtmlInputElement>(), typed) {
                field.set_value(&typed);
            }
        }
    });
    html! {
        <section class="probe" aria-label="Look at the site now">
            <form {onsubmit}>
                <label for="host">{ "Or look at the site now:" }</label>
                <input id="host" ref={&fields[HOST]} type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="shop.example/path" {oninput} />
                <button type="submit" id="probe" aria-disabled={busy.to_string()}>{ if busy { "Probing…" } else { "Probe" } }</button>
                if busy {
                    <button type="button" id="stop-probe" onclick={stop}>{ "Stop" }</button>
                }
                if props.by_cloudflare {
                    <button type="button" class="link" id="probe-own" onclick={this_page}>{ "Probe where this page comes from" }</button>
                }
                <label>{ "Traces " }<input ref={&fields[TRACES]} id="traces" type="number" min="1" max={MAX_TRACES.to_string()} placeholder={DEFAULT_TRACES.to_string()} /></label>
                <span class="quiet">{ "Asks that host for " }{ abbr("A short text that Cloudflare itself answers on every site behind it: which data centre, which protocol.", "/cdn-cgi/trace") }{ " that often, and once for the address itself. Without cookies." }</span>
                if *own {
                    <span class="own">
                        <label><input ref={&fields[COOKIES]} id="cookies" type="checkbox" />{ " With the cookies of this page’s own origin" }</label>
                        <span>
                            <label>{ "Ask every " }<input ref={&fields[EVERY]} id="every" type="number" min="1" max="3600" placeholder={DEFAULT_REPEAT[0].to_string()} /></label>
                            <label>{ " seconds for " }<input ref={&fields[MINUTES]} id="minutes" type="number" min="1" max="60" placeholder={DEFAULT_REPEAT[1].to_string()} /></label>
                            { " minutes " }
                            <button type="button" id="repeat" onclick={repeat} aria-disabled={busy.to_string()}>{ "Repeat" }</button>
                            <span class="quiet">{ " At most 300 requests, then it ends by itself." }</span>
                        </span>
                    </span>
                }
            </form>
            <div id="trace" aria-live={if busy { "off" } else { "polite" }} data-state={state(&props.probe)}>{ brought(&props.probe, &props.client) }</div>
        </section>
    }
}

const HOST: usize = 0;
const TRACES: usize = 1;
const COOKIES: usize = 2;
const EVERY: usize = 3;
const MINUTES: usize = 4;

fn state(probe: &Probe) -> &'static str {
    match probe.phase {
        Loadable::Idle => "idle",
        Loadable::Loading => "loading",
        Loadable::Ready(()) => "done",
        Loadable::Failed(_) => "failed",
    }
}

fn brought(probe: &Probe, client: &WorkerClient) -> Html {
    let news = probe.panels.as_deref();
    html! {
        <>
            if let Loadable::Failed(error) = &probe.phase {
                <div class="panel failed"><p><b>{ error }</b></p><p>{ "Nothing more is sent." }</p></div>
            }
            if probe.is_busy() {
                <p class="quiet">{ format!("Request {} of {} at most; each may take 10 seconds.", probe.asked() + 1, probe.requests) }</p>
            } else if probe.phase == Loadable::Ready(()) && probe.asked() == 0 {
                { quiet("Stopped before an answer came.") }
            }
            { for news.iter().flat_map(|news| &news.panels).map(panel) }
            if let Some(repeated) = news.and_then(|news| news.repeated.as_ref()) { { over_time(repeated) } }
            if probe.readable && probe.phase == Loadable::Ready(()) {
                <p class="actions">
                    <button type="button" class="small" id="save-probe" onclick={let client = client.clone(); move |_| client.save_probe()}>{ "Save probe" }</button>
                    <span class="quiet">
                        { "It is in the report, without " }<code>{ "ip" }</code>{ " and " }<code>{ "uag" }</code>{ ". Saved, the command line takes it: " }<code>{ "--paste probe.json" }</code>
                    </span>
                    <span class="quiet" role="status" id="probe-saved">{ &probe.saved }</span>
                </p>
            }
        </>
    }
}

fn panel(panel: &Panel) -> Html {
    html! {
        <div class={classes!("panel", panel.failed.then_some("failed"))}>
            <p><b>{ &panel.title }</b></p>
            if !panel.text.is_empty() {
                <p class={classes!((!panel.failed).then_some("quiet"))}>{ &panel.text }</p>
            }
            if !panel.command.is_empty() {
                <p><a href={panel.address.clone()} target="_blank" rel="noopener noreferrer">{ "Open " }{ visible(&panel.address).into_owned() }{ " in a new tab" }</a></p>
                { command(panel.command.clone(), "to ask from a terminal") }
            }
            if !panel.summary.is_empty() {
                <details>
                    <summary>{ &panel.summary }</summary>
                    <dl class="fields">
                        { for panel.fields.iter().map(|[name, value, meaning]| html! {
                            <div><dt class="machine">{ name }</dt><dd><span class="machine">{ value }</span>{ " " }<span class="quiet">{ meaning }</span></dd></div>
                        }) }
                    </dl>
                </details>
            }
        </div>
    }
}

/// A repetition: a line for each data centre with failures above it and answers below, and a table of the stretches that were alike.
fn over_time(repeated: &Repeated) -> Html {
    html! {
        <div class="panel" id="repeated">
            <p><b>{ &repeated.sentence }</b></p>
            <div class="colos">
                { for repeated.lines.iter().map(|(colo, cells)| line(machine(colo), colo, cells, 1)) }
                <span class="ends"><span>{ &repeated.ends[0] }</span><span>{ &repeated.ends[1] }{ " UTC" }</span></span>
            </div>
            <p class="key quiet">
                <span class="swatch fails" aria-hidden="true"></span>{ "▲ failed, above the line " }<span class="swatch" aria-hidden="true"></span>{ "▼ answered, below it; a bar is a request, a line a data centre" }
            </p>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Answers over time">
                <table class="plain">
                    <thead><tr><th>{ "From (UTC)" }</th><th>{ "To" }</th><th>{ "Answer" }</th><th>{ "Data centre" }</th><th class="number">{ "Requests" }</th></tr></thead>
                    <tbody>{ for repeated.runs.iter().map(|run| html! {
                        <tr>
                            <td>{ &run.ends[0] }</td><td>{ &run.ends[1] }</td><td>{ outcome(run.status, run.failed, None) }</td>
                            <td>{ machine(&run.colo) }</td><td class="number">{ run.count }</td>
                        </tr>
                    }) }</tbody>
                </table>
            </div>
        </div>
    }
}
