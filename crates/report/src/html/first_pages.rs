//! The first two pages: the verdict, what leads to it, what to do, when it happened.

use fivetwenty_model::report::{FindingRow, HeadersRow, Need, Ray, Report, WaitRow};
use fivetwenty_redact::{Redacted, counted, length_of_time};
use maud::{Markup, html};

use super::parts::{Text, code_block, evidence, evidence_in_short, finding_title, number, prose, request, steps, tests, time};
use super::{logs, tables};
use crate::verdict::who;

/// Failing requests that the first pages list at most; all of them stand in the appendix.
const MAX_FAILING: usize = 8;

/// Everything before the appendix.
pub(super) fn first_pages(report: &Report, site: Option<&Text>) -> Markup {
    html! {
        (verdict(report, site))
        (leading(report))
        @if let Some(row) = &report.logs { (logs::plots(row)) }
        (failing(report))
        (closed(report))
        (missing(report))
    }
}

fn verdict(report: &Report, site: Option<&Text>) -> Markup {
    let verdict = &report.verdict;
    html! {
        header { "\n"
            p.kind {
                span { "fivetwenty report: diagnosis of Cloudflare error 520" }
                @if let Some(site) = site { span { (site) } }
            } "\n"
            @if let Some(sample) = report.sample_line() { p.lead { b { (sample) "." } } "\n" }
            @if let Some(caution) = &verdict.caution { p.lead { (prose(caution)) } "\n" }
            p.status { (verdict.label()) } "\n"
            h1 { (prose(&verdict.headline)) } "\n"
            p.lead { (prose(&verdict.summary)) } "\n"
            @if let Some(leaves_open) = &verdict.leaves_open { p.lead { (prose(leaves_open)) } "\n" }
            dl { "\n"
                @if let Some(site) = &report.site { dt { "Site" } dd { (site.host) " (" (site.reason.label()) ")" } "\n" }
                @if !verdict.responsible.is_empty() { dt { "Who acts" } dd { (who(&verdict.responsible)) } "\n" }
                @if !verdict.first_step.as_str().is_empty() { dt { "First step" } dd { (prose(&verdict.first_step)) @for command in &verdict.commands { (code_block(command)) } } "\n" }
                (how_often(report))
                @if let Some(window) = &verdict.log_window {
                    dt { "Read the logs" }
                    dd {
                        "from " (time(&window.from)) " to " (time(&window.to)) " UTC (" (window.by()) ")"
                        @for other in &verdict.other_windows {
                            ", or from " (time(&other.from)) " to " (time(&other.to)) " UTC (" (other.by()) ")"
                        }
                    } "\n"
                }
                @if let Some(row) = &report.measures.waited { dt { "Waited" } dd { (waited(row)) } "\n" }
                @if let Some(row) = &report.measures.response_headers { dt { "Response headers" } dd { (headers(row)) } "\n" }
                @if let Some(row) = &report.measures.request_headers { dt { "Request headers" } dd { (headers(row)) } "\n" }
            } "\n"
        } "\n"
    }
}

/// The request that fails most.
fn how_often(report: &Report) -> Markup {
    let most = report.patterns.as_ref().and_then(|patterns| Some((patterns, patterns.failing_urls().next()?)));
    html! {
        @if let Some((patterns, row)) = most {
            dt { "Request" } dd { (request(&row.method, &row.url)) } "\n"
            dt { "How often" }
            dd {
                (number(row.failing)) " of " (counted(row.total as usize, "try", "tries")) " failed; of all requests "
                (number(patterns.failing)) " of " (number(patterns.total))
            } "\n"
        }
    }
}

fn waited(row: &WaitRow<Text>) -> Markup {
    html! {
        (prose(&row.sentence))
        @for time in row.near() {
            " " (counted(time.requests as usize, "wait is", "waits are")) " near " (length_of_time(time.ms)) ": " (prose(&time.of)) "."
        }
    }
}

fn headers(row: &HeadersRow<Text>) -> Markup {
    html! {
        (number(row.bytes)) " bytes (" (row.how) ")"
        @if let Some(limit) = row.exceeded() { "; more than " (number(limit.bytes)) ": " (prose(&limit.of)) }
    }
}

/// The causes at the top: the one that leads in full, and of those that cannot be separated from it what tells them apart.
fn leading(report: &Report) -> Markup {
    let (in_full, others): (Vec<_>, Vec<_>) = report.leading().partition(|finding| report.verdict.is_shown_in_full(finding));
    let title = match (&*in_full, &*others) {
        ([], _) => "Causes that these captures can't tell apart",
        (_, [_]) => "Another cause that these captures can't exclude",
        _ => "Other causes that these captures can't exclude",
    };
    html! {
        @for finding in in_full { (cause(finding)) }
        @if !others.is_empty() { h2 { (title) } "\n" }
        @for finding in others {
            (finding_title(finding))
            p { (prose(&finding.reason)) } "\n"
            (evidence_in_short(finding))
            (tests(finding.tests.get(..1).unwrap_or_default()))
        }
    }
}

/// A cause with all that belongs to it.
fn cause(finding: &FindingRow<Text>) -> Markup {
    html! {
        h2 { "What it means" } "\n"
        p { (prose(&finding.means)) } "\n"
        @if !finding.evidence.is_empty() { h2 { "Evidence" } "\n" }
        (evidence(finding))
        @if !finding.steps.is_empty() { h2 { "What to do" } "\n" }
        @if let (Some(likelihood), Some(difficulty)) = (finding.likelihood, finding.difficulty) {
            p.quiet { "Among 520s: " (likelihood.label()) ". Fix: " (difficulty.label()) "." } "\n"
        }
        (steps(&finding.steps))
        @if !finding.tests.is_empty() { h2 { "Commands that prove it" } "\n" }
        (tests(&finding.tests))
    }
}

/// When, and under which Ray IDs.
fn failing(report: &Report) -> Markup {
    let all: Vec<&Ray<Text>> = report.failing_rays().collect();
    html! {
        (tables::rays("When, and under which Ray IDs", all.get(..MAX_FAILING).unwrap_or(&all)))
        @if all.len() > MAX_FAILING {
            p.quiet { "And " (number((all.len() - MAX_FAILING) as u64)) " more, in the appendix." } "\n"
        }
    }
}

/// What is neither the cause nor possible.
fn closed(report: &Report) -> Markup {
    html! {
        @for (label, findings) in report.closed() {
            h2 { (label) } "\n"
            p.short { (Redacted::join(findings.into_iter().map(|finding| finding.title.clone()), " · ")) } "\n"
        }
    }
}

fn missing(report: &Report) -> Markup {
    let missing = Redacted::join(report.missing(Need::Always).map(|row| row.title.clone()), "; ");
    html! {
        @if !missing.as_str().is_empty() { h2 { "Still missing for a support case" } "\n" p { (missing) "." } "\n" }
    }
}
