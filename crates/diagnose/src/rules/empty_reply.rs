use fivetwenty_model::Responsible;

use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name, is_over_tls, stronger};
use crate::field::Field;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin closed the connection without a byte.
pub(super) static RULE: Rule = Rule {
    id: "empty-reply",
    title: "The origin closes the connection without an answer",
    headline: "The origin closed the connection without sending a byte.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DIRECT],
    check: |facts| stronger(assess(facts, &FAULT), assess(facts, &CLOSED)),
    page: page!("empty_reply.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| (entry.response.error.as_deref() == Some("net::ERR_EMPTY_RESPONSE")).then_some(Field::Error),
    received: "an empty reply",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByRepeating,
    contradicts: |_| true,
};

/// Over HTTP/2 a browser calls it by another name, which a fault of HTTP/2 and of TLS has as well.
const CLOSED: Fault = Fault {
    sign: |entry| {
        let closed = entry.response.status == 0 && error_name(entry) == "ERR_CONNECTION_CLOSED" && is_over_tls(entry);
        closed.then_some(Field::Error)
    },
    received: "a connection that was closed without an answer",
    edge_outcome: EdgeOutcome::Undocumented520,
    ..FAULT
};
