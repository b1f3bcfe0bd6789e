//! The report in short, as text or Markdown: the verdict, its evidence, what is ruled out, the failing requests' Ray IDs, what is missing.

use fivetwenty_model::letter::fill;
use fivetwenty_model::report::{CaptureRow, FindingRow, HeadersRow, Need, Ray, Report, WaitRow, Window, alike, first_steps};
use fivetwenty_model::{Polarity, Status};
use fivetwenty_redact::{Redacted, counted, length_of_time, thousands};

use super::verdict::who;
use super::writing::{self, Block, Line};

type Text = Redacted<String>;

/// How every form of the report begins, by which it is recognised when somebody pastes it.
pub(super) const TITLE: &str = "fivetwenty report: diagnosis of a Cloudflare error";
/// Lines of the short report at most, however much there is to say. The full report has the rest.
pub const MAX_LINES: usize = 40;
/// Rows of a list at most.
const MAX_EVIDENCE: usize = 3;
const MAX_RAYS: usize = 3;
const MAX_CHECKS: usize = 2;
/// Causes that are named at most.
const MAX_TIED: usize = 3;
const MAX_NAMED: usize = 8;

/// The short report as text, with a line end.
pub fn to_text(report: &Report) -> String {
    fill(&writing::to_plain(&blocks(report), writing::as_it_is, &[]), |_| None)
}

/// The short report as Markdown, with a line end.
pub fn to_markdown(report: &Report) -> String {
    fill(&writing::to_markdown(&blocks(report), writing::as_it_is, &[]), |_| None)
}

fn blocks(report: &Report) -> Vec<Block> {
    let verdict = &report.verdict;
    let say = |text: &Text| Block::Paragraph(Line::default().say(text.clone()));
    let mut blocks = vec![Block::Heading(TITLE)];
    blocks.extend(report.sample_line().map(|sample| Block::Paragraph(Line::new(sample).words("."))));
    blocks.extend(verdict.caution.iter().map(say));
    // A next step says so itself.
    let has_label = verdict.status.is_some() || !verdict.tied.is_empty();
    let label = if has_label { Line::new(verdict.label()).words(": ") } else { Line::default() };
    let mut headline = label.say(verdict.headline.clone()).words(" ").say(verdict.summary.clone());
    if let Some(leaves_open) = &verdict.leaves_open {
        headline = headline.words(" ").say(leaves_open.clone());
    }
    blocks.push(Block::Paragraph(headline));
    blocks.extend(listed(None, rows(report)));
    if report.captures.proxied.is_none() && report.captures.direct.is_none() && report.logs.is_none() {
        blocks.extend(listed(Some("What the texts say"), texts(report)));
    }
    let leading: Vec<_> = report.leading().collect();
    if let [only] = leading[..] {
        blocks.extend(listed(Some("Evidence"), evidence(only)));
        blocks.extend(steps(only));
    } else {
        let tied = leading.iter().take(MAX_TIED).map(|finding| titled(finding).words(": ").say(finding.reason.clone()));
        blocks.extend(listed(Some("These causes fit"), tied.collect()));
        blocks.extend(steps_of(verdict.first_step.clone(), &verdict.commands));
    }
    blocks.extend(listed(Some("Other causes"), report.closed().into_iter().map(|(label, findings)| named(label, &findings)).collect()));
    let rays = report.failing_rays().take(MAX_RAYS).map(|row| ray(row, report)).chain(more(report.failing_rays().count(), MAX_RAYS));
    blocks.extend(listed(Some("Ray IDs of failing requests"), rays.collect()));
    let captures = [&report.captures.proxied, &report.captures.direct].into_iter().flatten();
    let warnings = report.warnings().filter(|(_, is_last)| *is_last).map(|(warning, _)| Line::default().say(warning.detail.clone()));
    let checks = captures.filter_map(damage).chain(warnings).take(MAX_CHECKS).collect();
    blocks.extend(listed(Some("Checks of the captures"), checks));
    let missing: Vec<Text> = report.missing(Need::Always).map(|row| row.title.clone()).collect();
    if !missing.is_empty() {
        blocks.push(Block::Paragraph(Line::new("Still missing for a support case: ").say(Redacted::join(missing, "; ")).words(".")));
    }
    blocks
}

/// Where a file is damaged.
fn damage(capture: &CaptureRow<Text>) -> Option<Line> {
    let problem = capture.problems.first()?;
    let place = Redacted::fill(", byte {}", &[&thousands(problem.offset)]);
    let line = Line::default().value(capture.name.clone()).say(place);
    let line = if problem.path.as_str().is_empty() { line } else { line.words(", ").value(problem.path.clone()) };
    Some(line.words(": ").say(problem.problem.clone()))
}

/// A list under its title, when there is anything in it.
fn listed(title: Option<&'static str>, lines: Vec<Line>) -> Vec<Block> {
    if lines.is_empty() {
        return Vec::new();
    }
    title.map(Block::Heading).into_iter().chain([Block::List(lines)]).collect()
}

/// How many rows a list left out.
fn more(total: usize, listed: usize) -> Option<Line> {
    (total > listed).then(|| Line::default().say(Redacted::fill("and {} more, in the full report", &[&(total - listed)])))
}

/// What to know beside the verdict.
fn rows(report: &Report) -> Vec<Line> {
    let (verdict, measures) = (&report.verdict, &report.measures);
    let mut lines = Vec::new();
    if let Some(cause) = &verdict.cause {
        lines.push(Line::new("Cause: ").value(cause.clone()));
    } else if let [only] = report.leading().collect::<Vec<_>>()[..] {
        lines.push(Line::new("Possible cause: ").say(only.title.clone()).words(" (").value(only.cause.clone()).words(")"));
    }
    if !verdict.responsible.is_empty() {
        lines.push(Line::new("Who acts: ").say(who(&verdict.responsible)));
    }
    lines.extend(report.site.as_ref().map(|site| Line::new("Site: ").value(site.host.clone())));
    lines.extend(report.patterns.as_ref().map(|patterns| Line::new("Which requests fail: ").say(patterns.sentence.clone())));
    if let Some(logs) = &report.logs {
        // What the verdict says already is said once.
        let is_new = |sentence: &&Text| !verdict.summary.as_str().contains(sentence.as_str());
        let summary = Redacted::join(logs.summary.iter().filter(is_new).cloned(), " ");
        lines.extend((!summary.as_str().is_empty()).then(|| Line::new("Logs: ").say(summary)));
    }
    lines.extend(measures.waited.as_ref().map(waited));
    lines.extend(measures.response_headers.as_ref().and_then(|row| headers("Response headers: ", row)));
    lines.extend(measures.request_headers.as_ref().and_then(|row| headers("Request headers: ", row)));
    if let Some(window) = &verdict.log_window {
        let write = |line: Line, window: &Window<Text>| {
            line.value(window.from.clone()).words(" to ").value(window.to.clone()).say(Redacted::fill(" ({})", &[&window.by()]))
        };
        let first = write(Line::new("Log window: "), window);
        lines.push(verdict.other_windows.iter().fold(first, |line, other| write(line.words(", or "), other)));
    }
    lines
}

fn waited(row: &WaitRow<Text>) -> Line {
    row.near().fold(Line::default().say(row.sentence.clone()), |line, time| {
        let waits = counted(time.requests as usize, "wait is", "waits are");
        line.say(Redacted::fill(" {} near {}: {}.", &[&waits, &length_of_time(time.ms), &time.of]))
    })
}

/// The size of headers that exceed a limit: others decide nothing.
fn headers(what: &'static str, row: &HeadersRow<Text>) -> Option<Line> {
    let limit = row.exceeded()?;
    let line = Line::new(what).say(Redacted::fill("{} bytes ({})", &[&thousands(row.bytes), &row.how]));
    Some(line.say(Redacted::fill("; more than {}: {}", &[&thousands(limit.bytes), &limit.of])))
}

fn titled(finding: &FindingRow<Text>) -> Line {
    Line::default().say(finding.title.clone()).words(" (").value(finding.cause.clone()).words(")")
}

/// What the cause rests on; the same value of several entries is one row. Ray IDs have a list of their own.
fn evidence(finding: &FindingRow<Text>) -> Vec<Line> {
    let mut rows = alike(&finding.evidence);
    rows.retain(|(row, _)| row.field.as_str() != "response.headers.cf-ray");
    let lines = rows.iter().take(MAX_EVIDENCE).map(|(row, entries)| {
        let line = Line::new(if row.polarity == Polarity::Supports { "For: " } else { "Against: " }).words(row.source.label());
        let entries = Redacted::join(entries.iter().map(|entry| Redacted::fill("{}", &[entry])), ", ");
        let line = if entries.as_str().is_empty() { line } else { line.say(Redacted::fill(", entry {}", &[&entries])) };
        line.words(": ").value(row.field.clone()).words(" ").value(row.value.clone())
    });
    lines.chain(more(rows.len(), MAX_EVIDENCE)).collect()
}

/// The first step of each group, and the first command that proves it.
fn steps(finding: &FindingRow<Text>) -> Vec<Block> {
    let first = first_steps(&finding.steps);
    let steps = first.iter().map(|(_, step)| Line::step(step).say(Redacted::fill(" ({})", &[&step.marks()])));
    let mut blocks = Vec::new();
    if !first.is_empty() {
        blocks.extend([Block::Heading("What to do first"), Block::Steps(steps.collect())]);
    }
    blocks.extend(finding.tests.first().map(|test| Block::Commands(test.commands.clone(), None)));
    blocks
}

/// The next step where no cause is named.
fn steps_of(step: Text, commands: &[Text]) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !step.as_str().is_empty() {
        blocks.extend([Block::Heading("What to do first"), Block::Paragraph(Line::default().say(step))]);
    }
    blocks.extend((!commands.is_empty()).then(|| Block::Commands(commands.to_vec(), None)));
    blocks
}

/// What was found in texts, failures first.
fn texts(report: &Report) -> Vec<Line> {
    let finds = || report.inputs.iter().flat_map(|input| &input.finds);
    let (good, bad): (Vec<_>, Vec<_>) = finds().partition(|find| find.is_good());
    let lines = bad.into_iter().chain(good).take(MAX_EVIDENCE).map(|find| Line::default().say(find.says.clone()));
    lines.chain(more(finds().count(), MAX_EVIDENCE)).collect()
}

/// Causes in one line. Of those that cannot be told there is nothing to say but how many.
fn named(label: &'static str, findings: &[&FindingRow<Text>]) -> Line {
    if findings.iter().all(|finding| finding.status == Status::CannotTell && finding.not_reproduced.is_none()) {
        return Line::new(label).say(Redacted::fill(": {}.", &[&counted(findings.len(), "other cause", "other causes")]));
    }
    let names = Redacted::join(findings.iter().take(MAX_NAMED).map(|finding| finding.title.clone()), "; ");
    let line = Line::new(label).words(": ").say(names);
    match findings.len().saturating_sub(MAX_NAMED) {
        0 => line.words("."),
        more => line.say(Redacted::fill("; and {} more.", &[&more])),
    }
}

fn ray(ray: &Ray<Text>, report: &Report) -> Line {
    let line = match &ray.received {
        Some(received) => Line::default().value(received.clone()),
        None => Line::new("time unknown"),
    };
    let line = line.words(" ").value(ray.id.clone());
    let line = match &ray.colo {
        Some(colo) => line.words(" ").value(colo.clone()),
        None => line,
    };
    let waited = ray.waited.map(|waited| Redacted::fill(" after {}", &[&waited.range()]));
    let line =
        line.say(Redacted::fill(": status {}", &[&ray.status.unwrap_or_default()])).say(waited.unwrap_or_else(|| Redacted::fixed("")));
    let line = match report.logs.iter().flat_map(|logs| &logs.rays).find(|row| row.id == ray.id) {
        Some(row) => line.words("; the logs: ").say(row.says.clone()),
        None => line,
    };
    match ray.doubt.first() {
        Some(doubt) => line.words("; doubtful: ").words(doubt.label()),
        None => line,
    }
}
