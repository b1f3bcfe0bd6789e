//! The workers' modules and the page of guides, as the page gets them.
//!
//! None is part of the first load. The page fetches it, since the workers' policy lets them connect nowhere, and compiles it once for
//! all of them.

use js_sys::{Array, Promise, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlLinkElement, Response, Url};

use super::error::WebError;
use super::fetch::fetch;

/// The modules that come later, by what `index.html` names their links: see `xtask/src/seal.rs`.
pub(super) const WORKERS: &str = "workers";
pub(super) const BUNDLER: &str = "bundler";
pub(super) const PROBE: &str = "probe";
/// The pages of the rules, likewise: the analyst and the bundler read advice from them.
const RULES: &str = "rules";
/// The page of guides and commands, likewise.
pub(super) const GUIDES: &str = "guides";

/// The workers' module.
pub(super) enum Module {
    /// Nobody asked for it yet, or it did not come.
    Absent,
    /// It was asked for.
    OnItsWay,
    /// What a worker's loader is sent.
    Here(Array),
}

/// A module with what the response says about the way it took.
pub(super) struct Loaded {
    /// What a worker's loader is sent: the address of the script, which is here already, the compiled module, where the script came from,
    /// towards which the loader tries to get out, and the pages of the rules.
    pub(super) boot: Array,
    /// It came through Cloudflare, and so does the page.
    pub(super) by_cloudflare: bool,
}

/// Whether the page has a probe. The edition that is one file has none: it connects nowhere, and is no server's.
pub(crate) fn has_probe() -> bool {
    named("link[rel=probe]").is_ok()
}

/// Gets what a worker's loader is sent.
///
/// # Errors
/// Why it cannot be had, in a few words.
pub(super) async fn load(name: &str) -> Result<Loaded, WebError> {
    let script = named(&format!("link[rel={name}]:not([as])"))?;
    let module = named(&format!("link[rel={name}][as=fetch]"))?;
    // Both at once.
    let script_comes = fetch(&script.href(), &script.integrity());
    let module_comes = fetch(&module.href(), &module.integrity());
    let pages_come = came_as_text(RULES)?;
    let response = module_comes.await?;
    let by_cloudflare = response.headers().has("cf-ray").unwrap_or_default();
    let stream = Compiling::start(&response).map_err(|error| WebError::named(&error))?;
    let script_text = handed_over(&script_comes.await?).await.map_err(|error| WebError::named(&error))?;
    let compiled = stream.end().await.map_err(|error| WebError::named(&error))?;
    let boot = Array::of4(&script_text.into(), &compiled, &script.href().into(), &pages_come.await?.into());
    Ok(Loaded { boot, by_cloudflare })
}

/// An address at which workers find a script without asking anybody, later workers too.
async fn handed_over(script: &Response) -> Result<String, JsValue> {
    script_address(&JsFuture::from(script.text()?).await?)
}

/// The address of a script of this text. It holds as long as the page does.
pub(super) fn script_address(text: &JsValue) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&Array::of1(text), &options)?)
}

/// Gets a text that the page names.
///
/// # Errors
/// Why it cannot be had, in a few words.
pub(super) async fn text(name: &str) -> Result<String, WebError> {
    came_as_text(name)?.await
}

/// The same, asked for at once.
fn came_as_text(name: &str) -> Result<impl Future<Output = Result<String, WebError>>, WebError> {
    let link = named(&format!("link[rel={name}]"))?;
    let comes = fetch(&link.href(), &link.integrity());
    Ok(async {
        let response = comes.await?;
        let text = async { JsFuture::from(response.text()?).await }.await.map_err(|error| WebError::named(&error))?;
        Ok(text.as_string().unwrap_or_default())
    })
}

/// A module on its way from its response to what runs.
enum Compiling {
    /// Compiled as it comes. The browser keeps what it made of it for the next visit.
    Streamed(Promise),
    /// Its bytes, of a server that names no type, or another one: browsers stream only what is `application/wasm`.
    Bytes(Promise),
}

impl Compiling {
    fn start(response: &Response) -> Result<Self, JsValue> {
        let kind = response.headers().get("content-type")?;
        if kind.as_deref() == Some("application/wasm") {
            let response: &JsValue = response.as_ref();
            Ok(Self::Streamed(WebAssembly::compile_streaming(&Promise::resolve(response))))
        } else {
            Ok(Self::Bytes(response.array_buffer()?))
        }
    }

    async fn end(self) -> Result<JsValue, JsValue> {
        let compiles = match self {
            Self::Streamed(compiles) => compiles,
            Self::Bytes(bytes) => WebAssembly::compile(&JsFuture::from(bytes).await?),
        };
        JsFuture::from(compiles).await
    }
}

fn named(selector: &str) -> Result<HtmlLinkElement, WebError> {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.query_selector(selector).ok().flatten());
    element.and_then(|element| element.dyn_into().ok()).ok_or(WebError::NotNamed)
}
