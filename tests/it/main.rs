//! The crates and the command line from outside, as somebody who uses them meets them.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accuracy;
mod bundle;
mod command_line;
mod commands;
mod consistency;
mod counted;
mod damage;
mod foreign;
mod fuzz;
mod growth;
mod json_suite;
mod lab;
mod logs;
mod mangled;
mod paste;
mod perturb;
mod planted;
mod real_files;
mod redact;
mod report;
mod schema;
mod subcommands;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::rc::Rc;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Diagnosis, Inputs};
use serde_json::Value;

/// What two captures come to, each given as what it is.
fn diagnose(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>) -> Diagnosis {
    let inputs = Inputs { now: Timestamp::from_unix_ms(1_796_083_200_000).unwrap(), ..Inputs::of_captures(proxied, direct) };
    Case::new(inputs).diagnose()
}

/// Runs the command line.
fn fivetwenty(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fivetwenty")).args(arguments).output().expect("the program was built for this test")
}

/// Runs the command line, which must make a report as JSON.
#[track_caller]
fn report(arguments: &[&str]) -> Value {
    let output = fivetwenty(&[arguments, &["--format", "json"]].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

/// A file of the recorded cases.
fn lab(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/lab").join(path).display().to_string()
}

/// A folder of this test's own, for files that it makes; cargo keeps it under `target`.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("target can be written to");
    folder
}

/// Writes a file of a test's own and gives its path.
fn file(name: &str, content: &[u8]) -> String {
    let path = scratch("files").join(name);
    std::fs::write(&path, content).expect("target can be written to");
    path.display().to_string()
}
