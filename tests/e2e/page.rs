//! A browser that shows the page, and what a person does with it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use fivetwenty_harness::browsers::chromium::Browser;
use fivetwenty_harness::browsers::script;
use serde_json::{Value, json};
use thirtyfour::{By, WebElement};
use tokio::sync::Semaphore;
use xtask::browsers::Chromium;
use xtask::run;
use xtask::server::{Server, site};
use xtask::test::{DIST, PROGRAM};

const DEADLINE: Duration = Duration::from_secs(30);

/// The page in a fresh browser.
pub(crate) struct Page {
    pub(crate) browser: Browser,
    server: Server,
}

impl Page {
    /// Opens the page and waits until it has started.
    pub(crate) async fn open() -> Self {
        Self::open_with(Router::new(), &[]).await
    }

    /// Opens the page with further routes beside it and further flags for the browser.
    pub(crate) async fn open_with(routes: Router, flags: &[String]) -> Self {
        Self::open_site(&dist(), routes, flags).await
    }

    /// Opens the page from another folder than the one that is published.
    pub(crate) async fn open_site(folder: &Path, routes: Router, flags: &[String]) -> Self {
        let page = Self::begin(folder, routes, flags).await;
        page.until("the page starts", "return !!document.querySelector('#files')", &[]).await;
        page
    }

    /// The same without waiting for its start.
    pub(crate) async fn begin(folder: &Path, routes: Router, flags: &[String]) -> Self {
        let site = site(folder).expect("it has its _headers");
        let server = Server::start(routes.fallback_service(site), 0).await.expect("loopback is there");
        let chromium = Chromium::find().expect("a browser is set up");
        let browser = Browser::start(&chromium, flags).await.expect("the browser starts");
        browser.goto(server.url()).await.expect("the page is served");
        Self { browser, server }
    }

    /// The page's own origin.
    pub(crate) fn origin(&self) -> String {
        self.server.url()
    }

    /// Chooses files as a person does with the file dialog.
    pub(crate) async fn choose(&self, files: &[&Path]) {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let input = self.element("#files").await;
        input.send_keys(paths.join("\n")).await.expect("the input takes files");
    }

    /// Drops files of these names and contents on the page.
    pub(crate) async fn drop_files(&self, files: &[(&str, &str)]) {
        self.run(DROP, &[json!(files)]).await;
    }

    /// Opens the page and drops a recorded case on it.
    pub(crate) async fn open_recorded(case: &str) -> Self {
        let page = Self::open().await;
        let [proxied, direct] = recorded(case);
        page.choose(&[&proxied, &direct]).await;
        page
    }

    /// Makes the window so many pixels wide, below what a browser's window can be as well.
    pub(crate) async fn resize(&self, width: u32) {
        let metrics = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        let resized = self.browser.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await;
        resized.expect("the browser takes the size");
    }

    /// Waits for a verdict of this cause and status.
    pub(crate) async fn until_verdict(&self, cause: &str, status: &str) {
        let script = "
            const verdict = document.querySelector('#verdict');
            return verdict?.dataset.cause === arguments[0] && verdict.dataset.status === arguments[1]";
        self.until(&format!("a verdict of {cause}, {status}"), script, &[json!(cause), json!(status)]).await;
    }

    /// Waits until a script returns something other than null and false, and gives that.
    pub(crate) async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        script::until(&self.browser, DEADLINE, script, arguments).await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Waits until the text of an element contains these words, and gives it.
    pub(crate) async fn until_text(&self, selector: &str, words: &str) -> String {
        let script = "
            const text = document.querySelector(arguments[0])?.innerText ?? '';
            return text.includes(arguments[1]) ? text : null";
        let found = self.until(&format!("{selector} says {words:?}"), script, &[json!(selector), json!(words)]).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let result = self.browser.execute(script, arguments).await;
        result.expect("the script runs").json().clone()
    }

    /// Runs the body of an async function in the page and waits for what it returns.
    pub(crate) async fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...arguments) => {{ {script} }})(...arguments).then(done, error => done('threw ' + error));"
        );
        let result = self.browser.execute_async(script, arguments).await;
        result.expect("the script ends").json().clone()
    }

    /// Waits for an element.
    pub(crate) async fn element(&self, selector: &str) -> WebElement {
        self.until(&format!("{selector} appears"), "return !!document.querySelector(arguments[0])", &[json!(selector)]).await;
        self.browser.find(By::Css(selector)).await.expect("it is there")
    }

    /// Clicks an element as a person does: it must be visible and not covered.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        let script = "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})";
        self.run(script, &[json!(selector)]).await;
        element.click().await.unwrap_or_else(|error| panic!("cannot click {selector}: {error}"));
    }

    /// What the clipboard holds.
    pub(crate) async fn clipboard(&self) -> String {
        let text = self.run_async("return await navigator.clipboard.readText()", &[]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Lets the page read the clipboard, and write it, without a question.
    pub(crate) async fn grant_clipboard(&self) {
        let permissions = json!({
            "origin": self.origin(),
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
        });
        let granted = self.browser.cdp().send_raw("Browser.grantPermissions", permissions).await;
        granted.expect("the browser grants it");
    }

    /// Errors in the browser's console, but for those of the workers' own tries to get out.
    pub(crate) async fn console_errors(&self) -> Vec<String> {
        let log = self.browser.get_log("browser").await.expect("the browser keeps a log");
        let errors = log.into_iter().filter(|entry| format!("{:?}", entry.level).to_uppercase().contains("SEVERE"));
        let is_own = |message: &str| OWN_TRIES.iter().any(|own| message.contains(own));
        errors.map(|entry| entry.message).filter(|message| !is_own(message)).collect()
    }
}

/// Drops a file of many small entries, as many blocks of 8,000 as the argument says.
pub(crate) const DROP_MANY: &str = "
    const entry = '{\"startedDateTime\":\"2026-11-21T00:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"http://a.example/\"},\"response\":{\"status\":200}},';
    const parts = ['{\"log\":{\"entries\":[', ...Array(arguments[0]).fill(entry.repeat(8000)), '{}]}}'];
    const transfer = new DataTransfer();
    transfer.items.add(new File(parts, 'large.har'));
    document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));";

/// What a message about a worker's own try to get out contains.
const OWN_TRIES: [&str; 4] = [".js?", "data:text/javascript,", "'data:'", "TrustedScriptURL"];

/// Drops files, given as names and contents, on the page.
pub(crate) const DROP: &str = "
    const transfer = new DataTransfer();
    for (const [name, text] of arguments[0]) transfer.items.add(new File([text], name));
    for (const type of ['dragenter', 'dragover', 'drop']) {
        document.querySelector('main').dispatchEvent(new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }";

/// Runs in the page before it starts a worker: from then on `window.workers` lists those that it starts, each with its role (`name`) and
/// whether it was ended (`ended`), and `window.heard(worker, number)`, where a test sets it, is called before the page hears the batch of
/// that number of a reader, counted from 1.
pub(crate) const WATCH_WORKERS: &str = "
    window.workers = [];
    // Readers, analyst and bundler start in the frame, the probe in the page.
    for (const where of [window, document.querySelector('#isolation').contentWindow]) where.Worker = class extends where.Worker {
        constructor(address, options) {
            super(address, options);
            this.name = options.name;
            this.ended = false;
            window.workers.push(this);
            let batches = 0;
            // Beside its bytes a message with a batch has the batch.
            this.addEventListener('message', ({data}) => {
                if (this.name === 'reader' && data.length > 1) window.heard?.(this, ++batches);
            });
        }
        terminate() {
            this.ended = true;
            super.terminate();
        }
    };";

/// The captures that the page offers as its sample, proxied first.
pub(crate) fn sample() -> [PathBuf; 2] {
    captures("chromium-156/empty-reply")
}

/// The captures of a recorded case with its cookies, proxied first. Where there are none, the full export is the usual one and is not kept.
pub(crate) fn recorded(case: &str) -> [PathBuf; 2] {
    let full = captures(&format!("chromium-156-full/{case}"));
    if full[0].exists() { full } else { captures(&format!("chromium-156/{case}")) }
}

fn captures(folder: &str) -> [PathBuf; 2] {
    let folder = run::root().join("tests/data/lab").join(folder);
    [folder.join("proxied.har"), folder.join("direct.har")]
}

/// The sample's texts.
pub(crate) fn sample_texts() -> [String; 2] {
    sample().map(|file| fs::read_to_string(file).expect("the recording is text"))
}

/// The command line's report.
pub(crate) fn command_line(proxied: &Path, direct: &Path, format: &str) -> String {
    let mut program = Command::new(set_by_test(PROGRAM));
    program.arg("--proxied").arg(proxied).arg("--direct").arg(direct);
    run::output(program.args(["--format", format])).expect("the command line reports")
}

/// Has the command line write the bundle of two captures into a folder.
pub(crate) fn command_line_bundle(proxied: &Path, direct: &Path, folder: &Path) {
    let mut program = Command::new(set_by_test(PROGRAM));
    program.arg("--proxied").arg(proxied).arg("--direct").arg(direct).arg("--out").arg(folder);
    run::output(&mut program).expect("the command line writes the bundle");
}

/// A folder for the files of one test, empty at first.
pub(crate) fn scratch(test: &str) -> PathBuf {
    let folder = run::target().join("e2e").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("old files can be removed");
    }
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Routes on which a module comes once the gate has a permit for it: it is the module whose name begins so.
pub(crate) fn gated(stem: &str) -> (Router, Arc<Semaphore>) {
    let module = module(stem);
    let content = fs::read(dist().join(&module)).expect("the module can be read");
    let gate = Arc::new(Semaphore::new(0));
    let closed = gate.clone();
    let answer = async move || {
        closed.acquire().await.expect("the gate stays").forget();
        content
    };
    (Router::new().route(&format!("/{module}"), get(answer)), gate)
}

/// The name of a module in `dist/`.
fn module(stem: &str) -> String {
    let names = fs::read_dir(dist()).expect("dist is there").map(|entry| entry.expect("dist can be listed").file_name());
    let mut names = names.filter_map(|name| name.into_string().ok());
    names.find(|name| name.starts_with(stem) && name.contains("_bg") && name.ends_with(".wasm")).expect("dist has the module")
}

/// Copies the files of a folder, those of its folders left out.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    for file in fs::read_dir(from).expect("the folder is there").map(|file| file.expect("it can be listed").path()) {
        if file.is_file() {
            fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("it can be copied");
        }
    }
}

/// The folder of the built page.
pub(crate) fn dist() -> PathBuf {
    set_by_test(DIST).into()
}

fn set_by_test(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run these tests with `cargo xtask test`, which builds what they need"))
}
