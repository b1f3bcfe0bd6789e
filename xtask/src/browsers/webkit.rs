//! WebKit as WebKitGTK builds it: its small browser, its driver, and what makes a display for them where there is none.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::install;
use crate::run::{Steps, on_path};

const DRIVER: &str = "WebKitWebDriver";
const BROWSER: &str = "MiniBrowser";
const DISPLAY: &str = "Xvfb";
const INSTALL: &str = "webkit2gtk-driver xvfb";

/// The browser and its driver.
#[derive(Clone, Debug)]
pub struct WebKit {
    /// The browser's program, which is on no `PATH`.
    pub browser: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
    /// The program that makes a display; `None` where there is one already.
    pub display: Option<PathBuf>,
}

impl WebKit {
    /// Finds both, or installs them where the system's package manager is apt.
    ///
    /// # Errors
    /// When they are not there and cannot be installed: with what to do.
    pub fn set_up(steps: &mut Steps) -> Result<Self> {
        let missing = match Self::find() {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        if on_path("apt-get").is_none() {
            bail!("{missing}. Install WebKitGTK's {DRIVER} and {BROWSER}");
        }
        install(steps, "WebKitGTK and its driver", INSTALL, &missing)?;
        Self::find()
    }

    fn find() -> Result<Self> {
        let driver = on_path(DRIVER).with_context(|| format!("{DRIVER} is not on PATH"))?;
        let browser = mini_browser(Path::new("/usr")).with_context(|| format!("no {BROWSER} is where WebKitGTK installs it"))?;
        let display = if has_display() {
            None
        } else {
            Some(on_path(DISPLAY).with_context(|| format!("there is no display, and no {DISPLAY} on PATH to make one"))?)
        };
        Ok(Self { browser, driver, display })
    }
}

/// In `lib/<machine>/webkit2gtk-<version>` or `libexec/webkit2gtk-<version>`.
fn mini_browser(prefix: &Path) -> Option<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
    };
    let mut folders = list(&prefix.join("lib"));
    folders.extend([prefix.join("lib"), prefix.join("libexec")]);
    folders.iter().flat_map(|folder| list(folder)).map(|folder| folder.join(BROWSER)).find(|file| file.is_file())
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}
