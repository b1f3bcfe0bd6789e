//! What is wrong with an answer that a browser took for a good one, and that a stricter reader such as Cloudflare may stumble over.
//!
//! The checks are those of HTTP linters that make proxies stumble. None of them proves that Cloudflare refused the answer, so that none
//! makes its cause more than possible.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{Counted, HeaderBytes};
use fivetwenty_captures::har::{Entry, Header};
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};

/// Something wrong with an answer.
struct Flaw {
    /// The cause that it speaks for.
    cause: &'static str,
    /// What is wrong, as a sentence about the origin's own answer.
    says: &'static str,
    /// The field that shows it, when it does.
    sign: fn(&Entry, &SideView<'_>) -> Option<Field>,
}

/// All of them.
static FLAWS: &[Flaw] = &[
    Flaw {
        cause: "headers-too-large",
        says: "The direct response has more than 256 header lines; some proxies reject that.",
        sign: |entry, _| (listed(entry).count() > MAX_LINES).then_some(Field::HeaderList),
    },
    Flaw {
        cause: "headers-too-large",
        says: "The direct response sets a cookie of more than 4 KB. Browsers drop it, and it exceeds the buffers of many proxies.",
        sign: |entry, _| listed(entry).any(is_large_cookie).then_some(Field::HeaderBytes),
    },
    Flaw {
        cause: "malformed-response",
        says: "The direct response says HTTP/2 in the status line of an HTTP/1.1 connection.",
        sign: |entry, view| (is_chromes(view) && &*entry.response.http_version == "HTTP/2.0").then_some(Field::HttpVersion),
    },
    Flaw {
        cause: "malformed-response",
        says: "The direct response has a status outside 100 to 599.",
        sign: |entry, _| (matches!(entry.response.status, 1..100 | 600..)).then_some(Field::Status),
    },
    Flaw {
        cause: "malformed-response",
        says: "The direct response has a body where none is allowed. It corrupts the next response on the same connection.",
        sign: |entry, _| has_forbidden_body(entry).then_some(Field::BodyBytes),
    },
    Flaw {
        cause: "invalid-headers",
        says: "The direct response has a Content-Length that is not a number, or several that differ.",
        sign: |entry, _| has_bad_length(entry).then_some(Field::Header("content-length")),
    },
    Flaw {
        cause: "invalid-headers",
        says: "The direct response has more header bytes than the browser lists. The browser dropped a line that it could not read.",
        sign: |entry, view| has_dropped_line(entry, view).then_some(Field::HeaderList),
    },
    Flaw {
        cause: "proxy-misconfiguration",
        says: "A device on the way rewrote headers of the direct response and left their old names garbled.",
        sign: |entry, _| MIDDLEBOXES.into_iter().find(|name| entry.response.header(name).is_some()).map(Field::Header),
    },
];

/// More header lines than that are refused by Cloudflare's published proxy, Pingora.
const MAX_LINES: usize = 256;
/// The shortest header line: a letter, a line end.
const SHORTEST_LINE: u64 = 4;
/// Names that devices leave which disable a header without moving the bytes behind it.
const MIDDLEBOXES: [&str; 5] = ["cteonnt-length", "nncoection", "cneonction", "x-cnection", "x-pad"];

/// What `Proxy-Status` can say of the hop behind it (RFC 9209, section 2.3), and the cause that it speaks for.
const PROXY_ERRORS: [(&str, &str); 14] = [
    ("connection_terminated", "empty-reply"),
    ("connection_timeout", "firewall-blocks-cloudflare"),
    ("connection_read_timeout", "origin-timeout"),
    ("connection_write_timeout", "origin-timeout"),
    ("connection_limit_reached", "origin-overload"),
    ("tls_alert_received", "tls-abort"),
    ("tls_protocol_error", "tls-abort"),
    ("http_response_incomplete", "truncated-body"),
    ("http_response_header_section_size", "headers-too-large"),
    ("http_response_header_size", "headers-too-large"),
    ("http_response_body_size", "response-too-large"),
    ("http_response_content_coding", "bad-content-length"),
    ("http_response_timeout", "origin-timeout"),
    ("http_protocol_error", "malformed-response"),
];

/// Adds what is wrong with the origin's own answers to the requests that fail, and what proxies say of the failures, to the finding of the
/// cause that it speaks for. A cause that is excluded stays so.
pub(crate) fn weigh(facts: &Facts<'_>, cause: &'static str, finding: Finding) -> Finding {
    if finding.status == Status::RuledOut {
        return finding;
    }
    let finding = match said_by_a_proxy(facts, cause) {
        Some(evidence) => {
            raised(finding, Redacted::fixed("A proxy on the way reports this for a failing request, in Proxy-Status."), evidence)
        }
        None => finding,
    };
    if facts.direct_is_no_evidence().is_some() {
        return finding;
    }
    let Some(view) = &facts.direct else { return finding };
    FLAWS.iter().filter(|flaw| flaw.cause == cause).fold(finding, |finding, flaw| {
        let shown = facts.failing_partners().find_map(|(index, entry)| Some((index, (flaw.sign)(entry, view)?)));
        let evidence = shown.and_then(|(index, field)| facts.cite_direct(index, field, Polarity::Supports));
        match evidence {
            Some(evidence) => raised(finding, Redacted::fixed(flaw.says), evidence),
            None => finding,
        }
    })
}

/// A finding with one more piece of evidence, and possible at least.
fn raised(finding: Finding, reason: Redacted<String>, evidence: Evidence) -> Finding {
    if finding.status <= Status::Possible {
        return finding.with([evidence]);
    }
    Finding::seen(Status::Possible, reason).with([evidence])
}

/// What a proxy says of a failing request: on the answer through Cloudflare, or on the origin's own.
fn said_by_a_proxy(facts: &Facts<'_>, cause: &str) -> Option<Evidence> {
    let proxied = facts.failing_pairs().iter().filter_map(|(index, _)| Some((Side::Proxied, *index, facts.proxied_entry(*index)?)));
    let direct = facts.failing_partners().map(|(index, entry)| (Side::Direct, index, entry));
    proxied.chain(direct).find_map(|(side, index, entry)| {
        let error = entry.response.headers.iter().find_map(|header| proxy_error(header))?;
        let (name, _) = PROXY_ERRORS.into_iter().find(|(name, of)| *name == error && *of == cause)?;
        Some(Evidence {
            side: Some(side),
            index: Some(index),
            field: Redacted::fixed("response.headers.proxy-status"),
            value: Redacted::fill("error={}", &[&name]),
            polarity: Polarity::Supports,
        })
    })
}

/// The error that a `Proxy-Status` names.
fn proxy_error(header: &Header) -> Option<&str> {
    if !header.name.eq_ignore_ascii_case("proxy-status") {
        return None;
    }
    let mut parameters = header.value.split([';', ',']).map(str::trim);
    parameters.find_map(|parameter| parameter.strip_prefix("error="))
}

/// Browsers keep 4,096 bytes of name and value at most (RFC 6265bis, section 5.6).
fn is_large_cookie(header: &Header) -> bool {
    header.name.eq_ignore_ascii_case("set-cookie") && header.length > 4096
}

fn listed(entry: &Entry) -> impl Iterator<Item = &Header> {
    entry.response.headers.iter().map(|header| &**header).filter(|header| !header.name.starts_with(':'))
}

/// Chrome writes the version of a status line as it stands there, and that of real HTTP/2 as `h2`, or `http/2.0` in older exports.
fn is_chromes(view: &SideView<'_>) -> bool {
    view.creator().starts_with("WebInspector ")
}

fn has_forbidden_body(entry: &Entry) -> bool {
    let response = &entry.response;
    let may_have_none = matches!(response.status, 204 | 304);
    let announced = response.header("content-length").is_some_and(|header| header.value.trim().parse::<u64>().is_ok_and(|bytes| bytes > 0));
    // A 304 may say how large the body would be.
    may_have_none && (response.body_size.is_some_and(|bytes| bytes > 0) || response.status == 204 && announced)
}

fn has_bad_length(entry: &Entry) -> bool {
    let mut lengths = listed(entry).filter(|header| header.name.eq_ignore_ascii_case("content-length")).map(|header| header.value.trim());
    let Some(first) = lengths.next() else { return false };
    let is_number = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    !is_number(first) || lengths.any(|other| other != first)
}

/// The size on the wire is larger than the list, though the export leaves no cookies out.
fn has_dropped_line(entry: &Entry, view: &SideView<'_>) -> bool {
    let has_cookies =
        || view.entries().any(|entry| entry.request.header("cookie").is_some() || entry.response.header("set-cookie").is_some());
    let size = HeaderBytes::of_response(&entry.response);
    let is_http_1 = entry.response.http_version.eq_ignore_ascii_case("http/1.1");
    is_chromes(view)
        && is_http_1
        && size.how == Counted::Measured
        && size.bytes > size.unlisted
        && size.unlisted >= SHORTEST_LINE
        && has_cookies()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use fivetwenty_captures::har::Capture;
    use serde_json::{Value, json};

    use super::*;
    use crate::diagnose;
    use crate::rules::cause;

    /// Gives the cause that a direct answer speaks for, `None` when no cause is possible by it.
    #[track_caller]
    fn check(direct: &Value, proxied_headers: &Value, expected: Option<&str>) {
        let mut proxied_headers = proxied_headers.as_array().unwrap().clone();
        proxied_headers.push(json!({"name": "server", "value": "cloudflare"}));
        let read = |response: Value| {
            let har = json!({"log": {"creator": {"name": "WebInspector", "version": "537.36"}, "entries": [
                {"request": {"method": "GET", "url": "https://shop.example/"}, "response": response}]}});
            Some(Rc::new(Capture::read("a.har", [har.to_string().as_bytes()]).unwrap()))
        };
        let diagnosis = diagnose(read(json!({"status": 520, "headers": proxied_headers})), read(direct.clone()));
        let facts = diagnosis.facts();
        let raised: Vec<&str> = FLAWS
            .iter()
            .map(|flaw| flaw.cause)
            .chain(PROXY_ERRORS.map(|(_, cause)| cause))
            .filter(|id| {
                let plain = Finding::cannot_tell("Nothing.");
                weigh(&facts, cause(id).unwrap().id, plain).status == Status::Possible
            })
            .collect();
        assert_eq!(raised.first().copied(), expected, "{direct}");
    }

    fn answer(status: u16, headers: &[(&str, &str)], more: &Value) -> Value {
        let headers: Vec<Value> = headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut answer = json!({"status": status, "httpVersion": "HTTP/1.1", "headers": headers});
        for (name, value) in more.as_object().unwrap() {
            answer[name] = value.clone();
        }
        answer
    }

    /// Breaks when a flaw that makes proxies stumble goes unnoticed, speaks for another cause, or a sound answer has one.
    #[test]
    fn flaws_speak_for_their_causes() {
        let none = json!([]);
        let no_more = || json!({});
        check(&answer(200, &[("content-length", "9"), ("content-type", "text/html")], &no_more()), &none, None);
        check(&answer(200, &[("x-a", "b"); 257], &no_more()), &none, Some("headers-too-large"));
        check(&answer(200, &[("x-a", "b"); 256], &no_more()), &none, None);
        check(&answer(200, &[("x-a", "b")], &json!({"httpVersion": "HTTP/2.0"})), &none, Some("malformed-response"));
        check(&answer(200, &[("x-a", "b")], &json!({"httpVersion": "http/2.0"})), &none, None);
        check(&answer(999, &[("x-a", "b")], &no_more()), &none, Some("malformed-response"));
        check(&answer(204, &[("content-length", "5")], &no_more()), &none, Some("malformed-response"));
        let cookie = "a".repeat(4097);
        check(&answer(200, &[("Set-Cookie", &cookie)], &no_more()), &none, Some("headers-too-large"));
        check(&answer(200, &[("Set-Cookie", &cookie[1..])], &no_more()), &none, None);
        check(&answer(304, &[("content-length", "5")], &no_more()), &none, None);
        check(&answer(304, &[], &json!({"bodySize": 5})), &none, Some("malformed-response"));
        for lengths in [
            &[("content-length", "5"), ("content-length", "6")][..],
            &[("content-length", "5, 5")],
            &[("Content-Length", "-1")],
            &[("content-length", "")],
        ] {
            check(&answer(200, lengths, &no_more()), &none, Some("invalid-headers"));
        }
        check(&answer(200, &[("content-length", "5"), ("content-length", "5")], &no_more()), &none, None);
        check(&answer(200, &[("set-cookie", "a=b")], &json!({"headersSize": 80})), &none, Some("invalid-headers"));
        check(&answer(200, &[("x-a", "a=b")], &json!({"headersSize": 80})), &none, None);
        check(&answer(200, &[("Cteonnt-Length", "5")], &no_more()), &none, Some("proxy-misconfiguration"));
    }

    /// Breaks when what a proxy says of the hop behind it is not read, on either side.
    #[test]
    fn proxy_status_names_the_cause() {
        let said = json!([{"name": "Proxy-Status", "value": "edge.example; received-status=0; error=http_response_timeout, other"}]);
        check(&answer(200, &[], &json!({})), &said, Some("origin-timeout"));
        check(
            &answer(502, &[("proxy-status", "a; error=http_protocol_error; details=\"x\"")], &json!({})),
            &json!([]),
            Some("malformed-response"),
        );
        check(&answer(502, &[("proxy-status", "a; error=dns_error")], &json!({})), &json!([]), None);
    }

    /// Breaks when a row speaks for a cause that has no rule.
    #[test]
    fn every_row_has_a_rule() {
        for id in FLAWS.iter().map(|flaw| flaw.cause).chain(PROXY_ERRORS.map(|(_, cause)| cause)) {
            assert!(cause(id).is_some(), "{id}");
        }
    }
}
