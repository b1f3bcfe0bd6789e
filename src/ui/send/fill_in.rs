//! The gaps of a text as fields. What is typed fills all texts.

use fivetwenty_model::letter::{Field, Gap, Letter, Letters, Masked, Recipient};
use fivetwenty_redact::visible;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Filled};
use crate::ui::parts::side::quiet;
use crate::web::WorkerClient;

/// A field for each gap of the text to somebody; nothing when it has none.
pub(super) fn fill_in(texts: &Letters, to: Recipient, filled: &Filled, client: &WorkerClient, dispatch: &Callback<Action>) -> Html {
    let letter = texts.to(to);
    let fields = fields(letter);
    // The URL with its masked values.
    let has_values = letter.plain.iter().any(|segment| matches!(segment.gap, Some(Gap::Value(_))));
    if fields.is_empty() && !has_values {
        return Html::default();
    }
    html! {
        <section id="fill-in" aria-labelledby="fill-in-title">
            <h3 id="fill-in-title">{ labels::FILL_IN }</h3>
            { quiet(labels::TYPED_STAYS) }
            <div class="fill">
                { for fields.iter().map(|field| text_field(*field, filled, dispatch)) }
                if has_values {
                    { for texts.values.iter().map(|masked| value_field(masked, texts, filled, client, dispatch)) }
                }
            </div>
        </section>
    }
}

/// The fields that a text has, each once.
pub(super) fn fields(letter: &Letter) -> Vec<Field> {
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

fn text_field(field: Field, filled: &Filled, dispatch: &Callback<Action>) -> Html {
    let oninput = {
        let dispatch = dispatch.clone();
        move |event: InputEvent| dispatch.emit(Action::Filled(field, event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let value = filled.field(field).to_owned();
    html! {
        <label key={field.label()}>
            <span>
                { field.label() }{ " " }<span class="quiet">{ field.hint() }</span>
                if field == Field::Tried { <span class="quiet">{ labels::TICKED_ARE_ADDED }</span> }
            </span>
            <textarea rows="1" data-field={field.label()} {value} {oninput} />
        </label>
    }
}

/// The value of a parameter, typed or taken from the capture.
fn value_field(masked: &Masked, texts: &Letters, filled: &Filled, client: &WorkerClient, dispatch: &Callback<Action>) -> Html {
    let number = masked.number;
    let oninput = {
        let dispatch = dispatch.clone();
        move |event: InputEvent| dispatch.emit(Action::ValueFilled(number, event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let unmask = texts.entry.map(|entry| {
        let client = client.clone();
        html! {
            <button type="button" onclick={move |_| client.value(entry, number)} aria-label={labels::unmask_what(&masked.name)}>
                { labels::UNMASK }
            </button>
        }
    });
    let value = filled.value(number).to_owned();
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
