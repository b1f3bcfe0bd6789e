//! What the page and its workers cannot do, whatever a file holds.

use std::fs;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use fivetwenty_harness::servers::edge::{Edge, PLAIN};
use fivetwenty_harness::servers::origin::{HEALTHY, Origin};
use serde_json::{Value, json};

use crate::page::{Page, sample, scratch};

/// An edge whose trace every origin may read, so that only the page's own policy can keep it from being read.
struct Elsewhere {
    edge: Edge,
    _origin: Origin,
}

impl Elsewhere {
    async fn start() -> Self {
        let origin = Origin::start(HEALTHY).await.expect("loopback is there");
        let edge = Edge::start(PLAIN, origin.address()).await.expect("loopback is there");
        Self { edge, _origin: origin }
    }

    fn url(&self) -> String {
        format!("{}/cdn-cgi/trace", self.edge.url())
    }
}

/// Stands in for the workers' module: tries to fetch what it is given in place of one.
const TRY: &str = "
export async function initSync({module}) {
    try {
        postMessage('read ' + await (await fetch(module)).text());
    } catch (error) {
        postMessage('refused: ' + error);
    }
}";

fn with_try() -> Router {
    Router::new().route("/try.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], TRY)))
}

async fn try_in_worker(page: &Page, worker: &str, url: &str) -> String {
    let script = "
        const worker = new Worker(arguments[0], {type: 'module'});
        const answer = new Promise((resolve, reject) => {
            worker.onmessage = ({data}) => resolve(data);
            worker.onerror = event => reject(event.message);
        });
        worker.postMessage([new URL('/try.js', location).href, arguments[1]]);
        return await answer;";
    let answer = page.run_async(script, &[json!(worker), json!(url)]).await;
    answer.as_str().unwrap_or_default().to_owned()
}

/// Broken by a policy on /worker.js that lets a reader connect anywhere, the page's own origin included.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_connect() {
    let elsewhere = Elsewhere::start().await;
    let page = Page::open_with(with_try(), &[]).await;
    for url in [elsewhere.url(), page.origin()] {
        let answer = try_in_worker(&page, "worker.js", &url).await;
        assert!(answer.starts_with("refused"), "{url}: {answer}");
    }
}

/// Broken by a policy on /probe.js that keeps the probe from its job. It also proves that the refusals above are the policy's doing.
#[tokio::test(flavor = "multi_thread")]
async fn the_probe_can_connect() {
    let elsewhere = Elsewhere::start().await;
    let page = Page::open_with(with_try(), &[]).await;
    let answer = try_in_worker(&page, "probe.js", &elsewhere.url()).await;
    assert!(answer.contains("colo=FRA"), "{answer}");
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
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend',
            '<p id=styled style=\"position:fixed\" onclick=\"window.ran = true\">x</p><base href=\"https://a.example/\">');
        document.querySelector('#styled').click();
        // Later, because the driver's own call may evaluate.
        const evaluated = await new Promise(resolve => setTimeout(() => {
            try { resolve(eval('true')); } catch { resolve(false); }
        }));
        return [window.ran ?? false, evaluated, getComputedStyle(document.querySelector('#styled')).position,
            new URL('x', document.baseURI).origin === location.origin];";
    let answer = page.run_async(script, &[]).await;
    assert_eq!(answer, json!([false, false, "static", true]));
}

/// Broken by any request to another origin while files are read. The log is that of the browser's network stack, which sees the
/// workers' requests too: the last line of the test shows that it would have seen one.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_while_files_are_read() {
    let elsewhere = Elsewhere::start().await;
    let log = scratch("net-log").join("log.json");
    let flags = [format!("--log-net-log={}", log.display())];
    let page = Page::open_with(with_try(), &flags).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    try_in_worker(&page, "probe.js", &elsewhere.url()).await;
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
