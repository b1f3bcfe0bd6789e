//! The page in every engine: Chromium, Firefox, and WebKit as `WebKitGTK` has it.
//!
//! No driver drops a file as a person does: a script makes the files and the drop, the same in all engines.

use std::time::Duration;

use fivetwenty_harness::browsers::{AnyBrowser, Engine, script};
use serde_json::{Value, json};
use xtask::run::Steps;

use crate::page::{DROP, sample_texts};

const DEADLINE: Duration = Duration::from_secs(30);

/// What three engines have to agree on.
pub(crate) const ENGINES: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::Webkit];

/// Starts a browser. `WebKitGTK` is not to be had everywhere: `None` then, and it is said.
pub(crate) async fn start(engine: Engine) -> Option<AnyBrowser> {
    match AnyBrowser::start(&mut Steps::default(), engine).await {
        Err(error) if engine == Engine::Webkit => {
            println!("LEFT OUT: nothing was tried in WebKit: {error:#}");
            None
        }
        started => Some(started.unwrap_or_else(|error| panic!("{engine:?}: {error:#}"))),
    }
}

/// Opens the page, and waits until it takes files.
pub(crate) async fn open(browser: &AnyBrowser, url: &str) {
    browser.goto(url).await.expect("the page is served");
    // It listens to drops a moment after it has drawn itself.
    let takes = "
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([], 'some'));
        const over = new DragEvent('dragover', {dataTransfer, bubbles: true, cancelable: true});
        return document.querySelector('#files') !== null && !document.querySelector('main').dispatchEvent(over)";
    until(browser, takes).await;
}

/// Drops the sample's files on the page, without waiting for what becomes of them.
pub(crate) async fn drop_sample(browser: &AnyBrowser) {
    let [proxied, direct] = sample_texts();
    let files = json!([["proxied.har", proxied], ["direct.har", direct]]);
    browser.execute(DROP, vec![files]).await.expect("the page takes them");
}

/// Waits for the sample's verdict, and for what the page promises then. No file may have waited for a person.
pub(crate) async fn until_isolated_verdict(browser: &AnyBrowser) {
    let verdict = "
        const warned = document.querySelector('#not-isolated')?.innerText;
        const {cause, status} = document.querySelector('#verdict')?.dataset ?? {};
        return warned ?? (cause ? `${cause} ${status}` : null)";
    assert_eq!(until(browser, verdict).await, "empty-reply confirmed");
    let promise = until(browser, "return document.querySelector('.promise summary').innerText").await;
    assert!(promise.as_str().is_some_and(|promise| promise.contains("nothing leaves")), "{promise}");
}

/// Waits until a script returns something other than null and false, and gives that.
pub(crate) async fn until(browser: &AnyBrowser, what: &str) -> Value {
    script::until(browser, DEADLINE, what, &[]).await.unwrap_or_else(|error| panic!("{error}"))
}
