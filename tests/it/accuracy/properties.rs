//! What holds of every verdict, on all recorded cases and all examples of the rules' pages.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use fivetwenty_captures::Side;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{CAUSES, Diagnosis, GivenCapture, Needs, Rule, WARNINGS, assign, site};
use fivetwenty_model::{Polarity, Status};
use serde_json::{Value, json};

use super::{Broken, Case, Verdict, cases, diagnosis, on_every_core};
use crate::foreign::{Random, host, moment, span};
use crate::perturb::{Effect, NO_BODIES, NO_ERROR_NAMES, NO_RESPONSE_HEADERS, NO_SIZES, THIRD_PARTIES, UNNAMED};

/// Two captures, and what is right to say of them.
struct Subject {
    name: String,
    captures: [Option<Value>; 2],
    verdict: Verdict,
    /// Causes that may lead: those that were recorded; of an example those that lead.
    right: BTreeSet<&'static str>,
}

/// What a connection that ends shows, whatever made it end.
const ENDED: [&str; 2] = ["empty-reply", "connection-reset"];

/// Something that does not hold: its kind, and where.
type Line = (String, String);

/// Brings entries into another order.
type Order = fn(&mut Vec<Value>);

/// So many examples there are at least.
const MIN_EXAMPLES: usize = 150;

/// So many pairs of files there are at least of which one plainly went through Cloudflare.
const MIN_PAIRS: usize = 270;

/// So many entries of other sites, or of none, there are at least in them.
const MIN_FOREIGN: usize = 300;

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let examples = examples();
    assert!(examples.len() >= MIN_EXAMPLES, "only {} examples", examples.len());
    let recorded = cases().iter().map(|case| (case.place(), case.captures.clone(), Some(case)));
    let all: Vec<_> = recorded.chain(examples.into_iter().map(|(name, captures)| (name, captures, None))).collect();
    on_every_core(&all, |(name, captures, case)| {
        let verdict = Verdict::of(captures);
        let right = case.map_or_else(|| verdict.leading.iter().copied().collect(), Case::names_in_all_forms);
        Subject { name: name.clone(), captures: captures.clone(), verdict, right }
    })
});

/// The captures under every example of the rules' pages.
fn examples() -> Vec<(String, [Option<Value>; 2])> {
    let causes = CAUSES.iter().map(|rule| (rule.id, rule.page));
    let pages = causes.chain(WARNINGS.iter().map(|rule| (rule.id, rule.page)));
    let mut examples = Vec::new();
    for (id, page) in pages {
        let (_, text) = page.text().split_once("\n## Examples\n").expect("a page ends with its examples");
        for section in text.split("\n### ").skip(1) {
            let read = |side: &str| {
                let (_, rest) = section.split_once(&format!("```json {side}\n"))?;
                let value: Value = serde_json::from_str(rest.split("```").next()?).ok()?;
                Some(if value.is_array() { json!({"log": {"entries": value}}) } else { value })
                    .filter(|har| har["log"]["entries"].is_array())
            };
            let captures = [read("proxied"), read("direct")];
            if captures.iter().any(Option::is_some) {
                examples.push((format!("{id}, {}", section.lines().next().unwrap_or_default()), captures));
            }
        }
    }
    examples
}

/// Checks every subject, and fails with the lines of all.
#[track_caller]
fn check_all(what: &str, check: impl Fn(&Subject) -> Vec<Line> + Sync) {
    let mut broken = Broken::default();
    on_every_core(&SUBJECTS, check).into_iter().flatten().for_each(|(kind, line)| broken.add(&kind, line));
    broken.must_be_none(what);
}

fn entries(captures: &mut [Option<Value>; 2], side: usize) -> Option<&mut Vec<Value>> {
    captures[side].as_mut()?["log"]["entries"].as_array_mut()
}

impl Subject {
    /// The size of a request leads.
    fn leads_by_size(&self) -> bool {
        self.verdict.leading.iter().any(|id| matches!(*id, "request-headers-too-large" | "request-body-rejected"))
    }

    /// The captures without one entry.
    fn without(&self, side: usize, at: usize) -> [Option<Value>; 2] {
        let mut captures = self.captures.clone();
        entries(&mut captures, side).expect("there is such a capture").remove(at);
        captures
    }

    /// The line of a verdict that is not the one of the subject.
    fn changed(&self, how: &str, after: &Verdict) -> Option<Line> {
        let before = &self.verdict;
        (!after.leads_as(before)).then(|| (how.to_owned(), format!("{}: {before} became {after}", self.name)))
    }

    /// The line of a verdict that is surer of something that was not recorded, or confirms what was not confirmed. `what` is missing.
    /// What became surer, above `possible` or up to `confirmed`, but for what is right and for what is spared.
    fn strengthened(
        &self,
        kind: &str,
        what: &str,
        after: &Verdict,
        is_right: impl Fn(&str) -> bool,
        is_spared: impl Fn(&str) -> bool,
    ) -> Option<Line> {
        let before = &self.verdict;
        let is_surer = after.is_said() && before.status.is_none_or(|status| after.status.is_some_and(|now| now < status));
        let wrong = is_surer && !after.leading.iter().any(|id| is_right(id) || is_spared(id));
        let confirmed: Vec<String> = after
            .with(Status::Confirmed)
            .filter(|id| before.found[id] != Status::Confirmed && !is_spared(id))
            .map(|id| format!("; {id} is confirmed and was {}", super::name(before.found[id])))
            .collect();
        let line = || format!("{}{what}: {before} became {after}{}", self.name, confirmed.concat());
        (wrong || !confirmed.is_empty()).then(|| (kind.to_owned(), line()))
    }
}

/// The captures, every entry with a start: without them the order of the file is all there is, and tells something.
fn started(captures: &[Option<Value>; 2]) -> [Option<Value>; 2] {
    let mut captures = captures.clone();
    for side in 0..2 {
        for (number, entry) in (1..).zip(entries(&mut captures, side).into_iter().flatten()) {
            if entry["startedDateTime"].is_null() {
                entry["startedDateTime"] = moment(span(&[]).0 + number * 500);
            }
        }
    }
    captures
}

/// Breaks when a verdict depends on the order in which a file has its entries.
#[test]
fn no_order_of_entries_changes_a_verdict() {
    let orders: [(&str, Order); 4] = [
        ("reversed", |entries| entries.reverse()),
        ("first one last", |entries| {
            let first = entries.drain(..1.min(entries.len())).collect::<Vec<_>>();
            entries.extend(first);
        }),
        ("shuffled", |entries| Random::new(2).shuffle(entries)),
        ("shuffled otherwise", |entries| Random::new(3).shuffle(entries)),
    ];
    check_all("verdicts changed with the order of the entries", |subject| {
        let captures = started(&subject.captures);
        let subject = Subject { name: subject.name.clone(), verdict: Verdict::of(&captures), captures, right: BTreeSet::new() };
        let changed = orders.iter().filter_map(|(how, order)| {
            let mut captures = subject.captures.clone();
            for side in 0..2 {
                entries(&mut captures, side).into_iter().for_each(order);
            }
            subject.changed(how, &Verdict::of(&captures))
        });
        changed.collect()
    });
}

/// Whether an answer is Cloudflare's, by its headers.
fn is_cloudflares(entry: &Value) -> bool {
    let headers = entry["response"]["headers"].as_array().into_iter().flatten();
    let mut headers = headers.filter_map(|header| Some((header["name"].as_str()?, header["value"].as_str()?)));
    headers.any(|(name, value)| {
        name.eq_ignore_ascii_case("cf-ray") || name.eq_ignore_ascii_case("server") && value.eq_ignore_ascii_case("cloudflare")
    })
}

/// Breaks when a verdict depends on which of two files is given first, or on which side, though one of them plainly went through Cloudflare
/// and the other did not.
#[test]
fn no_order_of_files_changes_a_verdict() {
    let checked = AtomicUsize::new(0);
    check_all("verdicts changed with the order of the files", |subject| {
        let [Some(proxied), Some(direct)] = &subject.captures else { return Vec::new() };
        let list = |har: &Value| har["log"]["entries"].as_array().cloned().unwrap_or_default();
        let own = list(proxied).iter().find_map(host).map(str::to_owned);
        let through = list(proxied).iter().any(|entry| host(entry) == own.as_deref() && is_cloudflares(entry));
        let directly = list(direct).iter().filter(|entry| host(entry).is_some()).all(|entry| {
            let is_silent = entry["response"]["status"].as_u64().unwrap_or(0) == 0;
            let has_headers = entry["response"]["headers"].as_array().is_some_and(|headers| !headers.is_empty());
            !is_cloudflares(entry) && (is_silent || has_headers)
        });
        if !(through && directly) {
            return Vec::new();
        }
        checked.fetch_add(1, Ordering::Relaxed);
        let read = |har: &Value| {
            let capture = Rc::new(Capture::read("given.har", [har.to_string().as_bytes()]).unwrap());
            GivenCapture { capture, side: None }
        };
        let assigned = |given: &[GivenCapture]| {
            let site = site(given.iter().map(|given| &given.capture), &[], None);
            let [proxied, direct, _] = assign(given, &site).expect("two captures have sides");
            Verdict::from(&crate::diagnose(proxied, direct))
        };
        let ways = [
            ("named the other way round", Verdict::of(&[Some(direct.clone()), Some(proxied.clone())])),
            ("in this order", assigned(&[read(proxied), read(direct)])),
            ("in the other order", assigned(&[read(direct), read(proxied)])),
        ];
        ways.iter().filter_map(|(how, verdict)| subject.changed(how, verdict)).collect()
    });
    assert!(checked.into_inner() >= MIN_PAIRS);
}

/// The places of a capture's entries that ask another site than those of `own`, or no site.
fn foreign(captures: &[Option<Value>; 2], side: usize, own: &BTreeSet<String>) -> Vec<usize> {
    let entries = captures[side].as_ref().and_then(|har| har["log"]["entries"].as_array()).into_iter().flatten();
    let is_foreign = |entry: &Value| host(entry).is_none_or(|host| !own.contains(domain(host)));
    entries.enumerate().filter(|(_, entry)| is_foreign(entry)).map(|(at, _)| at).collect()
}

/// The domain that somebody has registered; of an address the whole.
fn domain(host: &str) -> &str {
    let is_address = host.starts_with(|first: char| first.is_ascii_digit() || first == '[');
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at + 1);
    if is_address { host } else { dots.nth(1).map_or(host, |at| &host[at..]) }
}

/// The domains of the site that a diagnosis is about, on both sides.
fn own_domains(diagnosis: &Diagnosis) -> BTreeSet<String> {
    let facts = diagnosis.facts();
    let views = facts.proxied.iter().chain(&facts.direct);
    let hosts = views.flat_map(|view| view.hosts.iter()).flat_map(|host| [host.clone(), facts.pairing.direct_host(host).to_owned()]);
    hosts.map(|host| domain(&host).to_owned()).collect()
}

/// Breaks when an entry of another site, or of none, carries a verdict.
#[test]
fn no_foreign_entry_carries_a_verdict() {
    let checked = AtomicUsize::new(0);
    check_all("verdicts changed without an entry of another site", |subject| {
        let own = own_domains(&diagnosis(&subject.captures));
        let foreign = (0..2).flat_map(|side| foreign(&subject.captures, side, &own).into_iter().map(move |at| (side, at)));
        let changed = foreign.filter_map(|(side, at)| {
            checked.fetch_add(1, Ordering::Relaxed);
            subject.changed(&format!("without one of {}", Side::ALL[side].id()), &Verdict::of(&subject.without(side, at)))
        });
        changed.collect()
    });
    assert!(checked.into_inner() >= MIN_FOREIGN);
}

/// Breaks when it matters how many errors another customer of Cloudflare's has.
#[test]
fn no_entry_of_another_customer_carries_a_verdict() {
    let mut broken = Broken::default();
    let checked = on_every_core(cases(), |case| {
        let entries_of_both = case.captures.iter().flatten().flat_map(|har| har["log"]["entries"].as_array().into_iter().flatten());
        let own = entries_of_both.filter_map(host).map(|host| domain(host).to_owned()).collect();
        let captures = THIRD_PARTIES.of(&case.captures);
        let with_all = Verdict::of(&captures);
        // One of each file is enough, another one in each case.
        let checked = (0..2).filter_map(|side| {
            let foreign = foreign(&captures, side, &own);
            let at = *foreign.get(case.name.len() % foreign.len().max(1))?;
            let mut less = captures.clone();
            entries(&mut less, side)?.remove(at);
            let after = Verdict::of(&less);
            let line = || format!("{} without entry {at}: {with_all} became {after}", case.place());
            (!after.leads_as(&with_all)).then(|| (Side::ALL[side].id(), line()))
        });
        checked.collect::<Vec<_>>()
    });
    checked.into_iter().flatten().for_each(|(kind, line)| broken.add(kind, line));
    broken.must_be_none("verdicts changed");
}

/// Breaks when a verdict becomes surer without the direct capture, or without response headers, bodies, names of errors or sizes in either
/// file or both: of anything that was not recorded, or up to `confirmed`.
#[test]
fn less_evidence_makes_no_verdict_surer() {
    check_all("verdicts became surer with less evidence", |subject| {
        let [proxied, direct] = &subject.captures;
        let mut broken = Vec::new();
        if proxied.is_some() && direct.is_some() {
            let after = Verdict::of(&[proxied.clone(), None]);
            broken.extend(subject.strengthened("no direct capture", "", &after, |id| subject.right.contains(id), |_| false));
        }
        for change in [NO_RESPONSE_HEADERS, NO_BODIES, NO_ERROR_NAMES, NO_SIZES] {
            let both = change.of(&subject.captures);
            let each = [("proxied", change.of_one(0, &subject.captures)), ("direct", change.of_one(1, &subject.captures))];
            let each = each.iter().filter(|(_, captures)| *captures != both).map(|(files, captures)| (*files, captures));
            for (files, captures) in each.chain([("both", &both)]).filter(|(_, captures)| **captures != subject.captures) {
                let after = Verdict::of(captures);
                let is_unnamed = change.effect == Effect::MayLoseNames && after.status == Some(Status::Likely);
                // Without sizes the reason why a connection ends is not seen, and that it ends still is.
                let is_by_size = change.name == NO_SIZES.name && subject.leads_by_size();
                let is_right = |id: &str| subject.right.contains(id) || is_unnamed && UNNAMED.contains(&id);
                let is_spared = |id: &str| is_by_size && ENDED.contains(&id);
                broken.extend(subject.strengthened(&format!("{} in {files}", change.name), "", &after, is_right, is_spared));
            }
        }
        broken
    });
}

/// Breaks when a verdict becomes surer without an entry that it rests on: of anything that was not recorded, or up to `confirmed`. Without the
/// last 520 there is another question, and so there may be another answer.
#[test]
fn no_supporting_entry_holds_a_verdict_back() {
    check_all("verdicts became surer without what supports them", |subject| {
        let diagnosis = diagnosis(&subject.captures);
        let facts = diagnosis.facts();
        let last_520 = if let [(only, _)] = facts.failing_pairs() { Some((Side::Proxied as usize, *only as usize)) } else { None };
        let evidence = diagnosis.leading().iter().flat_map(|(_, finding)| &finding.evidence);
        let supports = |id: &str, place: (usize, usize)| {
            let findings = diagnosis.findings.iter().filter(|(rule, _)| rule.id == id).flat_map(|(_, finding)| &finding.evidence);
            let mut cited = findings.filter(|evidence| evidence.polarity == Polarity::Supports);
            cited.any(|evidence| evidence.side.map(|side| side as usize).zip(evidence.index.map(|at| at as usize)) == Some(place))
        };
        let supporting = evidence.filter(|evidence| evidence.polarity == Polarity::Supports);
        let places = supporting.filter_map(|evidence| Some((evidence.side? as usize, evidence.index? as usize)));
        let places: BTreeSet<(usize, usize)> = places.filter(|place| Some(*place) != last_520).collect();
        let broken = places.into_iter().filter_map(|(side, at)| {
            // Captures that were given the other way round are cited on their true sides.
            let given = if diagnosis.case.exchanged { 1 - side } else { side };
            let (kind, what) = (format!("without one of {}", Side::ALL[given].id()), format!(" without entry {at}"));
            // What speaks for one cause may speak against another.
            let after = Verdict::of(&subject.without(given, at));
            subject.strengthened(&kind, &what, &after, |id| subject.right.contains(id), |id| !supports(id, (side, at)))
        });
        broken.collect()
    });
}

/// What a rule finds before any cause gives way to another.
fn found(rule: &Rule, diagnosis: &Diagnosis) -> Status {
    let facts = diagnosis.facts();
    let is_met = |need: &Needs| match need {
        Needs::Failing520 => !facts.failing_pairs().is_empty(),
        Needs::DirectAnswers(_) => facts.direct.is_some() && facts.direct_is_no_evidence().is_none(),
    };
    if rule.needs.iter().all(is_met) { (rule.check)(&facts).status } else { Status::CannotTell }
}

/// Breaks when two causes or more that are above `possible` by themselves all give way, and none is left above it; or two that are
/// `possible`, and nothing is left: each pushed the other away. Where the origin admits only Cloudflare, all give way to that.
#[test]
fn no_two_causes_push_each_other_away() {
    check_all("times causes pushed each other away", |subject| {
        let [proxied, direct] = &subject.captures;
        let ways = [
            ("both captures", subject.captures.clone()),
            ("proxied alone", [proxied.clone(), None]),
            ("direct alone", [None, direct.clone()]),
            ("no error names", NO_ERROR_NAMES.of(&subject.captures)),
        ];
        let check = |(how, captures): &(&str, [Option<Value>; 2])| {
            let diagnosis = diagnosis(captures);
            let now = Verdict::from(&diagnosis);
            let before: Vec<(&str, Status)> = CAUSES.iter().map(|rule| (rule.id, found(rule, &diagnosis))).collect();
            let gone = [Status::Likely, Status::Possible].into_iter().find_map(|least| {
                let led: Vec<&str> = before.iter().filter(|(_, status)| *status <= least).map(|(id, _)| *id).collect();
                (led.len() > 1 && now.status.is_none_or(|status| status > least)).then_some(led)
            })?;
            let line = format!("{}: {gone:?} became {now}", subject.name);
            (!diagnosis.facts().direct_blocked()).then(|| ((*how).to_owned(), line))
        };
        ways.iter().filter(|(_, captures)| captures.iter().any(Option::is_some)).filter_map(check).collect()
    });
}
