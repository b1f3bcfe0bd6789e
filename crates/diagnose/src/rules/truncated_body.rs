use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{BodyCompleteness, body_length, request_key};
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, WithoutErrorName, assess, cite_failure, error_name, is_cut_in_headers};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::Rule;

/// The origin's answer breaks off in its body.
pub(super) static RULE: Rule = Rule {
    id: "truncated-body",
    title: "The origin's answer breaks off before its end",
    headline: "The origin's answer breaks off before its end.",
    responsible: &[Responsible::Origin],
    check,
    page: page!("truncated_body.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| {
        let named = entry.response.status > 0 && BREAKS.contains(&error_name(entry));
        match (named, is_cut_in_headers(entry)) {
            (true, _) => Some(Field::Error),
            (false, true) => Some(Field::HeaderList),
            (false, false) => is_short(entry).then_some(Field::BodyBytes),
        }
    },
    received: "an answer that breaks off",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::LooksWhole,
};

/// How a browser names it once the headers have come.
const BREAKS: [&str; 5] = [
    "ERR_CONNECTION_CLOSED",
    "ERR_CONNECTION_RESET",
    "ERR_CONTENT_LENGTH_MISMATCH",
    "ERR_HTTP2_PROTOCOL_ERROR",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
];

/// How many bytes came when the same was asked for several times.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// It was asked for once, or not every time announced as much.
    Once,
    /// As many each time.
    Same,
    /// This entry got another number.
    Differ(u32),
}

fn check(facts: &Facts<'_>) -> Finding {
    let finding = assess(facts, &FAULT);
    if finding.status == Status::CannotTell {
        return through_cloudflare(facts).unwrap_or(finding);
    }
    let Some(index) = first_cited(&finding).filter(|_| finding.status < Status::CannotTell) else { return finding };
    let finding = finding.with(facts.cite_direct(index, Field::BodyBytes, Polarity::Supports));
    let is_encoded = facts.direct_entry(index).is_some_and(is_encoded);
    match counts(facts, index) {
        Counts::Same if is_encoded => {
            let reason = Redacted::fixed(
                "As many bytes come at every try, and they are compressed: a length that was kept from before the compression explains that better.",
            );
            Finding { status: finding.status.max(Status::Possible), reason, ..finding }
        }
        Counts::Differ(other) => {
            let reason = Redacted::fill("{} The number of bytes differs from try to try.", &[&finding.reason]);
            Finding { reason, ..finding }.with(facts.cite_direct(other, Field::BodyBytes, Polarity::Supports))
        }
        _ => finding,
    }
}

/// What shows without the origin's own answer: an answer through Cloudflare that breaks off.
fn through_cloudflare(facts: &Facts<'_>) -> Option<Finding> {
    let is_cut = |entry: &Entry| {
        let name = error_name(entry);
        BREAKS.contains(&name) || name.starts_with("ERR_QUIC_") || is_short(entry)
    };
    let cut: Vec<u32> =
        facts.broken_pairs().iter().map(|(index, _)| *index).filter(|index| facts.proxied_entry(*index).is_some_and(is_cut)).collect();
    let first = *cut.first()?;
    let reason = Redacted::fill(
        "{} through Cloudflare began well and broke off. Whether the origin broke it off is not captured.",
        &[&redact::counted(cut.len(), "answer", "answers")],
    );
    Some(Finding::seen(Status::Possible, reason).with(cite_failure(facts, first)).with(facts.cite_ray(first, Polarity::Supports)))
}

/// The first direct entry that a finding rests on.
pub(super) fn first_cited(finding: &Finding) -> Option<u32> {
    finding.evidence.iter().find(|evidence| evidence.side == Some(Side::Direct))?.index
}

/// Whether fewer bytes came than Content-Length announces.
pub(super) fn is_short(entry: &Entry) -> bool {
    entry.response.status > 0
        && (error_name(entry) == "ERR_CONTENT_LENGTH_MISMATCH"
            || body_length(entry).is_some_and(|length| length.how == BodyCompleteness::Short))
}

/// Whether the body is compressed.
pub(super) fn is_encoded(entry: &Entry) -> bool {
    entry.response.header("content-encoding").is_some_and(|header| !header.value.eq_ignore_ascii_case("identity"))
}

/// Compares the bytes that came with those of the other direct requests for the same.
pub(super) fn counts(facts: &Facts<'_>, index: u32) -> Counts {
    let Some((entry, direct)) = facts.direct_entry(index).zip(facts.direct.as_ref()) else { return Counts::Once };
    let Some(own) = announced_and_came(entry) else { return Counts::Once };
    let key = request_key(&entry.request);
    let same = |other: &Entry| request_key(&other.request) == key;
    let others = direct.answered().filter(|(other, entry)| *other != index && same(entry));
    let mut counts = Counts::Once;
    for (other, (announced, came)) in others.filter_map(|(other, entry)| Some((other, announced_and_came(entry)?))) {
        if announced == own.0 {
            if came != own.1 {
                return Counts::Differ(other);
            }
            counts = Counts::Same;
        }
    }
    counts
}

/// `Content-Length`, and the bytes of the body as transferred.
fn announced_and_came(entry: &Entry) -> Option<(u64, u64)> {
    let length = body_length(entry)?;
    let response = &entry.response;
    let transferred = response.transfer_size.zip(response.headers_size).and_then(|(all, headers)| all.checked_sub(headers));
    Some((length.announced, transferred.unwrap_or(length.came)))
}
