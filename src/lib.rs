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

/// Starts the page. A panic becomes an error of the window, which `boot.js` shows with the way that led there.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    yew::set_custom_panic_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
    ui::start();
}
