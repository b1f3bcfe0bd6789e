//! What people bring beside captures: pasted, dropped or chosen.

use serde_json::json;

use crate::page::{Page, sample_texts};

/// Pastes a text onto the page, or into the field that the selector names.
pub(crate) const PASTE: &str = "
    const data = new DataTransfer();
    data.setData('text/plain', arguments[0]);
    const event = new ClipboardEvent('paste', {bubbles: true, cancelable: true});
    // Firefox takes no data when it makes one.
    Object.defineProperty(event, 'clipboardData', {value: data});
    document.querySelector(arguments[1]).dispatchEvent(event);";

const TRACE: &str = "fl=80f417\nh=shop.example\nip=203.0.113.9\nts=1772941360.629\nvisit_scheme=https\ncolo=TPE\nhttp=http/2\n";
const CURL: &str = "$ curl -sv https://shop.example/api/orders --connect-to ::203.0.113.7\n\
    * Connecting to hostname: 203.0.113.7\n*   Trying 203.0.113.7:443...\n* Connected to 203.0.113.7 (203.0.113.7) port 443\n\
    > GET /api/orders HTTP/1.1\n> Host: shop.example\n> User-Agent: curl/8.14.1\n> Accept: */*\n> \n* Request completely sent off\n\
    * Empty reply from server\n* shutting down connection #0\ncurl: (52) Empty reply from server\n";

/// Broken by a paste that goes unread, is read twice, or takes what was typed into a field.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_anywhere_is_read_but_not_into_a_field() {
    let page = Page::open().await;
    page.run(PASTE, &[json!(TRACE), json!("#host")]).await;
    page.run(PASTE, &[json!(TRACE), json!("main")]).await;
    page.until_text(".file[data-state=done]", "trace").await;
    page.at("evidence").await;
    page.until_text(".inputs", "TPE").await;
    let files = page.run("return document.querySelectorAll('.file').length", &[]).await;
    assert_eq!(files, json!(1), "a paste into a field is the field's");
    // Nothing of the visitor's is in the report.
    let report = page.report().await;
    assert!(report.contains("TPE") && !report.contains("203.0.113.9"), "{report}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a single line, pasted as it is selected, that is not told what it proves, or is answered without a command that can be copied.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_piece_says_what_it_proves_and_what_to_bring() {
    let page = Page::open().await;
    let exception = "requests.exceptions.HTTPError: 520 Server Error: <none> for url: https://api.shop.example/v1/a(b)";
    page.run(PASTE, &[json!(exception), json!("main")]).await;
    page.until_text("#headline", "end the same request with curl").await;
    page.until_text("#verdict", "A client received status 520 for https://api.shop.example/v1/a(b).").await;
    page.until_text("#verdict", "hat Cloudflare sent this response").await;
    let commands = page.run("return [...document.querySelectorAll('#left .command pre')].map(pre => pre.textContent)", &[]).await;
    let asked = "curl -sv -o /dev/null 'https://api.shop.example/v1/a%28b%29'";
    assert_eq!(commands, json!([asked, format!("{asked} --connect-to ::ORIGIN_IP")]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a log whose good lines hide those that failed, or by evidence that leads to another line.
#[tokio::test(flavor = "multi_thread")]
async fn good_lines_of_a_log_are_folded() {
    let page = Page::open().await;
    let line = |number: usize, status: u16| {
        format!("172.68.10.21 - - [21/Nov/2026:04:18:21 +0000] \"GET /{number} HTTP/1.1\" {status} 0 \"-\" \"-\"\n")
    };
    let log: String = (0..200).map(|number| line(number, if number == 150 { 444 } else { 200 })).collect();
    page.drop_files(&[("access.log", &log)]).await;
    page.element("#verdict").await;
    page.at("evidence").await;
    page.until_text(".inputs details.good summary", "99 requests that succeeded").await;
    let shown = "return [...document.querySelectorAll('.inputs > .input > .finds > li')].map(li => li.id)";
    assert_eq!(page.run(shown, &[]).await, json!(["evidence/find-150"]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a transcript that does not settle what a direct capture would, or whose evidence leads nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_settles_what_a_direct_capture_would() {
    let page = Page::open().await;
    let [proxied, _] = sample_texts();
    page.drop_files(&[("proxied.har", &proxied), ("curl.txt", &CURL.replace("https:", "http:").replace("443", "80"))]).await;
    page.element("#verdict").await;
    page.at("evidence").await;
    page.until_text(".inputs", "curl ends with 52").await;
    page.click(".evidence a[href^='#evidence/find-']").await;
    page.until_text(".inputs li.cited", "52").await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by markup of a text that becomes markup of the page, or by a text that nothing is known of being taken for something.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_nothing_is_known_of_is_said_to_be_one() {
    let page = Page::open().await;
    let text = "</textarea></script><img src=x onerror=document.title='caught'>";
    page.run("document.querySelector('#paste').value = arguments[0]", &[json!(text)]).await;
    page.click("#read-paste").await;
    page.element("#verdict").await;
    page.at("evidence").await;
    page.until_text(".inputs", "We couldn't recognise this").await;
    let caught = page.run("return document.title === 'caught' || document.querySelector('main img') !== null", &[]).await;
    assert_eq!(caught, json!(false));
}
