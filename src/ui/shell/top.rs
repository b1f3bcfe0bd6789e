//! The head of the page: its name and its promise.

use yew::prelude::*;

use crate::labels;
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
            <p class="modes" id="modes" role="group" aria-label={labels::WHO_YOU_ARE}>
                { choose(Mode::Owner, labels::I_OWN_THE_SITE) }
                { choose(Mode::Support, labels::I_SUPPORT_IT) }
                { choose(Mode::Visitor, labels::I_ONLY_VISIT_IT) }
            </p>
            <details class="promise">
                <summary>{ if state.ways_out.is_some() { labels::ISOLATION_IS_OFF_HERE } else { labels::NOTHING_LEAVES } }<span class="info" aria-hidden="true">{ "i" }</span></summary>
                <div class="popover">
                    if state.ways_out.is_some() {
                        <p>{ labels::PROMISE_BROKEN }</p>
                    }
                    <p>{ labels::PROMISE_FILES }</p>
                    <p>{ labels::PROMISE_PROBE }</p>
                </div>
            </details>
        </header>
    }
}
