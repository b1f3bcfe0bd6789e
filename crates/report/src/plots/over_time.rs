//! Failures over time, with the moments at which their share changed.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::logs::Count;
use fivetwenty_model::plot::{MarkClass, Plot, Table};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{Redacted, thousands};

use super::{MAX_ROWS, Text, WIDTH, label, line, moment, rect, scaled};
use crate::logs::{failed, head};

const HEIGHT: i32 = 200;
const LEFT: i32 = 60;
const TOP: i32 = 10;
const BOTTOM: i32 = 170;

pub(super) fn over_time(row: &LogsRow) -> Option<Plot<Text>> {
    let times = row.times.as_ref().filter(|times| times.counts.len() > 1)?;
    let intervals = times.counts.len();
    let (worst, most) = times.counts.iter().enumerate().max_by_key(|(index, count)| (count.failing, usize::MAX - index))?;
    let at = |index: usize| moment(&times.from, times.step_ms, index);
    let x = |index: usize| LEFT + scaled(index as u64, intervals as u64, WIDTH - LEFT);
    let mut marks = vec![
        line(MarkClass::Axis, [LEFT, BOTTOM, WIDTH, BOTTOM], Redacted::fixed("")),
        label(MarkClass::LabelEnd, LEFT - 6, TOP + 10, thousands(most.failing)),
        label(MarkClass::LabelEnd, LEFT - 6, BOTTOM, Redacted::fixed("0")),
        label(MarkClass::Label, LEFT, HEIGHT - 10, Redacted::fill("{} UTC", &[&at(0)])),
        label(MarkClass::LabelEnd, WIDTH, HEIGHT - 10, Redacted::fill("{} UTC", &[&at(intervals)])),
    ];
    for (index, count) in times.counts.iter().enumerate() {
        // The whole height answers the pointer.
        let text = Redacted::fill("{} UTC: {} failed", &[&at(index), &failed(*count)]);
        marks.push(rect(MarkClass::Requests, [x(index), TOP, x(index + 1) - x(index), BOTTOM - TOP], text.clone()));
        let height = scaled(count.failing, most.failing, BOTTOM - TOP);
        if count.failing > 0 {
            let height = height.max(1);
            marks.push(rect(MarkClass::Failures, [x(index), BOTTOM - height, (x(index + 1) - x(index) - 1).max(1), height], text));
        }
    }
    let start: Option<Timestamp> = times.from.as_str().parse().ok();
    for change in &row.changes {
        let at: Option<Timestamp> = change.at.as_str().parse().ok();
        let Some(after) = at.zip(start).and_then(|(at, start)| u64::try_from(at.unix_ms() - start.unix_ms()).ok()) else { continue };
        let x = LEFT + scaled(after, times.step_ms.saturating_mul(intervals as u64), WIDTH - LEFT);
        let text = Redacted::fill("{}: {} before, {} after", &[&change.at, &failed(change.before), &failed(change.after)]);
        marks.push(line(MarkClass::Change, [x, TOP, x, BOTTOM], text));
    }
    let together = intervals.div_ceil(MAX_ROWS);
    let rows = times.counts.chunks(together).enumerate().map(|(index, counts)| vec![at(index * together), failed(sum(counts))]);
    let mut summary = vec![Redacted::fill(
        "{} failed. Most of them in the interval from {} UTC: {}.",
        &[&failed(sum(&times.counts)), &at(worst), &failed(*most)],
    )];
    let change = |change: &fivetwenty_model::report::LogChange<Text>| {
        Redacted::fill(" The share changed at {}: {} before, {} after.", &[&change.at, &failed(change.before), &failed(change.after)])
    };
    summary.extend(row.changes.iter().take(5).map(change));
    let title = "Failures over time";
    Some(Plot {
        title: Redacted::fixed(title),
        summary: Redacted::join(summary, ""),
        width: WIDTH.unsigned_abs(),
        height: HEIGHT.unsigned_abs(),
        marks,
        table: Table {
            title: Redacted::fixed(title),
            head: head(&["From (UTC)", "Failed"]),
            rows: rows.collect(),
            note: Redacted::fixed(""),
        },
    })
}

/// All of some counts.
pub(super) fn sum(counts: &[Count]) -> Count {
    counts.iter().fold(Count::default(), |sum, count| Count {
        total: sum.total.saturating_add(count.total),
        failing: sum.failing.saturating_add(count.failing),
    })
}
