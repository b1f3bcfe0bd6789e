//! Firefox, driven: a browser that ends with its owner, whose own code can be run, developer tools included.

use std::ops::Deref;

use anyhow::{Context as _, Result};
use axum::http::Method;
use serde_json::{Map, Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{Capabilities, RequestData, SessionId, WebDriver};
use xtask::browsers::Firefox;

use super::driver::session;
use super::script;
use crate::process::Process;

/// A headless browser with a fresh profile, and the driver that controls it. Dropping it blocks the thread until the browser has
/// ended, which may wait for a server that shares the thread: [`Browser::end`] does not.
pub struct Browser {
    session: WebDriver,
    _driver: Process,
}

impl Browser {
    /// Starts a browser with these preferences beside those that drivers set, and these capabilities beside the usual.
    ///
    /// # Errors
    /// When the driver or the browser does not start.
    pub async fn start(firefox: &Firefox, preferences: &Map<String, Value>, capabilities: Map<String, Value>) -> Result<Self> {
        let (driver, port) = Process::start_numbered(&firefox.driver, &["--port=0", "--allow-system-access"], port_of).await?;
        let mut all: Capabilities = capabilities.into();
        all.set("browserName", "firefox")?;
        all.set("moz:firefoxOptions", json!({"binary": firefox.browser, "args": ["-headless"], "prefs": preferences}))?;
        Ok(Self { session: session(port, all).await?, _driver: driver })
    }

    /// Runs the body of an async function with the rights of the browser's own window, which it runs in; `given` holds what it is given.
    ///
    /// # Errors
    /// When it throws, or the browser does not answer.
    pub async fn run_privileged(&self, body: &str, given: Value) -> Result<Value> {
        self.switch(Context::Chrome).await?;
        let value = script::run_async(&self.session, body, given).await;
        self.switch(Context::Content).await?;
        value.context("the browser's own code failed")
    }

    /// Ends the browser, then the driver.
    ///
    /// # Errors
    /// When the browser does not end.
    pub async fn end(self) -> Result<()> {
        self.session.quit().await.context("the browser did not end")
    }

    async fn switch(&self, context: Context) -> Result<()> {
        self.session.cmd(context).await.with_context(|| format!("cannot switch to {context:?}"))?;
        Ok(())
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.session
    }
}

/// What the driver's commands are about; geckodriver adds this to the protocol.
#[derive(Clone, Copy, Debug)]
enum Context {
    /// The page.
    Content,
    /// The window around it.
    Chrome,
}

impl FormatRequestData for Context {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let context = match self {
            Self::Content => "content",
            Self::Chrome => "chrome",
        };
        RequestData::new(Method::POST, format!("/session/{session}/moz/context")).add_body(json!({"context": context}))
    }
}

/// For the beginning of a privileged script: opens the tab's Network panel if need be. What follows can use the `toolbox`, the panel's
/// `store` and
/// `connector`, and `require` its modules.
pub const NETWORK_PANEL: &str = "
    const loader = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
    const {gDevTools} = loader.require('resource://devtools/client/framework/devtools.js');
    const toolbox = await gDevTools.showToolboxForTab(gBrowser.selectedTab, {toolId: 'netmonitor'});
    const {store, connector} = await toolbox.getNetMonitorAPI();
    const require = toolbox.getCurrentPanel().panelWin.windowRequire;
";

fn port_of(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening on ")?;
    address.trim_end().rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the driver is asked at another port than it listens on.
    #[test]
    fn the_drivers_port_is_read_from_what_it_prints() {
        assert_eq!(port_of("1795251653645\tgeckodriver\tINFO\tListening on 127.0.0.1:40215\n"), Some(40215));
        assert_eq!(port_of("1795251654049\tMarionette\tINFO\tMarionette enabled\n"), None);
    }
}
