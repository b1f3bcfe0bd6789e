//! The texts for whoever has to help: edited here, copied from here.

use fivetwenty_model::protocol::{Overview, Recipient};
use fivetwenty_redact::visible;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::copy::{Copied, copy};
use crate::state::{Mode, Shared};
use crate::{format, labels};

/// What stands for a gap that the person fills in.
const GAP: &str = "[fill in:";

/// Which text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    to: Recipient,
    markdown: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct LettersProps {
    /// What the texts are from.
    pub(crate) overview: Shared<Overview>,
    /// Who writes.
    pub(crate) mode: Mode,
}

/// The four texts, one at a time.
#[component]
pub(crate) fn Letters(props: &LettersProps) -> Html {
    // Each writes to somebody else first.
    let first = Shown { to: if props.mode == Mode::Visitor { Recipient::Owner } else { Recipient::default() }, markdown: false };
    let shown = use_state_eq(|| first);
    // What the person wrote; it goes when the captures change, for the text is another one then.
    let edited = use_state(Vec::<(Shown, String)>::new);
    let copied = use_state_eq(|| Copied::No);
    let place = use_node_ref();
    use_effect_with(props.overview.clone(), {
        let edited = edited.setter();
        move |_| edited.set(Vec::new())
    });

    let Some(letter) = props.overview.letters.iter().find(|letter| letter.to == shown.to) else { return Html::default() };
    let made = if shown.markdown { &letter.markdown } else { &letter.plain };
    let text = edited.iter().find(|(which, _)| *which == *shown).map_or(made, |(_, text)| text).clone();
    let gaps = text.matches(GAP).count();

    let choose = |next: Shown, label: &'static str| {
        let shown = shown.clone();
        let pressed = (*shown == next).to_string();
        html! { <button type="button" class="small" aria-pressed={pressed} onclick={move |_| shown.set(next)}>{ label }</button> }
    };
    let oninput = {
        let (edited, which) = (edited.clone(), *shown);
        move |event: InputEvent| {
            let mut next = (*edited).clone();
            next.retain(|(known, _)| *known != which);
            next.push((which, event.target_unchecked_into::<HtmlTextAreaElement>().value()));
            edited.set(next);
        }
    };
    let onclick = {
        let (text, copied, place) = (text.clone(), copied.setter(), place.clone());
        move |_| {
            let (copied, place) = (copied.clone(), place.clone());
            copy(text.clone(), move |outcome| {
                if let (Copied::Refused, Some(element)) = (outcome, place.cast::<HtmlTextAreaElement>()) {
                    element.select();
                }
                copied.set(outcome);
            });
        }
    };
    let done = match *copied {
        Copied::No => "",
        Copied::Yes => "copied",
        Copied::Refused => "selected: press Ctrl+C",
    };
    html! {
        <section class="letters" id="letters" aria-labelledby="letters-title">
            <h2 id="letters-title">{ "What to write" }</h2>
            <p class="actions" role="group" aria-label="To whom">
                { for Recipient::ALL.into_iter().map(|to| choose(Shown { to, ..*shown }, labels::recipient(to))) }
            </p>
            <p class="quiet">{ labels::recipient_note(shown.to) }</p>
            <p class="subject"><b>{ "Subject: " }</b>{ visible(&letter.subject).into_owned() }</p>
            <textarea ref={place} id="letter" rows="18" spellcheck="false" aria-label={format!("The text for {}", labels::recipient(shown.to))} value={text} {oninput} />
            <p class="actions">
                <button type="button" class="primary" id="copy-letter" {onclick}>{ "Copy" }</button>
                <span class="quiet" role="status">{ done }</span>
                { choose(Shown { markdown: false, ..*shown }, "Plain text") }
                { choose(Shown { markdown: true, ..*shown }, "Markdown") }
                if gaps > 0 {
                    <span class="quiet" id="gaps">{ format::counted(gaps as u64, "gap", "gaps") }{ " to fill in, marked with [fill in: …]" }</span>
                }
            </p>
        </section>
    }
}
