//! When the page's two modules are loaded, and what becomes of a file that comes before the second.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::json;
use tokio::sync::Semaphore;
use xtask::run;
use xtask::seal::{BUNDLER, PROBE, WORKERS};

use crate::page::{Page, WATCH_WORKERS, dist, gated, sample};

/// The modules in `dist/`, the workers' first, without the one that makes the bundle.
fn modules() -> [PathBuf; 2] {
    let mut files: Vec<PathBuf> =
        fs::read_dir(dist()).expect("dist is there").map(|entry| entry.expect("dist can be listed").path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|extension| extension == "wasm") && ![BUNDLER, PROBE].iter().any(|later| address(file).contains(later))
    });
    files.sort_by_key(|file| !address(file).contains(WORKERS));
    files.try_into().expect("dist has two modules")
}

fn address(file: &Path) -> String {
    format!("/{}", file.file_name().unwrap_or_default().to_string_lossy())
}

/// Broken by a page that waits for the workers' module before it can be used, or that forgets what it was given before that came.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_does_not_wait_for_the_workers_module() {
    let [module, _] = modules();
    let content = fs::read(&module).expect("the module can be read");
    let gate = Arc::new(Semaphore::new(0));
    let closed = gate.clone();
    let answer = async move || {
        let _open = closed.acquire().await.expect("the gate stays");
        content
    };
    let page = Page::open_with(Router::new().route(&address(&module), get(answer))).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.element(".file[data-state=reading]").await;
    gate.add_permits(1);
    page.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by losing what a person gives while the page's module is on its way, or by fetching what workers run before it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_before_the_page_is_drawn_is_read() {
    let (routes, gate) = gated("fivetwenty-page");
    let page = Page::begin(routes).await;
    page.until("the first field takes files", "return !!document.querySelector('#boot-files:enabled')", &[]).await;
    let [proxied, direct] = sample();
    let field = page.element("#boot-files").await;
    field.send_keys(format!("{}\n{}", proxied.display(), direct.display())).await.expect("the field takes files");
    page.until_text("#boot-status", "Got it").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(page.run(FETCHED, &[json!(WORKERS)]).await, false, "nothing of the workers yet");
    // However often an engine asks.
    gate.add_permits(9);
    page.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by workers that are loaded only when a file comes, and not once the browser has nothing else to do; and by a module whose bytes are
/// compiled, for which browsers keep nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_workers_module_comes_when_the_page_is_drawn() {
    let (routes, gate) = gated("fivetwenty-page");
    let page = Page::begin(routes).await;
    page.run(
        "const {WebAssembly} = window; // Firefox's driver has one of its own.
         const original = WebAssembly.compileStreaming;
         window.streamed = [];
         WebAssembly.compileStreaming = async response => { window.streamed.push((await response).url); return original(response); };",
        &[],
    )
    .await;
    gate.add_permits(9);
    page.until("the workers' module comes", FETCHED, &[json!(WORKERS)]).await;
    page.until("it is streamed", "return window.streamed.some(url => url.includes(arguments[0]))", &[json!(WORKERS)]).await;
}

/// Broken by a panic that nobody sees, that is shown without saying what to do, or whose trace names no function.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_shown_with_a_trace() {
    let page = Page::open().await;
    assert_eq!(page.run("return document.querySelector('#broke').checkVisibility()", &[]).await, false);
    // What Yew cannot insert, it panics about.
    page.run("Node.prototype.insertBefore = () => { throw new Error('refused'); };", &[]).await;
    page.click("#try-sample").await;
    page.until_text("#broke", "Reload this page: your files are untouched.").await;
    page.until_text("#broke pre", "panicked at").await;
    let trace = page.until_text("#broke pre", "yew::").await;
    println!("{trace}");
    page.grant_clipboard().await;
    page.click("#broke button").await;
    page.until_text("#broke button", "Copied").await;
    assert!(page.clipboard().await.contains("yew::"));
}

/// Broken as the one above, where a worker panics. Its loader puts the trace into the text of the error, all of it that reaches the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_a_worker_is_shown_with_a_trace() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    page.drop_files(&[("a.har", "{\"log\":{\"entries\":[")]).await;
    page.element(".file[data-state]").await;
    page.run(
        "const module = document.querySelector('link[rel=workers][as=fetch]').href;
         const message = `Uncaught panicked at crates/a.rs:1:2:\nodd\n\n    at ${module}:wasm-function[1000]:0x1`;
         // A reader may be done by now, which nobody listens to any more; the analyst stays.
         window.workers.forEach(worker => worker.dispatchEvent(new ErrorEvent('error', {message})));",
        &[],
    )
    .await;
    let trace = page.until_text("#broke pre", "::").await;
    assert!(trace.contains("crates/a.rs:1:2:\nodd") && !trace.contains("wasm-function"), "{trace}");
}

/// Whether a file was asked for whose name has this.
const FETCHED: &str = "return performance.getEntriesByType('resource').some(({name}) => name.includes(arguments[0]))";

/// Broken by a module that does not come, or comes with another content, without a word; and by losing what was given meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_does_not_come_is_fetched_again() {
    let [module, _] = modules();
    let content = fs::read(&module).expect("the module can be read");
    let stage = Arc::new(AtomicUsize::new(0));
    let now = stage.clone();
    let answer = async move || match now.load(Ordering::SeqCst) {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        1 => [&content[..], &[0]].concat().into_response(),
        _ => content.into_response(),
    };
    let page = Page::open_with(Router::new().route(&address(&module), get(answer))).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_text("#unprepared", "Can't load").await;
    stage.store(1, Ordering::SeqCst);
    page.click("#prepare").await;
    page.until_text("#unprepared", "Can't load").await;
    page.element(".file[data-state=reading]").await;
    stage.store(2, Ordering::SeqCst);
    page.click("#prepare").await;
    page.until_verdict("empty-reply", "confirmed").await;
    assert_eq!(page.run("return !!document.querySelector('#unprepared')", &[]).await, false);
}

/// Broken by notices that are not published with the page, or by a link that leaves the page and so loses what was given to it.
#[tokio::test(flavor = "multi_thread")]
async fn the_notices_open_beside_the_page() {
    let page = Page::open().await;
    let link = page.element("footer a[target=_blank]").await;
    let address = link.prop("href").await.expect("the link can be read").expect("it leads somewhere");
    let served = page.run_async("return await (await fetch(arguments[0])).text()", &[address.into()]).await;
    let notices = fs::read_to_string(run::root().join("static/notices.txt")).expect("the notices can be read");
    assert!(served == notices, "what is published is not static/notices.txt");
}

/// Broken by a use in `src/ui`, `src/words.rs` or the page's half of `src/web` that takes the core into the first load. The table of the
/// data centres stands for the core: it is the one large text of which nothing is left out.
#[test]
fn the_core_is_in_the_workers_module_alone() {
    let table = fs::read(run::root().join("static/colos.csv")).expect("the table can be read");
    let [workers, page] = modules().map(|module| {
        let content = fs::read(module).expect("the module can be read");
        content.windows(table.len()).any(|part| part == table)
    });
    assert!(workers, "the workers' module has no table of the data centres: look for something else of the core");
    assert!(!page, "the page's module has the table of the data centres");
}
