//! The page: its state with a pure reducer, components, and the browser's ends of the workers.
//!
//! Knows nothing of how captures are read, compared, diagnosed or redacted: workers do that, and answer in the types of
//! [`fivetwenty_model`].

pub mod format;
pub mod labels;
pub mod state;
#[cfg(target_arch = "wasm32")]
mod ui;
#[cfg(target_arch = "wasm32")]
mod web;

/// Starts the page.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    console_error_panic_hook::set_once();
    ui::start();
}
