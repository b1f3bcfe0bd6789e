//! The appendix: everything that the first pages leave out.

use fivetwenty_model::report::{InputRow, Need, Patterns, Ray, Report, TraceRow};
use fivetwenty_model::{Side, Source};
use maud::{Markup, html};

use super::parts::{Text, code_block, evidence_in_short, finding_title, number, prose, request, source, steps, tests};
use super::{logs, tables};

/// All of it but its title.
pub(super) fn appendix(report: &Report) -> Markup {
    let rays: Vec<&Ray<Text>> = report.rays.iter().collect();
    html! {
        (captures(report))
        (findings(report))
        (warnings(report))
        @if let Some(row) = &report.logs { (logs::tables(row)) }
        @if let Some(row) = &report.patterns { (patterns(row)) }
        @if let Some(row) = &report.pairs { (tables::pairs(row)) }
        @if let Some(row) = &report.after { (tables::after(row)) }
        (inputs(&report.inputs))
        (tables::rays("All Ray IDs", &rays))
        @if let Some(row) = &report.trace { (trace(row)) }
        (checklist(report))
    }
}

fn captures(report: &Report) -> Markup {
    let captures = [(Side::Proxied, &report.captures.proxied), (Side::Direct, &report.captures.direct)];
    let captures: Vec<_> = captures.into_iter().filter_map(|(side, capture)| Some((side, capture.as_ref()?))).collect();
    html! {
        h3 { "Recordings" } "\n"
        (tables::captures(&captures))
        @for (_, capture) in captures.iter().filter(|(_, capture)| capture.problems_total > 0) { (tables::problems(capture)) }
    }
}

/// Every finding, those that the first pages have in full only by their reason.
fn findings(report: &Report) -> Markup {
    html! {
        h2 { "All findings" } "\n"
        @for finding in &report.findings {
            (finding_title(finding))
            p { (prose(&finding.reason)) } "\n"
            @if report.verdict.is_shown_in_full(finding) {
                p.quiet { "In full on the first page." } "\n"
            } @else {
                (evidence_in_short(finding))
                (steps(&finding.steps))
                (tests(&finding.tests))
            }
        }
    }
}

fn warnings(report: &Report) -> Markup {
    html! {
        @if !report.warnings.is_empty() { h2 { "Checks of the captures" } "\n" }
        @for (warning, has_advice) in report.warnings() {
            h3 { span.machine { (warning.id) } " " @if let Some(side) = warning.side { (source(Source::capture(side))) } } "\n"
            p { (prose(&warning.detail)) } "\n"
            @if has_advice { (steps(&warning.steps)) (tests(&warning.tests)) }
        }
    }
}

fn patterns(patterns: &Patterns<Text>) -> Markup {
    html! {
        h2 { "Which requests fail" } "\n"
        p { (prose(&patterns.sentence)) } "\n"
        table { "\n"
            tr { th { "Request" } th { "Failed" } th { "Of" } } "\n"
            @for row in patterns.failing_urls() {
                tr { td { (request(&row.method, &row.url)) } td { (number(row.failing)) } td { (number(row.total)) } } "\n"
            }
            @for row in &patterns.colos {
                tr { td { "in " code { (row.colo) } } td { (number(row.failing)) } td { (number(row.total)) } } "\n"
            }
        } "\n"
    }
}

/// Texts beside the captures, and what was taken from each.
fn inputs(inputs: &[InputRow<Text>]) -> Markup {
    html! {
        @if !inputs.is_empty() { h2 { "Texts beside the captures" } "\n" }
        @for input in inputs {
            h3 { (input.name) " " span.quiet { (input.kind.label()) } } "\n"
            p { (number(input.understood)) " of " (number(input.lines)) " lines understood." @if let Some(passed_over) = &input.passed_over { " " (passed_over) } } "\n"
            @for extract in &input.finds { p.short { "line " (number(extract.line)) ": " (extract.says) } "\n" }
        }
    }
}

fn trace(trace: &TraceRow<Text>) -> Markup {
    let rows = [
        ("data centre", &trace.colo),
        ("city", &trace.city),
        ("host", &trace.host),
        ("time", &trace.time),
        ("HTTP", &trace.http),
        ("TLS", &trace.tls),
    ];
    html! {
        h2 { "Trace" } "\n"
        dl { "\n"
            @for (what, value) in rows {
                @if let Some(value) = value { dt { (what) } dd { (value) } "\n" }
            }
        } "\n"
    }
}

fn checklist(report: &Report) -> Markup {
    html! {
        h2 { "What Cloudflare’s support asks for" } "\n"
        table { "\n"
            tr { th { "Here" } th { "What" } th { "How to get it" } } "\n"
            @for row in &report.checklist {
                tr {
                    td class=[(!row.have).then_some("bad")] { @if row.have { "yes" } @else { "no" } }
                    td { (row.title) }
                    td {
                        (prose(&row.step))
                        @if row.need == Need::Helps && !row.have { " " span.quiet { "Not always needed." } }
                        @for command in &row.commands { (code_block(command)) }
                    }
                } "\n"
            }
        } "\n"
    }
}
