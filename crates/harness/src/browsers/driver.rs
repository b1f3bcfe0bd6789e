//! The sessions of drivers.

use anyhow::{Context as _, Result};
use thirtyfour::{Capabilities, WebDriver};

/// Has the driver at a port start a browser.
pub(super) async fn session(port: u16, capabilities: Capabilities) -> Result<WebDriver> {
    WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.context("the browser did not start")
}
