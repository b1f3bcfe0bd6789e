use fivetwenty_captures::Side;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The origin rejects every direct request.
pub(super) static RULE: WarningRule = WarningRule {
    id: "direct-blocked",
    check: |facts: &Facts<'_>| {
        let direct = facts.direct.as_ref().filter(|_| facts.direct_blocked());
        let warning = direct.map(|direct| Warning {
            side: Some(Side::Direct),
            detail: Redacted::fill(
                "{} in the same way, even with a response through Cloudflare. The origin seems to allow only Cloudflare, which is good practice. The direct capture is then no evidence: record it from an address that the origin allows.",
                &[&redact::counted(direct.on_site.len(), "direct request fails", "direct requests fail")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("direct_blocked.md"),
};
