use fivetwenty_captures::Side;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{When, entries, span};
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// A Ray ID is from another time than the rest.
pub(super) static RULE: WarningRule =
    WarningRule { id: "ray-mismatch", check: |facts: &Facts<'_>| warning(facts).into_iter().collect(), page: page!("ray_mismatch.md") };

/// Entries of the site whose Ray ID cannot be theirs.
fn warning(facts: &Facts<'_>) -> Option<Warning> {
    let is_sure = facts.clocks(Side::Proxied).offset_ms.is_some();
    // Outvoted by the other clocks of its request; or with its Date against the recorder's clock, which the other requests confirm.
    let by_ms = |when: &When| {
        let recorder = when.odd_by(Clock::Har).filter(|_| is_sure && when.by.contains(&Clock::RayId));
        when.odd_by(Clock::RayId).or(recorder.map(|ms| -ms))
    };
    let (found, when) = facts.disagreeing(|when| by_ms(when).is_some())?;
    let ms = by_ms(when)?;
    let rest = if when.by.contains(&Clock::RayId) { Redacted::fixed(Clock::Har.label()) } else { Clock::names(&when.by) };
    Some(Warning {
        side: Some(Side::Proxied),
        detail: Redacted::fill(
            "{} a Ray ID from another time than the response or the rest of the capture ({}). The first is {} {} the time by {}. It belongs to another request: do not search for it.",
            &[
                &redact::counted(found.len(), "response carries", "responses carry"),
                &entries(&found),
                &span(ms.unsigned_abs()),
                &if ms < 0 { "before" } else { "after" },
                &rest,
            ],
        ),
    })
}
