//! What the page and its workers cannot do, whatever a file holds.

use std::fs;
use std::path::PathBuf;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use fivetwenty_harness::browsers::script;
use fivetwenty_harness::page::Beside;
use fivetwenty_harness::servers::edge::{Edge, PLAIN};
use fivetwenty_harness::servers::origin::{HEALTHY, Origin};
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use xtask::run;

use crate::page::{Page, copy_files, dist, sample, scratch};

/// An edge whose trace every origin may read, so that only the page's own policy can keep it from being read.
pub(crate) struct Elsewhere {
    edge: Edge,
    _origin: Origin,
}

impl Elsewhere {
    pub(crate) async fn start() -> Self {
        let origin = Origin::start(HEALTHY).await.expect("loopback is there");
        let edge = Edge::start(PLAIN, origin.address()).await.expect("loopback is there");
        Self { edge, _origin: origin }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/cdn-cgi/trace", self.edge.url())
    }
}

/// Stands in for the workers' script: tries to get out with what it is given in place of a module.
pub(crate) const TRY: &str = "
const blob = text => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
const run = address => new Promise((resolve, reject) => {
    const worker = new Worker(address, {type: 'module'});
    worker.onmessage = ({data}) => data === 'refused' ? reject(data) : resolve('it connected: ' + data);
    worker.onerror = reject;
    worker.postMessage([address, address]);
});
const tries = {
    read: async url => (await fetch(url)).text(),
    import: async url => { await import(url); return 'imported'; },
    start: run,
    call: async () => new RTCPeerConnection().createDataChannel('any').label,
    nest: url => run(blob(`fetch(${JSON.stringify(url)}).then(() => postMessage('read'), () => postMessage('refused'))`)),
};
export async function initSync({module: [way, url]}) {
    try {
        postMessage('done: ' + await tries[way](url));
    } catch (error) {
        postMessage('refused: ' + error);
    }
}";

/// A script that a worker could import, or that tells that it was started as one.
const HARMLESS: &str = "self.onmessage = () => postMessage('started');";

fn with_harmless() -> Router {
    Router::new().route("/harmless.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], HARMLESS)))
}

/// How a worker starts that is to get out: in the frame, as the page does it, or from a file.
#[derive(Clone, Copy, Debug)]
enum From {
    Frame,
    File(&'static str),
}

async fn try_in_worker(browser: &WebDriver, from: From, way: &str, url: &str) -> String {
    let script = "
        const [file, loader, stolen, way, url] = given;
        const blob = text => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
        const {contentWindow} = document.querySelector('#isolation');
        const worker = file ? new Worker(file, {type: 'module'}) : new contentWindow.Worker(blob(loader), {type: 'module'});
        const answer = new Promise((resolve, reject) => {
            worker.onmessage = ({data}) => resolve(data);
            worker.onerror = event => reject(event.message);
        });
        worker.postMessage([blob(stolen), [way, url], document.querySelector('link[rel=workers]:not([as])').href]);
        return await answer;";
    let loader = fs::read_to_string(run::root().join("static/worker.js")).expect("the loader can be read");
    let file = if let From::File(file) = from { Some(file) } else { None };
    let answer = script::run_async(browser, script, json!([file, loader, TRY, way, url])).await.expect("the worker answers");
    answer.as_str().unwrap_or_default().to_owned()
}

/// Broken by a policy of the frame or of worker.js that lets a reader connect anywhere, the page's own origin included; that lets it get a
/// script by an address, which can tell something; or that lets it start a worker with another policy; and by WebRTC in workers.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_connect() {
    let elsewhere = Elsewhere::start().await;
    let page = Page::open_with(with_harmless()).await;
    let own = |path: &str| format!("{}{path}", page.origin());
    let ways = [
        ("read", elsewhere.url()),
        ("read", own("/")),
        ("import", own("/harmless.js")),
        ("start", own("/probe.js")),
        ("start", own("/harmless.js")),
        ("nest", elsewhere.url()),
        ("nest", own("/")),
        ("call", String::new()),
    ];
    for from in [From::Frame, From::File("worker.js")] {
        for (way, url) in &ways {
            let answer = try_in_worker(&page, from, way, url).await;
            assert!(answer.starts_with("refused"), "{from:?} {way} {url}: {answer}");
        }
    }
    // The refusals are the policies' doing.
    let answer = try_in_worker(&page, From::File("probe.js"), "read", &elsewhere.url()).await;
    assert!(answer.contains("colo=FRA"), "{answer}");
    page.end().await;
}

/// Broken by an engine in which the page does not come to a verdict, with the headers or on a host that sends none, or does not say the
/// truth about it: its readers are isolated on both.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_in_isolation_with_headers_and_without() {
    let bare = copy_of_dist("bare");
    fs::write(bare.join("_headers"), "").expect("it can be written");
    for folder in [&dist(), &bare] {
        let page = Page::open_site(folder, Beside::default()).await;
        page.drop_sample().await;
        page.until_isolated_verdict().await;
        page.end().await;
    }
}

/// Broken by a page that cannot go on where a host forbids all frames, though it sends the policy of worker.js.
#[tokio::test(flavor = "multi_thread")]
async fn where_frames_are_forbidden_the_policy_of_the_file_counts() {
    let forbidden = get(async || [(header::X_FRAME_OPTIONS, "DENY")]);
    let page = Page::open_with(Router::new().route("/frame.html", forbidden)).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    let from_file = "return performance.getEntriesByType('resource').some(({name}) => name.endsWith('/worker.js'))";
    assert_eq!(page.run(from_file, &[]).await, true);
    let promise = page.until_text(".promise summary", "nothing leaves").await;
    assert!(!promise.contains("isolation is off"), "{promise}");
}

/// Broken by a page that reads a file although nothing forbids its workers to connect, that does not say so, or that cannot go on when the
/// person wants it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_without_isolation_unless_the_person_says_so() {
    let folder = copy_of_dist("no-policy");
    fs::write(folder.join("_headers"), "").expect("it can be written");
    fs::write(folder.join("frame.html"), "<!doctype html>").expect("it can be written");
    let page = Page::open_site(&folder, Beside::default()).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    let words = page.until_text("#not-isolated", "Isolation is off here").await;
    for way in ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "import", "Worker"] {
        assert!(words.contains(way), "{words}");
    }
    assert_eq!(page.run("return document.querySelector('#pairs, .previews, #verdict')", &[]).await, Value::Null);
    page.click("#read-unisolated").await;
    page.until_verdict("empty-reply", "confirmed").await;
    assert_eq!(page.run("return document.querySelector('#not-isolated')", &[]).await, Value::Null);
    let promise = page.run("return document.querySelector('.promise summary').innerText", &[]).await;
    assert!(promise.as_str().is_some_and(|promise| promise.contains("isolation is off")), "{promise}");
    page.at("send").await;
    page.click("#pack").await;
    page.until("the files are there", "return document.querySelector('#bundle-files') !== null", &[]).await;
}

/// Broken by an engine in which a way out that a policy leaves open is taken for a closed one: all of them, those of connections, those of
/// scripts. A worker that a reader starts is one where it has a way out itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_way_out_is_noticed() {
    let policies = [
        ("", ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "import", "Worker"].as_slice()),
        ("connect-src 'self'; script-src blob: 'wasm-unsafe-eval'; worker-src blob:", &["fetch", "XMLHttpRequest", "Worker"]),
        ("connect-src 'none'; script-src blob: 'self' 'wasm-unsafe-eval'; worker-src blob:", &["import", "Worker"]),
    ];
    let folder = copy_of_dist("way-out");
    fs::write(folder.join("_headers"), "").expect("it can be written");
    for (policy, open) in policies {
        let frame = format!("<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        fs::write(folder.join("frame.html"), frame).expect("it can be written");
        let page = Page::open_site(&folder, Beside::default()).await;
        page.drop_sample().await;
        let words = page.until("a warning", "return document.querySelector('#not-isolated')?.innerText ?? null", &[]).await;
        let words = words.as_str().unwrap_or_default();
        for way in open {
            assert!(words.contains(way), "{policy}: {words}");
        }
        page.end().await;
    }
}

/// The built page without its samples, in a folder of this test's own.
fn copy_of_dist(test: &str) -> PathBuf {
    let folder = scratch(test);
    copy_files(&dist(), &folder);
    folder
}

/// Broken by a header that is lost, or by a part of the page that does not go with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_kept_apart_from_other_sites() {
    let page = Page::open().await;
    assert_eq!(page.run("return window.crossOriginIsolated", &[]).await, true);
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by a policy on / that lets the page connect to other origins.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_cannot_connect_elsewhere() {
    let elsewhere = Elsewhere::start().await;
    let page = Page::open().await;
    let script = "
        const violation = new Promise(resolve => addEventListener('securitypolicyviolation',
            event => resolve(event.effectiveDirective)));
        const read = await fetch(arguments[0]).then(response => response.text(), () => 'refused');
        return read === 'refused' ? await violation : read;";
    let answer = page.run_async(script, &[json!(elsewhere.url())]).await;
    assert_eq!(answer, "connect-src");
}

/// Broken by 'unsafe-inline' or 'unsafe-eval' in the page's policy.
#[tokio::test(flavor = "multi_thread")]
async fn markup_that_gets_in_does_nothing() {
    let page = Page::open().await;
    let script = "
        const refused = [
            () => { document.createElement('script').textContent = 'window.ran = true'; },
            () => document.body.insertAdjacentHTML('beforeend', '<p>x</p>'),
            () => new Worker('harmless.js'),
        ].map(attempt => { try { attempt(); return false; } catch { return true; } });
        // As markup that came with the page would be.
        const markup = document.implementation.createHTMLDocument();
        markup.body.append(markup.createElement('p'));
        const styled = document.importNode(markup.querySelector('p'));
        for (const [name, value] of [['id', 'styled'], ['style', 'position:fixed']]) styled.setAttribute(name, value);
        try { styled.setAttribute('onclick', 'window.ran = true'); } catch { refused.push(true); }
        const base = document.createElement('base');
        base.href = 'https://a.example/';
        document.body.append(styled, base);
        styled.click();
        // Later, because the driver's own call may evaluate.
        const evaluated = await new Promise(resolve => setTimeout(() => {
            try { resolve(window.eval('true')); } catch { resolve(false); }
        }));
        return [refused, window.ran ?? false, evaluated, getComputedStyle(document.querySelector('#styled')).position,
            new URL('x', document.baseURI).origin === location.origin];";
    let answer = page.run_async(script, &[]).await;
    assert_eq!(answer, json!([[true, true, true, true], false, false, "static", true]));
}

/// Broken by any request to another origin while files are read. The log is that of the browser's network stack, which sees the
/// workers' requests too: the last line of the test shows that it would have seen one.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_while_files_are_read() {
    let elsewhere = Elsewhere::start().await;
    let log = scratch("net-log").join("log.json");
    let flag = format!("--log-net-log={}", log.display());
    let page = Page::open_site(&dist(), Beside { flags: &[&flag], ..Beside::default() }).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    try_in_worker(&page, From::File("probe.js"), "read", &elsewhere.url()).await;
    let own = page.origin();
    drop(page);

    let log = fs::read_to_string(log).expect("the browser wrote its log");
    let (own_requests, others): (Vec<String>, Vec<String>) = requests_by(&own, &log).into_iter().partition(|url| url.starts_with(&own));
    for module in ["_bg.wasm", "workers_bg-"] {
        assert!(own_requests.iter().any(|url| url.contains(module)), "the log misses the page's own requests: {own_requests:?}");
    }
    assert_eq!(others, [elsewhere.url()], "nothing but the request made on purpose");
}

/// The URLs that were requested on behalf of an origin, from the log of the browser's network stack: one event a line.
fn requests_by(origin: &str, log: &str) -> Vec<String> {
    let mut urls: Vec<String> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.trim_end_matches(',')).ok())
        .filter(|event| event["params"]["initiator"] == origin)
        .filter_map(|event| Some(event["params"]["url"].as_str()?.to_owned()))
        .collect();
    urls.sort();
    urls.dedup();
    urls
}
