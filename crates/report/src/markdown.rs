//! The report in short, as Markdown: the verdict, its evidence, what to do, the Ray IDs.

use fivetwenty_model::report::{FindingRow, Need, Report, alike};
use fivetwenty_model::{Polarity, Status};
use fivetwenty_redact::{Redacted, range_of_ms};

use super::build::who;
use super::writing::{self, Block, Line};

type Text = Redacted<String>;

/// Ray IDs that are listed at most; all of them stand in the JSON.
const MAX_RAYS: usize = 20;

/// The report in short, with a line end.
pub fn to_markdown(report: &Report) -> String {
    let verdict = &report.verdict;
    let status = match verdict.status {
        Some(status) => status.label(),
        None if verdict.tied.is_empty() => "Next step",
        None => Status::Possible.label(),
    };
    let mut blocks = vec![
        Block::Heading("Why Cloudflare answers 520"),
        Block::Paragraph(Line::new(status).words(": ").say(verdict.headline.clone())),
        Block::Paragraph(Line::default().say(verdict.summary.clone())),
    ];
    let mut lines = Vec::new();
    if !verdict.responsible.is_empty() {
        lines.push(Line::new("Must act: ").say(who(&verdict.responsible)));
    }
    if !verdict.first_step.as_str().is_empty() {
        lines.push(Line::new("First step: ").say(verdict.first_step.clone()));
    }
    if let Some(window) = &verdict.log_window {
        lines.push(Line::new("Log window: ").value(window.from.clone()).words(" to ").value(window.to.clone()));
    }
    lines.extend(report.measures.waited.as_ref().map(|waited| Line::default().say(waited.sentence.clone())));
    if !lines.is_empty() {
        blocks.push(Block::List(lines));
    }
    let leads = |finding: &&FindingRow<Text>| verdict.cause.as_ref() == Some(&finding.cause) || verdict.tied.contains(&finding.cause);
    for finding in report.findings.iter().filter(leads) {
        blocks.push(Block::Paragraph(Line::default().say(finding.title.clone()).words(" (").value(finding.cause.clone()).words(")")));
        blocks.extend([
            Block::Heading("Evidence"),
            Block::List(
                alike(&finding.evidence)
                    .into_iter()
                    .map(|(row, entries)| {
                        let line = Line::new(if row.polarity == Polarity::Supports { "for it: " } else { "against it: " })
                            .words(row.source.label());
                        let entries = Redacted::join(entries.iter().map(|entry| Redacted::fill("{}", &[entry])), ", ");
                        line.say(Redacted::fill(", entry {}: ", &[&entries])).value(row.field.clone()).words(" ").value(row.value.clone())
                    })
                    .collect(),
            ),
        ]);
        if !finding.fix.is_empty() {
            blocks.extend([
                Block::Heading("What to do"),
                Block::Steps(finding.fix.iter().map(|step| Line::default().say(step.clone())).collect()),
            ]);
        }
        if !finding.tests.is_empty() {
            blocks.push(Block::Heading("What settles it"));
        }
        for test in &finding.tests {
            blocks.extend([Block::Commands(test.commands.clone()), Block::Paragraph(Line::default().say(test.decides.clone()))]);
        }
    }
    let rays = report.rays.iter().filter(|ray| ray.is_failing()).take(MAX_RAYS).map(|ray| {
        let line = Line::default().value_or(ray.received.clone(), "the time").words(" ").value(ray.id.clone());
        let line = match &ray.colo {
            Some(colo) => line.words(" ").value(colo.clone()),
            None => line,
        };
        let waited = ray.waited.map(|waited| Redacted::fill(" after {}", &[&range_of_ms([waited.min_ms, waited.max_ms])]));
        line.say(Redacted::fill(": status {}", &[&ray.status.unwrap_or_default()])).say(waited.unwrap_or_else(|| Redacted::fixed("")))
    });
    let rays: Vec<Line> = rays.collect();
    if !rays.is_empty() {
        blocks.extend([Block::Heading("Ray IDs of failing requests"), Block::List(rays)]);
    }
    let of_status = |status: Status| {
        let those = report.findings.iter().filter(move |finding| finding.status == status);
        Redacted::join(those.map(|finding| finding.cause.clone()), ", ")
    };
    for (title, status) in [("Ruled out", Status::RuledOut), ("Cannot tell", Status::CannotTell)] {
        let ids = of_status(status);
        if !ids.as_str().is_empty() {
            blocks.extend([Block::Heading(title), Block::Paragraph(Line::default().say(ids))]);
        }
    }
    let missing = report.checklist.iter().filter(|row| !row.have && row.need == Need::Always);
    let missing: Vec<Line> = missing.map(|row| Line::default().say(row.title.clone()).words(": ").say(row.step.clone())).collect();
    if !missing.is_empty() {
        blocks.extend([Block::Heading("Still missing for a support case"), Block::List(missing)]);
    }
    writing::to_markdown(&blocks, writing::as_it_is, &[])
}
