//! Failures over time, with the moments at which their share changed.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::logs::Count;
use fivetwenty_model::plot::{MarkClass, Plot};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::Redacted;

use super::{BOTTOM, HEIGHT, LEFT, MAX_ROWS, Marks, TOP, Text, WIDTH, head, moment, scaled};
use crate::logs::failed;

/// Changes that the plot says in words at most.
const MAX_SAID: usize = 5;

pub(super) fn over_time(row: &LogsRow) -> Option<Plot<Text>> {
    let times = row.times.as_ref().filter(|times| times.counts.len() > 1)?;
    let intervals = times.counts.len();
    let (worst, most) = times.counts.iter().enumerate().max_by_key(|(index, count)| (count.failing, usize::MAX - index))?;
    let at = |index: usize| moment(&times.from, times.step_ms, index);
    let x = |index: usize| LEFT + scaled(index as u64, intervals as u64, WIDTH - LEFT);
    let mut marks = Marks::axes(most.failing, at(0), at(intervals));
    for (index, count) in times.counts.iter().enumerate() {
        // The whole height answers the pointer.
        let text = Redacted::fill("{}: {} failed", &[&at(index), &failed(*count)]);
        marks.rect(MarkClass::Requests, [x(index), TOP, x(index + 1) - x(index), BOTTOM - TOP], text.clone());
        let height = scaled(count.failing, most.failing, BOTTOM - TOP);
        if count.failing > 0 {
            let height = height.max(1);
            marks.rect(MarkClass::Failures, [x(index), BOTTOM - height, (x(index + 1) - x(index) - 1).max(1), height], text);
        }
    }
    let mut summary = Redacted::fill("{} failed. Most of them from {} on: {}.", &[&failed(sum(&times.counts)), &at(worst), &failed(*most)]);
    let start: Option<Timestamp> = times.from.as_str().parse().ok();
    for (number, change) in row.changes.iter().enumerate() {
        let text = Redacted::fill("{}: {} before, {} after", &[&change.at, &failed(change.before), &failed(change.after)]);
        if number < MAX_SAID {
            summary = Redacted::fill("{} The share changed at {}.", &[&summary, &text]);
        }
        let at: Option<Timestamp> = change.at.as_str().parse().ok();
        let Some(after) = at.zip(start).and_then(|(at, start)| u64::try_from(at.unix_ms() - start.unix_ms()).ok()) else { continue };
        let x = LEFT + scaled(after, times.step_ms.saturating_mul(intervals as u64), WIDTH - LEFT);
        marks.line(MarkClass::Change, [x, TOP, x, BOTTOM], text);
    }
    let together = intervals.div_ceil(MAX_ROWS);
    let mut rows = Vec::new();
    for (index, counts) in times.counts.chunks(together).enumerate() {
        rows.push(vec![at(index * together), failed(sum(counts))]);
    }
    Some(marks.plot(Redacted::fixed("Failures over time"), summary, HEIGHT, head(&["From", "Failed"]), rows, Redacted::fixed("")))
}

/// All of some counts.
pub(super) fn sum(counts: &[Count]) -> Count {
    counts.iter().fold(Count::default(), |sum, count| Count {
        total: sum.total.saturating_add(count.total),
        failing: sum.failing.saturating_add(count.failing),
    })
}
