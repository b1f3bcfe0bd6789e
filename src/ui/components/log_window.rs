//! The stretch of the origin's logs to look into, in the time that the server writes.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::copy::times;
use super::rays::time;
use crate::bundle::report::Window;
use crate::web::crew::Crew;
use crate::web::moment;
use crate::words::{self, LogForm};

const FORMS: [(LogForm, &str); 3] = [
    (LogForm::Access, "in the access log of nginx and Apache"),
    (LogForm::Error, "in nginx's error log"),
    (LogForm::Iso, "in journals and applications (ISO 8601)"),
];

/// The window in UTC, and as a server writes it whose clock runs so many minutes `ahead` of UTC.
pub(super) fn log_window(window: &Window<String>, ahead: i32, crew: &Crew) -> Html {
    let onchange = {
        let crew = crew.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            if let Ok(ahead) = select.value().parse() {
                crew.zone(ahead);
            }
        }
    };
    let option =
        |zone: &i32| html! { <option value={zone.to_string()} selected={*zone == ahead}>{ "UTC" }{ words::zone(*zone, ":") }</option> };
    let written = |(form, what): &(LogForm, &'static str)| {
        let at = |utc: &str| moment(utc).map_or_else(|| utc.to_owned(), |time| words::log_time(time, ahead, *form));
        times(format!("{} to {}", at(&window.from), at(&window.to)), what)
    };
    html! {
        <div class="log-window" id="log-window">
            <h3>{ "What to read in the origin's logs" }</h3>
            <p>{ "From " }{ time(&window.from) }{ " to " }{ time(&window.to) }{ " UTC: the failing request, with a minute on either side." }</p>
            <p class="zone">
                <label for="zone">{ "The server's clock is at" }</label>
                <select id="zone" {onchange}>{ for words::ZONES.iter().map(option) }</select>
                <span class="quiet">{ "On the server " }<code>{ "date +%:z" }</code>{ " says it; mind summer time on that day." }</span>
            </p>
            { for FORMS.iter().map(written) }
        </div>
    }
}
