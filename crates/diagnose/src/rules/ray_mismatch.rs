use fivetwenty_captures::Side;
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{Clock, after_ray};
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// A Ray ID is from another time than the rest.
pub(super) static RULE: WarningRule = WarningRule {
    id: "ray-mismatch",
    check: |facts: &Facts<'_>| {
        let found = mismatches(facts);
        let warning = found.first().map(|first| Warning {
            side: Some(Side::Proxied),
            detail: Redacted::fill(
                "{} a Ray ID of another time than the answer or the rest of the capture, entry {} is the first: it belongs to another request, so do not look it up.",
                &[&redact::counted(found.len(), "answer carries", "answers carry"), first],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("ray_mismatch.md"),
};

/// A Date has whole seconds, and clocks differ a little. A Date this long before its Ray ID belongs to another request.
const BEFORE_MS: i64 = -2000;
/// A larger distance from the others than a request can wait in the browser.
const FAR_MS: i64 = 5 * 60 * 1000;

/// Entries of the site whose Ray ID cannot be theirs.
fn mismatches(facts: &Facts<'_>) -> Vec<u32> {
    let Some(proxied) = &facts.proxied else { return Vec::new() };
    let clock = Clock::new(proxied);
    let mut found: Vec<u32> = Vec::new();
    for index in &proxied.on_site {
        if proxied.entry(*index).and_then(after_ray).is_some_and(|ms| ms < BEFORE_MS) {
            found.push(*index);
        }
    }
    let by_date = found.len();
    for (index, offset_ms) in &clock.readings {
        let far = clock.offset_ms.is_some_and(|agreed| (offset_ms - agreed).abs() > FAR_MS);
        let cached = || proxied.entry(*index).is_some_and(|entry| clock.looks_cached(entry, *offset_ms));
        if far && found[..by_date].binary_search(index).is_err() && !cached() {
            found.push(*index);
        }
    }
    found
}
