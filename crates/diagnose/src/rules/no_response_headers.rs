use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The exporter wrote no response headers.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-response-headers",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("no_response_headers.md"),
};

fn warning(view: &SideView<'_>) -> Option<Warning> {
    let answered = view.answered().count();
    // A text shows what its tool was asked for.
    (answered > 0 && !view.headers_known && view.capture.is_some()).then(|| Warning {
        side: Some(view.side),
        detail: Redacted::fill(
            "{}: the program that wrote the file left them out. The capture does not show how large they were, or whether Cloudflare responded.",
            &[&redact::counted(answered, "response has no headers", "responses have no headers")],
        ),
    })
}
