//! The workers' modules, as the page gets them.
//!
//! It is no part of the first load. The page fetches it, since the workers' policy lets them connect nowhere, and compiles it once for
//! all of them.

use js_sys::{Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlLinkElement, Response};

use super::fetch::{fetch, spelled};

/// The modules that come later, by what `index.html` names their links: see `xtask/src/seal.rs`.
pub(super) const WORKERS: &str = "workers";
pub(super) const BUNDLER: &str = "bundler";

/// The workers' module.
pub(super) enum Module {
    /// Nobody asked for it yet, or it did not come.
    Absent,
    /// It was asked for.
    OnItsWay,
    /// What a worker's loader is sent: the script's address and the compiled module.
    Here(Array),
}

/// Gets what a worker's loader is sent.
///
/// # Errors
/// Why it cannot be had, in a few words.
pub(super) async fn load(name: &str) -> Result<Array, String> {
    let script = named(&format!("link[rel={name}]:not([as])"))?;
    let module = named(&format!("link[rel={name}][as=fetch]"))?;
    // Both at once. The script is only put into the browser's cache, checked, for the workers to find it there.
    let script_comes = fetch(&script.href(), &script.integrity());
    let module_comes = fetch(&module.href(), &module.integrity());
    script_comes.await?;
    let compiled = compile(&module_comes.await?).await.map_err(|error| spelled(&error))?;
    Ok(Array::of2(&script.href().into(), &compiled))
}

async fn compile(response: &Response) -> Result<JsValue, JsValue> {
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(WebAssembly::compile(&bytes)).await
}

fn named(selector: &str) -> Result<HtmlLinkElement, String> {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.query_selector(selector).ok().flatten());
    element.and_then(|element| element.dyn_into().ok()).ok_or_else(|| "this page does not name it".to_owned())
}
