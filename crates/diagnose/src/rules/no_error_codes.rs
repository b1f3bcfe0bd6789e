use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The exporter names no network errors.
pub(super) static RULE: WarningRule = WarningRule {
    id: "no-error-codes",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(warning).collect(),
    page: page!("no_error_codes.md"),
};

fn warning(view: &SideView<'_>) -> Option<Warning> {
    // Chrome names every error: what has no name there is a status that is none, or a WebSocket.
    if view.creator().starts_with("WebInspector ") {
        return None;
    }
    let unnamed = view.failing.iter().filter_map(|index| view.entry(*index)).filter(|entry| is_unnamed(entry)).count();
    let named = view.entries().any(|entry| entry.response.error.is_some());
    (unnamed > 0 && !named).then(|| Warning {
        side: Some(view.side),
        detail: Redacted::fill(
            "{} no response and no error name (Firefox writes none). The capture does not show how the connection ended: curl's exit code does.",
            &[&redact::counted(unnamed, "request has", "requests have")],
        ),
    })
}
