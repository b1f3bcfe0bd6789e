//! The files to send, and the texts beside them.

use std::collections::BTreeMap;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use xtask::seal::BUNDLER;

use crate::page::{Page, WATCH_WORKERS, command_line_bundle, gated, recorded, sample, scratch};

/// The browser's own file system stands for the folder that a person chooses: a handle is a handle. Where it has none, as `WebKitGTK`, a list
/// of what is written does.
const CHOOSE: &str = "
    const files = new Map();
    const handle = name => ({
        getFile: async () => files.get(name),
        createWritable: async () => ({write: async blob => { files.set(name, blob); }, close: async () => {}}),
    });
    const list = {
        name: '',
        getFileHandle: async name => handle(name),
        entries: async function* () { for (const name of files.keys()) yield [name, handle(name)]; },
    };
    window.showDirectoryPicker = async () => await navigator.storage?.getDirectory?.() ?? list;";

/// What is in that folder, in Base64.
const SAVED: &str = r"
    const files = {};
    for await (const [name, handle] of (await showDirectoryPicker()).entries()) {
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        files[name] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    }
    return files;
";

async fn with_sample() -> Page {
    let [proxied, direct] = sample();
    let page = Page::open().await;
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page
}

async fn pack(page: &Page) {
    page.at("send").await;
    page.click("#pack").await;
    page.until("the files are there", "return document.querySelector('#bundle-files') !== null", &[]).await;
}

/// Broken by a byte in which the saved files differ from the command line's, by a file more or less, by a bundle that gives another verdict
/// when it is opened again, and by anything that the browser complains of.
#[tokio::test(flavor = "multi_thread")]
async fn the_saved_bundle_is_the_command_lines() {
    let page = with_sample().await;
    page.run(CHOOSE, &[]).await;
    pack(&page).await;
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    let saved = page.run_async(SAVED, &[]).await;
    let saved: BTreeMap<String, Vec<u8>> = saved
        .as_object()
        .expect("files by their names")
        .iter()
        .map(|(name, text)| (name.clone(), STANDARD.decode(text.as_str().expect("a text")).expect("Base64")))
        .collect();

    let [proxied, direct] = sample();
    let folder = scratch("saved-bundle");
    command_line_bundle(&proxied, &direct, &folder);
    let written: BTreeMap<String, Vec<u8>> = fs::read_dir(&folder)
        .expect("the folder can be read")
        .map(|file| file.expect("a file").path())
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("it can be read")))
        .collect();
    assert!(saved.keys().eq(written.keys()), "{:?} {:?}", saved.keys(), written.keys());
    for (name, bytes) in &written {
        assert!(saved[name] == *bytes, "{name} is the same");
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());

    let again = Page::open().await;
    again.choose(&[&folder.join("direct.har"), &folder.join("proxied.har")]).await;
    again.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by a value that is shown before somebody asks for it, by one that stays though it was to be kept, and by a choice that cannot be
/// taken back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_replaced_is_reviewed_and_can_be_kept() {
    const SECRET: &str = "8c1f42d07be94a36";
    let page = with_sample().await;
    page.run(CHOOSE, &[]).await;
    pack(&page).await;
    page.run("document.querySelectorAll('#review, #review details').forEach((group) => { group.open = true })", &[]).await;
    let shown = "return document.querySelector('#review').textContent";
    let before = page.run(shown, &[]).await;
    let before = before.as_str().expect("a text");
    assert!(!before.contains(SECRET) && before.contains("[json sku #"), "{before}");
    let row = "const row = [...document.querySelectorAll('#review tr')].find((row) => row.textContent.includes('session'));";
    page.run(&format!("{row} row.querySelector('button').click()"), &[]).await;
    page.until_text("#review", SECRET).await;

    let kept = "return (await (await (await showDirectoryPicker()).getFileHandle('proxied.har')).getFile()).text()";
    page.run(&format!("{row} row.querySelector('input').click()"), &[]).await;
    page.until_text("#kept", "session").await;
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    assert!(page.run_async(kept, &[]).await.as_str().expect("a text").contains(SECRET), "what is kept is in the files");

    page.click("#kept button").await;
    page.until("it is replaced again", "return document.querySelector('#bundle-files') !== null && !document.querySelector('#kept')", &[])
        .await;
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    assert!(!page.run_async(kept, &[]).await.as_str().expect("a text").contains(SECRET), "what is replaced is not");
}

/// Broken by a value that leaves in one place though it was replaced in another, or that is shown unasked.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_somewhere_goes_everywhere() {
    const SECRET: &str = "Staple Battery 7731";
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let har = json!({"log": {"entries": [{
        "request": {"method": "GET", "url": "https://shop.example/", "headers": [header("Cookie", &format!("session={SECRET}"))]},
        // What was measured has a name, which stays beside a description that goes.
        "response": {"status": 520, "headers": [header("Server", "cloudflare"), header("Server-Timing", &format!("{SECRET};dur=5, who;desc=me"))]},
    }]}});
    let page = Page::open().await;
    page.run(CHOOSE, &[]).await;
    page.drop_files(&[("proxied.har", &har.to_string())]).await;
    page.element("#verdict").await;
    pack(&page).await;
    let shown = "return document.querySelector('.bundle').innerText.includes(arguments[0])";
    assert_eq!(page.run(shown, &[json!(SECRET)]).await, false);
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    let saved = page.run_async(SAVED, &[]).await;
    for (name, file) in saved.as_object().expect("files by their names") {
        let file = STANDARD.decode(file.as_str().expect("a text")).expect("Base64");
        assert!(!String::from_utf8_lossy(&file).contains("Staple"), "{name}");
    }
}

/// Broken by what makes the bundle being fetched before somebody wants one, or by a bundle that stays when a capture is taken away.
#[tokio::test(flavor = "multi_thread")]
async fn what_makes_the_bundle_comes_when_it_is_wanted() {
    let page = with_sample().await;
    let fetched = "return performance.getEntriesByType('resource').filter((entry) => entry.name.includes('bundler')).length";
    assert_eq!(page.run(fetched, &[]).await, 0);
    pack(&page).await;
    assert_eq!(page.run(fetched, &[]).await, 2);
    page.open_files().await;
    page.click(".file .remove").await;
    page.until("the bundle is gone", "return document.querySelector('#bundle-files') === null", &[]).await;
}

/// Broken by a bundle of the captures that were open when it was asked for, though others are open once what makes it has come: after a
/// new start, and after a capture was taken away.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_left_gets_no_bundle() {
    let (routes, gate) = gated(BUNDLER);
    let page = Page::open_with(routes).await;
    page.run(WATCH_WORKERS, &[]).await;
    page.run(CHOOSE, &[]).await;
    let bundlers = "return window.workers.filter(worker => worker.name === 'bundler').length";
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("send").await;
    page.click("#pack").await;
    page.start_over().await;
    let [proxied, direct] = recorded("malformed-nul");
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("malformed-response", "confirmed").await;
    page.at("send").await;
    page.click("#pack").await;
    page.open_files().await;
    page.click(".file .remove").await;
    page.until("no bundle is on its way", "return document.querySelector('#pack') !== null", &[]).await;
    // Both that were asked for come now, and the third, however often an engine asks.
    gate.add_permits(9);
    page.choose(&[&proxied]).await;
    page.until_verdict("malformed-response", "confirmed").await;
    pack(&page).await;
    assert_eq!(page.run(bundlers, &[]).await, 1, "only the case that is open has a bundler");
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    let saved = page.run_async(SAVED, &[]).await;
    let report = STANDARD.decode(saved["report.txt"].as_str().expect("a report")).expect("Base64");
    let report = String::from_utf8(report).expect("a text");
    assert!(report.contains("Cause:      malformed-response"), "{report}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a gap that is filled in one text and empty in another, by a value of the URL that cannot be unmasked or is unmasked unasked, by
/// what was tried that is not in the report, by a text that is copied otherwise than shown, or by what is lost with a reload, or stays after
/// a new start.
#[tokio::test(flavor = "multi_thread")]
async fn texts_are_filled_in_once() {
    let page = with_sample().await;
    page.grant_clipboard().await;
    page.at("send/support").await;
    page.element("#letter").await;
    let text = "return document.querySelector('#letter').textContent";
    let made = page.run(text, &[]).await;
    assert!(made.as_str().expect("a text").starts_with("Description\n"), "{made}");
    let write = "const field = document.querySelector(`[data-field=\"${arguments[0]}\"]`); field.value = arguments[1];
        field.dispatchEvent(new InputEvent('input', {bubbles: true}))";
    page.run(write, &[json!("What changed"), json!("Deployed 2.1 at 04:10 UTC")]).await;
    page.run(write, &[json!("What was tried"), json!("Purged the cache")]).await;
    let has = "return document.querySelector(arguments[0]).textContent.includes(arguments[1])";
    page.until("the gap is filled", has, &[json!("#letter"), json!("Deployed 2.1 at 04:10 UTC")]).await;
    page.until("the value is masked", has, &[json!("#letter"), json!("?page=[1 byte]&session=[16 bytes]")]).await;
    page.run("document.querySelector('#fill-in .value button').click()", &[]).await;
    page.until("one value is unmasked", has, &[json!("#letter"), json!("&session=[16 bytes]")]).await;
    page.until("it stands in the URL", "return /\\?page=\\w&/.test(document.querySelector('#letter').textContent)", &[]).await;
    page.run("[...document.querySelectorAll('#recipient label')].find((one) => one.textContent === 'Community').click()", &[]).await;
    page.until("the other text has it too", "return document.querySelector('#letter').textContent.includes('My question')", &[]).await;
    page.until("the other text has it too", has, &[json!("#letter"), json!("Deployed 2.1 at 04:10 UTC")]).await;
    page.click("#copy-letter").await;
    page.until_text("#copy-letter-status", "opied").await;
    assert_eq!(page.run("return location.hash", &[]).await, "#send/community");
    let shown = page.run(text, &[]).await;
    assert_eq!(page.clipboard().await, shown.as_str().expect("a text"));
    page.click(".leaving summary").await;
    page.until_text("#report-text", "What was tried").await;
    page.until_text("#report-text", "Purged the cache").await;
    let kept = page.run("return [JSON.stringify(sessionStorage), JSON.stringify(localStorage)]", &[]).await;
    assert!(kept[0].as_str().is_some_and(|kept| kept.contains("Purged the cache") && !kept.contains("session=")), "{kept}");
    assert!(kept[1].as_str().is_some_and(|kept| !kept.contains("Purged")), "{kept}");
    page.run("location.reload()", &[]).await;
    page.until("the page is loaded again", "return document.querySelector('#try-sample') !== null", &[]).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("send/support").await;
    page.until("it is there after a reload", has, &[json!("#letter"), json!("Deployed 2.1 at 04:10 UTC")]).await;
    page.until("the value is masked again", has, &[json!("#letter"), json!("?page=[1 byte]&session=[16 bytes]")]).await;
    page.start_over().await;
    page.until("nothing is kept", "return !JSON.stringify(sessionStorage).includes('Purged')", &[]).await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a sample that is taken for somebody's site, on the page, in a report, in a text or in a file to send.
#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_called_one() {
    const SAMPLE: &str = "Sample: captures of a test server, not your site";
    let page = Page::open().await;
    page.click("#try-sample").await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.until_text("#verdict .sample", "Sample").await;
    page.at("send").await;
    page.until_text("#report-text", SAMPLE).await;
    page.until("the text says so", "return document.querySelector('#letter').textContent.includes(arguments[0])", &[json!(SAMPLE)]).await;
    page.run(CHOOSE, &[]).await;
    pack(&page).await;
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    let saved = page.run_async(SAVED, &[]).await;
    for name in ["summary.txt", "report.txt", "report.html", "support.txt"] {
        let text = STANDARD.decode(saved[name].as_str().expect("a file")).expect("Base64");
        assert!(String::from_utf8_lossy(&text).contains(SAMPLE), "{name}");
    }
}

/// Broken by a wish that is not granted, that cannot be saved and used again, or that cannot be taken back; and by a file that
/// is none and goes unnoticed or undoes what was chosen.
#[tokio::test(flavor = "multi_thread")]
async fn the_persons_rules_are_kept_in_a_file() {
    let page = with_sample().await;
    page.run(CHOOSE, &[]).await;
    pack(&page).await;
    // What the page has the browser download is kept for the test to read.
    let watch = "window.made = []; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { if (blob.type !== 'text/javascript') window.made.push(blob); return make(blob); };
        HTMLAnchorElement.prototype.click = () => {}";
    page.run(watch, &[]).await;
    let ask = "document.querySelector('#also-redact select').value = 'header'; document.querySelector('#more-name').value = 'Server';
        document.querySelector('#also-redact button[type=submit]').click()";
    page.run(ask, &[]).await;
    page.until_text("#added", "Server").await;
    page.click("#save-all").await;
    page.until_text("#saved", "Saved in the folder").await;
    let redacted = "return (await (await (await showDirectoryPicker()).getFileHandle('direct.har')).getFile()).text()";
    let text = page.run_async(redacted, &[]).await;
    assert!(!text.as_str().expect("a text").contains("nginx/"), "the server's name is replaced");

    page.click("#save-rules").await;
    page.until("the rules", "return window.made.length === 1", &[]).await;
    let rules = page.run_async("return window.made[0].text()", &[]).await;
    let rules = rules.as_str().expect("a text").to_owned();
    assert!(rules.contains("\"Server\""), "{rules}");
    page.click("#added button").await;
    page.until("it is gone", "return document.querySelector('#bundle-files') !== null && !document.querySelector('#added')", &[]).await;
    page.run("document.querySelector('#review').open = true", &[]).await;

    let file = scratch("rules").join("redaction.json");
    fs::write(&file, rules).expect("it can be written");
    page.element("#read-rules").await.send_keys(file.to_string_lossy()).await.expect("a file can be chosen");
    page.until_text("#added", "Server").await;
    fs::write(&file, "no rules").expect("it can be written");
    page.element("#read-rules").await.send_keys(file.to_string_lossy()).await.expect("a file can be chosen");
    page.until_text("#not-packed", "Not a file of rules").await;
    // What was chosen before holds still.
    page.click("#not-packed button").await;
    page.until_text("#added", "Server").await;
}

/// Broken by files that are offered though a named text stands in them, by a block without its place, and by one that cannot be undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_block_says_where_and_is_undone() {
    let page = with_sample().await;
    pack(&page).await;
    // A number of the format itself: it is found, and cannot be replaced.
    page.run("document.querySelector('#more-name').value = '200'; document.querySelector('#also-redact button[type=submit]').click()", &[])
        .await;
    page.until_text("#still-there", "proxied.har").await;
    page.until_text("#still-there", "entry 0").await;
    assert_eq!(page.run("return document.querySelector('#bundle-files') === null", &[]).await, true);
    page.click("#added button").await;
    page.until("the files are there", "return document.querySelector('#bundle-files') !== null", &[]).await;
}
