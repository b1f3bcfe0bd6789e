//! What touches the browser: the workers' own ends, and the files that they read. In the browser only.

mod analyst;
pub mod bundle;
mod bundler;
mod host;
mod probe;
mod read_ahead;
mod reader;
pub mod source;
mod timing;

use fivetwenty_model::protocol::role;
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Starts a worker in the role that its name gives it.
pub fn start_worker() {
    if let Some(scope) = scope() {
        match scope.name().as_str() {
            role::READER => reader::serve(&scope),
            role::ANALYST => {
                take_pages(&scope);
                analyst::serve(&scope);
            }
            _ => {}
        }
    }
}

/// Starts the worker that makes the bundle, which is the only role that its module knows.
pub fn start_bundler() {
    if let Some(scope) = scope() {
        take_pages(&scope);
        bundler::serve(&scope);
    }
}

/// Starts the worker that asks sites, which is the only role that its module knows.
pub fn start_probe() {
    if let Some(scope) = scope() {
        probe::serve(&scope);
    }
}

/// Takes the rules' pages from where `worker.js` puts them.
fn take_pages(scope: &DedicatedWorkerGlobalScope) {
    let pages = js_sys::Reflect::get(scope, &"pages".into()).ok().and_then(|pages| pages.as_string());
    fivetwenty_diagnose::set_pages(pages.unwrap_or_default());
}

/// The worker's own scope. A panic becomes an error of it, to which `worker.js` adds the way that led there.
fn scope() -> Option<DedicatedWorkerGlobalScope> {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
    js_sys::global().dyn_into().ok()
}
