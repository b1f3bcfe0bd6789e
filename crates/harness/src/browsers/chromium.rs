//! Chromium, driven: a browser that ends with its owner, and its developer tools.

use std::ops::Deref;

use anyhow::{Context as _, Result};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver, WindowHandle};
use xtask::browsers::Chromium;

use super::driver::session;
use crate::process::Process;

/// A headless browser with a fresh profile, and the driver that controls it. Both end when this is dropped, the browser first.
pub struct Browser {
    session: WebDriver,
    _driver: Process,
}

impl Browser {
    /// Starts a browser with these flags beside those that every one gets. Its logs `browser` and `performance` are on.
    ///
    /// # Errors
    /// When the driver or the browser does not start.
    pub async fn start(chromium: &Chromium, flags: &[String]) -> Result<Self> {
        let (driver, port) = Process::start_numbered(&chromium.driver, &["--port=0", "--log-level=SEVERE"], port_of).await?;
        let mut arguments: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        arguments.extend_from_slice(flags);
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "chrome")?;
        capabilities.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"}))?;
        capabilities.set("goog:chromeOptions", json!({"binary": chromium.browser, "args": arguments}))?;
        Ok(Self { session: session(port, capabilities).await?, _driver: driver })
    }

    /// Ends the browser. Dropping it does so too, but holds up everything else on its thread meanwhile.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn end(self) -> Result<()> {
        self.session.quit().await.context("the browser did not end")
    }

    /// Opens the developer tools of this tab in a new one, as the front end that the browser itself ships, and goes there. The browser
    /// must have been started with [`REMOTE_ORIGINS`].
    ///
    /// # Errors
    /// When the driver does not say where the browser can be debugged, or the front end does not load.
    pub async fn open_developer_tools(&self) -> Result<Tabs> {
        let debugger = self.debugger()?;
        let page = self.window().await?;
        let tools = self.new_tab().await?;
        self.switch_to_window(tools.clone()).await?;
        self.goto(format!("http://{debugger}/devtools/inspector.html?ws={debugger}/devtools/page/{page}&panel=network")).await?;
        Ok(Tabs { page, tools })
    }

    /// Where its remote debugging listens, as `host:port`.
    fn debugger(&self) -> Result<&str> {
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

/// A tab, and the tab with its developer tools.
pub struct Tabs {
    /// The tab of the page.
    pub page: WindowHandle,
    /// The tab of its developer tools.
    pub tools: WindowHandle,
}

/// Lets pages connect to the browser's remote debugging, as its developer tools in a tab do.
pub const REMOTE_ORIGINS: &str = "--remote-allow-origins=*";

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

fn port_of(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the driver is asked at another port than it listens on.
    #[test]
    fn the_drivers_port_is_read_from_what_it_prints() {
        assert_eq!(port_of("ChromeDriver was started successfully on port 43215.\n"), Some(43215));
        assert_eq!(port_of("Only local connections are allowed.\n"), None);
    }
}
