//! Fetching from the page's own origin.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use super::error::WebError;

/// Asks for a file right away; what comes back waits for the answer.
///
/// `integrity` is the hash that its content must have, as in HTML; any will do when it is empty.
///
/// # Errors
/// Why there is no such file, in a few words.
pub(super) fn fetch(address: &str, integrity: &str) -> impl Future<Output = Result<Response, WebError>> + use<> {
    let options = RequestInit::new();
    options.set_integrity(integrity);
    let asked = web_sys::window().map(|window| JsFuture::from(window.fetch_with_str_and_init(address, &options)));
    let name = address.rsplit('/').next().unwrap_or_default().to_owned();
    async move {
        let response: Response = asked.ok_or(WebError::NoWindow)?.await.map_err(|error| WebError::named(&error))?.unchecked_into();
        if response.ok() { Ok(response) } else { Err(WebError::Status { name, status: response.status() }) }
    }
}
