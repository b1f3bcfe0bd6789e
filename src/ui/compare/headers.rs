//! Header fields of both sides.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Change, Detail, HeaderLine, Piece};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::props::Marked;
use crate::labels;
use crate::ui::parts::side;

/// A name with its values, P above D; one of both sides stands once.
pub(super) fn header(line: &HeaderLine, part: &str, marked: Marked) -> Html {
    let cited = is_cited(line, part, marked);
    let is_same = line.change == Change::Same && line.proxied == line.direct;
    html! {
        <div class={classes!(cited.then_some("cited"))} tabindex={cited.then_some("-1")}>
            <dt class="machine">{ visible(&line.name).into_owned() }</dt>
            if is_same {
                <dd>{ for line.proxied.iter().map(|pieces| value(pieces)) }</dd>
            } else {
                { sided(Side::Proxied, line.proxied.as_deref(), line.change) }
                { sided(Side::Direct, line.direct.as_deref(), line.change) }
            }
            if !line.note.is_empty() && line.change != Change::Edge { <dd class="quiet">{ &line.note }</dd> }
        </div>
    }
}

fn sided(of: Side, pieces: Option<&[Piece]>, change: Change) -> Html {
    match pieces {
        None if change == Change::Same => Html::default(),
        None => html! { <dd>{ side::mark(of) }<span class="absent">{ labels::NOT_SENT }</span></dd> },
        Some(pieces) => html! { <dd class={if of == Side::Proxied { "p" } else { "d" }}>{ side::mark(of) }{ value(pieces) }</dd> },
    }
}

fn value(pieces: &[Piece]) -> Html {
    let piece = |piece: &Piece| {
        let text = visible(&piece.text).into_owned();
        if piece.differs {
            html! { <mark>{ text }</mark> }
        } else {
            text.into()
        }
    };
    html! { <span class="machine">{ for pieces.iter().map(piece) }</span> }
}

/// What Cloudflare adds or rewrites, each with what it means.
pub(super) fn edge(detail: &Detail, marked: Marked) -> Html {
    let lines = || detail.response_headers.iter().filter(|line| line.change == Change::Edge);
    if lines().next().is_none() {
        return Html::default();
    }
    let line = |line: &HeaderLine| {
        let cited = is_cited(line, "response", marked);
        html! {
            <tr class={classes!(cited.then_some("cited"))} tabindex={cited.then_some("-1")}>
                <th scope="row" class="machine">{ visible(&line.name).into_owned() }</th>
                <td>
                    { line.proxied.as_ref().map_or_else(|| html! { <span class="absent">{ labels::NOT_SENT }</span> }, |pieces| value(pieces)) }
                    { for line.direct.iter().map(|pieces| html! { <span class="quiet">{ " (" }{ labels::DIRECT_COLON }{ value(pieces) }{ ")" }</span> }) }
                    if !line.note.is_empty() { { " " }<span class="quiet">{ &line.note }</span> }
                </td>
            </tr>
        }
    };
    // Of Cloudflare's own page nothing else is expected.
    html! {
        <section>
            <details open={!detail.own_page || lines().any(|line| is_cited(line, "response", marked))}>
                <summary>{ labels::SET_BY_CLOUDFLARE }<span class="quiet">{ " · " }{ labels::NOT_A_DIFFERENCE }</span></summary>
                <table class="both set"><tbody>{ for lines().map(line) }</tbody></table>
            </details>
        </section>
    }
}

/// What is equal, or has nothing beside it, and the rest of what is known; open when evidence points into it.
pub(super) fn others(detail: &Detail, marked: Marked, facts: Html, is_marked: bool) -> Html {
    let lines = |lines: &'_ [HeaderLine]| lines.iter().filter(|line| line.change == Change::Same).cloned().collect::<Vec<_>>();
    let parts = [
        ("response", labels::RESPONSE_HEADERS_H, lines(&detail.response_headers)),
        ("request", labels::REQUEST_HEADERS_H, lines(&detail.request_headers)),
    ];
    let count = parts.iter().map(|(.., lines)| lines.len()).sum();
    let is_open = is_marked || parts.iter().any(|(part, _, lines)| lines.iter().any(|line| is_cited(line, part, marked)));
    // Of Cloudflare's own page nothing else is expected.
    html! {
        <section>
            <details open={is_open}>
                <summary>{ labels::show_equal(count) }</summary>
                { facts }
                { for parts.iter().filter(|(.., lines)| !lines.is_empty()).map(|(part, title, lines)| html! {
                    <>
                        <h4>{ *title }</h4>
                        <dl class="diff">{ for lines.iter().map(|line| header(line, part, marked)) }</dl>
                    </>
                }) }
            </details>
        </section>
    }
}

fn is_cited(line: &HeaderLine, part: &str, marked: Marked) -> bool {
    marked.is_some_and(|(_, field)| labels::names_header(field, part, &line.name))
}
