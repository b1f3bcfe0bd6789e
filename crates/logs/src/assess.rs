//! What counts come down to.

mod candidates;
mod math;
mod over_time;
mod pattern;

use std::cmp::Reverse;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::logs::{
    Change, ColoTimes, Count, Dimension, DimensionRow, DimensionTable, Histogram, LogOutcome, LogsSummary, MeaningRow, MissingField, Phase,
    TimeSeries,
};

use crate::aggregate::{Aggregate, BINS, DIMENSIONS, Row, Table, Width, add, bounds};
use crate::meaning::{FIELDS, MEANINGS};
use crate::record::Origin;

use candidates::{Level, is_large, less};
use over_time::Point;

/// Rows of a table, and combinations of statuses, that are listed.
const ROWS: usize = 50;
/// Intervals that are listed.
const INTERVALS: i64 = 120;
/// Data centres that are listed over time.
const COLOS: usize = 20;
/// Bins of the histogram.
const HISTOGRAM: usize = 60;

impl Aggregate {
    /// What it comes down to.
    #[inline]
    pub fn summary(&self) -> LogsSummary {
        summary(self)
    }
}

#[inline]
fn summary(aggregate: &Aggregate) -> LogsSummary {
    let weight = if aggregate.records == 0 { 1.0 } else { aggregate.squares as f64 / aggregate.records as f64 };
    let points = points(aggregate, weight);
    let level = Level { comparisons: (candidates::comparisons(aggregate) + points.len() as f64).max(1.0), weight };
    let minutes = u64::try_from(aggregate.times.width.ms() / 60_000).unwrap_or(1);
    let mut changes = over_time::changes(&points, level);
    let mut under_load = over_time::under_load(&points, minutes);
    if let Some((_, score)) = &under_load {
        if *score > over_time::score(&points, &changes) {
            changes.clear();
        } else if !changes.is_empty() {
            under_load = None;
        }
    }
    let (pattern, members) = pattern::pattern(aggregate, level, &points, &changes);
    // What busy times have more of may be what fails.
    under_load = under_load.filter(|_| members.is_none_or(|members| pattern::is_loaded(aggregate, &points, &members)));
    let outcome = |outcome: LogOutcome| aggregate.outcomes[outcome as usize];
    LogsSummary {
        records: aggregate.records,
        all: aggregate.all,
        never_asked_origin: [LogOutcome::Cache, LogOutcome::Edge, LogOutcome::Internal, LogOutcome::Worker]
            .map(outcome)
            .into_iter()
            .fold(0, u64::saturating_add),
        masked: outcome(LogOutcome::Masked),
        client_closed: outcome(LogOutcome::ClientClosed),
        undecided: outcome(LogOutcome::Unknown),
        folded: aggregate.folded,
        span: aggregate.span.and_then(|[first, last]| Some([Timestamp::from_unix_ms(first)?, Timestamp::from_unix_ms(last)?])),
        meanings: meanings(aggregate),
        pattern,
        by: DIMENSIONS.iter().zip(&aggregate.tables).map(|(dimension, table)| dimension_table(*dimension, table, level)).collect(),
        phases: phases(aggregate),
        times: times(aggregate),
        changes: described(&points, &changes),
        colo_times: colo_times(aggregate),
        time_to_fail: histogram(aggregate),
        under_load: under_load.map(|(load, _)| load),
        missing_fields: missing_fields(aggregate),
        problems: aggregate.problems.clone(),
        problems_total: aggregate.problems_total,
    }
}

#[inline]
fn points(aggregate: &Aggregate, weight: f64) -> Vec<Point> {
    let level = Level { comparisons: 1.0, weight };
    let counts = aggregate.times.counts.iter();
    let mut points: Vec<Point> = counts.map(|(start, count)| Point { start: *start, count: *count, scaled: level.count(*count) }).collect();
    sort_by_key(&mut points, |point| point.start);
    points
}

#[inline]
fn meanings(aggregate: &Aggregate) -> Vec<MeaningRow> {
    let mut rows: Vec<(MeaningRow, u8)> = Vec::new();
    let mut combinations: Vec<_> = aggregate.combinations.values().collect();
    sort_by_key(&mut combinations, |row| (row.edge, row.origin, row.cache(), row.meaning));
    for row in combinations {
        let origin = match row.origin {
            Origin::Unknown => None,
            Origin::None => Some(0),
            Origin::Status(status) => Some(status),
        };
        let cache = row.cache();
        match rows.last_mut() {
            Some((last, meaning))
                if last.edge == row.edge && last.origin == origin && last.cache.as_deref() == cache && *meaning == row.meaning =>
            {
                last.count = last.count.saturating_add(row.count);
            }
            _ => {
                let cell = MEANINGS[usize::from(row.meaning)];
                let (means, source) = (cell.means.to_owned(), cell.source.to_owned());
                let cache = cache.map(str::to_owned);
                rows.push((
                    MeaningRow { edge: row.edge, origin, cache, count: row.count, outcome: cell.outcome, means, source },
                    row.meaning,
                ));
            }
        }
    }
    sort_by_key(&mut rows, |row| Reverse(row.0.count));
    rows.truncate(ROWS);
    rows.into_iter().map(|(row, _)| row).collect()
}

#[inline]
fn dimension_table(dimension: Dimension, table: &Table, level: Level) -> DimensionTable {
    let rows = most_failing(table, ROWS);
    let mut listed = Count::default();
    for (_, row) in &rows {
        add(&mut listed, row.count);
    }
    let all = level.count(table.all);
    let described = |(_, row): &(u64, &Row)| {
        let these = level.count(row.count);
        let others = less(all, these);
        DimensionRow {
            value: row.name.to_string(),
            count: row.count,
            interval: math::interval(these),
            time_to_fail_ms: row.quantile(500).zip(row.quantile(950)).map(|(half, most)| [half, most]),
            // That failing statuses fail is no finding.
            stands_out: dimension != Dimension::Status && others.total > 0 && is_large(these, others) && level.is_beyond(these, others),
        }
    };
    DimensionTable {
        dimension,
        rows: rows.iter().map(described).collect(),
        values: table.values(),
        others: less(table.all, listed),
        error: table.error,
    }
}

/// The values with most failures, then with most requests, and their numbers.
#[inline]
fn most_failing(table: &Table, most: usize) -> Vec<(u64, &Row)> {
    let mut rows: Vec<(u64, &Row)> = table.rows.iter().map(|(key, row)| (*key, row)).collect();
    sort_by_key(&mut rows, |(_, row)| (Reverse((row.count.failing, row.count.total)), &*row.name));
    rows.truncate(most);
    rows
}

#[inline]
fn phases(aggregate: &Aggregate) -> Vec<(Phase, u64)> {
    let phases = [Phase::Dns, Phase::Tcp, Phase::Tls, Phase::Headers, Phase::Body];
    phases.into_iter().zip(aggregate.phases).filter(|(_, count)| *count > 0).collect()
}

/// The narrowest width, not narrower than `width`, with which a span has no more than [`INTERVALS`]: its start and their number.
#[inline]
fn grid(aggregate: &Aggregate, mut width: Width) -> Option<(Width, i64, usize)> {
    let starts = aggregate.times.counts.keys();
    let (first, last) = (starts.clone().min()?, starts.max()?);
    let number = |width: Width| (width.start(*last) - width.start(*first)) / width.ms() + 1;
    while number(width) > INTERVALS {
        width = width.wider();
    }
    Some((width, width.start(*first), usize::try_from(number(width)).ok()?))
}

#[inline]
fn place(width: Width, first: i64, start: i64) -> Option<usize> {
    usize::try_from((width.start(start) - first) / width.ms()).ok()
}

#[inline]
fn times(aggregate: &Aggregate) -> TimeSeries {
    let Some((width, first, number)) = grid(aggregate, aggregate.times.width) else { return TimeSeries::default() };
    let mut counts = vec![Count::default(); number];
    for (start, count) in &aggregate.times.counts {
        if let Some(sum) = place(width, first, *start).and_then(|place| counts.get_mut(place)) {
            add(sum, *count);
        }
    }
    TimeSeries { start: Timestamp::from_unix_ms(first), step_ms: width.ms().unsigned_abs(), counts }
}

#[inline]
fn colo_times(aggregate: &Aggregate) -> Vec<ColoTimes> {
    // Not narrower than the intervals of all, so that a start is one of theirs as well.
    let Some((of_all, start, _)) = grid(aggregate, aggregate.times.width) else { return Vec::new() };
    let width = of_all.max(aggregate.times.colo_width);
    let Some((width, _, _)) = grid(aggregate, width) else { return Vec::new() };
    let last = aggregate.times.counts.keys().max().copied().unwrap_or(start);
    let Some(number) = usize::try_from((last - start) / width.ms() + 1).ok() else { return Vec::new() };
    let rows = most_failing(&aggregate.tables[3], COLOS);
    let mut listed: Vec<ColoTimes> = rows
        .iter()
        .map(|(_, row)| ColoTimes {
            colo: row.name.to_string(),
            step_ms: width.ms().unsigned_abs(),
            counts: vec![Count::default(); number],
        })
        .collect();
    for ((colo, at), count) in &aggregate.times.colos {
        let Some(row) = rows.iter().position(|(key, _)| key == colo) else { continue };
        let place = usize::try_from((at - start).max(0) / width.ms()).ok();
        if let Some(sum) = place.and_then(|place| listed[row].counts.get_mut(place)) {
            add(sum, *count);
        }
    }
    listed
}

/// Bins are joined in twos, fours and so on until they are few enough.
#[inline]
fn histogram(aggregate: &Aggregate) -> Histogram {
    let filled: Vec<(usize, u64)> = aggregate.durations.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
    let mut joined = 1;
    loop {
        let mut bins: Vec<(u64, u64, u64)> = Vec::new();
        let mut last = usize::MAX;
        for (bin, count) in &filled {
            let group = bin / joined;
            if group == last {
                if let Some(bin) = bins.last_mut() {
                    bin.2 = bin.2.saturating_add(*count);
                }
                continue;
            }
            last = group;
            let bound = |bin: usize| bounds(u16::try_from(bin).unwrap_or(u16::MAX));
            bins.push((bound(group * joined).0, bound(((group + 1) * joined - 1).min(BINS - 1)).1, *count));
        }
        if bins.len() <= HISTOGRAM {
            return Histogram { bins, unknown: aggregate.without_duration };
        }
        joined *= 2;
    }
}

#[inline]
fn described(points: &[Point], changes: &[usize]) -> Vec<Change> {
    let segments = over_time::segments(points, changes);
    let change = |pair: &[(usize, usize)]| {
        let [(from, at), (_, to)] = pair else { return None };
        let (before, after) = (over_time::sum(&points[*from..*at]), over_time::sum(&points[*at..*to]));
        Some(Change { at: Timestamp::from_unix_ms(points[*at].start)?, before, after })
    };
    segments.windows(2).filter_map(change).collect()
}

#[inline]
fn missing_fields(aggregate: &Aggregate) -> Vec<MissingField> {
    if aggregate.records == 0 {
        return Vec::new();
    }
    let shows_workers = aggregate.folded > 0 || aggregate.outcomes[LogOutcome::Worker as usize] > 0;
    let is_wanted = |name: &str| name != "ParentRayID" || shows_workers;
    let missing = FIELDS.iter().filter(|(field, name, _)| !aggregate.fields.has(*field) && is_wanted(name));
    missing.map(|(_, field, tells)| MissingField { field: (*field).to_owned(), tells: (*tells).to_owned() }).collect()
}
