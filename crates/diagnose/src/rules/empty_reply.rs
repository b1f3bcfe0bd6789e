use fivetwenty_model::Responsible;

use crate::fault::{EdgeOutcome, Fault, WithoutErrorName, assess, unless_everybody_is_refused};
use crate::field::Field;
use crate::page::page;
use crate::request::unless_size_decides;
use crate::rule::Rule;

/// The origin closed the connection without a byte.
pub(super) static RULE: Rule = Rule {
    id: "empty-reply",
    title: "The origin closes the connection without an answer",
    headline: "The origin closed the connection without sending a byte.",
    responsible: &[Responsible::Origin],
    check: |facts| unless_size_decides(facts, unless_everybody_is_refused(facts, assess(facts, &FAULT))),
    page: page!("empty_reply.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| (entry.response.error.as_deref() == Some("net::ERR_EMPTY_RESPONSE")).then_some(Field::Error),
    received: "an empty reply",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
};
