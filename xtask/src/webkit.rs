//! WebKit as WebKitGTK builds it: its small browser, its driver, and a display for them where there is none.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use crate::browser::{DriverProcess, install};
use crate::run::{Steps, on_path};

const DRIVER: &str = "WebKitWebDriver";
const BROWSER: &str = "MiniBrowser";
const DISPLAY: &str = "Xvfb";
const INSTALL: &str = "webkit2gtk-driver xvfb";
/// How long the driver may take until it answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// The browser and its driver.
#[derive(Clone, Debug)]
pub struct WebKit {
    /// The browser's program, which is on no `PATH`.
    pub browser: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
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
        if !has_display() && on_path(DISPLAY).is_none() {
            bail!("there is no display, and no {DISPLAY} on PATH to make one");
        }
        Ok(Self { browser, driver })
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

/// A browser with a fresh profile, the driver that controls it, and the display that it is on.
pub struct Browser {
    session: WebDriver,
    _driver: Ended,
    _display: Option<DriverProcess>,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Errors
    /// When the display, the driver or the browser does not start.
    pub async fn start(webkit: &WebKit) -> Result<Self> {
        let mut command = Command::new(&webkit.driver);
        let mut display = None;
        if !has_display() {
            // It prints the number of the display that it chose.
            let server = DriverProcess::start(Path::new(DISPLAY), &["-displayfd", "1", "-screen", "0", "1280x1000x24"], number).await?;
            command.env("DISPLAY", format!(":{}", server.port()));
            display = Some(server);
        }
        // The driver cannot choose a port of its own.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Ended(command.spawn().with_context(|| format!("cannot start {}", webkit.driver.display()))?);
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", BROWSER)?;
        capabilities.set("webkitgtk:browserOptions", json!({"binary": webkit.browser, "args": ["--automation"]}))?;
        let began = Instant::now();
        // It says nothing when it listens.
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            if began.elapsed() > PATIENCE {
                bail!("{} does not listen", webkit.driver.display());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let session = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.context("the browser did not start")?;
        Ok(Self { session, _driver: driver, _display: display })
    }

    /// Ends the browser, then the driver and the display.
    ///
    /// # Errors
    /// When the browser does not end.
    pub async fn end(self) -> Result<()> {
        self.session.quit().await.context("the browser did not end")
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.session
    }
}

/// A process that ends when this is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Either may only fail because the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn number(line: &str) -> Option<u16> {
    line.trim().parse().ok()
}
