use crate::diagnose::fault::is_unnamed;
use crate::diagnose::page::page;
use crate::diagnose::{Facts, Seen, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// The exporter names no network errors.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-error-codes",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("no_error_codes.md"),
};

fn warning(seen: &Seen<'_>) -> Option<Warning> {
    let unnamed = seen.failing.iter().filter_map(|index| seen.entry(*index)).filter(|entry| is_unnamed(entry)).count();
    let named = seen.capture.entries.iter().any(|entry| entry.response.error.is_some());
    (unnamed > 0 && !named).then(|| Warning {
        source: Some(seen.source),
        detail: Redacted::fill(
            "{} without an answer and without the error's name, which Firefox does not write: how the connection ended is not known. The exit code of curl tells.",
            &[&redact::counted(unnamed, "request is", "requests are")],
        ),
    })
}
