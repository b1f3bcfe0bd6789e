use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The file was not read to its end.
pub(super) static RULE: WarningRule = WarningRule {
    id: "truncated-export",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("truncated_export.md"),
};

fn warning(view: &SideView<'_>) -> Option<Warning> {
    let capture = view.capture?;
    let entries = redact::counted(capture.entries.len(), "entry", "entries");
    // The last problem is the reason, when all problems are kept.
    let why = capture.problems.last().filter(|_| capture.problems.len() == capture.problems_total as usize);
    (!capture.whole).then(|| Warning {
        side: Some(view.side),
        detail: match why {
            Some(why) => Redacted::fill("Only {} could be read; the rest is missing ({}).", &[&entries, &redact::problem(&why.problem)]),
            None => Redacted::fill("Only {} could be read; the rest is missing.", &[&entries]),
        },
    })
}
