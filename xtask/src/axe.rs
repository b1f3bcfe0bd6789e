//! axe-core, which finds in a page what keeps people from using it: fetching its script. Running it in a browser is the harness's job.

use std::path::PathBuf;

use anyhow::Result;

use crate::node;
use crate::run::Steps;
use crate::tools::{AXE, AXE_SCRIPT};

/// The script, a file of the package that npm fetches. Nothing of it is run but in a browser.
///
/// # Errors
/// When there is no npm and none can be installed, or what it fetches is not what was pinned.
pub fn set_up(steps: &mut Steps) -> Result<PathBuf> {
    node::fetch(steps, "axe-core", ("axe-core", AXE), "axe.min.js", AXE_SCRIPT)
}
