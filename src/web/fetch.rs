//! Fetching from the page's own origin.

use js_sys::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// Asks for a file right away; what comes back waits for the answer.
///
/// `integrity` is the hash that its content must have, as in HTML; any will do when it is empty.
///
/// # Errors
/// Why there is no such file, in a few words.
pub(super) fn fetch(address: &str, integrity: &str) -> impl Future<Output = Result<Response, String>> + use<> {
    let options = RequestInit::new();
    options.set_integrity(integrity);
    let asked = web_sys::window().map(|window| JsFuture::from(window.fetch_with_str_and_init(address, &options)));
    let name = address.rsplit('/').next().unwrap_or_default().to_owned();
    async move {
        let response: Response = asked.ok_or("there is no window")?.await.map_err(|error| spelled(&error))?.unchecked_into();
        if response.ok() { Ok(response) } else { Err(format!("{name} answered {}", response.status())) }
    }
}

/// An error with its name, such as `TypeError: Failed to fetch`.
pub(super) fn spelled(error: &JsValue) -> String {
    error.unchecked_ref::<Error>().to_string().into()
}
