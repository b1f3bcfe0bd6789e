use fivetwenty_captures::Side;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// No response of the site in the proxied capture came from Cloudflare.
pub(super) static RULE: WarningRule = WarningRule {
    id: "proxied-not-cloudflare",
    check: |facts: &Facts<'_>| {
        let fires = facts.proxied.as_ref().filter(|proxied| {
            let headers = proxied.answered().any(|(_, entry)| !entry.response.headers.is_empty());
            proxied.headers_known && headers && proxied.via_cloudflare.is_empty()
        });
        let warning = fires.map(|proxied| Warning {
            side: Some(Side::Proxied),
            detail: Redacted::fill(
                "{} of the site in the proxied capture, and none came from Cloudflare: no cf-ray, no server: cloudflare. Check that the record is proxied (orange cloud).",
                &[&redact::counted(proxied.answered().count(), "response", "responses")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("proxied_not_cloudflare.md"),
};
