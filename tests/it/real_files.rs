//! Files of real exporters, from a folder that `FIVETWENTY_HARS` names. They are not part of the project.

use std::path::PathBuf;

use serde_json::Value;

use crate::bundle::absent;
use crate::{fivetwenty, report};

/// The folder, or a word that there is none.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("FIVETWENTY_HARS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: set FIVETWENTY_HARS to a folder of HAR files to run this test on them");
    }
    folder
}

/// The folder's HAR files; none when there is no folder.
pub(crate) fn paths() -> Vec<PathBuf> {
    let entries = folder().map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = entries.into_iter().flatten().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "har")).collect()
}

/// Breaks when a file makes the program panic, is read to another number of entries than any JSON parser counts, or is refused though it
/// is JSON.
#[test]
fn every_file_gives_a_report_or_one_line() {
    for path in paths() {
        let shown = path.display().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let parsed: Option<Value> = serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).ok();
        for side in ["--proxied", "--direct"] {
            let output = fivetwenty(&[side, &shown, "--format", "json"]);
            let error = String::from_utf8_lossy(&output.stderr);
            if let Some(parsed) = &parsed {
                assert_eq!(output.status.code(), Some(0), "{shown}: {error}");
                let report: Value = serde_json::from_slice(&output.stdout).unwrap();
                let captures = &report["captures"];
                let capture = if captures["proxied"].is_null() { &captures["direct"] } else { &captures["proxied"] };
                let entries = parsed["log"]["entries"].as_array().map_or(0, Vec::len);
                assert_eq!(capture["entries"], entries, "{shown}");
            } else {
                assert!(matches!(output.status.code(), Some(0 | 1)), "{shown}: {error}");
                assert!(output.status.success() || (error.lines().count() == 1 && error.contains("byte ")), "{shown}: {error}");
            }
        }
    }
}

/// Breaks when the check at the door keeps back the bundle of a file of which nothing leaks.
#[test]
fn every_file_that_can_be_read_makes_a_bundle() {
    for path in paths() {
        let shown = path.display().to_string();
        if !fivetwenty(&["--proxied", &shown]).status.success() {
            continue;
        }
        let folder = absent("bundle-of-real-file");
        let output = fivetwenty(&["--proxied", &shown, "--out", &folder.display().to_string()]);
        assert!(output.status.success(), "{shown}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Breaks when two answers to the same request, one through Cloudflare and one direct, are not paired, or a cause is made up where nothing
/// fails.
#[test]
fn a_real_pair_without_a_failure_has_no_cause() {
    let Some(folder) = folder() else { return };
    let path = |name: &str| folder.join(name).display().to_string();
    let (proxied, direct) = (path("pair-gitlab-via-cloudflare.har"), path("pair-gitlab-direct-nginx.har"));
    if !PathBuf::from(&proxied).exists() {
        eprintln!("skipped: the folder has no pair-gitlab-via-cloudflare.har");
        return;
    }
    let report = report(&["--proxied", &proxied, "--direct", &direct]);
    assert_eq!(report["verdict"]["cause"], Value::Null);
    assert_eq!((&report["captures"]["proxied"]["failing"], &report["captures"]["direct"]["failing"]), (&0.into(), &0.into()));
    let pairs = &report["pairs"];
    assert_eq!((&pairs["matched"], &pairs["headers_changed"]), (&1.into(), &1.into()));
    assert_eq!(pairs["rows"][0]["headers_changed"], serde_json::json!(["etag", "x-request-id", "x-runtime"]));
}
