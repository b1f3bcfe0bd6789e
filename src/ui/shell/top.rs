//! The head of the page: its name, the files, who the person is, the colours, and the promise.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Loadable, Mode, State, Theme};
use crate::ui::start::files_menu;
use crate::web::{WorkerClient, has_probe};

/// The modes as the choice shows them: value, name.
const MODES: [(Mode, &str, &str); 3] =
    [(Mode::Owner, "owner", labels::OWNER), (Mode::Support, "support", labels::SUPPORT), (Mode::Visitor, "visitor", labels::VISITOR)];

/// The name, the files, who the person is, and the promise with its reason.
pub(crate) fn top(state: &State, client: &WorkerClient, dispatch: &Callback<Action>, take: &crate::ui::start::Take) -> Html {
    let onchange = {
        let (dispatch, client, is_new) = (dispatch.clone(), client.clone(), state.help == Loadable::Idle);
        move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let Some((mode, ..)) = MODES.iter().find(|(_, id, _)| *id == value) else { return };
            dispatch.emit(Action::Mode(*mode));
            if is_new && mode.needs_guides() {
                client.help();
            }
        }
    };
    let switch = {
        let dispatch = dispatch.clone();
        move |_| dispatch.emit(Action::Theme(if crate::web::is_dark() { Theme::Light } else { Theme::Dark }))
    };
    html! {
        <header class="top">
            <span class="name">{ "fivetwenty" }</span>
            if !state.is_at_start() {
                { files_menu(state, client, take) }
            }
            <span class="gap"></span>
            <label for="you"><span class="you">{ labels::YOU_ARE }</span>
                <select id="you" aria-label={labels::YOU_ARE} {onchange}>
                    { for MODES.iter().map(|(mode, id, name)| html! { <option value={*id} selected={state.mode == *mode}>{ *name }</option> }) }
                </select>
            </label>
            <button type="button" id="theme" class="icon" onclick={switch} aria-label={labels::SWITCH_THEME} title={labels::SWITCH_THEME}>
                <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" /><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" /></svg>
            </button>
            <details class="menu promise">
                <summary>
                    <span class="words unseen-narrow">{ if state.ways_out.is_some() { labels::ISOLATION_IS_OFF_HERE } else { labels::NOTHING_LEAVES } }</span>
                    <svg viewBox="0 0 12 14" width="12" height="14" aria-hidden="true"><path d="M1 6h10v7.5H1z" fill="currentColor" /><path d="M3.5 6V4a2.5 2.5 0 0 1 5 0v2" fill="none" stroke="currentColor" stroke-width="1.5" /></svg>
                </summary>
                <div class="sheet end">
                    if state.ways_out.is_some() {
                        <p>{ labels::PROMISE_BROKEN }</p>
                    }
                    if has_probe() {
                        <p>{ labels::PROMISE_FILES }{ labels::PROMISE_PAGE }</p>
                        <p>{ labels::PROMISE_PROBE }</p>
                    } else {
                        <p>{ labels::PROMISE_FILES }{ labels::PROMISE_NO_PROBE }</p>
                    }
                </div>
            </details>
        </header>
    }
}
