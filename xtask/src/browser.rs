//! Chromium and its driver: finding or installing them, and a browser that ends with its owner.
//!
//! What any browser needs is here too: how it is installed, and its driver's process.

use std::io::{self, BufRead as _, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context as _, Error, Result, bail};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};
use tokio::task::spawn_blocking;

use crate::run::{Steps, command, on_path, output, run};

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

/// Installs packages with apt, which has to be there. `missing` says why.
///
/// # Errors
/// When they cannot be installed: with what to do.
pub(crate) fn install(steps: &mut Steps, what: &str, packages: &str, missing: &Error) -> Result<()> {
    let script = format!("apt-get update && apt-get install -y {packages}");
    let Some(mut shell) = root_shell() else {
        bail!("{missing}. Run this once, then try again: sudo sh -c '{script}'");
    };
    steps.step(&format!("install {what}"), || run(shell.arg(script).env("DEBIAN_FRONTEND", "noninteractive")))
}

/// A shell that may install packages, asking no questions.
fn root_shell() -> Option<Command> {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        let mut shell = command("sh");
        shell.arg("-c");
        return Some(shell);
    }
    output(Command::new("sudo").args(["-n", "true"])).ok()?;
    let mut shell = command("sudo");
    shell.args(["-n", "sh", "-c"]);
    Some(shell)
}

/// The first number of the version that a program prints.
pub(crate) fn major_version(program: &Path) -> Result<u32> {
    let printed = output(Command::new(program).arg("--version"))?;
    major_of(&printed).with_context(|| format!("{} names no version: {printed:?}", program.display()))
}

fn major_of(printed: &str) -> Option<u32> {
    printed.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

/// A headless browser with a fresh profile, and the driver that controls it. Both end when this is dropped, the browser first.
pub struct Browser {
    session: WebDriver,
    _driver: DriverProcess,
}

impl Browser {
    /// Starts a browser with these flags beside those that every one gets. Its logs `browser` and `performance` are on.
    ///
    /// # Errors
    /// When the driver or the browser does not start.
    pub async fn start(chromium: &Chromium, flags: &[String]) -> Result<Self> {
        let driver = DriverProcess::start(&chromium.driver, &["--port=0", "--log-level=SEVERE"], port_of).await?;
        let mut arguments: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        arguments.extend_from_slice(flags);
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "chrome")?;
        capabilities.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"}))?;
        capabilities.set("goog:chromeOptions", json!({"binary": chromium.browser, "args": arguments}))?;
        let session = driver.session(capabilities).await?;
        Ok(Self { session, _driver: driver })
    }

    /// Ends the browser. Dropping it does so too, but holds up everything else on its thread meanwhile.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn quit(self) -> Result<()> {
        let Self { session, _driver } = self;
        session.quit().await.context("the browser did not end")
    }

    /// Where its remote debugging listens, as `host:port`.
    ///
    /// # Errors
    /// When the driver does not say.
    pub fn debugger(&self) -> Result<&str> {
        self.session
            .capabilities()
            .get("goog:chromeOptions")
            .and_then(|options| options["debuggerAddress"].as_str())
            .context("the driver does not say where the browser's remote debugging listens")
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.session
    }
}

/// Only pages of this repository are opened, so the sandbox, which containers and root cannot have, is not missed.
const FLAGS: [&str; 11] = [
    "--headless",
    "--window-size=1280,1000",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter",
];

/// A running driver, on loopback. It ends when this is dropped.
pub(crate) struct DriverProcess {
    process: Child,
    port: u16,
}

impl DriverProcess {
    /// Starts one with arguments that let it choose a port, and reads from what it prints which one that is.
    pub(crate) async fn start(program: &Path, arguments: &[&str], port_of: fn(&str) -> Option<u16>) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Several may start at once, and reading waits. The port that one chose may be another's by the time it listens: then it ends.
        let mut start = move || Self::spawn(&mut command, port_of);
        spawn_blocking(move || start().or_else(|_| start()).or_else(|_| start()))
            .await?
            .with_context(|| format!("cannot start {}", program.display()))
    }

    fn spawn(command: &mut Command, port_of: fn(&str) -> Option<u16>) -> Result<Self> {
        let mut driver = Self { process: command.spawn()?, port: 0 };
        let mut printed = BufReader::new(driver.process.stdout.take().context("it prints nothing")?);
        let mut line = String::new();
        while printed.read_line(&mut line)? > 0 {
            if let Some(port) = port_of(&line) {
                driver.port = port;
                // Nobody reads the rest, but a driver whose pipe is closed or full stops.
                thread::spawn(move || io::copy(&mut printed, &mut io::sink()));
                return Ok(driver);
            }
            line.clear();
        }
        bail!("it ended before it listened");
    }

    /// Which port it said it has; for a display its number.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts a browser.
    pub(crate) async fn session(&self, capabilities: Capabilities) -> Result<WebDriver> {
        WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities).await.context("the browser did not start")
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        // Either may only fail because the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn port_of(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when browser and driver of different versions are taken for a pair.
    #[test]
    fn versions_are_read_as_they_are_printed() {
        assert_eq!(major_of("Chromium 156.0.8078.79 built on Debian"), Some(156));
        assert_eq!(major_of("ChromeDriver 156.0.8078.79 (a21ce9)"), Some(156));
        assert_eq!(major_of("no version"), None);
    }

    /// Breaks when the driver is asked at another port than it listens on.
    #[test]
    fn the_drivers_port_is_read_from_what_it_prints() {
        assert_eq!(port_of("ChromeDriver was started successfully on port 43215.\n"), Some(43215));
        assert_eq!(port_of("Only local connections are allowed.\n"), None);
    }
}
