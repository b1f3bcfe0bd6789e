use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Responsible, Status};

use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name, is_over_tls, stronger};
use crate::field::{Field, version};
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin closed the connection without a byte.
pub(super) static RULE: Rule = Rule {
    id: "empty-reply",
    title: "The origin closes the connection without responding",
    headline: "The origin closed the connection without responding.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DIRECT],
    check: |facts| stronger(assess(facts, &FAULT), closed(facts)),
    page: page!("empty_reply.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| (entry.response.error.as_deref() == Some("net::ERR_EMPTY_RESPONSE")).then_some(Field::Error),
    received: "an empty response",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByRepeating,
    contradicts: |_| true,
};

/// Without an answer over HTTP/2 it may be the handshake that ended like that.
fn closed(facts: &Facts<'_>) -> Finding {
    let finding = assess(facts, &CLOSED);
    let mut answers = facts.direct.iter().flat_map(SideView::answered);
    if finding.status < Status::Possible && !answers.any(|(_, entry)| version(&entry.response.http_version) == b'2') {
        return Finding { status: Status::Possible, ..finding };
    }
    finding
}

/// Over HTTP/2 a browser calls it by another name, which a fault of HTTP/2 and of TLS has as well.
const CLOSED: Fault = Fault {
    sign: |entry| {
        let closed = entry.response.status == 0 && error_name(entry) == "ERR_CONNECTION_CLOSED" && is_over_tls(entry);
        closed.then_some(Field::Error)
    },
    received: "a connection closed without a response",
    edge_outcome: EdgeOutcome::Undocumented520,
    ..FAULT
};
