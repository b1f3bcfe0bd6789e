use crate::diagnose::page::page;
use crate::diagnose::{Facts, Seen, Warning, WarningRule};
use crate::redact::{self, Redacted};

/// The exporter wrote no response headers.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-response-headers",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("no_response_headers.md"),
};

fn warning(seen: &Seen<'_>) -> Option<Warning> {
    let answered = seen.answered().count();
    // A text shows what its tool was asked for.
    (answered > 0 && !seen.headers_known && !seen.capture.is_told()).then(|| Warning {
        source: Some(seen.source),
        detail: Redacted::fill(
            "{} without any response header: the program that wrote the file left them out. Whether they came from Cloudflare, and how large the headers were, is unknown.",
            &[&redact::counted(answered, "answer", "answers")],
        ),
    })
}
