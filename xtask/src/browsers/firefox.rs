//! Firefox and its driver.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{install, major_version};
use crate::run::{Steps, on_path};
use crate::tools;

const BROWSERS: [&str; 2] = ["firefox-esr", "firefox"];

/// Firefox and geckodriver.
#[derive(Clone, Debug)]
pub struct Firefox {
    /// The browser's program.
    pub browser: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
    /// The browser's major version.
    pub major: u32,
}

impl Firefox {
    /// Finds both, or installs them: the browser where the system's package manager is apt, the driver with Cargo.
    ///
    /// # Errors
    /// When they are not there and cannot be installed: with what to do.
    pub fn set_up(steps: &mut Steps) -> Result<Self> {
        let browser = match find() {
            Ok(found) => found,
            Err(missing) => {
                if on_path("apt-get").is_none() {
                    bail!("{missing}. Install Firefox, and put it on PATH");
                }
                install(steps, "Firefox", BROWSERS[0], &missing)?;
                find()?
            }
        };
        let major = major_version(&browser)?;
        Ok(Self { browser, driver: tools::geckodriver(steps)?, major })
    }
}

fn find() -> Result<PathBuf> {
    let found = BROWSERS.iter().find_map(|name| on_path(name));
    found.with_context(|| format!("no Firefox is on PATH (looked for {})", BROWSERS.join(", ")))
}
