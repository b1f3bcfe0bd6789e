//! The stretch of the origin's logs to look into, in the time that the server writes.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::report::{Verdict, Window};
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

/// The window in UTC, and as a server writes it whose clock has this offset; nothing when no time is known.
pub(super) fn log_window(verdict: &Verdict<String>, offset: UtcOffset, client: &WorkerClient) -> Html {
    let Some(window) = &verdict.log_window else { return Html::default() };
    let written = |(form, what): &(LogForm, &'static str)| {
        let at = |utc: &str| moment(utc).map_or_else(|| utc.to_owned(), |time| log_time(time, offset, *form));
        times(labels::span(&at(&window.from), &at(&window.to)), what)
    };
    html! {
        <section class="log-window" id="log-window" aria-labelledby="log-window-title">
            <h3 id="log-window-title">{ labels::LOG_WINDOW_TITLE }</h3>
            <p>
                { labels::FROM }{ time(&window.from) }{ labels::TO }{ time(&window.to) }{ labels::UTC_BLANK }{ window.by().to_string() }
                { labels::LOG_WINDOW_SPAN }
                { for verdict.other_windows.iter().map(or) }
            </p>
            { zone(offset, client) }
            { for FORMS.iter().map(written) }
        </section>
    }
}

/// The choice of the server's clock, by which logs are read and commands are filled in.
pub(super) fn zone(offset: UtcOffset, client: &WorkerClient) -> Html {
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
    html! {
        <p class="zone">
            <label for="zone">{ labels::SERVER_CLOCK }</label>
            <select id="zone" {onchange}>{ for labels::ZONES.into_iter().filter_map(UtcOffset::from_minutes).map(option) }</select>
            <span class="quiet">{ labels::RUN }<code>{ "date +%:z" }</code>{ labels::SERVER_CLOCK_HOW }</span>
        </p>
    }
}

/// Another stretch, when the clocks disagree.
fn or(window: &Window<String>) -> Html {
    html! { <>{ labels::OR_FROM }{ time(&window.from) }{ labels::TO }{ time(&window.to) }{ labels::UTC_BLANK }{ window.by().to_string() }{ labels::CLOCKS_DISAGREE }</> }
}
