use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::site::SideView;
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
                "The captures are {} apart: a difference may come from a change in that time. Record both again, one directly after the other.",
                &[&span(gap)],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("captured_far_apart.md"),
};

const HOUR_MS: u64 = 60 * 60 * 1000;

/// Milliseconds from the end of the earlier capture to the start of the later one. Both by the recorder's clock and by what the other
/// clocks say: when that clock is wrong, only the capture through Cloudflare tells.
fn gap_ms(facts: &Facts<'_>) -> Option<u64> {
    let own = |view: &Option<SideView<'_>>| view.as_ref()?.capture?.span();
    let recorded = between(own(&facts.proxied)?, own(&facts.direct)?)?;
    let gap = || between(facts.span(Side::Proxied)?, facts.span(Side::Direct)?);
    if recorded > HOUR_MS { gap().map_or(Some(recorded), |gap| Some(gap.min(recorded))) } else { Some(recorded) }
}

/// Milliseconds from the end of the earlier to the start of the later of two stretches; `None` when they overlap.
fn between(one: (Timestamp, Timestamp), other: (Timestamp, Timestamp)) -> Option<u64> {
    u64::try_from((other.0.unix_ms() - one.1.unix_ms()).max(one.0.unix_ms() - other.1.unix_ms())).ok()
}
