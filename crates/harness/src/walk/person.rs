//! What a person sees of the sample's result, and how far everything is.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::Key;

use super::figures::Figures;
use crate::page::{Page, sample};

/// Who a person can be.
pub(super) const YOU: [&str; 3] = ["owner", "support", "visitor"];

/// More stops than this are not counted.
const STOPS: usize = 250;

/// From an open page to a copied report: by the sample's button and by the report's.
pub(super) async fn journey(page: &Page, figures: &mut Figures) -> Result<()> {
    page.browser.resize(1280, 800).await?;
    page.show(&page.origin()).await?;
    let began = page.run("return performance.now()", &[]).await?.as_f64().unwrap_or_default();
    page.click("#try-sample").await?;
    page.until_verdict("empty-reply", "confirmed").await?;
    figures.add("seconds from a click to the verdict", since(page, began).await?, "s");
    page.click("#copy-report").await?;
    page.until("it says so", "return /copied/i.test(document.querySelector('#copy-report-status, #copy-status')?.textContent ?? '')", &[])
        .await?;
    figures.add("seconds from a click to the copied report", since(page, began).await?, "s");
    figures.add("clicks from the open page to the copied report", 2, "");
    figures.add_limited("lines of the copied report", page.clipboard().await?.lines().count(), "lines", 40);
    Ok(())
}

async fn since(page: &Page, began: f64) -> Result<f64> {
    let now = page.run("return performance.now()", &[]).await?.as_f64().unwrap_or_default();
    Ok((now - began) / 1000.0)
}

/// Where something is, in pixels from the top.
#[derive(Deserialize)]
struct Edges {
    top: f64,
    bottom: f64,
}

/// What the page shows before anything is opened.
#[derive(Deserialize)]
struct Shown {
    height: f64,
    words: usize,
    controls: usize,
}

/// The result as this person sees it: how much there is, and where it begins.
pub(super) async fn look(page: &Page, you: &str, figures: &mut Figures) -> Result<()> {
    page.browser.resize(1280, 800).await?;
    page.run("localStorage.clear(); sessionStorage.clear()", &[]).await?;
    page.show(&page.origin()).await?;
    if !page.be(you).await? {
        figures.miss(format!("{you}: a choice of who the person is"));
        return Ok(());
    }
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await?;
    page.until("a result", RESULT, &[]).await?;
    page.run("scrollTo(0, 0)", &[]).await?;
    let shown: Shown = serde_json::from_value(page.run(SHOWN, &[]).await?)?;
    let goal = if you == "visitor" { 120 } else { 300 };
    if you == "owner" {
        figures.add_limited(format!("{you}: height of the page"), shown.height, "px", 800);
    } else {
        figures.add(format!("{you}: height of the page"), shown.height, "px");
    }
    figures.add_limited(format!("{you}: words before anything is opened"), shown.words, "words", goal);
    figures.add(format!("{you}: controls before anything is opened"), shown.controls, "controls");
    if you == "visitor" {
        return narrow(page, figures).await;
    }
    for (name, selectors) in [("the verdict", "#headline"), ("the button to copy the report", "#copy-report")] {
        distance(page, &format!("{you}: to {name}"), selectors, figures).await?;
    }
    // Where an address leads to one, a click on its link opens it; an earlier build has them all below each other.
    for (name, link, selectors) in [
        ("Compare", "#places a[href='#compare']", "#compare, section:has(> #table-title), .table"),
        ("Send", "#places a[href='#send']", "#send, #letters"),
    ] {
        let clicks = usize::from(page.run("return document.querySelector(arguments[0]) !== null", &[json!(link)]).await? == true);
        if clicks == 1 {
            page.click(link).await?;
            page.element(selectors).await?;
            page.run("scrollTo(0, 0)", &[]).await?;
        }
        distance(page, &format!("{you}: to {name}, after {clicks} clicks"), selectors, figures).await?;
    }
    Ok(())
}

/// The same for a visitor's telephone.
async fn narrow(page: &Page, figures: &mut Figures) -> Result<()> {
    page.browser.resize(375, 800).await?;
    page.run("scrollTo(0, 0)", &[]).await?;
    let shown: Shown = serde_json::from_value(page.run(SHOWN, &[]).await?)?;
    figures.add_limited("visitor, 375 px: words before anything is opened", shown.words, "words", 120);
    figures.add("visitor, 375 px: height of the page", shown.height, "px");
    match edges(page, "#copy-letter").await? {
        Some(edges) => figures.add_limited("visitor, 375 px: lower edge of Copy", edges.bottom, "px", 800),
        None => figures.miss("visitor, 375 px: lower edge of Copy"),
    }
    Ok(())
}

async fn distance(page: &Page, name: &str, selectors: &str, figures: &mut Figures) -> Result<()> {
    match edges(page, selectors).await? {
        Some(edges) => figures.add(name, edges.top, "px"),
        None => figures.miss(name),
    }
    Ok(())
}

async fn edges(page: &Page, selectors: &str) -> Result<Option<Edges>> {
    let script = "
        const element = [...document.querySelectorAll(arguments[0])].find(element => element.checkVisibility());
        if (!element) return null;
        const {top, bottom} = element.getBoundingClientRect();
        return {top: Math.round(top + scrollY), bottom: Math.round(bottom + scrollY)}";
    Ok(serde_json::from_value(page.run(script, &[json!(selectors)]).await?)?)
}

/// How often a person presses Tab from the verdict to an action.
pub(super) async fn tab_stops(page: &Page, figures: &mut Figures) -> Result<()> {
    page.browser.resize(1280, 800).await?;
    page.run("localStorage.clear(); sessionStorage.clear()", &[]).await?;
    page.show(&page.origin()).await?;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await?;
    page.until("a result", RESULT, &[]).await?;
    let actions = [
        ("Copy report", "#copy-report"),
        ("Full report", "#copy-full, #report-text"),
        ("Copy for my host", "#copy-host, #copy-letter"),
        ("Fix", "#places a[href='#fix'], .fix"),
        ("Compare", "#places a[href='#compare'], #filter"),
        ("Send", "#places a[href='#send'], #letters button"),
    ];
    page.run(FOCUS_VERDICT, &[]).await.context("there is a headline")?;
    let mut stops = [None; 6];
    for stop in 1..=STOPS {
        page.browser.action_chain().send_keys(Key::Tab).perform().await?;
        let selectors: Vec<&str> = actions.iter().map(|(_, selectors)| *selectors).collect();
        let at: Vec<bool> = serde_json::from_value(page.run(FOCUSED, &[json!(selectors)]).await?)?;
        for (known, _) in stops.iter_mut().zip(at).filter(|(known, at)| known.is_none() && *at) {
            *known = Some(stop);
        }
        let left_the_page = page.run("return document.activeElement === document.body", &[]).await? == true;
        if left_the_page || stops.iter().all(Option::is_some) {
            break;
        }
    }
    for ((name, _), stop) in actions.iter().zip(stops) {
        match stop {
            Some(stop) => figures.add(format!("tab stops from the verdict to {name}"), stop, "stops"),
            None => figures.miss(format!("tab stops from the verdict to {name}")),
        }
    }
    Ok(())
}

/// Whether a result is there for whoever looks.
const RESULT: &str = "
    return document.querySelector('.file[data-state=reading]') === null && document.querySelector('#verdict[data-cause=empty-reply], #letter') !== null";

const FOCUS_VERDICT: &str = "
    const headline = document.querySelector('#headline');
    headline.tabIndex = -1;
    headline.focus()";

const FOCUSED: &str = "return arguments[0].map(selectors => document.activeElement.closest(selectors) !== null)";

/// Counts what can be seen: neither what is folded, nor what is for screen readers alone.
const SHOWN: &str = r"
    const isSeen = element => {
        if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
        const {width, height} = element.getBoundingClientRect();
        return width > 1 && height > 1;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let words = 0;
    while (walker.nextNode()) {
        const {data, parentElement} = walker.currentNode;
        if (parentElement.closest('option, script, noscript') || !isSeen(parentElement)) continue;
        words += data.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length;
    }
    for (const list of document.querySelectorAll('select')) {
        if (isSeen(list)) words += (list.selectedOptions[0]?.text ?? '').split(/\s+/).filter(Boolean).length;
    }
    const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\'0\']')].filter(isSeen);
    return {height: document.documentElement.scrollHeight, words, controls: new Set(controls).size};";
