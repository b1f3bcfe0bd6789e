//! What was asked for one case never shows in the next, whatever comes when: modules, workers, answers. `bundle` has the same of bundles.

use axum::Router;
use serde_json::json;
use xtask::seal::{PROBE, WORKERS};

use crate::page::{DROP_MANY, Page, WATCH_WORKERS, gated, recorded, sample_texts};

/// From now on `window.seen` lists what the page shows of a case that was left: words of its files, or its cause.
const WATCH: &str = "
    window.seen = [];
    const left = ['first-', 'a.example', 'large.har'];
    new MutationObserver(() => {
        const shown = document.querySelector('#app').textContent;
        window.seen.push(...left.filter(word => shown.includes(word)));
        if (document.querySelector('#verdict[data-cause=empty-reply]')) window.seen.push('its verdict');
    }).observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true});";

/// Drops a first case, whose cause is an empty reply.
async fn drop_first(page: &Page) {
    let [proxied, direct] = sample_texts();
    page.drop_files(&[("first-proxied.har", &proxied), ("first-direct.har", &direct)]).await;
}

/// Gives the files of another case.
async fn give_second(page: &Page) {
    let [proxied, direct] = recorded("malformed-nul");
    page.choose(&[&proxied, &direct]).await;
}

/// Waits for the verdict of the second case. Nothing of the first may have shown, and of all workers one is left, which holds the second.
async fn only_second(page: &Page) {
    page.until_verdict("malformed-response", "confirmed").await;
    assert_eq!(page.run("return window.seen", &[]).await, json!([]));
    let left = "return window.workers.filter(worker => !worker.ended).map(worker => worker.name)";
    page.until("one worker is left", &format!("{left}.length === 1"), &[]).await;
    assert_eq!(page.run(left, &[]).await, json!(["analyst"]));
}

/// Broken by a case that is read after all once the workers' module has come, though it was left before.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_waited_for_its_module_is_not_read_once_it_is_left() {
    let (routes, gate) = gated(WORKERS);
    let page = Page::open_with(routes).await;
    page.run(WATCH_WORKERS, &[]).await;
    drop_first(&page).await;
    page.element(".file[data-state=reading]").await;
    page.start_over().await;
    page.run(WATCH, &[]).await;
    give_second(&page).await;
    gate.add_permits(1);
    only_second(&page).await;
    let readers = "return window.workers.filter(worker => worker.name === 'reader').map(worker => worker.ended)";
    assert_eq!(page.run(readers, &[]).await, json!([true, true, true, true]));
}

/// Broken by a reader or an analyst that goes on with what was left while it worked: with everything that it had posted by then, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_being_read_ends_when_it_is_left() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    let first_batch = "window.begun = false; window.heard = (worker, number) => { if (number === 2) window.begun = true; }";
    page.run(first_batch, &[]).await;
    page.run(DROP_MANY, &[json!(60)]).await;
    page.until("the analyst has something", "return window.begun", &[]).await;
    page.start_over().await;
    page.run(WATCH, &[]).await;
    give_second(&page).await;
    only_second(&page).await;
}

/// Broken by a verdict that comes late and shows in the next case: the first one is left when all of it has been read, and its analyst works.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_being_compared_ends_when_it_is_left() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    // Left by the page itself, as soon as the last reader has handed its batch on.
    let leave = "
        let heard = 0;
        window.heard = () => {
            heard += 1;
            if (heard === 2) setTimeout(() => { document.querySelector('#start-over').click(); window.left = true; });
        };";
    page.run(leave, &[]).await;
    drop_first(&page).await;
    page.until("the first case is left", "return window.left ?? null", &[]).await;
    page.run("window.heard = null", &[]).await;
    page.run(WATCH, &[]).await;
    give_second(&page).await;
    only_second(&page).await;
}

/// Broken by a file that stays in the comparison though it was removed while it was read, or by the other one going with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_while_it_is_read_leaves_the_other() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    let [proxied, _] = sample_texts();
    page.drop_files(&[("proxied.har", &proxied)]).await;
    page.element("#verdict").await;
    page.at("send").await;
    let report = "const text = document.querySelector('#report-text')?.textContent; return text?.includes('Ray IDs') ? text : null";
    let alone = page.until("the report of one file", report, &[]).await;
    let remove = "
        window.heard = (worker, number) => {
            if (number !== 2) return;
            const file = [...document.querySelectorAll('.file')].find(file => file.innerText.includes('large.har'));
            file.querySelector('.cancel').click();
            window.removed = true;
        };";
    page.run(remove, &[]).await;
    page.run(DROP_MANY, &[json!(60)]).await;
    page.until("it is removed", "return window.removed ?? null", &[]).await;
    page.until_text(".file[data-state=cancelled]", "large.har").await;
    let again = "return document.querySelector('#report-text')?.textContent === arguments[0]";
    page.until("the report is the same again", again, &[alone]).await;
    let readers = "return window.workers.filter(worker => worker.name === 'reader').every(worker => worker.ended)";
    assert_eq!(page.run(readers, &[]).await, true);
}

/// Broken by a question of a case that was left and is asked once the probe's module has come, or whose answer shows in the next case.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_a_case_that_was_left_is_not_asked() {
    let (routes, gate) = gated(PROBE);
    let asked = Router::new().route("/first-asked", axum::routing::get(async || "an answer"));
    let page = Page::open_with(routes.merge(asked)).await;
    page.run(WATCH_WORKERS, &[]).await;
    let own = format!("{}/first-asked", page.origin());
    page.element("#host").await.send_keys(&own).await.expect("the field takes text");
    page.click("#probe").await;
    drop_first(&page).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.start_over().await;
    page.run("document.querySelector('#host').value = ''", &[]).await;
    page.run(WATCH, &[]).await;
    give_second(&page).await;
    gate.add_permits(1);
    let came =
        "return performance.getEntriesByType('resource').some(({name, responseEnd}) => name.includes('-probe_bg') && responseEnd > 0)";
    page.until("the probe's module came", came, &[]).await;
    only_second(&page).await;
    let probes = "return window.workers.some(worker => worker.name === 'probe')";
    assert_eq!(page.run(probes, &[]).await, false);
}
