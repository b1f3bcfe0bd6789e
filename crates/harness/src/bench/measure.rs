//! One browser, and what is measured in it: each time in a fresh page, with the file given as a person gives it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thirtyfour::By;
use xtask::run::Steps;
use xtask::server::{Server, site};

use super::files::Stored;
use crate::browsers::script::run_async;
use crate::browsers::{AnyBrowser, Engine};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// A browser, and the sites that it measures.
pub struct Bench {
    browser: AnyBrowser,
    /// The page as it is published, and the page that it is measured against.
    page: Server,
    /// The page as it is published, but for its workers, which have a file in memory before they begin.
    in_memory: Server,
}

/// What reading and analysing took.
#[derive(Clone, Debug, Serialize)]
pub struct Analysed {
    /// Entries that were read.
    pub entries: u64,
    /// In the reader, from asking for the first chunk to the end, in milliseconds; of the slowest one.
    pub reader_ms: f64,
    /// In the analyst, all files together, in milliseconds.
    pub analyst_ms: f64,
    /// From the file given to the analysis shown, in milliseconds.
    pub person_ms: f64,
    /// From the file given to the first entries shown, in milliseconds.
    pub first_ms: Option<f64>,
    /// The readers' WebAssembly memory at their end, which never shrinks, in bytes.
    pub reader_memory: u64,
    /// The analyst's, in bytes.
    pub analyst_memory: u64,
    /// The longest task of the page's thread in milliseconds, 0 when none took 50 ms; `None` where the browser does not tell.
    pub longest_task_ms: Option<f64>,
    /// The longest time that a timer of the page's thread came late, in milliseconds.
    pub longest_delay_ms: f64,
}

/// What `text()` and `JSON.parse` took.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct Parsed {
    /// Both together, in milliseconds; until it failed if it did.
    pub ms: f64,
    /// `text()` alone, in milliseconds.
    pub text_ms: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct Streamed {
    ms: f64,
    bytes: Option<u64>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Watched {
    marks: Vec<Mark>,
    longest: Option<f64>,
    delay: f64,
    core: Option<f64>,
}

/// A mark of the page's: `fivetwenty:` and a name.
#[derive(Deserialize)]
struct Mark {
    name: String,
    at: f64,
    entries: u64,
    ms: f64,
    memory: u64,
}

impl Bench {
    /// Starts a browser, installing what is missing, and serves what `dist` holds.
    ///
    /// # Errors
    /// When the browser cannot be had or does not start, or `dist` is not the built page.
    pub async fn start(steps: &mut Steps, engine: Engine, dist: &Path) -> Result<Self> {
        let browser = AnyBrowser::start(steps, engine, &[], &[]).await?;
        browser.set_script_timeout(PATIENCE).await?;
        browser.set_page_load_timeout(PATIENCE).await?;
        // Without the page's own embedder policy a browser starts no worker.
        let headers = [("content-type", "text/javascript"), ("cross-origin-embedder-policy", "credentialless")];
        let script = |text: &'static str| get(async move || (headers, text));
        let page = Router::new()
            .route("/bench/", get(async || axum::response::Html(include_str!("page/index.html"))))
            .route("/bench/worker.js", script(include_str!("page/worker.js")));
        // Where the frame is forbidden, workers start from a file, which can be another one.
        let forbidden = get(async || [(header::X_FRAME_OPTIONS, "DENY")]);
        let in_memory = Router::new().route("/frame.html", forbidden).route("/worker.js", script(include_str!("page/memory.js")));
        Ok(Self {
            browser,
            page: Server::start(page.fallback_service(site(dist)?), 0).await?,
            in_memory: Server::start(in_memory.fallback_service(site(dist)?), 0).await?,
        })
    }

    /// The browser's name and version.
    pub fn browser(&self) -> String {
        let capabilities = self.browser.capabilities();
        let word = |name| capabilities.get(name).and_then(Value::as_str).unwrap_or("unknown");
        format!("{} {}", word("browserName"), word("browserVersion"))
    }

    /// Milliseconds that reading the files' streams to their ends takes, each in a worker of its own; of the slowest one.
    ///
    /// # Errors
    /// When the browser does not read them to their ends.
    pub async fn streamed(&self, files: &[&Stored]) -> Result<f64> {
        let streamed: Vec<Streamed> = self.on_baseline_page("stream", files).await?;
        for (read, file) in streamed.iter().zip(files) {
            if read.bytes != Some(file.bytes) {
                bail!("{}: {:?} of {} bytes were read: {:?}", file.name, read.bytes, file.bytes, read.error);
            }
        }
        Ok(streamed.iter().map(|read| read.ms).fold(0.0, f64::max))
    }

    /// What `text()` and `JSON.parse` take in a worker, or how they fail.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn parsed(&self, file: &Stored) -> Result<Parsed> {
        let parsed = self.on_baseline_page("parse", &[file]).await?;
        parsed.into_iter().next().context("the page answered nothing")
    }

    /// Gives the page files, and waits for their analysis.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn analysed(&self, files: &[&Stored]) -> Result<Analysed> {
        let watched = self.watched(&self.page, files).await?;
        let marks = |name: &'static str| watched.marks.iter().filter(move |mark| mark.name == name);
        let given = marks("given").map(|mark| mark.at).fold(f64::INFINITY, f64::min);
        Ok(Analysed {
            entries: marks("read").map(|mark| mark.entries).sum(),
            reader_ms: marks("read").map(|mark| mark.ms).fold(0.0, f64::max),
            analyst_ms: marks("analysed").map(|mark| mark.ms).sum(),
            person_ms: marks("analysed").map(|mark| mark.at).fold(0.0, f64::max) - given,
            first_ms: marks("first").map(|mark| mark.at - given).reduce(f64::min),
            reader_memory: marks("read").map(|mark| mark.memory).sum(),
            analyst_memory: marks("analysed").map(|mark| mark.memory).fold(0, u64::max),
            longest_task_ms: watched.longest,
            longest_delay_ms: watched.delay,
        })
    }

    /// Milliseconds that the reader works for a file that is in its memory already.
    ///
    /// # Errors
    /// When it does not come to its end.
    pub async fn in_memory(&self, file: &Stored) -> Result<f64> {
        let watched = self.watched(&self.in_memory, &[file]).await?;
        watched.core.context("the reader did not say how long it worked")
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end(self) -> Result<()> {
        self.browser.end().await
    }

    /// Has the baseline page do something with files.
    async fn on_baseline_page<T: for<'a> Deserialize<'a>>(&self, what: &str, files: &[&Stored]) -> Result<Vec<T>> {
        self.browser.goto(format!("{}/bench/", self.page.url())).await?;
        run_async(&self.browser, SETTLED, Value::Null).await?;
        self.give(files).await?;
        let answer = run_async(&self.browser, "return (await window.measure(given)).files", json!(what)).await?;
        serde_json::from_value(answer.clone()).with_context(|| format!("the page answered {answer}"))
    }

    async fn watched(&self, server: &Server, files: &[&Stored]) -> Result<Watched> {
        self.browser.goto(server.url()).await?;
        run_async(&self.browser, READY, Value::Null).await.context("the page does not start")?;
        self.browser.execute(include_str!("page/watch.js"), []).await?;
        self.give(files).await?;
        let answer = run_async(&self.browser, MARKS, json!(files.len())).await?;
        serde_json::from_value(answer.clone()).with_context(|| format!("the page answered {answer}"))
    }

    async fn give(&self, files: &[&Stored]) -> Result<()> {
        let paths: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
        let input = self.browser.find(By::Css("#files")).await?;
        input.send_keys(paths.join("\n")).await.context("the page takes no files")
    }
}

/// Waits until the page can take files, and what its workers run is there, as it is a moment after a person came.
const READY: &str = "
    const pause = () => new Promise(resolve => setTimeout(resolve, 20));
    const isHere = ({name, responseEnd}) => name.includes('fivetwenty-workers') && name.endsWith('.wasm') && responseEnd > 0;
    while (!document.querySelector('#files') || !performance.getEntriesByType('resource').some(isHere)) await pause();
    for (let turn = 0; turn < 10; turn += 1) await pause();";

/// The same moment, for a page that waits for nothing.
const SETTLED: &str = "await new Promise(resolve => setTimeout(resolve, 200))";

/// Waits for the analysis of so many files, or for a file that fails.
const MARKS: &str = "
    const pause = () => new Promise(resolve => setTimeout(resolve, 50));
    const analysed = () => performance.getEntriesByName('fivetwenty:analysed').length;
    while (analysed() < given) {
        const failed = document.querySelector('.file[data-state=failed]');
        if (failed) throw new Error(failed.innerText);
        await pause();
    }
    // What was observed last, and what a worker says last, comes a moment later.
    await pause();
    const {longest, delay, core} = window.bench;
    const marks = performance.getEntriesByType('mark').filter(({name}) => name.startsWith('fivetwenty:'));
    return {longest, delay, core, marks: marks.map(mark => ({name: mark.name.slice(11), at: mark.startTime, ...mark.detail}))};";
