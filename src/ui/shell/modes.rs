//! What stands first for those who do not run the site.

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::labels;
use crate::state::Mode;
use crate::ui::parts::copy::message;
use crate::ui::parts::help::Help;

/// What the person can do themselves, who does not own the site, above the texts to send.
pub(crate) fn for_you(mode: Mode, overview: Option<&Overview>, help: &Help<'_>) -> Html {
    if mode == Mode::Owner {
        return Html::default();
    }
    let advice = match (mode, overview) {
        (Mode::Support, Some(overview)) => message(labels::ask_for(&overview.report.checklist), labels::TO_SEND_TO_CUSTOMER),
        (Mode::Support, None) => help.part("support"),
        (_, Some(_)) => help.part("visitor"),
        (_, None) => html! { <>{ help.part("visitor") }{ help.part("visitor-text") }</> },
    };
    html! { <section class="mode" id="for-you" aria-label={labels::FOR_YOU}>{ advice }</section> }
}
