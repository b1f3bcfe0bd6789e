use fivetwenty_captures::edge::{is_broken_off, is_passed_on};
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{Overlooked, not_reproduced};
use crate::field::{Field, body_bytes};
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin sent a very large body.
pub(super) static RULE: Rule = Rule {
    id: "response-too-large",
    title: "The response body is very large",
    headline: "The response that fails is very large.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DirectAnswers("Only a direct capture shows how large the origin's response is.")],
    check,
    page: page!("response_too_large.md"),
};

/// A response of this many bytes is very large. No limit is documented.
const LARGE: u64 = 100_000_000;

/// No limit is documented, so it is never more than possible.
fn check(facts: &Facts<'_>) -> Finding {
    let failing = || facts.failing_pairs().iter().chain(facts.broken_pairs());
    let sized: Vec<(u64, u32, u32)> = failing()
        .filter_map(|(proxied, index)| {
            let entry = facts.direct_entry((*index)?)?;
            let known = entry.response.status > 0 || entry.response.error.is_some();
            Some((body_bytes(entry).or(known.then_some(0))?, *proxied, (*index)?))
        })
        .collect();
    if failing().next().is_none() {
        return Finding::cannot_tell("No such failure was captured through Cloudflare.");
    }
    let Some(&(largest, proxied, index)) = sized.iter().max_by_key(|(bytes, ..)| *bytes) else {
        return Finding::cannot_tell("The requests that fail through Cloudflare have no direct response of known size.");
    };
    let size = redact::byte_count(largest);
    if largest < LARGE {
        if sized.len() < failing().count() {
            return Finding::cannot_tell("Some of the requests that fail through Cloudflare have no direct response of known size.");
        }
        if largest == 0 {
            let reason = Redacted::fixed("The origin sent no body for any failing request, so none was too large.");
            return Finding::seen(Status::RuledOut, reason).with(facts.cite_direct(index, Field::Status, Polarity::Contradicts));
        }
        return not_reproduced(facts, Overlooked::Never).with(facts.cite_direct(index, Field::BodyBytes, Polarity::Contradicts));
    }
    let whole = |entry: &Entry| (200..300).contains(&entry.response.status) && is_passed_on(entry);
    let passed = facts.proxied.as_ref().and_then(|proxied| {
        proxied
            .answered()
            .find(|(_, entry)| whole(entry) && !is_broken_off(entry) && body_bytes(entry).is_some_and(|bytes| bytes >= largest))
    });
    if let Some((other, _)) = passed {
        return Finding::seen(
            Status::RuledOut,
            Redacted::fixed("A response as large as the failing one went through Cloudflare in the same captures."),
        )
        .with(facts.cite_proxied(other, Field::BodyBytes, Polarity::Contradicts));
    }
    let reason = Redacted::fill("The direct response to a failing request has a body of {}. No limit is documented for that.", &[&size]);
    Finding::seen(Status::Possible, reason).with(facts.cite_direct(index, Field::BodyBytes, Polarity::Supports)).with(facts.cite_proxied(
        proxied,
        Field::Status,
        Polarity::Supports,
    ))
}
