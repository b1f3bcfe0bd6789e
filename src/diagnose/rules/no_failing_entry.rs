use crate::diagnose::page::page;
use crate::diagnose::{Facts, Source, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// Nothing failed while the proxied capture was recorded.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-failing-entry",
    check: |facts: &Facts<'_>| {
        let fires = facts
            .proxied
            .as_ref()
            .filter(|proxied| proxied.failing.is_empty() && !proxied.on_site.is_empty() && facts.broken_pairs().is_empty());
        let warning = fires.map(|proxied| Warning {
            source: Some(Source::Proxied),
            detail: Redacted::fill(
                "{} of the site, and none failed: the capture was recorded while the site worked. Record again while the error shows.",
                &[&redact::counted(proxied.on_site.len(), "request", "requests")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("no_failing_entry.md"),
};
