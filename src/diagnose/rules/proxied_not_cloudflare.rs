use crate::diagnose::page::page;
use crate::diagnose::{Facts, Source, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// No answer of the site in the proxied capture came from Cloudflare.
pub(super) static RULE: WarningRule = WarningRule {
    id: "proxied-not-cloudflare",
    check: |facts: &Facts<'_>| {
        let fires = facts.proxied.as_ref().filter(|proxied| {
            let headers = proxied.answered().any(|(_, entry)| !entry.response.headers.is_empty());
            proxied.headers_known && headers && proxied.via_cloudflare.is_empty()
        });
        let warning = fires.map(|proxied| Warning {
            source: Some(Source::Proxied),
            detail: Redacted::fill(
                "{} of the site in the proxied capture, and none came from Cloudflare: no cf-ray, no server: cloudflare. Is the record proxied (orange cloud)?",
                &[&redact::counted(proxied.answered().count(), "answer", "answers")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("proxied_not_cloudflare.md"),
};
