//! The texts for whoever has to help: gaps are filled in here, and the text is copied from here.

use fivetwenty_model::letter::{Field, Gap, Letter, Letters as Texts, Masked, Recipient, Taken, fill};
use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::visible;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Filled, Mode, Shared};
use crate::ui::parts::copy::{Copied, copy};
use crate::ui::parts::side::prose;
use crate::web::WorkerClient;

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
    /// What they filled in.
    pub(crate) filled: Filled,
    pub(crate) client: WorkerClient,
    pub(crate) dispatch: Callback<Action>,
}

/// The four texts, one at a time, with a form for their gaps.
#[component]
pub(crate) fn Letters(props: &LettersProps) -> Html {
    // Each writes to somebody else first.
    let first = Shown { to: if props.mode == Mode::Visitor { Recipient::Owner } else { Recipient::Support }, markdown: false };
    let shown = use_state_eq(|| first);
    let copied = use_state_eq(|| Copied::No);
    let place = use_node_ref();

    let Shown { to, markdown } = *shown;
    let (texts, filled) = (&props.overview.letters, &props.filled);
    let letter = texts.to(to);
    let segments = if markdown { &letter.markdown } else { &letter.plain };
    let text = fill(segments, |gap| filled.fill(gap, markdown));
    let fields = fields(letter);
    let gaps = fields.iter().filter(|field| filled.fill(Gap::Field(**field), false).is_none()).count();

    let choose = |next: Shown, label: &'static str| {
        let shown = shown.clone();
        let pressed = (*shown == next).to_string();
        html! { <button type="button" class="small" aria-pressed={pressed} onclick={move |_| shown.set(next)}>{ label }</button> }
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
        Copied::Yes => labels::COPIED,
        Copied::Refused => labels::SELECTED,
    };
    let label = format!("{}{}", labels::LETTER_FOR, to.label());
    html! {
        <section class="letters" id="letters" aria-labelledby="letters-title">
            <h2 id="letters-title">{ labels::LETTERS }</h2>
            <p class="actions" role="group" aria-label={labels::LETTERS_TO}>
                { for Recipient::ALL.iter().map(|to| choose(Shown { to: *to, markdown }, to.label())) }
            </p>
            <p class="quiet">{ labels::recipient_note(to) }</p>
            <p class="quiet">{ labels::TYPED_STAYS }</p>
            <div class="fill" id="fill-in">
                { for fields.iter().map(|field| text_field(*field, props)) }
                if has_values(letter) {
                    { for texts.values.iter().map(|masked| value_field(masked, texts, props)) }
                }
            </div>
            if fields.contains(&Field::Tried) && !texts.steps.is_empty() {
                <details id="taken">
                    <summary>{ labels::STEPS_TAKEN }{ " (" }{ filled.taken.len() }{ ")" }</summary>
                    { for texts.steps.iter().map(|step| step_taken(step, props)) }
                </details>
            }
            <p class="subject"><b>{ labels::SUBJECT }</b>{ visible(&letter.subject).into_owned() }</p>
            <textarea ref={place} id="letter" rows="18" readonly={true} spellcheck="false" aria-label={label} value={text} />
            <p class="actions">
                <button type="button" class="primary" id="copy-letter" {onclick}>{ labels::COPY_LETTER }</button>
                <span class="quiet" role="status">{ done }</span>
                { choose(Shown { to, markdown: false }, labels::PLAIN_TEXT) }
                { choose(Shown { to, markdown: true }, "Markdown") }
                if gaps > 0 {
                    <span class="quiet" id="gaps">{ labels::gaps_left(gaps) }</span>
                }
            </p>
        </section>
    }
}

/// The fields that a text has, each once.
fn fields(letter: &Letter) -> Vec<Field> {
    let mut fields = Vec::new();
    for segment in &letter.plain {
        if let Some(Gap::Field(field)) = segment.gap
            && !fields.contains(&field)
        {
            fields.push(field);
        }
    }
    fields
}

/// Whether a text names the URL with its masked values.
fn has_values(letter: &Letter) -> bool {
    letter.plain.iter().any(|segment| matches!(segment.gap, Some(Gap::Value(_))))
}

fn text_field(field: Field, props: &LettersProps) -> Html {
    let oninput = {
        let dispatch = props.dispatch.clone();
        move |event: InputEvent| dispatch.emit(Action::Filled(field, event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let value = props.filled.field(field).to_owned();
    html! {
        <label key={field.label()}>
            <span>{ field.label() }</span>
            <textarea rows="2" data-field={field.label()} placeholder={field.hint()} {value} {oninput} />
        </label>
    }
}

/// The value of a parameter, typed or taken from the capture.
fn value_field(masked: &Masked, texts: &Texts, props: &LettersProps) -> Html {
    let number = masked.number;
    let oninput = {
        let dispatch = props.dispatch.clone();
        move |event: InputEvent| dispatch.emit(Action::ValueFilled(number, event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let unmask = texts.entry.map(|entry| {
        let client = props.client.clone();
        html! {
            <button type="button" class="small" onclick={move |_| client.value(entry, number)} aria-label={labels::unmask_what(&masked.name)}>
                { labels::UNMASK }
            </button>
        }
    });
    let value = props.filled.value(number).to_owned();
    html! {
        <div class="value" key={number.to_string()}>
            <label>
                <span>{ labels::VALUE_OF }<span class="machine">{ visible(&masked.name).into_owned() }</span></span>
                <input type="text" autocomplete="off" spellcheck="false" data-value={number.to_string()} placeholder={masked.mask.clone()} {value} {oninput} />
            </label>
            { unmask }
        </div>
    }
}

fn step_taken(step: &Taken, props: &LettersProps) -> Html {
    let onchange = {
        let (dispatch, step) = (props.dispatch.clone(), step.clone());
        move |_| dispatch.emit(Action::Took(step.clone()))
    };
    let checked = props.filled.taken.contains(step);
    html! {
        <p><label><input type="checkbox" {checked} {onchange} />{ " " }{ prose(&step.plain) }</label></p>
    }
}
