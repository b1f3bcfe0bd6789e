//! What shows it: the evidence of what leads.

use fivetwenty_model::Polarity;
use fivetwenty_model::report::{EvidenceRow, FindingRow, ReportView, alike};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;
use crate::state::row_address;
use crate::ui::parts::finding::{leading, means};
use crate::ui::parts::ray::rays_in;
use crate::ui::parts::side::{self, extract_link, prose};

/// The field of a Ray ID, of which evidence shows the data centre: the Ray IDs stand in a table of their own.
const RAY: &str = "response.headers.cf-ray";

/// The verdict's cause with its evidence, or each of those that cannot be told apart.
pub(super) fn why(report: &ReportView<String>) -> Html {
    let leading = leading(report);
    html! {
        <section class="why" aria-labelledby="why-title">
            <h3 id="why-title">{ labels::WHAT_SHOWS_IT }</h3>
            { for leading.iter().map(|finding| html! {
                <article class="finding" id={address(finding)} data-cause={finding.cause.clone()} data-status={labels::status_id(finding.status)}>
                    if leading.len() > 1 { { name(finding) } }
                    <p>{ prose(&finding.reason) }</p>
                    { evidence(finding, report) }
                    { means(finding) }
                </article>
            }) }
            if leading.is_empty() {
                <p>{ labels::NO_CAUSE }</p>
            }
        </section>
    }
}

/// The address of a cause, without its `#`: the id of the element that shows it.
pub(super) fn address(finding: &FindingRow<String>) -> String {
    ["evidence/", &finding.cause].concat()
}

/// A cause's title and id.
pub(super) fn name(finding: &FindingRow<String>) -> Html {
    html! { <h4>{ &finding.title }{ " " }<span class="machine quiet">{ &finding.cause }</span></h4> }
}

/// What was seen, a line for each value, with links to its requests.
pub(super) fn evidence(finding: &FindingRow<String>, report: &ReportView<String>) -> Html {
    if finding.evidence.is_empty() {
        return Html::default();
    }
    let of_colo = |row: &EvidenceRow<String>| {
        let value = if row.field == RAY { row.value.rsplit('-').next() } else { None };
        EvidenceRow { value: value.unwrap_or(&row.value).to_owned(), ..row.clone() }
    };
    let rows: Vec<_> = finding.evidence.iter().map(of_colo).collect();
    html! { <ul class="cites" aria-label={labels::EVIDENCE}>{ for alike(&rows).iter().map(|row| line(row, report)) }</ul> }
}

fn line((row, entries): &(&EvidenceRow<String>, Vec<u32>), report: &ReportView<String>) -> Html {
    let link = |(place, entry): (usize, &u32)| match row.source.side {
        None => extract_link(row.source, *entry),
        Some(this) => html! {
            <a href={row_address(this, *entry, &row.field)} aria-label={labels::show_entry(*entry)}>
                if place == 0 { { labels::ENTRY } }{ entry }
            </a>
        },
    };
    html! {
        <li class="evidence">
            if let Some(this) = row.source.side { { side::mark(this) } }
            <span>
                if row.polarity == Polarity::Contradicts { <b>{ labels::AGAINST }</b> }
                if entries.len() > 1 { { labels::requests(entries.len() as u64) }{ ": " } }
                <span class="machine value">{ visible(&row.value).into_owned() }</span>{ " " }<span class="machine quiet">{ &row.field }</span>
                { rays_in(&row.value, report) }
            </span>
            <span class="refs">{ for entries.iter().enumerate().map(link) }</span>
        </li>
    }
}
