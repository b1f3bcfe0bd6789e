//! The verdict: a sentence, who must act, and the first step.

use fivetwenty_model::Status;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{FindingRow, Need, SAMPLE};
use yew::prelude::*;

use crate::labels;
use crate::state::Shared;
use crate::ui::parts::copy::{Copied, command, copy};
use crate::ui::parts::finding::{leading, means, test};
use crate::ui::parts::side::prose;
use crate::ui::send::{Format, REPORT};
use crate::web::clipboard;

/// What it comes down to, with the report one press away. `tried` is its section of what was tried; `show` shows in the preview what is being copied.
pub(crate) fn verdict_block(overview: &Shared<Overview>, tried: &str, show: &Callback<Format>) -> Html {
    let verdict = &overview.report.verdict;
    let status = verdict.status.map_or("none", labels::status_id);
    let leading = leading(&overview.report);
    // When several causes fit and none leads, the list of them says what the summary and the first step would, but for those of a single piece.
    let is_open = verdict.cause.is_none() && !leading.is_empty();
    let is_said = !is_open || verdict.leaves_open.is_some();
    let word = verdict.status.or(is_open.then_some(Status::Possible));
    let acts = labels::responsible(&verdict.responsible);
    let missing: Vec<String> =
        overview.report.checklist.iter().filter(|row| !row.have && row.need == Need::Always).map(|row| row.title.clone()).collect();
    html! {
        <section class="verdict" id="verdict" data-status={status} data-cause={verdict.cause.clone().unwrap_or_default()} aria-labelledby="headline">
            <div class="verdict-text">
                if overview.report.sample {
                    <p class="caution">{ SAMPLE }{ "." }</p>
                }
                if let Some(caution) = &verdict.caution {
                    <p class="caution">{ prose(caution) }</p>
                }
                if let Some(status) = word {
                    <p class="status-word"><abbr title={labels::status_meaning(status)}>{ status.label() }</abbr></p>
                } else {
                    <p class="status-word">{ labels::NEXT_STEP }</p>
                }
                <h1 id="headline" tabindex="-1">{ prose(&verdict.headline) }</h1>
                if !acts.is_empty() {
                    <p class="acts"><b>{ labels::WHO_ACTS }</b>{ acts }{ "." }</p>
                }
                if !verdict.summary.is_empty() && is_said {
                    <p>{ prose(&verdict.summary) }</p>
                }
                if let Some(leaves_open) = &verdict.leaves_open {
                    <p class="leaves-open">{ prose(leaves_open) }</p>
                }
                if !verdict.first_step.is_empty() && verdict.first_step != verdict.headline && is_said {
                    <p><b>{ labels::FIRST_STEP }</b>{ prose(&verdict.first_step) }</p>
                }
                { for verdict.commands.iter().map(|text| command(text.clone(), "")) }
                { explained(&leading) }
                if !missing.is_empty() {
                    <p class="quiet">{ labels::STILL_MISSING }{ missing.join("; ") }{ ". " }<a href="#complete">{ labels::HOW_TO_GET_IT }</a></p>
                }
                <p>{ labels::SEND_IT }<a href="#bundle">{ labels::THE_FILES }</a>{ ", " }<a href="#letters">{ labels::TEXTS_TO_SEND }</a>{ "." }</p>
            </div>
            <CopyReport overview={overview.clone()} tried={tried.to_owned()} show={show.clone()} />
        </section>
    }
}

/// One cause with what it means; or all that cannot be separated, with the test that separates them.
fn explained(leading: &[&FindingRow<String>]) -> Html {
    let (first, others) = match leading {
        [] => return Html::default(),
        [only] if only.status < Status::Possible => return means(only),
        [first, others @ ..] => (first, others),
    };
    // Where nothing leads, the headline says this.
    let title = (first.status < Status::Possible).then_some(labels::CANNOT_TELL_APART);
    let decide = if others.is_empty() { labels::TEST_THAT_DECIDES } else { labels::TEST_THAT_SEPARATES };
    html! {
        <div class="ties" id="ties">
            if let Some(title) = title { <h2>{ title }</h2> }
            <ol>
                { for leading.iter().map(|finding| html! {
                    <li data-cause={finding.cause.clone()}>
                        <p><b>{ &finding.title }</b>{ " " }<span class="machine quiet">{ &finding.cause }</span></p>
                        <p>{ prose(&finding.reason) }</p>
                        { means(finding) }
                    </li>
                }) }
            </ol>
            if let Some(row) = first.tests.first() {
                <div class="separates">
                    <h3>{ decide }</h3>
                    { test(row) }
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct CopyReportProps {
    overview: Shared<Overview>,
    /// The report's section of what was tried.
    tried: String,
    show: Callback<Format>,
}

/// Both buttons, with their confirmation.
#[component]
fn CopyReport(props: &CopyReportProps) -> Html {
    let copied = use_state_eq(|| (Format::Text, Copied::No));
    let button = |format: Format, label: &'static str, id: &'static str, class: &'static str| {
        let (overview, tried, show, copied) = (props.overview.clone(), props.tried.clone(), props.show.clone(), copied.setter());
        let onclick = move |_| {
            show.emit(format);
            let copied = copied.clone();
            copy(format.of(&overview, &tried), move |outcome| {
                if outcome == Copied::Refused {
                    select_report();
                }
                copied.set((format, outcome));
            });
        };
        html! { <button type="button" {id} {class} {onclick}>{ label }</button> }
    };
    let status = match *copied {
        (_, Copied::No) => "",
        (Format::Text, Copied::Yes) => labels::REPORT_COPIED,
        (Format::Full, Copied::Yes) => labels::FULL_COPIED,
        (Format::Json, Copied::Yes) => labels::JSON_COPIED,
        (_, Copied::Refused) => labels::COPY_REFUSED,
    };
    html! {
        <div class="copy">
            { button(Format::Text, labels::COPY_REPORT, "copy-report", "primary") }
            { button(Format::Full, labels::FULL_REPORT, "copy-full", "") }
            { button(Format::Json, labels::COPY_JSON, "copy-json", "") }
            <p id="copy-status" class="copy-status" role="status" aria-live="polite">{ status }</p>
        </div>
    }
}

fn select_report() {
    let report = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(REPORT));
    if let Some(report) = report {
        report.scroll_into_view();
        clipboard::select(&report);
    }
}
