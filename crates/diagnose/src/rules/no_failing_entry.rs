use fivetwenty_captures::Side;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// Nothing failed while the proxied capture was recorded.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-failing-entry",
    check: |facts: &Facts<'_>| {
        let fires = facts
            .proxied
            .as_ref()
            .filter(|proxied| proxied.failing.is_empty() && !proxied.on_site.is_empty() && facts.broken_pairs().is_empty())
            // What was rejected did not work, either.
            .filter(|proxied| !facts.shows_refusal() && !super::not_520::is_shown(proxied));
        let warning = fires.map(|proxied| Warning {
            side: Some(Side::Proxied),
            detail: Redacted::fill(
                "{} of the site, and none failed: the site worked during the capture. Record again while the error shows.",
                &[&redact::counted(proxied.on_site.len(), "request", "requests")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("no_failing_entry.md"),
};
