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

use crate::accessibility::looks;
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
         var heard = [], tab;
         go.onclick = () => {{ tab = window.open('{address}'); }};
         function ping() {{ tab.postMessage({{fivetwenty: 'ping'}}, '*'); }}
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
        let panel_routes = Router::new()
            .route(
                "/",
                get({
                    let address = address.clone();
                    async move || example(&address)
                }),
            )
            .route("/bare", get(async move || bare(&address)))
            .route("/captures/proxied.har", get(async move || proxied))
            .route("/captures/direct.har", get(async move || direct));
        let panel = Server::start(panel_routes, 0).await.expect("loopback is there");
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
        let script =
            "const said = heard.filter(([,, data]) => data.fivetwenty !== 'pong'); return said.length >= arguments[0] ? said : null";
        self.page.until(&format!("{count} responses"), script, &[json!(count)]).await
    }

    /// Runs a script in the panel, as the panel's own.
    async fn in_panel(&self, script: &str) -> Value {
        // A driver's own script may be of another world, in which a message has no source.
        const RUN: &str = "
            const script = document.createElement('script');
            script.textContent = `window.result = (async () => {${arguments[0]}})()`;
            document.body.append(script);
            return await window.result";
        self.to_panel().await;
        self.page.run_async(RUN, &[json!(script)]).await
    }

    fn said(&self, said: &Value) -> Value {
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
    ping();
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

/// Broken by a dialog that Esc or Enter does not refuse, that begins on the button which agrees, that a second request replaces, or that
/// comes again after a no.
#[tokio::test(flavor = "multi_thread")]
async fn a_panel_cannot_nag() {
    let opened = Opened::start("nag", Router::new()).await;
    let page = &opened.page;
    opened.open_bare().await;
    let ask = "tab.postMessage({fivetwenty: 'open', files: [{name: 'a.txt', data: new Blob(['520'])}]}, '*');";
    opened.in_panel(&format!("for (let count = 0; count < 100; count++) {ask}")).await;
    let busy = opened.said(&json!({"fivetwenty": "refused", "why": "busy"}));
    assert_eq!(opened.until_heard(99).await, json!(vec![busy; 99]));

    opened.until_asked().await;
    assert_eq!(page.run("return document.querySelectorAll('dialog[open]').length", &[]).await, 1);
    page.until("no has the focus", "return document.activeElement?.id === 'opener-no'", &[]).await;
    press(page, Key::Escape).await;
    page.until("the dialog is gone", "return document.querySelector('#opener') === null", &[]).await;
    let declined = opened.said(&json!({"fivetwenty": "refused", "why": "declined"}));
    assert_eq!(opened.until_heard(100).await[99], declined);

    opened.in_panel(&format!("for (let count = 0; count < 100; count++) {ask}")).await;
    assert_eq!(opened.until_heard(200).await[199], declined);
    opened.to_page().await;
    assert_eq!(page.run("return document.querySelector('#opener')", &[]).await, Value::Null);
    assert_eq!(page.run(NO_FILES, &[]).await, true);

    // A page that was loaded anew asks anew; what has the focus refuses.
    page.show(&page.origin()).await;
    opened.to_panel().await;
    page.until("the page hears the panel", PING, &[]).await;
    opened.in_panel(ask).await;
    opened.until_asked().await;
    page.until("no has the focus", "return document.activeElement?.id === 'opener-no'", &[]).await;
    press(page, Key::Enter).await;
    page.until("the dialog is gone", "return document.querySelector('#opener') === null", &[]).await;
    assert_eq!(opened.until_heard(201).await[200], declined);
    opened.end().await;
}

async fn press(page: &Page, key: Key) {
    page.browser.action_chain().send_keys(key).perform().await.expect("the key is pressed");
}

/// Broken by a page that hears an origin which is not allowed, answers it, or hears one that frames it.
#[tokio::test(flavor = "multi_thread")]
async fn other_origins_hear_nothing() {
    let opened = Opened::start("others", Router::new()).await;
    let page = &opened.page;
    opened.press("127.0.0.1", "/bare", "#go").await;
    opened.to_page().await;
    page.until("the page is drawn", "return document.querySelector('#files') !== null", &[]).await;
    page.run("window.came = 0; addEventListener('message', () => window.came++)", &[]).await;
    let files = "[{name: 'a.txt', data: new Blob(['520'])}]";
    opened
        .in_panel(&format!(
            "ping();
             ping();
             tab.postMessage({{fivetwenty: 'open', files: {files}}}, '*')"
        ))
        .await;
    opened.to_page().await;
    page.until("the messages came", "return window.came === 3", &[]).await;
    assert_eq!(page.run("return document.querySelector('#opener')", &[]).await, Value::Null);
    // Without a source there is nobody to respond to.
    let lost = format!(
        "dispatchEvent(new MessageEvent('message', {{origin: arguments[0], data: {{fivetwenty: 'open', files: {files}}}}}));
         return document.querySelector('#opener')"
    );
    assert_eq!(page.run(&lost, &[json!(opened.panel("localhost", ""))]).await, Value::Null);
    opened.to_panel().await;
    assert_eq!(page.run("return heard", &[]).await, json!([]));

    page.browser.goto(opened.panel("localhost", "/bare")).await.expect("the panel is served");
    let framed = "
        const frame = document.createElement('iframe');
        frame.src = arguments[0];
        const loaded = new Promise(resolve => { frame.onload = resolve; setTimeout(resolve, 3000); });
        document.body.append(frame);
        await loaded;
        for (let count = 0; count < 10; count++) {
            frame.contentWindow.postMessage({fivetwenty: 'ping'}, '*');
            await new Promise(resolve => setTimeout(resolve, 100));
        }
        return heard;";
    assert_eq!(page.run_async(framed, &[json!(page.origin())]).await, json!([]));
    opened.end().await;
}

/// Broken by a request that is not what it should be and is shown, makes an error in the page, or is refused without saying where and what.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_refused_by_its_place() {
    let opened = Opened::start("malformed", Router::new()).await;
    opened.open_bare().await;
    let data = "expected an ArrayBuffer of fixed length, a Blob or a File, found";
    let cases = [
        ("undefined", "files: expected an Array, found Undefined".to_owned()),
        ("{length: 1, 0: {}}", "files: expected an Array, found Object".to_owned()),
        ("[]", "files: expected 1 to 20, found 0".to_owned()),
        ("Array(10000).fill({name: 'a', data: new Blob(['a'])})", "files: expected 1 to 20, found 10000".to_owned()),
        ("Array(1000000)", "files: expected 1 to 20, found 1000000".to_owned()),
        ("[null]", "files[0].name: expected a String, found Undefined".to_owned()),
        ("Object.assign([7], {map: 1, entries: 2, forEach: 3})", "files[0].name: expected a String, found Undefined".to_owned()),
        ("[{name: {toString: 1}, data: new Blob()}]", "files[0].name: expected a String, found Object".to_owned()),
        ("[{name: '', data: new Blob()}]", "files[0].name: expected 1 to 255 characters, found 0".to_owned()),
        (
            "[{name: 'a', data: new Blob(['a'])}, {name: '</script>\u{202e}'.padEnd(300, 'x'), data: new Blob()}]",
            "files[1].name: expected 1 to 255 characters, found 300".to_owned(),
        ),
        ("[{name: 'a'}]", format!("files[0].data: {data} Undefined")),
        ("[{name: 'a', data: 'text'}]", format!("files[0].data: {data} String")),
        ("[{name: 'a', data: {size: 1, byteLength: 1}}]", format!("files[0].data: {data} Object")),
        ("[{name: 'a', data: new Uint8Array(9)}]", format!("files[0].data: {data} Uint8Array")),
        ("[{name: 'a', data: new Blob()}]", "files[0].data: expected at least 1 byte, found 0".to_owned()),
        ("[{name: 'a', data: new ArrayBuffer(0)}]", "files[0].data: expected at least 1 byte, found 0".to_owned()),
        ("[{name: 'a', get data() { return 'cloned'; }}]", format!("files[0].data: {data} String")),
    ];
    for (number, (files, detail)) in cases.iter().enumerate() {
        opened.in_panel(&format!("tab.postMessage({{fivetwenty: 'open', files: {files}}}, '*')")).await;
        let said = opened.until_heard(number + 1).await;
        let expected = opened.said(&json!({"fivetwenty": "refused", "why": "malformed", "detail": detail}));
        assert_eq!(said[number], expected, "{files}");
    }
    // What does not arrive at all, and what means nothing here.
    let quiet = "
        const detached = new ArrayBuffer(9);
        structuredClone(detached, {transfer: [detached]});
        const shared = new WebAssembly.Memory({initial: 1, maximum: 1, shared: true}).buffer;
        for (const data of [detached, shared]) {
            try { tab.postMessage({fivetwenty: 'open', files: [{name: 'a', data}]}, '*'); } catch { }
        }
        for (const message of [null, undefined, 'ping', 7, [], {}, {fivetwenty: 'pong'}, {fivetwenty: {}}, new Map([['fivetwenty', 'ping']])]) {
            tab.postMessage(message, '*');
        }
        tab.postMessage({fivetwenty: 'open', files: 'the last'}, '*')";
    // WebKit copies what is shared into a buffer like any other.
    let quiet = if engine() == Engine::Webkit { quiet.replace("[detached, shared]", "[detached]") } else { quiet.to_owned() };
    assert_eq!(opened.in_panel(&quiet).await, Value::Null);
    let last = "return heard.at(-1)[2].detail === 'files: expected an Array, found String'";
    opened.page.until("the last message is refused", last, &[]).await;
    let refused = "return heard.every(([,, {fivetwenty, why}]) => fivetwenty === 'pong' || why === 'malformed')";
    assert_eq!(opened.page.run(refused, &[]).await, true);
    opened.to_page().await;
    assert_eq!(opened.page.run("return document.querySelector('#opener')", &[]).await, Value::Null);
    let mut errors = opened.page.console_errors().await;
    // Chromium's log is that of both tabs.
    errors.retain(|error| error.contains(&opened.page.origin()));
    assert!(errors.is_empty(), "{errors:?}");
    opened.end().await;
}

/// Broken by a name that becomes markup, hides a part of itself, or turns the text around; by a dialog that axe-core finds something in, in
/// any colours and widths; and by a buffer that is copied.
#[tokio::test(flavor = "multi_thread")]
async fn names_are_shown_as_they_are() {
    let opened = Opened::start("names", Router::new()).await;
    let page = &opened.page;
    opened.open_bare().await;
    let ask = "
        const large = new ArrayBuffer(200_000_000);
        const files = [
            {name: '</script><img src=x onerror=ran=1>'.padEnd(150, 'x') + 'rah.\u{202e}\u{200b}\u{1160}txt', data: large},
            {name: '\u{e9}t\u{e9} \u{5d0}.har\\n', data: new Blob(['1'])},
            ...Array(18).fill({name: 'x'.repeat(255), data: new File(['22'], 'y')}),
        ];
        tab.postMessage({fivetwenty: 'open', files}, {targetOrigin: '*', transfer: [large]});
        return large.byteLength;";
    assert_eq!(opened.in_panel(ask).await, 0, "the buffer is moved");
    opened.until_asked().await;
    let rows = opened.rows().await;
    let start = format!("</script><img src=x onerror=ran=1>{}", "x".repeat(26));
    assert_eq!(rows[0], format!("{start}…{}rah.\\u{{202e}}\\u{{200b}}\\u{{1160}}txt (200,000,000 bytes)", "x".repeat(10)));
    assert_eq!(rows[1], "\u{e9}t\u{e9} \u{5d0}.har\\u{a} (1 byte)");
    assert_eq!((rows.len(), &*rows[19]), (20, &*format!("{}…{} (2 bytes)", "x".repeat(60), "x".repeat(20))));
    let ran = "return [window.ran ?? null, document.querySelector('#opener img, #opener script')]";
    assert_eq!(page.run(ran, &[]).await, json!([null, null]));
    for (colours, width) in looks() {
        page.browser.show_in(colours).await.expect("the browser has these colours");
        page.resize(width).await;
        let findings = page.axe().await;
        assert!(findings.is_empty(), "{colours:?} {width}: {findings:?}");
        let cut = "
            const {scrollWidth, clientWidth, scrollHeight, clientHeight} = document.querySelector('#opener');
            return [scrollWidth - clientWidth, scrollHeight - clientHeight]";
        assert_eq!(page.run(cut, &[]).await, json!([0, 0]), "{width}: the origin and both buttons are in view");
    }
    page.click("#opener-no").await;
    opened.until_heard(1).await;
    opened.end().await;
}

/// In the panel: offers the captures that it has.
const OFFER: &str = "
    const load = async name => ({name, data: await (await fetch(`captures/${name}`)).arrayBuffer()});
    const files = await Promise.all(['proxied.har', 'direct.har'].map(load));
    tab.postMessage({fivetwenty: 'open', files}, '*')";

/// Broken by losing what is agreed to before the page is drawn, by a panel whose tab goes elsewhere meanwhile and takes the files with it, or
/// hears of the decision at its new place.
#[tokio::test(flavor = "multi_thread")]
async fn files_wait_for_the_page_and_survive_the_panel() {
    let (routes, gate) = gated("fivetwenty-page");
    let opened = Opened::start("early", routes).await;
    let page = &opened.page;
    opened.open_bare().await;
    opened.in_panel(OFFER).await;
    opened.until_asked().await;
    assert_eq!(page.run("return document.querySelector('#files')", &[]).await, Value::Null, "the page is not drawn yet");
    opened.to_panel().await;
    // As the panel does it, which keeps the window that the page knows.
    page.run("location.href = arguments[0]", &[json!(opened.panel("127.0.0.1", "/bare"))]).await;
    page.until("the panel is elsewhere", "return location.hostname === '127.0.0.1' && Array.isArray(window.heard)", &[]).await;
    opened.to_page().await;
    page.until("tab reaches the button", "return document.activeElement?.id === 'opener-no'", &[]).await;
    press(page, Key::Tab).await;
    page.until("the next stop agrees", "return document.activeElement?.id === 'opener-yes'", &[]).await;
    press(page, Key::Enter).await;
    page.until_text("#boot-status", "Got it").await;
    gate.add_permits(9);
    page.until_verdict("empty-reply", "confirmed").await;
    opened.to_panel().await;
    assert_eq!(page.run("return heard", &[]).await, json!([]));
    opened.end().await;
}

/// Broken by a request that is agreed to for the next one too, or by a case that is replaced without saying so, or for good.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_open_comes_back() {
    let opened = Opened::start("again", Router::new()).await;
    let page = &opened.page;
    opened.open_bare().await;
    opened.to_page().await;
    page.until("the page is drawn", "return document.querySelector('#files') !== null", &[]).await;
    page.drop_files(&[("mine.txt", "curl: (52) Empty reply from server\n"), ("mine.har", "{\"log\":{\"entries\":[]}}")]).await;
    page.until("both are there", "return document.querySelectorAll('.file').length === 2", &[]).await;
    opened.in_panel(OFFER).await;
    opened.until_asked().await;
    page.until_text("#opener-beside", "Undo").await;
    page.click("#opener-yes").await;
    page.until_verdict("empty-reply", "confirmed").await;
    assert_eq!(opened.until_heard(1).await[0], opened.said(&json!({"fivetwenty": "opened"})));

    opened.in_panel(OFFER).await;
    opened.until_asked().await;
    page.click("#opener-no").await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.click("#undo").await;
    page.until_text(".files-menu", "mine.har").await;
    let declined = opened.said(&json!({"fivetwenty": "refused", "why": "declined"}));
    assert_eq!(opened.until_heard(2).await[1], declined);
    opened.end().await;
}

/// Broken by a policy that is not needed any more: under the usual one the panel has no window to write to.
#[tokio::test(flavor = "multi_thread")]
async fn under_the_usual_policy_the_window_is_lost() {
    let folder = allowing("usual-policy", "http://localhost:1");
    fs::copy(dist().join("_headers"), folder.join("_headers")).expect("it can be copied");
    let opened = Opened::start_in(folder, Router::new()).await;
    opened.press("localhost", "/bare", "#go").await;
    opened.page.until("the window is lost", "return tab.closed", &[]).await;
    assert_eq!(opened.page.run(PING, &[]).await, false);
    opened.end().await;
}
