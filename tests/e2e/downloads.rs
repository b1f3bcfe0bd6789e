//! Where a browser has no choice of a folder, what is saved goes through its downloads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use fivetwenty_harness::browsers::AnyBrowser;
use fivetwenty_harness::page::Beside;
use fivetwenty_harness::wait;
use serde_json::{Value, json};

use crate::page::{Page, command_line_bundle, dist, sample, scratch};

const DEADLINE: Duration = Duration::from_mins(1);

/// Broken by a download that does not come, by a byte in which one differs from the command line's file, and by another report when they
/// are opened again.
#[tokio::test(flavor = "multi_thread")]
async fn the_bundle_is_downloaded() {
    check_downloads("bundle", None).await;
}

/// Has the bundle downloaded in the page, or in the one at another address.
pub(crate) async fn check_downloads(test: &str, address: Option<&str>) {
    let [downloads, written] = ["downloads", "written"].map(|folder| scratch(&format!("{test}-{folder}")));
    let preferences = [
        ("browser.download.folderList", json!(2)),
        ("browser.download.dir", json!(downloads)),
        ("browser.download.useDownloadDir", json!(true)),
        ("browser.download.always_ask_before_handling_new_types", json!(false)),
        ("browser.helperApps.neverAsk.saveToDisk", json!("application/octet-stream")),
    ];
    let page = Page::open_site(&dist(), Beside { preferences: &preferences, ..Beside::default() }).await;
    if let AnyBrowser::Chromium(browser) = &page.browser {
        let allowed = json!({"behavior": "allow", "downloadPath": downloads});
        browser.cdp().send_raw("Browser.setDownloadBehavior", allowed).await.expect("the browser saves there");
    }
    let own = page.origin();
    let address = address.unwrap_or(&own);
    page.show(address).await;
    page.run("delete window.showDirectoryPicker", &[]).await;

    let [proxied, direct] = sample();
    let report = analyse(&page, &[&proxied, &direct]).await;
    page.at("send").await;
    page.click("#pack").await;
    page.until("the files are there", "return document.querySelector('#bundle-files') !== null", &[]).await;
    page.click("#save-all").await;
    page.until_text("#saved", "downloads").await;

    command_line_bundle(&proxied, &direct, &written);
    let wanted = files(&written);
    let all = wait::until(DEADLINE, async || Ok((files(&downloads) == wanted).then_some(()))).await.expect("it only looks");
    assert!(all.is_some(), "{:?} of {:?}", files(&downloads).keys(), wanted.keys());

    page.show(address).await;
    let again = analyse(&page, &[&downloads.join("direct.har"), &downloads.join("proxied.har")]).await;
    assert_eq!(again, report);
    page.end().await;
}

/// Gives the page these files; the verdict with its evidence, as the page shows it.
async fn analyse(page: &Page, files: &[&Path]) -> Value {
    page.choose(files).await;
    let verdict = "const verdict = document.querySelector('#verdict'); return verdict?.dataset.cause ? verdict.querySelector('#headline').innerText : null";
    page.until("a verdict", verdict, &[]).await
}

/// The files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let paths = fs::read_dir(folder).expect("the folder can be read").map(|file| file.expect("a file").path());
    // What is being downloaded may have another name a moment later.
    let read = paths.filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), fs::read(&path).ok()?)));
    read.collect()
}
