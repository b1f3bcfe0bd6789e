//! WebKit as WebKitGTK builds it, driven: its small browser, on a display of its own where there is none.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::TcpStream;
use xtask::browsers::WebKit;

use super::driver::session;
use crate::process::Process;
use crate::wait;

/// How long the driver may take until it answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with a fresh profile, the driver that controls it, and the display that it is on.
pub struct Browser {
    session: WebDriver,
    _driver: Process,
    _display: Option<Process>,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Errors
    /// When the display, the driver or the browser does not start.
    pub async fn start(webkit: &WebKit) -> Result<Self> {
        let mut command = Command::new(&webkit.driver);
        let mut display = None;
        if let Some(program) = &webkit.display {
            // It prints the number of the display that it chose.
            let (server, number) = Process::start_numbered(program, &["-displayfd", "1", "-screen", "0", "1280x1000x24"], number).await?;
            command.env("DISPLAY", format!(":{number}"));
            display = Some(server);
        }
        // The driver cannot choose a port of its own.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Process::start(&mut command)?;
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "MiniBrowser")?;
        capabilities.set("webkitgtk:browserOptions", json!({"binary": webkit.browser, "args": ["--automation"]}))?;
        // It says nothing when it listens.
        wait::until(PATIENCE, async || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()))
            .await?
            .with_context(|| format!("{} does not listen", webkit.driver.display()))?;
        Ok(Self { session: session(port, capabilities).await?, _driver: driver, _display: display })
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

fn number(line: &str) -> Option<u16> {
    line.trim().parse().ok()
}
