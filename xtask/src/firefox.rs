//! Firefox and its driver: finding or installing them, and a browser whose own code can be run, developer tools included.

use std::ops::Deref;
use std::path::PathBuf;

use anyhow::{Context as _, Error, Result, bail};
use axum::http::Method;
use serde_json::{Map, Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{Capabilities, RequestData, SessionId, WebDriver};

use crate::browser::{DriverProcess, install, major_version};
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

/// A headless browser with a fresh profile, and the driver that controls it. Dropping it blocks the thread until the browser has
/// ended, which may wait for a server that shares the thread: [`Browser::end`] does not.
pub struct Browser {
    session: WebDriver,
    _driver: DriverProcess,
}

impl Browser {
    /// Starts a browser with these preferences beside those that drivers set, and these capabilities beside the usual.
    ///
    /// # Errors
    /// When the driver or the browser does not start.
    pub async fn start(firefox: &Firefox, preferences: &Map<String, Value>, capabilities: Map<String, Value>) -> Result<Self> {
        let driver = DriverProcess::start(&firefox.driver, &["--port=0", "--allow-system-access"], port_of).await?;
        let mut all: Capabilities = capabilities.into();
        all.set("browserName", "firefox")?;
        all.set("moz:firefoxOptions", json!({"binary": firefox.browser, "args": ["-headless"], "prefs": preferences}))?;
        let session = driver.session(all).await?;
        Ok(Self { session, _driver: driver })
    }

    /// Runs a script with the rights of the browser's own window, which it runs in; it resolves to a value. `given` holds what it is
    /// given.
    ///
    /// # Errors
    /// When it throws, or the browser does not answer.
    pub async fn tell(&self, script: &str, given: Value) -> Result<Value> {
        let script = format!(
            "const [given, done] = arguments;\n(async () => {{ {script} }})()\
             .then(value => done({{value: value ?? null}}), error => done({{error: `${{error}} ${{error?.stack}}`}}));"
        );
        self.switch(Context::Chrome).await?;
        let told = self.session.execute_async(script, vec![given]).await.map(|answer| answer.json().clone()).map_err(Error::from);
        self.switch(Context::Content).await?;
        let mut answer = told?;
        match answer.get("error") {
            Some(error) => bail!("the browser's own code failed: {error}"),
            None => Ok(answer["value"].take()),
        }
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
