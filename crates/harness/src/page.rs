//! The built page in a browser, and what a person does with it.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use serde_json::{Value, json};
use thirtyfour::{By, WebDriver, WebElement};
use xtask::run::{self, Steps};
use xtask::server::{Server, site};
use xtask::{dist, tools};

use crate::browsers::{AnyBrowser, Engine, script};

/// How long to wait for what the page does. Several browsers share the machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The page in a fresh browser.
pub struct Page {
    /// The browser.
    pub browser: AnyBrowser,
    server: Server,
}

/// The folder of a page that was built before, else of one that is built now.
///
/// # Errors
/// When the page cannot be built.
pub fn built(folder: Option<&Path>, steps: &mut Steps) -> Result<PathBuf> {
    if let Some(folder) = folder {
        return Ok(folder.to_owned());
    }
    tools::set_up(steps)?;
    steps.step("build the page", dist::build)
}

/// What a page is opened with, beside what is usual.
#[derive(Default)]
pub struct Beside<'a> {
    /// Routes of the page's origin.
    pub routes: Router,
    /// Chromium's flags.
    pub flags: &'a [&'a str],
    /// Firefox's preferences.
    pub preferences: &'a [(&'a str, Value)],
}

impl Page {
    /// Opens the page of a folder in an engine, and waits until it takes files.
    ///
    /// # Errors
    /// When the browser does not start, or the page does not.
    pub async fn open(steps: &mut Steps, engine: Engine, folder: &Path, beside: Beside<'_>) -> Result<Self> {
        let page = Self::start(steps, engine, beside.routes.fallback_service(site(folder)?), beside.flags, beside.preferences).await?;
        page.show(&page.origin()).await?;
        Ok(page)
    }

    /// Serves a site and starts a browser, which has not gone there.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn start(steps: &mut Steps, engine: Engine, site: Router, flags: &[&str], preferences: &[(&str, Value)]) -> Result<Self> {
        let server = Server::start(site, 0).await?;
        let browser = AnyBrowser::start(steps, engine, flags, preferences).await?;
        Ok(Self { browser, server })
    }

    /// Goes to an address of the page, and waits until it takes files.
    ///
    /// # Errors
    /// When it does not.
    pub async fn show(&self, url: &str) -> Result<()> {
        self.browser.goto(url).await?;
        // It listens to drops a moment after it has drawn itself.
        self.until("the page takes files", TAKES_FILES, &[]).await?;
        if self.browser.engine() == Engine::Webkit {
            self.browser.execute(WATCH, vec![]).await?;
        }
        Ok(())
    }

    /// The page's own origin.
    pub fn origin(&self) -> String {
        self.server.url()
    }

    /// Where the page's server listens.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Chooses files as a person does with the file dialog.
    ///
    /// # Errors
    /// When the page has no input for files.
    pub async fn choose(&self, files: &[&Path]) -> Result<()> {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let paths = paths.join("\n");
        self.on_element("#files", async |element: WebElement| Ok(element.send_keys(&paths).await?)).await
    }

    /// Drops files of these names and contents on the page. No driver drops a file as a person does: a script makes the files and the drop.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn drop_files(&self, files: &[(&str, &str)]) -> Result<()> {
        self.run(DROP, &[json!(files)]).await.map(drop)
    }

    /// Says who the person is: owner, support or visitor. False where the page has no such choice.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn be(&self, you: &str) -> Result<bool> {
        Ok(self.run(CHOOSE_YOU, &[json!(you)]).await? == true)
    }

    /// Waits for a verdict of this cause and status.
    ///
    /// # Errors
    /// When another one comes, or none.
    pub async fn until_verdict(&self, cause: &str, status: &str) -> Result<()> {
        let script = "
            const verdict = document.querySelector('#verdict');
            return verdict?.dataset.cause === arguments[0] && verdict.dataset.status === arguments[1]";
        self.until(&format!("a verdict of {cause}, {status}"), script, &[json!(cause), json!(status)]).await.map(drop)
    }

    /// Waits until a script returns something other than null and false, and gives that.
    ///
    /// # Errors
    /// When nothing came in time.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Result<Value> {
        script::until(&self.browser, PATIENCE, script, arguments).await.with_context(|| what.to_owned())
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        Ok(self.browser.execute(script, arguments).await?.json().clone())
    }

    /// Runs the body of an async function in the page and waits for what it returns.
    ///
    /// # Errors
    /// When the browser does not answer; what the function throws is returned as a text.
    pub async fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...arguments) => {{ {script} }})(...arguments).then(done, error => done('threw ' + error));"
        );
        Ok(self.browser.execute_async(script, arguments).await?.json().clone())
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn element(&self, selector: &str) -> Result<WebElement> {
        self.until(&format!("{selector} appears"), "return !!document.querySelector(arguments[0])", &[json!(selector)]).await?;
        Ok(self.browser.find(By::Css(selector)).await?)
    }

    /// Clicks an element as a person does: it must be visible and not covered.
    ///
    /// # Errors
    /// When it cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let into_view = "document.querySelector(arguments[0])?.scrollIntoView({block: 'center', behavior: 'instant'})";
        let click = async |element: WebElement| {
            self.run(into_view, &[json!(selector)]).await?;
            Ok(element.click().await?)
        };
        self.on_element(selector, click).await.with_context(|| format!("cannot click {selector}"))
    }

    /// Does something to an element, again when the page draws another one in its place meanwhile.
    async fn on_element(&self, selector: &str, act: impl AsyncFn(WebElement) -> Result<()>) -> Result<()> {
        const TRIES: u32 = 5;
        for _ in 1..TRIES {
            match act(self.element(selector).await?).await {
                Err(error) if format!("{error:#}").contains("stale element") => {}
                done => return done,
            }
        }
        act(self.element(selector).await?).await
    }

    /// Lets the page read the clipboard, and write it, without a question.
    ///
    /// # Errors
    /// When the browser does not grant it.
    pub async fn grant_clipboard(&self) -> Result<()> {
        // Firefox has its preference, and in WebKit what is written is watched.
        if let AnyBrowser::Chromium(browser) = &self.browser {
            let permissions = json!({
                "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
            });
            browser.cdp().send_raw("Browser.grantPermissions", permissions).await?;
        }
        Ok(())
    }

    /// What the clipboard holds; in WebKit, what the page last wrote there.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn clipboard(&self) -> Result<String> {
        let text = match self.browser.engine() {
            Engine::Webkit => self.run("return window.watched.copied", &[]).await?,
            Engine::Chromium | Engine::Firefox => self.run_async("return await navigator.clipboard.readText()", &[]).await?,
        };
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Errors in the browser's console, but for those of the workers' own tries to get out.
    ///
    /// # Errors
    /// When the browser keeps no log.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let errors: Vec<String> = match &self.browser {
            AnyBrowser::Chromium(browser) => {
                let log = browser.get_log("browser").await?.into_iter();
                log.filter(|entry| format!("{:?}", entry.level).to_uppercase().contains("SEVERE")).map(|entry| entry.message).collect()
            }
            AnyBrowser::Firefox(browser) => {
                serde_json::from_value(browser.run_privileged(FIREFOX_ERRORS, json!([self.origin(), "file:"])).await?)?
            }
            AnyBrowser::WebKit(_) => serde_json::from_value(self.run("return window.watched?.errors ?? []", &[]).await?)?,
        };
        let is_own = |message: &str| OWN_TRIES.iter().any(|own| message.contains(own));
        Ok(errors.into_iter().filter(|message| !is_own(message)).collect())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end(self) -> Result<()> {
        self.browser.end().await
    }
}

impl Deref for Page {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.browser
    }
}

/// Whether the page listens to drops.
const TAKES_FILES: &str = "
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'some'));
    const over = new DragEvent('dragover', {dataTransfer, bubbles: true, cancelable: true});
    const takes = document.querySelector('#files') !== null && !document.querySelector('main').dispatchEvent(over);
    document.querySelector('main').dispatchEvent(new DragEvent('dragleave', {bubbles: true}));
    return takes";

/// Drops files, given as names and contents, on the page.
pub const DROP: &str = "
    const transfer = new DataTransfer();
    for (const [name, text] of arguments[0]) transfer.items.add(new File([text], name));
    for (const type of ['dragenter', 'dragover', 'drop']) {
        document.querySelector('main').dispatchEvent(new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }";

/// Says who the person is, by a list or, in an earlier build, by buttons.
const CHOOSE_YOU: &str = "
    const choice = document.querySelector('#you');
    if (choice) {
        choice.value = arguments[0];
        choice.dispatchEvent(new Event('change', {bubbles: true}));
        return true;
    }
    const button = document.querySelectorAll('#modes button')[['owner', 'support', 'visitor'].indexOf(arguments[0])];
    button?.click();
    return !!button";

/// Notes what the page writes into the clipboard, and what goes wrong from now on: `WebKitGTK`'s driver tells neither.
const WATCH: &str = "
    window.watched ??= (() => {
        const watched = {copied: '', errors: []};
        const note = (...words) => watched.errors.push(words.map(String).join(' '));
        const usual = console.error;
        console.error = (...words) => { note(...words); usual.call(console, ...words); };
        addEventListener('error', ({message}) => note(message));
        addEventListener('unhandledrejection', ({reason}) => note(reason));
        addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) => note(violatedDirective, blockedURI));
        navigator.clipboard.writeText = async text => { watched.copied = text; };
        return watched;
    })();";

/// Errors that the page's origin or a page on disk caused, in its workers too.
const FIREFOX_ERRORS: &str = "
    const of = message => message instanceof Ci.nsIScriptError && !(message.flags & Ci.nsIScriptError.warningFlag)
        && (given.some(own => message.sourceName.startsWith(own)) || message.category.startsWith('CSP'))
        // A worker's own try to start another one, where Trusted Types hold in workers.
        && !(message.category.includes('TrustedTypes') && message.sourceName.startsWith('blob:'));
    const api = Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage);
    const said = api.getEvents().filter(event => event.level === 'error' && given.some(own => event.filename.startsWith(own)));
    return [
        ...Services.console.getMessageArray().filter(of).map(message => message.errorMessage),
        ...said.map(event => event.arguments.map(String).join(' ')),
    ];
";

/// What a message about a worker's own try to get out contains.
const OWN_TRIES: [&str; 4] = [".js?", "data:text/javascript,", "'data:'", "TrustedScriptURL"];

/// The captures that the page offers as its sample, proxied first.
pub fn sample() -> [PathBuf; 2] {
    captures("chromium-156/empty-reply")
}

/// The captures of a recorded case with its cookies, proxied first. Where there are none, the full export is the usual one and is not kept.
pub fn recorded(case: &str) -> [PathBuf; 2] {
    let full = captures(&format!("chromium-156-full/{case}"));
    if full[0].exists() { full } else { captures(&format!("chromium-156/{case}")) }
}

fn captures(folder: &str) -> [PathBuf; 2] {
    let folder = run::root().join("tests/data/lab").join(folder);
    [folder.join("proxied.har"), folder.join("direct.har")]
}
