//! Events of the window, which Yew's own event attributes do not reach.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Event;
use yew::{Callback, hook, use_effect_with};

/// An event listener that is taken away again when it is dropped.
pub(super) struct Listener {
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens on the window.
    pub(super) fn on_window(name: &'static str, on_event: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(on_event);
        if let Some(window) = web_sys::window() {
            // It fails only for a listener that is no function.
            let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        }
        Self { name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
        }
    }
}

/// Calls back on every event of that name that reaches the window.
#[hook]
pub(crate) fn use_window_event(name: &'static str, callback: Callback<Event>) {
    use_effect_with((name, callback), |(name, callback)| {
        let callback = callback.clone();
        let listener = Listener::on_window(name, move |event| callback.emit(event));
        move || drop(listener)
    });
}
