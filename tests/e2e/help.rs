//! Guides, commands, and who the person is.

use serde_json::json;

use crate::page::Page;
use crate::paste::PASTE;

/// What names neither a site nor an address.
const RAY: &str = "a5dce3d120c69c1e-FRA";

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

/// Broken by commands that need a capture, take a host for more than a host, or do not follow the person's system.
#[tokio::test(flavor = "multi_thread")]
async fn commands_are_filled_with_what_is_typed() {
    let page = Page::open().await;
    open_commands(&page).await;
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
    open_commands(&page).await;
    let filled = "return document.body.innerHTML.includes('evil.example') || document.body.innerHTML.includes('203.0.113.66')";
    assert_eq!(page.run(filled, &[]).await, json!(false));
    assert_eq!(page.run("return document.querySelector('#you').value", &[]).await, "owner");
}

/// Brings a Ray ID, which is enough for a result, and opens the commands.
async fn open_commands(page: &Page) {
    page.run(PASTE, &[json!(RAY), json!("main")]).await;
    page.element("#verdict").await;
    page.at("more/commands").await;
    page.run(OPEN, &[json!("details.commands")]).await;
    page.until_text("#terminal", "Three quick tests").await;
}

/// Broken by commands that do not take what the captures tell, or by an origin's address that gets into a text or a report.
#[tokio::test(flavor = "multi_thread")]
async fn commands_are_filled_with_what_captures_tell() {
    let page = Page::open().await;
    page.drop_sample().await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("more/commands").await;
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
    page.at("fix").await;
    page.until_text("#fix", "198.51.100.77").await;
    let report = page.report().await;
    assert!(!report.contains("198.51.100.77") && report.contains("ORIGIN_IP"), "{report}");
    for to in ["host", "support", "community", "owner"] {
        page.at(&format!("send/{to}")).await;
        let text = page.run("return document.querySelector('#letter').textContent", &[]).await;
        assert!(text.as_str().is_some_and(|text| !text.is_empty() && !text.contains("198.51.100.77")), "{to}");
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a guide that does not come, lacks the person's own host, or fails in silence.
#[tokio::test(flavor = "multi_thread")]
async fn guides_come_when_they_are_opened() {
    let page = Page::open().await;
    page.run("window.asked = 0; const old = window.fetch; window.fetch = (...all) => { const help = String(all[0]).includes('/help-'); window.asked += help; return help && window.asked === 1 ? Promise.reject(new TypeError('Failed to fetch')) : old(...all); }", &[]).await;
    page.run(OPEN, &[json!("aside details:nth-of-type(2)")]).await;
    page.until_text("aside", "Can't load the guides").await;
    page.run("document.querySelector('aside [role=alert] button').click()", &[]).await;
    page.until_text("aside", "fresh profile").await;
    page.run(UNFOLD, &[]).await;
    for words in ["MAP HOST ORIGIN_IP", "secure DNS", "HSTS", "Origin CA", "Authenticated Origin Pulls", "The page looks for cf-ray"] {
        page.until_text("aside", words).await;
    }
    for browser in ["Chrome", "Edge", "Firefox", "Safari", "Android", "iPhone"] {
        page.until_text("aside details", browser).await;
    }
    assert_eq!(page.run("return window.asked", &[]).await, json!(2));
}

/// Broken by a visitor who is shown commands for servers, or by somebody who is not shown first what they came for.
#[tokio::test(flavor = "multi_thread")]
async fn who_the_person_is_decides_what_stands_first() {
    let page = Page::open().await;
    page.be("visitor").await;
    page.until_text("aside", "Your site gave me error 520").await;
    page.until("a visitor probes nothing", "return !document.querySelector('#probe')", &[]).await;
    page.drop_sample().await;
    page.until_text("#letter", "Your site").await;
    let none = "return !document.querySelector('#places, .place, #copy-report, #terminal, .fix-steps')";
    page.until("neither commands nor places for a visitor", none, &[]).await;
    page.click("#i-run-it").await;
    page.element("#fix .fix-steps").await;
    page.element("#copy-host").await;
    page.be("support").await;
    page.element("section.place#compare").await;
    page.until("support writes to no host", "return !document.querySelector('#copy-host')", &[]).await;
    page.at("send").await;
    page.until_text("#letter", "Description").await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
