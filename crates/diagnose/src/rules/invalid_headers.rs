use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, broken_http2, error_name, stronger};
use crate::field::{Field, breaks_grammar};
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin sent headers that break HTTP's grammar.
pub(super) static RULE: Rule = Rule {
    id: "invalid-headers",
    title: "The origin sends invalid response headers",
    headline: "The origin sent invalid response headers.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("invalid_headers.md"),
};

/// The end of such a response is not defined (RFC 9112, section 6.3).
const LENGTHS: Fault = Fault {
    sign: |entry| (error_name(entry) == "ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH").then_some(Field::Error),
    received: "contradicting Content-Length headers",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByBrowsers,
    contradicts: |_| true,
};

/// Browsers refuse these against injected headers. Other clients may accept them.
const OTHERS: Fault = Fault {
    sign: |entry| match error_name(entry).strip_prefix("ERR_RESPONSE_HEADERS_MULTIPLE_") {
        Some("CONTENT_LENGTH") => None,
        Some(_) => Some(Field::Error),
        None => entry.response.headers.iter().any(|header| breaks_grammar(header)).then_some(Field::BrokenHeader),
    },
    received: "invalid headers",
    edge_outcome: EdgeOutcome::Undocumented520,
    without_error_name: WithoutErrorName::NoAnswer,
    overlooked: Overlooked::ByBrowsers,
    contradicts: |_| true,
};

/// Headers that may stand once.
const ONCE: [&str; 4] = ["content-length", "content-type", "date", "location"];

fn check(facts: &Facts<'_>) -> Finding {
    // What the browser gets through Cloudflare can show it too, so the rule does not need direct answers.
    let finding = Needs::DIRECT.unmet(facts).unwrap_or_else(|| of_direct(facts));
    if finding.status == Status::CannotTell { broken_http2(facts).unwrap_or(finding) } else { finding }
}

fn of_direct(facts: &Facts<'_>) -> Finding {
    let finding = stronger(assess(facts, &LENGTHS), assess(facts, &OTHERS));
    if finding.status < Status::CannotTell {
        return finding;
    }
    let partners = facts.failing_pairs().iter().filter_map(|(proxied, direct)| Some((*proxied, (*direct)?)));
    let faint: Vec<(u32, u32, Field)> =
        partners.filter_map(|(proxied, index)| Some((proxied, index, faint(facts.direct_entry(index)?)?))).collect();
    let Some(&(proxied, index, field)) = faint.first() else { return finding };
    let requests = redact::counted(faint.len(), "failing request", "failing requests");
    let reason = if field == Field::Error {
        Redacted::fill(
            "The direct response to {} is not readable as HTTP. A forbidden character in a header is one possible reason.",
            &[&requests],
        )
    } else {
        Redacted::fill("The direct response to {} repeats a header that is allowed only once.", &[&requests])
    };
    Finding::seen(Status::Possible, reason).with(facts.cite_direct(index, field, Polarity::Supports)).with(facts.cite_proxied(
        proxied,
        Field::Status,
        Polarity::Supports,
    ))
}

/// A sign that also fits other faults, or that most readers overlook.
fn faint(entry: &Entry) -> Option<Field> {
    if error_name(entry) == "ERR_INVALID_HTTP_RESPONSE" {
        return Some(Field::Error);
    }
    let count = |name: &str| entry.response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).count();
    ONCE.into_iter().find(|name| count(name) > 1).map(Field::Header)
}
