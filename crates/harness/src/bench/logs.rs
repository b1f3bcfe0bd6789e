//! `cargo xtask bench --logs`: how fast the page reads Cloudflare's logs, and in how much memory, beside the file's stream alone.

use std::fmt::{self, Display, Formatter};
use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result};
use fivetwenty_benches::logs::{Format, LogRecipe, plant};
use xtask::run::{Steps, target};

use super::figures::median;
use super::files::Stored;
use super::measure::{Analysed, Bench};
use crate::browsers::Engine;

/// The rate at least, as a share of that of the stream alone.
const MIN_STREAM: f64 = 0.7;
/// WebAssembly memory of reader and analyst at most, in bytes.
const MAX_MEMORY: u64 = 256 << 20;
/// How often each file is measured, unless somebody wants another number.
const ROUNDS: usize = 3;
/// Records from which the length of one is taken.
const SAMPLE: u64 = 5_000;

/// What was measured of one file.
pub struct LogsMeasured {
    /// The file.
    pub file: Stored,
    /// Each round's figures: the stream alone in milliseconds, and the page.
    pub rounds: Vec<(f64, Analysed)>,
}

impl LogsMeasured {
    /// The rate as a share of the stream's, the median of all rounds.
    fn of_stream(&self) -> f64 {
        median(self.rounds.iter().map(|(stream_ms, page)| stream_ms / page.reader_ms).collect()).unwrap_or_default()
    }

    fn memory(&self) -> u64 {
        self.rounds.iter().map(|(_, page)| page.reader_memory.max(page.analyst_memory)).max().unwrap_or_default()
    }
}

/// Measures files of so many megabytes, and prints a table.
///
/// # Errors
/// When a file cannot be written, or the browser does not do what it is told.
pub(super) async fn bench(steps: &mut Steps, dist: &Path, engine: Engine, megabytes: &[u64], rounds: Option<usize>) -> Result<()> {
    let folder = target().join("bench");
    let files = steps.step("write the logs", || megabytes.iter().map(|megabytes| make(&folder, *megabytes)).collect::<Result<Vec<_>>>())?;
    let bench = Bench::start(steps, engine, dist).await?;
    let measured = measure(&bench, files, rounds.unwrap_or(ROUNDS)).await;
    println!("\n{}", bench.browser());
    bench.end().await?;
    println!("{}", Table(&measured?));
    Ok(())
}

/// Measures files in turn, so often.
///
/// # Errors
/// When the browser does not do what it is told.
pub async fn measure(bench: &Bench, files: Vec<Stored>, rounds: usize) -> Result<Vec<LogsMeasured>> {
    let mut measured: Vec<LogsMeasured> = files.into_iter().map(|file| LogsMeasured { file, rounds: Vec::new() }).collect();
    // What a browser does once belongs to no file.
    if let Some(smallest) = measured.iter().min_by_key(|measured| measured.file.bytes) {
        bench.analysed(&[&smallest.file]).await?;
    }
    for _ in 0..rounds {
        for LogsMeasured { file, rounds } in &mut measured {
            let stream_ms = bench.streamed(&[file]).await?;
            rounds.push((stream_ms, bench.analysed(&[file]).await?));
        }
    }
    Ok(measured)
}

/// A file of about so many megabytes, a record a line; one that is there already is of the same recipe.
///
/// # Errors
/// When it cannot be written.
pub fn make(folder: &Path, megabytes: u64) -> Result<Stored> {
    let recipe = |records| LogRecipe::new(records, plant("origin-partial"), 1);
    let mut sample = Vec::new();
    recipe(SAMPLE).write(Format::Ndjson, &mut sample)?;
    let records = (megabytes * 1_000_000 * SAMPLE / sample.len() as u64).max(1);
    // What begins alike was written alike.
    let name = format!("logs-{megabytes}MB");
    let path = folder.join(format!("{name}-{}.ndjson", super::files::digest(&[&sample])));
    if !path.exists() {
        super::files::remove_older(folder, &name)?;
        let unfinished = path.with_extension("part");
        recipe(records)
            .write(Format::Ndjson, &mut File::create(&unfinished)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        fs::rename(&unfinished, &path)?;
    }
    // No run has to wait for the disk.
    io::copy(&mut File::open(&path)?, &mut io::sink())?;
    Ok(Stored { name, bytes: fs::metadata(&path)?.len(), path })
}

/// The table for people.
pub struct Table<'a>(pub &'a [LogsMeasured]);

impl Display for Table<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "Medians; the ratio is the median of each round's. Times in ms, memory in MB: the most of all rounds.")?;
        writeln!(
            to,
            "{:<12} {:>8} {:>9} | {:>7} {:>7} {:>8} {:>7} | {:>8} {:>6} | {:>7} {:>8}",
            "file", "MB", "records", "stream", "reader", "analyst", "person", "÷ stream", "MB/s", "reader", "analyst"
        )?;
        for of in self.0 {
            let middle = |figure: &dyn Fn(&(f64, Analysed)) -> f64| median(of.rounds.iter().map(figure).collect()).unwrap_or_default();
            let most = |figure: &dyn Fn(&Analysed) -> u64| {
                of.rounds.iter().map(|(_, page)| figure(page)).max().unwrap_or_default() as f64 / f64::from(1 << 20)
            };
            let (megabytes, reader) = (of.file.bytes as f64 / 1e6, middle(&|(_, page)| page.reader_ms));
            write!(to, "{:<12} {megabytes:>8.1} {:>9.0} | ", of.file.name, middle(&|(_, page)| page.entries as f64))?;
            write!(to, "{:>7.0} {reader:>7.0} {:>8.0} ", middle(&|(stream, _)| *stream), middle(&|(_, page)| page.analyst_ms))?;
            write!(to, "{:>7.0} | {:>8.2} {:>6.0} | ", middle(&|(_, page)| page.person_ms), of.of_stream(), megabytes * 1e3 / reader)?;
            writeln!(to, "{:>7.1} {:>8.1}", most(&|page| page.reader_memory), most(&|page| page.analyst_memory))?;
        }
        for of in self.0 {
            let met = |met: bool| if met { "met" } else { "missed" };
            let (rate, memory) = (met(of.of_stream() >= MIN_STREAM), met(of.memory() <= MAX_MEMORY));
            writeln!(to, "{}: at least {MIN_STREAM} × the stream's rate: {rate}; at most {} MB: {memory}", of.file.name, MAX_MEMORY >> 20)?;
        }
        Ok(())
    }
}
