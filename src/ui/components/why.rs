//! Why: the evidence of what leads, then everything else that was considered.

use yew::prelude::*;

use super::copy::command;
use super::log_window::log_window;
use super::side::{self, prose};
use crate::bundle::report::{EvidenceRow, FindingRow, Report};
use crate::diagnose::{Speaks, Status};
use crate::protocol::Overview;
use crate::state::{Action, Seek};
use crate::web::crew::Crew;
use crate::words;

/// The findings in their order. The origin's logs are at the leading ones' steps, in the time of a server whose clock runs so many minutes
/// `ahead` of UTC.
pub(crate) fn why(overview: &Overview, crew: &Crew, ahead: i32, tell: &Callback<Action>) -> Html {
    let report = &overview.report;
    let leading = leading(report);
    let with = |wanted: &[Status]| -> Vec<&FindingRow<String>> {
        let leads = |finding: &FindingRow<String>| leading.iter().any(|leading| leading.cause == finding.cause);
        report.findings.iter().filter(|finding| !leads(finding) && wanted.contains(&finding.status)).collect()
    };
    let others = with(&[Status::Confirmed, Status::Likely, Status::Possible]);
    let ruled_out = with(&[Status::RuledOut]);
    let cannot_tell = with(&[Status::CannotTell]);
    html! {
        <section class="why" aria-labelledby="why-title">
            <h2 id="why-title">{ "Why" }</h2>
            { for leading.iter().map(|finding| whole(finding, crew)) }
            if leading.is_empty() {
                <p>{ "Nothing in the captures is enough to name a cause." }</p>
            }
            if let Some(window) = &report.verdict.log_window { { log_window(window, ahead, tell) } }
            if !others.is_empty() {
                <h3>{ "Also considered" }</h3>
                { for others.into_iter().map(|finding| folded(finding, crew)) }
            }
            { group("Ruled out", "ruled-out", &ruled_out, crew) }
            { group("Cannot tell", "cannot-tell", &cannot_tell, crew) }
        </section>
    }
}

/// The verdict's cause and those that cannot be separated from it, in the order of the ranking.
pub(super) fn leading(report: &Report<String>) -> Vec<&FindingRow<String>> {
    let verdict = &report.verdict;
    let leads = |finding: &&FindingRow<String>| verdict.cause.as_ref() == Some(&finding.cause) || verdict.tied.contains(&finding.cause);
    report.findings.iter().filter(leads).collect()
}

/// What a cause means, one key press away.
pub(super) fn means(finding: &FindingRow<String>) -> Html {
    if finding.means.is_empty() {
        return Html::default();
    }
    html! { <details class="means"><summary>{ "What it means" }</summary><p>{ prose(&finding.means) }</p></details> }
}

/// Commands with what their results decide.
pub(super) fn test(commands: &[String], decides: &str) -> Html {
    html! {
        <div class="test">
            { for commands.iter().map(|text| command(text.clone(), "")) }
            if !decides.is_empty() {
                <p class="decides">{ prose(decides) }</p>
            }
        </div>
    }
}

fn group(title: &str, id: &'static str, findings: &[&FindingRow<String>], crew: &Crew) -> Html {
    if findings.is_empty() {
        return Html::default();
    }
    html! {
        <details class="group" {id}>
            <summary>{ title }{ " (" }{ findings.len() }{ ")" }<span class="quiet">{ " " }{ names(findings) }</span></summary>
            { for findings.iter().map(|finding| whole(finding, crew)) }
        </details>
    }
}

fn names(findings: &[&FindingRow<String>]) -> String {
    findings.iter().map(|finding| finding.title.as_str()).collect::<Vec<_>>().join(" · ")
}

fn folded(finding: &FindingRow<String>, crew: &Crew) -> Html {
    html! {
        <details class="group">
            <summary><b>{ finding.status.name() }</b>{ " " }{ &finding.title }</summary>
            { whole(finding, crew) }
        </details>
    }
}

fn whole(finding: &FindingRow<String>, crew: &Crew) -> Html {
    let acts = words::acts(&finding.acts);
    html! {
        <article class="finding" data-cause={finding.cause.clone()} data-status={words::status_id(finding.status)}>
            <h4>{ &finding.title }{ " " }<span class="machine quiet">{ &finding.cause }</span></h4>
            <p>{ prose(&finding.reason) }</p>
            { means(finding) }
            if !finding.evidence.is_empty() {
                <ul class="evidence-list" aria-label="Evidence">{ for finding.evidence.iter().map(|row| evidence(row, crew)) }</ul>
            }
            if !finding.fix.is_empty() {
                <h5>{ "What to do" }if !acts.is_empty() { <span class="quiet">{ " (" }{ acts }{ ")" }</span> }</h5>
                <ol class="fix">{ for finding.fix.iter().map(|step| html! { <li>{ prose(step) }</li> }) }</ol>
            }
            if !finding.next_test.is_empty() {
                <h5>{ "What would settle it" }</h5>
                { for words::tests(&finding.next_test, &finding.decides).into_iter().map(|(commands, decides)| test(commands, decides)) }
            }
        </article>
    }
}

fn evidence(row: &EvidenceRow<String>, crew: &Crew) -> Html {
    let (sign, speaks) = match row.speaks {
        Speaks::For => ("+", "for it"),
        Speaks::Against => ("−", "against it"),
    };
    let facts = html! {
        <>
            <abbr class="sign" title={speaks}>{ sign }</abbr>
            if let Some(this) = words::source_side(row.source) { { side::mark(this) } } else { <span>{ "trace" }</span> }
            if let Some(entry) = row.entry { <span class="entry">{ "entry " }{ entry }</span> }
            <span class="machine">{ &row.field }</span>
            <span class="machine value">{ words::visible(&row.value).into_owned() }</span>
        </>
    };
    match (words::source_side(row.source), row.entry) {
        (Some(this), Some(entry)) => {
            let (crew, field) = (crew.clone(), row.field.clone());
            let onclick = move |_| crew.seek(Seek { side: this, entry, field: field.clone() });
            html! { <li><button type="button" class="evidence" {onclick} title="Show this entry">{ facts }</button></li> }
        }
        _ => html! { <li class="evidence still">{ facts }</li> },
    }
}
