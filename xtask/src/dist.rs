//! `cargo xtask dist`: the page, ready for a static host.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::run::{Steps, cargo, root, run};
use crate::tools;

/// What the first load may weigh, in Brotli bytes: 200 KB.
const FIRST_LOAD: usize = 200 * 1024;

/// Writes `dist/` and says how big it is.
///
/// # Errors
/// When it cannot be built, or its first load is over the budget.
pub fn dist() -> Result<()> {
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let folder = steps.step("build the page", build)?;
    weigh(&folder)
}

/// Builds `dist/`.
///
/// # Errors
/// When Trunk fails.
pub fn build() -> Result<PathBuf> {
    // Trunk must load no tools of its own, so it is told to stay offline, and that holds for Cargo under it as well.
    run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    let mut trunk = tools::with_tools("trunk")?;
    // Trunk takes the usual NO_COLOR=1 for a malformed flag.
    trunk.env_remove("NO_COLOR");
    run(trunk.args(["build", "--release", "--offline"]))?;
    Ok(root().join("dist"))
}

/// Prints every file's size.
///
/// # Errors
/// When the first load is over its budget.
pub fn weigh(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    list(folder, folder, &mut files)?;
    files.sort_by(|a, b| b.first_load.cmp(&a.first_load).then(b.brotli.cmp(&a.brotli)));
    println!("\n{:<52} {:>10} {:>10}", "file", "bytes", "Brotli");
    for file in &files {
        let mark = if file.first_load { "" } else { "  (later)" };
        println!("{:<52} {:>10} {:>10}{mark}", file.name, file.bytes, file.brotli);
    }
    let total: usize = files.iter().filter(|file| file.first_load).map(|file| file.brotli).sum();
    println!("{:<52} {:>10} {total:>10}  of {FIRST_LOAD}", "first load", "");
    if total > FIRST_LOAD {
        bail!("the first load is {total} Brotli bytes, over the budget of {FIRST_LOAD}");
    }
    Ok(())
}

struct File {
    name: String,
    bytes: usize,
    brotli: usize,
    first_load: bool,
}

fn list(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else {
            let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.push(File {
                name: path.strip_prefix(root)?.to_string_lossy().into_owned(),
                bytes: content.len(),
                brotli: brotli_length(&content)?,
                first_load: is_first_load(&path),
            });
        }
    }
    Ok(())
}

/// The page's own files; samples, licences and the host's configuration are not sent with the first load.
fn is_first_load(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["html", "css", "js", "wasm"].iter().any(|page| extension == *page))
}

fn brotli_length(content: &[u8]) -> Result<usize> {
    let mut compressed = Counter(0);
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed.0)
}

/// A writer that only counts.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
