//! The page without a pointer.

use fivetwenty_harness::browsers::Engine;
use serde_json::json;
use thirtyfour::{Key, TypingData};

use crate::page::{Page, engine};

/// How many stops before a control are too many. In WebKit, Tab begins at the top again where a heading got the focus.
fn stops() -> usize {
    if engine() == Engine::Webkit { 90 } else { 40 }
}

/// A failure tells the stops on the way.
async fn tab_to(page: &Page, selector: &str) {
    const STOP: &str =
        "const at = document.activeElement; return at?.matches(arguments[0]) ? null : `${at?.cloneNode().outerHTML}`.slice(0, 200)";
    // What comes once the stops have gone past it is not passed again.
    page.element(selector).await;
    let mut on_the_way = Vec::new();
    for _ in 0..stops() {
        let stop = page.run(STOP, &[json!(selector)]).await;
        if stop.is_null() {
            return;
        }
        on_the_way.push(stop.to_string());
        press(page, Key::Tab).await;
    }
    panic!("{selector} has no focus after {} times Tab:\n{}", stops(), on_the_way.join("\n"));
}

async fn until_focused(page: &Page, selector: &str) {
    let focused = "return !!document.activeElement?.matches(arguments[0])";
    page.until(&format!("{selector} has the focus"), focused, &[json!(selector)]).await;
}

async fn press(page: &Page, key: impl Into<TypingData>) {
    let pressed = page.browser.action_chain().send_keys(key).perform().await;
    pressed.expect("the key is pressed");
}

/// Broken by a step of the whole job that needs a pointer: a control that Tab does not reach or Enter does not work, a key that does
/// nothing, or the focus falling to the body.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_sample_to_the_sent_letter() {
    let page = Page::open().await;
    page.grant_clipboard().await;
    tab_to(&page, "#try-sample").await;
    press(&page, Key::Enter).await;
    page.until_verdict("empty-reply", "confirmed").await;
    until_focused(&page, "#headline").await;

    tab_to(&page, "#copy-report").await;
    press(&page, Key::Enter).await;
    page.until_text("#copy-report-status", "opied").await;
    let copied = page.clipboard().await;
    assert!(copied.starts_with("fivetwenty report"), "{copied}");

    tab_to(&page, "#places a[href='#fix']").await;
    press(&page, Key::Enter).await;
    until_focused(&page, "#fix h2").await;
    tab_to(&page, "#step-1-done, .step input").await;
    press(&page, " ").await;
    page.element("#did").await;

    press_place(&page, "c", "compare").await;
    page.element("#pairs a[tabindex='0']").await;
    page.run("window.table = document.querySelector('#pairs')", &[]).await;
    tab_to(&page, "#pairs a[tabindex='0']").await;
    press(&page, "j").await;
    let row = "return document.activeElement.closest('tr')?.dataset.index ?? null";
    let second =
        page.until("the next row has the focus", "return document.activeElement.closest('tr')?.dataset.index === '1' || null", &[]);
    second.await;
    press(&page, "k").await;
    page.until("the row before has the focus", "return document.activeElement.closest('tr')?.dataset.index === '0' || null", &[]).await;
    press(&page, Key::Enter).await;
    page.until("the pane has the focus", "return !!document.activeElement.closest('#pane')", &[]).await;
    press(&page, Key::Escape).await;
    assert_eq!(page.until("the row has the focus again", row, &[]).await, "0");
    // What has the focus is not made anew when the pane comes or goes.
    assert_eq!(page.run("return window.table.isConnected", &[]).await, true);
    press(&page, "/").await;
    until_focused(&page, "#filter").await;
    // Keys are letters in a field.
    press(&page, "gc?").await;
    assert_eq!(page.run("return document.querySelector('#filter').value", &[]).await, "gc?");
    press(&page, Key::Escape).await;

    page.run("document.activeElement.blur()", &[]).await;
    press(&page, "?").await;
    page.until("the keys are listed", "return document.querySelector('#keys').open", &[]).await;
    press(&page, Key::Escape).await;
    page.until("the list is closed", "return !document.querySelector('#keys').open", &[]).await;

    press_place(&page, "s", "send").await;
    tab_to(&page, "#copy-letter").await;
    press(&page, Key::Enter).await;
    page.until_text("#copy-letter-status", "opied").await;
    let letter = page.run("return document.querySelector('#letter').textContent", &[]).await;
    assert_eq!(letter, page.clipboard().await.as_str());
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Goes to a place by its keys; the focus goes there as well.
async fn press_place(page: &Page, letter: &str, place: &str) {
    press(page, "g").await;
    press(page, letter).await;
    let script = "return document.activeElement.closest(arguments[0]) !== null";
    page.until(&format!("the focus is in {place}"), script, &[json!(format!("section#{place}"))]).await;
}
