//! WebKit as WebKitGTK builds it, driven: its small browser, on a display of its own where there is none.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use thirtyfour::{Capabilities, WebDriver};
use tokio::net::TcpStream;
use xtask::browsers::WebKit;
use xtask::run::target;

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
    /// Starts a browser with these capabilities beside the usual.
    ///
    /// # Errors
    /// When the display, the driver or the browser does not start.
    pub async fn start(webkit: &WebKit, capabilities: Map<String, Value>) -> Result<Self> {
        let mut command = Command::new(&webkit.driver);
        let mut display = None;
        if let Some(program) = &webkit.display {
            // It prints the number of the display that it chose.
            let (server, number) = Process::start_numbered(program, &["-displayfd", "1", "-screen", "0", "1600x1400x24"], number).await?;
            command.env("DISPLAY", format!(":{number}"));
            display = Some(server);
        }
        command.env("XDG_CONFIG_HOME", configuration()?);
        // The driver cannot choose a port of its own.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Process::start(&mut command)?;
        let mut capabilities: Capabilities = capabilities.into();
        capabilities.set("browserName", "MiniBrowser")?;
        capabilities.set("webkitgtk:browserOptions", json!({"binary": webkit.browser, "args": ["--automation"]}))?;
        // It says nothing when it listens.
        wait::until(PATIENCE, async || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()))
            .await?
            .with_context(|| format!("{} does not listen", webkit.driver.display()))?;
        Ok(Self { session: session(port, capabilities).await?, _driver: driver, _display: display })
    }

    /// Makes the page this large: the window is larger by what is around the page.
    pub(super) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        // A window of the size that is wanted tells by how much the page in it is smaller.
        for _ in 0..2 {
            let around = self.session.execute("return [outerWidth - innerWidth, outerHeight - innerHeight]", vec![]).await?;
            let (wide, high): (u32, u32) = around.convert()?;
            self.session.set_window_rect(0, 0, width + wide, height + high).await?;
        }
        Ok(())
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

/// A folder in which GTK finds that the browser's own buttons need no room: otherwise no window is narrower than they are.
fn configuration() -> Result<PathBuf> {
    let folder = target().join("webkit");
    let style = folder.join("gtk-3.0");
    fs::create_dir_all(&style).with_context(|| format!("cannot make {}", style.display()))?;
    fs::write(style.join("gtk.css"), NO_ROOM)?;
    Ok(folder)
}

const NO_ROOM: &str = "toolbar, toolbar *, button, entry, entry *, image {
    min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; -gtk-icon-transform: scale(0);
}";

fn number(line: &str) -> Option<u16> {
    line.trim().parse().ok()
}
