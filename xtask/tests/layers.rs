//! The layers of the crates, and the order inside each, held against the code.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod modules;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The crates that make the program, each with those of them that it may depend on: they are lower.
const LAYERS: [(&str, &[&str]); 11] = [
    ("fivetwenty-captures", &[]),
    ("fivetwenty-redact", &["captures"]),
    ("fivetwenty-model", &["captures", "redact"]),
    ("fivetwenty-inputs", &["captures", "redact", "model"]),
    // Its tests count what the generator of records makes.
    ("fivetwenty-logs", &["captures", "redact", "model", "benches"]),
    ("fivetwenty-diagnose", &["captures", "redact", "model", "inputs", "logs"]),
    ("fivetwenty-report", &["captures", "redact", "model", "inputs", "logs", "diagnose"]),
    ("fivetwenty-workers", &["captures", "redact", "model", "inputs", "logs", "diagnose", "report"]),
    ("fivetwenty-cli", &["captures", "redact", "model", "inputs", "logs", "diagnose", "report"]),
    ("fivetwenty-js", &["captures", "redact", "model", "inputs", "logs", "diagnose", "report", "workers"]),
    ("fivetwenty-page", &["captures", "redact", "model"]),
];

/// The crates that only help to develop and to publish, likewise.
const DEVELOPMENT: [(&str, &[&str]); 5] = [
    ("fivetwenty-site", &["redact", "model", "diagnose"]),
    ("fivetwenty-benches", &["captures"]),
    ("xtask", &[]),
    ("fivetwenty-harness", &["xtask", "benches"]),
    ("fivetwenty-lab", &["harness", "xtask"]),
];

/// The browser's crates: only the page, the workers and the library may know them.
const BROWSERS: [&str; 9] = [
    "console_error_panic_hook",
    "gloo-net",
    "gloo-timers",
    "js-sys",
    "serde-wasm-bindgen",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "yew",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The packages of the workspace by name, each with the names of all that it depends on, to develop included.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = cargo.current_dir(root()).args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.map(|package| (name(package), package["dependencies"].as_array().unwrap().iter().map(name).collect())).collect()
}

/// The name of a package without what all of them share.
fn short(name: &str) -> &str {
    name.strip_prefix("fivetwenty-").unwrap_or(name)
}

/// The dependencies between the packages of the workspace.
fn edges() -> BTreeSet<(String, String)> {
    let packages = packages();
    let inner = |(name, needs): (&String, &BTreeSet<String>)| {
        let of_ours = needs.iter().filter(|need| packages.contains_key(*need));
        of_ours.map(|need| (short(name).to_owned(), short(need).to_owned())).collect::<Vec<_>>()
    };
    packages.iter().flat_map(inner).collect()
}

/// Breaks when a crate depends on a higher one, on one beside it, or is in no layer.
#[test]
fn dependencies_point_downwards() {
    let known: BTreeMap<&str, &[&str]> = LAYERS.iter().chain(&DEVELOPMENT).map(|(name, lower)| (short(name), *lower)).collect();
    let named: BTreeSet<String> = packages().keys().map(|name| short(name).to_owned()).collect();
    assert_eq!(named, known.keys().map(|name| (*name).to_owned()).collect(), "every package has its layer");
    let edges = edges();
    println!("{} crates, {} dependencies between them", named.len(), edges.len());
    let upward: Vec<_> = edges.iter().filter(|(from, to)| !known[from.as_str()].contains(&to.as_str())).collect();
    assert!(upward.is_empty(), "these point upwards: {upward:?}");
}

/// Breaks when a crate below the page, the workers and the library can name the browser.
#[test]
fn only_what_runs_there_knows_the_browser() {
    for (name, needs) in packages() {
        if !["fivetwenty-page", "fivetwenty-workers", "fivetwenty-js"].contains(&name.as_str()) {
            let browsers: Vec<_> = needs.iter().filter(|need| BROWSERS.contains(&need.as_str())).collect();
            assert!(browsers.is_empty(), "{name} depends on {browsers:?}");
        }
    }
}

/// Breaks when the picture in ARCHITECTURE.md shows a dependency that is none, or leaves one out.
#[test]
fn the_picture_is_true() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("```mermaid\n").expect("ARCHITECTURE.md has a picture");
    let (picture, _) = rest.split_once("```").unwrap();
    let mut drawn = BTreeSet::new();
    for line in picture.lines() {
        let Some((from, to)) = line.split_once("-->") else { continue };
        for to in to.split('&') {
            drawn.extend(from.split('&').map(|from| (from.trim().to_owned(), to.trim().to_owned())));
        }
    }
    assert_eq!(drawn, edges());
}

/// Breaks when two modules of a crate import each other, over however many others: one of them cannot be read alone then.
#[test]
fn no_modules_stand_in_a_circle() {
    let mut all = Vec::new();
    let mut files = 0;
    for folder in ["src", "benches/src", "xtask/src"].into_iter().map(|folder| root().join(folder)).chain(crates()) {
        let modules = modules::Modules::read(&folder);
        files += modules.count();
        all.extend(modules.circles().into_iter().map(|circle| format!("{}: {}", folder.display(), circle.join(", "))));
    }
    println!("{files} modules, {} circles between them", all.len());
    assert!(files > 200, "only {files} modules were read");
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// The sources of every crate in `crates/`.
fn crates() -> impl Iterator<Item = std::path::PathBuf> {
    root().join("crates").read_dir().unwrap().map(|folder| folder.unwrap().path().join("src"))
}

/// Breaks when a component says something itself: all words of the page stand in `labels`.
#[test]
fn components_have_no_words() {
    let folder = root().join("src/ui");
    let style = root().join("static/style").read_dir().unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let style = style.collect::<String>();
    let (files, found) = words::in_folder(&folder, &words::classes(&style));
    println!("{files} files of components, {} texts in them", found.len());
    assert!(files > 35, "only {files} files were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Breaks when a sentence in a component passes for something else, or an attribute, a class or a comment for a sentence.
#[test]
fn a_sentence_is_told_from_a_class() {
    let classes = words::classes(".mark.proxied { } .panel > .failed { }");
    let found = |code: &str| words::in_code(code, &classes).into_iter().map(|(line, text)| format!("{line} {text}")).collect::<Vec<_>>();
    let code = "//! Not this.\n/// Nor this.\n#[expect(lint, reason = \"not this\")]\nfn f() {\nhtml! { <p class=\"a b\" rel=\"c d\">{ \"Try it\" }</p> }\n\
                (\"mark proxied\", \"#detail .cited\", \"input, textarea\", format!(\"in {n} or so\"))\n}";
    assert_eq!(found(code), ["5 Try it", "6 in {n} or so"]);
}
