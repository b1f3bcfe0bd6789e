//! The mark of a side: its colour never stands without its letter.

use yew::prelude::*;

use crate::protocol::Side;
use crate::words;

/// `P` through Cloudflare, `D` direct.
pub(super) fn mark(side: Side) -> Html {
    let (class, letter) = match side {
        Side::Proxied => ("mark proxied", "P"),
        Side::Direct => ("mark direct", "D"),
    };
    html! { <abbr class={class} title={words::side(side)}>{ letter }</abbr> }
}
