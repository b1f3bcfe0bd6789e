use fivetwenty_captures::Side;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::body::{Counts, cannot_be_decoded, counts, is_encoded, is_short};
use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, broken_http2, cite_failure};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin's headers do not match its body.
pub(super) static RULE: Rule = Rule {
    id: "bad-content-length",
    title: "The response body doesn't match its headers",
    headline: "The origin's headers declare another length or encoding than its body has.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("bad_content_length.md"),
};

const ENCODING: Fault = Fault {
    sign: |entry| cannot_be_decoded(entry).then_some(Field::Error),
    received: "a body that does not match its Content-Encoding",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::LooksWhole,
    overlooked: Overlooked::Never,
    contradicts: |_| true,
};

const LENGTH: Fault = Fault {
    sign: |entry| is_short(entry).then_some(Field::BodyBytes),
    received: "a body shorter than its Content-Length",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::LooksWhole,
    overlooked: Overlooked::Never,
    contradicts: |_| true,
};

fn check(facts: &Facts<'_>) -> Finding {
    // A response through Cloudflare that cannot be decoded shows the fault too, so the rule does not need direct answers.
    if let Some(unmet) = Needs::DIRECT.unmet(facts) {
        return undecoded(facts).or_else(|| broken_http2(facts)).unwrap_or(unmet);
    }
    let finding = assess(facts, &ENCODING);
    if finding.status < Status::CannotTell {
        return finding;
    }
    let length = assess(facts, &LENGTH);
    if length.status < Status::CannotTell
        && let Some(index) = length.first_cited(Side::Direct)
    {
        return by_its_length(facts, length, index);
    }
    if finding.status == Status::CannotTell {
        return undecoded(facts)
            .or_else(|| left_out(facts))
            .or_else(|| broken_http2(facts).filter(|_| !finding.is_negative()))
            .unwrap_or(finding);
    }
    finding
}

/// A body that is too short. When it is compressed, and as short at every try, its length is wrong.
fn by_its_length(facts: &Facts<'_>, finding: Finding, index: u32) -> Finding {
    if !facts.direct_entry(index).is_some_and(is_encoded) {
        return finding;
    }
    let finding = finding.with(facts.cite_direct(index, Field::Header("content-encoding"), Polarity::Supports));
    if counts(facts, index) != Counts::Same {
        return finding;
    }
    let reason = Redacted::fill("{} Every attempt stops at the same byte.", &[&finding.reason]);
    Finding { reason, ..finding }
}

/// A response through Cloudflare could not be decoded, and the origin's own response is not captured.
fn undecoded(facts: &Facts<'_>) -> Option<Finding> {
    let mut broken = facts.broken_pairs().iter().map(|(index, _)| *index);
    let first = broken.find(|index| facts.proxied_entry(*index).is_some_and(cannot_be_decoded))?;
    let reason = Redacted::fixed(
        "A response through Cloudflare does not match its Content-Encoding. The captures do not show whether the origin mislabelled it.",
    );
    Some(Finding::seen(Status::Possible, reason).with(cite_failure(facts, first)).with(facts.cite_ray(first, Polarity::Supports)))
}

/// Firefox omits a response that it could not decode from its export.
fn left_out(facts: &Facts<'_>) -> Option<Finding> {
    let direct = facts.direct.as_ref()?;
    let (creator, _) = direct.creator().split_once(' ').unwrap_or((direct.creator(), ""));
    if creator != "Firefox" || facts.pairing.matched().next().is_none() {
        return None;
    }
    let mut failing = facts.failing_pairs().iter().chain(facts.broken_pairs());
    let (first, _) = failing.find(|(_, direct)| direct.is_none())?;
    // If the same steps were not recorded, the request was simply not sent.
    let not_asked: Vec<u32> = facts.pairing.rows.iter().filter(|pair| pair.direct.is_none()).filter_map(|pair| pair.proxied).collect();
    let (missing, all) = facts
        .passed_on_there()
        .fold((0, 0), |(missing, all), (index, _)| (missing + u32::from(not_asked.binary_search(&index).is_ok()), all + 1));
    if 2 * missing >= all {
        return None;
    }
    let reason = Redacted::fixed(
        "A request that fails through Cloudflare is missing in the direct capture. Firefox leaves out what it could not decode, or the request was not sent.",
    );
    Some(Finding::inferred(Status::Possible, reason).with(cite_failure(facts, *first)).with(facts.cite_ray(*first, Polarity::Supports)))
}
