//! What the counts of Cloudflare's logs say for a cause: one table, weighed after all rules and precedences.
//!
//! A pattern alone makes nothing more than possible, and what is ruled out stays so. The lines that are kept of a log count nowhere here:
//! they are mostly failing ones.

use fivetwenty_model::logs::{Count, Dimension, LogOutcome, LogsSummary, PatternKind};
use fivetwenty_model::{Polarity, Status};
use fivetwenty_redact::{Redacted, length_of_time, thousands};

use crate::counts;
use crate::facts::Facts;
use crate::finding::{Evidence, Finding};
use crate::origin_side::{OriginSide, origin_side};
use crate::rules::not_520_of;
use crate::timeout::{LONG_MS, default};

type Text = Redacted<String>;

/// Requests that it takes for a claim without exception.
const ENOUGH: u64 = 20;

/// What the logs say for some causes.
struct Sign {
    causes: &'static [&'static str],
    /// As a part of the report: where the figures stand.
    field: &'static str,
    /// What it says, when it holds.
    says: fn(&Seen<'_>) -> Option<Text>,
}

/// The failing requests by their statuses.
struct Seen<'a> {
    logs: &'a LogsSummary,
    /// Cloudflare's own 520s.
    all: u64,
    /// Those of them that the origin sent no response to.
    silent: u64,
    /// Those of them that the origin began a good response to.
    began: u64,
    /// Those of them beside a server error of the origin's.
    answered: u64,
    /// Server errors of the origin's that were passed on.
    passed_on: u64,
    /// The origin's or Cloudflare's errors that tell of a busy server.
    busy: u64,
}

impl<'a> Seen<'a> {
    fn new(logs: &'a LogsSummary) -> Self {
        let mut seen = Self { logs, all: 0, silent: 0, began: 0, answered: 0, passed_on: 0, busy: 0 };
        for row in logs.meanings.iter().filter(|row| row.outcome == LogOutcome::Failed) {
            seen.passed_on += if row.origin == Some(row.edge) { row.count } else { 0 };
            match (row.edge, row.origin) {
                (520, Some(520)) => continue,
                (520, Some(0)) => seen.silent += row.count,
                (520, Some(100..500)) => seen.began += row.count,
                (520, Some(500..)) => seen.answered += row.count,
                (521 | 522, _) | (502..=504, Some(502..=504)) => seen.busy += row.count,
                _ => {}
            }
            seen.all += if row.edge == 520 { row.count } else { 0 };
        }
        seen
    }

    /// The pattern's value with its figures, when it is one of this kind.
    fn pattern(&self, kind: PatternKind) -> Option<Text> {
        let pattern = &self.logs.pattern;
        pattern.kind.filter(|own| *own == kind)?;
        let (with, without) = (counts::of(pattern.with), counts::of(pattern.without));
        let named = match kind {
            // Everybody may read a reason.
            PatternKind::Url => Redacted::fixed("certain paths"),
            PatternKind::Client => Redacted::fixed("certain clients"),
            PatternKind::Time => {
                let began = counts::moment(pattern.value.as_deref()?);
                return Some(Redacted::fill("failures began at {}: {} then, {} at other times", &[&began, &with, &without]));
            }
            _ => counts::all_named(pattern, kind),
        };
        Some(Redacted::fill("failures come from {}: {} there, {} elsewhere", &[&named, &with, &without]))
    }

    /// Not a few beside many others, which may have a cause of their own.
    fn is_part(&self, count: u64) -> bool {
        count > 0 && count.saturating_mul(20) >= self.all
    }

    fn is(&self, kind: PatternKind) -> bool {
        self.logs.pattern.kind == Some(kind)
    }

    /// How long the 520s took that the origin sent no response to: median and 95th percentile.
    fn took(&self) -> Option<[u64; 2]> {
        let by = self.logs.by.iter().find(|by| by.dimension == Dimension::Status)?;
        let row = by.rows.iter().find(|row| row.value == "520/0" && row.count.failing >= ENOUGH)?;
        row.time_to_fail_ms
    }
}

static SIGNS: &[Sign] = &[
    Sign {
        causes: &["malformed-response", "invalid-headers", "headers-too-large", "truncated-body", "bad-content-length"],
        field: "logs.statuses",
        says: |seen| {
            let began = seen.is_part(seen.began).then(|| thousands(seen.began))?;
            Some(Redacted::fill("{} 520s have a good status of the origin: it began a response that Cloudflare could not use", &[&began]))
        },
    },
    Sign {
        causes: &["origin-error"],
        field: "logs.statuses",
        says: |seen| {
            let answered = seen.is_part(seen.answered).then(|| thousands(seen.answered))?;
            Some(Redacted::fill("{} 520s have a server error of the origin beside them", &[&answered]))
        },
    },
    Sign {
        causes: &["origin-error"],
        field: "logs.statuses",
        says: |seen| {
            let is_part = seen.passed_on > 0 && seen.passed_on.saturating_mul(20) >= seen.logs.all.failing;
            let passed_on = is_part.then(|| thousands(seen.passed_on))?;
            Some(Redacted::fill("{} failing requests have a server error of the origin, which Cloudflare passed on", &[&passed_on]))
        },
    },
    Sign { causes: &["firewall-blocks-cloudflare"], field: "logs.pattern", says: |seen| seen.pattern(PatternKind::Colo) },
    Sign {
        causes: &["edge-regional"],
        field: "logs.pattern",
        says: |seen| seen.pattern(PatternKind::Colo).filter(|_| seen.logs.pattern.also.is_empty()),
    },
    Sign {
        causes: &["headers-too-large", "invalid-headers", "response-too-large"],
        field: "logs.pattern",
        says: |seen| seen.pattern(PatternKind::Url).filter(|_| seen.silent * 2 < seen.all),
    },
    Sign {
        causes: &["empty-reply", "connection-reset"],
        field: "logs.pattern",
        says: |seen| {
            let kinds = [PatternKind::Url, PatternKind::Origin, PatternKind::Time];
            kinds.into_iter().find_map(|kind| seen.pattern(kind)).filter(|_| seen.silent * 2 >= seen.all)
        },
    },
    Sign {
        causes: &["request-body-rejected"],
        field: "logs.pattern",
        says: |seen| {
            let writes = ["POST", "PUT", "PATCH"].contains(&seen.logs.pattern.value.as_deref()?) && seen.logs.pattern.without.failing == 0;
            seen.pattern(PatternKind::Method).filter(|_| writes)
        },
    },
    Sign {
        causes: &["request-headers-too-large", "closed-on-purpose"],
        field: "logs.pattern",
        says: |seen| seen.pattern(PatternKind::Client),
    },
    Sign {
        causes: &["closed-on-purpose", "firewall-blocks-cloudflare", "wrong-port-or-scheme", "http2-origin"],
        field: "logs.pattern",
        says: |seen| {
            (seen.is(PatternKind::Every) && seen.began == 0 && seen.logs.all.failing < seen.logs.records)
                .then(|| Redacted::fixed("every request to the origin fails"))
        },
    },
    Sign { causes: &["origin-overload"], field: "logs.pattern", says: |seen| seen.is(PatternKind::Random).then(|| share(seen.logs.all)) },
    // A share that is not small is no race, and no rare crash.
    Sign {
        causes: &["idle-connection-reuse"],
        field: "logs.pattern",
        says: |seen| (is_rare(seen) && seen.took().is_none_or(|[median, _]| median < 2_000)).then(|| share(seen.logs.all)),
    },
    Sign {
        causes: &["empty-reply", "connection-reset"],
        field: "logs.pattern",
        says: |seen| (is_rare(seen) && seen.silent * 2 >= seen.all).then(|| share(seen.logs.all)),
    },
    Sign {
        causes: &["origin-overload"],
        field: "logs.under_load",
        says: |seen| {
            let steps = &seen.logs.under_load.as_ref()?.steps;
            let ((_, quiet), (_, busy)) = (steps.first()?, steps.last()?);
            Some(Redacted::fill(
                "the share grows with the load, from {} in the quietest minutes to {} in the busiest",
                &[&counts::of(*quiet), &counts::of(*busy)],
            ))
        },
    },
    Sign {
        causes: &["origin-overload"],
        field: "logs.statuses",
        says: |seen| {
            let busy = (seen.busy >= ENOUGH).then(|| thousands(seen.busy))?;
            Some(Redacted::fill("{} other failures have a status that is typical of a busy server (502 to 504, 521, 522)", &[&busy]))
        },
    },
    Sign { causes: &["origin-timeout"], field: "logs.time_to_fail", says: |seen| timed_out(seen).map(|(says, _)| says) },
];

/// A share of all requests.
fn share(count: Count) -> Text {
    Redacted::fill("{} fail, on any URL", &[&counts::of(count)])
}

fn is_rare(seen: &Seen<'_>) -> bool {
    seen.is(PatternKind::Random) && seen.logs.all.failing.saturating_mul(10) <= seen.logs.all.total
}

/// The 520s without a response took the same long time; whether that is the default of a server that closes the connection then.
fn timed_out(seen: &Seen<'_>) -> Option<(Text, bool)> {
    let [median, most] = seen.took().filter(|[median, _]| *median >= LONG_MS)?;
    let of = default(median).filter(|of| of.is_near(most));
    let is_same = most - median.min(most) <= (median / 20).max(1000);
    let took = [&length_of_time(median) as &dyn fivetwenty_redact::Harmless, &length_of_time(most)];
    match of {
        Some(of) => {
            let took = Redacted::fill("half of the 520s came within {}, 95 % within {}", &took);
            Some((Redacted::fill("{}: near a default of {}", &[&took, &of.of]), true))
        }
        None => is_same.then(|| (Redacted::fill("half of the 520s came within {}, 95 % within {}: all took as long", &took), false)),
    }
}

/// Adds what the counts say to a cause's finding.
pub(super) fn weigh(facts: &Facts<'_>, cause: &'static str, finding: Finding) -> Finding {
    let Some(logs) = facts.case.logs.as_deref().filter(|logs| logs.all.failing > 0) else { return finding };
    let seen = Seen::new(logs);
    let finding = excluded(&seen, cause, finding);
    // A cause of a 520 explains nothing where most failures are others.
    if cause == "not-520" || cause != "origin-error" && seen.all * 2 < logs.all.failing {
        return finding;
    }
    let signs: Vec<(Text, &'static str)> =
        SIGNS.iter().filter(|sign| sign.causes.contains(&cause)).filter_map(|sign| Some(((sign.says)(&seen)?, sign.field))).collect();
    if signs.is_empty() {
        return finding;
    }
    let is_likely = match cause {
        "origin-overload" => signs.len() > 1,
        "origin-timeout" => timed_out(&seen).is_some_and(|(_, is_default)| is_default),
        "edge-regional" | "firewall-blocks-cloudflare" => {
            seen.is(PatternKind::Colo) && matches!(origin_side(facts), OriginSide::Fine { .. })
        }
        _ => false,
    };
    let status = if is_likely { Status::Likely } else { Status::Possible };
    let mut finding = finding;
    let is_open = finding.status != Status::RuledOut && finding.not_reproduced.is_none();
    if is_open && status < finding.status {
        let reason = Redacted::join(signs.iter().map(|(says, _)| says.clone()), "; ");
        finding =
            Finding { evidence: finding.evidence, ..Finding::inferred(status, Redacted::fill("In Cloudflare's logs, {}.", &[&reason])) };
    }
    finding.with(signs.into_iter().map(|(says, field)| cite(field, says, Polarity::Supports)))
}

/// What the counts speak against, or that it is another error.
fn excluded(seen: &Seen<'_>, cause: &'static str, finding: Finding) -> Finding {
    let is_open = finding.status == Status::CannotTell && finding.not_reproduced.is_none();
    let failing = thousands(seen.logs.all.failing);
    let found = match cause {
        "not-520" if seen.all > 0 => {
            let reason =
                Redacted::fill("In the logs, {} of {} failing requests are a 520 from Cloudflare.", &[&thousands(seen.all), &failing]);
            Some((Finding::seen(Status::RuledOut, reason), "logs.statuses", Polarity::Contradicts))
        }
        "not-520" => not_520(seen).map(|finding| (finding, "logs.statuses", Polarity::Supports)),
        "empty-reply" if seen.began >= ENOUGH && seen.began == seen.all => {
            let reason = Redacted::fill("In the logs, the origin began a response to each of {} 520s.", &[&thousands(seen.all)]);
            Some((Finding::inferred(Status::RuledOut, reason), "logs.statuses", Polarity::Contradicts))
        }
        "edge-regional" => alike(seen).map(|reason| (Finding::inferred(Status::RuledOut, reason), "logs.by", Polarity::Contradicts)),
        _ => None,
    };
    match found {
        Some((found, field, polarity)) if is_open => {
            let value = found.reason.clone();
            found.with(finding.evidence).with([cite(field, value, polarity)])
        }
        Some((found, field, Polarity::Contradicts)) if finding.status < Status::CannotTell => {
            finding.with([cite(field, found.reason, Polarity::Contradicts)])
        }
        _ => finding,
    }
}

/// None of the failures is a 520: the most frequent of the others.
fn not_520(seen: &Seen<'_>) -> Option<Finding> {
    let row = seen.logs.meanings.iter().filter(|row| row.outcome == LogOutcome::Failed).max_by_key(|row| row.count)?;
    let reason = Redacted::fill(
        "In the logs, none of {} failing requests is a 520 from Cloudflare; {} have status {}.",
        &[&thousands(seen.logs.all.failing), &thousands(row.count), &row.edge],
    );
    not_520_of(row.edge, row.origin, Finding::seen(Status::Likely, reason))
}

/// Several data centres fail, and none of them stands out.
fn alike(seen: &Seen<'_>) -> Option<Text> {
    let by = seen.logs.by.iter().find(|by| by.dimension == Dimension::Colo)?;
    let failing = || by.rows.iter().filter(|row| row.count.failing >= ENOUGH);
    if by.rows.iter().any(|row| row.stands_out) || failing().count() < 3 {
        return None;
    }
    let list =
        failing().take(3).map(|row| Redacted::fill("{} in {}", &[&counts::of(row.count), &counts::value(Dimension::Colo, &row.value)]));
    Some(Redacted::fill("In the logs, requests fail in several data centres alike: {}.", &[&Redacted::join(list, ", ")]))
}

fn cite(field: &'static str, value: Text, polarity: Polarity) -> Evidence {
    Evidence { side: None, index: None, field: Redacted::fixed(field), value, polarity }
}
