//! Looking at the site now: one request for `/cdn-cgi/trace`, after a click.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::copy::command;
use super::side::{abbr, machine, quiet};
use crate::protocol::FromProbe;
use crate::state::{Loadable, Shared};
use crate::web::crew::Crew;
use crate::words;

/// What the form is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct TraceProps {
    /// What the probe brought.
    pub(crate) trace: Loadable<Shared<FromProbe>>,
    /// The workers.
    pub(crate) crew: Crew,
}

/// The field, the button, and what came of it.
#[component]
pub(crate) fn TraceForm(props: &TraceProps) -> Html {
    let host = use_node_ref();
    let busy = props.trace == Loadable::Loading;
    let onsubmit = {
        let (crew, host) = (props.crew.clone(), host.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let (false, Some(input)) = (busy, host.cast::<HtmlInputElement>()) {
                crew.probe(input.value());
            }
        }
    };
    html! {
        <section class="probe" aria-label="Look at the site now">
            <form {onsubmit}>
                <label for="host">{ "Or look at the site now:" }</label>
                <input id="host" ref={host} type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="shop.example" />
                <button type="submit" id="probe" aria-disabled={busy.to_string()}>{ if busy { "Fetching…" } else { "Fetch trace" } }</button>
                <span class="quiet">{ "One request to that host, for " }{ abbr("A short text that Cloudflare itself answers on every site behind it: which data centre, which protocol.", "/cdn-cgi/trace") }{ "." }</span>
            </form>
            <div id="trace" aria-live="polite" data-state={state(&props.trace)}>{ outcome(&props.trace) }</div>
        </section>
    }
}

fn state(trace: &Loadable<Shared<FromProbe>>) -> &'static str {
    match trace {
        Loadable::Idle => "idle",
        Loadable::Loading => "loading",
        Loadable::Ready(answer) if matches!(**answer, FromProbe::Trace { .. }) => "done",
        Loadable::Ready(_) | Loadable::Failed(_) => "failed",
    }
}

fn outcome(trace: &Loadable<Shared<FromProbe>>) -> Html {
    match trace {
        Loadable::Idle => Html::default(),
        Loadable::Loading => quiet("Waiting for the answer, 10 seconds at most."),
        Loadable::Failed(error) => html! { <div class="panel failed"><p>{ error }</p></div> },
        Loadable::Ready(answer) => match &**answer {
            FromProbe::Ready => Html::default(),
            FromProbe::Trace { url, trace, place } => {
                let colo = trace.get("colo").unwrap_or("not named");
                html! {
                    <div class="panel">
                        <p>
                            <b>{ "Through Cloudflare, data centre " }{ machine(colo) }</b>
                            if let Some(place) = place { { " (" }{ place }{ ")" } }
                            { ". Added to the report without the fields " }<code>{ "ip" }</code>{ " and " }<code>{ "uag" }</code>{ ", which are about you." }
                        </p>
                        <details>
                            <summary>{ "All it said " }<span class="machine quiet">{ url }</span></summary>
                            <dl class="fields">
                                { for trace.fields.iter().map(|(key, value)| html! {
                                    <div><dt class="machine">{ words::visible(key).into_owned() }</dt><dd class="machine">{ words::visible(value).into_owned() }</dd></div>
                                }) }
                            </dl>
                        </details>
                    </div>
                }
            }
            FromProbe::Failed { url, error, instead } => failed(url.as_deref(), error, instead),
        },
    }
}

fn failed(url: Option<&str>, error: &str, instead: &str) -> Html {
    html! {
        <div class="panel failed">
            <p><b>{ error }</b></p>
            <p>{ instead }</p>
            if let Some(url) = url {
                <p><a href={url.to_owned()} target="_blank" rel="noopener noreferrer">{ "Open " }{ url }{ " in a new tab" }</a></p>
                { command(format!("curl -sS {url}"), "to fetch it from a terminal") }
            }
        </div>
    }
}
