//! Files made to attack whoever looks at them.

use serde_json::{Value, json};

use crate::page::Page;

/// Markup that would run, controls of a terminal, and marks that turn text around.
const HOSTILE: &str = "</script><script>window.ran=1</script><img src=x onerror=window.ran=2><svg onload=window.ran=3>\
                       \u{202e}desrever\u{202c}\u{200b}\u{7}\u{1b}[31m{{7*7}}\"'`&lt;";

fn hostile_har(status: u16, server: &str) -> String {
    let name_and_value = json!([
        {"name": HOSTILE, "value": HOSTILE},
        {"name": "server", "value": server},
        {"name": "cf-ray", "value": format!("9f0fbdcf1836c090-{HOSTILE}")},
        {"name": "content-type", "value": HOSTILE},
        {"name": "set-cookie", "value": HOSTILE},
    ]);
    let entry = json!({
        "pageref": HOSTILE,
        "startedDateTime": "2026-11-21T04:15:27.146Z",
        "time": 12.5,
        "comment": HOSTILE,
        "connection": HOSTILE,
        "serverIPAddress": HOSTILE,
        "_initiator": {"type": HOSTILE, "url": HOSTILE},
        "_resourceType": HOSTILE,
        "request": {
            "method": HOSTILE,
            "url": format!("http://shop.example/{HOSTILE}?{HOSTILE}={HOSTILE}#{HOSTILE}"),
            "httpVersion": HOSTILE,
            "headers": name_and_value,
            "queryString": name_and_value,
            "cookies": name_and_value,
            "headersSize": -1,
            "bodySize": 0,
            "postData": {"mimeType": HOSTILE, "text": HOSTILE},
        },
        "response": {
            "status": status,
            "statusText": HOSTILE,
            "httpVersion": HOSTILE,
            "headers": name_and_value,
            "cookies": name_and_value,
            "content": {"size": 1, "mimeType": HOSTILE, "text": HOSTILE, "encoding": HOSTILE},
            "redirectURL": HOSTILE,
            "headersSize": -1,
            "bodySize": -1,
            "_error": HOSTILE,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 1, "comment": HOSTILE},
    });
    let har = json!({"log": {
        "version": HOSTILE,
        "creator": {"name": HOSTILE, "version": HOSTILE},
        "browser": {"name": HOSTILE, "version": HOSTILE},
        "comment": HOSTILE,
        "pages": [{"id": HOSTILE, "title": HOSTILE, "startedDateTime": HOSTILE, "pageTimings": {}}],
        "entries": [entry, entry, entry],
    }});
    har.to_string()
}

/// Elements that only markup from a file could have made, in what the page shows.
const FOREIGN: &str =
    "return [...document.body.querySelectorAll('script:not([type=\"text/plain\"]), iframe:not(#isolation), img[src=x], [onerror], [onload], [onclick]')]
    .map(element => element.outerHTML)";

/// Text nodes with characters that turn text around or control a terminal.
const DECEPTIVE: &str = "
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const {data, parentElement} = walker.currentNode;
        if (/[\\u202a-\\u202e\\u2066-\\u2069\\u0007\\u001b]/.test(data)) found.push(parentElement.outerHTML.slice(0, 200));
    }
    return found";

async fn check_harmless(page: &Page) {
    assert_eq!(page.run("return window.ran ?? null", &[]).await, Value::Null, "a script ran");
    assert_eq!(page.run(FOREIGN, &[]).await, json!([]), "a file made elements");
    let deceptive = page.run(DECEPTIVE, &[]).await;
    assert_eq!(deceptive, json!([]), "marks that turn text around are shown as they are");
    let dialog = page.browser.get_alert_text().await;
    assert!(dialog.is_err(), "a dialog opened: {dialog:?}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a field of a file that becomes markup, a dialog, an error, or text that shows something other than what it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_files_content_is_only_ever_text() {
    check_hostile(&Page::open().await).await;
}

/// Drops the file on the page, and looks at every place.
pub(crate) async fn check_hostile(page: &Page) {
    let proxied = hostile_har(520, "cloudflare");
    let direct = hostile_har(0, HOSTILE);
    let name = "<img src=x onerror=window.ran=4>\u{202e}.har";
    page.drop_files(&[(name, &proxied), ("direct.har", &direct)]).await;
    page.element("#verdict").await;
    for place in ["fix", "evidence", "send", "more"] {
        page.at(place).await;
        check_harmless(page).await;
    }
    page.all_rows().await;
    let shown = page.run("return document.body.innerText.includes('onerror=')", &[]).await;
    assert_eq!(shown, true, "the text itself is shown");

    page.click("#pairs tr[data-index] a").await;
    page.element("#pane[data-state=done]").await;
    check_harmless(page).await;
}
