//! Which requests fail, over all of them: by URL, by data centre, over time.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{ColoRow, Patterns, TimeRow, UrlRow};
use yew::prelude::*;

use super::rays::time;
use super::side::{abbr, machine, prose};
use crate::{format, labels};

/// How many URLs are shown at once.
const SHOWN: usize = 10;

/// How wide a bar is at most, in percent of the drawing: few stretches of time are as thin as many.
const WIDEST: f64 = 4.0;

/// The pattern, when something fails.
pub(crate) fn patterns(overview: &Overview) -> Html {
    let Some(patterns) = overview.report.patterns.as_ref().filter(|patterns| patterns.failing > 0) else { return Html::default() };
    let (failing, answered): (Vec<_>, Vec<_>) = patterns.urls.iter().partition(|row| row.failing > 0);
    let (shown, rest) = failing.split_at(failing.len().min(SHOWN));
    let more: Vec<&UrlRow<String>> = rest.iter().copied().chain(answered).collect();
    html! {
        <section class="patterns" id="patterns" aria-labelledby="patterns-title">
            <h2 id="patterns-title">{ labels::PATTERNS_TITLE }</h2>
            <p>{ prose(&patterns.sentence) }</p>
            { over_time(patterns) }
            { urls(labels::FAILING_URLS, shown) }
            if !more.is_empty() {
                <details>
                    <summary>{ labels::more_urls(more.len() as u64) }</summary>
                    { urls(labels::OTHER_URLS, &more) }
                </details>
            }
        </section>
    }
}

/// A line for each data centre: failures above it, answers below, each as high as they are many.
fn over_time(patterns: &Patterns<String>) -> Html {
    let (Some(first), Some(last)) = (patterns.times.first(), patterns.times.last()) else { return Html::default() };
    let unnamed = |row: &TimeRow<String>| {
        let (total, failing) = row.colos.iter().fold((0, 0), |(total, failing), colo| (total + colo.total, failing + colo.failing));
        [row.failing.saturating_sub(failing), row.total.saturating_sub(total)]
    };
    let of_colo =
        |row: &TimeRow<String>, colo: &str| row.colos.iter().find(|of| of.colo == colo).map_or([0, 0], |of| [of.failing, of.total]);
    let mut lines: Vec<(Html, String, Vec<[u32; 2]>)> = patterns
        .colos
        .iter()
        .map(|of| (machine(&of.colo), of.colo.clone(), patterns.times.iter().map(|row| of_colo(row, &of.colo)).collect()))
        .collect();
    let without: Vec<[u32; 2]> = patterns.times.iter().map(unnamed).collect();
    if without.iter().any(|[_, total]| *total > 0) {
        lines.push((abbr(labels::NO_RAY_ID, labels::NONE), labels::NO_DATA_CENTRE.to_owned(), without));
    }
    let most =
        lines.iter().flat_map(|(_, _, cells)| cells).map(|[failing, total]| (*failing).max(total - failing)).max().unwrap_or(1).max(1);
    let count = patterns.times.len();
    html! {
        <>
            <h3>{ labels::OVER_TIME_BY }{ abbr(labels::DATA_CENTRE_MEANS, labels::BY_DATA_CENTRE) }{ " " }<a href="#map">{ labels::ON_THE_MAP }</a></h3>
            <div class="colos">
                { for lines.iter().map(|(shown, name, cells)| line(shown.clone(), name, cells, most)) }
                <span class="ends"><span>{ time(&first.from) }</span><span>{ time(&last.to) }{ labels::UTC }</span></span>
            </div>
            <p class="key quiet">
                <span class="swatch fails" aria-hidden="true"></span>{ labels::FAILED_ABOVE }<span class="swatch" aria-hidden="true"></span>{ labels::SUCCEEDED_BELOW }
                { labels::scale_of(count as u64, most) }
            </p>
            <details>
                <summary>{ labels::SHOW_AS_TABLE }</summary>
                <div class="scroll-x" tabindex="0" role="region" aria-label={labels::FAILURES_OVER_TIME}>
                    <table class="plain">
                        <thead><tr>
                            <th scope="col">{ labels::FROM_UTC }</th><th scope="col">{ labels::DATA_CENTRE }</th>
                            <th scope="col" class="number">{ labels::FAILED }</th><th scope="col" class="number">{ labels::REQUESTS }</th>
                        </tr></thead>
                        <tbody>{ for patterns.times.iter().flat_map(|row| cells(row, unnamed(row))) }</tbody>
                    </table>
                </div>
            </details>
        </>
    }
}

/// A line of bars, each `[failing, total]` requests; `most` of them are as high as can be.
pub(super) fn line(shown: Html, name: &str, cells: &[[u32; 2]], most: u32) -> Html {
    let (failing, total) = cells.iter().fold((0, 0), |(failing, total), cell| (failing + cell[0], total + cell[1]));
    let stretch = 100.0 / cells.len() as f64;
    let width = WIDEST.min(stretch * 0.8);
    let bar = |(place, [failing, total]): (usize, &[u32; 2])| {
        let height = |count: u32| f64::from(count) / f64::from(most) * 50.0;
        let (up, down) = (height(*failing), height(total - failing));
        let rect = |class, y: f64, height: f64| {
            let x = (place as f64 + 0.5) * stretch - width / 2.0;
            html! { <rect {class} x={format!("{x:.2}")} y={format!("{y:.2}")} width={format!("{width:.2}")} height={format!("{height:.2}")} /> }
        };
        html! {
            <>
                if *failing > 0 { { rect("fails", 50.0 - up, up) } }
                if total > failing { { rect("answered", 50.0, down) } }
            </>
        }
    };
    let share = labels::out_of(&format::number(failing), &format::number(total));
    html! {
        <>
            <b>{ shown }</b>
            <svg role="img" aria-label={labels::line_drawn(name, &share)} viewBox="0 0 100 100" preserveAspectRatio="none">
                { for cells.iter().enumerate().map(bar) }
                <line class="zero" x1="0" x2="100" y1="50" y2="50" />
            </svg>
            <span class="number">{ share }{ labels::HAVE_FAILED }</span>
        </>
    }
}

fn cells(row: &TimeRow<String>, [failing, total]: [u32; 2]) -> Vec<Html> {
    let cell = |colo: Html, failing: u32, total: u32| {
        html! {
            <tr>
                <td>{ time(&row.from) }</td><td>{ colo }</td>
                <td class={classes!("number", (failing > 0).then_some("failure"))}>{ failing }</td><td class="number">{ total }</td>
            </tr>
        }
    };
    let named = row.colos.iter().map(|ColoRow { colo, total, failing }| cell(machine(colo), *failing, *total));
    let unnamed = (total > 0).then(|| cell(labels::NONE.into(), failing, total));
    named.chain(unnamed).collect()
}

fn urls(label: &'static str, rows: &[&UrlRow<String>]) -> Html {
    html! {
        <div class="scroll-x" tabindex="0" role="region" aria-label={label}>
            <table class="plain">
                <thead><tr><th scope="col">{ label }{ " " }<span class="quiet">{ labels::WITHOUT_QUERY }</span></th><th scope="col" class="number">{ labels::FAILED }</th></tr></thead>
                <tbody>
                    { for rows.iter().map(|row| html! {
                        <tr>
                            <th scope="row">{ machine(&row.method) }{ " " }{ machine(&row.url) }</th>
                            <td class={classes!("number", (row.failing > 0).then_some("failure"))}>{ row.failing }{ labels::OF }{ row.total }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
