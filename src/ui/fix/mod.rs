//! What to do, a step at a time.

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::ui::parts::finding::{leading, test};
use crate::ui::parts::steps::steps;

/// The steps of what leads.
pub(crate) fn fix(overview: &Overview) -> Html {
    html! {
        <>
            { for leading(&overview.report).into_iter().map(|finding| html! { <>{ steps(&finding.steps) }{ for finding.tests.iter().map(test) }</> }) }
        </>
    }
}
