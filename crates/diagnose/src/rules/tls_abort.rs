use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Responsible, Status};

use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name, is_over_tls};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin ended TLS after the handshake.
pub(super) static RULE: Rule = Rule {
    id: "tls-abort",
    title: "The origin closes the TLS connection after the handshake",
    headline: "The origin may have closed the TLS connection right after the handshake.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DIRECT],
    check,
    page: page!("tls_abort.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| {
        let name = error_name(entry);
        // These alerts belong to the handshake itself, or to the client's certificate.
        let in_handshake = name.contains("CLIENT_AUTH") || name == "ERR_SSL_UNRECOGNIZED_NAME_ALERT";
        let ended = matches!(name, "ERR_SSL_PROTOCOL_ERROR" | "ERR_SOCKET_NOT_CONNECTED" | "ERR_CONNECTION_CLOSED");
        let alert = name.starts_with("ERR_SSL_") && name.ends_with("_ALERT") && !in_handshake;
        (entry.response.status == 0 && is_over_tls(entry) && (ended || alert)).then_some(Field::Error)
    },
    received: "a failed TLS connection",
    edge_outcome: EdgeOutcome::Undocumented520,
    without_error_name: WithoutErrorName::Other,
    overlooked: Overlooked::Never,
    contradicts: |_| true,
};

/// A capture does not show whether the handshake was complete, so it is never more than possible.
fn check(facts: &Facts<'_>) -> Finding {
    let finding = assess(facts, &FAULT);
    let is_blind = |entry: &Entry| !is_over_tls(entry) && entry.response.error.is_none();
    if finding.is_negative() && facts.failing_partners().any(|(_, entry)| is_blind(entry)) {
        return Finding::cannot_tell("The direct capture used no TLS, so it does not show how the origin ends a TLS connection.");
    }
    Finding { status: finding.status.max(Status::Possible), ..finding }
}
