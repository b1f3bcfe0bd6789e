//! Checks of the captures: what is wrong with them, and what could not be read.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{CaptureRow, WarningRow};
use fivetwenty_redact::commands::date_and_clock;
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::ui::parts::finding::test;
use crate::ui::parts::side::{self, machine, prose, quiet};
use crate::ui::parts::steps::steps;
use crate::{format, labels};

/// Warnings and problems; each capture in a line.
pub(super) fn checks(overview: &Overview) -> Html {
    let report = &overview.report;
    let captures = [(Side::Proxied, &report.captures.proxied), (Side::Direct, &report.captures.direct)];
    let captures = captures.into_iter().filter_map(|(this, capture)| Some((this, capture.as_ref()?)));
    html! {
        <section class="checks" id="more/checks" aria-labelledby="checks-title">
            <h3 id="checks-title">{ labels::CHECKS_TITLE }</h3>
            if report.warnings.is_empty() {
                { quiet(labels::NO_WARNINGS) }
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
            if let Some(this) = row.side { { side::mark(this) } }
            <div>
                { prose(&row.detail) }
                if !row.steps.is_empty() {
                    <details>
                        <summary>{ labels::WHAT_TO_DO }</summary>
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
        [first, rest @ ..] => labels::and_other_hosts(&visible(first), rest.len() as u64),
    };
    html! {
        <div class="capture">
            <p>
                { side::mark(this) }{ machine(&row.name) }{ " · " }
                { format::bytes(row.bytes) }{ " · " }{ labels::entries(row.entries) }{ ", " }
                { format::number(row.via_cloudflare) }{ labels::VIA_CLOUDFLARE }{ format::number(row.failing) }{ labels::FAILING_ON_SITE }
                if !hosts.is_empty() { <span class="machine">{ hosts }</span>{ " · " } }
                if !first.is_empty() { { date }{ " " }{ first }{ labels::TO }{ last }{ labels::UTC_DOT } }
                { labels::BY }{ visible(&row.creator).into_owned() }
            </p>
            if row.problems_total > 0 {
                <details class="problems" open={row.problems_total <= 3}>
                    <summary>{ labels::problems(row.problems_total) }{ labels::WHILE_READING }</summary>
                    <ol>
                        { for row.problems.iter().map(|problem| html! {
                            <li>
                                <span class="quiet">
                                    { labels::BYTE }{ format::number(problem.offset) }
                                    if problem.line > 1 { { labels::COMMA_LINE }{ format::number(problem.line) } }
                                </span>{ " " }
                                { machine(&problem.path) }{ ": " }
                                { visible(&problem.problem).into_owned() }
                            </li>
                        }) }
                    </ol>
                    if (row.problems.len() as u64) < u64::from(row.problems_total) {
                        <p class="quiet">{ labels::ONLY_FIRST }{ row.problems.len() }{ labels::ARE_LISTED }</p>
                    }
                </details>
            }
        </div>
    }
}
