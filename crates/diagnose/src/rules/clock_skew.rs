use fivetwenty_captures::Side;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::Redacted;

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
            let words = "By the Ray IDs Cloudflare received the requests {} {} than the capture says: the clock of the machine that recorded is {} by that much{}. Use the times of the Ray IDs to look into logs.";
            (ms, words, Redacted::fixed(""))
        });
        let found = all.or_else(|| outvoted(facts)).filter(|(ms, ..)| ms.unsigned_abs() >= NOTABLE_MS);
        let warning = found.map(|(ms, words, of)| {
            let (ids, clock) = if ms > 0 { ("later", "behind") } else { ("earlier", "ahead") };
            let by = span(ms.unsigned_abs());
            let zone = if is_of_a_zone(ms) { ", or its times are local ones without their zone" } else { "" };
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
    let words = "Cloudflare received requests {} {} than the capture says: the clock of the machine that recorded is {} by that much{}. So say {}, which agree; the report goes by them.";
    Some((-first.odd_by(Clock::Har)?, words, of))
}

/// Whether an offset is a whole number of half hours, as those of zones are.
fn is_of_a_zone(ms: i64) -> bool {
    const HALF_HOUR_MS: i64 = 30 * 60 * 1000;
    let rest = ms.abs() % HALF_HOUR_MS;
    (HALF_HOUR_MS..=28 * HALF_HOUR_MS).contains(&(ms.abs() + 60_000)) && rest.min(HALF_HOUR_MS - rest) <= 60_000
}
