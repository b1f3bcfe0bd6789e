use crate::diagnose::page::page;
use crate::diagnose::{Facts, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// Nothing could be read from a file.
pub(super) static RULE: WarningRule = WarningRule {
    id: "unreadable-input",
    check: |facts: &Facts<'_>| {
        let warning = facts.unreadable.iter().map(|file| Warning {
            source: file.source,
            detail: Redacted::fill(
                "{} could not be read ({}). The report is made from the rest.",
                &[&redact::file_name(&file.name), &redact::problem(&file.problem)],
            ),
        });
        warning.collect()
    },
    page: page!("unreadable_input.md"),
};
