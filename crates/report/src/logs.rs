//! What Cloudflare's logs say: the row of the report, and its tables.

use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::order::Numbers;
use fivetwenty_diagnose::counts;
use fivetwenty_diagnose::{Ends, Facts, TIMEOUTS, Timeout};
use fivetwenty_model::logs::{Count, Dimension, LogsSummary, Phase};
use fivetwenty_model::plot::Table;
use fivetwenty_model::report::{
    KnownTime, LogBin, LogChange, LogColoTimes, LogDimension, LogLoad, LogMissingField, LogPatternRow, LogPhase, LogRay, LogStatus,
    LogTied, LogTimeToFail, LogTimes, LogValue, LogsRow,
};
use fivetwenty_model::{Side, TextKind};
use fivetwenty_redact::{self as redact, Redacted, length_of_time, thousands};

use super::inputs::problem_rows;

type Text = Redacted<String>;

/// Requests shown elsewhere that are listed at most.
const MAX_RAYS: usize = 100;

/// The row of the report.
pub(super) fn logs_row(logs: &LogsSummary, facts: &Facts<'_>) -> LogsRow {
    let time = |time: Timestamp| Redacted::fill("{}", &[&time]);
    let mut summary = vec![counts::shares(logs), counts::pattern(logs)];
    summary.extend(counts::missing(logs));
    summary.retain(|sentence| !sentence.as_str().is_empty());
    let pattern = &logs.pattern;
    let value = |value: &String| match pattern.kind {
        Some(kind) => counts::pattern_value(kind, value),
        None => redact::header_name(value),
    };
    LogsRow {
        records: logs.records,
        failing: logs.all.failing,
        asked_origin: logs.all.total,
        never_asked_origin: logs.never_asked_origin,
        masked: logs.masked,
        client_closed: logs.client_closed,
        undecided: logs.undecided,
        folded: logs.folded,
        from: logs.span.map(|[from, _]| time(from)),
        until: logs.span.map(|[_, until]| time(until)),
        summary,
        pattern: LogPatternRow {
            kind: pattern.kind,
            value: pattern.value.as_ref().map(value),
            with: pattern.with,
            without: pattern.without,
            until: pattern.until.map(time),
            also: pattern.also.iter().map(value).collect(),
            tied: pattern.tied.iter().map(|(kind, value)| LogTied { kind: *kind, value: counts::pattern_value(*kind, value) }).collect(),
            too_few: pattern.too_few,
        },
        by: by(logs),
        statuses: statuses(logs),
        phases: logs.phases.iter().map(|(phase, count)| LogPhase { phase: *phase, count: *count }).collect(),
        times: logs.times.start.map(|start| LogTimes { from: time(start), step_ms: logs.times.step_ms, counts: logs.times.counts.clone() }),
        colo_times: logs
            .colo_times
            .iter()
            .map(|of| LogColoTimes { colo: counts::value(Dimension::Colo, &of.colo), step_ms: of.step_ms, counts: of.counts.clone() })
            .collect(),
        changes: logs.changes.iter().map(|of| LogChange { at: time(of.at), before: of.before, after: of.after }).collect(),
        time_to_fail: time_to_fail(logs),
        under_load: logs.under_load.as_ref().map(|load| {
            let row =
                |(per_minute, count): &([u64; 2], Count)| LogLoad { per_minute: *per_minute, total: count.total, failing: count.failing };
            load.steps.iter().map(row).collect()
        }),
        rays: rays(facts),
        missing_fields: logs
            .missing_fields
            .iter()
            .map(|missing| LogMissingField { field: redact::header_name(&missing.field), tells: redact::problem(&missing.tells) })
            .collect(),
        problems: problem_rows(&logs.problems),
        problems_total: logs.problems_total,
    }
}

fn by(logs: &LogsSummary) -> Vec<LogDimension<Text>> {
    let table = |table: &fivetwenty_model::logs::DimensionTable| LogDimension {
        dimension: table.dimension,
        rows: table
            .rows
            .iter()
            .map(|row| LogValue {
                value: counts::value(table.dimension, &row.value),
                total: row.count.total,
                failing: row.count.failing,
                interval: row.interval,
                p50_ms: row.time_to_fail_ms.map(|[median, _]| median),
                p95_ms: row.time_to_fail_ms.map(|[_, most]| most),
                stands_out: row.stands_out,
            })
            .collect(),
        values: table.values,
        others: table.others,
        error: table.error,
    };
    logs.by.iter().map(table).collect()
}

fn statuses(logs: &LogsSummary) -> Vec<LogStatus<Text>> {
    let row = |row: &fivetwenty_model::logs::MeaningRow| LogStatus {
        edge: row.edge,
        origin: row.origin,
        cache: row.cache.as_ref().map(|cache| counts::value(Dimension::Cache, cache)),
        count: row.count,
        outcome: row.outcome,
        // The table's own words, but a plan may come from elsewhere.
        means: redact::problem(&row.means),
        source: redact::url(&row.source),
    };
    logs.meanings.iter().map(row).collect()
}

/// What the lines that are kept of the logs say of requests that captures or other texts show.
fn rays(facts: &Facts<'_>) -> Vec<LogRay<Text>> {
    let mut known = Numbers::default();
    let seen = [Side::Proxied, Side::Direct].into_iter().flat_map(|side| facts.case.observations(side));
    for ray in seen.filter_map(|seen| ray(seen.entry)) {
        known.number(&ray.id());
    }
    let (logged, others): (Vec<_>, Vec<_>) = facts.case.extracts().partition(|extract| extract.kind == TextKind::Logpush);
    for ray in others.iter().filter_map(|extract| extract.statement.ray.as_ref()) {
        known.number(&ray.id());
    }
    let found = logged.into_iter().filter_map(|extract| {
        let (ray, origin) = (extract.statement.ray.as_ref()?, extract.statement.origin.as_deref()?);
        known.get(&ray.id())?;
        let address = origin.address.as_deref().map(redact::address);
        let mut says = vec![match origin.status {
            Some(0) => Redacted::fixed("no response of the origin"),
            Some(status) => Redacted::fill("the origin's status {}", &[&status]),
            None => Redacted::fixed("nothing of the origin's status"),
        }];
        says.extend(address.iter().map(|address| Redacted::fill(" at {}", &[address])));
        says.extend(origin.took_ms.map(|ms| Redacted::fill(" after {}", &[&length_of_time(ms)])));
        Some(LogRay {
            id: redact::ray_id(ray),
            edge: extract.statement.status(),
            origin: origin.status,
            address,
            took_ms: origin.took_ms,
            says: Redacted::join(says, ""),
        })
    });
    found.take(MAX_RAYS).collect()
}

fn time_to_fail(logs: &LogsSummary) -> LogTimeToFail<Text> {
    let histogram = &logs.time_to_fail;
    let bins: Vec<LogBin> =
        histogram.bins.iter().map(|(from_ms, to_ms, count)| LogBin { from_ms: *from_ms, to_ms: *to_ms, count: *count }).collect();
    let known = |timeout: &Timeout| {
        let near = bins.iter().filter(|bin| bin.from_ms <= timeout.ms && timeout.ms < bin.to_ms || timeout.is_near(bin.from_ms));
        let requests: u64 = near.map(|bin| bin.count).sum();
        KnownTime {
            ms: timeout.ms,
            of: Redacted::fill("{}, {}", &[&timeout.of, &timeout.then]),
            by: Redacted::fixed(if timeout.ends == Ends::Cloudflare { "cloudflare" } else { "origin" }),
            source: Redacted::fixed(timeout.source),
            requests: u32::try_from(requests).unwrap_or(u32::MAX),
        }
    };
    let known = if bins.is_empty() { Vec::new() } else { TIMEOUTS.iter().map(known).collect() };
    LogTimeToFail { bins, unknown: histogram.unknown, known }
}

/// A share's interval, in per cent.
pub(super) fn interval([low, high]: [u32; 2]) -> Text {
    let tenths = |share: u32| match share % 10 {
        0 => Redacted::fill("{}", &[&(share / 10)]),
        tenth => Redacted::fill("{}.{}", &[&(share / 10), &tenth]),
    };
    Redacted::fill("{}–{} %", &[&tenths(low), &tenths(high)])
}

/// `5.9 %` of requests; nothing of none.
pub(super) fn share(count: Count) -> Text {
    if count.total == 0 { Redacted::fixed("") } else { redact::share(count.failing, count.total) }
}

pub(super) fn head(names: &[&'static str]) -> Vec<Text> {
    names.iter().map(|name| Redacted::fixed(name)).collect()
}

/// A value as a person reads it: the records may lack it.
pub(super) fn or_none(value: &Text) -> Text {
    if value.as_str().is_empty() { Redacted::fixed("(none)") } else { value.clone() }
}

/// The tables, those that have rows: by dimension first.
pub(super) fn tables(row: &LogsRow) -> Vec<Table<Text>> {
    let table = |title, names: &[&'static str], rows, note| Table { title: Redacted::fixed(title), head: head(names), rows, note };
    let none = || Redacted::fixed("");
    let mut tables: Vec<Table<Text>> = row.by.iter().map(by_dimension).collect();
    let statuses = row.statuses.iter().map(|row| {
        let cache = row.cache.as_ref().map_or_else(none, |cache| Redacted::fill(" {}", &[cache]));
        let origin = row.origin.map_or_else(|| Redacted::fixed("?"), |origin| Redacted::fill("{}", &[&origin]));
        let name = Redacted::fill("{}/{}{}", &[&row.edge, &origin, &cache]);
        vec![name, thousands(row.count), row.means.clone(), row.source.clone()]
    });
    tables.push(table("Statuses and what they mean", &["Edge/origin cache", "Requests", "Meaning", "Source"], statuses.collect(), none()));
    let phases = row.phases.iter().map(|row| vec![Redacted::fixed(phase(row.phase)), thousands(row.count)]);
    tables.push(table("How far failing requests came", &["Failed at", "Requests"], phases.collect(), none()));
    let changes = row.changes.iter().map(|row| vec![row.at.clone(), failed(row.before), failed(row.after)]);
    tables.push(table("When the share of failures changed", &["Time", "Before", "After"], changes.collect(), none()));
    let load = row.under_load.iter().flatten().map(|row| {
        let per_minute = Redacted::fill("{}–{}", &[&thousands(row.per_minute[0]), &thousands(row.per_minute[1])]);
        vec![per_minute, failed(Count { total: row.total, failing: row.failing })]
    });
    tables.push(table("The share grows with the load", &["Requests a minute", "Failed"], load.collect(), none()));
    let rays = row.rays.iter().map(|row| vec![row.id.clone(), row.says.clone()]);
    tables.push(table("Requests that are shown elsewhere too", &["Ray ID", "What the logs say"], rays.collect(), none()));
    let missing = row.missing_fields.iter().map(|row| vec![row.field.clone(), row.tells.clone()]);
    tables.push(table("Fields that the log does not have", &["Field", "What it shows"], missing.collect(), none()));
    let problems = row.problems.iter().map(|row| {
        let place = Redacted::fill("byte {}, line {}", &[&thousands(row.offset), &thousands(row.line)]);
        vec![place, if row.path.as_str().is_empty() { row.problem.clone() } else { Redacted::fill("{}: {}", &[&row.path, &row.problem]) }]
    });
    let more = row.problems_total.saturating_sub(row.problems.len() as u64);
    let more = if more > 0 { Redacted::fill("And {} more.", &[&thousands(more)]) } else { none() };
    tables.push(table("What could not be read", &["Where", "Problem"], problems.collect(), more));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn by_dimension(of: &LogDimension<Text>) -> Table<Text> {
    let time = |ms: Option<u64>| ms.map_or_else(|| Redacted::fixed(""), length_of_time);
    let rows = of.rows.iter().map(|row| {
        let count = Count { total: row.total, failing: row.failing };
        let stands_out = if row.stands_out { "yes" } else { "" };
        vec![
            or_none(&row.value),
            counts::of(count),
            share(count),
            interval(row.interval),
            time(row.p50_ms),
            time(row.p95_ms),
            Redacted::fixed(stands_out),
        ]
    });
    let others = of.values.saturating_sub(of.rows.len() as u64);
    let mut note = Vec::new();
    if others > 0 {
        note.push(Redacted::fill("{} more: {} failed.", &[&thousands(others), &counts::of(of.others)]));
    }
    if of.error > 0 {
        note.push(Redacted::fill("A count may be up to {} too low.", &[&thousands(of.error)]));
    }
    let label = counts::label(of.dimension);
    Table {
        title: Redacted::fill("By {}", &[&counts::plain(of.dimension)]),
        head: head(&[label, "Failed", "Share", "Likely", "Median time to fail", "95 % within", "Beyond chance"]),
        rows: rows.collect(),
        note: Redacted::join(note, " "),
    }
}

/// `12 of 400 (3 %)`.
pub(super) fn failed(count: Count) -> Text {
    if count.total == 0 { Redacted::fixed("no requests") } else { Redacted::fill("{} ({})", &[&counts::of(count), &share(count)]) }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => "looking up the origin's name",
        Phase::Tcp => "connecting to the origin",
        Phase::Tls => "the TLS handshake",
        Phase::Headers => "waiting for the response's headers",
        Phase::Body => "the response: the origin had begun to answer",
    }
}
