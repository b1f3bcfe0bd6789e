use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::report::Waited;
use fivetwenty_model::{Basis, Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::page::page;
use crate::rule::{Needs, Rule};
use crate::timeout::{LONG_MS, TimedOut, broke_off, default, is_closed_late, repeats, timed_out};
use crate::wait::{lasted, seconds, waited};

/// The origin gave up before it had an answer.
pub(super) static RULE: Rule = Rule {
    id: "origin-timeout",
    title: "The origin times out and closes the connection without responding",
    headline: "The origin timed out and closed the connection without responding.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("origin_timeout.md"),
};

/// A faster failure did not wait for a timeout.
const AT_ONCE_MS: u64 = 3_000;

fn check(facts: &Facts<'_>) -> Finding {
    let timed_out = timed_out(facts);
    if let Some(timed_out) = timed_out.as_ref().filter(|timed_out| !timed_out.both.is_empty() && facts.direct_is_no_evidence().is_none()) {
        return on_both_sides(facts, timed_out);
    }
    let waits: Vec<(Waited, u32)> =
        facts.failing_pairs().iter().filter_map(|(index, _)| Some((waited(facts.proxied_entry(*index)?)?, *index))).collect();
    if let Some(finding) = repeated(facts).or_else(|| direct_default(facts)) {
        return finding;
    }
    let Some(&(longest, index)) = waits.iter().max_by_key(|(waited, _)| waited.max_ms) else {
        if let Some(finding) = closed_late(facts) {
            return finding;
        }
        return Finding::cannot_tell("The capture does not show how long Cloudflare waited.");
    };
    let cite = |index: u32, polarity| facts.cite_proxied(index, Field::Waited, polarity);
    if longest.max_ms < AT_ONCE_MS {
        let reason = Redacted::fill("Every 520 came at once: Cloudflare waited {}.", &[&longest.said()]);
        return Finding::seen(Status::RuledOut, reason).with(cite(index, Polarity::Contradicts));
    }
    match timed_out {
        Some(timed_out) => {
            let first = timed_out.proxied.first().copied().unwrap_or(index);
            let url = |index: u32| facts.proxied_entry(index).map(|entry| request_key(&entry.request));
            let first_url = url(first);
            let several = timed_out.proxied.iter().any(|index| url(*index) != first_url);
            let evidence = timed_out.proxied.iter().take(3).filter_map(|index| cite(*index, Polarity::Supports));
            let status = if several && !timed_out.is_multiple { Status::Likely } else { Status::Possible };
            let finding = Finding::inferred(status, after(&timed_out, "Cloudflare waited")).with(evidence);
            // Firefox writes neither why there was no direct answer nor how long that took.
            let is_silent = |entry: &Entry| is_unnamed(entry) && lasted(entry).is_none();
            let silent = facts.direct_is_no_evidence().is_none() && facts.failing_partners().all(|(_, entry)| is_silent(entry));
            match facts.failing_partners().next().filter(|_| silent) {
                Some((direct, _)) => {
                    Finding { basis: Basis::Seen, ..finding }.with(facts.cite_direct(direct, Field::Status, Polarity::Supports))
                }
                None => finding,
            }
        }
        None if longest.max_ms >= LONG_MS => {
            let reason = Redacted::fill("Cloudflare waited {} before it returned a 520.", &[&longest.said()]);
            Finding::inferred(Status::Possible, reason).with(cite(index, Polarity::Supports))
        }
        None => Finding::cannot_tell("The 520 came neither at once nor after a wait that a timeout explains."),
    }
}

/// Cloudflare and the direct browser waited equally long, and the origin closed the connection without a response. Cloudflare does not
/// document timeouts of the origin as a cause of a 520, so it is never more than likely.
fn on_both_sides(facts: &Facts<'_>, timed_out: &TimedOut) -> Finding {
    let evidence = timed_out.both.iter().take(3).flat_map(|(proxied, direct)| both_waits(facts, *proxied, *direct));
    let answered = facts.pairing.matched().find(|(proxied, direct, _)| {
        facts.direct_entry(*direct).is_some_and(|entry| broke_off(entry) && lasted(entry).is_some_and(|ms| ms >= LONG_MS))
            && facts.proxied_entry(*proxied).is_some_and(|entry| (1..500).contains(&entry.response.status))
    });
    let against = answered.and_then(|(proxied, ..)| facts.cite_proxied(proxied, Field::Status, Polarity::Contradicts));
    let status = if timed_out.is_multiple { Status::Possible } else { Status::Likely };
    Finding::seen(status, after(timed_out, "Cloudflare, and the direct browser at every try, waited")).with(evidence).with(against)
}

/// Cloudflare's wait is a small multiple of the time after which the origin closed the direct request: it asked again over other kept
/// connections. A multiple alone is never more than possible.
fn repeated(facts: &Facts<'_>) -> Option<Finding> {
    if facts.direct_is_no_evidence().is_some() {
        return None;
    }
    let (proxied, direct, waited, tries, ms) = facts.failing_pairs().iter().find_map(|(proxied, direct)| {
        let entry = facts.direct_entry((*direct)?).filter(|entry| broke_off(entry))?;
        let (waited, ms) = (waited(facts.proxied_entry(*proxied)?)?, lasted(entry)?);
        Some((*proxied, (*direct)?, waited, repeats(ms, waited.max_ms)?, ms))
    })?;
    let reason = Redacted::fill(
        "Cloudflare waited {}, {} times the {} after which the origin closed the direct request. Cloudflare repeats a request over other kept connections.",
        &[&waited.said(), &tries, &seconds(ms)],
    );
    Some(Finding::seen(Status::Possible, reason).with(both_waits(facts, proxied, direct)))
}

/// The origin closed a direct request without an answer after a wait as long as time-outs are, and how long Cloudflare waited is not known.
fn closed_late(facts: &Facts<'_>) -> Option<Finding> {
    let (index, ms) =
        facts.failing_partners().find_map(|(index, entry)| Some((index, lasted(entry).filter(|_| is_closed_late(entry))?)))?;
    let reason = Redacted::fill("The origin closed a direct request without a response after {}.", &[&seconds(ms)]);
    let cited = [Field::Time, Field::Error].into_iter().filter_map(|field| facts.cite_direct(index, field, Polarity::Supports));
    facts.direct_is_no_evidence().is_none().then(|| Finding::inferred(Status::Possible, reason).with(cited))
}

/// The direct request ended after a server's default timeout. Cloudflare's wait is not known, or differs.
fn direct_default(facts: &Facts<'_>) -> Option<Finding> {
    if facts.direct_is_no_evidence().is_some() {
        return None;
    }
    let at_default = |entry: &Entry| default(lasted(entry).filter(|_| broke_off(entry))?);
    let (index, default) = facts.failing_pairs().iter().find_map(|(_, direct)| {
        let index = (*direct)?;
        Some((index, at_default(facts.direct_entry(index)?)?))
    })?;
    // When both waits are known and equal, this function is not called.
    let other = facts.failing_pairs().iter().find(|(proxied, _)| facts.proxied_entry(*proxied).and_then(waited).is_some());
    let reason = Redacted::fill(
        "The origin closed a direct request without a response after {} seconds: a default, for instance of {}.",
        &[&(default.ms / 1000), &default.of],
    );
    let status = if other.is_some() { Status::Possible } else { Status::Likely };
    let evidence = [Field::Time, Field::Error].into_iter().filter_map(|field| facts.cite_direct(index, field, Polarity::Supports));
    let against = other.and_then(|(proxied, _)| facts.cite_proxied(*proxied, Field::Waited, Polarity::Contradicts));
    Some(Finding::seen(status, reason).with(evidence).with(against))
}

fn after(timed_out: &TimedOut, who: &'static str) -> Redacted<String> {
    let requests = redact::counted(timed_out.proxied.len(), "request", "requests");
    let waited = timed_out.waited.said();
    match timed_out.default {
        Some((default, 1)) => {
            Redacted::fill("{} {} for {} that failed: a default, for instance of {}.", &[&who, &waited, &requests, &default.of])
        }
        Some((default, tries)) => Redacted::fill(
            "{} {} for {} that failed: {} times {} seconds, a default, for instance of {}. It may have repeated the request over other kept connections.",
            &[&who, &waited, &requests, &tries, &(default.ms / 1000), &default.of],
        ),
        None => Redacted::fill("{} equally long for {} that failed: {}.", &[&who, &requests, &waited]),
    }
}

fn both_waits(facts: &Facts<'_>, proxied: u32, direct: u32) -> impl Iterator<Item = Evidence> {
    let cited = [
        facts.cite_proxied(proxied, Field::Waited, Polarity::Supports),
        facts.cite_direct(direct, Field::Time, Polarity::Supports),
        facts.cite_direct(direct, Field::Error, Polarity::Supports),
    ];
    cited.into_iter().flatten()
}
