//! The workers' modules and the page of guides, as the page gets them.
//!
//! None is part of the first load. The page fetches it, since the workers' policy lets them connect nowhere, and compiles it once for
//! all of them.

use js_sys::{Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlLinkElement, Response};

use super::error::WebError;
use super::fetch::fetch;

/// The modules that come later, by what `index.html` names their links: see `xtask/src/seal.rs`.
pub(super) const WORKERS: &str = "workers";
pub(super) const BUNDLER: &str = "bundler";
pub(super) const PROBE: &str = "probe";
/// The page of guides and commands, likewise.
pub(super) const GUIDES: &str = "guides";

/// The workers' module.
pub(super) enum Module {
    /// Nobody asked for it yet, or it did not come.
    Absent,
    /// It was asked for.
    OnItsWay,
    /// What a worker's loader is sent: the script's address and the compiled module.
    Here(Array),
}

/// A module with what the response says about the way it took.
pub(super) struct Loaded {
    /// What a worker's loader is sent.
    pub(super) boot: Array,
    /// It came through Cloudflare, and so does the page.
    pub(super) by_cloudflare: bool,
}

/// Gets what a worker's loader is sent.
///
/// # Errors
/// Why it cannot be had, in a few words.
pub(super) async fn load(name: &str) -> Result<Loaded, WebError> {
    let script = named(&format!("link[rel={name}]:not([as])"))?;
    let module = named(&format!("link[rel={name}][as=fetch]"))?;
    // Both at once. The script is only put into the browser's cache, checked, for the workers to find it there.
    let script_comes = fetch(&script.href(), &script.integrity());
    let module_comes = fetch(&module.href(), &module.integrity());
    script_comes.await?;
    let response = module_comes.await?;
    let by_cloudflare = response.headers().has("cf-ray").unwrap_or_default();
    let compiled = compile(&response).await.map_err(|error| WebError::named(&error))?;
    Ok(Loaded { boot: Array::of2(&script.href().into(), &compiled), by_cloudflare })
}

/// Gets a text that the page names.
///
/// # Errors
/// Why it cannot be had, in a few words.
pub(super) async fn text(name: &str) -> Result<String, WebError> {
    let link = named(&format!("link[rel={name}]"))?;
    let response = fetch(&link.href(), &link.integrity()).await?;
    let text = async { JsFuture::from(response.text()?).await }.await.map_err(|error| WebError::named(&error))?;
    Ok(text.as_string().unwrap_or_default())
}

async fn compile(response: &Response) -> Result<JsValue, JsValue> {
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(WebAssembly::compile(&bytes)).await
}

fn named(selector: &str) -> Result<HtmlLinkElement, WebError> {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.query_selector(selector).ok().flatten());
    element.and_then(|element| element.dyn_into().ok()).ok_or(WebError::NotNamed)
}
