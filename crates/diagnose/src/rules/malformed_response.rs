use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::Redacted;

use super::wrong_port_or_scheme::answers_like_tls;
use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, WithoutErrorName, assess, error_name, stronger};
use crate::field::{Field, version};
use crate::finding::Finding;
use crate::page::page;
use crate::rule::Rule;

/// The origin's answer is not HTTP.
pub(super) static RULE: Rule = Rule {
    id: "malformed-response",
    title: "The origin's answer is not HTTP",
    headline: "The origin sent something that is not an HTTP answer.",
    responsible: &[Responsible::Origin],
    check,
    page: page!("malformed_response.md"),
};

/// What a port answers that expects TLS is no HTTP either, and has a rule of its own.
fn check(facts: &Facts<'_>) -> Finding {
    let finding = stronger(assess(facts, &HEAD), assess(facts, &CHUNKS));
    let cited = finding.evidence.iter().filter(|evidence| evidence.side == Some(Side::Direct));
    let mut cited = cited.filter_map(|evidence| facts.direct_entry(evidence.index?)).peekable();
    if finding.status <= Status::Likely
        && cited.peek().is_some()
        && cited.all(|entry| entry.response.status == 0 && is_unseen(entry))
        && facts.passed_on().next().is_none()
    {
        let reason = Redacted::fill("{} But what it was is not shown: a port that expects HTTPS gives the same.", &[&finding.reason]);
        return Finding { status: Status::Possible, reason, ..finding };
    }
    if finding.status > Status::Likely || answers_like_tls(facts).is_none() {
        return finding;
    }
    let reason = Redacted::fill("{} But it is no text at all, as from a port that expects HTTPS.", &[&finding.reason]);
    Finding { status: Status::Possible, reason, ..finding }
}

/// What came over plain HTTP without a status line, and was not shown by the tool that asked for it.
fn is_unseen(entry: &Entry) -> bool {
    let over_http = Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("http");
    over_http && version(&entry.response.http_version) == b'0'
}

/// On port 80 Chrome takes an answer without a status line for HTTP/0.9, and shows a status of 200.
const HEAD: Fault = Fault {
    sign: |entry| match error_name(entry) {
        "ERR_INVALID_HTTP_RESPONSE" => Some(Field::Error),
        _ => (entry.response.headers.is_empty() && version(&entry.response.http_version) == b'0').then_some(Field::HttpVersion),
    },
    received: "an answer that is not HTTP",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
};

/// The headers have gone out by then.
const CHUNKS: Fault = Fault {
    sign: |entry| (error_name(entry) == "ERR_INVALID_CHUNKED_ENCODING").then_some(Field::Error),
    received: "a body with broken chunk sizes",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::NoAnswer,
};
