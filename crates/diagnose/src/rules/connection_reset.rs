use fivetwenty_model::Responsible;

use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name};
use crate::field::Field;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin cut the connection before its headers were complete.
pub(super) static RULE: Rule = Rule {
    id: "connection-reset",
    title: "The connection is cut before the response headers are complete",
    headline: "The connection was cut before the origin's response headers were complete.",
    responsible: &[Responsible::Origin, Responsible::Network],
    needs: &[Needs::DIRECT],
    check: |facts| assess(facts, &FAULT),
    page: page!("connection_reset.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| {
        // A transcript shows the headers that came before.
        let cut = match error_name(entry) {
            "ERR_CONNECTION_RESET" => entry.response.status == 0,
            name => name == "ERR_RESPONSE_HEADERS_TRUNCATED",
        };
        cut.then_some(Field::Error)
    },
    received: "a connection that was cut before the headers were complete",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByRepeating,
    contradicts: |_| true,
};
