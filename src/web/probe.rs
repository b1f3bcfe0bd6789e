//! The probe: the only worker that may connect beyond the page's origin. It is told a host by the person, never anything from a file.

use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, DedicatedWorkerGlobalScope, RequestCache, RequestCredentials, Url};

use super::ahead::Ahead;
use super::host;
use crate::evidence::colo;
use crate::evidence::trace::Trace;
use crate::protocol::{FromProbe, ToProbe};
use crate::words::trace_address;

/// How long an answer may take.
const PATIENCE_MS: u32 = 10_000;

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let own = scope.clone();
    host::serve(scope, &FromProbe::Ready, move |ToProbe::Trace { target }, _| {
        let scope = own.clone();
        spawn_local(async move {
            let answer = match address(&target) {
                Ok(url) => fetch(&scope, url).await,
                Err(error) => FromProbe::Failed { url: None, error, instead: "Nothing was sent.".to_owned() },
            };
            host::post(&scope, &answer);
        });
    });
}

/// The address to fetch; the browser's own parser has the last word, and makes an international name ASCII.
fn address(target: &str) -> Result<String, String> {
    let address = trace_address(target)?;
    let url = Url::new(&address).map_err(|_| "The browser cannot read that as a host. Type one such as shop.example.".to_owned())?;
    Ok(url.href())
}

async fn fetch(scope: &DedicatedWorkerGlobalScope, url: String) -> FromProbe {
    let Ok(abort) = AbortController::new() else {
        return failed(&url, "This browser cannot limit how long a request takes.", "Run the command below instead.");
    };
    let signal = abort.signal();
    let timeout = Timeout::new(PATIENCE_MS, move || abort.abort());
    let request = Request::get(&url).credentials(RequestCredentials::Omit).cache(RequestCache::NoStore).abort_signal(Some(&signal));
    let answer = async {
        let response = request.send().await.ok()?;
        let text = beginning(&response).await.ok()?;
        Some((response, text))
    }
    .await;
    drop(timeout);
    match answer {
        Some((response, text)) => read(&url, &response, &text),
        None if signal.aborted() => failed(
            &url,
            "No answer within 10 seconds. The host may be down, or a firewall drops the request.",
            "Open the address in a new tab, or run the command below from another network.",
        ),
        None => refused(scope, &url),
    }
}

/// As much of a body as can tell whether it is a trace: the host may send without end.
async fn beginning(response: &Response) -> Result<String, JsValue> {
    let Some(body) = response.body() else { return Ok(String::new()) };
    let mut chunks = Ahead::new(&body);
    let mut bytes = Vec::new();
    while bytes.len() <= Trace::MAX_LENGTH {
        let Some(chunk) = chunks.next().await? else { return Ok(String::from_utf8_lossy(&bytes).into_owned()) };
        bytes.extend(chunk.to_vec());
    }
    chunks.cancel().await;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn read(url: &str, response: &Response, text: &str) -> FromProbe {
    let is_page = text.trim_start().starts_with('<');
    let is_challenge = response.headers().get("cf-mitigated").is_some()
        || is_page && ["challenge-platform", "cf-chl-", "_cf_chl_opt", "Just a moment"].iter().any(|mark| text.contains(mark));
    if is_challenge {
        return failed(
            url,
            "Cloudflare answered with a challenge page instead of the trace: it wants to see a person first.",
            "Open the address in a new tab, pass the challenge there, and send what the tab shows.",
        );
    }
    match text.parse::<Trace>() {
        Ok(trace) if response.ok() => {
            let place = trace.get("colo").and_then(colo::place);
            FromProbe::Trace { url: url.to_owned(), trace, place }
        }
        _ if response.status() == 404 || response.ok() && is_page => failed(
            url,
            &format!(
                "The host answered with status {} and no trace: this request did not go through Cloudflare, or the zone hides the trace.",
                response.status()
            ),
            "Check that the DNS record of this host is proxied (orange cloud), and that no hosts file sends you straight to the origin.",
        ),
        Err(error) if response.ok() => {
            failed(url, &format!("The answer is not a trace: {error}."), "Open the address in a new tab to see what it is.")
        }
        _ => failed(
            url,
            &format!("The host answered with status {} instead of the trace.", response.status()),
            "Open the address in a new tab to see the page behind it.",
        ),
    }
}

/// The browser tells a page neither which nor why; only two of the reasons can be seen from here.
fn refused(scope: &DedicatedWorkerGlobalScope, url: &str) -> FromProbe {
    if !scope.navigator().on_line() {
        return failed(url, "This computer is offline.", "Connect it, then try again.");
    }
    if url.starts_with("http:") && scope.is_secure_context() && scope.origin().starts_with("https:") {
        return failed(
            url,
            "This page came over https, and from there the browser allows no plain http request.",
            "Try the address with https://, or run the command below.",
        );
    }
    failed(
        url,
        "The browser did not hand over an answer. Either there is none (no such host, connection refused, certificate not valid) or the \
         host answered without allowing other pages to read it (CORS). The browser does not tell a page which of the two.",
        "Open the address in a new tab, or run the command below: both show the answer itself.",
    )
}

fn failed(url: &str, error: &str, instead: &str) -> FromProbe {
    FromProbe::Failed { url: Some(url.to_owned()), error: error.to_owned(), instead: instead.to_owned() }
}
