//! What people copy from browsers: error pages, whole and as they are read on the screen, and headers from the developer tools.
//!
//! The text of a page is what "select all" and "copy" give. Headers are what the developer tools' own code puts on the clipboard, in
//! Chromium asked as its menu asks it, in Firefox read back from the clipboard.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use fivetwenty_harness::browsers::chromium::REMOTE_ORIGINS;
use fivetwenty_harness::browsers::firefox::NETWORK_PANEL;
use fivetwenty_harness::browsers::{chromium, firefox, webkit};
use serde_json::{Map, Value, json};
use xtask::browsers::{Chromium, Firefox, WebKit};
use xtask::run::{Steps, on_path};

use super::stage::Stage;
use super::{Sample, facts};
use crate::recorders::chromium::{PRESERVE_LOG, in_tools};
use crate::recorders::firefox::OPEN;

/// Every error that the edge makes by itself.
const CODES: [u16; 18] = [500, 502, 504, 520, 521, 522, 523, 524, 525, 526, 1000, 1001, 1015, 1016, 1020, 1033, 1101, 1102];

/// Errors of which the older page is wanted, too.
const OLD: [u16; 4] = [520, 521, 522, 525];

/// The errors whose JSON and Markdown are wanted.
const STRUCTURED: [u16; 8] = [500, 520, 522, 525, 1015, 1016, 1020, 1033];

/// Writes them with every browser that is there.
pub(super) async fn make(stage: &Stage) -> Result<usize> {
    let mut count = pages(stage)?;
    match Chromium::find() {
        Ok(found) => count += in_chromium(stage, &found).await?,
        Err(missing) => println!("· Chromium: skipped, {missing:#}"),
    }
    if on_path("firefox-esr").or_else(|| on_path("firefox")).is_some() {
        count += in_firefox(stage, &Firefox::set_up(&mut Steps::default())?).await?;
    } else {
        println!("· Firefox: skipped, it is not installed");
    }
    if on_path("WebKitWebDriver").is_some() {
        count += in_webkit(stage, &WebKit::set_up(&mut Steps::default())?).await?;
    } else {
        println!("· WebKit: skipped, WebKitWebDriver is not installed");
    }
    Ok(count)
}

/// Error pages as they come over the wire, saved or copied from the page's source.
fn pages(stage: &Stage) -> Result<usize> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    let mut want = |name: String, accept: &str, url: String| {
        wanted.push((name, format!("curl -s -H 'Accept: {accept}' {url}")));
    };
    for code in CODES {
        let page = if code < 1000 { "page" } else { "old-page" };
        want(format!("{code}-{page}"), "text/html", format!("https://shop.example/cdn-cgi/error/{code}"));
    }
    for code in OLD {
        want(format!("{code}-old-page"), "text/html", format!("https://blog.example/cdn-cgi/error/{code}"));
    }
    for code in STRUCTURED {
        want(format!("{code}-json"), "application/json", format!("https://shop.example/cdn-cgi/error/{code}"));
        want(format!("{code}-markdown"), "text/markdown", format!("https://shop.example/cdn-cgi/error/{code}"));
    }
    for code in [520, 522, 1016, 1020] {
        want(format!("{code}-plain"), "*/*", format!("https://shop.example/cdn-cgi/error/{code}"));
    }
    want("520-custom-page".to_owned(), "text/html", "https://desk.example/cdn-cgi/error/520".to_owned());
    want("origins-500".to_owned(), "text/html", "https://shop.example/broken".to_owned());
    let count = wanted.len();
    for (name, command) in wanted {
        stage.take_exchanges();
        let text = stage.read(&command)?;
        write(stage, "error-page", name, text, "/")?;
    }
    // A cookie of 2019 that names an error; its Ray ID is that of a page just asked for.
    stage.read("curl -s -o /dev/null https://shop.example/cdn-cgi/error/520")?;
    let (exchange, _) = stage.take_exchanges().pop().context("the edge was not asked")?;
    let (ray, colo) = exchange.ray.context("the edge gave no Ray ID")?;
    let fact = || {
        let mut fact = Map::new();
        fact.insert("error_code".to_owned(), json!(520));
        fact.insert("ray".to_owned(), json!(ray));
        fact.insert("colo".to_owned(), json!(colo));
        fact
    };
    for (name, text) in [
        ("cookie-request", format!("cookie: shop_session=8c1f42d07be94a36; cf_use_ob=443; cf_ob_info=520:{ray}:{colo}\n")),
        (
            "cookie-set",
            format!(
                "set-cookie: cf_ob_info=520:{ray}:{colo}; path=/; expires=Sat, 21-Nov-26 18:00:30 GMT\nset-cookie: cf_use_ob=443; path=/; expires=Sat, 21-Nov-26 18:00:30 GMT\n"
            ),
        ),
        ("cookie-alone", format!("cf_ob_info=520:{ray}:{colo}")),
    ] {
        Sample { kind: "error-page", name: name.to_owned(), text, facts: vec![fact()], ..Sample::default() }.write()?;
    }
    Ok(count + 3)
}

/// Writes a text with what the edge noted about the requests whose target begins like this.
fn write(stage: &Stage, kind: &'static str, name: String, text: String, under: &str) -> Result<()> {
    let exchanges = stage.take_exchanges();
    let facts: Vec<_> = exchanges
        .iter()
        .filter(|(exchange, _)| {
            exchange.target.starts_with(under) && !exchange.target.contains("favicon") && !exchange.target.contains("/styles/")
        })
        .map(|(exchange, server)| facts::of_exchange(&text, exchange, *server))
        .collect();
    ensure!(!facts.is_empty() && !text.is_empty(), "{kind}/{name} is about nothing");
    println!("· {kind}/{name}");
    Sample { kind, name, text, facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(), ..Sample::default() }.write()
}

/// What "select all" and "copy" give.
const VISIBLE: &str = "document.execCommand('selectAll'); return getSelection().toString();";

async fn in_chromium(stage: &Stage, found: &Chromium) -> Result<usize> {
    let flags = [REMOTE_ORIGINS, "--ignore-certificate-errors"].map(str::to_owned);
    let browser = chromium::Browser::start(found, &flags).await?;
    let done = with_chromium(stage, &browser).await;
    browser.end().await?;
    done
}

async fn with_chromium(stage: &Stage, browser: &chromium::Browser) -> Result<usize> {
    browser.set_script_timeout(Duration::from_mins(1)).await?;
    let mut count = 0;
    for (name, url) in visible() {
        stage.take_exchanges();
        browser.goto(&url).await?;
        let text = browser.execute(VISIBLE, vec![]).await?.json().as_str().unwrap_or_default().to_owned();
        write(stage, "error-page", format!("{name}-screen-chromium"), text, "/cdn-cgi/error/")?;
        count += 1;
    }
    let tabs = browser.open_developer_tools().await?;
    in_tools(browser, PRESERVE_LOG).await?;
    for (name, url) in ASKED {
        browser.switch_to_window(tabs.page.clone()).await?;
        stage.take_exchanges();
        browser.goto(url).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        browser.switch_to_window(tabs.tools.clone()).await?;
        let Value::Object(copied) = in_tools(browser, &COPY_CHROMIUM.replace("{url}", url)).await? else {
            bail!("the developer tools copied nothing");
        };
        let exchanges = stage.take_exchanges();
        let (exchange, server) =
            exchanges.iter().find(|(exchange, _)| url.ends_with(&exchange.target)).context("the edge was not asked")?;
        for (what, text) in &copied {
            let text = text.as_str().with_context(|| format!("{what}: {text}"))?;
            let facts = vec![facts::of_exchange(text, exchange, *server)];
            Sample { kind: kind_of(what), name: format!("chromium-{what}-{name}"), text: text.to_owned(), facts, ..Sample::default() }
                .write()?;
            println!("· headers/chromium-{what}-{name}");
            count += 1;
        }
    }
    Ok(count)
}

/// Pages whose text is copied from the screen.
fn visible() -> Vec<(String, String)> {
    let mut pages: Vec<_> = CODES.iter().map(|code| (code.to_string(), format!("https://shop.example/cdn-cgi/error/{code}"))).collect();
    pages.extend(OLD.iter().map(|code| (format!("{code}-old"), format!("https://blog.example/cdn-cgi/error/{code}"))));
    pages
}

/// What headers are copied of.
const ASKED: [(&str, &str); 4] = [
    ("520-h2", "https://shop.example/api/orders"),
    ("520-http1", "http://shop.example/api/orders"),
    ("good-h2", "https://shop.example/"),
    ("1016-h2", "https://shop.example/cdn-cgi/error/1016"),
];

/// Copies by the menu's own code, and reads the pane of headers row by row, as a selection of it reads.
const COPY_CHROMIUM: &str = r"
    const network = await import('/devtools/panels/network/network.js');
    const host = await import('/devtools/core/host/host.js');
    const request = globalThis.networkLog.requests().findLast(request => request.url() === '{url}');
    const copied = {};
    const panel = network.NetworkPanel.NetworkPanel.instance();
    const view = panel.networkLogView;
    const instance = host.InspectorFrontendHost.InspectorFrontendHostInstance;
    const through = async work => {
        let text = null;
        const before = instance.copyText;
        instance.copyText = given => { text = given; };
        await work();
        instance.copyText = before;
        return text;
    };
    const own = name => (view[name] ?? view.constructor[name]).bind(view[name] ? view : view.constructor);
    copied['copy-response'] = await through(() => own('copyResponseHeaders')(request));
    copied['copy-curl'] = await through(() => own('copyCurlCommand')(request, 'unix'));
    copied['copy-curl-windows'] = await through(() => own('copyCurlCommand')(request, 'win'));
    copied['copy-powershell'] = await through(() => own('copyPowerShellCommand')(request));
    copied['copy-fetch'] = await through(() => own('copyFetchCall')(request, 0));
    const ui = await import('/devtools/ui/legacy/legacy.js');
    await ui.ViewManager.ViewManager.instance().showView('network');
    await panel.selectAndActivateRequest(request, 'headers-component');
    await new Promise(resolve => setTimeout(resolve, 1200));
    const left = ['STYLE', 'SCRIPT', 'TEMPLATE', 'BUTTON', 'INPUT', 'DEVTOOLS-BUTTON', 'DEVTOOLS-ICON', 'DEVTOOLS-CHECKBOX'];
    const read = root => {
        const rows = [];
        const walk = node => {
            if (node.nodeType === Node.TEXT_NODE) {
                const text = node.textContent.trim();
                const style = node.parentElement && getComputedStyle(node.parentElement).textTransform;
                if (text) rows.push(style === 'capitalize' ? text.replace(/(^|[\s-])[a-z]/g, first => first.toUpperCase()) : text);
            } else if (node.nodeType !== Node.COMMENT_NODE && !left.includes(node.nodeName)) {
                const inside = node.nodeName === 'SLOT' ? node.assignedNodes() : (node.shadowRoot ?? node).childNodes;
                for (const child of inside) walk(child);
            }
        };
        walk(root);
        return rows.join('\n').replace(/\n\(\n(\d+)\n\)/g, ' ($1)');
    };
    const find = node => node.nodeName === 'DEVTOOLS-RESPONSE-HEADER-SECTION' ? node
        : [...(node.shadowRoot?.children ?? []), ...(node.children ?? [])].reduce((found, child) => found ?? find(child), null);
    let pane = find(document.body);
    while (pane && !read(pane).includes('Request URL')) pane = pane.parentNode ?? pane.host;
    copied['pane'] = read(pane) + '\n';
    for (const name of Object.keys(copied)) if (!copied[name]) delete copied[name];
    return copied;
";

async fn in_firefox(stage: &Stage, found: &Firefox) -> Result<usize> {
    let preferences: Map<String, Value> = [
        ("network.trr.mode", json!(5)),
        ("network.dns.native_https_query", json!(false)),
        ("network.manage-offline-status", json!(false)),
        ("network.http.http3.enable", json!(false)),
        ("dom.security.https_first", json!(false)),
        ("dom.security.https_first_schemeless", json!(false)),
        ("browser.http.blank_page_with_error_response.enabled", json!(false)),
        ("devtools.netmonitor.persistlog", json!(true)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let capabilities = Map::from_iter([("acceptInsecureCerts".to_owned(), json!(true))]);
    let browser = firefox::Browser::start(found, &preferences, capabilities).await?;
    let done = with_firefox(stage, &browser).await;
    browser.end().await?;
    done
}

async fn with_firefox(stage: &Stage, browser: &firefox::Browser) -> Result<usize> {
    browser.set_script_timeout(Duration::from_mins(1)).await?;
    let mut count = 0;
    for (name, url) in visible() {
        stage.take_exchanges();
        browser.run_privileged(OPEN, json!(url)).await?;
        let text = browser.execute(VISIBLE, vec![]).await?.json().as_str().unwrap_or_default().to_owned();
        write(stage, "error-page", format!("{name}-screen-firefox"), text, "/cdn-cgi/error/")?;
        count += 1;
    }
    browser.run_privileged(NETWORK_PANEL, Value::Null).await.context("cannot open the developer tools")?;
    for (name, url) in ASKED {
        stage.take_exchanges();
        browser.run_privileged(OPEN, json!(url)).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let script = format!("{NETWORK_PANEL} {COPY_FIREFOX}");
        let Value::Object(copied) = browser.run_privileged(&script, json!(url)).await? else { bail!("the developer tools copied nothing") };
        let exchanges = stage.take_exchanges();
        let (exchange, server) =
            exchanges.iter().find(|(exchange, _)| url.ends_with(&exchange.target)).context("the edge was not asked")?;
        for (what, text) in &copied {
            let text = text.as_str().with_context(|| format!("{what}: {text}"))?;
            let facts = vec![facts::of_exchange(text, exchange, *server)];
            Sample { kind: kind_of(what), name: format!("firefox-{what}-{name}"), text: text.to_owned(), facts, ..Sample::default() }
                .write()?;
            println!("· headers/firefox-{what}-{name}");
            count += 1;
        }
    }
    Ok(count)
}

/// WebKit's inspector has no driver, so here it is the pages alone.
async fn in_webkit(stage: &Stage, found: &WebKit) -> Result<usize> {
    let browser = webkit::Browser::start(found, Map::new()).await?;
    let mut count = 0;
    for (name, url) in visible() {
        stage.take_exchanges();
        browser.goto(&url).await?;
        let text = browser.execute(VISIBLE, vec![]).await?.json().as_str().unwrap_or_default().to_owned();
        write(stage, "error-page", format!("{name}-screen-webkit"), text, "/cdn-cgi/error/")?;
        count += 1;
    }
    browser.end().await?;
    Ok(count)
}

/// Copies by the menu's own code, and reads the clipboard.
const COPY_FIREFOX: &str = "
    const Menu = require('devtools/client/netmonitor/src/widgets/RequestListContextMenu');
    const request = store.getState().requests.requests.findLast(request => request.url === given);
    const menu = new Menu({connector});
    const read = () => {
        const transferable = Cc['@mozilla.org/widget/transferable;1'].createInstance(Ci.nsITransferable);
        transferable.init(null);
        transferable.addDataFlavor('text/plain');
        Services.clipboard.getData(transferable, Services.clipboard.kGlobalClipboard);
        const text = {};
        transferable.getTransferData('text/plain', text);
        return text.value.QueryInterface(Ci.nsISupportsString).data;
    };
    const copied = {};
    await menu.copyResponseHeaders(request.id, request.responseHeaders);
    copied['copy-response'] = read();
    await menu.copyRequestHeaders(request.id, request);
    copied['copy-request'] = read();
    const {id, url, method, httpVersion, requestHeaders, requestPostData, responseHeaders} = request;
    await menu.copyAsCurl(id, url, method, httpVersion, requestHeaders, requestPostData, responseHeaders, 'Linux');
    copied['copy-curl'] = read();
    await menu.copyAsPowerShell(request);
    copied['copy-powershell'] = read();
    const actions = require('devtools/client/netmonitor/src/actions/index');
    store.dispatch(actions.selectRequest(request.id));
    store.dispatch(actions.openNetworkDetails(true));
    await new Promise(resolve => setTimeout(resolve, 1000));
    const {document} = toolbox.getCurrentPanel().panelWin;
    const pane = document.querySelector('#headers-panel') ?? document.querySelector('.headers-overview');
    if (pane) {
        const selection = document.defaultView.getSelection();
        selection.selectAllChildren(pane);
        copied['pane'] = selection.toString();
        selection.removeAllRanges();
    }
    return copied;
";

/// A request copied as a command is one of curl's, with no answer in it.
fn kind_of(what: &str) -> &'static str {
    if what.starts_with("copy-curl") { "curl" } else { "headers" }
}
