use fivetwenty_captures::Side;
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// Both captures went through Cloudflare.
pub(super) static RULE: WarningRule = WarningRule {
    id: "direct-still-proxied",
    check: |facts: &Facts<'_>| {
        let fires = facts.direct.as_ref().filter(|direct| !direct.via_cloudflare.is_empty());
        let warning = fires.map(|direct| Warning {
            side: Some(Side::Direct),
            detail: Redacted::fill(
                "{} of {} responses in the direct capture came from Cloudflare: the browser still reached it (cached DNS, DNS over HTTPS, or a proxied record). Record again with --host-resolver-rules and a fresh profile.",
                &[&direct.via_cloudflare.len(), &direct.answered().count()],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("direct_still_proxied.md"),
};
