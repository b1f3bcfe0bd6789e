//! `cargo xtask bench --load`: how long it takes until a person can use the page, beside a bare page of the same build.
//!
//! The bare page draws one line and a file field with the same Yew, compiled in the same profile. Both come compressed from loopback, in turn,
//! with an empty cache: over a network that Chromium slows down to its own "Slow 4G", and as fast as the machine is.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use xtask::browsers::Chromium;
use xtask::names;
use xtask::run::{Steps, cargo, run, target};
use xtask::server::{Server, site};
use xtask::tools;

use super::figures::median;
use crate::browsers::chromium::Browser;
use crate::browsers::script;

/// How long the page may take at most, as a multiple of the bare one.
const MAX_BARE: f64 = 1.5;
/// How often each page is loaded, unless somebody wants another number.
const ROUNDS: usize = 5;
/// How long a page may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A network.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Its name.
    pub name: &'static str,
    /// Milliseconds until a response begins; 0 for no delay.
    latency: f64,
    /// Bytes a second; -1 for no limit.
    rate: f64,
}

/// The networks: "Slow 4G" has the figures of Chromium's developer tools.
const NETWORKS: [Network; 2] =
    [Network { name: "slow 4G", latency: 562.5, rate: 180_000.0 }, Network { name: "loopback", latency: 0.0, rate: -1.0 }];

/// What was measured over one network.
#[derive(Clone, Debug)]
pub struct Loads {
    /// The network.
    pub network: Network,
    /// Each round's figures: the bare page, then the page.
    pub rounds: Vec<[Load; 2]>,
}

/// What a page took since its address was given.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Load {
    /// Until it takes files, in milliseconds.
    pub usable_ms: f64,
    /// Until its module has drawn it, in milliseconds.
    pub whole_ms: f64,
}

/// Measures, and prints a table.
///
/// # Errors
/// When a page cannot be built, or the browser does not do what it is told.
pub(super) async fn bench(steps: &mut Steps, dist: &Path, rounds: Option<usize>) -> Result<()> {
    let folder = target().join("bench").join("load");
    let bare = steps.step("build the bare page", || build_bare(&folder.join("bare")))?;
    let page = steps.step("compress the page", || compressed(dist, &folder.join("page")))?;
    let loads = measure(&Chromium::set_up(steps)?, [&bare, &page], rounds.unwrap_or(ROUNDS)).await?;
    println!("\n{}", Table(&loads));
    Ok(())
}

/// Loads the bare page and the page in turn, so often over each network.
///
/// # Errors
/// When the browser does not start, or a page cannot be used.
pub async fn measure(chromium: &Chromium, [bare, page]: [&Path; 2], rounds: usize) -> Result<Vec<Loads>> {
    let [bare, page] = [Server::start(site(bare)?, 0).await?, Server::start(site(page)?, 0).await?];
    let browser = Browser::start(chromium, &[]).await?;
    let tools = browser.cdp();
    tools.send_raw("Network.enable", json!({})).await?;
    tools.send_raw("Network.setCacheDisabled", json!({"cacheDisabled": true})).await?;
    tools.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await?;
    let mut loads = NETWORKS.map(|network| Loads { network, rounds: Vec::new() });
    // What a browser does once belongs to neither.
    for server in [&bare, &page] {
        load(&browser, server).await?;
    }
    for Loads { network, rounds: measured } in &mut loads {
        let Network { latency, rate, .. } = network;
        let conditions = json!({"offline": false, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate});
        tools.send_raw("Network.emulateNetworkConditions", conditions).await?;
        for _ in 0..rounds {
            measured.push([load(&browser, &bare).await?, load(&browser, &page).await?]);
        }
    }
    browser.end().await?;
    Ok(loads.into())
}

async fn load(browser: &Browser, server: &Server) -> Result<Load> {
    browser.goto(server.url()).await?;
    let times = script::until(browser, PATIENCE, "return window.whole && {usable_ms: usable, whole_ms: whole}", &[]).await?;
    browser.goto("about:blank").await?;
    serde_json::from_value(times).context("the page says when it can be used")
}

/// A page can be used once its file field takes files, and it is whole once Yew has drawn it; either way once its thread has nothing more to
/// do. boot.js lets the page's first field take files.
const WATCH: &str = "
    const selectors = {usable: 'input[type=file]:enabled', whole: '#files'};
    new MutationObserver(() => {
        for (const name in selectors) {
            if (!document.querySelector(selectors[name])) continue;
            delete selectors[name];
            requestAnimationFrame(() => setTimeout(() => window[name] = performance.now()));
        }
    }).observe(document, {childList: true, subtree: true, attributes: true});";

/// Builds the bare page into a folder.
fn build_bare(folder: &Path) -> Result<PathBuf> {
    let profile = ["build", "--quiet", "--profile", "wasm", "--target", tools::WASM];
    run(cargo().args(profile).args(["--package", "fivetwenty-page", "--example", "bare"]))?;
    let program = target().join(tools::WASM).join("wasm/examples/bare.wasm");
    let made = folder.with_extension("made");
    run(tools::with_tools("wasm-bindgen")?.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&made).arg(program))?;
    let module = made.join("bare_bg.wasm");
    let (bare, _) = names::split(&fs::read(&module)?).context("wasm-bindgen writes a module")?;
    fs::write(module, bare)?;
    fs::write(made.join("index.html"), include_str!("bare/index.html"))?;
    fs::write(made.join("_headers"), "")?;
    compressed(&made, folder)
}

/// Copies a site's files into a folder, those that run with a compressed copy beside each.
fn compressed(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?.path();
        if !file.is_file() {
            continue;
        }
        let content = fs::read(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if file.extension().is_some_and(|extension| ["html", "css", "js", "wasm"].iter().any(|runs| extension == *runs)) {
            fs::write(to.join(format!("{name}.br")), xtask::compress::brotli(&content)?)?;
        }
        fs::write(to.join(&*name), content)?;
    }
    Ok(to.to_owned())
}

/// The table for people.
pub struct Table<'a>(pub &'a [Loads]);

impl Display for Table<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "Medians in ms; ratios are medians of each round's. Usable: takes files. Whole: drawn by its module.")?;
        writeln!(to, "{:<10} {:<8} {:>8} {:>8} {:>8}  budget", "network", "until", "bare", "page", "ratio")?;
        for Loads { network, rounds } in self.0 {
            for (until, ms) in [("usable", (|load| load.usable_ms) as fn(&Load) -> f64), ("whole", |load| load.whole_ms)] {
                let middle = |figure: &dyn Fn(&[Load; 2]) -> f64| median(rounds.iter().map(figure).collect()).unwrap_or_default();
                let (bare, page) = (middle(&|[bare, _]| ms(bare)), middle(&|[_, page]| ms(page)));
                let ratio = middle(&|[bare, page]| ms(page) / ms(bare));
                let met = if ratio <= MAX_BARE { "met" } else { "missed" };
                let budget = if until == "usable" { format!("  at most {MAX_BARE}: {met}") } else { String::new() };
                writeln!(to, "{:<10} {until:<8} {bare:>8.0} {page:>8.0} {ratio:>8.2}{budget}", network.name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the ratio is not that of loads in the same round, or a budget that is missed is said to be met.
    #[test]
    fn the_table_says_what_is_met() {
        let load = |usable_ms: f64| Load { usable_ms, whole_ms: 2.0 * usable_ms };
        let rounds = |of: &[[f64; 2]]| of.iter().map(|round| round.map(load)).collect();
        let [slow, fast] = NETWORKS;
        let loads = [
            Loads { network: slow, rounds: rounds(&[[100.0, 160.0], [200.0, 280.0], [400.0, 560.0]]) },
            Loads { network: fast, rounds: rounds(&[[100.0, 160.0]]) },
        ];
        let table = Table(&loads).to_string();
        let lines: Vec<String> = table.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            lines,
            [
                "slow 4G usable 200 280 1.40 at most 1.5: met",
                "slow 4G whole 400 560 1.40",
                "loopback usable 100 160 1.60 at most 1.5: missed",
                "loopback whole 200 320 1.60",
            ]
        );
    }
}
