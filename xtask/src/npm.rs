//! `cargo xtask npm`: the library for other pages and for Node, as a folder that npm can pack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::compress::brotli;
use crate::run::{Steps, cargo, command, root, run, target};
use crate::{node, seal, tools};

/// The package of the module, and the name of its file.
const PACKAGE: &str = "fivetwenty-js";
const MODULE: &str = "fivetwenty_js.wasm";

/// The report's schema, of which its declarations are made.
const SCHEMA: &str = "report.schema.json";

/// Files of the repository that are in the package as they are.
const AS_THEY_ARE: [&str; 4] = ["LICENSE-MIT", "LICENSE-APACHE", "static/notices.txt", SCHEMA];

/// What stands above the declarations that were made.
const BANNER: &str = "/** The report: made of report.schema.json, which is made of the Rust types. */";

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
    set_up(&mut steps)?;
    let folder = steps.step("build the library", build)?;
    steps.step("check its declarations", check)?;
    weigh(&folder)?;
    println!("\n{} is ready: npm pack or npm publish takes it as it is", folder.display());
    Ok(())
}

/// Everything that [`build`] and [`check`] need. What is there already is left alone.
///
/// # Errors
/// When something cannot be installed.
pub fn set_up(steps: &mut Steps) -> Result<()> {
    tools::set_up(steps)?;
    node::set_up(steps)?;
    let (from, to) = (root().join("crates/js/types"), types());
    let lock = "package-lock.json";
    // npm writes its own list last.
    let is_whole = to.join("node_modules/.package-lock.json").exists();
    if is_whole && fs::read(to.join(lock)).ok() == Some(fs::read(from.join(lock))?) {
        return Ok(());
    }
    steps.step("fetch what makes the library's declarations", || {
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        copy(&from.join("package.json"), &to)?;
        copy(&from.join(lock), &to)?;
        run(command("npm").current_dir(&to).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]))
    })
}

/// Where the programs are that make and check declarations.
fn types() -> PathBuf {
    target().join("tools").join("types")
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
    for file in AS_THEY_ARE {
        copy(&root().join(file), &folder)?;
    }
    let about = folder.join("package.json");
    let text = fs::read_to_string(&about).with_context(|| format!("cannot read {}", about.display()))?;
    write(&about, &text.replace("\"0.0.0\"", concat!("\"", env!("CARGO_PKG_VERSION"), "\"")))?;
    declare(&folder)?;
    write(&folder.join("rules.js"), &format!("export default {};\n", serde_json::to_string(&seal::rules()?)?))?;
    Ok(folder)
}

/// Writes the declarations of the report.
fn declare(folder: &Path) -> Result<()> {
    let schema = root().join(SCHEMA);
    let text = fs::read_to_string(&schema).with_context(|| format!("cannot read {}", schema.display()))?;
    let mut schema: Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", schema.display()))?;
    keep_descriptions(&mut schema);
    let given = target().join("npm").join(SCHEMA);
    write(&given, &schema.to_string())?;
    let mut program = command(node::set_up(&mut Steps::default())?);
    program.arg(types().join("node_modules/json-schema-to-typescript/dist/src/cli.js"));
    run(program.args(["--bannerComment", BANNER, "--input"]).arg(given).arg("--output").arg(folder.join("report.d.ts")))
}

/// What stands beside a reference is lost where declarations are made, but not what stands beside a list of one.
fn keep_descriptions(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.len() > 1
                && let Some(reference) = members.remove("$ref")
            {
                members.insert("allOf".to_owned(), json!([{"$ref": reference}]));
            }
            members.values_mut().for_each(keep_descriptions);
        }
        Value::Array(values) => values.iter_mut().for_each(keep_descriptions),
        _ => {}
    }
}

/// Compiles an example against the package's declarations, as a program that has it installed.
///
/// # Errors
/// When it does not compile.
pub fn check() -> Result<()> {
    let project = target().join("npm").join("check");
    let installed = project.join("node_modules/fivetwenty");
    fs::create_dir_all(&installed).with_context(|| format!("cannot make {}", installed.display()))?;
    for file in fs::read_dir(folder())? {
        copy(&file?.path(), &installed)?;
    }
    copy(&root().join("crates/js/examples/typed.ts"), &project)?;
    write(&project.join("package.json"), "{\"type\": \"module\"}")?;
    let mut compiler = command(node::set_up(&mut Steps::default())?);
    compiler.arg(types().join("node_modules/typescript/bin/tsc")).args(["--noEmit", "--strict", "--target", "es2022"]);
    run(compiler.args(["--module", "nodenext", "--lib", "es2023,dom,dom.iterable"]).arg(project.join("typed.ts")))
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
        let brotli = brotli(&content)?.len();
        println!("{:<30} {:>10} {brotli:>10}", file.file_name().unwrap_or_default().to_string_lossy(), content.len());
        total = (total.0 + content.len(), total.1 + brotli);
    }
    println!("{:<30} {:>10} {:>10}", "all", total.0, total.1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a member of the report loses its description, or a reference that has none is changed.
    #[test]
    fn references_keep_their_descriptions() {
        let mut schema = json!({"a": {"description": "A.", "$ref": "#/b"}, "c": [{"$ref": "#/d"}]});
        keep_descriptions(&mut schema);
        assert_eq!(schema, json!({"a": {"description": "A.", "allOf": [{"$ref": "#/b"}]}, "c": [{"$ref": "#/d"}]}));
    }
}
