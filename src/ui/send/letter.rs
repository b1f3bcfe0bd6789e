//! The text for somebody, as it is copied.

use fivetwenty_model::letter::{Gap, Letters, Recipient, Segment};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::fill_in::fields;
use super::recipient::address;
use crate::labels;
use crate::state::Filled;
use crate::ui::parts::copy::{CopyButton, Style, mail};

/// The text with its gaps marked until they are filled, and the buttons that hand it on.
pub(super) fn letter(texts: &Letters, to: Recipient, markdown: bool, filled: &Filled) -> Html {
    let letter = texts.to(to);
    let segments = if markdown { &letter.markdown } else { &letter.plain };
    let text = filled.letter_body(letter, markdown);
    let gaps = fields(letter).into_iter().filter(|field| filled.fill(Gap::Field(*field), false).is_none()).count();
    let form = |this: bool, label: &'static str| {
        html! { <a href={["#", &address(to, this)].concat()} aria-current={(this == markdown).then_some("true")}>{ label }</a> }
    };
    // Support and the community have forms of their own.
    let is_mail = !markdown && matches!(to, Recipient::Hosting | Recipient::Owner);
    html! {
        <section class="letter" aria-labelledby="letter-title">
            <header>
                <h3 id="letter-title">{ labels::LETTER_AS_COPIED }</h3>
                <div class="actions">
                    if is_mail { { mail(&letter.subject, &text) } }
                    <CopyButton id="copy-letter" label={labels::COPY_LETTER} style={Style::Primary} text={text.clone()} />
                </div>
            </header>
            <p class="subject"><b>{ labels::SUBJECT }</b>{ visible(&letter.subject).into_owned() }</p>
            <pre id="letter" tabindex="0" role="region" aria-label={[labels::LETTER_FOR, to.label()].concat()}>
                { for segments.iter().map(|segment| shown(segment, markdown, filled)) }
            </pre>
            <p class="actions form">
                { form(false, labels::PLAIN_TEXT) }{ form(true, "Markdown") }
                if gaps > 0 { <span class="quiet" id="gaps">{ labels::gaps_left(gaps) }</span> }
            </p>
        </section>
    }
}

fn shown(segment: &Segment, markdown: bool, filled: &Filled) -> Html {
    match segment.gap.map(|gap| filled.fill(gap, markdown)) {
        None => segment.text.clone().into(),
        Some(Some(text)) => text.into(),
        Some(None) => html! { <mark>{ &segment.text }</mark> },
    }
}
