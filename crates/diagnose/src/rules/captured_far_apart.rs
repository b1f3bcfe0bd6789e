use fivetwenty_redact::Redacted;

use crate::clock::span;
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// More than an hour lies between the captures.
pub(super) static RULE: WarningRule = WarningRule {
    id: "captured-far-apart",
    check: |facts: &Facts<'_>| {
        let warning = gap_ms(facts).filter(|gap| *gap > HOUR_MS).map(|gap| Warning {
            side: None,
            detail: Redacted::fill(
                "{} lie between the two captures: what differs may have changed in the meantime. Record both again, one directly after the other.",
                &[&span(gap)],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("captured_far_apart.md"),
};

const HOUR_MS: u64 = 60 * 60 * 1000;

/// Milliseconds from the end of the earlier capture to the start of the later one.
fn gap_ms(facts: &Facts<'_>) -> Option<u64> {
    let (first_proxied, last_proxied) = facts.proxied.as_ref()?.capture?.span()?;
    let (first_direct, last_direct) = facts.direct.as_ref()?.capture?.span()?;
    let gap = (first_direct.unix_ms() - last_proxied.unix_ms()).max(first_proxied.unix_ms() - last_direct.unix_ms());
    u64::try_from(gap).ok()
}
