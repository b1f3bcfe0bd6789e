use fivetwenty_captures::Side;
use fivetwenty_captures::edge::is_refused_certificate;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The browser rejected the origin's certificate.
pub(super) static RULE: WarningRule = WarningRule {
    id: "direct-certificate",
    check: |facts: &Facts<'_>| {
        let refused = facts.direct.iter().flat_map(|direct| direct.failing.iter().filter_map(|index| direct.entry(*index)));
        let count = refused.filter(|entry| is_refused_certificate(entry)).count();
        let warning = (count > 0).then(|| Warning {
            side: Some(Side::Direct),
            detail: Redacted::fill(
                "{} because the browser does not trust the origin's certificate (Origin CA, another name, or expired). No request was sent: this says nothing about the 520. Repeat it with curl -k.",
                &[&redact::counted(count, "direct request failed", "direct requests failed")],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("direct_certificate.md"),
};
