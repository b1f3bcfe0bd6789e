//! Looking at the site now: a few requests to what the person typed, after a click.

use std::rc::Rc;

use fivetwenty_model::probe::{Cookies, DEFAULT_TRACES, MAX_TRACES, Question, Task};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::probe_results::probe_results;
use crate::labels;
use crate::state::{Loadable, Probe, State};
use crate::ui::parts::button::button;
use crate::ui::parts::copy::command;
use crate::ui::parts::side::abbr;
use crate::web::{WorkerClient, has_probe, is_own, own_origin};

/// The seconds between two requests of a repetition, unless somebody wants another number.
const DEFAULT_PAUSE_S: u32 = 5;
/// The minutes that a repetition takes, likewise.
const DEFAULT_MINUTES: u32 = 5;

/// What the form is made from.
#[derive(Properties, PartialEq)]
struct ProbeProps {
    /// What the probe was asked, and what it brought.
    probe: Probe,
    /// The page came through Cloudflare itself.
    by_cloudflare: bool,
    /// The workers.
    client: WorkerClient,
}

/// The form's fields. They are the person's: the page reads them when it is asked to do something.
#[derive(Default)]
struct Fields {
    host: NodeRef,
    traces: NodeRef,
    cookies: NodeRef,
    pause: NodeRef,
    minutes: NodeRef,
}

impl Fields {
    /// What the person asks; `None` when the form is gone. Cookies are for the page's own site only.
    fn question(&self, same_origin: bool, task: Task) -> Option<Question> {
        let target = self.host.cast::<HtmlInputElement>()?.value();
        let with_cookies = same_origin && self.cookies.cast::<HtmlInputElement>().is_some_and(|field| field.checked());
        Some(Question { target, task, cookies: if with_cookies { Cookies::Own } else { Cookies::None } })
    }

    fn look(&self) -> Task {
        Task::Look { traces: number(&self.traces, DEFAULT_TRACES) }
    }

    fn repeat(&self) -> Task {
        let pause = number(&self.pause, DEFAULT_PAUSE_S).clamp(1, 3600);
        Task::Repeat { every_ms: pause * 1000, times: number(&self.minutes, DEFAULT_MINUTES).min(60) * 60 / pause }
    }

    fn set_host(&self, address: &str) {
        if let Some(field) = self.host.cast::<HtmlInputElement>() {
            field.set_value(address);
        }
    }
}

/// The number in a field.
fn number(field: &NodeRef, default: u32) -> u32 {
    field.cast::<HtmlInputElement>().and_then(|field| field.value().parse().ok()).unwrap_or(default)
}

/// The form; in the edition that connects nowhere, what to run instead.
pub(crate) fn probe(state: &State, client: &WorkerClient) -> Html {
    if has_probe() {
        return html! { <ProbeForm probe={state.probe.clone()} by_cloudflare={state.by_cloudflare} client={client.clone()} /> };
    }
    html! {
        <div id="no-probe">
            <p>{ labels::NO_PROBE }</p>
            { for labels::INSTEAD_OF_PROBE.iter().map(|text| command((*text).to_owned(), "")) }
        </div>
    }
}

/// The field, the buttons, and the results.
#[component]
fn ProbeForm(props: &ProbeProps) -> Html {
    let fields = use_memo((), |()| Fields::default());
    let same_origin = use_state_eq(|| props.probe.question.as_ref().is_some_and(|question| is_own(&question.target)));
    let busy = props.probe.is_busy();
    let ask = {
        let (client, fields, same_origin) = (props.client.clone(), fields.clone(), *same_origin);
        move |task: fn(&Fields) -> Task| {
            if let (false, Some(question)) = (busy, fields.question(same_origin, task(&fields))) {
                client.probe(question);
            }
        }
    };
    let onsubmit = {
        let ask = ask.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            ask(Fields::look);
        }
    };
    let repeat = Callback::from(move |_: MouseEvent| ask(Fields::repeat));
    let oninput = {
        let same_origin = same_origin.setter();
        move |event: InputEvent| same_origin.set(is_own(&event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let stop = {
        let client = props.client.clone();
        move |_| client.stop_probe()
    };
    // What the field holds is only put back when the form has moved.
    let typed = props.probe.question.as_ref().map(|question| question.target.clone());
    use_effect_with((), {
        let fields = fields.clone();
        move |()| {
            if let Some(typed) = typed {
                fields.set_host(&typed);
            }
        }
    });
    html! {
        <div class="probe">
            <form {onsubmit}>
                <label for="host">{ labels::SITE_TO_PROBE }</label>
                <input id="host" ref={&fields.host} type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="shop.example/path" {oninput} />
                <button type="submit" id="probe" aria-disabled={busy.to_string()}>{ if busy { labels::PROBING } else { labels::PROBE } }</button>
                if busy {
                    { button("", "stop-probe", labels::STOP, stop) }
                }
                if props.by_cloudflare {
                    { button("link", "probe-own", labels::PROBE_THIS_PAGE, probe_this_page(props, &fields, &same_origin)) }
                }
                <label>{ labels::TRACES }<input ref={&fields.traces} id="traces" type="number" min="1" max={MAX_TRACES.to_string()} placeholder={DEFAULT_TRACES.to_string()} /></label>
                <span class="quiet">{ labels::PROBE_REQUESTS }{ abbr(labels::TRACE_MEANS, "/cdn-cgi/trace") }{ labels::PROBE_HOW_OFTEN }</span>
                if *same_origin { { own_choices(&fields, &repeat, busy) } }
            </form>
            <div id="trace" aria-live={if busy { "off" } else { "polite" }} data-state={state(&props.probe)}>{ probe_results(&props.probe, &props.client) }</div>
        </div>
    }
}

/// Probes the site that the page comes from.
fn probe_this_page(props: &ProbeProps, fields: &Rc<Fields>, same_origin: &UseStateHandle<bool>) -> impl Fn(MouseEvent) + use<> {
    let (client, fields, same_origin, busy) = (props.client.clone(), fields.clone(), same_origin.setter(), props.probe.is_busy());
    move |_| {
        if !busy {
            fields.set_host(&own_origin());
            same_origin.set(true);
            client.probe(Question { target: own_origin(), task: Task::Look { traces: DEFAULT_TRACES }, cookies: Cookies::None });
        }
    }
}

/// What can be chosen for the page's own site only: cookies, and a repetition.
fn own_choices(fields: &Fields, repeat: &Callback<MouseEvent>, busy: bool) -> Html {
    html! {
        <span class="own">
            <label><input ref={&fields.cookies} id="cookies" type="checkbox" />{ labels::SEND_COOKIES }</label>
            <span>
                <label>{ labels::REPEAT_EVERY }<input ref={&fields.pause} id="every" type="number" min="1" max="3600" placeholder={DEFAULT_PAUSE_S.to_string()} /></label>
                <label>{ labels::SECONDS_FOR }<input ref={&fields.minutes} id="minutes" type="number" min="1" max="60" placeholder={DEFAULT_MINUTES.to_string()} /></label>
                { labels::MINUTES }
                <button type="button" id="repeat" onclick={repeat.clone()} aria-disabled={busy.to_string()}>{ labels::REPEAT }</button>
                <span class="quiet">{ labels::REPEAT_ENDS }</span>
            </span>
        </span>
    }
}

fn state(probe: &Probe) -> &'static str {
    match probe.phase {
        Loadable::Idle => "idle",
        Loadable::Loading => "loading",
        Loadable::Ready(()) => "done",
        Loadable::Failed(_) => "failed",
    }
}
