//! The stretch of the origin's logs to look into, in the time that the server writes.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::report::Window;
use fivetwenty_redact::commands::{LogForm, log_time};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::copy::times;
use super::rays::time;
use crate::labels;
use crate::web::WorkerClient;
use crate::web::moment;

const FORMS: [(LogForm, &str); 3] = [
    (LogForm::Access, "in the access log of nginx and Apache"),
    (LogForm::Error, "in nginx's error log"),
    (LogForm::Iso, "in journals and applications (ISO 8601)"),
];

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
        times(format!("{} to {}", at(&window.from), at(&window.to)), what)
    };
    html! {
        <div class="log-window" id="log-window">
            <h3>{ "What to read in the origin's logs" }</h3>
            <p>
                { "From " }{ time(&window.from) }{ " to " }{ time(&window.to) }{ " UTC " }{ window.by().to_string() }
                { ": the failing request, with a minute on either side." }
                { for others.iter().map(or) }
            </p>
            <p class="zone">
                <label for="zone">{ "The server's clock is at" }</label>
                <select id="zone" {onchange}>{ for labels::ZONES.into_iter().filter_map(UtcOffset::from_minutes).map(option) }</select>
                <span class="quiet">{ "On the server " }<code>{ "date +%:z" }</code>{ " says it; mind summer time on that day." }</span>
            </p>
            { for FORMS.iter().map(written) }
        </div>
    }
}

/// Another stretch, when the clocks disagree.
fn or(window: &Window<String>) -> Html {
    html! { <>{ " Or from " }{ time(&window.from) }{ " to " }{ time(&window.to) }{ " UTC " }{ window.by().to_string() }{ ": the clocks disagree." }</> }
}
