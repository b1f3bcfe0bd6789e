//! Which cause gives way to which: one table, applied once to what the rules found.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::HeaderBytes;
use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Basis, Polarity, Status};
use fivetwenty_redact::Redacted;

use crate::body::{Counts, cannot_be_decoded, counts, is_encoded};
use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::origin_side::{OriginSide, answers_like_tls, cite_fault, is_unseen, origin_side};
use crate::request::{DEFAULT_LIMIT, UNBUFFERED, body, is_upload};
use crate::rule::Rule;
use crate::timeout::{broke_off, is_closed_late, timed_out};

/// A cause that gives way where something else explains the same failures better.
struct Precedence {
    /// The cause that gives way.
    cause: &'static str,
    /// What explains the failures better.
    yields_to: Explanation,
    /// Findings that are less sure than this stay as they are.
    up_to: Status,
    /// The condition. When it holds, it gives what is cited for it.
    when: fn(&Contest<'_>) -> Option<Vec<Evidence>>,
    /// What is left of the cause's finding.
    leaves: Leaves,
    /// What the finding says.
    says: Says,
}

/// What a cause gives way to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Explanation {
    /// Another cause.
    Cause(&'static str),
    /// What a warning says of the captures.
    Warning(&'static str),
    /// Any fault that the origin shows when it is asked directly.
    FaultOfTheOrigin,
}

/// What is left of a finding that gives way.
#[derive(Clone, Copy)]
enum Leaves {
    /// The finding with its evidence, at most as sure as this.
    Weaker(Status),
    /// Only this: its evidence no longer counts.
    Only(Status, Basis),
}

/// What a finding that gives way says.
#[derive(Clone, Copy)]
enum Says {
    /// What it said before.
    Same,
    /// What it said before, and this sentence.
    Also(&'static str),
    /// This sentence.
    Instead(&'static str),
}

/// What a condition looks at.
struct Contest<'a> {
    facts: &'a Facts<'a>,
    /// The finding of the cause that may give way.
    own: &'a Finding,
}

const FAILS_DIRECTLY: Says = Says::Instead("Every request that fails through Cloudflare also fails when sent direct.");

/// Every precedence between causes. The rows of one cause apply one after another.
static TABLE: &[Precedence] = &[
    // What lies between Cloudflare and the origin gives way when the origin fails by itself.
    between("cache-rule"),
    between("cloudflare-incident"),
    between("edge-regional"),
    between("firewall-blocks-cloudflare"),
    Precedence { when: origin_fails_unchanged, ..between("worker-or-transform") },
    Precedence {
        cause: "closed-on-purpose",
        yields_to: Explanation::FaultOfTheOrigin,
        up_to: Status::CannotTell,
        when: origin_breaks_off_with_bytes,
        leaves: Leaves::Only(Status::RuledOut, Basis::Seen),
        says: Says::Instead("The origin does respond to these requests direct, but not correctly."),
    },
    Precedence {
        cause: "idle-connection-reuse",
        yields_to: Explanation::FaultOfTheOrigin,
        up_to: Status::RuledOut,
        when: origin_breaks_off,
        leaves: Leaves::Only(Status::RuledOut, Basis::Seen),
        says: Says::Instead("The origin breaks off the same requests when sent direct, over new connections."),
    },
    Precedence {
        cause: "origin-overload",
        yields_to: Explanation::FaultOfTheOrigin,
        up_to: Status::RuledOut,
        when: |contest| origin_breaks_off(contest).filter(|_| contest.own.status > Status::Possible),
        leaves: Leaves::Only(Status::RuledOut, Basis::Seen),
        says: Says::Instead("The origin breaks off the failing requests at every try, through Cloudflare and direct."),
    },
    Precedence {
        cause: "proxy-misconfiguration",
        yields_to: Explanation::FaultOfTheOrigin,
        up_to: Status::CannotTell,
        when: |contest| origin_breaks_off(contest).filter(|_| contest.own.basis == Basis::Inferred),
        leaves: Leaves::Only(Status::RuledOut, Basis::Inferred),
        says: Says::Instead("The origin itself breaks off these requests. A proxy in front of an application would return a 502."),
    },
    // A connection that is always closed after the same long wait ran into a timeout.
    closed_after_a_wait("connection-reset"),
    closed_after_a_wait("empty-reply"),
    closed_late("connection-reset"),
    closed_late("empty-reply"),
    silent_after_a_wait("connection-reset"),
    silent_after_a_wait("empty-reply"),
    silent_after_a_wait("invalid-headers"),
    silent_after_a_wait("malformed-response"),
    // A server that turns away everybody but Cloudflare looks the same.
    everybody_is_refused("connection-reset"),
    everybody_is_refused("empty-reply"),
    upload_size_decides("connection-reset"),
    upload_size_decides("empty-reply"),
    header_size_decides("connection-reset"),
    header_size_decides("empty-reply"),
    Precedence {
        cause: "malformed-response",
        yields_to: Explanation::Cause("wrong-port-or-scheme"),
        up_to: Status::Likely,
        when: answer_is_not_shown,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Also("But its content is not shown: a port that expects HTTPS looks the same."),
    },
    Precedence {
        cause: "malformed-response",
        yields_to: Explanation::Cause("wrong-port-or-scheme"),
        up_to: Status::Likely,
        when: |contest| answers_like_tls(contest.facts).map(|_| Vec::new()),
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Also("But it is not text: a port that expects HTTPS looks the same."),
    },
    // A body that comes short: a wrong length is the same at every try, and most often comes of a compression.
    Precedence {
        cause: "truncated-body",
        yields_to: Explanation::Cause("bad-content-length"),
        up_to: Status::Possible,
        when: same_compressed_bytes_at_every_try,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Instead(
            "Every attempt stops at the same byte, and the body is compressed. A Content-Length from before the compression explains that better.",
        ),
    },
    Precedence {
        cause: "bad-content-length",
        yields_to: Explanation::Cause("truncated-body"),
        up_to: Status::Possible,
        when: other_bytes_at_another_try,
        leaves: Leaves::Only(Status::RuledOut, Basis::Seen),
        says: Says::Instead(
            "The number of bytes differs from try to try: the response breaks off, and its Content-Length is not the fault.",
        ),
    },
    Precedence {
        cause: "bad-content-length",
        yields_to: Explanation::Cause("truncated-body"),
        up_to: Status::Possible,
        when: short_without_compression,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Instead(
            "A body is shorter than its Content-Length, and it is not compressed. A response that breaks off is more frequent than a wrong length.",
        ),
    },
    Precedence {
        cause: "origin-error",
        yields_to: Explanation::Cause("proxy-misconfiguration"),
        up_to: Status::Likely,
        when: is_said_by_a_proxy,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Same,
    },
    Precedence {
        cause: "origin-error",
        yields_to: Explanation::Cause("worker-or-transform"),
        up_to: Status::Likely,
        when: carries_the_sites_page,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Same,
    },
];

/// A cause that lies between Cloudflare and the origin.
const fn between(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::FaultOfTheOrigin,
        up_to: Status::RuledOut,
        when: origin_fails,
        leaves: Leaves::Only(Status::RuledOut, Basis::Inferred),
        says: FAILS_DIRECTLY,
    }
}

const fn closed_after_a_wait(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Cause("origin-timeout"),
        up_to: Status::Confirmed,
        when: |contest| runs_into_timeout(contest.facts).then(Vec::new),
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Also("It always came after the same long wait on both sides: a timeout closes the connection."),
    }
}

const fn closed_late(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Cause("origin-timeout"),
        up_to: Status::Confirmed,
        when: |contest| contest.is_all_direct(is_closed_late).then(Vec::new),
        leaves: Leaves::Weaker(Status::Likely),
        says: Says::Also("It came after a long wait, so a timeout may close the connection."),
    }
}

const fn silent_after_a_wait(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Cause("origin-timeout"),
        up_to: Status::Likely,
        when: without_error_name_after_a_wait,
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Instead(
            "Direct requests got no usable response either, but always after the same long wait as through Cloudflare: a timeout explains it.",
        ),
    }
}

const fn everybody_is_refused(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Warning("direct-blocked"),
        up_to: Status::Confirmed,
        when: no_direct_answer,
        leaves: Leaves::Weaker(Status::Likely),
        says: Says::Also("But the origin responded to no direct request at all: a server that admits only Cloudflare does the same."),
    }
}

const fn upload_size_decides(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Cause("request-body-rejected"),
        up_to: Status::Likely,
        when: |contest| only_large_uploads_fail(contest.facts).then(Vec::new),
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Also("But only uploads fail, and smaller ones succeed: their size decides."),
    }
}

const fn header_size_decides(cause: &'static str) -> Precedence {
    Precedence {
        cause,
        yields_to: Explanation::Cause("request-headers-too-large"),
        up_to: Status::Likely,
        when: |contest| only_large_headers_fail(contest.facts).then(Vec::new),
        leaves: Leaves::Weaker(Status::Possible),
        says: Says::Also("But only requests with large headers fail: their size decides."),
    }
}

/// What the rules found, every cause that gives way weakened.
pub(crate) fn apply(facts: &Facts<'_>, found: &[(&'static Rule, Finding)]) -> Vec<(&'static Rule, Finding)> {
    let settled = |rule: &'static Rule, finding: &Finding| {
        let rows = TABLE.iter().filter(|row| row.cause == rule.id);
        rows.fold(finding.clone(), |own, row| row.cited(facts, &own, found).map_or(own.clone(), |evidence| row.weakened(own, evidence)))
    };
    let explained = found.iter().any(|(_, finding)| finding.explains_all && finding.status <= Status::Likely);
    found.iter().map(|(rule, finding)| (*rule, another_was_seen(settled(rule, finding), explained))).collect()
}

/// What was not reproduced is ruled out where another fault was seen for everything that fails.
fn another_was_seen(finding: Finding, explained: bool) -> Finding {
    if !explained || finding.not_reproduced.is_none() {
        return finding;
    }
    let reason = Redacted::fixed("Every request that fails through Cloudflare shows another fault when sent direct.");
    Finding { evidence: finding.evidence, ..Finding::seen(Status::RuledOut, reason) }
}

impl Precedence {
    /// What is cited, when a finding gives way by this row. Only a cause that is possible itself pushes another one away.
    fn cited(&self, facts: &Facts<'_>, own: &Finding, found: &[(&'static Rule, Finding)]) -> Option<Vec<Evidence>> {
        let is_found = |id: &str| found.iter().any(|(rule, finding)| rule.id == id && finding.status < Status::CannotTell);
        let explains = match self.yields_to {
            Explanation::Cause(id) => is_found(id),
            Explanation::Warning(_) | Explanation::FaultOfTheOrigin => true,
        };
        (self.when)(&Contest { facts, own }).filter(|_| explains && own.status <= self.up_to)
    }

    fn weakened(&self, own: Finding, evidence: Vec<Evidence>) -> Finding {
        let reason = match self.says {
            Says::Same => own.reason.clone(),
            Says::Also(sentence) => Redacted::fill("{} {}", &[&own.reason, &sentence]),
            Says::Instead(sentence) => Redacted::fixed(sentence),
        };
        match self.leaves {
            Leaves::Weaker(status) => Finding { status: own.status.max(status), reason, ..own }.with(evidence),
            Leaves::Only(status, basis) => Finding { basis, ..Finding::seen(status, reason) }.with(evidence),
        }
    }
}

impl<'a> Contest<'a> {
    /// Whether all direct requests that the finding rests on are like that, and there is one.
    fn is_all_direct(&self, is: impl Fn(&Entry) -> bool) -> bool {
        let cited = self.own.evidence.iter().filter(|evidence| evidence.side == Some(Side::Direct));
        let mut cited = cited.filter_map(|evidence| self.facts.direct_entry(evidence.index?)).peekable();
        cited.peek().is_some() && cited.all(is)
    }

    /// The first direct request that the finding rests on.
    fn first_direct(&self) -> Option<(u32, &'a Entry)> {
        let index = self.own.first_cited(Side::Direct)?;
        Some((index, self.facts.direct_entry(index)?))
    }
}

/// The origin fails by itself for every request that is a 520.
fn origin_fails(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let OriginSide::Fails(direct) = origin_side(contest.facts) else { return None };
    Some(cite_fault(contest.facts, direct).into_iter().collect())
}

/// As [`origin_fails`], and nothing on the way changed the number of the origin's error.
fn origin_fails_unchanged(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    origin_fails(contest).filter(|_| contest.own.case != Some("relabelled") || contest.own.basis != Basis::Seen)
}

/// The origin breaks off every request that is a 520.
fn origin_breaks_off(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let direct = contest.facts.broken_direct()?;
    Some(contest.facts.cite_direct(direct, Field::Error, Polarity::Contradicts).into_iter().collect())
}

/// As [`origin_breaks_off`], and never without a byte.
fn origin_breaks_off_with_bytes(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    origin_breaks_off(contest).filter(|_| !contest.facts.failing_partners().any(|(_, entry)| broke_off(entry)))
}

/// A timeout explains everything that fails.
fn runs_into_timeout(facts: &Facts<'_>) -> bool {
    timed_out(facts).is_some_and(|timed_out| timed_out.is_all)
}

/// The direct requests got no answer, the browser does not say why, and a timeout explains everything.
fn without_error_name_after_a_wait(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let is_unnamed = contest.first_direct().is_some_and(|(_, entry)| is_unnamed(entry));
    (is_unnamed && runs_into_timeout(contest.facts)).then(Vec::new)
}

/// The origin answered no direct request of the site.
fn no_direct_answer(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let answered = contest.facts.direct.as_ref().is_some_and(|direct| direct.answered().next().is_some());
    (!answered).then(Vec::new)
}

/// All that fails sends a body, and only smaller ones were taken.
fn only_large_uploads_fail(facts: &Facts<'_>) -> bool {
    let answered = || facts.passed_on().map(|(_, entry)| entry);
    let sent = |entry: &Entry| body(&entry.request).filter(|bytes| *bytes > 0 && is_upload(&entry.request));
    let Some(smallest) = failing(facts).map(sent).try_fold(u64::MAX, |smallest, bytes| Some(smallest.min(bytes?))) else { return false };
    answered().any(|entry| !is_upload(&entry.request))
        && (answered().filter_map(sent).any(|bytes| bytes < smallest) || smallest > UNBUFFERED)
        && answered().filter_map(sent).all(|bytes| bytes < smallest)
}

/// All that fails has large headers, and those of what was answered are at most half as large.
fn only_large_headers_fail(facts: &Facts<'_>) -> bool {
    let headers = |entry: &Entry| HeaderBytes::of_request(&entry.request).bytes;
    let smallest = failing(facts).map(headers).min().filter(|bytes| *bytes >= DEFAULT_LIMIT);
    let largest_answered = facts.passed_on().map(|(_, entry)| headers(entry)).max();
    smallest.zip(largest_answered).is_some_and(|(smallest, largest)| largest * 2 <= smallest)
}

fn failing<'f>(facts: &'f Facts<'_>) -> impl Iterator<Item = &'f Entry> {
    facts.failing_pairs().iter().filter_map(|(index, _)| facts.proxied_entry(*index))
}

/// The answers that were not HTTP came over plain HTTP, nothing of them was shown, and Cloudflare got no answer from the origin.
fn answer_is_not_shown(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let is_not_shown = |entry: &Entry| is_unseen(entry) && entry.response.content_size.is_none_or(|bytes| bytes == 0);
    let holds = contest.is_all_direct(is_not_shown) && contest.facts.passed_on_there().next().is_none();
    holds.then(Vec::new)
}

fn same_compressed_bytes_at_every_try(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let (index, entry) = contest.first_direct()?;
    (is_encoded(entry) && counts(contest.facts, index) == Counts::Same).then(Vec::new)
}

/// The direct body that came short, unless it could not be decoded: its length is what the finding rests on.
fn short_body<'a>(contest: &Contest<'a>) -> Option<(u32, &'a Entry)> {
    contest.first_direct().filter(|(_, entry)| !cannot_be_decoded(entry))
}

fn other_bytes_at_another_try(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let (index, _) = short_body(contest)?;
    let Counts::Differ(other) = counts(contest.facts, index) else { return None };
    let cite = |index| contest.facts.cite_direct(index, Field::BodyBytes, Polarity::Contradicts);
    Some([cite(index), cite(other)].into_iter().flatten().collect())
}

fn short_without_compression(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let (index, entry) = short_body(contest)?;
    (!is_encoded(entry) && !matches!(counts(contest.facts, index), Counts::Differ(_))).then(Vec::new)
}

/// A bad gateway is said by a proxy in front of the application.
fn is_said_by_a_proxy(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let (_, entry) = contest.first_direct()?;
    matches!(entry.response.status, 502 | 504).then(Vec::new)
}

/// A 520 with a page of the site's: its number was changed on the way.
fn carries_the_sites_page(contest: &Contest<'_>) -> Option<Vec<Evidence>> {
    let has_own_page = |entry: &Entry| entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Site);
    failing(contest.facts).any(has_own_page).then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{Example, examples};
    use crate::rules::{CAUSES, WARNINGS, cause};

    fn all_examples() -> impl Iterator<Item = Example> {
        let pages = CAUSES.iter().map(|rule| rule.page).chain(WARNINGS.iter().map(|rule| rule.page));
        pages.flat_map(examples)
    }

    fn label(row: &Precedence) -> String {
        format!("{} gives way to {:?}", row.cause, row.yields_to)
    }

    /// Breaks when a row names a cause or a warning that does not exist: it would never apply.
    #[test]
    fn every_name_in_the_table_exists() {
        for row in TABLE {
            assert!(cause(row.cause).is_some(), "{}", label(row));
            let exists = match row.yields_to {
                Explanation::Cause(id) => cause(id).is_some() && id != row.cause,
                Explanation::Warning(id) => WARNINGS.iter().any(|rule| rule.id == id),
                Explanation::FaultOfTheOrigin => true,
            };
            assert!(exists, "{}", label(row));
        }
    }

    /// Breaks when causes give way in a circle of three and more.
    #[test]
    fn no_causes_give_way_in_a_circle() {
        let yields = |id: &str| {
            let rows = TABLE.iter().filter(move |row| row.cause == id);
            rows.filter_map(|row| if let Explanation::Cause(other) = row.yields_to { Some(other) } else { None }).collect::<Vec<_>>()
        };
        for rule in CAUSES {
            let mut path = vec![rule.id];
            let mut open: Vec<(usize, &str)> = yields(rule.id).into_iter().map(|id| (1, id)).collect();
            while let Some((depth, id)) = open.pop() {
                path.truncate(depth);
                let before = path.iter().position(|known| *known == id);
                assert!(before.is_none_or(|at| depth - at == 2), "{path:?} and {id} again");
                if before.is_none() {
                    path.push(id);
                    open.extend(yields(id).into_iter().map(|other| (depth + 1, other)));
                }
            }
        }
    }

    /// Breaks when the condition of a row holds for no example of any page, a cause that gives way becomes surer, or two causes give way to
    /// each other in one example.
    #[test]
    fn every_row_applies_to_an_example_and_never_both_ways() {
        let mut applied = vec![false; TABLE.len()];
        for example in all_examples() {
            let diagnosis = example.case().diagnose();
            let facts = diagnosis.facts();
            let found: Vec<(&'static Rule, Finding)> = CAUSES.iter().map(|rule| (*rule, rule.find(&facts))).collect();
            let mut pairs: Vec<(&str, &str)> = Vec::new();
            for (rule, finding) in &found {
                let mut own = finding.clone();
                for (number, row) in TABLE.iter().enumerate().filter(|(_, row)| row.cause == rule.id) {
                    let Some(evidence) = row.cited(&facts, &own, &found) else { continue };
                    applied[number] = true;
                    let before = own.status;
                    own = row.weakened(own, evidence);
                    assert!(own.status >= before && own.status >= finding.status, "{}: {} is surer", example.about, rule.id);
                    if let Explanation::Cause(other) = row.yields_to {
                        pairs.push((rule.id, other));
                    }
                }
            }
            for (one, other) in &pairs {
                assert!(!pairs.contains(&(other, one)), "{}: {one} and {other}", example.about);
            }
        }
        let never: Vec<String> = TABLE.iter().zip(applied).filter(|(_, applied)| !applied).map(|(row, _)| label(row)).collect();
        assert!(never.is_empty(), "{never:#?}");
    }
}
