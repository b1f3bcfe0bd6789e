//! The bundle's HAR files in the browsers' own developer tools, which a receiver may open them with.

use std::fs;

use fivetwenty_harness::browsers::chromium::{self, REMOTE_ORIGINS};
use fivetwenty_harness::browsers::firefox::{self, NETWORK_PANEL};
use serde_json::{Map, Value, json};
use xtask::browsers::{Chromium, Firefox};
use xtask::run::Steps;

use crate::page::{command_line_bundle, recorded, sample, scratch};

/// What an importer made of a file: method, URL and status of each request.
const OF_EACH: &str = "JSON.stringify(requests.map(request => [request.method, request.url, request.status]))";

/// Runs in the front end of the developer tools.
const CHROMIUM: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        const har = await import('/devtools/models/har/har.js');
        const {log} = new har.HARFormat.HARRoot(JSON.parse(arguments[0]));
        const requests = har.Importer.Importer.requestsFromHARLog(log)
            .map(request => ({method: request.requestMethod, url: request.url(), status: request.statusCode}));
        return {OF_EACH};
    })().then(done, error => done(String(error?.stack ?? error)));
";

/// Runs in the browser's own window, with its Network panel.
const FIREFOX: &str = "
    const {actions} = await toolbox.getNetMonitorAPI();
    const {HarImporter} = require('devtools/client/netmonitor/src/har/har-importer');
    const all = [];
    for (const text of given) {
        new HarImporter(actions).import(text);
        const requests = store.getState().requests.requests;
        all.push({OF_EACH});
    }
    return all;
";

/// Captures of the sample and of a case with cookies, bodies and failures: as they were recorded, and as they are in a bundle. Each with the
/// method, URL and status of its entries.
fn files() -> Vec<(String, Value)> {
    let cases = [sample(), recorded("empty-reply")];
    let bundled = cases.iter().enumerate().flat_map(|(number, [proxied, direct])| {
        let folder = scratch(&format!("importers-{number}")).join("bundle");
        command_line_bundle(proxied, direct, &folder);
        ["proxied.har", "direct.har"].map(|name| folder.join(name))
    });
    let text = |path| fs::read_to_string(path).expect("the capture is text");
    let with_entries = |text: String| {
        let har: Value = serde_json::from_str(&text).expect("it is JSON");
        let entries = har["log"]["entries"].as_array().expect("it has entries").iter();
        let each = entries.map(|entry| json!([entry["request"]["method"], entry["request"]["url"], entry["response"]["status"]]));
        let each = each.collect();
        (text, each)
    };
    bundled.map(text).map(with_entries).collect()
}

/// Broken by a redacted file of which Chromium's developer tools import less than it has, or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn chromium_imports_what_is_in_a_bundle() {
    let found = Chromium::find().expect("a browser is set up");
    let browser = chromium::Browser::start(&found, &[REMOTE_ORIGINS.to_owned()]).await.expect("the browser starts");
    browser.open_developer_tools().await.expect("the browser ships its developer tools");
    for (text, each) in files() {
        let imported = browser.execute_async(CHROMIUM.replace("{OF_EACH}", OF_EACH), vec![json!(text)]).await.expect("it answers");
        let imported = imported.json().as_str().expect("a text").to_owned();
        assert_eq!(serde_json::from_str::<Value>(&imported).unwrap_or(json!(imported)), each);
    }
    browser.end().await.expect("it ends");
}

/// Broken by a redacted file of which Firefox's developer tools import less than it has, or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn firefox_imports_what_is_in_a_bundle() {
    let found = Firefox::set_up(&mut Steps::default()).expect("a browser is set up");
    let browser = firefox::Browser::start(&found, &Map::new(), Map::new()).await.expect("the browser starts");
    let (texts, wanted): (Vec<String>, Vec<Value>) = files().into_iter().unzip();
    let imported = browser.run_privileged(&format!("{NETWORK_PANEL} {}", FIREFOX.replace("{OF_EACH}", OF_EACH)), json!(texts)).await;
    let imported = imported.expect("it imports them");
    let imported: Vec<Value> = imported
        .as_array()
        .expect("one for each file")
        .iter()
        .map(|text| serde_json::from_str(text.as_str().expect("a text")).expect("it is JSON"))
        .collect();
    browser.end().await.expect("it ends");
    assert_eq!(imported, wanted);
}
