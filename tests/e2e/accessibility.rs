//! Whether everybody can use the page: what axe-core finds, what screen readers are told, and what is announced.

use std::fmt::Write as _;

use expect_test::expect_file;
use fivetwenty_harness::browsers::{AnyBrowser, Colours, Engine};
use fivetwenty_harness::states::{STATES, State};
use serde_json::{Value, json};

use crate::page::{Page, engine, sample};

/// The states in halves, so that both cores have one.
const HALF: usize = STATES.len() / 2;

/// Colours and widths in which a state is looked at. What differs between engines shows in two of them.
pub(crate) fn looks() -> Vec<(Colours, u32)> {
    if engine() != Engine::Chromium {
        return vec![(Colours::Light, 1280), (Colours::Dark, 320)];
    }
    let colours = [Colours::Light, Colours::Dark, Colours::Forced];
    colours.into_iter().flat_map(|colours| [1280, 375, 320].map(|width| (colours, width))).collect()
}

async fn check(states: &[State]) {
    let page = Page::open().await;
    let mut findings = Vec::new();
    for state in states {
        page.resize(1280).await;
        page.bring(state).await;
        for (colours, width) in looks() {
            page.browser.show_in(colours).await.expect("the browser has these colours");
            page.resize(width).await;
            // Where the last size was left, controls may lie half under the links to the places.
            page.run("scrollTo(0, 0)", &[]).await;
            for finding in page.axe().await {
                findings.push(format!("{} {colours:?} {width}: {finding}", state.name));
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    page.end().await;
}

/// Broken by anything that axe-core finds in WCAG 2.0 to 2.2, A and AA, or calls bad practice: in any state, light, dark and in forced
/// colours, wide and narrow.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_out_of_the_first_half_of_states() {
    check(&STATES[..HALF]).await;
}

/// Broken as the one above.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_out_of_the_second_half_of_states() {
    check(&STATES[HALF..]).await;
}

/// Roles that a person goes to by a screen reader's own commands, or is told on the way.
const ROLES: [&str; 20] = [
    "alert",
    "banner",
    "button",
    "checkbox",
    "combobox",
    "complementary",
    "contentinfo",
    "form",
    "heading",
    "image",
    "link",
    "main",
    "navigation",
    "radio",
    "region",
    "search",
    "searchbox",
    "status",
    "table",
    "textbox",
];

/// What screen readers are told of the page as it is: a line for each landmark, heading, control and picture, with its name.
async fn tree(page: &Page) -> String {
    let AnyBrowser::Chromium(browser) = &page.browser else { panic!("only Chromium gives the tree") };
    let tree = browser.cdp().send_raw("Accessibility.getFullAXTree", json!({})).await.expect("the browser gives it");
    let mut lines = String::new();
    for node in tree["nodes"].as_array().into_iter().flatten().filter(|node| node["ignored"] == false) {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if !ROLES.contains(&role) {
            continue;
        }
        let level = node["properties"].as_array().into_iter().flatten().find(|property| property["name"] == "level");
        let level = level.map(|level| format!(" {}", level["value"]["value"])).unwrap_or_default();
        let name = node["name"]["value"].as_str().unwrap_or_default();
        writeln!(lines, "{role}{level}: {name}").expect("a text takes everything");
    }
    lines
}

/// Broken by a control without a name, a heading of a wrong level, a landmark that is lost, or another order than what is seen. Read what
/// changed before you take it over with `UPDATE_EXPECT=1`.
#[tokio::test(flavor = "multi_thread")]
async fn everything_has_its_role_and_name() {
    let page = Page::open().await;
    for name in ["start", "fix", "compare", "tie", "visitor"] {
        let state = STATES.iter().find(|state| state.name == name).expect("there is such a state");
        page.bring(state).await;
        let path = format!("{}/tests/data/accessibility/{name}.txt", xtask::run::root().display());
        expect_file![path].assert_eq(&tree(&page).await);
    }
    page.end().await;
}

/// From now on `window.announced` lists what live regions say.
const LISTEN: &str = "
    window.announced = [];
    const live = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
    new MutationObserver(changes => {
        for (const {target} of changes) {
            const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
            const region = element?.closest(live);
            const words = region?.innerText.trim();
            if (words && window.announced.at(-1) !== words) window.announced.push(words);
        }
    }).observe(document.body, {childList: true, subtree: true, characterData: true});";

/// Broken by work that is not announced, or by a verdict that comes in silence: the headline has the focus, and so is read out.
#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_is_announced_and_has_the_focus() {
    let page = Page::open().await;
    page.run(LISTEN, &[]).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    let focused = "return document.activeElement === document.querySelector('#headline')";
    page.until("the headline has the focus", focused, &[]).await;
    let announced = page.run("return window.announced", &[]).await;
    assert_eq!(announced, json!(["Comparing…"]));
    if let AnyBrowser::Chromium(browser) = &page.browser {
        let tree = browser.cdp().send_raw("Accessibility.getFullAXTree", json!({})).await.expect("the browser gives it");
        let is_focused = |node: &&Value| {
            let properties = node["properties"].as_array().into_iter().flatten();
            properties.into_iter().any(|property| property["name"] == "focused" && property["value"]["value"] == true)
        };
        let focused = tree["nodes"].as_array().into_iter().flatten().filter(|node| node["role"]["value"] != "RootWebArea").find(is_focused);
        let focused = focused.map(|node| (node["role"]["value"].as_str(), node["name"]["value"].as_str()));
        assert_eq!(focused, Some((Some("heading"), Some("The origin closed the connection without responding"))));
    }
    page.end().await;
}
