//! What the result shows beside the verdict: what settles it, what was measured, the origin's logs, and what became of it after a fix.

use fivetwenty_harness::states::mended;
use serde_json::{Value, json};

use crate::page::{Page, recorded, sample, sample_texts};

/// A capture with these entries.
fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}).to_string()
}

/// A request for a path of the shop, so many seconds after ten o'clock, and its answer.
fn entry(second: u32, path: &str, response: &Value, wait: f64) -> Value {
    json!({
        "startedDateTime": format!("2026-11-20T10:{:02}:{:02}.000Z", second / 60, second % 60), "time": wait,
        "request": {"method": "GET", "url": format!("https://shop.example{path}"), "httpVersion": "HTTP/1.1",
            "headers": [{"name": "accept", "value": "*/*"}]},
        "response": response,
        "timings": {"send": 0, "wait": wait, "receive": 0},
    })
}

fn through_cloudflare(status: u16) -> Value {
    json!({"status": status, "httpVersion": "HTTP/1.1", "headers": [{"name": "server", "value": "cloudflare"},
        {"name": "cf-ray", "value": "a5dce3d120c69c1e-FRA"}, {"name": "content-type", "value": "text/html"}]})
}

fn of_origin(status: u16) -> Value {
    json!({"status": status, "httpVersion": "HTTP/1.1",
        "headers": [{"name": "server", "value": "nginx"}, {"name": "content-type", "value": "text/html"}]})
}

/// Broken by a zone that moves the window the wrong way, is not kept, or is not what the button copies.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_window_is_shown_in_the_servers_time() {
    let page = Page::open().await;
    page.grant_clipboard().await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.until_text("#log-window", "21/Nov/2026:04:17:20 +0000 to 21/Nov/2026:04:19:20 +0000").await;
    let choose = "
        const zone = document.querySelector('#zone');
        zone.value = '+05:45';
        zone.dispatchEvent(new Event('change', {bubbles: true}));";
    page.run(choose, &[]).await;
    page.until_text("#log-window", "21/Nov/2026:10:02:20 +0545 to 21/Nov/2026:10:04:20 +0545").await;
    page.click("#log-window .command button").await;
    page.until_text("#log-window .command", "opied").await;
    assert_eq!(page.clipboard().await, "21/Nov/2026:10:02:20 +0545 to 21/Nov/2026:10:04:20 +0545");
    page.start_over().await;
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.until_text("#log-window", "+0545").await;
}

/// Broken by steps without a meaning, by commands apart from what they decide, or by a fix that is hidden.
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_says_what_it_means_what_to_do_and_what_settles_it() {
    let page = Page::open().await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.element("#fix .fix-steps > li:nth-child(3)").await;
    page.until_text("#fix .run .decides", "Empty reply from server").await;
    page.click("#all-steps > summary").await;
    page.until_text("#all-steps .steps", "Stop the damage").await;
    let means = "return document.querySelector('.why .means p').checkVisibility()";
    page.at("evidence").await;
    assert_eq!(page.run(means, &[]).await, false);
    page.click(".why .means summary").await;
    page.until("what it means is shown", means, &[]).await;
}

/// Broken by a wait that is not measured against the timeout that it reached, or by a timeout without its name.
#[tokio::test(flavor = "multi_thread")]
async fn the_wait_is_measured_against_known_timeouts() {
    let page = Page::open().await;
    let proxied = har(&[entry(0, "/", &through_cloudflare(200), 20.0), entry(1, "/export", &through_cloudflare(520), 30_040.0)]);
    page.drop_files(&[("proxied.har", &proxied)]).await;
    page.element("#verdict").await;
    page.at("evidence").await;
    page.click("#waited summary").await;
    page.until_text("#waited", "at most 30.0 s").await;
    page.until_text("#waited", "1 of 1 near 30 s: Gunicorn").await;
    let meter = "const {value, max} = document.querySelector('.measured meter'); return [value, max]";
    assert_eq!(page.run(meter, &[]).await, json!([30_000, 30_000]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by header sizes without the share of the cookies, or against other limits than Cloudflare's.
#[tokio::test(flavor = "multi_thread")]
async fn header_sizes_stand_against_the_limits() {
    let page = Page::open().await;
    let mut large = of_origin(200);
    large["headers"] = json!([{"name": "server", "value": "nginx"}, {"name": "set-cookie", "value": "x".repeat(140_000)}]);
    let proxied = har(&[entry(0, "/", &through_cloudflare(200), 20.0), entry(1, "/a", &through_cloudflare(520), 20.0)]);
    let direct = har(&[entry(10, "/", &of_origin(200), 20.0), entry(11, "/a", &large, 20.0)]);
    page.drop_files(&[("proxied.har", &proxied), ("direct.har", &direct)]).await;
    page.until_verdict("headers-too-large", "confirmed").await;
    page.at("evidence").await;
    page.click("#response-headers summary").await;
    page.until_text("#response-headers", "140,014 bytes are Set-Cookie").await;
    page.until_text("#response-headers", "More than 131,072").await;
    page.click("#response-headers a[href^='#row/d']").await;
    page.until_text("#pane", "set-cookie").await;
}

/// Broken by a third file that is kept out, that takes a side's place, or whose result is not told apart by what became of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_after_the_fix_says_what_is_gone() {
    let page = Page::open().await;
    let [proxied, direct] = sample_texts();
    page.drop_files(&[("proxied.har", &proxied), ("direct.har", &direct)]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.element("#add-after").await;

    // One that does not fit is refused with words, and what is shown stays.
    page.drop_files(&[("direct-again.har", &direct)]).await;
    page.until_text(".file[data-state=failed] .file-error", "after a fix").await;
    page.until_verdict("empty-reply", "confirmed").await;

    page.drop_files(&[("after.har", &mended(&proxied).expect("the recording is JSON"))]).await;
    page.until_text("#after", "1 fixed").await;
    page.click("#after summary").await;
    page.until_text("#after", "Gone (1)").await;
    page.until_text("#after .resolution[data-resolution=gone]", "3 of 3").await;
    page.until_text("#after", "first good response 2026-11-21 06:18:2").await;
    page.until_text(".files-menu", "after the fix").await;
    page.until_verdict("empty-reply", "confirmed").await;
    // The one that was refused stays listed beside the three.
    assert_eq!(page.run("return document.querySelectorAll('.file:not([data-state=failed])').length", &[]).await, 3);
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a recorded fault whose measure is not drawn, or not beside the limit that it exceeds.
#[tokio::test(flavor = "multi_thread")]
async fn recorded_faults_show_what_was_measured() {
    let page = Page::open_recorded("headers-132k-cookies").await;
    page.until_verdict("headers-too-large", "confirmed").await;
    page.at("evidence").await;
    page.click("#response-headers summary").await;
    page.until_text("#response-headers", "132,000 bytes are Set-Cookie").await;
    page.until_text("#response-headers", "More than 131,072: Cloudflare's limit").await;
    page.start_over().await;
    let [proxied, direct] = recorded("timeout-30s");
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("origin-timeout", "likely").await;
    page.at("evidence").await;
    page.until_text("#waited", "2 of 2 near 30 s: Gunicorn's worker timeout, which closes the connection.").await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by one of several causes that stands before the others, by no test that separates them, or by steps for all of them at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_separated_stands_together() {
    let page = Page::open_recorded("regional").await;
    page.until_verdict("", "none").await;
    page.until("the causes are there", "return document.querySelectorAll('#ties li').length > 1", &[]).await;
    page.element("#left .decides").await;
}

/// Broken by another customer of Cloudflare's that decides, by a site that cannot be chosen, or by a choice that changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_found_and_can_be_chosen() {
    let page = Page::open_recorded("foreign-503-login").await;
    page.until_verdict("headers-too-large", "confirmed").await;
    let host = page.run("return document.querySelector('#site').value", &[]).await;
    let hosts = page.run("return [...document.querySelectorAll('#site option')].map(option => option.value)", &[]).await;
    let other = hosts.as_array().and_then(|hosts| hosts.iter().find(|other| **other != host)).cloned().unwrap_or_default();
    let choose = "
        const site = document.querySelector('#site');
        site.value = arguments[0];
        site.dispatchEvent(new Event('change', {bubbles: true}));";
    page.run(choose, &[other]).await;
    page.until_text(".files-menu", "you said so").await;
    page.run(choose, &[json!("")]).await;
    page.until_verdict("headers-too-large", "confirmed").await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a fault that one good direct answer rules out, or by no word of how often to ask.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_direct_answer_did_not_show_is_not_ruled_out() {
    let page = Page::open_recorded("mended-empty-reply").await;
    page.until_verdict("", "none").await;
    page.at("evidence/empty-reply").await;
    page.until_text(".others tr[data-status=cannot-tell] [data-cause=empty-reply]", "within 5 minutes of a failure").await;
    let ruled_out = "return document.querySelectorAll('.others tr[data-status=ruled-out] a[href$=empty-reply]').length";
    assert_eq!(page.run(ruled_out, &[]).await, 0);
}

/// Broken by a row for each of the causes that share a reason, by a cause that is open unasked, by an address that opens none, or by an id
/// before the title.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_ruled_out_stands_by_reason_and_opens_at_its_address() {
    let page = Page::open_recorded("empty-reply").await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.element(".others tbody tr").await;
    let count = "return document.querySelectorAll(arguments[0]).length";
    let links = page.run(count, &[json!(".others tr[data-status=ruled-out] .causes a")]).await;
    let rows = page.run(count, &[json!(".others tr[data-status=ruled-out]")]).await;
    assert!(links.as_u64().is_some_and(|links| links > 20) && rows.as_u64().is_some_and(|rows| rows < 6), "{links} {rows}");
    assert_eq!(page.run(count, &[json!(".others .finding")]).await, 0);
    page.click(".others .causes a[href$=cache-rule]").await;
    page.element(".others .finding[data-cause=cache-rule] .evidence").await;
    let name = page.run("return document.activeElement.innerText", &[]).await;
    assert!(name.as_str().is_some_and(|name| name.ends_with(" cache-rule")), "{name:?}");
    page.run("history.back()", &[]).await;
    page.until("it is closed again", "return document.querySelector('.others .finding') === null", &[]).await;
}

/// Broken by a line for each entry that says the same, or by a number that leads to another entry.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_repeats_is_one_line_with_its_entries() {
    let page = Page::open().await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.element(".why .evidence").await;
    let lines = "return [...document.querySelectorAll('.why .evidence')].map(line => line.innerText.replace(/\\s+/g, ' ').trim())";
    let lines = page.run(lines, &[]).await;
    let status: Vec<&str> =
        lines.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|line| line.contains("response.status")).collect();
    assert_eq!(status, ["P 3 requests: 520 response.status entry 6 7 8"]);
    page.click(".why .evidence .refs a:nth-of-type(3)").await;
    page.element("#pane[data-state=done] [data-cited]").await;
    let open = "return document.querySelector('#pairs tr.on a')?.getAttribute('href') ?? null";
    assert_eq!(page.until("the entry opens", open, &[]).await, "#row/p8");
}

/// Broken by bars that fill the drawing when there are few stretches of time.
#[tokio::test(flavor = "multi_thread")]
async fn bars_over_time_are_never_slabs() {
    let page = Page::open_recorded("empty-reply").await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.click("#patterns details:has(.colos) > summary").await;
    let widest = "return Math.max(...[...document.querySelectorAll('.colos rect')].map(bar => bar.getBoundingClientRect().width))";
    let widest = page.run(widest, &[]).await;
    assert!(widest.as_f64().is_some_and(|pixels| (2.0..48.0).contains(&pixels)), "{widest}");
}

/// Broken by a Ray ID whose button copies anything else, which does not say what it tells, or is not the same wherever it stands; by a data
/// centre that was seen and is not on the map, or by a failing one that only its colour tells.
#[tokio::test(flavor = "multi_thread")]
async fn ray_ids_tell_all_and_the_map_shows_their_data_centres() {
    let page = Page::open_recorded("empty-reply-many-colos").await;
    page.grant_clipboard().await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.at("evidence").await;
    page.element(".rays .ray .machine").await;
    let id = page.run("return document.querySelector('.rays .ray .machine').textContent", &[]).await;
    page.click(".rays .ray .command-copy button").await;
    page.until_text(".rays .ray [role=status]", "opied").await;
    assert_eq!(id, page.clipboard().await);
    page.click(".rays .ray summary").await;
    for words in [
        "your time). Derived",
        "yes, its time is within that of the capture",
        "Looks genuine (not proven)",
        "Security Events: Free and Pro until 20",
    ] {
        page.until_text(".rays .ray dl", words).await;
    }
    let seen = "return [...new Set([...document.querySelectorAll('.rays tbody td:nth-child(4) > .machine')].map(code => code.textContent))].sort()";
    let seen = page.run(seen, &[]).await;
    page.click("a[href='#more/map']").await;
    page.element("#map svg").await;
    let marks = "return [...document.querySelectorAll('#map [data-colo]')].map(mark => mark.dataset.colo).sort()";
    let marks = page.run(marks, &[]).await;
    assert_eq!(marks, json!(["AMS", "FRA", "LHR"]));
    assert_eq!(seen, marks);
    let label = page.run("return document.querySelector('#map svg[role=img]').getAttribute('aria-label')", &[]).await;
    assert!(label.as_str().is_some_and(|label| label.contains("World map, 3 data centres seen") && label.contains("Frankfurt")), "{label}");
    let codes = "return [...document.querySelectorAll('#map text')].map(code => code.textContent).sort()";
    assert_eq!(page.run(codes, &[]).await, marks);
    let shapes = "return new Set([...document.querySelectorAll('#map .fails path')].map(mark => mark.getAttribute('d'))).size";
    assert_eq!(page.run(shapes, &[]).await, 1);
    let within = "const map = document.querySelector('#map svg').getBoundingClientRect();
        return [...document.querySelectorAll('#map [data-colo] path')].map(mark => mark.getBoundingClientRect())
            .every(mark => mark.left > map.left && mark.right < map.right && mark.top > map.top && mark.bottom < map.bottom)";
    assert_eq!(page.run(within, &[]).await, true);
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a healthy pair that is shown a fault, or by a warning without its advice.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_captures_is_said() {
    let page = Page::open_recorded("healthy-shop").await;
    page.element("#verdict").await;
    page.at("more").await;
    page.element(".warning[data-id=no-failing-entry]").await;
    assert_eq!(page.run("return document.querySelector('#verdict').dataset.cause", &[]).await, "");
    page.at("evidence").await;
    page.element("#evidence .why").await;
    assert_eq!(page.run("return document.querySelector('#patterns')", &[]).await, Value::Null);
    page.at("more").await;
    page.start_over().await;
    let [proxied, direct] = recorded("direct-certificate");
    page.choose(&[&proxied, &direct]).await;
    page.element("#verdict").await;
    page.at("more").await;
    page.click(".warning[data-id=direct-certificate] summary").await;
    let fix = "return document.querySelector('.warning[data-id=direct-certificate] .fix li')?.checkVisibility()";
    page.until("what to do is shown", fix, &[]).await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a page that is wider than a narrow window, with everything open.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_sticks_out_of_a_narrow_window() {
    let page = Page::open().await;
    page.resize(320).await;
    for case in ["empty-reply", "regional", "headers-132k-cookies", "timeout-30s"] {
        let [proxied, direct] = recorded(case);
        page.choose(&[&proxied, &direct]).await;
        page.element("#verdict").await;
        let unfold = "document.querySelectorAll('details').forEach(details => { details.open = !details.closest('.menu, .top') })";
        let wide = "
            if (innerWidth !== 320) return ['the window is ' + innerWidth];
            const inner = element => element.closest('.scroll-x, .unseen, .skip, .menu');
            return [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > 320.5 && !inner(element) && !element.ownerSVGElement)
                .map(element => element.outerHTML.slice(0, 120));";
        let fits = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        for place in ["fix", "compare", "evidence", "send", "more"] {
            page.at(place).await;
            page.run(unfold, &[]).await;
            assert_eq!(page.run(wide, &[]).await, json!([]), "{case} {place}");
            assert_eq!(page.run(fits, &[]).await, true, "{case} {place}");
        }
        page.start_over().await;
    }
}
