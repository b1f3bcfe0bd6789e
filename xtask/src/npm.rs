//! `cargo xtask npm`: the library for other pages and for Node, as a folder that npm can pack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::run::{Steps, cargo, root, run, target};
use crate::{dist, seal, tools};

/// The package of the module, and the name of its file.
const PACKAGE: &str = "fivetwenty-js";
const MODULE: &str = "fivetwenty_js.wasm";

/// Files of the repository that are in every package.
const LICENCES: [&str; 3] = ["LICENSE-MIT", "LICENSE-APACHE", "static/notices.txt"];

/// Where the package is built.
pub fn folder() -> PathBuf {
    target().join("npm").join("fivetwenty")
}

/// Writes the package and says how big it is.
///
/// # Errors
/// When it cannot be built.
pub fn npm() -> Result<()> {
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let folder = steps.step("build the library", build)?;
    weigh(&folder)?;
    println!("\n{} is ready: npm pack or npm publish takes it as it is", folder.display());
    Ok(())
}

/// Builds the package; nothing of an earlier one stays.
///
/// # Errors
/// When a tool fails.
pub fn build() -> Result<PathBuf> {
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // As a library for Rust as well it would not be optimised as a whole.
    run(cargo()
        .args(["rustc", "--quiet", "--profile", "wasm", "--target", tools::WASM, "--package", PACKAGE, "--lib"])
        .args(["--crate-type", "cdylib"]))?;
    let module = target().join(tools::WASM).join("wasm").join(MODULE);
    let mut bindgen = tools::with_tools("wasm-bindgen")?;
    run(bindgen.args(["--target", "web", "--no-typescript", "--out-name", "core", "--out-dir"]).arg(&folder).arg(module))?;
    let sources = root().join("crates/js/npm");
    for file in fs::read_dir(&sources).with_context(|| format!("cannot read {}", sources.display()))? {
        copy(&file?.path(), &folder)?;
    }
    for file in LICENCES {
        copy(&root().join(file), &folder)?;
    }
    let about = folder.join("package.json");
    let text = fs::read_to_string(&about).with_context(|| format!("cannot read {}", about.display()))?;
    write(&about, &text.replace("\"0.0.0\"", concat!("\"", env!("CARGO_PKG_VERSION"), "\"")))?;
    write(&folder.join("rules.js"), &format!("export default {};\n", serde_json::to_string(&seal::rules()?)?))?;
    Ok(folder)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Prints every file's size.
fn weigh(folder: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.sort();
    println!("\n{:<30} {:>10} {:>10}", "file", "bytes", "Brotli");
    let mut total = (0, 0);
    for file in files {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let brotli = dist::brotli(&content)?.len();
        println!("{:<30} {:>10} {brotli:>10}", file.file_name().unwrap_or_default().to_string_lossy(), content.len());
        total = (total.0 + content.len(), total.1 + brotli);
    }
    println!("{:<30} {:>10} {:>10}", "all", total.0, total.1);
    Ok(())
}
