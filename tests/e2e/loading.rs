//! When the page's two modules are loaded, and what becomes of a file that comes before the second.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tokio::sync::Semaphore;
use xtask::run;
use xtask::seal::{BUNDLER, PROBE, WORKERS};

use crate::page::{Page, dist, sample};

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
    let page = Page::open_with(Router::new().route(&address(&module), get(answer)), &[]).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.element(".file[data-state=reading]").await;
    gate.add_permits(1);
    page.until_verdict("empty-reply", "confirmed").await;
}

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
    let page = Page::open_with(Router::new().route(&address(&module), get(answer)), &[]).await;
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
