//! The head of the page: its name and its promise.

use yew::prelude::*;

use crate::state::{Action, Loadable, Mode, State};
use crate::web::WorkerClient;

/// The name, who the person is, and the promise with its reason.
pub(crate) fn top(state: &State, client: &WorkerClient, dispatch: &Callback<Action>) -> Html {
    let choose = |this: Mode, label: &'static str| {
        let (dispatch, client, is_new) = (dispatch.clone(), client.clone(), state.help == Loadable::Idle);
        let onclick = move |_| {
            dispatch.emit(Action::Mode(this));
            if is_new && this.needs_guides() {
                client.help();
            }
        };
        let pressed = (this == state.mode).to_string();
        html! { <button type="button" class="small" aria-pressed={pressed} {onclick}>{ label }</button> }
    };
    html! {
        <header class="top">
            <span class="name">{ "fivetwenty" }</span>
            <p class="modes" id="modes" role="group" aria-label="Who you are">
                { choose(Mode::Owner, "I own the site") }
                { choose(Mode::Support, "I support it") }
                { choose(Mode::Visitor, "I only visit it") }
            </p>
            <details class="promise">
                <summary>{ if state.ways_out.is_some() { "isolation is off here " } else { "nothing leaves this browser " } }<span class="info" aria-hidden="true">{ "i" }</span></summary>
                <div class="popover">
                    if state.ways_out.is_some() {
                        <p>{ "This copy of the page, or the server that it comes from, does not forbid its workers to connect. What is said below holds where that is forbidden." }</p>
                    }
                    <p>{ "Your files are read on this computer, in workers: separate parts of the page to which the page forbids every \
                          connection, by a policy (CSP) that the browser enforces. The page itself can connect only to where it came from." }</p>
                    <p>{ "One part can reach other sites: “Probe”. It runs only when you press it, asks only the host you typed (and where that sends the browser on), and is \
                          never given anything from a file." }</p>
                </div>
            </details>
        </header>
    }
}
