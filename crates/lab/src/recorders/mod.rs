//! What a browser shall do on a visit, and the browsers that can do it and export what they saw.
//!
//! A [`Plan`] names no browser. Each recorder has a module of its own and gives the browser's own export, never one rebuilt from
//! events.

pub(crate) mod chromium;
pub mod curl;
pub(crate) mod firefox;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fivetwenty_harness::wait;
use thirtyfour::{By, WebDriver};
use xtask::browsers::{Chromium, Firefox};

/// One visit, for any browser.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the hosts are that the visit asks for. No other host can be reached, but an address on loopback can be opened as it is.
    pub hosts: Vec<Host>,
    /// What becomes of certificates that nobody trusts.
    pub certificates: Certificates,
    /// What to do, in order. After the last step the recorder waits until no request is open, then exports.
    pub steps: Vec<Step>,
}

/// A name that leads to a listener of the lab, so that both captures of a case show the same URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The name, as the URL has it.
    pub name: String,
    /// The port that the URL means: 80 or 443.
    pub port: u16,
    /// The listener on loopback.
    pub address: SocketAddr,
}

/// What becomes of certificates that nobody trusts, such as those that the lab makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// They are accepted.
    Any,
    /// They are refused, as people's browsers refuse them.
    Trusted,
}

/// One thing that a visitor does or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Navigates to a URL and lets the page load. A navigation that fails is part of the recording, not a failure of the step; the
    /// recorder pauses after it until the browser's own error page is there.
    Open(String),
    /// Waits until an element fits a CSS selector, at most [`Plan::PATIENCE`].
    Await(String),
    /// Clicks on the first element that fits a CSS selector, if there is one.
    Click(String),
    /// Waits.
    Pause(Duration),
}

impl Plan {
    /// How long a step may take: longer than Cloudflare waits for an origin (125 s), and than the 30 s after which an origin gives up in
    /// one of the cases, ten times over, for so often does Firefox ask again.
    pub const PATIENCE: Duration = Duration::from_secs(400);
}

/// One form of a browser's export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The form's folder in `tests/data/lab`, such as `chromium-156-full`.
    pub form: String,
    /// The HAR, as [`compact`] writes it.
    pub har: String,
}

/// A browser that can record a visit.
#[derive(Clone, Debug)]
pub enum Recorder {
    /// Chromium, in two forms: sanitised, as people get it by default, and with sensitive data.
    Chromium(Chromium),
    /// Firefox, in its one form.
    Firefox(Firefox),
}

impl Recorder {
    /// Makes a visit with a fresh profile and gives every form of the browser's export of that one visit.
    ///
    /// # Errors
    /// When the browser does not start, or the visit does not go as planned.
    pub async fn record(&self, plan: &Plan) -> Result<Vec<Export>> {
        match self {
            Self::Chromium(chromium) => chromium::record(chromium, plan).await,
            Self::Firefox(firefox) => firefox::record(firefox, plan).await,
        }
    }

    /// The browser's part of the forms' names, without the version.
    pub fn browser(&self) -> &'static str {
        match self {
            Self::Chromium(_) => "chromium",
            Self::Firefox(_) => "firefox",
        }
    }

    /// The browser's major version.
    pub fn major(&self) -> u32 {
        match self {
            Self::Chromium(chromium) => chromium.major,
            Self::Firefox(firefox) => firefox.major,
        }
    }
}

/// Takes a [`Step::Await`].
async fn await_element(browser: &WebDriver, selector: &str) -> Result<()> {
    let found = wait::until(Plan::PATIENCE, async || {
        let elements = browser.find_all(By::Css(selector)).await.context("cannot ask the page")?;
        Ok(elements.into_iter().next())
    });
    if found.await?.is_none() {
        bail!("no element came to fit within {:?}: {}", Plan::PATIENCE, browser.source().await?);
    }
    Ok(())
}

/// Takes a [`Step::Click`].
async fn click(browser: &WebDriver, selector: &str) -> Result<()> {
    if let Some(element) = browser.find_all(By::Css(selector)).await?.first() {
        element.click().await?;
    }
    Ok(())
}

/// A HAR without the space that indents it, and with every page and entry on a line of its own. No other byte is changed, so numbers
/// and escapes stay as the browser wrote them.
pub fn compact(har: &str) -> String {
    let mut compact = String::with_capacity(har.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for char in har.chars() {
        if quoted {
            quoted = escaped || char != '"';
            escaped = !escaped && char == '\\';
            compact.push(char);
            continue;
        }
        match char {
            char if char.is_ascii_whitespace() => continue,
            // `log`, its object, and the list of entries are around an entry.
            '{' if depth == 3 => compact.push('\n'),
            '"' => quoted = true,
            _ => {}
        }
        match char {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        compact.push(char);
    }
    compact.push('\n');
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the committed form of a recording differs from the browser's in more than space between tokens.
    #[test]
    fn compacting_takes_only_the_space_between_tokens() {
        let har = "{\n  \"log\": {\n    \"entries\": [\n      {\"a\": \"x  \\\" {\\\\\", \"n\": [1.50, {}]},\n      {}\n    ]\n  }\n}";
        assert_eq!(compact(har), "{\"log\":{\"entries\":[\n{\"a\":\"x  \\\" {\\\\\",\"n\":[1.50,{}]},\n{}]}}\n");
    }
}
