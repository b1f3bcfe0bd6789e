//! The page as the tests use it: in the engine of this process, and ending the test where it cannot go on.

use std::env;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use clap::ValueEnum as _;
use fivetwenty_harness::axe::Finding;
use fivetwenty_harness::browsers::Engine;
use fivetwenty_harness::page::{self, Beside};
use fivetwenty_harness::states::State;
use serde_json::{Value, json};
use thirtyfour::WebElement;
use tokio::sync::Semaphore;
use xtask::run::{self, Steps};
use xtask::server::site;
use xtask::test::{DIST, ENGINE, PROGRAM, SINGLE};

pub(crate) use fivetwenty_harness::page::{recorded, sample};

/// The page in a fresh browser.
pub(crate) struct Page(page::Page);

impl Deref for Page {
    type Target = page::Page;

    fn deref(&self) -> &page::Page {
        &self.0
    }
}

/// The engine that this process tests the page in.
pub(crate) fn engine() -> Engine {
    let name = env::var(ENGINE).unwrap_or_else(|_| "chromium".to_owned());
    Engine::from_str(&name, false).unwrap_or_else(|error| panic!("{ENGINE}: {error}"))
}

impl Page {
    /// Opens the page and waits until it has started.
    pub(crate) async fn open() -> Self {
        Self::open_with(Router::new()).await
    }

    /// Opens the page with further routes beside it.
    pub(crate) async fn open_with(routes: Router) -> Self {
        Self::open_site(&dist(), Beside { routes, ..Beside::default() }).await
    }

    /// Opens the page of another folder than the one that is published.
    pub(crate) async fn open_site(folder: &Path, beside: Beside<'_>) -> Self {
        let page = page::Page::open(&mut Steps::default(), engine(), folder, beside).await;
        Self(page.unwrap_or_else(|error| panic!("{:?}: {error:#}", engine())))
    }

    /// Opens the page with routes beside it, and does not wait for its start.
    pub(crate) async fn begin(routes: Router) -> Self {
        let page = Self::start(routes.fallback_service(site(&dist()).expect("it has its _headers")), &[]).await;
        page.browser.goto(page.origin()).await.expect("the page is served");
        page
    }

    /// Serves a site and starts a browser, which has not gone there.
    pub(crate) async fn start(site: Router, flags: &[&str]) -> Self {
        let page = page::Page::start(&mut Steps::default(), engine(), site, flags, &[]).await;
        Self(page.unwrap_or_else(|error| panic!("{:?}: {error:#}", engine())))
    }

    /// Opens the page and drops a recorded case on it.
    pub(crate) async fn open_recorded(case: &str) -> Self {
        let page = Self::open().await;
        let [proxied, direct] = recorded(case);
        page.choose(&[&proxied, &direct]).await;
        page
    }

    /// Goes to an address of the page and waits until it has started.
    pub(crate) async fn show(&self, url: &str) {
        done(self.0.show(url).await);
    }

    /// Brings the page into a state.
    pub(crate) async fn bring(&self, state: &State) {
        done(self.0.bring(state).await);
    }

    /// What axe-core finds in the page as it is now.
    pub(crate) async fn axe(&self) -> Vec<Finding> {
        done(self.0.axe().await)
    }

    /// Chooses files as a person does with the file dialog.
    pub(crate) async fn choose(&self, files: &[&Path]) {
        done(self.0.choose(files).await);
    }

    /// Drops files of these names and contents on the page.
    pub(crate) async fn drop_files(&self, files: &[(&str, &str)]) {
        done(self.0.drop_files(files).await);
    }

    /// Drops the sample's files on the page.
    pub(crate) async fn drop_sample(&self) {
        let [proxied, direct] = sample_texts();
        self.drop_files(&[("proxied.har", &proxied), ("direct.har", &direct)]).await;
    }

    /// Makes the page so many pixels wide, below what a browser's window can be as well.
    pub(crate) async fn resize(&self, width: u32) {
        done(self.browser.resize(width, 800).await);
    }

    /// Says who the person is: owner, support or visitor.
    pub(crate) async fn be(&self, you: &str) {
        assert!(done(self.0.be(you).await), "the page asks who the person is");
    }

    /// Goes to a place of the result, by its address.
    pub(crate) async fn at(&self, address: &str) {
        self.run("location.hash = arguments[0]", &[json!(address)]).await;
        let root = address.split('/').next().unwrap_or_default();
        self.element(&format!("section.place#{}", if root == "row" { "compare" } else { root })).await;
    }

    /// Goes to Compare and shows all rows.
    pub(crate) async fn all_rows(&self) {
        self.at("compare").await;
        self.click("#show-all").await;
        self.element("#pairs tr[data-index]").await;
    }

    /// Opens the menu of the files.
    pub(crate) async fn open_files(&self) {
        self.element(".files-menu").await;
        self.run("document.querySelector('.files-menu').open = true", &[]).await;
    }

    /// Leaves the case, as a person does.
    pub(crate) async fn start_over(&self) {
        self.open_files().await;
        self.click("#start-over").await;
        self.until("everything is gone", "return !document.querySelector('.file')", &[]).await;
    }

    /// The report, as the page shows it.
    pub(crate) async fn report(&self) -> String {
        self.at("send").await;
        let text = self.run("return document.querySelector('#report-text').textContent", &[]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a verdict of this cause and status.
    pub(crate) async fn until_verdict(&self, cause: &str, status: &str) {
        done(self.0.until_verdict(cause, status).await);
    }

    /// Waits for the sample's verdict, and for what the page promises then. No file may have waited for a person.
    pub(crate) async fn until_isolated_verdict(&self) {
        let verdict = "
            const warned = document.querySelector('#not-isolated')?.innerText;
            const {cause, status} = document.querySelector('#verdict')?.dataset ?? {};
            return warned ?? (cause ? `${cause} ${status}` : null)";
        assert_eq!(self.until("a verdict", verdict, &[]).await, "empty-reply confirmed");
        let promise = self.until_text(".promise summary", "othing leaves").await;
        assert!(!promise.contains("isolation is off"), "{promise}");
    }

    /// Waits until a script returns something other than null and false, and gives that.
    pub(crate) async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        done(self.0.until(what, script, arguments).await)
    }

    /// Waits until the text of an element, folded or not, contains these words, and gives it.
    pub(crate) async fn until_text(&self, selector: &str, words: &str) -> String {
        let script = "
            const {innerText, textContent} = document.querySelector(arguments[0]) ?? {};
            return [innerText, textContent].find(text => text?.includes(arguments[1])) ?? null";
        let found = self.until(&format!("{selector} says {words:?}"), script, &[json!(selector), json!(words)]).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        done(self.0.run(script, arguments).await)
    }

    /// Runs the body of an async function in the page and waits for what it returns.
    pub(crate) async fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        done(self.0.run_async(script, arguments).await)
    }

    /// Waits for an element.
    pub(crate) async fn element(&self, selector: &str) -> WebElement {
        done(self.0.element(selector).await)
    }

    /// Clicks an element as a person does: it must be visible and not covered.
    pub(crate) async fn click(&self, selector: &str) {
        done(self.0.click(selector).await);
    }

    /// What the clipboard holds.
    pub(crate) async fn clipboard(&self) -> String {
        done(self.0.clipboard().await)
    }

    /// Lets the page read the clipboard, and write it, without a question.
    pub(crate) async fn grant_clipboard(&self) {
        done(self.0.grant_clipboard().await);
    }

    /// Errors in the browser's console, but for those of the workers' own tries to get out.
    pub(crate) async fn console_errors(&self) -> Vec<String> {
        done(self.0.console_errors().await)
    }

    /// Ends the browser. Dropping it does so too, but holds up everything else on its thread meanwhile.
    pub(crate) async fn end(self) {
        done(self.0.end().await);
    }
}

/// What was done, or the end of the test.
fn done<T>(result: anyhow::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error:#}"))
}

/// Drops a file of many small entries, as many blocks of 8,000 as the argument says.
pub(crate) const DROP_MANY: &str = "
    const entry = '{\"startedDateTime\":\"2026-11-21T00:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"http://a.example/\"},\"response\":{\"status\":200}},';
    const parts = ['{\"log\":{\"entries\":[', ...Array(arguments[0]).fill(entry.repeat(8000)), '{}]}}'];
    const transfer = new DataTransfer();
    transfer.items.add(new File(parts, 'large.har'));
    document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));";

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

/// The sample's texts.
pub(crate) fn sample_texts() -> [String; 2] {
    sample().map(|file| fs::read_to_string(file).expect("the recording is text"))
}

/// The command line's report.
pub(crate) fn command_line(proxied: &Path, direct: &Path, format: &str) -> String {
    let mut program = Command::new(self::program());
    program.arg("--proxied").arg(proxied).arg("--direct").arg(direct);
    run::output(program.args(["--format", format])).expect("the command line reports")
}

/// Has the command line write the bundle of two captures into a folder.
pub(crate) fn command_line_bundle(proxied: &Path, direct: &Path, folder: &Path) {
    let mut program = Command::new(self::program());
    program.arg("--proxied").arg(proxied).arg("--direct").arg(direct).arg("--out").arg(folder);
    run::output(&mut program).expect("the command line writes the bundle");
}

/// A folder for the files of one test, empty at first.
pub(crate) fn scratch(test: &str) -> PathBuf {
    // Other engines run the same test at the same time.
    let folder = run::target().join("e2e").join(format!("{:?}", engine()).to_lowercase()).join(test);
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
    let is_module = |name: &String| name.contains("_bg") && Path::new(name).extension().is_some_and(|extension| extension == "wasm");
    names.find(|name| name.starts_with(stem) && is_module(name)).expect("dist has the module")
}

/// Copies the files of a folder, those of its folders left out.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    for file in fs::read_dir(from).expect("the folder is there").map(|file| file.expect("it can be listed").path()) {
        if file.is_file() {
            fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("it can be copied");
        }
    }
}

/// The command line's program.
pub(crate) fn program() -> PathBuf {
    set_by_test(PROGRAM).into()
}

/// The folder of the built page.
pub(crate) fn dist() -> PathBuf {
    set_by_test(DIST).into()
}

/// The page as one file.
pub(crate) fn single() -> PathBuf {
    set_by_test(SINGLE).into()
}

fn set_by_test(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run these tests with `cargo xtask test`, which builds what they need"))
}
