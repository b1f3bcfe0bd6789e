//! Browsers that are driven, each with a fresh profile, and that end with their owner.

pub mod chromium;
mod driver;
pub mod firefox;
pub mod script;
pub mod webkit;

use std::ops::Deref;

use anyhow::Result;
use thirtyfour::WebDriver;

/// A browser of any engine.
pub enum AnyBrowser {
    /// Chromium.
    Chromium(chromium::Browser),
    /// Firefox.
    Firefox(firefox::Browser),
    /// `WebKitGTK`'s small browser.
    WebKit(webkit::Browser),
}

impl AnyBrowser {
    /// Ends the browser, then its driver.
    ///
    /// # Errors
    /// When the browser does not end.
    pub async fn end(self) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.end().await,
            Self::Firefox(browser) => browser.end().await,
            Self::WebKit(browser) => browser.end().await,
        }
    }
}

impl Deref for AnyBrowser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        match self {
            Self::Chromium(browser) => browser,
            Self::Firefox(browser) => browser,
            Self::WebKit(browser) => browser,
        }
    }
}
