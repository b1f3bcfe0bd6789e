//! The page with 50,000 rows a side: whether it keeps up with the wheel and with the keys.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use fivetwenty_benches::{Content, Layout, Recipe, Side};
use serde::Deserialize;
use serde_json::json;

use super::figures::Figures;
use crate::bench::Har;
use crate::browsers::script;
use crate::page::Page;

/// Rows of each side.
const ROWS: u32 = 50_000;

/// What is typed into the filter, a key at a time.
const TYPED: &str = "status:520";

/// Reading a hundred megabytes takes its time where other work is done as well.
const PATIENCE: Duration = Duration::from_mins(3);

/// Frames that came late, and tasks that held them up.
#[derive(Deserialize)]
struct Late {
    frames: usize,
    longest: f64,
    tasks: Option<usize>,
}

/// Measures both, with captures that are written into the folder once.
pub(super) async fn rows(page: &Page, folder: &Path, figures: &mut Figures) -> Result<()> {
    let recipe = |side| Recipe { content: Content::Small, layout: Layout::Minified, side, entries: ROWS, body: 60 };
    let proxied = Har::make(folder, "walk-proxied", recipe(Side::Proxied))?;
    let direct = Har::make(folder, "walk-direct", recipe(Side::Direct))?;
    page.browser.resize(1280, 800).await?;
    page.run("localStorage.clear(); sessionStorage.clear()", &[]).await?;
    page.show(&page.origin()).await?;
    page.choose(&[&proxied.file.path, &direct.file.path]).await?;
    script::until(&page.browser, PATIENCE, READ, &[]).await?;
    page.run(SHOW_ALL, &[]).await?;
    page.until("the rows", "return document.querySelectorAll('#pairs tr[data-index], .row[data-index]').length > 5", &[]).await?;
    // Sooner it measures what the page does once.
    tokio::time::sleep(Duration::from_secs(2)).await;

    page.run(WATCH_FRAMES, &[]).await?;
    for turn in 0..40 {
        page.browser.wheel(640, 600, if turn < 30 { 700 } else { -1_500 }).await?;
    }
    let late: Late = serde_json::from_value(page.run("return window.late()", &[]).await?)?;
    figures.add_limited("frames over 50 ms at the wheel, 50,000 rows a side", late.frames, "frames", 0);
    figures.add("longest frame there", late.longest, "ms");
    match late.tasks {
        Some(tasks) => figures.add_limited("tasks over 50 ms there", tasks, "tasks", 0),
        None => figures.miss("tasks over 50 ms there"),
    }

    page.run(WATCH_FILTER, &[]).await?;
    let filter = page.element("#filter").await?;
    for key in TYPED.chars() {
        filter.send_keys(key.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let mut took: Vec<f64> = serde_json::from_value(page.run("return window.took", &[]).await?)?;
    // A key that changes nothing that is shown takes no time.
    took.retain(|took| *took > 0.0);
    took.sort_by(f64::total_cmp);
    figures.add_limited("filter: the usual key", took.get(took.len() / 2).copied().unwrap_or_default().round(), "ms", 50);
    figures.add_limited("filter: the slowest key", took.last().copied().unwrap_or_default().round(), "ms", 50);
    page.run("document.querySelector(arguments[0]).value = ''", &[json!("#filter")]).await?;
    Ok(())
}

const READ: &str = "return document.querySelector('.file[data-state=reading]') === null && document.querySelector('#verdict') !== null";

/// Shows the rows that do not fail as well, wherever that is chosen.
const SHOW_ALL: &str = "
    if (document.querySelector('#places')) location.hash = '#compare';
    const all = () => document.querySelector('#show-all');
    const wait = setInterval(() => { if (all()) { all().click(); clearInterval(wait); } }, 50);
    setTimeout(() => clearInterval(wait), 5000);
    document.querySelector('.table')?.scrollIntoView();";

const WATCH_FRAMES: &str = "
    let [last, frames, longest, tasks] = [performance.now(), 0, 0, 0];
    const frame = now => {
        const took = now - last;
        last = now;
        longest = Math.max(longest, took);
        if (took > 50) frames += 1;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(now => { last = now; requestAnimationFrame(frame); });
    const knows = PerformanceObserver.supportedEntryTypes.includes('longtask');
    if (knows) new PerformanceObserver(list => { tasks += list.getEntries().length; }).observe({type: 'longtask'});
    window.late = () => ({frames, longest: Math.round(longest), tasks: knows ? tasks : null});";

/// Takes the time from a key until the rows that match are drawn. The first of them is opened only when the person rests.
const WATCH_FILTER: &str = "
    window.took = [];
    let began = null;
    document.querySelector('#filter').addEventListener('input', () => { began = performance.now(); window.took.push(0); }, {capture: true});
    const isRow = ({target}) => (target.closest ? target : target.parentElement)?.closest('#pairs, .table') != null;
    new MutationObserver(changes => {
        if (began === null || !changes.some(isRow)) return;
        const from = began;
        requestAnimationFrame(() => setTimeout(() => {
            if (from === began) window.took[window.took.length - 1] = performance.now() - from;
        }));
    }).observe(document.querySelector('main'), {childList: true, subtree: true, characterData: true});";
