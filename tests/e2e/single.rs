//! The page as one file, opened from disk: no server has anything to do with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use fivetwenty_harness::wait;
use serde_json::{Value, json};

use crate::downloads::check_downloads;
use crate::hostile::check_hostile;
use crate::isolation::{Elsewhere, TRY};
use crate::page::{Page, command_line, dist, sample, scratch, single};
use crate::report::copy;

/// The address of a file, as a browser writes it.
fn address(file: &Path) -> String {
    let path = file.display().to_string().replace('%', "%25").replace('#', "%23").replace('?', "%3F").replace(' ', "%20");
    format!("file://{path}")
}

/// Opens a file from disk in a fresh browser, and waits until it takes files.
async fn open(file: &Path) -> Page {
    let page = Page::start(Router::new(), &[]).await;
    page.show(&address(file)).await;
    page
}

/// The page as one file, with something else in it, in a folder of this test's own.
fn changed(test: &str, from: &str, to: &str) -> PathBuf {
    let page = fs::read_to_string(single()).expect("it can be read");
    assert!(page.contains(from), "{from}");
    let file = scratch(&format!("single-{test}")).join("fivetwenty.html");
    fs::write(&file, page.replacen(from, to, 1)).expect("it can be written");
    file
}

/// Tries to get out of a worker that the page starts, which has its policy.
async fn try_in_worker(page: &Page, way: &str, url: &str) -> String {
    let script = "
        const [text, way, url] = arguments;
        const any = {createScriptURL: url => url};
        window.policy ??= globalThis.trustedTypes?.createPolicy('test', any) ?? any;
        const script = new Blob([text.replace('export ', ''), 'onmessage = ({data}) => initSync({module: data})'], {type: 'text/javascript'});
        const worker = new Worker(window.policy.createScriptURL(URL.createObjectURL(script)));
        const answer = new Promise((resolve, reject) => {
            worker.onmessage = ({data}) => resolve(data);
            worker.onerror = event => reject(event.message);
        });
        worker.postMessage([way, url]);
        return await answer;";
    let answer = page.run_async(script, &[json!(TRY), json!(way), json!(url)]).await;
    answer.as_str().unwrap_or_default().to_owned()
}

/// Chooses the sample's files, and waits for what is found and promised then.
async fn analyse(page: &Page) {
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_isolated_verdict().await;
}

/// What the page requested, of itself too: blobs are no requests.
const REQUESTED: &str = "return performance.getEntriesByType('resource').map(({name}) => name).filter(name => !/^(blob|data):/.test(name))";

/// Broken by an engine in which a part of the job does not work from disk, by a request, by a report that is not the command line's, and by
/// a link or a form that leads to a server.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_job_is_done_from_disk() {
    let page = open(&single()).await;
    page.grant_clipboard().await;
    let instead = page.until_text("#no-probe", "works without a network").await;
    assert!(instead.contains("/cdn-cgi/trace"), "{instead}");
    page.click("#try-sample").await;
    page.until_isolated_verdict().await;
    page.start_over().await;
    page.element("#try-sample").await;

    analyse(&page).await;
    let promise = page.until_text(".promise .sheet", "this copy, which is one file").await;
    assert!(!promise.contains("its own server"), "{promise}");
    let [proxied, direct] = sample();
    assert_eq!(copy(&page, "#copy-report").await, command_line(&proxied, &direct, "text"));
    page.all_rows().await;
    page.click("#pairs tr[data-index] a").await;
    page.element("#pane[data-state=done]").await;
    page.until("the row has an address", "return location.hash.startsWith('#row/')", &[]).await;
    page.at("more/probe").await;
    page.element("#more #no-probe").await;
    assert_eq!(page.run("return document.querySelector('#probe, #host')", &[]).await, Value::Null);
    page.click(".howto summary").await;
    page.until_text(".howto[open]", "developer tools").await;
    page.at("send").await;
    page.click("#pack").await;
    page.until("the files are there", "return document.querySelector('#bundle-files') !== null", &[]).await;

    let dead = "
        return [...document.querySelectorAll('a[href], form[action]')].map(element => element.getAttribute('href') ?? element.action)
            .filter(to => !/^(#|https:|mailto:|blob:|notices\\.txt$)/.test(to))";
    assert_eq!(page.run(dead, &[]).await, json!([]));
    assert_eq!(page.run(REQUESTED, &[]).await, json!([]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
    page.end().await;
}

/// Broken by notices that do not open from the file.
#[tokio::test(flavor = "multi_thread")]
async fn the_notices_open_from_disk() {
    let page = open(&single()).await;
    let own = page.browser.window().await.expect("it is there");
    page.click("footer a").await;
    let other = wait::until(Duration::from_secs(20), async || Ok(page.browser.windows().await?.into_iter().find(|window| *window != own)));
    let other = other.await.expect("it only looks").expect("another tab opens");
    page.browser.switch_to_window(other).await.expect("it is there");
    let text = page.until("the notices", "return document.body?.textContent || null", &[]).await;
    let notices = fs::read_to_string(dist().join("notices.txt")).expect("they are there");
    assert_eq!(text.as_str().map(str::trim), Some(notices.trim()));
    page.end().await;
}

/// Broken by an engine that downloads nothing from a page on disk, or by a byte in which a file differs from the command line's.
#[tokio::test(flavor = "multi_thread")]
async fn the_bundle_is_downloaded_from_disk() {
    check_downloads("single", Some(&address(&single()))).await;
}

/// Broken by a policy that lets the page run a script which is not the one that it was published with.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_script_does_not_run() {
    let file = changed("script", "// Stands in for", "// stands in for");
    let opened = open(&single()).await;
    opened.browser.goto(&address(&file)).await.expect("the file is there");
    opened.until("it has loaded", "return document.readyState === 'complete'", &[]).await;
    assert_eq!(opened.run("return document.querySelector('#boot-files')?.disabled", &[]).await, true);
    assert_eq!(opened.run("return document.querySelector('#boot-status')?.textContent", &[]).await, "Starting…");
    opened.end().await;
}

/// Broken by a worker, or a page, of this file that has a way out; by a page that starts scripts by an address; and by a file without its
/// policy that reads something before it has said so.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_one_file_can_connect() {
    let elsewhere = Elsewhere::start().await;
    let page = open(&changed("to-start", "trusted-types ", "trusted-types test ")).await;
    let ways = ["read", "import", "start", "nest", "call"];
    for way in ways {
        let answer = try_in_worker(&page, way, &elsewhere.url()).await;
        assert!(answer.starts_with("refused"), "{way}: {answer}");
    }
    // The page has put its own fetch in the place of the browser's.
    let request = "
        return await new Promise(resolve => {
            const request = new XMLHttpRequest();
            request.onload = () => resolve('read');
            request.onerror = () => resolve('refused');
            request.open('GET', arguments[0]);
            request.send();
        });";
    assert_eq!(page.run_async(request, &[json!(elsewhere.url())]).await, "refused");
    let script = "
        const script = document.createElement('script');
        try { script.src = URL.createObjectURL(new Blob(['window.ran = true'], {type: 'text/javascript'})); } catch { return 'refused'; }
        document.head.append(script);
        return await new Promise(resolve => setTimeout(resolve, 500, window.ran ? 'ran' : 'refused'));";
    assert_eq!(page.run_async(script, &[]).await, "refused");

    // The refusals are the policy's doing.
    let without = changed("without", "connect-src 'none'", "connect-src * data:");
    let text = fs::read_to_string(&without).expect("it can be read");
    fs::write(&without, text.replacen("trusted-types ", "trusted-types test ", 1)).expect("it can be written");
    page.show(&address(&without)).await;
    let answer = try_in_worker(&page, "read", &elsewhere.url()).await;
    assert!(answer.contains("colo=FRA"), "{answer}");
    page.drop_sample().await;
    let words = page.until_text("#not-isolated", "Isolation is off here").await;
    assert!(words.contains("fetch") && words.contains("WebSocket"), "{words}");
    page.end().await;
}

/// Broken by a part that is not, byte for byte, the file of `dist/` whose content its name has, or by one that is missing.
#[tokio::test(flavor = "multi_thread")]
async fn the_parts_are_those_of_the_published_page() {
    let page = open(&single()).await;
    let script = "
        const parts = [...document.querySelectorAll('script[type=\"text/plain\"]')].map(({id}) => id);
        return await Promise.all(parts.map(async name => {
            const hash = await crypto.subtle.digest('SHA-384', await (await fetch(name)).arrayBuffer());
            return [name, [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('')];
        }));";
    let parts = page.run_async(script, &[]).await;
    let parts: Vec<(String, String)> = serde_json::from_value(parts).expect("names and hashes");
    let published: BTreeSet<String> =
        fs::read_dir(dist()).expect("it is there").map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    let mut sealed = 0;
    for (name, hash) in &parts {
        assert!(dist().join(name).exists(), "{name}");
        // Trunk names the page's own module in another way.
        if let Some(short) = published.get(name).and_then(|name| name.split(['-', '.']).find(|part| part.len() == 16)) {
            sealed += usize::from(!name.contains("fivetwenty-page"));
            assert!(name.contains("fivetwenty-page") || hash.starts_with(short), "{name}: {hash}");
        }
    }
    assert_eq!((sealed, parts.len()), (4, 9), "{parts:?}");
    page.end().await;
}

/// Broken by markup of a file that becomes markup here, where other rules hold.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_file_is_text_here_too() {
    let page = open(&single()).await;
    check_hostile(&page).await;
    page.end().await;
}

/// Broken by a path that is no plain word, by a browser that has saved what it shows, and by a server that sends the file.
#[tokio::test(flavor = "multi_thread")]
async fn it_works_wherever_it_is() {
    let folder = scratch("a folder, 100% #1");
    let copied = folder.join("my copy.html");
    fs::copy(single(), &copied).expect("it can be copied");
    let page = open(&copied).await;
    analyse(&page).await;

    // As "save page as" writes it, with what is drawn.
    let shown = page.run("return '<!DOCTYPE html>' + document.documentElement.outerHTML", &[]).await;
    let saved = folder.join("saved.html");
    fs::write(&saved, shown.as_str().expect("a text")).expect("it can be written");
    page.show(&address(&saved)).await;
    analyse(&page).await;
    page.end().await;

    let content = fs::read(single()).expect("it can be read");
    let served = Router::new().route("/fivetwenty.html", get(async move || ([(header::CONTENT_TYPE, "text/html")], content)));
    let page = Page::start(served, &[]).await;
    page.show(&format!("{}/fivetwenty.html", page.origin())).await;
    analyse(&page).await;
    assert_eq!(page.run(REQUESTED, &[]).await, json!([]));
    page.end().await;
}
