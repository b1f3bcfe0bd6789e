use fivetwenty_model::Responsible;

use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name, stronger};
use crate::field::{Field, version};
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin's answer is not HTTP.
pub(super) static RULE: Rule = Rule {
    id: "malformed-response",
    title: "The origin's response is not valid HTTP",
    headline: "The origin sent a response that is not valid HTTP.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DIRECT],
    check: |facts| stronger(assess(facts, &HEAD), assess(facts, &CHUNKS)),
    page: page!("malformed_response.md"),
};

/// On port 80 Chrome reads a response without a status line as HTTP/0.9, and shows a status of 200.
const HEAD: Fault = Fault {
    sign: |entry| match error_name(entry) {
        "ERR_INVALID_HTTP_RESPONSE" => Some(Field::Error),
        _ => (entry.response.headers.is_empty() && version(&entry.response.http_version) == b'0').then_some(Field::HttpVersion),
    },
    received: "a response that is not HTTP",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByBrowsers,
    contradicts: |_| true,
};

/// The headers are sent already by then.
const CHUNKS: Fault = Fault {
    sign: |entry| (error_name(entry) == "ERR_INVALID_CHUNKED_ENCODING").then_some(Field::Error),
    received: "a body with broken chunk sizes",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByBrowsers,
    contradicts: |_| true,
};
