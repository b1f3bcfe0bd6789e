//! The workers' module, as the page gets it.
//!
//! It is no part of the first load. The page fetches it, since the workers' policy lets them connect nowhere, and compiles it once for
//! all of them.

use js_sys::{Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlLinkElement, Response};

use super::fetch::{fetch, spelled};

/// What `index.html` names the module's script by: see `xtask/src/seal.rs`.
const SCRIPT: &str = "link[rel=workers]:not([as])";
/// What `index.html` names the module itself by.
const MODULE: &str = "link[rel=workers][as=fetch]";

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
pub(super) async fn load() -> Result<Array, String> {
    let (script, module) = (named(SCRIPT)?, named(MODULE)?);
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
