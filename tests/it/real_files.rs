//! Files as real exporters write them: those of our own making in `tests/data/exporters`, and any others in a folder that `FIVETWENTY_HARS`
//! names, which is set by hand only.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bundle::absent;
use crate::{fivetwenty, report};

/// So many files of our own there are at least.
const LEAST: usize = 35;

/// A file of our own making.
struct Exported {
    path: PathBuf,
    /// Its creator, as the report names it.
    creator: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/exporters")
}

/// The HAR files of a folder, in the order of their names.
fn hars(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "har"));
    paths.sort();
    paths
}

/// The files of our own, by the table of their README, which must list all of them.
fn exported() -> Vec<Exported> {
    let (folder, readme) = (folder(), std::fs::read_to_string(folder().join("README.md")).unwrap());
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let creator = |cells: &str| cells.split('|').next().unwrap_or_default().trim().to_owned();
    let files: Vec<Exported> = rows.map(|(name, cells)| Exported { path: folder.join(name), creator: creator(cells) }).collect();
    let listed: Vec<&PathBuf> = files.iter().map(|file| &file.path).collect();
    assert_eq!(listed, hars(&folder).iter().collect::<Vec<_>>(), "README.md lists every file, in the order of their names");
    assert!(files.len() >= LEAST, "only {} files", files.len());
    files
}

/// The files of our own, and those of the folder that was set by hand.
pub(crate) fn paths() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = exported().into_iter().map(|file| file.path).collect();
    if let Some(folder) = std::env::var_os("FIVETWENTY_HARS") {
        let others = hars(Path::new(&folder));
        assert!(!others.is_empty(), "FIVETWENTY_HARS names a folder without a HAR file");
        paths.extend(others);
    }
    paths
}

/// What a JSON parser makes of a file, without a byte order mark or a call around it.
fn parsed(path: &Path) -> Option<Value> {
    let text = std::fs::read(path).unwrap();
    let start = text.iter().position(|byte| *byte == b'{')?;
    let end = text.iter().rposition(|byte| *byte == b'}')?;
    serde_json::from_slice(text.get(start..=end)?).ok()
}

/// The one capture of a report.
fn capture(report: &Value) -> &Value {
    let captures = &report["captures"];
    if captures["proxied"].is_null() { &captures["direct"] } else { &captures["proxied"] }
}

/// Breaks when an exporter's file is read to another number of entries than any JSON parser counts, its creator is lost, or something in it
/// is taken for damage.
#[test]
fn every_exporter_is_read_whole() {
    for file in exported() {
        let shown = file.path.display().to_string();
        let entries = parsed(&file.path).unwrap()["log"]["entries"].as_array().unwrap().len();
        assert!(entries > 0, "{shown}");
        for side in ["--proxied", "--direct"] {
            let report = report(&[side, &shown]);
            let capture = capture(&report);
            assert_eq!((&capture["entries"], &capture["creator"]), (&entries.into(), &file.creator.as_str().into()), "{shown} {side}");
            assert_eq!(capture["problems"], serde_json::json!([]), "{shown} {side}");
        }
    }
}

/// Breaks when a file makes the program panic, is read to another number of entries than any JSON parser counts, or is refused though it
/// is JSON.
#[test]
fn every_file_gives_a_report_or_one_line() {
    for path in paths() {
        let shown = path.display().to_string();
        for side in ["--proxied", "--direct"] {
            let output = fivetwenty(&[side, &shown, "--format", "json"]);
            let error = String::from_utf8_lossy(&output.stderr);
            if let Some(parsed) = parsed(&path) {
                assert_eq!(output.status.code(), Some(0), "{shown}: {error}");
                let report: Value = serde_json::from_slice(&output.stdout).unwrap();
                let entries = parsed["log"]["entries"].as_array().map_or(0, Vec::len);
                assert_eq!(capture(&report)["entries"], entries, "{shown}");
            } else {
                assert!(matches!(output.status.code(), Some(0 | 1)), "{shown}: {error}");
                let says_why =
                    ["Not valid JSON", "Not a valid HAR", "Expected a HAR", "The file could not be"].iter().any(|why| error.contains(why));
                assert!(output.status.success() || (error.lines().count() == 1 && says_why), "{shown}: {error}");
            }
        }
    }
}

/// Breaks when the check at the door keeps back the bundle of a file of which nothing leaks.
#[test]
fn every_file_that_can_be_read_makes_a_bundle() {
    let mut made = 0;
    for path in paths() {
        let shown = path.display().to_string();
        if !fivetwenty(&["--proxied", &shown]).status.success() {
            continue;
        }
        let folder = absent("bundle-of-real-file");
        let output = fivetwenty(&["--proxied", &shown, "--out", &folder.display().to_string()]);
        assert!(output.status.success(), "{shown}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(folder.join("proxied.har").exists(), "{shown}");
        made += 1;
    }
    assert!(made >= LEAST, "only {made} bundles");
}

/// The report of two files of our own.
fn pair(proxied: &str, direct: &str) -> Value {
    let [proxied, direct] = [proxied, direct].map(|name| folder().join(name).display().to_string());
    report(&["--proxied", &proxied, "--direct", &direct])
}

/// Breaks when two answers to the same request, one through Cloudflare and one direct, are not paired, or a cause is made up where nothing
/// fails.
#[test]
fn a_pair_without_a_failure_has_no_cause() {
    let report = pair("polly-6-proxied.har", "polly-6-direct.har");
    assert_eq!(report["verdict"]["cause"], Value::Null);
    assert_eq!((&report["captures"]["proxied"]["failing"], &report["captures"]["direct"]["failing"]), (&0.into(), &0.into()));
    let pairs = &report["pairs"];
    assert_eq!((&pairs["matched"], &pairs["headers_changed"]), (&1.into(), &1.into()));
    assert_eq!(pairs["rows"][0]["headers_changed"], serde_json::json!(["etag", "x-request-id"]));
}

/// Breaks when a 520 that two browsers saw, and what the origin did instead when it was asked itself, no longer make a verdict; or a browser
/// that does not say how a connection ended is believed to have said it.
#[test]
fn a_pair_with_a_520_has_its_cause() {
    for (browser, failing, status, tied) in [
        ("chromium-130", 2, "confirmed", serde_json::json!([])),
        ("firefox-132", 1, "likely", serde_json::json!(["invalid-headers", "connection-reset", "malformed-response"])),
    ] {
        let report = pair(&format!("{browser}-proxied.har"), &format!("{browser}-direct.har"));
        let verdict = &report["verdict"];
        assert_eq!((&verdict["cause"], &verdict["status"], &verdict["tied"]), (&"empty-reply".into(), &status.into(), &tied), "{browser}");
        assert_eq!(report["captures"]["proxied"]["failing"], failing, "{browser}");
        let rays = report["rays"].as_array().unwrap();
        assert!(rays.iter().all(|ray| ray["in_capture"] == true && ray["doubt"] == serde_json::json!([])), "{browser}: {rays:?}");
    }
}
