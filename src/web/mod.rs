//! What touches the browser and is not drawn: workers on both ends, files, the clipboard.
//!
//! There are two WebAssembly modules: [`start_page`] is all that the page's reaches, [`start_worker`] all that the workers' reaches. What
//! the workers do is no part of the first load that way. Nothing in here decides anything about a capture: the workers hand everything to
//! [`crate::job`], the page's end turns messages into [`crate::state::Action`]s.

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
        role::PROBE => probe::serve(&scope),
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

/// The page's clock, in Unix milliseconds.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}
