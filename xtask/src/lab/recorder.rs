//! A visit to the shop in a real browser, as the browser's own developer tools export it.
//!
//! The export is not rebuilt from events: a second tab opens the DevTools front end that the browser itself ships, attached to the
//! first tab, and its own network log and HAR writer are asked, as its "Export HAR" button asks them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::browser::{Browser, Chromium};

/// How often the visit asks for the order list.
pub const ATTEMPTS: usize = 3;

const SITE: &str = "shop.example";
const DEADLINE: Duration = Duration::from_secs(20);

/// Visits the shop at an address, under its own name, and returns the sanitised export, which is what people get by default.
///
/// # Errors
/// When the browser does not start, or the visit does not go as it should.
pub async fn record(chromium: &Chromium, address: SocketAddr) -> Result<String> {
    let flags = [
        format!("--host-resolver-rules=MAP {SITE} {address}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
        "--remote-allow-origins=*".to_owned(),
    ];
    let browser = Browser::start(chromium, &flags).await?;
    browser.set_script_timeout(DEADLINE).await?;
    let shop = browser.window().await?;
    let tools = browser.new_tab().await?;
    browser.switch_to_window(tools.clone()).await?;
    browser.goto(front_end(browser.debugger()?, &shop.to_string())).await?;
    tell(&browser, PRESERVE_LOG).await?;

    browser.switch_to_window(shop).await?;
    browser.goto(format!("http://{SITE}/")).await?;
    for attempt in 1..=ATTEMPTS {
        until(&browser, ATTEMPTED, json!(attempt)).await?;
        if attempt < ATTEMPTS {
            browser.execute("document.querySelector('#again').click()", vec![]).await?;
        }
    }

    browser.switch_to_window(tools).await?;
    until(&browser, ALL_FINISHED, json!(ATTEMPTS)).await?;
    match tell(&browser, EXPORT).await? {
        Value::String(har) => Ok(har + "\n"),
        other => bail!("the developer tools exported {other}"),
    }
}

fn front_end(debugger: &str, target: &str) -> String {
    format!("http://{debugger}/devtools/inspector.html?ws={debugger}/devtools/page/{target}&panel=network")
}

/// Runs a script in the developer tools; it resolves to a value.
async fn tell(browser: &Browser, script: &str) -> Result<Value> {
    let script = format!(
        "const done = arguments[arguments.length - 1];\n(async () => {{ {script} }})()\
         .then(value => done({{value: value ?? null}}), error => done({{error: String(error?.stack ?? error)}}));"
    );
    let answer = browser.execute_async(script, vec![]).await?.json().clone();
    match answer.get("error") {
        Some(error) => bail!("the developer tools failed: {error}"),
        None => Ok(answer["value"].clone()),
    }
}

/// Waits until a script returns true.
async fn until(browser: &Browser, script: &str, argument: Value) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < DEADLINE {
        let met = browser.execute(script, vec![argument.clone()]).await.context("cannot ask the page")?;
        if met.json() == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("nothing came of `{}` within {DEADLINE:?}", script.trim())
}

const PRESERVE_LOG: &str = "
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

const ATTEMPTED: &str = "return document.querySelector('#orders')?.dataset.attempts == arguments[0]";

const ALL_FINISHED: &str = "
    const requests = globalThis.networkLog.requests();
    const orders = requests.filter(request => request.url().includes('/api/orders'));
    return orders.length >= arguments[0] && requests.every(request => request.finished || request.failed);
";

const EXPORT: &str = "
    const common = await import('/devtools/core/common/common.js');
    const har = await import('/devtools/models/har/har.js');
    let text = '';
    const stream = {write: async part => { text += part; }, close: async () => {}};
    const requests = globalThis.networkLog.requests();
    await har.Writer.Writer.write(stream, requests, {sanitize: true}, new common.Progress.Progress());
    return text;
";
