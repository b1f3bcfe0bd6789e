use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The two captures were given on the wrong sides.
pub(super) static RULE: WarningRule = WarningRule {
    id: "captures-swapped",
    check: |facts: &Facts<'_>| {
        let detail = if facts.direct.is_some() {
            "The captures are swapped: the file given as direct went through Cloudflare, the other did not. The report swaps them: \"proxied\" is the file that went through Cloudflare."
        } else {
            "The file given as direct went through Cloudflare. The report uses it as the proxied capture; the direct one is missing."
        };
        let warning = Warning { side: None, detail: Redacted::fixed(detail) };
        facts.case.exchanged.then_some(warning).into_iter().collect()
    },
    page: page!("captures_swapped.md"),
};
