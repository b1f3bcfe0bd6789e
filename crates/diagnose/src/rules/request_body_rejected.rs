use fivetwenty_captures::evidence::error_page::{Maker, Phrase};
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{Overlooked, not_reproduced};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::request::{UNBUFFERED, body, is_upload};
use crate::rule::{Needs, Rule};
use crate::timeout::broke_off;

/// The origin closed the connection during an upload.
pub(super) static RULE: Rule = Rule {
    id: "request-body-rejected",
    title: "The origin rejects an upload before reading all of it",
    headline: "The origin rejected an upload before reading all of it.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("request_body_rejected.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let failing = || facts.failing_pairs().iter().filter_map(|(index, direct)| Some((*index, *direct, facts.proxied_entry(*index)?)));
    // Of what texts tell, the method may not be known.
    let is_known = |entry: &Entry| !entry.request.method.is_empty();
    if let Some((index, ..)) = failing().find(|(.., entry)| is_known(entry) && !is_upload(&entry.request)) {
        return Finding::seen(Status::RuledOut, Redacted::fixed("A request without a body fails too.")).with(facts.cite_proxied(
            index,
            Field::Method,
            Polarity::Contradicts,
        ));
    }
    if let Some((index, ..)) = failing().find(|(.., entry)| body(&entry.request) == Some(0)) {
        return Finding::seen(Status::RuledOut, Redacted::fixed("A failing request had an empty body.")).with(facts.cite_proxied(
            index,
            Field::RequestBody,
            Polarity::Contradicts,
        ));
    }
    if !failing().all(|(.., entry)| is_known(entry)) {
        return Finding::cannot_tell("The method of a failing request is unknown: it may have had a body or not.");
    }
    let largest = failing().max_by_key(|(.., entry)| body(&entry.request)).map(|(index, ..)| index);
    let cite_body = |polarity| largest.and_then(|index| facts.cite_proxied(index, Field::RequestBody, polarity));
    let taken = || facts.passed_on().filter(|(_, entry)| is_upload(&entry.request)).filter_map(|(_, entry)| body(&entry.request));
    if facts.direct_is_no_evidence().is_none() {
        let partners = || failing().filter_map(|(_, direct, _)| Some((direct?, facts.direct_entry(direct?)?)));
        if let Some((index, _)) = partners().find(|(_, entry)| says_too_large(entry)) {
            let reason = Redacted::fixed("Direct to the origin, the same upload got a response that says it is too large.");
            return Finding::seen(Status::Likely, reason)
                .with([Field::Status, Field::Says].into_iter().filter_map(|field| facts.cite_direct(index, field, Polarity::Supports)))
                .with(cite_body(Polarity::Supports));
        }
        if let Some((index, entry)) = partners().find(|(_, entry)| is_reset(entry)) {
            let bytes = body(&entry.request).or_else(|| body(&facts.proxied_entry(largest?)?.request)).unwrap_or(0);
            // A smaller upload that was accepted shows that the size matters.
            let size = bytes > UNBUFFERED || taken().any(|taken| taken > 0 && taken < bytes);
            let status = if size && facts.passed_on().next().is_some() { Status::Likely } else { Status::Possible };
            let reason = Redacted::fixed("Only uploads fail, and the origin closes the connection when it gets one direct.");
            return Finding::seen(status, reason)
                .with(facts.cite_direct(
                    index,
                    if entry.response.error.is_some() { Field::Error } else { Field::Status },
                    Polarity::Supports,
                ))
                .with(cite_body(Polarity::Supports));
        }
        if failing().all(|(_, direct, _)| direct.and_then(|index| facts.direct_entry(index)).is_some_and(took_it)) {
            return not_reproduced(facts, Overlooked::Never);
        }
    }
    let Some((answered, _)) = facts.passed_on().find(|(_, entry)| !is_upload(&entry.request)) else {
        return Finding::cannot_tell("No request without a body got a response from the origin: nothing sets the uploads apart.");
    };
    let largest_failing = failing().filter_map(|(.., entry)| body(&entry.request)).max();
    if largest_failing <= taken().max() {
        return Finding::cannot_tell("Only uploads fail, but the captures don't show whether their size matters: check the origin's log.");
    }
    let reason = Redacted::fill(
        "Only uploads fail ({}); requests without a body get responses.",
        &[&redact::counted(facts.failing_pairs().len(), "request", "requests")],
    );
    Finding::inferred(Status::Possible, reason).with(cite_body(Polarity::Supports)).with(facts.cite_proxied(
        answered,
        Field::Status,
        Polarity::Supports,
    ))
}

/// Whether a server says that a body is too large.
fn says_too_large(entry: &Entry) -> bool {
    let page = entry.response.error_page.as_ref();
    let own = page.is_none_or(|page| page.maker == Maker::Site);
    own && (entry.response.status == 413 || page.and_then(|page| page.says) == Some(Phrase::RequestBody))
}

/// Whether the connection ended without a response, by any of the browser's names.
fn is_reset(entry: &Entry) -> bool {
    broke_off(entry) || entry.response.error.as_deref() == Some("net::ERR_CONNECTION_ABORTED")
}

/// Whether the origin read the request and responded.
fn took_it(entry: &Entry) -> bool {
    (1..500).contains(&entry.response.status) && entry.response.error.is_none()
}
