use fivetwenty_captures::Side;
use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::attempts::comes_and_goes;
use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, error_name, is_over_tls};
use crate::field::{Field, version};
use crate::finding::Finding;
use crate::origin_side::{OriginSide, origin_side};
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin announces HTTP/2 and breaks it.
pub(super) static RULE: Rule = Rule {
    id: "http2-origin",
    title: "The origin offers HTTP/2 and then breaks the protocol",
    headline: "The origin negotiated HTTP/2 and then broke the protocol.",
    responsible: &[Responsible::Origin, Responsible::Dashboard],
    needs: &[Needs::DIRECT],
    check,
    page: page!("http2_origin.md"),
};

/// Before the headers. HTTP/2 uses the same error for a body that breaks off later.
const FAULT: Fault = Fault {
    sign: |entry| (entry.response.status == 0 && is_broken(entry)).then_some(Field::Error),
    received: "an HTTP/2 error",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::Other,
    overlooked: Overlooked::Never,
    contradicts: is_over_http2,
};

/// Over HTTP/1.1 the same request may well be answered.
fn is_over_http2(entry: &Entry) -> bool {
    version(&entry.response.http_version) != b'1'
}

/// After the headers.
const LATE: Fault = Fault {
    sign: |entry| (entry.response.status > 0 && is_broken(entry)).then_some(Field::Error),
    received: "an HTTP/2 stream that was cut short",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::Other,
    overlooked: Overlooked::Never,
    contradicts: is_over_http2,
};

/// The connection closed without an HTTP/2 error. Over HTTP/1.1 Chrome calls that an empty response.
const CLOSED: Fault = Fault {
    sign: |entry| {
        let closed = entry.response.status == 0 && error_name(entry) == "ERR_CONNECTION_CLOSED" && is_over_tls(entry);
        closed.then_some(Field::Error)
    },
    received: "a connection that was closed over HTTP/2 or in the TLS handshake",
    edge_outcome: EdgeOutcome::Undocumented520,
    without_error_name: WithoutErrorName::Other,
    overlooked: Overlooked::Never,
    contradicts: is_over_http2,
};

/// As [`FAULT`], where the exporter names no errors and other answers came over HTTP/2.
const UNNAMED: Fault = Fault { without_error_name: WithoutErrorName::NoAnswer, ..FAULT };

fn check(facts: &Facts<'_>) -> Finding {
    let finding = assess(facts, if unnamed_over_http2(facts) { &UNNAMED } else { &FAULT });
    if finding.status < Status::CannotTell {
        return with_the_older_version(facts, finding);
    }
    let closed = assess(facts, &CLOSED);
    if closed.status < Status::CannotTell {
        // Responses to other requests over HTTP/2 show that the handshake is not the problem.
        let over_http2 =
            facts.direct.as_ref().and_then(|direct| direct.answered().find(|(_, entry)| version(&entry.response.http_version) == b'2'));
        let Some((index, _)) = over_http2 else { return Finding { status: Status::Possible, ..closed } };
        return closed.with(facts.cite_direct(index, Field::HttpVersion, Polarity::Supports));
    }
    let late = assess(facts, &LATE);
    if late.status < Status::CannotTell {
        return Finding { status: Status::Possible, ..late };
    }
    let failing = || facts.failing_pairs().iter().chain(facts.broken_pairs());
    let finding = if facts.failing_pairs().is_empty() { late } else { finding };
    if finding.is_negative() && failing().filter_map(|(_, index)| facts.direct_entry((*index)?)).any(|entry| !tells(entry)) {
        return Finding::cannot_tell("The direct capture did not use HTTP/2: browsers use it only over https://.");
    }
    if finding.is_negative() { only_over_the_older_version(facts).unwrap_or(finding) } else { finding }
}

/// A failing request got no answer over TLS, the exporter does not say why, and the origin answers others over HTTP/2.
fn unnamed_over_http2(facts: &Facts<'_>) -> bool {
    let answers = || facts.direct.iter().flat_map(fivetwenty_captures::site::SideView::answered);
    facts.failing_partners().any(|(_, entry)| is_unnamed(entry) && is_over_tls(entry))
        && answers().any(|(_, entry)| version(&entry.response.http_version) == b'2')
}

/// A single failing request may be a chance failure of the origin.
const ENOUGH: usize = 2;

/// The failing requests are answered directly, but not over HTTP/2. The origin may still offer it: the browser may have it switched off,
/// or a scanner or proxy in between may remove it.
fn only_over_the_older_version(facts: &Facts<'_>) -> Option<Finding> {
    let OriginSide::Fine { proxied, direct, count } = origin_side(facts) else { return None };
    let over_http1 = |entry: &Entry| version(&entry.response.http_version) == b'1';
    let mut answers = facts.direct.as_ref()?.answered();
    if !answers.all(|(_, entry)| over_http1(entry)) {
        // A browser goes back to HTTP/1.1 by itself.
        let fell_back = facts.failing_partners().all(|(_, entry)| over_http1(entry) && is_over_tls(entry));
        let reason = "Direct, the requests that fail through Cloudflare used HTTP/1.1, and others of the site used HTTP/2. The browser may have fallen back by itself.";
        let cited = facts.cite_direct(direct, Field::HttpVersion, Polarity::Supports);
        return fell_back.then(|| Finding::inferred(Status::Possible, Redacted::fixed(reason)).with(cited));
    }
    if count < ENOUGH || comes_and_goes(facts) {
        return Some(Finding::cannot_tell(
            "The direct capture used only HTTP/1.1: test whether the origin also offers HTTP/2 and breaks it.",
        ));
    }
    let reason = Redacted::fill(
        "Direct to the origin over HTTP/1.1, {} got a good response, but through Cloudflare they fail on every attempt. The direct capture did not use HTTP/2.",
        &[&redact::counted(count, "request", "requests")],
    );
    let evidence =
        [facts.cite_proxied(proxied, Field::Status, Polarity::Supports), facts.cite_direct(direct, Field::HttpVersion, Polarity::Supports)];
    Some(Finding::inferred(Status::Possible, reason).with(evidence.into_iter().flatten()))
}

/// A good response over HTTP/1.1 confirms it. Without one, a server that crashes behind HTTP/2 looks the same.
fn with_the_older_version(facts: &Facts<'_>, finding: Finding) -> Finding {
    if finding.status != Status::Confirmed {
        return finding;
    }
    let failed = finding.evidence.iter().find(|evidence| evidence.side == Some(Side::Direct)).and_then(|evidence| evidence.index);
    let failed = failed.and_then(|index| Some(request_key(&facts.direct_entry(index)?.request)));
    let works = |entry: &Entry| {
        let response = &entry.response;
        version(&response.http_version) == b'1'
            && response.error.is_none()
            && failed.as_ref().is_some_and(|failed| *failed == request_key(&entry.request))
    };
    let older = facts.direct.as_ref().and_then(|direct| direct.answered().find(|(_, entry)| works(entry)));
    let Some((index, _)) = older else {
        let reason = Redacted::fill("{} Whether it works over HTTP/1.1 was not captured.", &[&finding.reason]);
        return Finding { status: Status::Likely, reason, ..finding };
    };
    finding.with(facts.cite_direct(index, Field::HttpVersion, Polarity::Supports))
}

/// Whether the error is one of HTTP/2, by its current or its older name. A failed ping is a network error.
fn is_broken(entry: &Entry) -> bool {
    let name = error_name(entry);
    (name.starts_with("ERR_HTTP2_") && name != "ERR_HTTP2_PING_FAILED") || name.starts_with("ERR_SPDY_") || name == "ERR_HTTP_1_1_REQUIRED"
}

/// Whether a direct entry shows whether the origin's HTTP/2 works, or another fault. HTTP/3 and HTTP without TLS show neither: Cloudflare
/// does not use HTTP/3 to origins.
fn tells(entry: &Entry) -> bool {
    let response = &entry.response;
    response.error.is_some() || (is_over_tls(entry) && version(&response.http_version) != b'3')
}
