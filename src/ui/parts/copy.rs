//! Copying, confirmed where the eye is.

use std::cell::RefCell;

use fivetwenty_redact::commands::{Shell, powershell};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::labels;
use crate::web::clipboard;

/// How long a confirmation stays.
const CONFIRMED_MS: u32 = 2_500;

/// What became of a copy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
    /// Nothing was copied yet, or it was confirmed long enough.
    No,
    /// It is on the clipboard.
    Yes,
    /// The browser refused.
    Refused,
}

/// Copies a text; `done` is called with the outcome.
pub(crate) fn copy(text: String, done: impl Fn(Copied) + 'static) {
    spawn_local(async move {
        if clipboard::copy(&text).await {
            done(Copied::Yes);
            Timeout::new(CONFIRMED_MS, move || done(Copied::No)).forget();
        } else {
            done(Copied::Refused);
        }
    });
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The one to press.
    Primary,
    /// One of several.
    Plain,
    /// Within a line.
    Small,
    /// Like a link.
    Link,
}

#[derive(Properties, PartialEq)]
pub(crate) struct CopyButtonProps {
    /// What is copied.
    pub(crate) text: AttrValue,
    /// What the button is called.
    pub(crate) label: &'static str,
    pub(crate) style: Style,
    pub(crate) id: &'static str,
    /// The name for screen readers, where the label says too little.
    #[prop_or_default]
    pub(crate) name: Option<String>,
}

/// A button that copies a text. When the browser refuses, the text is there, selected.
#[component]
pub(crate) fn CopyButton(props: &CopyButtonProps) -> Html {
    let copied = use_state_eq(|| Copied::No);
    let place = use_node_ref();
    let onclick = {
        let (text, copied) = (props.text.clone(), copied.setter());
        move |_| {
            let copied = copied.clone();
            copy(text.to_string(), move |outcome| copied.set(outcome));
        }
    };
    use_effect_with((*copied, place.clone()), |(copied, place)| {
        if let (Copied::Refused, Some(field)) = (copied, place.cast::<web_sys::HtmlTextAreaElement>()) {
            let _ = field.focus();
            field.select();
        }
    });
    let class = match props.style {
        Style::Primary => "primary",
        Style::Plain => "",
        Style::Small => "small",
        Style::Link => "link",
    };
    html! {
        <span class="copying">
            <button type="button" id={props.id} {class} {onclick} aria-label={props.name.clone()}>{ props.label }</button>
            <span class="copied" role="status" id={[props.id, "-status"].concat()}>{ outcome(*copied) }</span>
            if *copied == Copied::Refused {
                <textarea ref={place} readonly={true} rows="6" aria-label={props.label} value={props.text.clone()} />
            }
        </span>
    }
}

/// A link that opens an e-mail with this text; nothing for a text that is too long for one.
pub(crate) fn mail(subject: &str, text: &str) -> Html {
    /// Longer addresses are cut by some mail programs, in bytes.
    const MAX: usize = 2_000;
    let code = |text: &str| String::from(js_sys::encode_uri_component(text));
    let href = ["mailto:?subject=", &code(subject), "&body=", &code(text)].concat();
    if href.len() > MAX {
        return Html::default();
    }
    html! { <a class="button" id="open-email" {href}>{ labels::OPEN_EMAIL }</a> }
}

#[derive(Properties, PartialEq)]
struct CopiedTextProps {
    text: String,
    kind: &'static str,
    what: &'static str,
    /// What is known of it, one key press away: then it stands in a line.
    #[prop_or_default]
    about: Option<Html>,
}

/// What commands are shown for.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Console {
    /// The system of the person's terminal.
    pub(crate) shell: Shell,
    /// The origin's address, where it is known and can stand in place of `ORIGIN_IP`.
    pub(crate) origin: Option<String>,
}

// Whatever shows a command is drawn anew with all of the page, after this was set. Handing it down to each of them, or a context, would be
// kilobytes of the first load.
thread_local!(static CONSOLE: RefCell<Console> = const { RefCell::new(Console { shell: Shell::Posix, origin: None }) });

/// Commands that are drawn from now on are for this.
pub(crate) fn show_for(console: Console) {
    CONSOLE.set(console);
}

/// A command with a button that copies it; `what` it is for is said beside it and in the button's accessible name.
pub(crate) fn command(text: String, what: &'static str) -> Html {
    let Console { shell, origin } = CONSOLE.with_borrow(Console::clone);
    let text = match origin {
        Some(origin) => text.replace("ORIGIN_IP", &origin),
        None => text,
    };
    let (text, what) = match shell {
        Shell::Posix => (text, what),
        Shell::PowerShell => match powershell(&text) {
            Some(text) => (text, what),
            None => (text, labels::FOR_POSIX),
        },
    };
    html! { <CopiedText {text} kind="command" {what} /> }
}

/// A command as the person's shell takes it; as it is where that shell has no form for it.
pub(crate) fn in_shell(command: &str) -> String {
    let is_posix = CONSOLE.with_borrow(|console| console.shell == Shell::Posix);
    if is_posix { None } else { powershell(command) }.unwrap_or_else(|| command.to_owned())
}

/// A Ray ID with a button that copies it, and all that is known `about` it behind it.
pub(crate) fn ray_id(text: String, about: Html) -> Html {
    html! { <CopiedText {text} kind={labels::RAY_ID} what="" {about} /> }
}

/// The same for what is already written for the person's system, and for lines of a file.
pub(crate) fn code(text: String, what: &'static str) -> Html {
    html! { <CopiedText {text} kind="code" {what} /> }
}

/// A text to send with a button that copies it; `what` it is is said beside it.
pub(crate) fn message(text: String, what: &'static str) -> Html {
    html! { <CopiedText {text} kind="text" {what} /> }
}

/// Times as a log writes them, with a button that copies them; `what` log that is stands beside them.
pub(crate) fn times(text: String, what: &'static str) -> Html {
    html! { <CopiedText {text} kind="times" {what} /> }
}

/// What is said of a copy.
fn outcome(copied: Copied) -> &'static str {
    match copied {
        Copied::No => "",
        Copied::Yes => labels::COPIED,
        Copied::Refused => labels::SELECTED,
    }
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
    let button = html! {
        <span class="command-copy">
            <button type="button" class="small" {onclick} aria-label={labels::copy_what(props.kind, name(props))}>{ labels::COPY }</button>
            <span class="quiet" role="status">{ outcome(*copied) }</span>
        </span>
    };
    if let Some(about) = &props.about {
        return html! {
            <div class="ray">
                <details>
                    <summary><span ref={place} class="machine">{ &props.text }</span></summary>
                    { about.clone() }
                </details>
                { button }
            </div>
        };
    }
    html! {
        <div class="command">
            <pre ref={place} tabindex="0" aria-label={labels::what_is_copied(props.kind, props.what)}>{ &props.text }</pre>
            { button }
            if !props.what.is_empty() {
                <span class="quiet command-what">{ props.what }</span>
            }
        </div>
    }
}

/// What the button says that it copies: a Ray ID is its own name.
fn name(props: &CopiedTextProps) -> &str {
    if props.about.is_some() { &props.text } else { props.what }
}
