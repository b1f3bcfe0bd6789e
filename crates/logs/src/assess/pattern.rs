//! What the failures have in common: the candidate that explains most, held against what else would explain it.

use std::cmp::Reverse;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::logs::{Count, LogPattern, PatternKind};

use super::candidates::{Candidate, Level, Members, candidates, less, nearest};
use super::math::{deviance, wilson};
use super::over_time::{Point, span, sum};
use crate::aggregate::{Aggregate, Sampled};
use crate::record::Field;

/// Failing requests from which on a concentration would have shown.
const ENOUGH: u64 = 20;
/// Requests from which on nearly all and many can be told apart.
const CERTAIN: u64 = 1_000;
/// Requests with which that is likely.
const FEW: u64 = 200;
/// A share below is the background of any site.
const BACKGROUND: f64 = 0.003;
/// Without these fields nothing says that failures depend on nothing.
const NEEDED: [Field; 4] = [Field::OriginIP, Field::ClientRequestPath, Field::EdgeColoCode, Field::EdgeStartTimestamp];
/// Standard deviations from which on what is left is beyond chance.
const LEFT: f64 = 3.5;

/// Names the pattern, and says which requests it is about when it is not about all. `changes` are places in `points`; none when something else explains them.
#[inline]
pub(super) fn pattern(aggregate: &Aggregate, level: Level, points: &[Point], changes: &[usize]) -> (LogPattern, Option<Members>) {
    let all = aggregate.all;
    if all.failing == 0 {
        return (LogPattern::default(), None);
    }
    let scaled = level.count(all);
    if scaled.total >= 10 && (wilson(scaled)[0] >= 0.9 || scaled.failing == scaled.total) {
        return (LogPattern { kind: Some(PatternKind::Every), with: all, ..LogPattern::default() }, None);
    }
    // Nearly all fail, but too few are known to say so: anything else would be wrong as well.
    if scaled.total < CERTAIN && wilson(scaled)[1] >= 0.9 {
        let wanted = if scaled.failing == scaled.total { 10 } else { FEW.max(scaled.total.saturating_add(ENOUGH)) };
        return (LogPattern { too_few: Some(wanted.saturating_sub(scaled.total).max(1)), with: all, ..LogPattern::default() }, None);
    }
    let mut found = candidates(aggregate, level);
    found.extend(of_time(points, changes, level));
    if let Some((named, members)) = named(&found, &aggregate.samples()) {
        return (named, Some(members));
    }
    let nearest = nearest(aggregate, level);
    let is_near = nearest + level.comparisons.ln() < f64::ln(0.3);
    if scaled.failing >= ENOUGH && !is_near {
        // What no record tells may be what they depend on.
        let is_told = NEEDED.iter().all(|field| aggregate.fields.has(*field));
        let is_random = is_told && wilson(scaled)[0] >= BACKGROUND;
        return (LogPattern { kind: is_random.then_some(PatternKind::Random), with: all, ..LogPattern::default() }, None);
    }
    let by_number = ENOUGH.saturating_sub(scaled.failing);
    (
        LogPattern { too_few: Some(by_number.max(by_chance(scaled.failing, nearest, level)).max(1)), with: all, ..LogPattern::default() },
        None,
    )
}

/// How many more failing requests would make the nearest value stand out: the logarithm of chance grows with their number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a hundred times the failing requests")]
#[inline]
fn by_chance(failing: u64, nearest: f64, level: Level) -> u64 {
    if nearest >= -1.0 {
        return 0;
    }
    let times = (level.ln_chance() / nearest - 1.0).clamp(0.0, 100.0);
    (failing as f64 * times).ceil() as u64
}

#[inline]
fn of_time(points: &[Point], changes: &[usize], level: Level) -> Option<Candidate> {
    let (start, end) = span(points, changes)?;
    let from = points.get(start)?.start;
    let until = points.get(end).map(|point| point.start);
    let (with, all) = (sum(&points[start..end]), sum(points));
    let without = less(all, with);
    let moment = |ms: i64| Timestamp::from_unix_ms(ms);
    Some(Candidate {
        kind: PatternKind::Time,
        names: vec![format!("{:.0}", moment(from)?)],
        members: Members::Window(from, until.unwrap_or(i64::MAX)),
        with,
        without,
        score: deviance(&[level.count(with), level.count(without)]) - 4.0 * (points.len().max(2) as f64).ln(),
    })
}

/// The one that explains most, unless another one explains it.
#[inline]
fn named(found: &[Candidate], samples: &[Vec<Sampled>; 2]) -> Option<(LogPattern, Members)> {
    let best = |one: &&Candidate, other: &&Candidate| {
        // Of what explains the same the one whose kind comes first, for `max_by` takes the last.
        if (one.score - other.score).abs() < 1e-6 { other.kind.cmp(&one.kind) } else { one.score.total_cmp(&other.score) }
    };
    let mut first = found.iter().max_by(best)?;
    // A better one may have a better one in turn, but each only once.
    for _ in 0..found.len() {
        let better = found.iter().filter(|other| !std::ptr::eq(*other, first)).find(|other| {
            let (rest, others_rest) = (left(&first.members, &other.members, samples), left(&other.members, &first.members, samples));
            rest < LEFT && others_rest >= LEFT
        });
        let Some(better) = better else { break };
        first = better;
    }
    let mut tied: Vec<(PatternKind, String)> = Vec::new();
    for other in found {
        if std::ptr::eq(other, first)
            || left(&first.members, &other.members, samples) >= LEFT
            || left(&other.members, &first.members, samples) >= LEFT
        {
            continue;
        }
        // A path, its prefix and the several paths below it are one thing.
        let (Members::Values(one, _), Members::Values(other_one, _)) = (&first.members, &other.members) else {
            tied.extend(other.names.first().map(|name| (other.kind, name.clone())));
            continue;
        };
        if one != other_one {
            tied.extend(other.names.first().map(|name| (other.kind, name.clone())));
        }
    }
    let until = match first.members {
        Members::Window(_, until) => Timestamp::from_unix_ms(until),
        Members::Values(..) | Members::Intervals(..) => None,
    };
    let mut names = first.names.iter().cloned();
    let pattern = LogPattern {
        kind: Some(first.kind),
        value: names.next(),
        with: first.with,
        without: first.without,
        until,
        also: names.take(20).collect(),
        tied,
        too_few: None,
    };
    Some((pattern, first.members.clone()))
}

/// How far requests that are in `one` fail more often than others, when only those are compared that are alike in `given`: in standard
/// deviations (Cochran, Mantel and Haenszel). The samples have as many answered requests as they may, whatever their share: odds do not
/// depend on it.
#[inline]
fn left(one: &Members, given: &Members, samples: &[Vec<Sampled>; 2]) -> f64 {
    // By whether it is in `given`, by whether it failed: how many, and how many of them are in `one`.
    let mut cells = [[Count::default(); 2]; 2];
    for (failing, sample) in samples.iter().enumerate() {
        for request in sample {
            let cell = &mut cells[usize::from(given.has(request))][failing];
            cell.total += 1;
            cell.failing += u64::from(one.has(request));
        }
    }
    let (mut excess, mut variance) = (0.0, 0.0);
    for [failed, answered] in cells {
        let all = (failed.total + answered.total) as f64;
        let members = (failed.failing + answered.failing) as f64;
        if all < 2.0 {
            continue;
        }
        excess += failed.failing as f64 - failed.total as f64 * members / all;
        variance += failed.total as f64 * answered.total as f64 * members * (all - members) / (all * all * (all - 1.0));
    }
    if variance > 0.0 { excess / variance.sqrt() } else { 0.0 }
}

/// Requests of the busier half still fail more often when only those are compared that are alike in the pattern.
#[inline]
pub(super) fn is_loaded(aggregate: &Aggregate, points: &[Point], given: &Members) -> bool {
    let mut order: Vec<&Point> = points.iter().collect();
    sort_by_key(&mut order, |point| (Reverse(point.count.total), point.start));
    let half = sum(points).total / 2;
    let mut passed = 0_u64;
    let busy = order.into_iter().take_while(|point| {
        let is_in = passed < half;
        passed = passed.saturating_add(point.count.total);
        is_in
    });
    let busy = Members::Intervals(aggregate.times.width, busy.map(|point| point.start).collect());
    left(&busy, given, &aggregate.samples()) >= LEFT
}
