//! Browsers that are driven, each with a fresh profile, and that end with their owner.

pub mod chromium;
mod driver;
pub mod firefox;
pub mod script;
pub mod webkit;

use std::ops::Deref;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, json};
use thirtyfour::WebDriver;
use xtask::browsers::{Chromium, Firefox, WebKit};
use xtask::run::Steps;

/// A kind of browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Chromium, with its driver
    Chromium,
    /// Firefox, with geckodriver
    Firefox,
    /// WebKitGTK's small browser, with its driver
    Webkit,
}

/// Chromium is not to keep the pages that it has left, with all their memory, to go back to them.
const NO_BACK: &str = "--disable-back-forward-cache";

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
    /// Sets a browser up and starts it.
    ///
    /// # Errors
    /// When it cannot be had, or does not start.
    pub async fn start(steps: &mut Steps, engine: Engine) -> Result<Self> {
        Ok(match engine {
            Engine::Chromium => Self::Chromium(chromium::Browser::start(&Chromium::set_up(steps)?, &[NO_BACK.to_owned()]).await?),
            Engine::Firefox => {
                // How many pages it keeps to go back to.
                let preferences = Map::from_iter([("browser.sessionhistory.max_total_viewers".to_owned(), json!(0))]);
                Self::Firefox(firefox::Browser::start(&Firefox::set_up(steps)?, &preferences, Map::new()).await?)
            }
            Engine::Webkit => Self::WebKit(webkit::Browser::start(&WebKit::set_up(steps)?).await?),
        })
    }

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
