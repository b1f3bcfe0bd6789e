//! What is drawn.
use yew::prelude::*;
#[component]
fn App() -> Html {
    html! {<p>{"hi"}</p>}
}
pub(crate) fn start() {
    let root = gloo_root();
    if let Some(root) = root {
        yew::Renderer::<App>::with_root(root).render();
    }
}
fn gloo_root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id("app")
}
