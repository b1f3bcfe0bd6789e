//! Browsers that are driven, each with a fresh profile, and that end with their owner.

pub mod chromium;
mod driver;
pub mod firefox;
pub mod script;
pub mod webkit;

use std::ops::Deref;
use std::time::Duration;

use anyhow::{Result, bail};
use axum::http::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebDriver};
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

/// A turn of the wheel, which is missing among the driver's commands that have names.
#[derive(Clone, Copy, Debug)]
struct Wheel {
    x: u32,
    y: u32,
    pixels: i32,
}

impl FormatRequestData for Wheel {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let Self { x, y, pixels } = self;
        let turn = json!({"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": pixels, "duration": 0, "origin": "viewport"});
        RequestData::new(Method::POST, format!("/session/{session}/actions"))
            .add_body(json!({"actions": [{"type": "wheel", "id": "wheel", "actions": [turn]}]}))
    }
}

/// The colours of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Few colours, which the system chooses for all pages.
    Forced,
}

/// How long a page may take to have another size.
const PATIENCE: Duration = Duration::from_secs(10);

/// Chromium is not to keep the pages that it has left, with all their memory, to go back to them. Its scroll bars take no room, as on
/// telephones and in the other engines.
const FLAGS: [&str; 3] = ["--disable-back-forward-cache", "--ignore-certificate-errors", "--hide-scrollbars"];

/// Makes the tab's page as large as it is told, as Firefox's own view of small screens does.
const FIREFOX_SIZE: &str = "
    const [width, height] = given;
    const {style} = gBrowser.selectedBrowser;
    for (const [name, pixels] of [['width', width], ['height', height]]) {
        for (const property of [name, `min-${name}`, `max-${name}`]) style.setProperty(property, `${pixels}px`);
    }
";

/// Sets what pages are told of the system's colours.
const FIREFOX_COLOURS: &str = "
    const [dark, forced] = given;
    Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', dark ? 0 : 1);
    Services.prefs.setIntPref('browser.display.document_color_use', forced ? 2 : 0);
";

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
    /// Sets a browser up and starts it, ready for pages of this repository: it keeps no page that was left, takes the certificates that
    /// tests make, and lets a script read the clipboard where its driver can say so. `flags` are Chromium's, `preferences` Firefox's.
    ///
    /// # Errors
    /// When it cannot be had, or does not start.
    pub async fn start(steps: &mut Steps, engine: Engine, flags: &[&str], preferences: &[(&str, Value)]) -> Result<Self> {
        let insecure = || Map::from_iter([("acceptInsecureCerts".to_owned(), json!(true))]);
        Ok(match engine {
            Engine::Chromium => {
                let flags: Vec<String> = FLAGS.iter().chain(flags).map(ToString::to_string).collect();
                Self::Chromium(chromium::Browser::start(&Chromium::set_up(steps)?, &flags).await?)
            }
            Engine::Firefox => {
                let usual = [("browser.sessionhistory.max_total_viewers", json!(0)), ("dom.events.testing.asyncClipboard", json!(true))];
                let preferences = usual.iter().chain(preferences).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                Self::Firefox(firefox::Browser::start(&Firefox::set_up(steps)?, &preferences, insecure()).await?)
            }
            Engine::Webkit => Self::WebKit(webkit::Browser::start(&WebKit::set_up(steps)?, insecure()).await?),
        })
    }

    /// Its engine.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Chromium(_) => Engine::Chromium,
            Self::Firefox(_) => Engine::Firefox,
            Self::WebKit(_) => Engine::Webkit,
        }
    }

    /// Makes the page this large, in CSS pixels, below what a window can be as well where the engine can.
    ///
    /// # Errors
    /// When the browser does not take the size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        match self {
            Self::Chromium(browser) => {
                let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
                browser.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
            }
            Self::Firefox(browser) => {
                browser.run_privileged(FIREFOX_SIZE, json!([width, height])).await?;
            }
            Self::WebKit(browser) => browser.resize(width, height).await?,
        }
        let size = "return innerWidth === arguments[0] && innerHeight === arguments[1]";
        script::until(self, PATIENCE, size, &[json!(width), json!(height)]).await?;
        Ok(())
    }

    /// Has the page shown as a system with these colours shows it. `WebKitGTK`'s driver has no such command: there the page is asked by the
    /// attribute that its own switch sets, and forced colours are refused.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn show_in(&self, colours: Colours) -> Result<()> {
        let (scheme, forced) = match colours {
            Colours::Light => ("light", false),
            Colours::Dark => ("dark", false),
            Colours::Forced => ("dark", true),
        };
        match self {
            Self::Chromium(browser) => {
                let forced = if forced { "active" } else { "none" };
                let features = json!({"features": [
                    {"name": "prefers-color-scheme", "value": scheme},
                    {"name": "forced-colors", "value": forced},
                ]});
                browser.cdp().send_raw("Emulation.setEmulatedMedia", features).await?;
            }
            Self::Firefox(browser) => {
                browser.run_privileged(FIREFOX_COLOURS, json!([scheme == "dark", forced])).await?;
            }
            Self::WebKit(_) if forced => bail!("WebKitGTK's driver has no forced colours"),
            Self::WebKit(browser) => {
                browser.execute("document.documentElement.dataset.theme = arguments[0]", vec![json!(scheme)]).await?;
            }
        }
        Ok(())
    }

    /// Turns the wheel at a point of the page, by so many pixels downwards.
    ///
    /// # Errors
    /// When the driver has no wheel.
    pub async fn wheel(&self, x: u32, y: u32, pixels: i32) -> Result<()> {
        let session: &WebDriver = self;
        session.cmd(Wheel { x, y, pixels }).await?;
        Ok(())
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
