//! Chromium, or Chrome, and its driver.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{install, major_version};
use crate::run::{Steps, on_path};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVER: &str = "chromedriver";
const INSTALL: &str = "chromium chromium-driver";

/// A browser and a driver of the same major version.
#[derive(Clone, Debug)]
pub struct Chromium {
    /// The browser's program.
    pub browser: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
    /// The major version of both.
    pub major: u32,
}

impl Chromium {
    /// Finds a browser and a driver on `PATH` that fit each other.
    ///
    /// # Errors
    /// When one is missing, or no browser has the driver's version.
    pub fn find() -> Result<Self> {
        let driver = on_path(DRIVER).with_context(|| format!("{DRIVER} is not on PATH"))?;
        let major = major_version(&driver)?;
        let mut others = Vec::new();
        for browser in BROWSERS.iter().filter_map(|name| on_path(name)) {
            let version = major_version(&browser)?;
            if version == major {
                return Ok(Self { browser, driver, major });
            }
            others.push(format!("{} {version}", browser.display()));
        }
        if others.is_empty() {
            bail!("no Chromium is on PATH (looked for {})", BROWSERS.join(", "));
        }
        bail!("{} is version {major}, which drives only a browser of that version; found {}", driver.display(), others.join(", "));
    }

    /// Finds them, or installs them where the system's package manager is apt.
    ///
    /// # Errors
    /// When they are not there and cannot be installed: with what to do.
    pub fn set_up(steps: &mut Steps) -> Result<Self> {
        let missing = match Self::find() {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        if on_path("apt-get").is_none() {
            bail!("{missing}. Install Chromium (or Chrome) and the chromedriver of the same major version, and put both on PATH");
        }
        install(steps, "Chromium and its driver", INSTALL, &missing)?;
        Self::find()
    }
}
