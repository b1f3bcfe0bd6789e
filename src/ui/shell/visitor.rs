//! What a visitor of the site gets: one text, and what they can try.

use fivetwenty_model::letter::Recipient;
use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Mode, Shared, State};
use crate::ui::parts::button::button;
use crate::ui::parts::copy::{CopyButton, Style, mail};

/// Not their fault, what to send, what to try.
pub(crate) fn visitor(overview: &Shared<Overview>, state: &State, dispatch: &Callback<Action>) -> Html {
    let letter = overview.letters.to(Recipient::Owner);
    let text = state.filled.letter_body(letter, false);
    let host = overview.report.site.as_ref().map_or_else(|| labels::THE_SITE.to_owned(), |site| visible(&site.host).into_owned());
    let verdict = &overview.report.verdict;
    let lead = {
        let dispatch = dispatch.clone();
        move |_| dispatch.emit(Action::Mode(Mode::Owner))
    };
    html! {
        <section class="visitor" id="verdict" data-status={verdict.status.map_or("none", labels::status_id)} data-cause={verdict.cause.clone().unwrap_or_default()} aria-labelledby="headline">
            <div class="stack full">
                <h1 id="headline" tabindex="-1">{ labels::NOT_YOUR_FAULT }</h1>
                <p><span class="foreign">{ host }</span>{ labels::SITE_SENT_NOTHING }</p>
            </div>
            <div class="stack">
                <h2>{ labels::SEND_TO_SITE }</h2>
                <pre class="say" id="letter" tabindex="0">{ text.clone() }</pre>
                <p class="actions">
                    <CopyButton id="copy-letter" label={labels::COPY_TEXT} style={Style::Primary} text={text.clone()} />
                    { mail(&letter.subject, &text) }
                </p>
            </div>
            <div class="stack">
                <h2>{ labels::WHAT_YOU_CAN_TRY }</h2>
                <ul class="bullets">{ for labels::TRIES.iter().map(|text| html! { <li>{ *text }</li> }) }</ul>
            </div>
            <p class="full">{ button("link", "i-run-it", labels::I_RUN_THIS_SITE, lead) }</p>
        </section>
    }
}
