//! Why: the evidence of what leads, then everything else that was considered.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{EvidenceRow, FindingRow, ReportView, alike, by_label};
use fivetwenty_model::{Polarity, Status};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::log_window::log_window;
use crate::labels;
use crate::state::Seek;
use crate::ui::parts::finding::{leading, means, test};
use crate::ui::parts::ray::rays_in;
use crate::ui::parts::side::extract_link;
use crate::ui::parts::side::{self, prose};
use crate::ui::parts::steps::steps as fix_steps;
use crate::web::WorkerClient;

/// The findings in their order. The origin's logs are at the leading ones' steps, in the time of a server whose clock runs so many minutes
/// `ahead` of UTC.
pub(crate) fn why(overview: &Overview, client: &WorkerClient, offset: UtcOffset) -> Html {
    let report = &overview.report;
    let around = Around { report, client };
    let leading = leading(report);
    let with = |wanted: &[Status]| -> Vec<&FindingRow<String>> {
        let leads = |finding: &FindingRow<String>| leading.iter().any(|leading| leading.cause == finding.cause);
        report.findings.iter().filter(|finding| !leads(finding) && wanted.contains(&finding.status)).collect()
    };
    let others = with(&[Status::Confirmed, Status::Likely, Status::Possible]);
    let closed = with(&[Status::RuledOut, Status::CannotTell]);
    html! {
        <section class="why" aria-labelledby="why-title">
            <h2 id="why-title">{ labels::WHY }</h2>
            { for leading.iter().map(|finding| whole(finding, Html::default(), if leading.len() > 1 { Fix::Folded } else { Fix::Shown }, around)) }
            if leading.is_empty() {
                <p>{ labels::NO_CAUSE }</p>
            }
            if let Some(window) = &report.verdict.log_window { { log_window(window, &report.verdict.other_windows, offset, client) } }
            if !others.is_empty() {
                <h3>{ labels::ALSO_CONSIDERED }</h3>
                { for others.into_iter().map(|finding| folded(finding, around)) }
            }
            { for by_label(closed).into_iter().map(|(label, findings)| group(label, &findings, around)) }
        </section>
    }
}

/// What findings lead to.
#[derive(Clone, Copy)]
struct Around<'a> {
    report: &'a ReportView<String>,
    client: &'a WorkerClient,
}

fn group(label: &'static str, findings: &[&FindingRow<String>], around: Around<'_>) -> Html {
    html! {
        <details class="group" id={label.to_ascii_lowercase().replace(' ', "-")}>
            <summary>{ label }{ " (" }{ findings.len() }{ ")" }<span class="quiet names">{ " " }{ names(findings) }</span></summary>
            { for findings.iter().map(|finding| brief(finding, around)) }
        </details>
    }
}

fn names(findings: &[&FindingRow<String>]) -> String {
    findings.iter().map(|finding| finding.title.as_str()).collect::<Vec<_>>().join(" · ")
}

fn folded(finding: &FindingRow<String>, around: Around<'_>) -> Html {
    html! {
        <details class="group">
            <summary><b>{ finding.label() }</b>{ " " }{ &finding.title }</summary>
            { whole(finding, means(finding), Fix::Shown, around) }
        </details>
    }
}

/// How the steps to take are shown: at once, or folded where it is open whether they are the right ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fix {
    Shown,
    Folded,
}

fn whole(finding: &FindingRow<String>, means: Html, fix: Fix, around: Around<'_>) -> Html {
    html! {
        <article class="finding" data-cause={finding.cause.clone()} data-status={labels::status_id(finding.status)}>
            { name(finding) }
            <p>{ prose(&finding.reason) }</p>
            { means }
            { all_evidence(finding, around) }
            if !finding.steps.is_empty() { { steps(finding, fix) } }
            { tests(finding) }
        </article>
    }
}

/// What does not lead: its name and the reason, and the rest on request.
fn brief(finding: &FindingRow<String>, around: Around<'_>) -> Html {
    let (evidence, settles) = (!finding.evidence.is_empty(), !finding.tests.is_empty());
    let more = match (evidence, settles) {
        (true, true) => labels::EVIDENCE_AND_PROOF,
        (true, false) => labels::EVIDENCE,
        (false, _) => labels::PROVE_IT,
    };
    html! {
        <article class="finding brief" data-cause={finding.cause.clone()} data-status={labels::status_id(finding.status)}>
            { name(finding) }
            <p>{ prose(&finding.reason) }</p>
            if evidence || settles {
                <details>
                    <summary>{ more }</summary>
                    { all_evidence(finding, around) }
                    { tests(finding) }
                </details>
            }
        </article>
    }
}

fn name(finding: &FindingRow<String>) -> Html {
    html! { <h4>{ &finding.title }{ " " }<span class="machine quiet">{ &finding.cause }</span></h4> }
}

fn all_evidence(finding: &FindingRow<String>, around: Around<'_>) -> Html {
    if finding.evidence.is_empty() {
        return Html::default();
    }
    html! { <ul class="evidence-list" aria-label={labels::EVIDENCE}>{ for alike(&finding.evidence).iter().map(|alike| evidence(alike, around)) }</ul> }
}

fn steps(finding: &FindingRow<String>, fix: Fix) -> Html {
    let acts = labels::responsible(&finding.responsible);
    let standing = finding.likelihood.zip(finding.difficulty).map(|(likelihood, difficulty)| {
        html! { <span class="quiet">{ labels::standing(likelihood.label(), difficulty.label()) }</span> }
    });
    let acts = html! { <>if !acts.is_empty() { <span class="quiet">{ " (" }{ acts }{ ")" }</span> }{ standing }</> };
    let steps = fix_steps(&finding.steps);
    match fix {
        Fix::Shown => html! { <><h5>{ labels::WHAT_TO_DO }{ acts }</h5>{ steps }</> },
        Fix::Folded => html! { <details><summary><b>{ labels::WHAT_TO_DO_IF }</b>{ acts }</summary>{ steps }</details> },
    }
}

fn tests(finding: &FindingRow<String>) -> Html {
    if finding.tests.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h5>{ labels::PROVE_IT }</h5>
            { for finding.tests.iter().map(test) }
        </>
    }
}

fn evidence((row, entries): &(&EvidenceRow<String>, Vec<u32>), around: Around<'_>) -> Html {
    let (sign, speaks) = match row.polarity {
        Polarity::Supports => ("+", labels::SUPPORTS_IT),
        Polarity::Contradicts => ("−", labels::CONTRADICTS_IT),
    };
    let this = row.source.side;
    html! {
        <li class="evidence">
            <abbr class="sign" title={speaks}>{ sign }</abbr>
            if let Some(this) = this { { side::mark(this) } } else { { for entries.iter().map(|entry| extract_link(row.source, *entry)) } }
            if let (Some(this), false) = (this, entries.is_empty()) {
                <span class="entries">
                    { if entries.len() == 1 { labels::ENTRY } else { labels::ENTRIES } }
                    { for entries.iter().map(|entry| show(Seek { side: this, entry: *entry, field: row.field.clone() }, around.client)) }
                </span>
            }
            <span class="machine">{ &row.field }</span>
            <span class="machine value">{ visible(&row.value).into_owned() }</span>
            { rays_in(&row.value, around.report, around.client) }
        </li>
    }
}

/// An entry's number, which leads to it.
fn show(seek: Seek, client: &WorkerClient) -> Html {
    let (entry, client) = (seek.entry, client.clone());
    let onclick = move |_| client.seek(seek.clone());
    html! { <button type="button" class="link" {onclick} aria-label={labels::show_entry(entry)}>{ entry }</button> }
}
