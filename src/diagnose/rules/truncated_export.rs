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
    (!seen.capture.whole).then(|| Warning {
        source: Some(seen.source),
        detail: Redacted::fill(
            "The file could not be read to its end: {} before that place were read, the rest is missing. Export it once more.",
            &[&redact::counted(seen.capture.entries.len(), "entry", "entries")],
        ),
    })
}
