//! What is shown of files, good, broken and cancelled.

use std::fs;

use axum::Router;
use axum::routing::get;
use serde_json::json;

use crate::page::{DROP_MANY, Page, WATCH_WORKERS, sample, sample_texts, scratch};

/// Broken by evidence that leads nowhere, or to an entry without its headers.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_opens_its_entry() {
    let page = Page::open().await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.click(".evidence a").await;
    for part in ["/api/orders", "cf-ray", "user-agent"] {
        let script = "return document.querySelector('#pane')?.textContent.toLowerCase().includes(arguments[0])";
        page.until(&format!("the entry shows {part}"), script, &[json!(part)]).await;
    }
}

/// Broken by losing what is chosen in a dialog whose field was drawn anew meanwhile, as it is when a file is refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_late_is_read() {
    let page = Page::open().await;
    page.element("#files").await;
    page.run(
        "window.field = document.querySelector('#files');
         window.field.addEventListener('click', event => event.preventDefault());
         window.field.click();",
        &[],
    )
    .await;
    page.drop_files(&[("picture.har", "hello, I am no HAR")]).await;
    page.until("the field is another one", "return !window.field.isConnected", &[]).await;
    let [proxied, direct] = sample_texts();
    page.run(
        "const chosen = new DataTransfer();
         for (const text of arguments[0]) chosen.items.add(new File([text], 'late.har'));
         window.field.files = chosen.files;
         window.field.dispatchEvent(new Event('change', {bubbles: true}));",
        &[json!([proxied, direct])],
    )
    .await;
    page.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by a file that cannot be read taking the good one down with it, or failing without a word.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_har_is_named_and_the_other_one_shown() {
    let folder = scratch("broken");
    let broken = folder.join("broken.har");
    fs::write(&broken, "hello, I am no HAR").expect("the file can be written");
    let page = Page::open().await;
    let [proxied, _] = sample();
    page.choose(&[&broken, &proxied]).await;
    page.until_text(".file[data-state=failed]", "broken.har").await;
    page.until_text(".file[data-state=failed] .file-error", "JSON").await;
    until_row(&page, "/api/orders").await;
}

/// Broken by a report that keeps silent about a file that could not be read, or by losing what the other one tells.
#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_file_is_a_warning_beside_the_other_ones_report() {
    let page = Page::open().await;
    let [proxied, _] = sample_texts();
    page.drop_files(&[("notes.har", "hello, I am no HAR"), ("proxied.har", &proxied)]).await;
    page.element("#verdict").await;
    page.at("more").await;
    page.until_text(".warning[data-id=unreadable-input]", "notes.har").await;
    page.click(".warning[data-id=unreadable-input] summary").await;
    let fix = "return document.querySelector('.warning[data-id=unreadable-input] .fix li')?.checkVisibility()";
    page.until("what to do is shown", fix, &[]).await;
    page.until_text(".checks", "proxied.har").await;
    until_row(&page, "/api/orders").await;
    let report = page.report().await;
    assert!(report.contains("notes.har") && report.contains("a5dce3d120c69c1e"), "{report}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by giving up on a file at its first fault: what stands before it is still shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_file_is_read_as_far_as_it_goes() {
    let page = Page::open().await;
    let [proxied, direct] = sample_texts();
    let half = &direct[..direct.len() / 2];
    page.drop_files(&[("proxied.har", &proxied), ("half.har", half)]).await;
    until_row(&page, "/api/orders").await;
    let both = "return [...document.querySelectorAll('#pairs tr[data-index]')].some(row => !row.querySelector('.absent'))";
    page.until("rows of both files", both, &[]).await;
}

/// Broken by a cancel that does not end the reading, that leaves something of the file in a worker or in the page, or that leaves the page
/// unable to read anything else.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_can_be_cancelled() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    let cancel_when_entries_are_shown = "
        window.cancelled = new Promise(resolve => {
            new MutationObserver((_, observer) => {
                if (!document.querySelector('.previews li')) return;
                observer.disconnect();
                const running = window.workers.filter(worker => !worker.ended).map(worker => worker.name);
                document.querySelector('.file .cancel').click();
                resolve(running);
            }).observe(document.body, {childList: true, subtree: true});
        });";
    page.run(cancel_when_entries_are_shown, &[]).await;
    page.run(DROP_MANY, &[json!(100)]).await;
    assert_eq!(page.run_async("return await window.cancelled", &[]).await, json!(["reader", "analyst"]));
    page.until_text(".file[data-state=cancelled]", "Cancelled after").await;
    assert_eq!(page.run("return window.workers.every(worker => worker.ended)", &[]).await, true, "a worker goes on");
    assert_eq!(page.run("return !!document.querySelector('#pairs, .previews')", &[]).await, false);

    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by losing what a reader had handed on before it broke, or by a report that does not say that the rest is missing, and why.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_breaks_leaves_a_report() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    // What the page sees of a worker whose memory ran out.
    let break_it = "
        window.heard = (worker, number) => {
            if (number === 5) worker.dispatchEvent(new ErrorEvent('error', {message: 'Uncaught RuntimeError: unreachable'}));
        };";
    page.run(break_it, &[]).await;
    page.run(DROP_MANY, &[json!(20)]).await;
    let words = page.until_text(".file[data-state=done] .file-stopped", "unreachable").await;
    assert!(words.contains("reading stopped") && words.contains("memory ran out"), "{words}");
    until_row(&page, "GET").await;
    page.at("more").await;
    page.until_text(".warning[data-id=truncated-export]", "unreachable").await;
    let entries = page
        .run("return Number(document.querySelector('.file .figures').textContent.match(/([0-9,]+) entries/)[1].replaceAll(',', ''))", &[]);
    let entries = entries.await.as_u64().unwrap_or_default();
    assert!((1..160_000).contains(&entries), "{entries} entries");
    assert_eq!(page.run("return window.workers[0].ended", &[]).await, true);
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a file that is cut while it is read, and is then taken for one that was exported like that.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_while_it_is_read_leaves_a_report() {
    let file = scratch("changed").join("changed.har");
    let entry = r#"{"startedDateTime":"2026-11-21T00:00:00Z","request":{"method":"GET","url":"http://a.example/"},"response":{"status":200,"content":{"text":"*"}}}"#;
    let entry = entry.replace('*', &"x".repeat(20_000));
    fs::write(&file, format!("[{}]", vec![entry; 5_000].join(","))).expect("the file can be written");
    let victim = file.clone();
    let cut = async move || {
        let file = fs::OpenOptions::new().write(true).open(&victim).expect("the file is there");
        file.set_len(1_000).expect("the file can be cut");
    };
    let page = Page::open_with(Router::new().route("/cut", get(cut))).await;
    page.run(WATCH_WORKERS, &[]).await;
    // The page waits until the file is cut, and the reader is in the middle of it.
    let cut_it = "
        window.heard = (worker, number) => {
            if (number > 1) return;
            const request = new XMLHttpRequest();
            request.open('GET', '/cut', false);
            request.send();
        };";
    page.run(cut_it, &[]).await;
    page.choose(&[&file]).await;
    let words = page.until_text(".file[data-state=done] .file-stopped", "shorter now").await;
    assert!(words.contains(" of 100.7 MB"), "{words}");
    until_row(&page, "GET").await;
    page.at("more").await;
    page.until_text(".warning[data-id=truncated-export]", "shorter now").await;
}

async fn until_row(page: &Page, words: &str) {
    page.element("#verdict").await;
    page.all_rows().await;
    let script = "return [...document.querySelectorAll('#pairs tr[data-index]')].some(row => row.textContent.includes(arguments[0]))";
    page.until(&format!("a row of {words}"), script, &[json!(words)]).await;
}
