//! Small things that many parts draw: the mark of a side, the outcome of a request, and a sentence with machine text in it.

use fivetwenty_model::{Side, Source};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;

/// `P` (its colour never stands without its letter) through Cloudflare, `D` direct, `A` through Cloudflare after a fix.
pub(crate) fn mark(side: Side) -> Html {
    let (class, letter) = match side {
        Side::Proxied => ("mark proxied", "P"),
        Side::Direct => ("mark direct", "D"),
        Side::After => ("mark proxied", "A"),
    };
    html! { <abbr class={class} title={side.label()}>{ letter }</abbr> }
}

/// A word that explains itself on hover.
pub(crate) fn abbr(title: &'static str, word: &'static str) -> Html {
    html! { <abbr {title}>{ word }</abbr> }
}

/// The outcome of a request; a failure stands out.
pub(crate) fn outcome(status: u16, failing: bool, title: Option<String>) -> Html {
    let text = if status == 0 { labels::NO_RESPONSE.to_owned() } else { status.to_string() };
    if failing {
        html! { <span class="failure" {title}><span aria-hidden="true">{ "✕ " }</span><span class="unseen">{ labels::FAILING_MARK }</span>{ text }</span> }
    } else {
        html! { <span {title}>{ text }</span> }
    }
}

/// A link to the page that says so.
pub(crate) fn source(url: &str) -> Html {
    html! { <a href={url.to_owned()} target="_blank" rel="noopener noreferrer">{ labels::SOURCE }</a> }
}

/// A paragraph that stands back.
pub(crate) fn quiet(text: &'static str) -> Html {
    html! { <p class="quiet">{ text }</p> }
}

/// A text from a file or of a machine.
pub(crate) fn machine(text: &str) -> Html {
    html! { <span class="machine">{ visible(text).into_owned() }</span> }
}

/// A sentence of the program's own, its text between backticks set as machine text.
pub(crate) fn prose(sentence: &str) -> Html {
    let pieces = labels::pieces(sentence).into_iter().enumerate().map(|(place, piece)| {
        if place % 2 == 1 {
            html! { <code>{ visible(piece).into_owned() }</code> }
        } else {
            html! { { visible(piece).into_owned() } }
        }
    });
    html! { <>{ for pieces }</> }
}

/// What evidence from a text leads to: the line that says what was taken from it.
pub(crate) fn extract_link(source: Source, number: u32) -> Html {
    html! { <a href={format!("#evidence/find-{number}")}>{ source.label() }</a> }
}
