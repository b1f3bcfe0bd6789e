//! `cargo xtask notices`: the licences of the crates that are in the page's modules, as a file that is published with the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::run::{Steps, cargo, output, root, run};
use crate::tools;

/// The packages of the page's modules and of the library's, each with its folder.
const MODULES: [(&str, &str); 3] = [("fivetwenty-page", "."), ("fivetwenty-workers", "crates/workers"), ("fivetwenty-js", "crates/js")];

/// One text of this licence serves every crate under it: it names no authors.
const ONE_TEXT: &str = "Apache-2.0";

const HEAD: &str = "\
Third-party notices of fivetwenty

The modules of this page hold code of the packages below, or code that these wrote when the page was built. After each stand its own
licence and, when that leaves a choice, the one that is used here. The texts are at the end.

";

const FURTHER: &str = "
Rust's standard library (MIT OR Apache-2.0): Apache-2.0
    Copyright (c) The Rust Project Contributors. Its compiler-builtins also hold code of LLVM (Apache-2.0 WITH LLVM-exception).

The table of Cloudflare's data centres, compiled from what Cloudflare publishes and from cloudflare-colo-list (MIT)
    Copyright (c) 2022 131. The text is the one of MIT below.
";

/// What cargo-about prints.
#[derive(Deserialize)]
struct About {
    crates: Vec<Listed>,
    licenses: Vec<License>,
}

#[derive(Deserialize)]
struct Listed {
    package: Crate,
    license: String,
}

#[derive(Deserialize)]
struct License {
    id: String,
    name: String,
    text: String,
    /// None: the crate has no such file, and the text is the one of the SPDX list.
    source_path: Option<String>,
    used_by: Vec<UsedBy>,
}

#[derive(Deserialize)]
struct UsedBy {
    #[serde(rename = "crate")]
    of: Crate,
}

#[derive(Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
}

/// Writes `static/notices.txt`.
///
/// # Errors
/// When cargo-about cannot be installed, or finds a crate without a licence that `about.toml` accepts.
pub fn notices() -> Result<()> {
    let mut steps = Steps::default();
    tools::cargo_about(&mut steps)?;
    let text = steps.step("collect the licences (some minutes)", || Ok(render(&collect()?)))?;
    fs::write(file(), text).with_context(|| format!("cannot write {}", file().display()))
}

fn file() -> PathBuf {
    root().join("static").join("notices.txt")
}

fn collect() -> Result<Vec<About>> {
    // cargo-about finds a licence only in a package that is there.
    run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    let about = |(_, folder): &(&str, &str)| {
        let mut about = tools::with_tools("cargo-about")?;
        about.args(["generate", "--frozen", "--fail", "--format", "json"]);
        about.arg("--config").arg(root().join("about.toml"));
        about.arg("--manifest-path").arg(root().join(folder).join("Cargo.toml"));
        serde_json::from_str(&output(&mut about)?).context("cargo-about printed something else than expected")
    };
    MODULES.iter().map(about).collect()
}

fn render(all: &[About]) -> String {
    let licenses: Vec<&License> = all.iter().flat_map(|about| &about.licenses).collect();
    let mut text = HEAD.to_owned();
    let listed: BTreeMap<&Crate, &str> = all.iter().flat_map(|about| &about.crates).map(|one| (&one.package, &*one.license)).collect();
    for (of, license) in listed {
        let used: BTreeSet<&str> =
            licenses.iter().filter(|license| license.used_by.iter().any(|used| used.of == *of)).map(|license| &*license.id).collect();
        let used = used.into_iter().collect::<Vec<_>>().join(" AND ");
        let _ = if used == license {
            writeln!(text, "{} {}: {used}", of.name, of.version)
        } else {
            writeln!(text, "{} {} ({license}): {used}", of.name, of.version)
        };
    }
    text += FURTHER;
    for Text { name, body, crates } in texts(&licenses) {
        let rule = "-".repeat(100);
        // Some come with the line ends of Windows.
        let body = body.replace("\r\n", "\n");
        let _ = writeln!(text, "\n{rule}\n{name}: {crates}\n{rule}\n\n{}", body.trim_matches('\n').trim_end());
    }
    text
}

/// A text of a licence, once, and the crates that it is the text of.
struct Text<'a> {
    name: &'a str,
    body: &'a str,
    crates: String,
}

fn texts<'a>(licenses: &[&'a License]) -> Vec<Text<'a>> {
    // Texts that differ in nothing but white space are one.
    let mut texts: BTreeMap<(&str, String), (&License, BTreeSet<&Crate>)> = BTreeMap::new();
    for license in licenses {
        let words = if license.id == ONE_TEXT { String::new() } else { license.text.split_whitespace().collect::<Vec<_>>().join(" ") };
        let (first, crates) = texts.entry((&license.id, words)).or_insert((license, BTreeSet::new()));
        if license.source_path.is_none() {
            *first = license;
        }
        crates.extend(license.used_by.iter().map(|used| &used.of));
    }
    let text = |(license, crates): (&'a License, BTreeSet<&Crate>)| {
        let names: Vec<String> = crates.iter().map(|of| format!("{} {}", of.name, of.version)).collect();
        let crates = if license.id == ONE_TEXT { format!("every package above that has {ONE_TEXT} last") } else { names.join(", ") };
        Text { name: &license.name, body: &license.text, crates }
    };
    texts.into_values().map(text).collect()
}

/// Holds the committed file against what the page's modules are made of.
///
/// # Errors
/// When a crate is missing from it, or is in it though it is gone.
pub fn check() -> Result<()> {
    let file = fs::read_to_string(file()).context("cannot read static/notices.txt")?;
    let (listed, built) = (listed(&file), built()?);
    let differs: Vec<String> = built
        .difference(&listed)
        .map(|of| format!("{of} is missing"))
        .chain(listed.difference(&built).map(|of| format!("{of} is gone")))
        .collect();
    if !differs.is_empty() {
        bail!("static/notices.txt: {}; run `cargo xtask notices`", differs.join(", "));
    }
    Ok(())
}

/// Name and version of every crate in the list.
fn listed(file: &str) -> BTreeSet<String> {
    let list = file.split("\n\n").nth(2).unwrap_or_default();
    list.lines().filter_map(|line| Some(line.split([':', '(']).next()?.trim_end().to_owned())).collect()
}

/// Name and version of every crate that the modules are built from, but for those of this repository.
fn built() -> Result<BTreeSet<String>> {
    let mut crates = BTreeSet::new();
    for (package, _) in MODULES {
        let mut tree = cargo();
        tree.args(["tree", "--locked", "--package", package, "--target", tools::WASM, "--edges", "normal"]);
        let printed = output(tree.args(["--prefix", "none", "--format", "{p}"]))?;
        let of = |line: &str| {
            let mut words = line.split(' ');
            let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
            (!name.starts_with("fivetwenty")).then(|| format!("{name} {version}"))
        };
        crates.extend(printed.lines().filter_map(of));
    }
    Ok(crates)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a dependency of the page is added, removed or updated and `cargo xtask notices` is not run.
    #[test]
    fn the_notices_are_those_of_the_page() {
        check().unwrap();
    }

    /// Breaks when a licence's text is written twice, a crate loses its own text, or the list cannot be read back.
    #[test]
    fn texts_are_written_once() {
        let of = |name: &str| serde_json::json!({ "crate": { "name": name, "version": "1.0.0" } });
        let listed = |name: &str, license: &str| serde_json::json!({ "package": { "name": name, "version": "1.0.0" }, "license": license });
        let about = serde_json::json!({
            "crates": [listed("both", "MIT OR Apache-2.0"), listed("none", "Apache-2.0"), listed("ours", "MIT"), listed("same", "MIT"), listed("theirs", "MIT")],
            "licenses": [
                { "id": "Apache-2.0", "name": "Apache License 2.0", "text": "Apache, by somebody", "source_path": "a", "used_by": [of("both")] },
                { "id": "Apache-2.0", "name": "Apache License 2.0", "text": "Apache", "source_path": null, "used_by": [of("none")] },
                { "id": "MIT", "name": "MIT License", "text": "(c) us\r\nMIT\r\n", "source_path": "b", "used_by": [of("ours")] },
                { "id": "MIT", "name": "MIT License", "text": "(c) us MIT", "source_path": "c", "used_by": [of("same")] },
                { "id": "MIT", "name": "MIT License", "text": "(c) them MIT", "source_path": "d", "used_by": [of("theirs")] },
            ],
        });
        let text = render(&[serde_json::from_value(about.clone()).unwrap(), serde_json::from_value(about).unwrap()]);
        for (part, times) in [
            ("both 1.0.0 (MIT OR Apache-2.0): Apache-2.0\n", 1),
            ("ours 1.0.0: MIT\n", 1),
            ("\n\nApache\n", 1),
            ("somebody", 0),
            ("MIT License: ours 1.0.0, same 1.0.0\n", 1),
            ("(c) us\nMIT\n", 1),
            ("MIT License: theirs 1.0.0\n", 1),
            ("(c) them MIT", 1),
        ] {
            assert_eq!(text.matches(part).count(), times, "{part}\n{text}");
        }
        let names: Vec<String> = super::listed(&text).into_iter().collect();
        assert_eq!(names, ["both 1.0.0", "none 1.0.0", "ours 1.0.0", "same 1.0.0", "theirs 1.0.0"]);
    }
}
