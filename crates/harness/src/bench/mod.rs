//! `cargo xtask bench`: how fast files are read, and in how much memory.
//!
//! In a browser the page as it is published is measured, by the marks that it leaves (`src/web/timing.rs`), beside what a browser needs
//! for the same file without it. All is measured in turn, round by round, so that whatever else the machine does falls on all alike; the
//! budgets are about ratios within a round. Nothing here fails because a machine is slow.

mod figures;
mod files;
pub mod load;
pub mod logs;
mod measure;
mod native;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use fivetwenty_benches::{Content, Layout, Recipe, Side};
use serde::Serialize;
use time::UtcDateTime;
use xtask::run::{Steps, command, output, target};
use xtask::{dist, tools};

use crate::browsers::Engine;
use crate::moment::{RFC_3339, written};

pub use figures::{Budget, Measured, Round, Tables, Together, TogetherRound, budgets};
pub use files::{Har, Stored};
pub use measure::{Analysed, Bench, Parsed};

/// What `bench` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Files of 50 MB only, two rounds
    #[arg(long)]
    quick: bool,
    /// Tokenizer and decoder natively, with criterion, instead of the page in a browser
    #[arg(long, conflicts_with_all = ["quick", "browser", "rounds", "only"])]
    native: bool,
    /// How long the page takes until it can be used, beside a bare page of the same build
    #[arg(long, conflicts_with_all = ["native", "quick", "browser", "only"])]
    load: bool,
    /// How fast the page reads Cloudflare's logs, in files of so many megabytes (100 and 1000), beside the stream alone
    #[arg(long, value_name = "MB", num_args = 0.., conflicts_with_all = ["native", "quick", "load", "only"])]
    logs: Option<Vec<u64>>,
    /// The browser
    #[arg(long, value_enum, default_value_t = Engine::Chromium)]
    browser: Engine,
    /// How often everything is measured; a file of 2 GB twice at most
    #[arg(long)]
    rounds: Option<usize>,
    /// Only files whose names contain this
    #[arg(long)]
    only: Option<String>,
}

/// A file is read with `text()` and `JSON.parse` in every round up to this size, in bytes. Beyond it browsers have no strings, and it is
/// only tried how that ends.
const MAX_PARSED: u64 = 512 << 20;
/// A file is held in memory up to this size, in bytes.
const MAX_IN_MEMORY: u64 = 400_000_000;
/// Megabytes of the logs that are measured, unless somebody wants others.
const LOGS: [u64; 2] = [100, 1000];
/// A file beyond this size, in bytes, is measured in two rounds.
const MAX_OFTEN: u64 = 1_000_000_000;

/// Measures, prints tables, and writes `target/bench/result.json`.
///
/// # Errors
/// When the page cannot be built, or the browser does not do what it is told.
pub async fn bench(options: &Options) -> Result<()> {
    if options.native {
        return native::bench();
    }
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let dist = steps.step("build the page", dist::build)?;
    if options.load {
        return load::bench(&mut steps, &dist, options.rounds).await;
    }
    if let Some(megabytes) = &options.logs {
        let megabytes = if megabytes.is_empty() { &LOGS[..] } else { megabytes };
        return logs::bench(&mut steps, &dist, options.browser, megabytes, options.rounds).await;
    }
    let folder = target().join("bench");
    let plan = Plan::new(options);
    let files = steps.step("write the files", || plan.write(&folder))?;
    let other = steps.step("write the other side", || plan.other.map(|(name, recipe)| Har::make(&folder, name, recipe)).transpose())?;
    let before = Machine::now();
    let bench = Bench::start(&mut steps, options.browser, &dist).await?;
    let measured = measure(&bench, &files, plan.rounds).await;
    let together = match (&measured, files.iter().find(|har| har.file.name == ONE_OF_TWO), other) {
        (Ok(_), Some(one), Some(other)) => Some(together(&bench, [one, &other], plan.rounds).await),
        _ => None,
    };
    let browser = bench.browser();
    bench.end().await?;
    let mut measured = measured?;
    for (har, measured) in files.iter().zip(&mut measured).filter(|(har, _)| har.file.bytes > MAX_PARSED) {
        measured.parse_failure = parse_failure(&mut steps, options.browser, &dist, &har.file).await?;
    }
    let result = Outcome::new(browser, before, measured, together.transpose()?);
    println!("{}", result.tables());
    let file = folder.join("result.json");
    fs::write(&file, serde_json::to_vec_pretty(&result)?).with_context(|| format!("cannot write {}", file.display()))?;
    println!("\nevery round's figures: {}", file.display());
    Ok(())
}

/// Measures files in turn, so often.
///
/// # Errors
/// When the browser does not do what it is told.
pub async fn measure(bench: &Bench, files: &[Har], rounds: usize) -> Result<Vec<Measured>> {
    let mut measured: Vec<Measured> = files.iter().map(Measured::new).collect();
    // What a browser does once, such as compiling the page, belongs to no file.
    if let Some(smallest) = files.iter().min_by_key(|har| har.file.bytes) {
        measure_once(bench, &smallest.file, 0).await.with_context(|| smallest.file.name.clone())?;
    }
    for number in 0..rounds {
        for (Har { file, .. }, measured) in files.iter().zip(&mut measured) {
            if file.bytes > MAX_OFTEN && number >= 2 {
                continue;
            }
            let round = measure_once(bench, file, number).await.with_context(|| file.name.clone())?;
            println!(
                "  round {} of {rounds}, {}: stream {:.0} ms, read and analysed {:.0} ms",
                number + 1,
                file.name,
                round.stream_ms,
                round.analysed.reader_ms + round.analysed.analyst_ms
            );
            measured.rounds.push(round);
        }
    }
    Ok(measured)
}

/// Measures a file once. What comes first changes from round to round, for a browser may still be busy with what was before.
async fn measure_once(bench: &Bench, file: &Stored, number: usize) -> Result<Round> {
    let (mut stream_ms, mut analysed, mut parsed) = (None, None, None);
    for turn in 0..3 {
        match (number + turn) % 3 {
            0 => stream_ms = Some(bench.streamed(&[file]).await?),
            1 => analysed = Some(bench.analysed(&[file]).await?),
            _ if file.bytes <= MAX_PARSED => parsed = Some(bench.parsed(file).await?),
            _ => {}
        }
    }
    let in_memory_ms = if file.bytes <= MAX_IN_MEMORY { Some(bench.in_memory(file).await?) } else { None };
    let (stream_ms, analysed) = stream_ms.zip(analysed).context("each is measured in every round")?;
    Ok(Round { stream_ms, analysed, parsed, in_memory_ms })
}

/// How `text()` or `JSON.parse` fails on a file; `None` if it does not. The browser is one that nobody needs afterwards.
async fn parse_failure(steps: &mut Steps, engine: Engine, dist: &Path, file: &Stored) -> Result<Option<String>> {
    let bench = Bench::start(steps, engine, dist).await?;
    let failure = match bench.parsed(file).await {
        Ok(parsed) => parsed.error,
        Err(error) if format!("{error:#}").contains("tab crashed") => Some("the tab crashed".to_owned()),
        Err(error) => Some(format!("{error:#}")),
    };
    // A browser that has broken down over it may not answer any more, and ends with its driver.
    let _ = bench.end().await;
    Ok(failure)
}

async fn together(bench: &Bench, hars: [&Har; 2], rounds: usize) -> Result<Together> {
    let files = hars.map(|har| &har.file);
    let mut measured = Together { files: files.map(|file| file.name.clone()), rounds: Vec::new() };
    for _ in 0..rounds {
        measured.rounds.push(TogetherRound {
            stream_ms: bench.streamed(&files).await?,
            both: bench.analysed(&files).await?,
            one: bench.analysed(&files[..1]).await?,
        });
    }
    Ok(measured)
}

/// Which files are measured, and how often.
struct Plan {
    files: Vec<(String, Recipe)>,
    /// The other side of [`ONE_OF_TWO`].
    other: Option<(&'static str, Recipe)>,
    rounds: usize,
}

/// The file that is also measured together with its other side.
const ONE_OF_TWO: &str = "text-indented-200MB";

/// Files that differ in their size alone: rates are compared between the first and the last.
const GROWTH: [&str; 3] = ["text-indented-50MB", ONE_OF_TWO, "text-indented-800MB"];

impl Plan {
    fn new(options: &Options) -> Self {
        let mut files = Vec::new();
        let mut add = |content, layout, megabytes: u64| {
            let name = format!("{}-{}-{megabytes}MB", content_name(content), layout_name(layout));
            files.push((name, Recipe::of_size(content, layout, Side::Proxied, megabytes * 1_000_000)));
        };
        let size = if options.quick { 50 } else { 200 };
        if !options.quick {
            add(Content::Text, Layout::Indented, 50);
        }
        for content in [Content::Text, Content::Base64, Content::Small] {
            for layout in [Layout::Indented, Layout::Minified] {
                add(content, layout, size);
            }
        }
        let mut other = None;
        if !options.quick {
            add(Content::Text, Layout::Indented, 800);
            let largest = Recipe::of_size_and_entries(Content::Text, Layout::Indented, Side::Proxied, 2_000_000_000, 20_000);
            files.push(("text-indented-2GB".to_owned(), largest));
            other = Some(("text-indented-200MB-direct", Recipe::of_size(Content::Text, Layout::Indented, Side::Direct, 200_000_000)));
        }
        // How much memory a byte of a hostile file costs.
        for content in [Content::Empty, Content::Tiny] {
            let recipe = Recipe { content, layout: Layout::Minified, side: Side::Proxied, entries: 1_000_000, body: 0 };
            files.push((format!("{}-1M", content_name(content)), recipe));
        }
        if let Some(only) = &options.only {
            files.retain(|(name, _)| name.contains(only));
        }
        Self { files, other, rounds: options.rounds.unwrap_or(if options.quick { 2 } else { 5 }) }
    }

    fn write(&self, folder: &Path) -> Result<Vec<Har>> {
        self.files.iter().map(|(name, recipe)| Har::make(folder, name, *recipe)).collect()
    }
}

fn content_name(content: Content) -> &'static str {
    match content {
        Content::Text => "text",
        Content::Base64 => "base64",
        Content::Small => "small",
        Content::Empty => "empty",
        Content::Tiny => "tiny",
    }
}

fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Minified => "minified",
        Layout::Indented => "indented",
    }
}

/// What `target/bench/result.json` holds.
#[derive(Serialize)]
struct Outcome {
    /// The version that was measured, with `-dirty` when files had changed since.
    commit: Option<String>,
    browser: String,
    before: Machine,
    after: Machine,
    files: Vec<Measured>,
    together: Option<Together>,
    budgets: Vec<Budget>,
}

/// What ran it, and how busy that was.
#[derive(Serialize)]
struct Machine {
    time: String,
    system: &'static str,
    architecture: &'static str,
    processor: Option<String>,
    cores: Option<usize>,
    /// Over one, five and fifteen minutes, where the system tells.
    load: Option<String>,
}

impl Outcome {
    fn new(browser: String, before: Machine, files: Vec<Measured>, together: Option<Together>) -> Self {
        let commit = output(command("git").args(["describe", "--always", "--dirty", "--abbrev=12"])).ok();
        let budgets = budgets(&files, &GROWTH.map(str::to_owned));
        Self { commit: commit.map(|commit| commit.trim().to_owned()), browser, before, after: Machine::now(), files, together, budgets }
    }

    fn tables(&self) -> String {
        let growth = GROWTH.map(str::to_owned);
        let tables = Tables { files: &self.files, growth: &growth, together: self.together.as_ref(), budgets: &self.budgets };
        let Machine { processor, cores, load, .. } = &self.before;
        format!(
            "\n{} on {}, {} cores; load before: {}, after: {}\n{tables}",
            self.browser,
            processor.as_deref().unwrap_or("an unknown processor"),
            cores.unwrap_or_default(),
            load.as_deref().unwrap_or("unknown"),
            self.after.load.as_deref().unwrap_or("unknown"),
        )
    }
}

impl Machine {
    fn now() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").ok();
        let model = processor.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("model name")));
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            time: written(UtcDateTime::now(), RFC_3339),
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            processor: model.map(|model| model.trim_start_matches([' ', '\t', ':']).to_owned()),
            cores: std::thread::available_parallelism().ok().map(usize::from),
            load: load.map(|load| load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")),
        }
    }
}
