//! Pieces that several sections are made of.

use fivetwenty_model::report::{EvidenceRow, FindingRow, StepGroup, StepRow, TestRow, alike, grouped, servers};
use fivetwenty_model::{Polarity, Side, Source};
use fivetwenty_redact::{Redacted, thousands};
use maud::{Markup, html};

pub(super) type Text = Redacted<String>;

/// Entries that a row names at most.
const MAX_ENTRIES: usize = 20;

/// A number with its thousands set apart.
pub(super) fn number(number: impl Into<u64>) -> Text {
    thousands(number.into())
}

/// A sentence: what stands between backticks is a machine's words.
pub(super) fn prose(sentence: &Text) -> Markup {
    let pieces: Vec<&str> = sentence.as_str().split('`').collect();
    let is_paired = pieces.len() % 2 == 1;
    html! {
        @if is_paired {
            @for (number, piece) in pieces.iter().enumerate() {
                @if number % 2 == 1 { code { (piece) } } @else { (piece) }
            }
        } @else {
            (sentence)
        }
    }
}

/// An RFC 3339 time in UTC, as people read it.
pub(super) fn time(time: &Text) -> Markup {
    let (date, clock) = time.as_str().strip_suffix('Z').and_then(|time| time.split_once('T')).unwrap_or((time.as_str(), ""));
    html! { span.keep { (date) " " (clock) } }
}

/// Where something was seen, in the colour of its side.
pub(super) fn source(source: Source) -> Markup {
    html! { span class=[side_class(source)] { (source.label()) } }
}

/// The class that has the colour of a side.
pub(super) fn side_class(source: Source) -> Option<&'static str> {
    match source.side {
        Some(Side::Proxied) => Some("proxied"),
        Some(Side::Direct) => Some("direct"),
        _ => None,
    }
}

/// A method and a URL.
pub(super) fn request(method: &Text, url: &Text) -> Markup {
    html! { code { (method) } " " code { (url) } }
}

/// An index of an entry, or a dash.
pub(super) fn index(index: Option<u32>) -> Markup {
    html! { @match index { Some(index) => (number(index)), None => "–" } }
}

/// The title of a finding, its id, and its status.
pub(super) fn finding_title(finding: &FindingRow<Text>) -> Markup {
    html! {
        h3 { (finding.title) " " span.machine { (finding.cause) } " " span.quiet { (finding.label()) } } "\n"
    }
}

/// Evidence as a table. Ray IDs have a table of their own.
pub(super) fn evidence(finding: &FindingRow<Text>) -> Markup {
    let rows: Vec<_> = alike(&finding.evidence).into_iter().filter(|(row, _)| !row.field.as_str().ends_with(".cf-ray")).collect();
    html! {
        @if !rows.is_empty() {
            table.whole { "\n"
                tr { th {} th { "Seen" } th { "Entries" } th { "Field" } th { "Value" } } "\n"
                @for (row, entries) in &rows {
                    tr {
                        td { (polarity(row)) }
                        td.keep { (source(row.source)) }
                        td { (numbers(entries)) }
                        td { code { (row.field) } }
                        td { code { (row.value) } }
                    } "\n"
                }
            } "\n"
        }
    }
}

/// Evidence with a line for each, for the many that are ruled out.
pub(super) fn evidence_in_short(finding: &FindingRow<Text>) -> Markup {
    html! {
        @for (row, entries) in alike(&finding.evidence) {
            p.short { (polarity(row)) " " (source(row.source)) " " (numbers(&entries)) ": " code { (row.field) } " " code { (row.value) } } "\n"
        }
    }
}

fn polarity(row: &EvidenceRow<Text>) -> Markup {
    html! {
        @match row.polarity {
            Polarity::Supports => span.for { "+" },
            Polarity::Contradicts => span.against { "−" },
        }
    }
}

/// Numbers of entries, the first of them.
fn numbers(entries: &[u32]) -> Markup {
    let shown = entries.iter().take(MAX_ENTRIES).map(|entry| number(*entry));
    html! { (Redacted::join(shown, ", ")) @if entries.len() > MAX_ENTRIES { " …" } }
}

/// What to do, in order; steps for servers that the evidence does not name are folded.
pub(super) fn steps(steps: &[StepRow<Text>]) -> Markup {
    let (open, others) = grouped(steps);
    html! {
        @for group in &open { (step_group(group)) }
        @if !others.is_empty() {
            details { "\n"
                summary { "Steps for " (servers(&others)) } "\n"
                @for group in &others { (step_group(group)) }
            } "\n"
        }
    }
}

fn step_group(group: &StepGroup<'_, Text>) -> Markup {
    html! {
        h3 { (group.group.label()) @if let Some(server) = group.server { ": " (server.label()) } } "\n"
        ol { "\n"
            @for step in group.steps {
                li {
                    (prose(&step.text)) " " span.quiet { (step.marks()) }
                    @for source in &step.sources { " " a.source href=(source.url) rel="noreferrer" { (prose(&source.title)) } }
                } "\n"
            }
        } "\n"
    }
}

/// Commands, with what their results decide.
pub(super) fn tests(tests: &[TestRow<Text>]) -> Markup {
    html! {
        @for test in tests {
            @for command in &test.commands { (code_block(command)) "\n" }
            p { (prose(&test.decides)) } "\n"
        }
    }
}

/// A command.
pub(super) fn code_block(command: &Text) -> Markup {
    html! { pre { code { (command) } } }
}
