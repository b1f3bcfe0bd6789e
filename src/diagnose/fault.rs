//! What all faults have in common that show in a direct request: how sure one is of them.

use super::facts::{Facts, is_520, is_broken_off};
use super::finding::{Evidence, Field, Finding, Speaks, Status};
use crate::har::Entry;
use crate::redact::{self, Redacted};

/// A fault of the origin that shows when the origin is asked itself.
pub(super) struct Fault {
    /// Where a direct entry shows it.
    pub(super) sign: fn(&Entry) -> Option<Field>,
    /// What a direct request got, as in "3 direct requests got …".
    pub(super) got: &'static str,
    /// What Cloudflare makes of it.
    pub(super) becomes: Becomes,
    /// Whether an exporter that names no network errors would show it as a status of 0.
    pub(super) unnamed: Unnamed,
}

/// What Cloudflare makes of a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Becomes {
    /// Cloudflare's documentation lists it as a 520.
    A520,
    /// A 520 has been seen, but is not documented: never more than likely.
    MaybeA520,
    /// The headers had gone out, so the answer breaks off; a 520 only when it broke before they were complete.
    BrokenAnswer,
}

/// What an exporter without error names shows of a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// A status of 0 and nothing else.
    NoAnswer,
    /// Something else, which `sign` knows.
    Otherwise,
}

/// Requests that are cited at most.
const MOST_CITED: usize = 5;

/// How sure it is that this fault is the cause.
///
/// `confirmed`: the same request fails through Cloudflare, the fault was seen for it, it falls on no request that Cloudflare got an answer
/// to, and Cloudflare documents it. Whatever is missing of that weakens it.
pub(super) fn judge(facts: &Facts<'_>, fault: &Fault) -> Finding {
    let Some(direct) = &facts.direct else {
        return Finding::cannot_tell("Only a request to the origin itself shows it: a direct capture, or the command below.");
    };
    if let Some(why) = facts.direct_is_no_evidence() {
        return Finding::inferred(Status::CannotTell, why);
    }
    let sign = |index: u32| facts.direct_entry(index).and_then(fault.sign);
    let cite = |index: u32, speaks| facts.cite_direct(index, sign(index)?, speaks);
    let seen: Vec<u32> = direct.on_site.iter().copied().filter(|index| sign(*index).is_some()).collect();
    let failing = failing(facts, fault.becomes);
    if seen.is_empty() {
        return not_seen(facts, fault, &failing);
    }
    let requests = |count| redact::counted(count, "direct request", "direct requests");
    let few = || seen.iter().take(MOST_CITED).filter_map(|index| cite(*index, Speaks::For));
    let both: Vec<(u32, u32)> = failing
        .iter()
        .filter_map(|(proxied, direct)| Some((*proxied, (*direct).filter(|index| seen.binary_search(index).is_ok())?)))
        .collect();
    if failing.is_empty() {
        let reason = Redacted::fill("{} got {}, but nothing failed like that through Cloudflare.", &[&requests(seen.len()), &fault.got]);
        return Finding::seen(Status::Possible, reason).with(few());
    }
    if both.is_empty() {
        let reason = Redacted::fill("{} got {}, though not the ones that fail through Cloudflare.", &[&requests(seen.len()), &fault.got]);
        return Finding::seen(Status::Likely, reason).with(few());
    }
    let evidence = both.iter().take(MOST_CITED).flat_map(|(proxied, direct)| {
        [cite(*direct, Speaks::For), cite_failure(facts, *proxied), facts.cite_ray(*proxied, Speaks::For)].into_iter().flatten()
    });
    let answered = facts.pairing.matched().find(|(proxied, direct, _)| {
        seen.binary_search(direct).is_ok() && facts.proxied_entry(*proxied).is_some_and(|entry| is_answered(entry, fault.becomes))
    });
    if let Some((proxied, ..)) = answered {
        let reason = Redacted::fill(
            "{} on both sides with {}, but another one that got it direct was answered through Cloudflare: it comes and goes.",
            &[&redact::counted(both.len(), "request fails", "requests fail"), &fault.got],
        );
        return Finding::seen(Status::Likely, reason).with(evidence).with(facts.cite_proxied(proxied, Field::Status, Speaks::Against));
    }
    let (status, rest) = match fault.becomes {
        Becomes::A520 => (Status::Confirmed, "and no other request did."),
        Becomes::MaybeA520 => (Status::Likely, "which Cloudflare does not list among the causes of a 520."),
        Becomes::BrokenAnswer => (Status::Likely, "so that the answer breaks off on both sides."),
    };
    let reason = Redacted::fill(
        "{} of {} that fail through Cloudflare got {} from the origin itself, {}",
        &[&both.len(), &redact::counted(failing.len(), "request", "requests"), &fault.got, &rest],
    );
    Finding::seen(status, reason).with(evidence)
}

/// No direct request shows it.
fn not_seen(facts: &Facts<'_>, fault: &Fault, failing: &[(u32, Option<u32>)]) -> Finding {
    if failing.is_empty() {
        return Finding::cannot_tell("No such failure was captured through Cloudflare.");
    }
    let partners: Vec<(u32, &Entry)> =
        failing.iter().filter_map(|(_, direct)| Some(((*direct)?, facts.direct_entry((*direct)?)?))).collect();
    if let Some((index, _)) = partners.iter().find(|(_, entry)| is_unnamed(entry)) {
        let evidence = facts.cite_direct(*index, Field::Status, Speaks::For);
        let count = partners.iter().filter(|(_, entry)| is_unnamed(entry)).count();
        return match fault.unnamed {
            Unnamed::NoAnswer => Finding::seen(
                Status::Likely,
                Redacted::fill(
                    "{} got no usable answer from the origin either; this browser does not say whether it was {}.",
                    &[&redact::counted(count, "failing request", "failing requests"), &fault.got],
                ),
            )
            .with(evidence),
            Unnamed::Otherwise => Finding::cannot_tell("This browser does not name the network error of the direct request."),
        };
    }
    if partners.len() < failing.len() {
        return Finding::cannot_tell("The direct capture does not hold all requests that fail through Cloudflare: record the same steps.");
    }
    let against = partners.iter().take(3).filter_map(|(index, entry)| {
        let field = if entry.response.error.is_some() { Field::Error } else { Field::Status };
        facts.cite_direct(*index, field, Speaks::Against)
    });
    let reason = Redacted::fixed(
        "Every request that fails through Cloudflare was answered, or failed in another way, when the origin was asked itself.",
    );
    Finding::seen(Status::RuledOut, reason).with(against)
}

/// Requests that fail through Cloudflare in the way that this fault leads to, each with its direct partner.
fn failing(facts: &Facts<'_>, becomes: Becomes) -> Vec<(u32, Option<u32>)> {
    let mut failing = facts.failing_pairs().to_vec();
    if becomes == Becomes::BrokenAnswer {
        failing.extend(facts.broken_pairs());
    }
    failing
}

/// Cloudflare passed a good answer on.
fn is_answered(entry: &Entry, becomes: Becomes) -> bool {
    let fails = is_520(entry) || (becomes == Becomes::BrokenAnswer && is_broken_off(entry));
    (1..500).contains(&entry.response.status) && !fails
}

/// No answer, and no word why.
pub(super) fn is_unnamed(entry: &Entry) -> bool {
    entry.response.status == 0 && entry.response.error.is_none()
}

/// The field of a proxied entry that shows how it failed.
fn cite_failure(facts: &Facts<'_>, index: u32) -> Option<Evidence> {
    let broken = facts.proxied_entry(index).is_some_and(is_broken_off);
    facts.cite_proxied(index, if broken { Field::Error } else { Field::Status }, Speaks::For)
}
