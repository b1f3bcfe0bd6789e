//! `cargo xtask bench --native`: criterion's figures, as one table.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use xtask::run::{cargo, run, target};

use super::Machine;

/// Runs `benches/reading.rs`, prints a table, and writes `target/bench/native.json`.
///
/// # Errors
/// When it does not build or run.
pub(super) fn bench() -> Result<()> {
    let before = Machine::now();
    let began = SystemTime::now();
    run(cargo().args(["bench", "--package", "fivetwenty-benches"]))?;
    let rates = rates(&target().join("criterion"), began)?;
    println!("\nMB a second, median; load before: {}", before.load.as_deref().unwrap_or("unknown"));
    println!("{}", table(&rates));
    let folder = target().join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("native.json");
    fs::write(&file, serde_json::to_vec_pretty(&Outcome { before, after: Machine::now(), rates })?)?;
    println!("also in {}", file.display());
    Ok(())
}

/// By reader, then by file: MB (of a million bytes) a second.
type Rates = BTreeMap<String, BTreeMap<String, f64>>;

#[derive(Serialize)]
struct Outcome {
    before: Machine,
    after: Machine,
    rates: Rates,
}

/// A part of criterion's `benchmark.json`.
#[derive(Deserialize)]
struct Measurement {
    group_id: String,
    function_id: String,
    throughput: Throughput,
}

#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Bytes")]
    bytes: f64,
}

/// A part of criterion's `estimates.json`.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    #[serde(rename = "point_estimate")]
    nanoseconds: f64,
}

/// What criterion measured since then; it keeps what it measured earlier, and compares it.
fn rates(folder: &Path, since: SystemTime) -> Result<Rates> {
    let mut rates = Rates::new();
    for function in folders(folder)?.iter().map(|group| folders(group)).collect::<Result<Vec<_>>>()?.concat() {
        let (described, estimated) = (function.join("new/benchmark.json"), function.join("new/estimates.json"));
        if !fs::metadata(&estimated).and_then(|file| file.modified()).is_ok_and(|written| written >= since) {
            continue;
        }
        let Measurement { group_id, function_id, throughput } = read(&described)?;
        let Estimates { median } = read(&estimated)?;
        rates.entry(function_id).or_default().insert(group_id, throughput.bytes * 1e3 / median.nanoseconds);
    }
    Ok(rates)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect())
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_reader(file).with_context(|| format!("{} is not what criterion writes", path.display()))
}

fn table(rates: &Rates) -> String {
    let mut files: Vec<&String> = rates.values().flat_map(BTreeMap::keys).collect();
    files.sort_unstable();
    files.dedup();
    let mut lines = vec![files.iter().fold(format!("{:<26}", "reader"), |line, file| format!("{line} {file:>24}"))];
    lines.extend(rates.iter().map(|(reader, rates)| {
        let rate = |file: &&String| rates.get(*file).map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}"));
        files.iter().fold(format!("{reader:<26}"), |line, file| format!("{line} {:>24}", rate(file)))
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a rate is not bytes by time, or stands under another file or reader.
    #[test]
    fn rates_are_read_from_what_criterion_writes() {
        let folder = std::env::temp_dir().join(format!("fivetwenty-criterion-{}", std::process::id()));
        let new = folder.join("text/decoder/new");
        fs::create_dir_all(&new).unwrap();
        let benchmark = r#"{"group_id": "text", "function_id": "decoder", "throughput": {"Bytes": 16000000}}"#;
        fs::write(new.join("benchmark.json"), benchmark).unwrap();
        fs::write(new.join("estimates.json"), r#"{"median": {"point_estimate": 8000000.0}}"#).unwrap();
        let rates = rates(&folder, SystemTime::UNIX_EPOCH).unwrap();
        assert!((rates["decoder"]["text"] - 2_000.0).abs() < 1e-9, "{rates:?}");
        assert!(table(&rates).ends_with("2000"), "{}", table(&rates));
        assert!(super::rates(&folder, SystemTime::now() + std::time::Duration::from_mins(1)).unwrap().is_empty());
        fs::remove_dir_all(&folder).unwrap();
    }
}
