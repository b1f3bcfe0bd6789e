use fivetwenty_captures::compare::{header_bytes, listed_header_bytes};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The exporter removed cookies and similar headers.
pub(super) static RULE: WarningRule = WarningRule {
    id: "sanitized-export",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("sanitized_export.md"),
};

/// Bytes of `set-cookie: a=b` with its line end, less some for spaces that exporters trim.
const SHORTEST_COOKIE: u64 = 12;

fn warning(view: &SideView<'_>) -> Option<Warning> {
    // Other programs count other bytes as headers, or write no size.
    if !view.creator().starts_with("WebInspector ") {
        return None;
    }
    let stripped = view.entries().filter(|entry| is_stripped(entry)).count();
    let cookies = view.entries().any(has_cookies);
    let detail = if stripped > 0 {
        Redacted::fill(
            "Headers or values are missing from {}: the measured size exceeds the list. The export is sanitised, Chrome's default since version 130. Sizes summed from the list are lower bounds.",
            &[&redact::counted(stripped, "entry", "entries")],
        )
    } else if !cookies && view.headers_known {
        Redacted::fixed(
            "Perhaps sanitised: no request or response has a cookie. Chrome leaves cookies out by default since version 130. Sizes summed from the list are then lower bounds.",
        )
    } else {
        return None;
    };
    Some(Warning { side: Some(view.side), detail })
}

/// The measured size of the headers is larger than what is listed, by as much as the shortest cookie takes.
fn is_stripped(entry: &Entry) -> bool {
    let listed = listed_header_bytes(&entry.response);
    let (bytes, measured) = header_bytes(&entry.response);
    let http_1 = entry.response.http_version.to_ascii_lowercase().starts_with("http/1");
    measured && http_1 && listed > 0 && bytes > listed + SHORTEST_COOKIE
}

fn has_cookies(entry: &Entry) -> bool {
    entry.request.header("cookie").is_some() || entry.response.header("set-cookie").is_some()
}
