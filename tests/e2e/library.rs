//! The library in other pages and in Node: the package that `cargo xtask npm` writes, under the strictest policy that it can do with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fivetwenty_harness::browsers::Engine;
use serde_json::{Value, json};
use tower_http::services::ServeDir;
use xtask::run::{self, Steps};
use xtask::{node, npm};

use crate::logs::{gzip, lines, records, write};
use crate::page::{Page, copy_files, engine, program, recorded, sample, scratch};

/// The time in every report of these tests.
const NOW: &str = "2026-12-01T00:00:00Z";

/// What the README tells hosts to send, and no more.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/// A page that has the library, and nothing else.
const BARE: &str =
    "<!doctype html><html lang=en><title>A page</title><script type=module src=/bare.js></script><main><h1>A page</h1></main>";

/// Functions for the tests. They are the page's own: an engine may keep the objects of a driver's scripts apart from those of the page.
const SCRIPT: &str = "
    import {diagnose, redact, toText} from '/fivetwenty/index.js';
    import '/fivetwenty/element.js';

    window.failed = [];
    addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) => {
        // What a browser asks for by itself is not the library's.
        if (!blockedURI.endsWith('/favicon.ico')) window.failed.push(violatedDirective + ' ' + blockedURI);
    });

    window.workers = [];
    window.Worker = class extends Worker {
        constructor(...words) { super(...words); window.workers.push(this); }
        terminate() { this.ended = true; super.terminate(); }
    };

    const file = (given) => given && new File([Uint8Array.from(atob(given[1]), (letter) => letter.charCodeAt(0))], given[0]);
    const files = (given) => {
        const {proxied, direct, after, files = [], texts = []} = given;
        return {
            proxied: file(proxied), direct: file(direct), after: file(after), files: files.map(file), texts: texts.map(file),
            now: given.now,
        };
    };
    const kind = (error) => ({name: error.name, is: error instanceof Error, code: error.code, message: error.message, file: error.file});

    window.report = async (given) => {
        const report = await diagnose(files(given));
        return [JSON.stringify(report, null, 2) + '\\n', toText(report)];
    };
    window.bundle = async (given, rules) => {
        const {files: made, unmatched} = await redact(files(given), rules);
        const contents = await Promise.all(made.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())]));
        const letters = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
        return [contents.map(([name, bytes]) => [name, btoa(letters(bytes))]), unmatched];
    };
    window.refusal = (given, rules) => (rules ? redact(files(given), rules) : diagnose(files(given))).then(() => null, kind);
    window.wrong = (given, options) => diagnose(given, options).then(() => null, kind);

    const entry = JSON.stringify({
        startedDateTime: '2026-11-21T00:00:00Z', time: 1, request: {method: 'GET', url: 'http://a.example/', headers: []},
        response: {status: 200, headers: [], content: {size: 1, text: 'x'.repeat(20000)}},
    });
    window.large = (megabytes) => new File(['{\"log\":{\"entries\":[', ...Array(megabytes).fill((entry + ',').repeat(50)), '{}]}}'], 'large.har');
    window.followed = async (megabytes) => {
        const told = [];
        const began = performance.now();
        const report = await diagnose({proxied: large(megabytes)}, {onProgress: ({loaded, total}) => told.push([loaded, total])});
        return {told, size: large(megabytes).size, entries: report.captures.proxied.entries, ms: performance.now() - began};
    };
    window.aborted = async (megabytes) => {
        const control = new AbortController();
        let at = 0;
        const onProgress = () => { at ||= performance.now(); control.abort(); };
        const error = await diagnose({files: [large(megabytes)]}, {signal: control.signal, onProgress}).then(() => null, (error) => error);
        return {...kind(error), reason: error === control.signal.reason, ms: performance.now() - at, ended: workers.map(({ended}) => ended)};
    };

    const element = document.createElement('fivetwenty-report');
    document.querySelector('main').append(element);
    window.show = (report) => { element.report = report; return element.shadowRoot.textContent; };
    window.drop = (given) => new Promise((resolve) => {
        element.setAttribute('drop', '');
        for (const type of ['fivetwenty-report', 'fivetwenty-error']) document.addEventListener(type, ({detail}) => resolve([
            type, detail.report?.verdict.cause ?? detail.error.message, element.shadowRoot.textContent,
        ]), {once: true});
        const transfer = new DataTransfer();
        for (const one of given) transfer.items.add(file(one));
        element.shadowRoot.querySelector('.field').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
    });
    window.made = () => [...element.shadowRoot.querySelectorAll('script, img, svg, iframe, style, [style], [onerror], [onload]')].map((one) => one.outerHTML);
    window.ready = true;";

/// Serves the package beside the examples, and a page that has nothing but the library, under a policy.
fn host(policy: &'static str) -> Router {
    let bare = async || Html(BARE);
    let script = async || ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT);
    let policy = move |mut response: Response| {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        std::future::ready(response)
    };
    Router::new()
        .route("/bare", get(bare))
        .route("/bare.js", get(script))
        .nest_service("/fivetwenty", ServeDir::new(npm::folder()))
        .fallback_service(ServeDir::new(examples()))
        .layer(axum::middleware::map_response(policy))
}

fn examples() -> PathBuf {
    run::root().join("crates/js/examples")
}

/// The page that has nothing but the library.
async fn bare() -> Page {
    bare_under(POLICY).await
}

async fn bare_under(policy: &'static str) -> Page {
    let page = Page::start(host(policy), &[]).await;
    page.browser.goto(format!("{}/bare", page.origin())).await.expect("the page is served");
    page.until("the library is there", "return window.ready === true", &[]).await;
    page
}

/// A file for a script: its name and its bytes.
fn given(path: &Path) -> Value {
    json!([path.file_name().expect("a name").to_string_lossy(), STANDARD.encode(fs::read(path).expect("the file is there"))])
}

/// What the command line prints as JSON, or its error.
fn command_line(arguments: &[(&str, &Path)]) -> Result<String, String> {
    let mut program = Command::new(program());
    for (name, path) in arguments {
        program.arg(name).arg(path);
    }
    let done = program.args(["--now", NOW, "--format", "json"]).output().expect("the command line starts");
    let [out, error] = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).expect("it prints text"));
    if done.status.success() { Ok(out) } else { Err(error) }
}

/// A text that a person pasted.
fn pasted() -> PathBuf {
    run::root().join("tests/data/pasted/curl/direct-1-http09.txt")
}

/// Broken by any byte in which the library's report differs from the command line's: a number written otherwise, a map for an object, a
/// member in another place, or a letter that is not ASCII.
#[tokio::test(flavor = "multi_thread")]
async fn the_librarys_report_is_the_command_lines() {
    let page = bare().await;
    let folder = scratch("library-report");
    let foreign = folder.join("größe ☁ 520.har");
    let [proxied, direct] = sample();
    fs::copy(&proxied, &foreign).expect("it can be copied");
    let [large, unlike] = recorded("headers-132k-cookies");
    let [late, soon] = recorded("http2-goaway");
    let healthy = recorded("healthy-shop")[0].clone();
    let text = pasted();
    let cases: [&[(&str, &Path)]; 7] = [
        &[("--proxied", &proxied), ("--direct", &direct)],
        &[("--proxied", &foreign), ("--direct", &direct)],
        &[("--proxied", &large), ("--direct", &unlike)],
        &[("--proxied", &late), ("--direct", &soon)],
        &[("--proxied", &proxied), ("--direct", &direct), ("--after", &healthy)],
        &[("--proxied", &proxied), ("--paste", &text)],
        &[("--paste", &text)],
    ];
    for arguments in cases {
        let mut all = json!({"now": NOW, "texts": []});
        for (name, path) in arguments {
            match name.trim_start_matches('-') {
                "paste" => all["texts"].as_array_mut().expect("a list").push(given(path)),
                side => all[side] = given(path),
            }
        }
        let report = page.run_async("return await window.report(arguments[0])", &[all]).await;
        assert_eq!(report[0].as_str(), command_line(arguments).ok().as_deref(), "{arguments:?}: {report}");
        assert!(report[1].as_str().is_some_and(|text| text.starts_with("fivetwenty report")), "{report}");
    }
    let whole = json!({"files": [given(&direct), given(&proxied)], "now": NOW});
    let report = page.run_async("return await window.report(arguments[0])", &[whole]).await;
    assert_eq!(report[0].as_str(), command_line(cases[0]).ok().as_deref(), "sides that are found out");
    assert_eq!(page.run("return window.failed", &[]).await, json!([]), "the policy is enough");
}

/// A log of 3,000 records, one of them of the sample's failing request. It is too long to be kept as it is.
fn log(folder: &Path) -> PathBuf {
    let mut records = records();
    records[2799]["RayID"] = json!("a5dce3d120c69c1e");
    write(folder, "a.log", lines(&records).as_bytes())
}

/// Broken by logs that are read as a text, without counts; by records that are counted twice, or a request that is not found, where a log is
/// read again for what came behind it; and by a log that is taken for a side's capture.
#[tokio::test(flavor = "multi_thread")]
async fn the_library_counts_logs_as_the_command_line() {
    let page = bare().await;
    let folder = scratch("library-logs");
    let [proxied, direct] = recorded("empty-reply");
    let log = log(&folder);
    let packed = gzip(&fs::read(&log).expect("the file is there"));
    let [cut, packed] =
        [("cut.log.gz", &packed[..packed.len() / 2]), ("a.log.gz", &packed)].map(|(name, bytes)| write(&folder, name, bytes));
    let all: &[(&str, &Path)] = &[("--proxied", &proxied), ("--direct", &direct), ("--logs", &log)];
    for (files, arguments, records) in [
        (vec![&log], &[("--logs", &*log)][..], Some(3000)),
        (vec![&packed], &[("--logs", &*packed)], Some(3000)),
        (vec![&cut], &[("--logs", &*cut)], None),
        (vec![&log, &packed], &[("--logs", &*log), ("--logs", &*packed)], Some(6000)),
        (vec![&log, &direct, &proxied], all, Some(3000)),
        (vec![&direct, &proxied, &log], all, Some(3000)),
    ] {
        let given: Vec<Value> = files.iter().map(|path| given(path)).collect();
        let report = page.run_async("return await window.report(arguments[0])", &[json!({"files": given, "now": NOW})]).await;
        assert_eq!(report[0].as_str(), command_line(arguments).ok().as_deref(), "{files:?}");
        let report: Value = serde_json::from_str(report[0].as_str().expect("a report")).expect("it is JSON");
        let counted = report["logs"]["records"].as_u64();
        assert!(records.map_or(counted > Some(0), |records| counted == Some(records)), "{files:?}: {counted:?}");
    }
    let error = page.run_async("return await window.refusal(arguments[0])", &[json!({"proxied": given(&log)})]).await;
    let said = command_line(&[("--proxied", &log)]).expect_err("the command line refuses it too");
    let (_, reason) = said.trim_end().rsplit_once("a.log: ").expect("it names the file");
    assert_eq!((&error["code"], &error["message"]), (&json!("unreadable"), &json!(format!("a.log: {reason}"))));
}

/// Broken by a bundle of the library's that differs from the command line's in a file or a byte, by a rule that does nothing and is not
/// named, and by a value that is left in a file and does not keep all of them back.
#[tokio::test(flavor = "multi_thread")]
async fn the_librarys_bundle_is_the_command_lines() {
    let page = bare().await;
    let folder = scratch("library-bundle");
    let [proxied, direct] = sample();
    let rules = json!({"add": [{"what": "header", "name": "Server"}, {"what": "header", "name": "X-None"}], "keep": []});
    let file = folder.join("rules.json");
    fs::write(&file, rules.to_string()).expect("it can be written");
    let out = folder.join("out");
    let mut program = Command::new(program());
    program.arg("--proxied").arg(&proxied).arg("--direct").arg(&direct).arg("--out").arg(&out).arg("--redaction").arg(&file);
    run::output(program.args(["--now", NOW])).expect("the command line writes the bundle");

    let all = json!({"proxied": given(&proxied), "direct": given(&direct), "now": NOW});
    let made = page.run_async("return await window.bundle(...arguments)", &[all.clone(), rules]).await;
    let files: Vec<(String, String)> = serde_json::from_value(made[0].clone()).unwrap_or_else(|error| panic!("{error}: {made}"));
    assert_eq!(fs::read_dir(&out).expect("the bundle is there").count(), files.len());
    for (name, content) in &files {
        assert_eq!(*content, STANDARD.encode(fs::read(out.join(name)).expect("the command line has it")), "{name}");
    }
    assert_eq!(made[1].as_array().map(Vec::len), Some(1), "{made}");
    let refusal = "return await window.refusal(...arguments)";
    let leak = page.run_async(refusal, &[all.clone(), json!({"add": [{"what": "text", "name": "200"}]})]).await;
    assert_eq!(leak["code"], "leak", "{leak}");
    let invalid = page.run_async(refusal, &[all, json!({"add": [{"what": "colour", "name": "red"}]})]).await;
    assert_eq!(invalid["code"], "rules", "{invalid}");
}

/// Broken by a refusal that does not say which file and why, by a reason that is not the command line's, and by a damaged file that gives no
/// report.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_named() {
    let page = bare().await;
    let folder = scratch("library-refused");
    let [proxied, direct] = sample();
    let refusal = "return await window.refusal(arguments[0])";

    let none = folder.join("none.har");
    fs::write(&none, "no capture").expect("it can be written");
    let error = page.run_async(refusal, &[json!({"proxied": given(&none)})]).await;
    assert_eq!((&error["code"], &error["name"], &error["file"]), (&json!("unreadable"), &json!("FivetwentyError"), &json!("none.har")));
    let said = command_line(&[("--proxied", &none)]).expect_err("the command line refuses it too");
    let (_, reason) = said.trim_end().rsplit_once("none.har: ").expect("it names the file");
    assert_eq!(error["message"], format!("none.har: {reason}"));

    let cut = folder.join("cut.har");
    let text = fs::read(&proxied).expect("the file is there");
    fs::write(&cut, &text[..text.len() / 2]).expect("it can be written");
    let report = page.run_async("return await window.report(arguments[0])", &[json!({"proxied": given(&cut), "now": NOW})]).await;
    assert_eq!(report[0].as_str(), command_line(&[("--proxied", &cut)]).ok().as_deref());
    assert!(report[0].as_str().is_some_and(|report| report.contains("the file is truncated")), "{report}");

    let many = json!({"files": [given(&direct), given(&direct), given(&direct)]});
    let error = page.run_async(refusal, &[many]).await;
    assert_eq!(error["code"], "captures", "{error}");
    let copies = [("--paste", &*direct); 3];
    let said = command_line(&copies).expect_err("the command line refuses them too");
    let (core, _) = error["message"].as_str().and_then(|message| message.split_once(" Use ")).expect("it says what to do");
    assert!(said.contains(core), "{core}: {said}");
}

/// Broken by an argument that is wrong and is not called so.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_type_errors() {
    let page = bare().await;
    for (given, options, words) in [
        ("undefined", "{}", "expected an object"),
        ("{}", "{}", "nothing to read"),
        ("{proxy: 'a'}", "{}", "unknown member proxy"),
        ("{proxied: 5}", "{}", "proxied: expected a File, a Blob or a string"),
        ("{files: 'a'}", "{}", "files: expected a list"),
        ("{after: 'a'}", "{}", "after: give the captures"),
        ("{proxied: 'a', now: 'soon'}", "{}", "now: expected a date and time"),
        ("{proxied: 'a', now: new Date(NaN)}", "{}", "now: expected a Date"),
        ("{proxied: 'a', logOffset: 'Berlin'}", "{}", "logOffset: expected hours and minutes"),
        ("{proxied: 'a'}", "{signal: 1}", "signal: expected an AbortSignal"),
        ("{proxied: 'a'}", "{onprogress() {}}", "unknown member onprogress"),
    ] {
        let error = page.run_async(&format!("return await window.wrong({given}, {options})"), &[]).await;
        let message = error["message"].as_str().unwrap_or_default();
        assert!(error["name"] == "TypeError" && message.contains(words), "{given}: {error}");
    }
}

/// Broken by a call that waits for ever where a policy keeps its worker, or the worker's module, from starting.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_in_the_way_is_an_error() {
    for policy in [
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'self'",
        "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
    ] {
        let page = bare_under(policy).await;
        let error = page.run_async("return await window.wrong({proxied: 'a'})", &[]).await;
        assert!(error["code"] == "internal" || error["name"] == "SecurityError", "{policy}: {error}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{policy}: {error}");
        page.end().await;
    }
}

/// Broken by a worker that goes on after its call was ended, by a promise that waits for it, and by progress that goes back or does not
/// reach its end.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_followed_and_ended() {
    let page = bare().await;
    let followed = page.run_async("return await window.followed(40)", &[]).await;
    let told: Vec<(f64, f64)> = serde_json::from_value(followed["told"].clone()).unwrap_or_else(|error| panic!("{error}: {followed}"));
    assert!(told.windows(2).all(|two| two[0].0 <= two[1].0), "{told:?}");
    assert!(told.iter().all(|(_, total)| Some(*total) == followed["size"].as_f64()), "{told:?}");
    assert_eq!(told.last().map(|(loaded, _)| Some(*loaded)), Some(followed["size"].as_f64()), "{told:?}");
    assert!(told.len() > 1, "{told:?}");
    assert_eq!(followed["entries"], 40 * 50 + 1);

    let aborted = page.run_async("return await window.aborted(200)", &[]).await;
    assert_eq!((&aborted["name"], &aborted["reason"]), (&json!("AbortError"), &json!(true)), "{aborted}");
    assert!(aborted["ms"].as_f64().is_some_and(|ms| ms < 1000.0), "{aborted}");
    assert_eq!(aborted["ended"], json!([true, true]), "no worker is left: {aborted}");
}

/// Broken by a string of a report that becomes markup in the element, by a style that a policy blocks, by a drop that is not answered, and by
/// what axe-core finds in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_element_shows_text() {
    const HOSTILE: &str = "</script><img src=x onerror=window.ran=1><svg onload=window.ran=2><style>*{color:red}</style>";
    let page = bare().await;
    let [proxied, direct] = sample();
    let report = command_line(&[("--proxied", &proxied), ("--direct", &direct)]).expect("the command line reports");
    let mut report: Value = serde_json::from_str(&report).expect("it is JSON");
    let shown = page.run("return window.show(arguments[0])", &[report.clone()]).await;
    let shown = shown.as_str().expect("a text");
    for words in ["Confirmed", report["verdict"]["headline"].as_str().expect("a text"), "the host or server admin", "Copy the report"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    fill(&mut report, HOSTILE);
    let shown = page.run("return window.show(arguments[0])", &[report]).await;
    assert!(shown.as_str().is_some_and(|shown| shown.contains(HOSTILE)), "{shown}");
    assert_eq!(page.run("return window.made()", &[]).await, json!([]), "a report made elements");
    assert_eq!(page.run("return window.ran ?? null", &[]).await, Value::Null, "a script ran");

    let dropped = page.run_async("return await window.drop(arguments[0])", &[json!([given(&direct), given(&proxied)])]).await;
    assert_eq!((&dropped[0], &dropped[1]), (&json!("fivetwenty-report"), &json!("empty-reply")), "{dropped}");
    check_axe(&page).await;
    let picture = json!([["<img src=x onerror=window.ran=3>.har", STANDARD.encode(b"\x89PNG\r\n\x1a\n")]]);
    let dropped = page.run_async("return await window.drop(arguments[0])", &[picture]).await;
    assert_eq!(dropped[0], "fivetwenty-error", "{dropped}");
    assert!(dropped[2].as_str().is_some_and(|shown| shown.contains("a picture")), "{dropped}");
    assert_eq!(page.run("return window.made()", &[]).await, json!([]), "a name made elements");
    assert_eq!(page.run("return window.failed", &[]).await, json!([]), "the policy is enough");
}

async fn check_axe(page: &Page) {
    let findings = page.axe().await;
    assert!(findings.is_empty(), "{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

/// Puts a text in the place of every string, but for those that are words of a list.
fn fill(value: &mut Value, text: &str) {
    match value {
        Value::String(string) => text.clone_into(string),
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, text)),
        Value::Object(members) => {
            for (name, value) in members {
                // Those by which the cause is found.
                if !["cause", "tied"].contains(&name.as_str()) {
                    fill(value, text);
                }
            }
        }
        _ => {}
    }
}

/// Broken by an example that does not do what it shows, under its own policy, and by what axe-core finds in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_panel_takes_files_and_offers_redacted_ones() {
    let page = Page::start(host(POLICY), &[]).await;
    page.browser.goto(format!("{}/panel.html", page.origin())).await.expect("the page is served");
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.click("#upload button:not([type])").await;
    page.until_text("#status", "Done").await;
    let shown = page.run("return document.querySelector('#verdict').shadowRoot.querySelector('h2').textContent", &[]).await;
    assert_eq!(shown, "The origin closed the connection without responding.");
    assert_eq!(page.run("return document.querySelector('#progress').position", &[]).await, 1);
    page.click("#redact").await;
    page.until("the redacted files", "return document.querySelectorAll('#redacted a[download]').length === 8", &[]).await;
    check_axe(&page).await;
    if engine() != Engine::Webkit {
        // What a browser asks for by itself.
        let errors: Vec<String> = page.console_errors().await.into_iter().filter(|error| !error.contains("favicon.ico")).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

/// Broken by a report in Node that is not the command line's, and by anything in `library.mjs` that does not hold there.
#[tokio::test(flavor = "multi_thread")]
async fn the_library_runs_in_node() {
    let node = node::set_up(&mut Steps::default()).expect("Node can be had");
    let folder = scratch("library-node");
    let package = folder.join("node_modules/fivetwenty");
    fs::create_dir_all(&package).expect("the folder can be made");
    copy_files(&npm::folder(), &package);
    copy_files(&examples(), &folder);
    fs::copy(run::root().join("tests/e2e/library.mjs"), folder.join("library.mjs")).expect("it can be copied");
    let [proxied, direct] = sample();
    let log = log(&folder);
    let captures: &[(&str, &Path)] = &[("--proxied", &proxied), ("--direct", &direct)];
    for (files, arguments) in [
        (vec![&direct, &proxied], captures),
        (vec![&log], &[("--logs", &log)]),
        (vec![&log, &direct, &proxied], &[captures[0], captures[1], ("--logs", &log)]),
    ] {
        let mut report = Command::new(&node);
        report.current_dir(&folder).env("NOW", NOW).arg("report.mjs").args(files);
        let report = run::output(&mut report).expect("the example reports");
        assert_eq!(report, command_line(arguments).expect("the command line reports"), "{arguments:?}");
    }
    let mut checks = Command::new(&node);
    print!("{}", run::output(checks.current_dir(&folder).arg("library.mjs").args([&proxied, &direct])).expect("all holds in Node"));
}
