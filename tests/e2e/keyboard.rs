//! The page without a pointer.

use serde_json::json;
use thirtyfour::Key;

use crate::page::Page;

/// More stops than this before a control is reached are too many.
const STOPS: usize = 60;

async fn tab_to(page: &Page, selector: &str) {
    for _ in 0..STOPS {
        let focused = "return document.activeElement?.matches(arguments[0])";
        if page.run(focused, &[json!(selector)]).await == true {
            return;
        }
        press(page, Key::Tab).await;
    }
    panic!("{selector} has no focus after {STOPS} times Tab");
}

async fn press(page: &Page, key: Key) {
    let pressed = page.browser.action_chain().send_keys(key).perform().await;
    pressed.expect("the key is pressed");
}

/// Broken by a control that Tab does not reach or Enter does not work; by a sample that does not show its verdict.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_sample_to_the_copied_report() {
    let page = Page::open().await;
    page.grant_clipboard().await;
    tab_to(&page, "#try-sample").await;
    press(&page, Key::Enter).await;
    page.until_verdict("empty-reply", "confirmed").await;
    tab_to(&page, "#copy-report").await;
    press(&page, Key::Enter).await;
    page.until_text("#copy-status", "opied").await;
    let shown = page.run("return document.querySelector('#report-text').textContent", &[]).await;
    assert_eq!(shown, page.clipboard().await.as_str());
}
