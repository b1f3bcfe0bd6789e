//! The places of a result, as links; the verdict and its report stay with them when the card is out of sight.

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::labels;
use crate::state::{PLACES, Place, Shared};
use crate::ui::parts::copy::{CopyButton, Style};

/// Links to all places, `here` marked. A number stands beside Compare when requests fail. The card is out of sight when the
/// person `is_away`. `tried` is the report's section of what was tried.
pub(crate) fn places(here: &Place, is_away: bool, overview: &Shared<Overview>, tried: &str) -> Html {
    let captures = &overview.report.captures;
    let failing = [&captures.proxied, &captures.direct].into_iter().flatten().map(|capture| capture.failing).max().unwrap_or(0);
    let verdict = &overview.report.verdict;
    let link = |(root, name): (&'static str, &'static str)| {
        let current = (here.root() == root).then_some("page");
        html! {
            <li>
                <a href={["#", root].concat()} aria-current={current}>
                    { name }
                    if root == "compare" && failing > 0 {
                        { " " }<span class="count"><span class="unseen">{ labels::FAILING_COLON }</span>{ failing }</span>
                    }
                </a>
            </li>
        }
    };
    html! {
        <nav id="places" class="places" aria-label={labels::PLACES}>
            <ul>{ for PLACES.into_iter().zip(labels::PLACE_NAMES).map(link) }</ul>
            if is_away {
            <div class="again">
                <a href="#" class="what">{ labels::in_short(verdict.label(), labels::bare(&verdict.headline)) }</a>
                <CopyButton id="copy-again" label={labels::COPY_REPORT} style={Style::Small} text={[&*overview.text, tried].concat()} />
            </div>
            }
        </nav>
    }
}
