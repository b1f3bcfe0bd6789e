//! What is drawn, and what the person does to it.
//!
//! Components show [`crate::state::State`] and turn events into calls of the client or into actions. Nothing in here parses, compares or
//! decides; all text from files is made into text nodes, never into markup.

mod app;
mod compare;
mod evidence;
mod fix;
mod hooks;
mod more;
mod parts;
mod send;
mod shell;
mod start;

/// Draws the page in place of the shell that `index.html` brought.
pub(crate) fn start() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
