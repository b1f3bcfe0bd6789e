//! What touches the browser and is not drawn: the page's ends of the workers, files, the clipboard.
//!
//! Nothing in here decides anything about a capture: workers read and explain, and what they say becomes [`crate::state::Action`]s.

pub(crate) mod choices;
pub(crate) mod clipboard;
mod error;
mod fetch;
pub(crate) mod files;
pub(crate) mod filled;
mod message;
mod module;
mod save;
mod timing;
mod workers;

pub(crate) use module::has_probe;
pub(crate) use workers::WorkerClient;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_redact::commands::Shell;

/// Where the page itself comes from.
pub(crate) fn own_origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Whether a typed address is on the origin that the page comes from.
pub(crate) fn is_own(typed: &str) -> bool {
    let own = own_origin();
    // Without a scheme it is https.
    let rest = |own: &str| typed.trim().strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    !own.is_empty() && (rest(&own) || rest(own.trim_start_matches("https://")))
}

/// A time of a report, read by the browser: a parser of times is four kilobytes of the first load.
pub(crate) fn moment(time: &str) -> Option<Timestamp> {
    let ms = js_sys::Date::parse(time);
    #[expect(clippy::cast_possible_truncation, reason = "a time is a whole number of milliseconds")]
    let whole = ms as i64;
    if ms.is_nan() { None } else { Timestamp::from_unix_ms(whole) }
}

/// What the person's terminal is likely to be, by what the browser says of its system.
pub(crate) fn shell() -> Shell {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok()).unwrap_or_default();
    if platform.starts_with("Win") { Shell::PowerShell } else { Shell::Posix }
}

/// Leads the address to a place, as its link would.
pub(crate) fn go_to(place: &str) {
    if let Some(window) = web_sys::window() {
        // It fails only for a page that is gone.
        let _ = window.location().set_hash(place);
    }
}

/// Whether the page is shown light on dark.
pub(crate) fn is_dark() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let chosen = window.document().and_then(|document| document.document_element()).and_then(|root| root.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some(theme) => theme == "dark",
        None => window.match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches()),
    }
}

/// The page's clock, in Unix milliseconds.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The page's clock, as the workers get it.
fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a clock's milliseconds fit for 280,000 years")]
    let ms = now_ms() as i64;
    Timestamp::from_unix_ms(ms).unwrap_or_default()
}
