//! The clipboard, and what is left when the browser refuses it.

use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Copies the text; `false` when the browser refuses.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // The clipboard is missing altogether on a page that did not come over https.
    let clipboard = window.navigator().clipboard();
    if wasm_bindgen::JsValue::from(clipboard.clone()).is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Selects the whole text of an element, ready for the person's own copy command.
pub(crate) fn select(element: &Element) {
    if let Some(selection) = web_sys::window().and_then(|window| window.get_selection().ok().flatten()) {
        // Nothing more can be done if even that is refused; the words beside it say what to copy.
        let _ = selection.select_all_children(element);
    }
}
