//! Files that a page of another origin offers: heard from allowed origins only, and read only after the person agrees.
//!
//! The panel is at `localhost`, the page at `127.0.0.1`: two sites.

use std::fs;
use std::path::PathBuf;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use fivetwenty_harness::browsers::Engine;
use serde_json::{Value, json};
use thirtyfour::{Key, WindowHandle};
use xtask::openers;
use xtask::run;
use xtask::server::{Server, site};

use crate::page::{Page, copy_files, dist, engine, gated, sample, scratch};

/// The page with a listener, and a panel that may open it.
struct Opened {
    page: Page,
    panel: Server,
    /// The tab of the panel.
    home: WindowHandle,
}

/// The panel of the document, for the page at an address.
fn example(address: &str) -> Html<String> {
    let text = fs::read_to_string(run::root().join("docs/examples/panel.html")).expect("the example can be read");
    assert!(text.contains("https://520.example/"), "the example names the page");
    Html(text.replace("https://520.example/", address))
}

/// A panel that does what a test says: `tab` is the page, once the button is pressed, and `heard` what it said.
fn bare(address: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><title>Bare</title><button id=go>Go</button><script>
         const heard = [];
         let tab;
         go.onclick = () => {{ tab = window.open('{address}'); }};
         addEventListener('message', ({{source, origin, data}}) => heard.push([source === tab, origin, data]));
         </script>"
    ))
}

impl Opened {
    /// Starts the panel and, in a browser that is at a page of it, the page that hears it. `routes` are the page's.
    async fn start(test: &str, routes: Router) -> Self {
        Self::start_in(allowing(test, "http://localhost:1"), routes).await
    }

    async fn start_in(folder: PathBuf, routes: Router) -> Self {
        // Which origin is allowed is known once the panel has a port, and the panel names the page.
        let page = Page::start(routes.fallback_service(site(&folder).expect("it has its _headers")), &[]).await;
        let address = format!("{}/", page.origin());
        let captures = sample().map(|file| fs::read_to_string(file).expect("the recording is text"));
        let [proxied, direct] = captures.clone();
        let router = Router::new()
            .route("/", get({ let address = address.clone(); async move || example(&address) }))
            .route("/bare", get(async move || bare(&address)))
            .route("/captures/proxied.har", get(async move || proxied))
            .route("/captures/direct.har", get(async move || direct));
        let panel = Server::start(router, 0).await.expect("loopback is there");
        let index = folder.join("index.html");
        let text = fs::read_to_string(&index).expect("the page can be read");
        let own = format!("http://localhost:{}", panel.address().port());
        fs::write(&index, text.replace("http://localhost:1\"", &format!("{own}\""))).expect("it can be written");
        let home = page.browser.window().await.expect("the browser has a window");
        Self { page, panel, home }
    }

    /// The panel's own address, under the name that is allowed or, for `127.0.0.1`, under one that is not.
    fn panel(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.panel.address().port())
    }

    /// Goes to a panel and presses its button, which opens the page in another tab. The driver stays with the panel.
    async fn press(&self, host: &str, path: &str, button: &str) {
        self.page.browser.goto(self.panel(host, path)).await.expect("the panel is served");
        self.page.click(button).await;
    }

    /// As [`Opened::press`] with the bare panel, and waits until the page hears it.
    async fn open_bare(&self) {
        self.press("localhost", "/bare", "#go").await;
        self.page.until("the page hears the panel", PING, &[]).await;
    }

    /// Goes to the tab of the page.
    async fn to_page(&self) {
        let handles = self.page.browser.windows().await.expect("the browser has windows");
        let other = handles.into_iter().find(|handle| *handle != self.home).expect("the page has a tab");
        self.page.browser.switch_to_window(other).await.expect("the tab is there");
    }

    /// Goes back to the tab of the panel.
    async fn to_panel(&self) {
        self.page.browser.switch_to_window(self.home.clone()).await.expect("the tab is there");
    }

    /// Waits until the page asks the person, in its tab.
    async fn until_asked(&self) {
        self.to_page().await;
        self.page.until("the page asks", "return document.querySelector('#opener')?.open === true", &[]).await;
    }

    /// In the panel's tab: what the page said beside `pong`, once it said so much.
    async fn until_heard(&self, count: usize) -> Value {
        self.to_panel().await;
        let script = "const said = heard.filter(([,, data]) => data.fivetwenty !== 'pong'); return said.length >= arguments[0] ? said : null";
        self.page.until(&format!("{count} responses"), script, &[json!(count)]).await
    }

    /// Runs a script in the panel, as the panel's own.
    async fn in_panel(&self, script: &str) -> Value {
        self.to_panel().await;
        self.page.run_async(script, &[]).await
    }

    fn said(&self, said: Value) -> Value {
        json!([true, self.page.origin(), said])
    }

    /// What the dialog shows of each file.
    async fn rows(&self) -> Vec<String> {
        let rows = self.page.run("return [...document.querySelectorAll('#opener-files li')].map(row => row.textContent)", &[]).await;
        serde_json::from_value(rows).expect("texts")
    }

    async fn end(self) {
        self.page.end().await;
    }
}

/// The built page, as `cargo xtask dist --opener` publishes it.
fn allowing(test: &str, origin: &str) -> PathBuf {
    let folder = scratch(test);
    copy_files(&dist(), &folder);
    openers::add(&folder, &[openers::origin(origin).expect("an origin")]).expect("it is a built page");
    folder
}

/// In the panel: pings, and says whether a pong came.
const PING: &str = "
    tab.postMessage({fivetwenty: 'ping'}, '*');
    return heard.some(([isTab,, data]) => isTab && data.fivetwenty === 'pong' && data.version === 1)";

/// Nothing but the files is open in the page.
const NO_FILES: &str = "return document.querySelector('.file') === null";

/// Broken by a listener in the page that is published without openers.
#[test]
fn without_openers_nothing_listens() {
    let page = fs::read_to_string(dist().join("index.html")).expect("the page can be read");
    assert!(!page.contains("openers") && !page.contains("open-"), "{page}");
    let names: Vec<String> =
        fs::read_dir(dist()).expect("dist is there").map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name.starts_with("open")), "{names:?}");
}

/// Broken by an example that does not work as it is in the document, by files that are read before the person agrees, by a policy under which
/// the panel loses its tab, and by a page whose readers are not isolated then.
#[tokio::test(flavor = "multi_thread")]
async fn a_panel_opens_files_once_the_person_agrees() {
    let opened = Opened::start("opened", Router::new()).await;
    opened.press("localhost", "/", "#diagnose").await;
    opened.until_asked().await;
    let page = &opened.page;
    let origin = page.run("return document.querySelector('#opener-origin').textContent", &[]).await;
    assert_eq!(origin, opened.panel("localhost", "").as_str());
    let rows = opened.rows().await;
    assert!(rows.len() == 2 && rows[0].starts_with("proxied.har ") && rows[1].starts_with("direct.har "), "{rows:?}");
    page.until("the page is drawn", "return document.querySelector('#files') !== null", &[]).await;
    assert_eq!(page.run(NO_FILES, &[]).await, true, "nothing is read before");
    assert_eq!(page.run("return document.querySelector('#opener-beside')", &[]).await, Value::Null);
    let findings = page.axe().await;
    assert!(findings.is_empty(), "{findings:?}");
    page.click("#opener-yes").await;
    page.until_isolated_verdict().await;
    opened.to_panel().await;
    page.until_text("#answer", "Opened.").await;
    opened.end().await;
}
