//! The places of a result, as links.

use yew::prelude::*;

use crate::labels;
use crate::state::{PLACES, Place};

/// Links to all places, `here` marked. A number stands beside Compare when requests fail.
pub(crate) fn places(here: &Place, failing: u32) -> Html {
    let link = |(root, name): (&'static str, &'static str)| {
        let current = (here.root() == root).then_some("page");
        html! {
            <li>
                <a href={["#", root].concat()} aria-current={current}>
                    { name }
                    if root == "compare" && failing > 0 {
                        <span class="count"><span class="unseen">{ labels::FAILING_COLON }</span>{ failing }</span>
                    }
                </a>
            </li>
        }
    };
    html! {
        <nav id="places" class="places" aria-label={labels::PLACES}>
            <ul>{ for PLACES.into_iter().zip(labels::PLACE_NAMES).map(link) }</ul>
        </nav>
    }
}
