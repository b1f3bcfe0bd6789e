//! The page in Firefox, which has no choice of a folder: what is saved there goes through its downloads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use fivetwenty_harness::browsers::firefox::Browser;
use fivetwenty_harness::browsers::script;
use fivetwenty_harness::wait;
use serde_json::{Map, Value, json};
use thirtyfour::By;
use xtask::browsers::Firefox;
use xtask::run::Steps;
use xtask::server::{Server, site};

use crate::page::{command_line_bundle, dist, sample, scratch};

const DEADLINE: Duration = Duration::from_mins(1);

/// Broken by a page that does not run in Firefox, by a download that does not come, by a byte in which one differs from the command line's
/// file, and by another report when they are opened again.
#[tokio::test(flavor = "multi_thread")]
async fn the_bundle_is_downloaded() {
    let [downloads, written] = ["firefox-downloads", "firefox-bundle"].map(scratch);
    let firefox = Firefox::set_up(&mut Steps::default()).expect("a browser is set up");
    let preferences = Map::from_iter([
        ("browser.download.folderList".to_owned(), json!(2)),
        ("browser.download.dir".to_owned(), json!(downloads)),
        ("browser.download.useDownloadDir".to_owned(), json!(true)),
        ("browser.download.always_ask_before_handling_new_types".to_owned(), json!(false)),
        ("browser.helperApps.neverAsk.saveToDisk".to_owned(), json!("application/octet-stream")),
    ]);
    let server = Server::start(axum::Router::new().fallback_service(site(&dist()).expect("dist has its _headers")), 0).await;
    let server = server.expect("loopback is there");
    let browser = Browser::start(&firefox, &preferences, Map::new()).await.expect("the browser starts");

    let [proxied, direct] = sample();
    let report = analyse(&browser, &server.url(), &[&proxied, &direct]).await;
    click(&browser, "#pack").await;
    until(&browser, "return document.querySelector('#bundle-files') !== null").await;
    click(&browser, "#save-all").await;
    until(&browser, "return document.querySelector('#saved').textContent.includes('downloads')").await;

    command_line_bundle(&proxied, &direct, &written);
    let wanted = files(&written);
    let all = wait::until(DEADLINE, async || Ok((files(&downloads) == wanted).then_some(()))).await.expect("it only looks");
    assert!(all.is_some(), "{:?} of {:?}", files(&downloads).keys(), wanted.keys());

    let again = analyse(&browser, &server.url(), &[&downloads.join("direct.har"), &downloads.join("proxied.har")]).await;
    assert_eq!(again, report);
    browser.end().await.expect("it ends");
}

/// Opens the page and these files; the verdict with its evidence, as the page shows it.
async fn analyse(browser: &Browser, url: &str, files: &[&Path]) -> Value {
    browser.goto(url).await.expect("the page is served");
    until(browser, "return document.querySelector('#files') !== null").await;
    let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let input = browser.find(By::Css("#files")).await.expect("it is there");
    input.send_keys(paths.join("\n")).await.expect("the input takes files");
    let verdict = "const verdict = document.querySelector('#verdict'); return verdict?.dataset.cause ? verdict.innerText : null";
    until(browser, "return document.querySelector('#pack') !== null").await;
    until(browser, verdict).await
}

async fn click(browser: &Browser, selector: &str) {
    let script = "document.querySelector(arguments[0]).click()";
    browser.execute(script, vec![json!(selector)]).await.expect("it can be clicked");
}

/// Waits until a script returns something other than null and false, and gives that.
async fn until(browser: &Browser, script: &str) -> Value {
    script::until(browser, DEADLINE, script, &[]).await.unwrap_or_else(|error| panic!("{error}"))
}

/// The files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let paths = fs::read_dir(folder).expect("the folder can be read").map(|file| file.expect("a file").path());
    // What is being downloaded may have another name a moment later.
    let read = paths.filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), fs::read(&path).ok()?)));
    read.collect()
}
