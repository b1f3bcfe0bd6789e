use fivetwenty_model::Responsible;

use crate::fault::{EdgeOutcome, Fault, WithoutErrorName, assess};
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
    check: |facts| assess(facts, &FAULT),
    page: page!("empty_reply.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| (entry.response.error.as_deref() == Some("net::ERR_EMPTY_RESPONSE")).then_some(Field::Error),
    received: "an empty reply",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    tolerated: false,
};
