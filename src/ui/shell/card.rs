//! The card: how sure it is, what it is, where it breaks, who acts, and what to do now.

use fivetwenty_model::letter::Recipient;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{AfterRow, FindingRow, Need};
use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::commands::date_and_clock;
use yew::prelude::*;

use super::after::after;
use super::left::left;
use super::way::way;
use crate::labels;
use crate::state::{Mode, Shared, State};
use crate::ui::hooks::Page;
use crate::ui::parts::copy::{CopyButton, Style};
use crate::ui::parts::finding::leading;
use crate::ui::parts::side::{machine, prose};

/// The verdict with what to do about it.
pub(crate) fn card(overview: &Shared<Overview>, state: &State, page: &Page) -> Html {
    let verdict = &overview.report.verdict;
    let status = verdict.status.map_or("none", labels::status_id);
    let leading = leading(&overview.report);
    let is_open = verdict.cause.is_none();
    let fixed = overview.report.after.as_ref().filter(|after| is_fixed(after));
    let caution = verdict.caution.as_deref().map(labels::first_sentence);
    let headline = fixed.map_or_else(|| prose(&labels::capital(labels::bare(&verdict.headline))), |_| labels::NO_REQUEST_FAILS_NOW.into());
    html! {
        <section class="card" id="verdict" data-status={status} data-cause={verdict.cause.clone().unwrap_or_default()} aria-labelledby="headline">
            <div class="tell">
                { status_line(overview, fixed.is_some()) }
                if let Some((title, rest)) = caution {
                    <h1 id="headline" tabindex="-1">{ prose(title) }</h1>
                    <p class="caution">{ prose(rest) }</p>
                    <p><b>{ labels::ALREADY_TELLS }</b>{ headline }</p>
                } else {
                    <h1 id="headline" tabindex="-1">{ headline }</h1>
                    if fixed.is_none() { { way(overview) } }
                }
                { after(overview) }
                { facts(overview, fixed.is_some()) }
            </div>
            { actions(overview, state) }
            if leading.len() > 1 {
                { ties(&leading) }
            }
            if is_open || leading.len() > 1 {
                { left(overview, &leading, state, page) }
            }
        </section>
    }
}

/// Every failure is gone, and nothing new fails.
fn is_fixed(after: &AfterRow<String>) -> bool {
    !after.gone.is_empty() && after.still.is_empty() && after.new.is_empty() && after.not_asked.is_empty()
}

/// How sure, that it is a sample, which site, how many fail.
fn status_line(overview: &Overview, is_fixed: bool) -> Html {
    let report = &overview.report;
    let verdict = &report.verdict;
    let shape = match verdict.status {
        // A later capture shows that nothing failed while it was recorded.
        _ if is_fixed => "M6 1a5 5 0 0 1 0 10z",
        Some(Status::Confirmed) => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
        Some(Status::Likely) => "M6 1a5 5 0 0 1 0 10z",
        _ => "",
    };
    let meaning = verdict.status.or((!verdict.tied.is_empty()).then_some(Status::Possible)).map(labels::status_meaning);
    let word = match (is_fixed, &verdict.caution) {
        (true, _) => labels::LIKELY_FIXED,
        (false, Some(_)) => labels::CHECK_FILES,
        (false, None) => verdict.label(),
    };
    let counts = report.patterns.as_ref().filter(|patterns| patterns.total > 0 && !is_fixed).map(|patterns| {
        let class = if patterns.failing > 0 { "failure" } else { "" };
        html! { <span {class}>{ labels::requests_fail(patterns.failing, patterns.total) }</span> }
    });
    html! {
        <p class="line">
            <span class="sure" title={meaning.unwrap_or_default()}>
                <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><circle cx="6" cy="6" r="5" /><path d={shape} /></svg>
                <span class="status-word">{ word }</span>
            </span>
            if verdict.cause.is_none() && verdict.tied.len() > 1 { <span>{ labels::causes_fit(verdict.tied.len()) }</span> }
            if report.sample { <span class="sample">{ labels::SAMPLE_TAG }</span> }
            { report.site.as_ref().map(|site| html! { <span>{ machine(&site.host) }</span> }) }
            { counts }
        </p>
    }
}

/// Who acts, and what to do now.
fn facts(overview: &Overview, is_fixed: bool) -> Html {
    let report = &overview.report;
    let verdict = &report.verdict;
    let acts = labels::responsible(&verdict.responsible);
    let is_for_others = verdict.responsible.iter().any(|party| !matches!(party, Responsible::Dashboard | Responsible::Visitor));
    let ray = report.rays.iter().find(|ray| ray.is_failing() && ray.received.is_some() && is_for_others && verdict.cause.is_some());
    let now = match ray {
        Some(ray) => {
            let (_, clock) = date_and_clock(ray.received.as_deref().unwrap_or_default());
            let clock = clock.split('.').next().unwrap_or_default();
            html! {
                <>
                    { labels::SEND_THEM }<b>{ clock }{ labels::UTC }</b>{ " · " }
                    { super::ray_of(ray) }
                </>
            }
        }
        None => prose(&verdict.first_step),
    };
    let has_now = ray.is_some()
        || !verdict.first_step.is_empty() && verdict.first_step != verdict.headline && (verdict.cause.is_some() || report.logs.is_some());
    // Of several causes the list says it.
    let says = verdict.cause.is_none() && !verdict.summary.is_empty() && (verdict.tied.len() < 2 || verdict.leaves_open.is_some());
    html! {
        <dl class="facts">
            if is_fixed { <dt>{ labels::WAS }</dt><dd>{ prose(&verdict.headline) }</dd> }
            if says { { named(labels::SHOWN_BY, &verdict.summary) } }
            if let Some(leaves_open) = &verdict.leaves_open { { named(labels::OPEN_TERM, leaves_open) } }
            if let Some(sentence) = report.logs.as_ref().and_then(|logs| logs.summary.first()) {
                <dt>{ labels::LOGS }</dt><dd>if !says { { prose(sentence) }{ " " } }<a href="#evidence/logs">{ labels::PLOTS_AND_TABLES }</a></dd>
            }
            if !acts.is_empty() { <dt>{ labels::WHO_ACTS_TERM }</dt><dd>{ labels::capital(&acts) }</dd> }
            if has_now && !is_fixed { <dt>{ labels::NOW }</dt><dd>{ now }</dd> }
        </dl>
    }
}

/// What a sentence says; one of a single piece begins with its own name.
fn named(name: &'static str, sentence: &str) -> Html {
    match sentence.split_once(": ").filter(|(start, _)| start.starts_with(labels::THIS)) {
        Some((name, rest)) => html! { <><dt>{ name.to_owned() }</dt><dd>{ prose(&labels::capital(rest)) }</dd></> },
        None => html! { <><dt>{ name }</dt><dd>{ prose(sentence) }</dd></> },
    }
}

/// What is copied and prepared from here.
fn actions(overview: &Shared<Overview>, state: &State) -> Html {
    let report = &overview.report;
    let tried = labels::tried(&state.filled.tried(false));
    let needed = || report.checklist.iter().filter(|row| row.need == Need::Always);
    let here = needed().filter(|row| row.have).count();
    let by_cloudflare = report.verdict.responsible.contains(&Responsible::Cloudflare);
    let (to, label) =
        if by_cloudflare { (Recipient::Support, labels::COPY_FOR_CLOUDFLARE) } else { (Recipient::Hosting, labels::COPY_FOR_HOST) };
    let has_letter = report.verdict.cause.is_some() && !report.verdict.responsible.contains(&Responsible::Visitor);
    html! {
        <div class="acts">
            if has_letter && state.mode == Mode::Owner {
                <CopyButton id="copy-host" {label} style={Style::Primary} text={state.filled.letter(overview.letters.to(to), false)} />
            }
            if state.mode == Mode::Support {
                <CopyButton id="copy-questions" label={labels::COPY_QUESTIONS} style={Style::Primary} text={labels::ask_for(&report.checklist)} />
            }
            <CopyButton id="copy-report" label={labels::COPY_REPORT} style={Style::Plain} text={[&*overview.text, &tried].concat()} />
            <a class="button" href="#send/files">{ labels::PREPARE_FILES_LINK }</a>
            <CopyButton id="copy-full" label={labels::FULL_REPORT} style={Style::Link} text={[&*overview.full, &tried].concat()} />
            <a class="small" href="#send/case">{ labels::case_file(here, needed().count()) }</a>
        </div>
    }
}

/// Causes that stand side by side, at most.
const MOST_TIES: usize = 4;

/// The causes that fit alike, side by side. Of many the first ones, and the names of the others.
fn ties(leading: &[&FindingRow<String>]) -> Html {
    let shown = if leading.len() > MOST_TIES { MOST_TIES - 1 } else { leading.len() };
    let others: Vec<&str> = leading[shown..].iter().map(|finding| &*finding.title).collect();
    html! {
        <>
        <ol class="ties" id="ties">
            { for leading[..shown].iter().map(|finding| html! {
                <li data-cause={finding.cause.clone()}>
                    <h2>{ &finding.title }</h2>
                    <p>{ prose(&finding.reason) }</p>
                    <p class="quiet">{ labels::WHO_ACTS }{ labels::responsible(&finding.responsible) }</p>
                </li>
            }) }
        </ol>
        if !others.is_empty() { <p class="quiet">{ labels::ALSO_FIT }{ others.join(" · ") }</p> }
        </>
    }
}
