//! What touches the browser and is not drawn: workers on both ends, files, the clipboard.
//!
//! Each WebAssembly module reaches one of these: the page's [`start_page`], the workers' [`start_worker`], and those that come later
//! [`start_bundler`] and [`start_probe`]. What the workers do is no part of the first load that way. Nothing in here decides anything about
//! a capture: the workers hand everything to [`crate::job`], the page's end turns messages into [`crate::state::Action`]s.

mod ahead;
mod analyst;
mod bundler;
pub(crate) mod clipboard;
pub(crate) mod crew;
mod fetch;
pub(crate) mod files;
mod host;
mod message;
mod module;
mod probe;
mod reader;
mod remote;
mod save;
mod source;
mod timing;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use crate::commands::Shell;
use crate::evidence::timestamp::Timestamp;

/// The names by which workers are told their role.
mod role {
    pub(super) const READER: &str = "reader";
    pub(super) const ANALYST: &str = "analyst";
    pub(super) const PROBE: &str = "probe";
    pub(super) const BUNDLER: &str = "bundler";
}

/// Starts the page.
pub fn start_page() {
    console_error_panic_hook::set_once();
    crate::ui::start();
}

/// Starts a worker in the role that its name gives it.
pub fn start_worker() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    match scope.name().as_str() {
        role::READER => reader::serve(&scope),
        role::ANALYST => analyst::serve(&scope),
        _ => {}
    }
}

/// Starts the worker that makes the bundle, which is the only role that its module knows.
pub fn start_bundler() {
    console_error_panic_hook::set_once();
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        bundler::serve(&scope);
    }
}

/// Starts the worker that asks sites, which is the only role that its module knows.
pub fn start_probe() {
    console_error_panic_hook::set_once();
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        probe::serve(&scope);
    }
}

/// Where the page itself comes from.
pub(crate) fn own_origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Whether what a person typed is where the page itself comes from.
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

/// The page's clock, in Unix milliseconds.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}
