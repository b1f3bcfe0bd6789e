//! What is shown of files, good, broken and cancelled.

use std::fs;

use serde_json::json;

use crate::page::{Page, sample, sample_texts, scratch};

/// Broken by evidence that leads nowhere, or to an entry without its headers.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_opens_its_entry() {
    let page = Page::open().await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.click(".evidence button").await;
    for part in ["/api/orders", "cf-ray", "user-agent"] {
        let script = "return document.querySelector('#detail')?.textContent.toLowerCase().includes(arguments[0])";
        page.until(&format!("the entry shows {part}"), script, &[json!(part)]).await;
    }
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
    page.drop_files(&[("notes.txt", "hello, I am no HAR"), ("proxied.har", &proxied)]).await;
    page.until_text(".warning[data-id=unreadable-input]", "notes.txt").await;
    page.click(".warning[data-id=unreadable-input] summary").await;
    let fix = "return document.querySelector('.warning[data-id=unreadable-input] .fix li')?.checkVisibility()";
    page.until("what to do is shown", fix, &[]).await;
    page.until_text(".checks", "proxied.har").await;
    until_row(&page, "/api/orders").await;
    let report = "return document.querySelector('#report-text').textContent";
    let report = page.run(report, &[]).await;
    assert!(report.as_str().is_some_and(|report| report.contains("notes.txt") && report.contains("a5dce3d120c69c1e")), "{report}");
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
    let both = "return document.querySelectorAll('.row[data-proxied][data-direct]').length > 0";
    page.until("rows of both files", both, &[]).await;
}

/// Broken by a cancel that does not end the reading, or that leaves the page unable to read anything else.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_can_be_cancelled() {
    let page = Page::open().await;
    let drop_and_cancel = "
        const cancelled = new Promise(resolve => {
            new MutationObserver((_, observer) => {
                const cancel = document.querySelector('.file .cancel');
                if (!cancel) return;
                observer.disconnect();
                cancel.click();
                resolve(true);
            }).observe(document.body, {childList: true, subtree: true, attributes: true});
        });
        const entry = '{\"startedDateTime\":\"2026-11-21T00:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"http://a.example/\"},\"response\":{\"status\":200}},';
        const block = entry.repeat(8000);
        const parts = ['{\"log\":{\"entries\":[', ...Array(300).fill(block), '{}]}}'];
        const transfer = new DataTransfer();
        transfer.items.add(new File(parts, 'large.har'));
        document.querySelector('main').dispatchEvent(
            new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
        return await cancelled;";
    assert_eq!(page.run_async(drop_and_cancel, &[]).await, true);
    let over = "return ![...document.querySelectorAll('.file')].some(file => file.dataset.state === 'reading')";
    page.until("nothing is being read any more", over, &[]).await;
    assert_eq!(page.run("return !!document.querySelector('.row')", &[]).await, false);

    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
}

async fn until_row(page: &Page, words: &str) {
    let script = "return [...document.querySelectorAll('.row')].some(row => row.textContent.includes(arguments[0]))";
    page.until(&format!("a row of {words}"), script, &[json!(words)]).await;
}
