//! What a recording must show, and what must not be in it.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use xtask::run::root;

use crate::case::Shows;

/// The recording shows what it is about.
pub(super) fn check(har: &str, shows: Shows) -> Result<()> {
    let entries = entries(har)?;
    let status = |entry: &Value| entry["response"]["status"].as_u64().unwrap_or_default();
    let error = |entry: &Value| entry["response"]["_error"].as_str().unwrap_or_default().to_owned();
    let headers = |entry: &Value| entry["response"]["headers"].as_array().map_or(0, Vec::len);
    let any = |of: &dyn Fn(&Value) -> bool| entries.iter().any(of);
    let found = match shows {
        Shows::Status(expected) => any(&|entry| status(entry) == u64::from(expected) && error(entry).is_empty()),
        Shows::Failed(expected) => any(&|entry| status(entry) == 0 && error(entry) == expected),
        Shows::Broken(expected) => any(&|entry| status(entry) == 200 && error(entry) == expected),
        Shows::Silent => any(&|entry| status(entry) == 0 && error(entry).is_empty() && headers(entry) == 0),
        Shows::Short => any(&|entry| status(entry) == 200 && is_short(entry)),
        Shows::Absent(path) => !any(&|entry| url(entry).contains(path)),
        Shows::Fine => entries.iter().all(|entry| (100..400).contains(&status(entry)) && error(entry).is_empty()),
    };
    let seen: Vec<String> =
        entries.iter().map(|entry| format!("{} {} {}", url(entry), status(entry), error(entry)).trim().to_owned()).collect();
    ensure!(found, "the capture does not show {shows:?}, but {}", seen.join(", "));
    Ok(())
}

fn url(entry: &Value) -> &str {
    entry["request"]["url"].as_str().unwrap_or_default()
}

/// Whether fewer bytes came than its `Content-Length` says.
fn is_short(entry: &Value) -> bool {
    let headers = entry["response"]["headers"].as_array();
    let length = headers
        .into_iter()
        .flatten()
        .find(|header| header["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("content-length")));
    let length = length.and_then(|header| header["value"].as_str()?.parse::<u64>().ok());
    length.zip(entry["response"]["content"]["size"].as_u64()).is_some_and(|(length, came)| came < length)
}

fn entries(har: &str) -> Result<Vec<Value>> {
    let mut har: Value = serde_json::from_str(har).context("the export is not JSON")?;
    match har["log"]["entries"].take() {
        Value::Array(entries) => Ok(entries),
        _ => bail!("the export has no entries"),
    }
}

/// Nothing of the machine that records may end up in the repository.
pub(super) fn check_anonymous(text: &str) -> Result<()> {
    let variables = ["HOME", "USER", "HOSTNAME"];
    let mut names: Vec<String> = variables.iter().filter_map(|name| env::var(name).ok()).collect();
    names.push(root().to_string_lossy().into_owned());
    names.push(PathBuf::from("/tmp/").to_string_lossy().into_owned());
    for name in names.iter().filter(|name| name.len() > 3) {
        ensure!(!text.contains(name.as_str()), "the recording holds {name:?}, which is this machine's own");
    }
    Ok(())
}
