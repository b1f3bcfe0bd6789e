//! Values that fail more often than the others, beyond chance.

use std::collections::BTreeMap;

use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::logs::{Count, PatternKind};

use super::math::{deviance, ln_chance, ratio};
use crate::aggregate::{Aggregate, Sampled, Set, Width, prefixes};

/// What may be the pattern: which requests it is about, and how they fail.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) kind: PatternKind,
    /// The strongest first.
    pub(super) names: Vec<String>,
    pub(super) members: Members,
    /// Requests of the one that is named, and of those that are none of them.
    pub(super) with: Count,
    pub(super) without: Count,
    /// How much it explains, less what as many names explain by chance.
    pub(super) score: f64,
}

/// Which requests a candidate is about.
#[derive(Clone, Debug)]
pub(super) enum Members {
    /// Those with one of these values of a dimension.
    Values(usize, Set<u64>),
    /// Those from a moment until another one, in Unix milliseconds.
    Window(i64, i64),
    /// Those of intervals that begin so, in Unix milliseconds.
    Intervals(Width, Set<i64>),
}

impl Members {
    #[inline]
    pub(super) fn has(&self, request: &Sampled) -> bool {
        match self {
            Self::Values(dimension, keys) => keys.contains(&request.keys[*dimension]),
            Self::Window(from, to) => request.ms.is_some_and(|ms| (*from..*to).contains(&ms)),
            Self::Intervals(width, starts) => request.ms.is_some_and(|ms| starts.contains(&width.start(ms))),
        }
    }
}

/// How sure a difference must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// How many values are compared with all others.
    pub(super) comparisons: f64,
    /// By how much counts are too large, for a record may stand for several requests.
    pub(super) weight: f64,
}

/// The probability that anything is named in a run in which there is nothing.
const CHANCE: f64 = 0.001;
/// Values of one kind that are named at most.
const NAMES: usize = 64;
/// Failing requests that a value must have.
const FAILING: u64 = 5;

impl Level {
    #[inline]
    pub(super) fn ln_chance(self) -> f64 {
        f64::ln(CHANCE / self.comparisons.max(1.0))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts that were scaled down")]
    #[inline]
    pub(super) fn count(self, count: Count) -> Count {
        if self.weight <= 1.0 {
            return count;
        }
        let scaled = |n: u64| (n as f64 / self.weight).round() as u64;
        Count { total: scaled(count.total), failing: scaled(count.failing) }
    }

    /// The difference is beyond chance.
    #[inline]
    pub(super) fn is_beyond(self, these: Count, others: Count) -> bool {
        these.failing >= FAILING && ln_chance(these, others) <= self.ln_chance()
    }
}

/// The difference is large: three times as often, or most of the failures and half as often again.
#[inline]
pub(super) fn is_large(these: Count, others: Count) -> bool {
    let ratio = ratio(these, others);
    ratio >= 3.0 || (these.failing >= others.failing && ratio >= 1.5)
}

#[inline]
pub(super) fn less(all: Count, part: Count) -> Count {
    Count { total: all.total.saturating_sub(part.total), failing: all.failing.saturating_sub(part.failing) }
}

#[inline]
pub(super) fn plus(one: Count, other: Count) -> Count {
    Count { total: one.total.saturating_add(other.total), failing: one.failing.saturating_add(other.failing) }
}

/// The dimensions of which a pattern may be, each with its place.
const KINDS: [(usize, PatternKind); 6] = [
    (0, PatternKind::Origin),
    (1, PatternKind::Url),
    (2, PatternKind::Url),
    (3, PatternKind::Colo),
    (4, PatternKind::Method),
    (6, PatternKind::Client),
];
const PROTOCOL: (usize, PatternKind) = (5, PatternKind::Protocol);
const URL: usize = 1;
const HOST: usize = 2;

/// How many values are compared with all others.
#[inline]
pub(super) fn comparisons(aggregate: &Aggregate) -> f64 {
    let values: usize = KINDS.iter().chain([&PROTOCOL]).map(|(place, _)| aggregate.tables[*place].rows.len()).sum();
    (values + by_prefix(aggregate).len()) as f64
}

/// All candidates but those of time.
#[inline]
pub(super) fn candidates(aggregate: &Aggregate, level: Level) -> Vec<Candidate> {
    let mut found: Vec<Candidate> =
        KINDS.iter().chain([&PROTOCOL]).filter_map(|(place, kind)| of_dimension(aggregate, *place, *kind, level)).collect();
    found.extend(best_prefix(aggregate, level));
    found
}

/// The values of one dimension that fail more often than the others: the one that stands out most is taken out, then the others are
/// compared without it, until none is left.
#[inline]
fn of_dimension(aggregate: &Aggregate, place: usize, kind: PatternKind, level: Level) -> Option<Candidate> {
    let table = &aggregate.tables[place];
    // Failing requests that mostly lack the value say nothing of it.
    if table.all.failing.saturating_mul(5) < aggregate.all.failing.saturating_mul(4) {
        return None;
    }
    let mut rows: Vec<(u64, &str, Count, Count)> =
        table.rows.iter().map(|(key, row)| (*key, &*row.name, row.count, level.count(row.count))).collect();
    rows.retain(|row| row.3.failing >= FAILING);
    sort_by_key(&mut rows, |row| row.1);
    let mut rest = level.count(table.all);
    let mut taken = Vec::new();
    while taken.len() < NAMES {
        let chance = |row: &(u64, &str, Count, Count)| ln_chance(row.3, less(rest, row.3));
        let best = rows.iter().enumerate().map(|(place, row)| (chance(row), place)).min_by(|one, other| one.0.total_cmp(&other.0));
        let Some((chance, best)) = best else { break };
        if chance > level.ln_chance() {
            break;
        }
        let row = rows.remove(best);
        rest = less(rest, row.3);
        taken.push(row);
    }
    taken.retain(|row| is_large(row.3, rest));
    let with = taken.iter().fold(Count::default(), |sum, row| plus(sum, row.2));
    let (first, without) = (taken.first()?.2, less(table.all, with));
    let name = |name: &str| if place == HOST { format!("{name}/*") } else { name.to_owned() };
    Some(Candidate {
        kind,
        names: taken.iter().map(|row| name(row.1)).collect(),
        members: Members::Values(place, taken.iter().map(|row| row.0).collect()),
        with: first,
        without,
        score: deviance(&[level.count(with), level.count(without)]) - 2.0 * taken.len() as f64 * level.comparisons.ln(),
    })
    .filter(|_| without.total > 0)
}

/// Requests by prefix, for prefixes of at least two patterns.
#[inline]
fn by_prefix(aggregate: &Aggregate) -> BTreeMap<String, (Count, Vec<u64>)> {
    let mut prefix: BTreeMap<String, (Count, Vec<u64>)> = BTreeMap::new();
    for (key, row) in &aggregate.tables[URL].rows {
        for name in prefixes(&row.name) {
            let entry = prefix.entry(name).or_default();
            entry.0 = plus(entry.0, row.count);
            entry.1.push(*key);
        }
    }
    prefix.retain(|_, (_, keys)| keys.len() > 1);
    prefix
}

/// The prefix that explains most; of prefixes that explain the same the longest.
#[inline]
fn best_prefix(aggregate: &Aggregate, level: Level) -> Option<Candidate> {
    let all = aggregate.tables[URL].all;
    let candidate = |(name, (with, keys)): (String, (Count, Vec<u64>))| {
        let without = less(all, with);
        let (these, others) = (level.count(with), level.count(without));
        let fits = others.total > 0 && is_large(these, others) && level.is_beyond(these, others);
        fits.then(|| Candidate {
            kind: PatternKind::Url,
            names: vec![name],
            members: Members::Values(URL, keys.into_iter().collect()),
            with,
            without,
            score: deviance(&[these, others]) - 2.0 * level.comparisons.ln(),
        })
    };
    by_prefix(aggregate).into_iter().filter_map(candidate).max_by(|one, other| one.score.total_cmp(&other.score))
}

/// The value that comes closest to standing out, when none does, of those that have a fifth of the failures: the logarithm of its
/// probability by chance.
#[inline]
pub(super) fn nearest(aggregate: &Aggregate, level: Level) -> f64 {
    let mut nearest = 0.0;
    for (place, _) in KINDS.iter().chain([&PROTOCOL]) {
        let table = &aggregate.tables[*place];
        let all = level.count(table.all);
        for row in table.rows.values() {
            let count = level.count(row.count);
            let has_some = count.failing >= 3 && count.failing.saturating_mul(5) >= all.failing;
            if has_some && is_large(count, less(all, count)) {
                nearest = f64::min(nearest, ln_chance(count, less(all, count)));
            }
        }
    }
    nearest
}
