//! Copying, confirmed where the eye is.

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::web::clipboard;

/// How long a confirmation stays.
const CONFIRMED_MS: u32 = 2_500;

/// What became of a copy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Copied {
    /// Nothing was copied yet, or it was confirmed long enough.
    No,
    /// It is on the clipboard.
    Yes,
    /// The browser refused.
    Refused,
}

/// Copies a text; `done` hears what became of it.
pub(super) fn copy(text: String, done: impl Fn(Copied) + 'static) {
    spawn_local(async move {
        if clipboard::copy(&text).await {
            done(Copied::Yes);
            Timeout::new(CONFIRMED_MS, move || done(Copied::No)).forget();
        } else {
            done(Copied::Refused);
        }
    });
}

#[derive(Properties, PartialEq)]
struct CopiedTextProps {
    text: String,
    kind: &'static str,
    what: &'static str,
}

/// A command with a button that copies it; `what` it is for is said beside it and in the button's accessible name.
pub(super) fn command(text: String, what: &'static str) -> Html {
    html! { <CopiedText {text} kind="command" {what} /> }
}

/// Times as a log writes them, with a button that copies them; `what` log that is stands beside them.
pub(super) fn times(text: String, what: &'static str) -> Html {
    html! { <CopiedText {text} kind="times" {what} /> }
}

#[component]
fn CopiedText(props: &CopiedTextProps) -> Html {
    let copied = use_state_eq(|| Copied::No);
    let place = use_node_ref();
    let onclick = {
        let (text, copied, place) = (props.text.clone(), copied.setter(), place.clone());
        move |_| {
            let (copied, place) = (copied.clone(), place.clone());
            copy(text.clone(), move |outcome| {
                if let (Copied::Refused, Some(element)) = (outcome, place.cast::<web_sys::Element>()) {
                    clipboard::select(&element);
                }
                copied.set(outcome);
            });
        }
    };
    let words = match *copied {
        Copied::No => "",
        Copied::Yes => "copied",
        Copied::Refused => "selected: press Ctrl+C",
    };
    html! {
        <div class="command">
            <pre ref={place} tabindex="0" aria-label={format!("The {} {}", props.kind, props.what)}>{ &props.text }</pre>
            <span class="command-copy">
                <button type="button" class="small" {onclick} aria-label={format!("Copy the {} {}", props.kind, props.what)}>{ "Copy" }</button>
                <span class="quiet" role="status">{ words }</span>
            </span>
            if !props.what.is_empty() {
                <span class="quiet command-what">{ props.what }</span>
            }
        </div>
    }
}
