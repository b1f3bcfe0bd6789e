//! Everything else that was considered: a row for each reason, its causes as links. The one at the address is open.

use fivetwenty_model::report::{Alike, FindingRow, ReportView, by_reason};
use yew::prelude::*;

use super::why::{address, evidence, name};
use crate::labels;
use crate::ui::parts::finding::{means, test};
use crate::ui::parts::side::prose;
use crate::ui::parts::steps::steps;
use crate::ui::parts::table::{Column, table};

/// All causes but those that lead.
pub(super) fn others(report: &ReportView<String>, at: &str) -> Html {
    let findings = report.findings.iter().filter(|finding| !report.verdict.leads(finding));
    let groups = by_reason(findings);
    if groups.is_empty() {
        return Html::default();
    }
    html! {
        <section class="others" aria-labelledby="others-title">
            <h3 id="others-title">{ labels::OTHER_CAUSES }</h3>
            { table(labels::OTHER_CAUSES, &[Column::Text(labels::REASON), Column::Text(labels::CAUSES)], groups.iter().map(|group| row(group, report, at)).collect()) }
        </section>
    }
}

fn row(group: &Alike<'_, String>, report: &ReportView<String>, at: &str) -> Html {
    let link = |finding: &&FindingRow<String>| {
        let href = ["#", &address(finding)].concat();
        html! { <li><a {href} aria-current={(finding.cause == at).then_some("true")}>{ &finding.title }</a></li> }
    };
    html! {
        <tr data-status={labels::status_id(group.findings[0].status)}>
            <th scope="row">
                <b>{ group.label }{ ": " }{ group.findings.len() }</b>{ " " }
                <span class="quiet">{ group.reason.map_or(labels::OWN_REASON.into(), |reason| prose(reason)) }</span>
            </th>
            <td>
                <ul class="causes">{ for group.findings.iter().map(link) }</ul>
                { for group.findings.iter().filter(|finding| finding.cause == at).map(|finding| whole(finding, report)) }
            </td>
        </tr>
    }
}

fn whole(finding: &FindingRow<String>, report: &ReportView<String>) -> Html {
    let acts = labels::responsible(&finding.responsible);
    html! {
        <article class="finding" id={address(finding)} tabindex="-1" data-cause={finding.cause.clone()} data-status={labels::status_id(finding.status)}>
            { name(finding) }
            <p>{ prose(&finding.reason) }</p>
            { evidence(finding, report) }
            { means(finding) }
            if !finding.tests.is_empty() {
                <h5>{ labels::PROVE_IT }</h5>
                { for finding.tests.iter().map(test) }
            }
            if !finding.steps.is_empty() {
                <details>
                    <summary>
                        { labels::WHAT_TO_DO_IF }
                        if !acts.is_empty() { <span class="quiet">{ " (" }{ acts }{ ")" }</span> }
                        { finding.likelihood.zip(finding.difficulty).map(|(likelihood, difficulty)| html! {
                            <span class="quiet">{ labels::standing(likelihood.label(), difficulty.label()) }</span>
                        }) }
                    </summary>
                    { steps(&finding.steps) }
                </details>
            }
        </article>
    }
}
