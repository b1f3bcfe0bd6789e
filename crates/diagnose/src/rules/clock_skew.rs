use fivetwenty_captures::Side;
use fivetwenty_redact::Redacted;

use crate::clock::{Clock, span};
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The clock of the recording machine is wrong.
pub(super) static RULE: WarningRule = WarningRule {
    id: "clock-skew",
    check: |facts: &Facts<'_>| {
        let offset_ms = facts.proxied.as_ref().and_then(|proxied| Clock::new(proxied).offset_ms);
        let warning = offset_ms.filter(|ms| ms.unsigned_abs() >= NOTABLE_MS).map(|ms| {
            let (ids, clock) = if ms > 0 { ("later", "behind") } else { ("earlier", "ahead") };
            let by = span(ms.unsigned_abs());
            Warning {
                side: Some(Side::Proxied),
                detail: Redacted::fill(
                    "By the Ray IDs Cloudflare received the requests {} {} than the capture says: the clock of the machine that recorded is {} by that much. Use the times of the Ray IDs to look into logs.",
                    &[&by, &ids, &clock],
                ),
            }
        });
        warning.into_iter().collect()
    },
    page: page!("clock_skew.md"),
};

/// From this offset on, log lines are found at the wrong time.
const NOTABLE_MS: u64 = 5000;
