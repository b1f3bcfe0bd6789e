//! When the share of failures changed, and whether it grows with the load.

use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::logs::{Count, UnderLoad};

use super::candidates::{Level, is_large, less, plus};
use super::math::{deviance, ln_chance, ratio, share};

/// An interval that is not empty: its start in Unix milliseconds, and its requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) start: i64,
    pub(super) count: Count,
    /// The count for tests.
    pub(super) scaled: Count,
}

/// Pieces of a span whose windows are all tried; the edges of the best one are then moved interval by interval.
const PIECES: usize = 192;
/// Changes that are looked for.
const CHANGES: usize = 24;
/// The probability that a change is found where there is none.
const CHANCE: f64 = 0.0005;

/// The places in `points` at which the share changed, in order.
#[inline]
pub(super) fn changes(points: &[Point], level: Level) -> Vec<usize> {
    let mut sums = Vec::with_capacity(points.len() + 1);
    sums.push(Count::default());
    for point in points {
        sums.push(plus(sums[sums.len() - 1], point.scaled));
    }
    let mut found = Vec::new();
    let mut todo = vec![(0, points.len())];
    // What chance does is reckoned for the whole span, whichever part is looked at.
    let windows = (points.len() as f64).powi(2).max(1.0);
    let ln_level = f64::ln(CHANCE / windows) - f64::ln(level.weight.max(1.0));
    while let Some((from, to)) = todo.pop() {
        if to - from < 2 || found.len() >= CHANGES {
            continue;
        }
        let Some((start, end)) = window(&sums, from, to) else { continue };
        let inside = less(sums[end], sums[start]);
        let outside = less(less(sums[to], sums[from]), inside);
        let (high, low) = if share(inside) > share(outside) { (inside, outside) } else { (outside, inside) };
        if high.failing < 5 || ratio(high, low) < 2.0 || ln_chance(high, low) > ln_level {
            continue;
        }
        found.extend([start, end].into_iter().filter(|place| *place != from && *place != to));
        todo.extend([(from, start), (start, end), (end, to)]);
    }
    sort_by_key(&mut found, |place| *place);
    found.dedup();
    found
}

/// The window within `from..to` whose share differs most from the others'.
#[inline]
fn window(sums: &[Count], from: usize, to: usize) -> Option<(usize, usize)> {
    let all = less(sums[to], sums[from]);
    if all.failing == 0 || all.failing == all.total {
        return None;
    }
    let gain = |start: usize, end: usize| {
        let inside = less(sums[end], sums[start]);
        deviance(&[inside, less(all, inside)])
    };
    let pieces = PIECES.min(to - from);
    let edge = |piece: usize| from + (to - from) * piece / pieces;
    let mut best = (0.0, 0, 0);
    for first in 0..pieces {
        for last in first + 1..=pieces {
            let gain = gain(edge(first), edge(last));
            if gain > best.0 && !(first == 0 && last == pieces) {
                best = (gain, first, last);
            }
        }
    }
    let (_, first, last) = best;
    if first == last {
        return None;
    }
    let (mut start, mut end) = (edge(first), edge(last));
    let around = |piece: usize| edge(piece.saturating_sub(1))..=edge((piece + 1).min(pieces));
    let largest =
        |places: &mut dyn Iterator<Item = usize>, gain: &dyn Fn(usize) -> f64| {
            places.map(|place| (gain(place), place)).fold(None, |best: Option<(f64, usize)>, (gain, place)| {
                if best.is_none_or(|best| gain > best.0) { Some((gain, place)) } else { best }
            })
        };
    for _ in 0..2 {
        if first > 0 {
            start = largest(&mut around(first).filter(|place| *place < end), &|place| gain(place, end))?.1;
        }
        if last < pieces {
            end = largest(&mut around(last).filter(|place| *place > start), &|place| gain(start, place))?.1;
        }
    }
    Some((start, end))
}

/// The counts between changes.
#[inline]
pub(super) fn segments(points: &[Point], changes: &[usize]) -> Vec<(usize, usize)> {
    let starts = [0].into_iter().chain(changes.iter().copied());
    let ends = changes.iter().copied().chain([points.len()]);
    starts.zip(ends).collect()
}

#[inline]
pub(super) fn sum(points: &[Point]) -> Count {
    points.iter().fold(Count::default(), |sum, point| plus(sum, point.count))
}

#[inline]
fn scaled_sum(points: &[Point]) -> Count {
    points.iter().fold(Count::default(), |sum, point| plus(sum, point.scaled))
}

/// The segments that explain most as one span in which more fails than outside: places in `points`.
#[inline]
pub(super) fn span(points: &[Point], changes: &[usize]) -> Option<(usize, usize)> {
    let segments = segments(points, changes);
    let all = scaled_sum(points);
    let mut best = None;
    for (first, (start, _)) in segments.iter().enumerate() {
        for (_, end) in &segments[first..] {
            let inside = scaled_sum(&points[*start..*end]);
            let outside = less(all, inside);
            let gain = deviance(&[inside, outside]);
            let is_better = best.is_none_or(|(other, _, _)| gain > other);
            if outside.total > 0 && share(inside) > share(outside) && is_large(inside, outside) && is_better {
                best = Some((gain, *start, *end));
            }
        }
    }
    best.map(|(_, start, end)| (start, end))
}

/// How much the segments explain, less what as many explain by chance.
#[inline]
pub(super) fn score(points: &[Point], changes: &[usize]) -> f64 {
    let groups: Vec<Count> = segments(points, changes).into_iter().map(|(start, end)| scaled_sum(&points[start..end])).collect();
    deviance(&groups) - 2.0 * changes.len() as f64 * (points.len().max(2) as f64).ln()
}

/// Steps of the load.
const STEPS: usize = 8;

/// The failing share by requests an interval, when it grows with them; and how much that explains, less what chance does.
#[inline]
pub(super) fn under_load(points: &[Point], minutes: u64) -> Option<(UnderLoad, f64)> {
    if points.len() < 60 || sum(points).failing < 20 {
        return None;
    }
    let mut order: Vec<&Point> = points.iter().collect();
    sort_by_key(&mut order, |point| (point.count.total, point.start));
    let all = scaled_sum(points);
    let mut steps: Vec<([u64; 2], Count, Count)> = Vec::new();
    let mut passed = 0_u64;
    for point in order {
        let rate = point.count.total / minutes.max(1);
        let wanted = (all.total / STEPS as u64).saturating_mul(steps.len() as u64);
        match steps.last_mut() {
            Some(step) if passed < wanted || step.0[1] == rate => {
                step.0[1] = rate;
                step.1 = plus(step.1, point.count);
                step.2 = plus(step.2, point.scaled);
            }
            _ => steps.push(([rate, rate], point.count, point.scaled)),
        }
        passed = passed.saturating_add(point.scaled.total);
    }
    let (first, last) = (steps.first()?, steps.last()?);
    let grows = steps.len() >= 3 && last.0[1].saturating_mul(2) >= first.0[0].saturating_mul(3) && is_large(last.2, first.2);
    if !grows || trend(&steps) < 4.0 {
        return None;
    }
    let groups: Vec<Count> = steps.iter().map(|step| step.2).collect();
    let score = deviance(&groups) - 2.0 * (groups.len() - 1) as f64;
    Some((UnderLoad { steps: steps.into_iter().map(|(rates, count, _)| (rates, count)).collect() }, score))
}

/// Cochran and Armitage's test for a trend: in standard deviations.
#[inline]
fn trend(steps: &[([u64; 2], Count, Count)]) -> f64 {
    let all = steps.iter().fold(Count::default(), |sum, step| plus(sum, step.2));
    let (total, share) = (all.total as f64, share(all));
    let (mut covered, mut rates, mut squares) = (0.0, 0.0, 0.0);
    for (rate, _, count) in steps {
        let rate = f64::midpoint(rate[0] as f64, rate[1] as f64);
        covered += rate * (count.failing as f64 - count.total as f64 * share);
        rates += rate * count.total as f64;
        squares += rate * rate * count.total as f64;
    }
    let variance = share * (1.0 - share) * (squares - rates * rates / total);
    if variance > 0.0 { covered / variance.sqrt() } else { 0.0 }
}
