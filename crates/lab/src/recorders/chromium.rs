//! Chromium, and the export of its own developer tools.
//!
//! The export is not rebuilt from events: a second tab opens the DevTools front end that the browser itself ships, attached to the
//! first tab, and its own network log and HAR writer are asked, as its "Export HAR" button asks them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fivetwenty_harness::browsers::chromium::{Browser, REMOTE_ORIGINS};
use fivetwenty_harness::browsers::script::run_async;
use serde_json::Value;
use xtask::browsers::Chromium;

use super::{Certificates, Export, Plan, Step, await_element, click, compact};

/// Visits as planned and returns both exports of that visit: sanitised, and full.
///
/// # Errors
/// When the browser does not start, or the visit does not go as planned.
pub(super) async fn record(chromium: &Chromium, plan: &Plan) -> Result<Vec<Export>> {
    let browser = Browser::start(chromium, &flags(plan)).await?;
    let exports = visit(&browser, chromium.major, plan).await;
    browser.end().await?;
    exports
}

async fn visit(browser: &Browser, major: u32, plan: &Plan) -> Result<Vec<Export>> {
    browser.set_script_timeout(Plan::PATIENCE).await?;
    browser.set_page_load_timeout(Plan::PATIENCE).await?;
    let tabs = browser.open_developer_tools().await?;
    in_tools(browser, PRESERVE_LOG).await?;

    browser.switch_to_window(tabs.page).await?;
    for step in &plan.steps {
        take(browser, step).await.with_context(|| format!("{step:?}"))?;
    }
    if shows_an_error(browser).await? {
        // Else the export would hold the browser's own error page, a quarter of a megabyte, as the body of the request that failed.
        browser.goto("about:blank").await?;
    }

    browser.switch_to_window(tabs.tools).await?;
    settle(browser).await?;
    let mut exports = Vec::new();
    for (suffix, sanitize) in [("", "true"), ("-full", "false")] {
        match in_tools(browser, &EXPORT.replace("{sanitize}", sanitize)).await? {
            Value::String(har) => exports.push(Export { form: format!("chromium-{major}{suffix}"), har: compact(&har) }),
            other => bail!("the developer tools exported {other}"),
        }
    }
    Ok(exports)
}

fn flags(plan: &Plan) -> Vec<String> {
    let mut rules: Vec<String> = plan.hosts.iter().map(|host| format!("MAP {}:{} {}", host.name, host.port, host.address)).collect();
    rules.extend(["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"].map(str::to_owned));
    let mut flags = vec![format!("--host-resolver-rules={}", rules.join(", ")), REMOTE_ORIGINS.to_owned()];
    if plan.certificates == Certificates::Any {
        flags.push("--ignore-certificate-errors".to_owned());
    }
    flags
}

async fn take(browser: &Browser, step: &Step) -> Result<()> {
    match step {
        Step::Open(url) => open(browser, url).await,
        Step::Await(selector) => await_element(browser, selector).await,
        Step::Click(selector) => click(browser, selector).await,
        Step::Pause(duration) => {
            tokio::time::sleep(*duration).await;
            Ok(())
        }
    }
}

async fn open(browser: &Browser, url: &str) -> Result<()> {
    // The driver calls most failed navigations an error; to the lab they may be the very fault.
    if let Err(error) = browser.goto(url).await {
        ensure_navigation(&error.to_string())?;
    }
    if shows_an_error(browser).await? {
        tokio::time::sleep(ERROR_PAGE).await;
    }
    Ok(())
}

/// Whether the browser shows its own page for a navigation that failed.
async fn shows_an_error(browser: &Browser) -> Result<bool> {
    Ok(browser.execute("return location.protocol === 'chrome-error:'", vec![]).await?.json() == true)
}

/// How long Chromium takes at most to show its own page for a navigation that failed.
const ERROR_PAGE: Duration = Duration::from_millis(400);

const OFTEN: Duration = Duration::from_millis(100);

fn ensure_navigation(error: &str) -> Result<()> {
    if error.contains("net::ERR_") { Ok(()) } else { bail!("the navigation could not be made: {error}") }
}

/// Runs a script in the developer tools, which are in front.
pub(crate) async fn in_tools(browser: &Browser, script: &str) -> Result<Value> {
    run_async(browser, script, Value::Null).await.context("the developer tools failed")
}

/// Waits until the developer tools, which hear of everything a moment later than the page, have seen the end of every request.
async fn settle(browser: &Browser) -> Result<()> {
    let start = Instant::now();
    let (mut seen, mut quiet) = (Value::Null, 0);
    while start.elapsed() < Plan::PATIENCE {
        let now = in_tools(browser, FINISHED).await?;
        quiet = if now == seen && now != 0 { quiet + 1 } else { 0 };
        if quiet == 3 {
            return Ok(());
        }
        seen = now;
        tokio::time::sleep(OFTEN).await;
    }
    bail!("requests were still open after {:?}", Plan::PATIENCE)
}

pub(crate) const PRESERVE_LOG: &str = "
    const common = await import('/devtools/core/common/common.js');
    const settings = common.Settings.Settings.instance();
    const registered = () => {
        try { return settings.moduleSetting('network-log.preserve-log'); } catch { return null; }
    };
    while (!registered()) await new Promise(resolve => setTimeout(resolve, 50));
    registered().set(true);
    const logs = await import('/devtools/models/logs/logs.js');
    globalThis.networkLog = logs.NetworkLog.NetworkLog.instance();
";

/// How many requests there were, or 0 while one is open.
const FINISHED: &str = "
    const requests = globalThis.networkLog.requests();
    return requests.every(request => request.finished || request.failed) ? requests.length : 0;
";

const EXPORT: &str = "
    const common = await import('/devtools/core/common/common.js');
    const har = await import('/devtools/models/har/har.js');
    let text = '';
    const stream = {write: async part => { text += part; }, close: async () => {}};
    const requests = globalThis.networkLog.requests();
    await har.Writer.Writer.write(stream, requests, {sanitize: {sanitize}}, new common.Progress.Progress());
    return text;
";
