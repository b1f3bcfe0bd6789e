//! `cargo xtask logs`: synthetic records of any number, and the same questions over them to the command line and to DuckDB.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use fivetwenty_benches::logs::{self, LogRecipe, PLANTS};
use serde::Deserialize;
use serde_json::Value;
use xtask::run::{cargo, command, output, run, target};

/// DuckDB, as `pip` installs it.
const DUCKDB: &str = "1.4.2";
const QUESTIONS: &str = include_str!("questions.py");

/// What to do.
#[derive(Args)]
pub struct Options {
    /// List the patterns that can be planted
    #[arg(long, exclusive = true)]
    list: bool,
    /// How many records
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    records: u64,
    /// The pattern to plant; without it only one of a thousand requests fails
    #[arg(long, value_name = "ID")]
    pattern: Option<String>,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// What chance begins with
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Where to write them
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Ask the command line and DuckDB the same questions of such records; fail unless all counts are equal
    #[arg(long, conflicts_with_all = ["out", "bench"])]
    compare: bool,
    /// Measure both with a file of about so many megabytes, and compare the counts as well
    #[arg(long, value_name = "MB", conflicts_with = "out")]
    bench: Option<u64>,
    /// Plant every pattern at 2,000, 20,000 and 200,000 records, three times each, and write what is found into
    /// tests/data/logs-patterns.txt
    #[arg(long, exclusive = true)]
    planted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Ndjson,
    Csv,
    Array,
}

/// Does it.
///
/// # Errors
/// When something cannot be written or run, or counts differ.
pub fn logs(options: &Options) -> Result<()> {
    if options.list {
        for plant in PLANTS {
            println!("{:28} {} {}", plant.id, plant.expected.kinds.join(" or "), plant.expected.values.join(", "));
        }
        return Ok(());
    }
    if options.planted {
        let mut tests = cargo();
        tests.args(["test", "--quiet", "--release", "--package", "fivetwenty-logs", "--test", "planted"]);
        return run(tests.args(["--", "--ignored", "--nocapture"]));
    }
    let plant = match &options.pattern {
        None => None,
        Some(id) => Some(logs::plant(id).with_context(|| format!("expected a pattern of --list, found {id:?}"))?),
    };
    let mut recipe = LogRecipe::new(options.records, plant, options.seed);
    if let Some(megabytes) = options.bench {
        recipe.records = records_of(options.format, recipe, megabytes)?;
    }
    if options.bench.is_none() && !options.compare {
        let out = options.out.as_deref().context("expected --out FILE, --compare or --bench MB")?;
        write(&recipe, options.format, out)?;
        println!("{} synthetic records in {}", recipe.records, out.display());
        return Ok(());
    }
    let folder = target().join("logs");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("records.{}", options.format.ending()));
    write(&recipe, options.format, &file)?;
    let outcome = both(&recipe, &file, options.bench.is_some());
    fs::remove_file(&file)?;
    outcome
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Array => "json",
        }
    }

    fn of_generator(self) -> logs::Format {
        match self {
            Self::Ndjson => logs::Format::Ndjson,
            Self::Csv => logs::Format::Csv,
            Self::Array => logs::Format::Array,
        }
    }
}

fn write(recipe: &LogRecipe, format: Format, file: &Path) -> Result<()> {
    let mut writer = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(recipe.write(format.of_generator(), &mut writer)?)
}

/// How many records make so many megabytes.
fn records_of(format: Format, recipe: LogRecipe, megabytes: u64) -> Result<u64> {
    const SAMPLE: u64 = 5_000;
    let mut text = Vec::new();
    LogRecipe { records: SAMPLE, ..recipe }.write(format.of_generator(), &mut text)?;
    Ok(megabytes * 1_000_000 * SAMPLE / text.len() as u64)
}

/// What DuckDB answers.
#[derive(Deserialize)]
struct Answers {
    outcomes: BTreeMap<String, u64>,
    /// By dimension and value: all, and failing.
    by: BTreeMap<String, BTreeMap<String, [u64; 2]>>,
    /// By the start of the interval in Unix milliseconds.
    times: BTreeMap<String, [u64; 2]>,
    seconds: f64,
    kilobytes: u64,
}

/// Asks both, compares, and says how long each took.
fn both(recipe: &LogRecipe, file: &Path, is_bench: bool) -> Result<()> {
    let python = duckdb()?;
    run(cargo().args(["build", "--quiet", "--release", "--package", "fivetwenty-cli"]))?;
    let size = file.metadata()?.len();
    println!("{} synthetic records, {:.1} MB", recipe.records, size as f64 / 1e6);
    let program = target().join("release").join("fivetwenty");
    let mut ours = command(program);
    ours.arg("logs").arg(file).args(["--format", "json"]);
    let start = Instant::now();
    let (text, kilobytes) = measured(ours.stdout(Stdio::piped()).spawn()?)?;
    let seconds = start.elapsed().as_secs_f64();
    let report: Value = serde_json::from_str(&text).context("the report is no JSON")?;
    let found = &report["logs"];
    ensure!(found.is_object(), "the report has no `logs`");
    let step = found["times"]["step_ms"].as_u64().context("the report has no times")?;
    let questions = target().join("logs").join("questions.py");
    fs::write(&questions, QUESTIONS)?;
    let text = output(command(python).arg(&questions).arg(file).arg(step.to_string()))?;
    let answers: Answers = serde_json::from_str(&text).context("DuckDB's answers are no JSON")?;
    println!("pattern: {} {}", found["pattern"]["kind"], found["pattern"]["value"]);
    let compared = compare(found, &answers)?;
    println!("{compared} counts are equal");
    if is_bench {
        let rate = |seconds: f64| size as f64 / 1e6 / seconds;
        println!("fivetwenty {:8.0} MB/s, {:6.1} s, at most {:5} MB", rate(seconds), seconds, kilobytes / 1000);
        println!("DuckDB     {:8.0} MB/s, {:6.1} s, at most {:5} MB", rate(answers.seconds), answers.seconds, answers.kilobytes / 1000);
        println!("ratio      {:8.2}", answers.seconds / seconds);
    }
    Ok(())
}

/// What a program prints, and the most memory that it had, in kilobytes.
fn measured(mut child: Child) -> Result<(String, u64)> {
    let status = format!("/proc/{}/status", child.id());
    let mut pipe = child.stdout.take().context("no output")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut pipe, &mut text).map(|_| text)
    });
    let mut most = 0;
    let ended = loop {
        let line = fs::read_to_string(&status).unwrap_or_default();
        let peak = line.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(peak.unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        sleep(Duration::from_millis(10));
    };
    ensure!(ended.success(), "fivetwenty ended with {ended}");
    let text = reader.join().map_err(|_| anyhow::anyhow!("its output could not be read"))??;
    Ok((text, most))
}

/// Compares all counts; gives how many there were.
fn compare(found: &Value, answers: &Answers) -> Result<usize> {
    let mut differences = Vec::new();
    let mut compared = 0;
    let mut same = |what: String, ours: Option<u64>, theirs: u64| {
        compared += 1;
        if ours != Some(theirs) {
            differences.push(format!("{what}: {ours:?}, DuckDB {theirs}"));
        }
    };
    let outcome = |name: &str| answers.outcomes.get(name).copied().unwrap_or(0);
    let number = |name: &str| found[name].as_u64();
    same("records".to_owned(), number("records"), answers.outcomes.values().sum());
    same("failing".to_owned(), number("failing"), outcome("failed"));
    same("asked_origin".to_owned(), number("asked_origin"), outcome("failed") + outcome("answered"));
    same("never_asked_origin".to_owned(), number("never_asked_origin"), outcome("never"));
    same("masked".to_owned(), number("masked"), outcome("masked"));
    same("client_closed".to_owned(), number("client_closed"), outcome("left"));
    same("undecided".to_owned(), number("undecided"), outcome("open"));
    for (dimension, theirs) in &answers.by {
        let table = found["by"].as_array().and_then(|tables| tables.iter().find(|table| table["dimension"] == *dimension));
        let table = table.with_context(|| format!("the report has no counts by {dimension}"))?;
        same(format!("values of {dimension}"), table["values"].as_u64(), theirs.len() as u64);
        let rows = table["rows"].as_array().context("a table has no rows")?;
        // A report has the values as far as they may leave, so paths are told apart by their counts.
        let mut ours: Vec<[Option<u64>; 2]> = rows.iter().map(|row| [row["total"].as_u64(), row["failing"].as_u64()]).collect();
        let mut theirs: Vec<(&String, &[u64; 2])> = theirs.iter().collect();
        ours.sort_unstable_by_key(|[total, failing]| (*failing, *total));
        theirs.sort_unstable_by_key(|(_, [total, failing])| (*failing, *total));
        for (number, (value, [total, failing])) in theirs.iter().rev().take(50).enumerate() {
            let row = ours.len().checked_sub(number + 1).map(|place| ours[place]);
            same(format!("{dimension} {value}"), row.and_then(|row| row[0]), *total);
            same(format!("{dimension} {value}, failing"), row.and_then(|row| row[1]), *failing);
        }
    }
    let counts = found["times"]["counts"].as_array().context("the report has no times")?;
    let filled: Vec<&Value> = counts.iter().filter(|count| count["total"] != 0).collect();
    same("intervals".to_owned(), Some(filled.len() as u64), answers.times.len() as u64);
    // Moments of one year have as many digits, so their order is that of time.
    for (count, (moment, [total, failing])) in filled.iter().zip(&answers.times) {
        same(format!("at {moment}"), count["total"].as_u64(), *total);
        same(format!("at {moment}, failing"), count["failing"].as_u64(), *failing);
    }
    if differences.is_empty() {
        return Ok(compared);
    }
    bail!("{} of {compared} counts differ:\n{}", differences.len(), differences.join("\n"))
}

/// Sets DuckDB up in `target/duckdb`, unless it is there; gives its Python.
fn duckdb() -> Result<PathBuf> {
    let folder = target().join("duckdb");
    let python = folder.join("bin").join("python");
    let version = || output(command(&python).args(["-c", "import duckdb; print(duckdb.__version__)"]));
    if version().is_ok_and(|version| version.trim() == DUCKDB) {
        return Ok(python);
    }
    println!("· DuckDB {DUCKDB} into {}", folder.display());
    run(command("python3").args(["-m", "venv"]).arg(&folder))?;
    run(command(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &format!("duckdb=={DUCKDB}")]))?;
    Ok(python)
}
