//! Which requests fail, over all of them: by URL, by data centre, over time.

use fivetwenty_model::report::{ColoRow, Patterns, ReportView, TimeRow, UrlRow};
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::bars::line;
use crate::ui::parts::ray::time;
use crate::ui::parts::side::{abbr, machine, prose};
use crate::ui::parts::table::{Column, table};

/// How many URLs are shown at once.
const SHOWN: usize = 3;

/// The pattern in a few lines, when something fails; all URLs and the course of time one key press away.
pub(super) fn patterns(report: &ReportView<String>) -> Html {
    let Some(patterns) = report.patterns.as_ref().filter(|patterns| patterns.failing > 0) else { return Html::default() };
    let (failing, answered): (Vec<_>, Vec<_>) = patterns.urls.iter().partition(|row| row.failing > 0);
    let (shown, rest) = failing.split_at(failing.len().min(SHOWN));
    let more: Vec<&UrlRow<String>> = rest.iter().copied().chain(answered).collect();
    let failed = |failing: u32, total: u32| html! { <>{ failing }{ labels::OF }{ total }</> };
    let in_time = patterns.times.iter().filter(|row| row.failing > 0).count();
    html! {
        <section class="patterns" id="patterns" aria-labelledby="patterns-title">
            <h3 id="patterns-title">{ labels::PATTERNS_TITLE }</h3>
            <p>{ prose(&patterns.sentence) }</p>
            <dl class="facts">
                <dt>{ labels::BY_URL }</dt>
                <dd>
                    { labels::failing_urls(failing.len() as u64, patterns.urls.len() as u64) }
                    { for shown.iter().map(|row| html! {
                        <div>{ machine(&row.method) }{ " " }{ machine(&row.url) }{ ": " }{ failed(row.failing, row.total) }</div>
                    }) }
                </dd>
                if let (Some(first), Some(last)) = (patterns.times.first(), patterns.times.last()) {
                    <dt>{ labels::BY_TIME }</dt>
                    <dd>
                        { labels::failing_intervals(in_time as u64, patterns.times.len() as u64) }
                        { time(&first.from) }{ labels::TO }{ time(&last.to) }{ labels::UTC }
                    </dd>
                }
                if !patterns.colos.is_empty() {
                    <dt>{ abbr(labels::DATA_CENTRE_MEANS, labels::BY_DATA_CENTRE) }</dt>
                    <dd>
                        <ul class="causes">{ for patterns.colos.iter().map(|of| html! { <li>{ machine(&of.colo) }{ ": " }{ failed(of.failing, of.total) }</li> }) }</ul>
                        if patterns.colos.len() > 1 { { " " }<a href="#more/map">{ labels::ON_THE_MAP }</a> }
                    </dd>
                }
                <dt>{ labels::SHARE }</dt>
                <dd>{ labels::share(patterns.failing, patterns.total, patterns.share_per_mille) }</dd>
            </dl>
            if !patterns.times.is_empty() {
                <details>
                    <summary>{ labels::SHOW_OVER_TIME }</summary>
                    { over_time(patterns) }
                </details>
            }
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
                { table(labels::FAILURES_OVER_TIME, &[Column::Text(labels::FROM_UTC), Column::Text(labels::DATA_CENTRE), Column::Number(labels::FAILED), Column::Number(labels::REQUESTS)],
                    patterns.times.iter().flat_map(|row| cells(row, unnamed(row))).collect()) }
            </details>
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
    let row = |row: &&UrlRow<String>| {
        html! {
            <tr>
                <th scope="row">{ machine(&row.method) }{ " " }{ machine(&row.url) }</th>
                <td class={classes!("number", (row.failing > 0).then_some("failure"))}>{ row.failing }{ labels::OF }{ row.total }</td>
            </tr>
        }
    };
    table(label, &[Column::Means(labels::WITHOUT_QUERY, label), Column::Number(labels::FAILED)], rows.iter().map(row).collect())
}
