//! The stretch of the origin's logs to look into, in the time that the server writes.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::report::Window;
use fivetwenty_redact::commands::{LogForm, log_time};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::copy::times;
use crate::ui::parts::ray::time;
use crate::web::WorkerClient;
use crate::web::moment;

const FORMS: [(LogForm, &str); 3] =
    [(LogForm::Access, labels::IN_ACCESS_LOGS), (LogForm::Error, labels::IN_ERROR_LOG), (LogForm::Iso, labels::IN_JOURNALS)];

/// The window in UTC, and as a server writes it whose clock has this offset.
pub(super) fn log_window(window: &Window<String>, others: &[Window<String>], offset: UtcOffset, client: &WorkerClient) -> Html {
    let onchange = {
        let client = client.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            if let Ok(offset) = select.value().parse() {
                client.zone(offset);
            }
        }
    };
    let option =
        |zone: UtcOffset| html! { <option value={zone.to_string()} selected={zone == offset}>{ "UTC" }{ zone.to_string() }</option> };
    let written = |(form, what): &(LogForm, &'static str)| {
        let at = |utc: &str| moment(utc).map_or_else(|| utc.to_owned(), |time| log_time(time, offset, *form));
        times(labels::span(&at(&window.from), &at(&window.to)), what)
    };
    html! {
        <div class="log-window" id="log-window">
            <h3>{ labels::LOG_WINDOW_TITLE }</h3>
            <p>
                { labels::FROM }{ time(&window.from) }{ labels::TO }{ time(&window.to) }{ labels::UTC_BLANK }{ window.by().to_string() }
                { labels::LOG_WINDOW_SPAN }
                { for others.iter().map(or) }
            </p>
            <p class="zone">
                <label for="zone">{ labels::SERVER_CLOCK }</label>
                <select id="zone" {onchange}>{ for labels::ZONES.into_iter().filter_map(UtcOffset::from_minutes).map(option) }</select>
                <span class="quiet">{ labels::RUN }<code>{ "date +%:z" }</code>{ labels::SERVER_CLOCK_HOW }</span>
            </p>
            { for FORMS.iter().map(written) }
        </div>
    }
}

/// Another stretch, when the clocks disagree.
fn or(window: &Window<String>) -> Html {
    html! { <>{ labels::OR_FROM }{ time(&window.from) }{ labels::TO }{ time(&window.to) }{ labels::UTC_BLANK }{ window.by().to_string() }{ labels::CLOCKS_DISAGREE }</> }
}
