//! The keys that work everywhere, in a dialog.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::labels;
use crate::state::Action;

/// The list of keys, with the switch that turns single keys off. `on` says whether they are on.
pub(crate) fn keys(on: bool, dispatch: &Callback<Action>) -> Html {
    let onchange = {
        let dispatch = dispatch.clone();
        move |event: Event| dispatch.emit(Action::SingleKeys(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    html! {
        <dialog id="keys" aria-labelledby="keys-title">
            <form method="dialog" class="stack">
                <h2 id="keys-title">{ labels::SHORTCUTS }</h2>
                <dl class="facts">{ for labels::KEYS.iter().map(|(key, what)| html! { <><dt><kbd>{ *key }</kbd></dt><dd>{ *what }</dd></> }) }</dl>
                <label><input type="checkbox" checked={on} {onchange} />{ " " }{ labels::SINGLE_KEYS }</label>
                <p><button type="submit">{ labels::CLOSE }</button></p>
            </form>
        </dialog>
    }
}
