//! Checks of the captures: what is wrong with them, and what could not be read.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{CaptureRow, WarningRow};
use fivetwenty_redact::commands::date_and_clock;
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::side::{self, machine, prose, quiet};
use super::steps::steps;
use super::why::test;
use crate::format;

/// Warnings and problems; each capture in a line.
pub(crate) fn checks(overview: &Overview) -> Html {
    let report = &overview.report;
    let captures = [(Side::Proxied, &report.captures.proxied), (Side::Direct, &report.captures.direct)];
    let captures = captures.into_iter().filter_map(|(this, capture)| Some((this, capture.as_ref()?)));
    html! {
        <section class="checks" aria-labelledby="checks-title">
            <h2 id="checks-title">{ "Checks of the captures" }</h2>
            if report.warnings.is_empty() {
                { quiet("Nothing is wrong with how they were recorded.") }
            } else {
                <ul class="warnings">{ for report.warnings.iter().map(warning) }</ul>
            }
            { for captures.map(|(this, row)| capture(this, row)) }
        </section>
    }
}

fn warning(row: &WarningRow<String>) -> Html {
    html! {
        <li class="warning" data-id={row.id.clone()}>
            <span class="sign" aria-hidden="true">{ "!" }</span>
            if let Some(this) = row.side { { side::mark(this) } }
            <div>
                { prose(&row.detail) }
                if !row.steps.is_empty() {
                    <details>
                        <summary>{ "What to do" }</summary>
                        { steps(&row.steps) }
                        { for row.tests.iter().map(test) }
                    </details>
                }
            </div>
        </li>
    }
}

fn capture(this: Side, row: &CaptureRow<String>) -> Html {
    let (date, first) = row.first.as_deref().map(date_and_clock).unwrap_or_default();
    let (_, last) = row.last.as_deref().map(date_and_clock).unwrap_or_default();
    let hosts = match row.hosts.as_slice() {
        [] => String::new(),
        [one] => visible(one).into_owned(),
        [first, rest @ ..] => format!("{} and {}", visible(first), format::counted(rest.len() as u64, "other host", "other hosts")),
    };
    html! {
        <div class="capture">
            <p>
                { side::mark(this) }{ machine(&row.name) }{ " · " }
                { format::bytes(row.bytes) }{ " · " }{ format::counted(row.entries, "entry", "entries") }{ ", " }
                { format::number(row.via_cloudflare) }{ " through Cloudflare, " }{ format::number(row.failing) }{ " of the site failing · " }
                if !hosts.is_empty() { <span class="machine">{ hosts }</span>{ " · " } }
                if !first.is_empty() { { date }{ " " }{ first }{ " to " }{ last }{ " UTC · " } }
                { "by " }{ visible(&row.creator).into_owned() }
            </p>
            if row.problems_total > 0 {
                <details class="problems" open={row.problems_total <= 3}>
                    <summary>{ format::counted(row.problems_total, "problem", "problems") }{ " while reading; the rest was read" }</summary>
                    <ol>
                        { for row.problems.iter().map(|problem| html! {
                            <li>
                                <span class="quiet">
                                    { "byte " }{ format::number(problem.offset) }
                                    if problem.line > 1 { { ", line " }{ format::number(problem.line) } }
                                </span>{ " " }
                                { machine(&problem.path) }{ ": " }
                                { visible(&problem.problem).into_owned() }
                            </li>
                        }) }
                    </ol>
                    if (row.problems.len() as u64) < u64::from(row.problems_total) {
                        <p class="quiet">{ "Only the first " }{ row.problems.len() }{ " are listed." }</p>
                    }
                </details>
            }
        </div>
    }
}
