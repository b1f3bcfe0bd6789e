//! The page that `cargo xtask bench --load` measures the page against: one line and a file field, drawn by Yew.
#![allow(missing_docs, reason = "the component macro makes a public type")]

#[cfg(target_arch = "wasm32")]
mod page {
    use yew::prelude::*;

    #[component]
    pub(super) fn Bare() -> Html {
        html! { <main><h1>{ "Bare" }</h1><input type="file" id="files" multiple={true} /></main> }
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    yew::Renderer::<page::Bare>::new().render();
}
