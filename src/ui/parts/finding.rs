//! What a finding says, as several places show it.

use fivetwenty_model::report::{FindingRow, ReportView, TestRow};
use yew::prelude::*;

use super::copy::command;
use super::side::prose;
use crate::labels;

/// The verdict's cause and those that cannot be separated from it, in the order of the ranking.
pub(crate) fn leading(report: &ReportView<String>) -> Vec<&FindingRow<String>> {
    report.findings.iter().filter(|finding| report.verdict.leads(finding)).collect()
}

/// What a cause means, one key press away.
pub(crate) fn means(finding: &FindingRow<String>) -> Html {
    if finding.means.is_empty() {
        return Html::default();
    }
    html! { <details class="means"><summary>{ labels::WHAT_IT_MEANS }</summary><p>{ prose(&finding.means) }</p></details> }
}

/// Commands with what their results decide.
pub(crate) fn test(TestRow { commands, decides }: &TestRow<String>) -> Html {
    html! {
        <div class="test">
            { for commands.iter().map(|text| command(text.clone(), "")) }
            if !decides.is_empty() {
                <p class="decides">{ prose(decides) }</p>
            }
        </div>
    }
}
