use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// Nothing could be read from a file.
pub(super) static RULE: WarningRule = WarningRule {
    id: "unreadable-input",
    check: |facts: &Facts<'_>| {
        let warning = facts.case.unreadable.iter().map(|file| Warning {
            side: file.side,
            detail: Redacted::fill(
                "{} could not be read. {}. The report uses the rest.",
                &[&redact::file_name(&file.name), &redact::problem(&file.problem)],
            ),
        });
        warning.collect()
    },
    page: page!("unreadable_input.md"),
};
