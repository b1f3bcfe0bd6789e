use crate::diagnose::page::page;
use crate::diagnose::{Facts, Seen, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// The file was not read to its end.
pub(super) static RULE: WarningRule = WarningRule {
    id: "truncated-export",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("truncated_export.md"),
};

fn warning(seen: &Seen<'_>) -> Option<Warning> {
    let capture = seen.capture;
    let entries = redact::counted(capture.entries.len(), "entry", "entries");
    // The last problem is why; unless there were more than are kept.
    let why = capture.problems.last().filter(|_| capture.problems.len() == capture.problems_total as usize);
    (!capture.whole).then(|| Warning {
        source: Some(seen.source),
        detail: match why {
            Some(why) => Redacted::fill(
                "The file could not be read to its end: there are {}, the rest is missing ({}).",
                &[&entries, &redact::problem(&why.problem)],
            ),
            None => Redacted::fill("The file could not be read to its end: there are {}, the rest is missing.", &[&entries]),
        },
    })
}
