//! axe-core, which finds in a page what keeps people from using it: fetching its script. Running it in a browser is the harness's job.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::node;
use crate::run::{Steps, command, run, target};
use crate::tools::{AXE, AXE_SCRIPT};

/// The script, a file of the package that npm fetches. Nothing of it is run but in a browser.
///
/// # Errors
/// When there is no npm and none can be installed, or what it fetches is not what was pinned.
pub fn set_up(steps: &mut Steps) -> Result<PathBuf> {
    let folder = target().join("tools").join("axe");
    let script = folder.join("package").join("axe.min.js");
    if is_pinned(&script) {
        return Ok(script);
    }
    node::npm(steps)?;
    steps.step(&format!("fetch axe-core {AXE}"), || {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        run(command("npm").args(["pack", &format!("axe-core@{AXE}"), "--silent", "--pack-destination"]).arg(&folder))?;
        run(command("tar").arg("-xzf").arg(folder.join(format!("axe-core-{AXE}.tgz"))).arg("-C").arg(&folder))
    })?;
    if !is_pinned(&script) {
        bail!("{} is not the script of axe-core {AXE}", script.display());
    }
    Ok(script)
}

fn is_pinned(script: &Path) -> bool {
    fs::read(script).is_ok_and(|content| hex::encode(Sha256::digest(content)) == AXE_SCRIPT)
}
