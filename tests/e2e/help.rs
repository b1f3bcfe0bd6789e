//! Guides, commands, and who the person is.

use serde_json::json;

use crate::page::{Page, sample_texts};

/// Sets a field as a person does who types and leaves it.
const TYPE: &str = "
    const field = document.querySelector(arguments[0]);
    field.value = arguments[1];
    field.dispatchEvent(new Event('change', {bubbles: true}));";
const OPEN: &str = "document.querySelector(arguments[0]).open = true";
/// Everything that is folded.
const UNFOLD: &str = "document.querySelectorAll('details').forEach(details => details.open = true)";
/// Every command of an entry, as it is shown.
const COMMANDS: &str = "
    const shown = [];
    let next = document.querySelector(`[data-command=\"${arguments[0]}\"]`)?.nextElementSibling;
    for (; next && next.matches('.command'); next = next.nextElementSibling) shown.push(next.querySelector('pre').textContent);
    return shown.join('\\n');";

/// Opens the commands of a result that knows no host.
async fn show_commands(page: &Page) {
    page.drop_files(&[("ray.txt", "Ray ID: a5dce3d120c69c1e")]).await;
    page.element("#verdict").await;
    page.run("location.hash = 'more/commands'", &[]).await;
    page.element("details.commands").await;
    page.run(OPEN, &[json!("details.commands")]).await;
}

/// Broken by commands that need a capture, take a host for more than a host, or do not follow the person's system.
#[tokio::test(flavor = "multi_thread")]
async fn commands_are_filled_with_what_is_typed() {
    let page = Page::open().await;
    show_commands(&page).await;
    page.until_text("#terminal", "Three quick tests").await;
    page.run(UNFOLD, &[]).await;
    assert_eq!(page.run(COMMANDS, &[json!("through")]).await, json!("curl -sv -o /dev/null -D - --url 'https://HOST/PATH'"));
    page.run(TYPE, &[json!("#failing"), json!("shop.example/it's?a=b")]).await;
    page.run(TYPE, &[json!("#origin"), json!("2001:db8::1")]).await;
    page.until_text("#terminal", "'::[2001:db8::1]'").await;
    let direct = "curl -sv -o /dev/null -D - --url 'https://shop.example/it%27s?a=b' --connect-to '::[2001:db8::1]'";
    assert_eq!(page.run(COMMANDS, &[json!("direct")]).await, json!(direct));
    page.run(TYPE, &[json!("#system"), json!("powershell")]).await;
    // Two changes before anything is drawn: neither undoes the other.
    page.run(&format!("const type = function() {{{TYPE}}}; type('#failing', 'b.example'); type('#system', 'posix');"), &[]).await;
    page.until_text("#terminal", "curl -sv -o /dev/null -D - --url 'https://b.example/'").await;
    page.run(
        &format!("const type = function() {{{TYPE}}}; type('#system', 'powershell'); type('#failing', arguments[0]);"),
        &[json!("shop.example/it's?a=b")],
    )
    .await;
    page.until_text("#terminal", "curl.exe").await;
    page.until_text("#terminal", "shop.example/it%27s").await;
    assert_eq!(page.run(COMMANDS, &[json!("direct")]).await, json!(direct.replace("curl", "curl.exe").replace("/dev/null", "NUL")));
    // No part of it becomes an option, and nothing of the page's address is ever taken.
    page.run(TYPE, &[json!("#failing"), json!("-K/etc/passwd")]).await;
    page.run(TYPE, &[json!("#origin"), json!("--config=x")]).await;
    page.until_text("#not-filled", "no host").await;
    page.until_text("#not-filled", "without a port").await;
    let all = page.run("return [...document.querySelectorAll('#terminal pre')].map(pre => pre.textContent).join('\\n')", &[]).await;
    let all = all.as_str().expect("commands are there");
    assert!(!all.contains("passwd") && !all.contains("--config") && all.contains("'https://HOST/PATH'"), "{all}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a link that fills a command in, opens anything, or asks for something.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_fills_nothing_in() {
    let page = Page::open().await;
    page.run("location.href = '?url=evil.example&host=evil.example&origin=203.0.113.66&mode=visitor#terminal'", &[]).await;
    page.until("the page is there again", "return location.search !== '' && !!document.querySelector('#try-sample')", &[]).await;
    show_commands(&page).await;
    page.until_text("#terminal", "Three quick tests").await;
    let filled = "return document.body.innerHTML.includes('evil.example') || document.body.innerHTML.includes('203.0.113.66')";
    assert_eq!(page.run(filled, &[]).await, json!(false));
    assert_eq!(page.run("return document.querySelector('#you').selectedIndex", &[]).await, json!(0));
}

/// Broken by commands that do not take what the captures tell, or by an origin's address that gets into a text or a report.
#[tokio::test(flavor = "multi_thread")]
async fn commands_are_filled_with_what_captures_tell() {
    let page = Page::open().await;
    let [proxied, direct] = sample_texts();
    page.drop_files(&[("proxied.har", &proxied), ("direct.har", &direct)]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.run("location.hash = 'more/commands'", &[]).await;
    page.element("details.commands").await;
    page.run(OPEN, &[json!("details.commands")]).await;
    page.until_text("#terminal", "Three quick tests").await;
    page.run(UNFOLD, &[]).await;
    let host = page.run("return document.querySelector('#failing').placeholder", &[]).await;
    let host = host.as_str().expect("the address is there");
    assert!(host.starts_with("http"), "{host}");
    let direct = page.run(COMMANDS, &[json!("direct")]).await;
    assert!(direct.as_str().is_some_and(|command| command.contains(host)), "{direct}");
    page.run(TYPE, &[json!("#origin"), json!("198.51.100.77")]).await;
    // Commands of the causes take it too.
    page.run("location.hash = 'evidence/wrong-origin'", &[]).await;
    page.until_text(".others .finding", "198.51.100.77").await;
    page.run("location.hash = 'send'", &[]).await;
    page.element("#report-text").await;
    let report = page.run("return document.querySelector('#report-text').textContent", &[]).await;
    assert!(report.as_str().is_some_and(|report| !report.contains("198.51.100.77") && report.contains("ORIGIN_IP")));
    for (place, letter) in [(1, "support"), (2, "community"), (3, "owner"), (0, "host")] {
        page.run("document.querySelectorAll('#recipient input')[arguments[0]].click()", &[json!(place)]).await;
        page.until("the text is shown", "return location.hash.endsWith(arguments[0])", &[json!(letter)]).await;
        let text = page.run("return document.querySelector('#letter').textContent", &[]).await;
        assert!(text.as_str().is_some_and(|text| !text.contains("198.51.100.77")), "{letter}");
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a guide that does not come, lacks the person's own host, or fails in silence.
#[tokio::test(flavor = "multi_thread")]
async fn guides_come_when_they_are_opened() {
    let page = Page::open().await;
    page.run("window.asked = 0; const old = window.fetch; window.fetch = (...all) => { const help = String(all[0]).includes('/help-'); asked += help; return help && asked === 1 ? Promise.reject(new TypeError('Failed to fetch')) : old(...all); }", &[]).await;
    page.run(OPEN, &[json!("aside .stack > details + details")]).await;
    page.until_text("aside .stack > details + details", "Can't load the guides").await;
    page.run("document.querySelector('aside [role=alert] button').click()", &[]).await;
    page.until_text("aside .stack > details + details", "fresh profile").await;
    page.run(UNFOLD, &[]).await;
    page.until_text("aside .stack > details + details", "MAP HOST ORIGIN_IP").await;
    for words in ["secure DNS", "HSTS", "Origin CA", "Authenticated Origin Pulls", "The page looks for cf-ray"] {
        page.until_text("aside .stack > details + details", words).await;
    }
    for browser in ["Chrome", "Edge", "Firefox", "Safari", "Android", "iPhone"] {
        page.until_text("aside .stack > details", browser).await;
    }
    assert_eq!(page.run("return asked", &[]).await, json!(2));
}

/// Broken by a visitor who is shown commands for servers, or a supporter who is not shown what to request.
#[tokio::test(flavor = "multi_thread")]
async fn who_the_person_is_decides_what_stands_first() {
    let page = Page::open().await;
    let choose = "document.querySelectorAll('#modes button')[arguments[0]].click()";
    page.run(choose, &[json!(2)]).await;
    page.until_text("#for-you", "Your site gave me error 520").await;
    page.until("no commands for a visitor", "return !document.querySelector('#terminal, .slot.direct')", &[]).await;
    page.run(choose, &[json!(1)]).await;
    page.until_text("#for-you", "I need these").await;
    let [proxied, direct] = sample_texts();
    page.drop_files(&[("proxied.har", &proxied), ("direct.har", &direct)]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.until_text("#for-you", "I still need").await;
    let first =
        "return document.querySelector('.verdict + #for-you + #letters') !== null && document.querySelectorAll('#letters').length === 1";
    page.until("what to ask for and the texts stand first", first, &[]).await;
    page.run(choose, &[json!(2)]).await;
    page.until_text("#for-you", "Wait half a minute").await;
    page.until(
        "the text to the owner stands first",
        "return document.querySelector('#letter')?.value.startsWith('Your site returned')",
        &[],
    )
    .await;
    page.until("no commands for a visitor", "return !document.querySelector('#terminal, #complete')", &[]).await;
    page.run(choose, &[json!(0)]).await;
    page.until(
        "all is there for the owner",
        "return !!document.querySelector('#terminal') && !!document.querySelector('#complete') && !document.querySelector('#for-you')",
        &[],
    )
    .await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
