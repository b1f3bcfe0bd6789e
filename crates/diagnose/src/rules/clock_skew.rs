use fivetwenty_captures::Side;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{entries, span};
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The clock of the recording machine is wrong.
pub(super) static RULE: WarningRule = WarningRule {
    id: "clock-skew",
    check: |facts: &Facts<'_>| {
        let all = facts.clocks(Side::Proxied).offset_ms.map(|ms| {
            let words = "By the Ray IDs, Cloudflare received the requests {} {} than the capture says. The clock of the machine that recorded is {} by that much{}. Use the times of the Ray IDs to search logs.";
            (ms, words, Redacted::fixed(""))
        });
        let found = all.or_else(|| outvoted(facts)).filter(|(ms, ..)| ms.unsigned_abs() >= NOTABLE_MS);
        let warning = found.map(|(ms, words, of)| {
            let (ids, clock) = if ms > 0 { ("later", "behind") } else { ("earlier", "ahead") };
            let (by, zone) = match half_hours(ms) {
                Some(count) if count % 2 == 0 => (redact::counted(count / 2, "hour", "hours"), ZONE),
                Some(count) => (redact::counted(count * 30, "minute", "minutes"), ZONE),
                None => (span(ms.unsigned_abs()), ""),
            };
            Warning { side: Some(Side::Proxied), detail: Redacted::fill(words, &[&by, &ids, &clock, &zone, &of]) }
        });
        warning.into_iter().collect()
    },
    page: page!("clock_skew.md"),
};

/// From this offset on, log lines are found at the wrong time.
const NOTABLE_MS: u64 = 5000;

/// The requests of which two other clocks agree on a time that is not the recorder's: how far Cloudflare's clock is ahead at the first, in
/// milliseconds, what to say, and of which.
fn outvoted(facts: &Facts<'_>) -> Option<(i64, &'static str, Redacted<String>)> {
    let (found, first) = facts.disagreeing(|when| when.odd_by(Clock::Har).is_some())?;
    let of = Redacted::fill("{} ({})", &[&Clock::names(&first.by), &entries(&found)]);
    let words = "Cloudflare received requests {} {} than the capture says. The clock of the machine that recorded is {} by that much{}. The report uses {}, which agree.";
    Some((-first.odd_by(Clock::Har)?, words, of))
}

/// What else explains an offset of whole half hours.
const ZONE: &str = ", or its times are local times without their zone";

/// The number of half hours that an offset is, when it may be that of a zone: to within a minute, and 14 hours at most.
fn half_hours(ms: i64) -> Option<usize> {
    const HALF_HOUR_MS: u64 = 30 * 60 * 1000;
    let count = (ms.unsigned_abs() + HALF_HOUR_MS / 2) / HALF_HOUR_MS;
    let is_near = ms.unsigned_abs().abs_diff(count * HALF_HOUR_MS) <= 60_000;
    usize::try_from(count).ok().filter(|count| is_near && (1..=28).contains(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an offset of a zone is not recognised for some milliseconds of latency, or any offset is taken for one.
    #[test]
    fn offsets_of_zones_are_half_hours() {
        assert_eq!([-10_799_960, 19_800_040, 50_400_000].map(half_hours), [Some(6), Some(11), Some(28)]);
        assert_eq!([5_000, 180_000, 10_900_000, 52_200_000, i64::MIN].map(half_hours), [None; 5]);
    }
}
