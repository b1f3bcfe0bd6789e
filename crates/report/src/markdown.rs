//! The report in short, as Markdown: the verdict, its evidence, what to do, the Ray IDs.

use fivetwenty_model::Polarity;
use fivetwenty_model::report::{
    FindingRow, HeadersRow, Need, RAY_TIME, Ray, Report, StepGroup, StepRow, WaitRow, Window, alike, grouped, servers,
};
use fivetwenty_redact::{Redacted, counted, length_of_time, thousands};

use super::verdict::who;
use super::writing::{self, Block, Line};

type Text = Redacted<String>;

/// Ray IDs that are listed at most; all of them stand in the JSON.
const MAX_RAYS: usize = 20;

/// The report in short, with a line end.
pub fn to_markdown(report: &Report) -> String {
    let verdict = &report.verdict;
    let mut blocks = vec![Block::Heading("Why Cloudflare answers 520")];
    blocks.extend(verdict.caution.clone().map(|caution| Block::Paragraph(Line::default().say(caution))));
    blocks.extend([
        Block::Paragraph(Line::new(verdict.label()).words(": ").say(verdict.headline.clone())),
        Block::Paragraph(Line::default().say(verdict.summary.clone())),
    ]);
    blocks.extend(verdict.leaves_open.clone().map(|leaves_open| Block::Paragraph(Line::default().say(leaves_open))));
    blocks.extend(listed(None, rows(report)));
    blocks.extend((!verdict.commands.is_empty()).then(|| Block::Commands(verdict.commands.clone())));
    for finding in report.leading() {
        blocks.extend(cause(finding, verdict.is_shown_in_full(finding)));
    }
    let rays: Vec<Line> = report.failing_rays().take(MAX_RAYS).map(ray).collect();
    let rest = (!rays.is_empty()).then(|| Block::Paragraph(Line::new(RAY_TIME)));
    blocks.extend(listed(Some("Ray IDs of failing requests"), rays));
    blocks.extend(rest);
    for (label, findings) in report.closed() {
        let ids = Redacted::join(findings.into_iter().map(|finding| finding.cause.clone()), ", ");
        blocks.extend([Block::Heading(label), Block::Paragraph(Line::default().say(ids))]);
    }
    let warnings = report.warnings.iter().map(|warning| {
        let side = warning.side.map_or_else(|| Redacted::fixed(": "), |side| Redacted::fill(" ({}): ", &[&side.id()]));
        Line::default().value(warning.id.clone()).say(side).say(warning.detail.clone())
    });
    blocks.extend(listed(Some("Checks of the captures"), warnings.collect()));
    let missing = report.missing(Need::Always).map(|row| Line::default().say(row.title.clone()).words(": ").say(row.step.clone()));
    blocks.extend(listed(Some("Still missing for a support case"), missing.collect()));
    writing::to_markdown(&blocks, writing::as_it_is, &[])
}

/// A list under its title, when there is anything in it.
fn listed(title: Option<&'static str>, lines: Vec<Line>) -> Vec<Block> {
    if lines.is_empty() {
        return Vec::new();
    }
    title.map(Block::Heading).into_iter().chain([Block::List(lines)]).collect()
}

/// What to know beside the verdict.
fn rows(report: &Report) -> Vec<Line> {
    let (verdict, measures) = (&report.verdict, &report.measures);
    let mut lines = Vec::new();
    if !verdict.responsible.is_empty() {
        lines.push(Line::new("Must act: ").say(who(&verdict.responsible)));
    }
    if !verdict.first_step.as_str().is_empty() {
        lines.push(Line::new("First step: ").say(verdict.first_step.clone()));
    }
    lines.extend(report.patterns.as_ref().map(|patterns| Line::new("Which requests fail: ").say(patterns.sentence.clone())));
    if let Some(window) = &verdict.log_window {
        let write = |line: Line, window: &Window<Text>| {
            line.value(window.from.clone()).words(" to ").value(window.to.clone()).say(Redacted::fill(" ({})", &[&window.by()]))
        };
        let first = write(Line::new("Log window: "), window);
        lines.push(verdict.other_windows.iter().fold(first, |line, other| write(line.words(", or "), other)));
    }
    lines.extend(measures.waited.as_ref().map(waited));
    lines.extend(measures.response_headers.as_ref().map(|row| headers("Response headers: ", row)));
    lines.extend(measures.request_headers.as_ref().map(|row| headers("Request headers: ", row)));
    lines
}

fn waited(row: &WaitRow<Text>) -> Line {
    row.near().fold(Line::default().say(row.sentence.clone()), |line, time| {
        let waits = counted(time.requests as usize, "wait is", "waits are");
        line.say(Redacted::fill(" {} near {}: {}.", &[&waits, &length_of_time(time.ms), &time.of]))
    })
}

fn headers(what: &'static str, row: &HeadersRow<Text>) -> Line {
    let line = Line::new(what).say(Redacted::fill("{} bytes ({})", &[&thousands(row.bytes), &row.how]));
    match row.exceeded() {
        Some(limit) => line.say(Redacted::fill("; more than {}: {}", &[&thousands(limit.bytes), &limit.of])),
        None => line,
    }
}

/// A cause with its evidence, what to do, and what settles it. Of one that cannot be separated from others its reason stands here.
fn cause(finding: &FindingRow<Text>, in_full: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(Line::default().say(finding.title.clone()).words(" (").value(finding.cause.clone()).words(")"))];
    if !in_full {
        blocks.push(Block::Paragraph(Line::default().say(finding.reason.clone())));
    }
    let evidence = alike(&finding.evidence).into_iter().map(|(row, entries)| {
        let line = Line::new(if row.polarity == Polarity::Supports { "for it: " } else { "against it: " }).words(row.source.label());
        let entries = Redacted::join(entries.iter().map(|entry| Redacted::fill("{}", &[entry])), ", ");
        line.say(Redacted::fill(", entry {}: ", &[&entries])).value(row.field.clone()).words(" ").value(row.value.clone())
    });
    blocks.extend(listed(Some("Evidence"), evidence.collect()));
    let (open, others) = grouped(&finding.steps);
    blocks.extend(open.iter().flat_map(steps));
    let names = servers(&others);
    if !names.as_str().is_empty() {
        blocks.push(Block::Paragraph(Line::new("The full report also has steps for ").say(names).words(".")));
    }
    if !finding.tests.is_empty() {
        blocks.push(Block::Heading("Commands that prove it"));
    }
    for test in &finding.tests {
        blocks.extend([Block::Commands(test.commands.clone()), Block::Paragraph(Line::default().say(test.decides.clone()))]);
    }
    blocks
}

/// Steps with what they cost and where to read on.
fn steps(group: &StepGroup<'_, Text>) -> Vec<Block> {
    let step = |step: &StepRow<Text>| Line::step(step).say(Redacted::fill(" ({})", &[&step.marks()]));
    let server = group.server.map(|server| Block::Paragraph(Line::new("For ").words(server.label()).words(":")));
    let steps = Block::Steps(group.steps.iter().map(step).collect());
    // The heading stands over the first of a group.
    let heading = group.server.is_none().then(|| Block::Heading(group.group.label()));
    heading.into_iter().chain(server).chain([steps]).collect()
}

fn ray(ray: &Ray<Text>) -> Line {
    let line = Line::default().value_or(ray.received.clone(), "the time").words(" ").value(ray.id.clone());
    let line = match &ray.colo {
        Some(colo) => line.words(" ").value(colo.clone()),
        None => line,
    };
    let waited = ray.waited.map(|waited| Redacted::fill(" after {}", &[&waited.range()]));
    line.say(Redacted::fill(": status {}", &[&ray.status.unwrap_or_default()])).say(waited.unwrap_or_else(|| Redacted::fixed("")))
}
