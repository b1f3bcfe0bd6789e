//! The whole way: two files in, a report out.

use std::path::Path;

use crate::page::{Page, command_line, sample, sample_texts};

pub(crate) async fn copy(page: &Page, button: &str) -> String {
    page.click(button).await;
    page.until_text(&format!("{button}-status"), "opied").await;
    page.clipboard().await
}

async fn check_report(first: &Path, second: &Path) {
    let [proxied, direct] = sample();
    let page = Page::open().await;
    page.grant_clipboard().await;
    page.choose(&[first, second]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    let expected = command_line(&proxied, &direct, "text");
    assert_eq!(copy(&page, "#copy-report").await, expected);
    assert_eq!(copy(&page, "#copy-full").await, command_line(&proxied, &direct, "full"));
    assert_eq!(page.report().await, expected, "what is shown is what is copied");
    page.click(".leaving summary").await;
    page.click(".leaving button[aria-pressed]:nth-of-type(3)").await;
    assert_eq!(copy(&page, "#copy-shown").await, command_line(&proxied, &direct, "json"));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by any difference between the page's report and the command line's.
#[tokio::test(flavor = "multi_thread")]
async fn the_copied_report_is_the_command_lines() {
    let [proxied, direct] = sample();
    check_report(&proxied, &direct).await;
}

/// Broken by a report that depends on the order in which the files are given.
#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_the_files_does_not_matter() {
    let [proxied, direct] = sample();
    check_report(&direct, &proxied).await;
}

/// Broken by a drop that is not taken, or that makes the browser open the file instead.
#[tokio::test(flavor = "multi_thread")]
async fn dropped_files_are_read() {
    let page = Page::open().await;
    let [proxied, direct] = sample_texts();
    page.drop_files(&[("a.har", &proxied), ("b.har", &direct)]).await;
    page.until_verdict("empty-reply", "confirmed").await;
}
