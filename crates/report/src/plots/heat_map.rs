//! Data centres over time: where and when requests failed.

use fivetwenty_model::logs::Count;
use fivetwenty_model::plot::{MarkClass, Plot};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{Redacted, counted};

use super::over_time::sum;
use super::{LEFT, Marks, Text, WIDTH, head, moment, scaled};
use crate::logs::failed;

const ROW: i32 = 18;
/// Columns of the table that stand for time at most.
const MAX_COLUMNS: usize = 8;
/// What the colours mean.
const LEGEND: &str = "The stronger the colour, the more failed: none, up to 1 %, 10 %, 50 %, and more.";

pub(super) fn heat_map(row: &LogsRow) -> Option<Plot<Text>> {
    let from = &row.times.as_ref()?.from;
    let first = row.colo_times.first()?;
    let columns = row.colo_times.iter().map(|of| of.counts.len()).max().filter(|columns| *columns > 0)?;
    let at = |index: usize| moment(from, first.step_ms, index);
    let x = |index: usize| LEFT + scaled(index as u64, columns as u64, WIDTH - LEFT);
    let together = columns.div_ceil(MAX_COLUMNS);
    let mut names = head(&["Data centre", "Failed"]);
    for index in (0..columns).step_by(together) {
        names.push(Redacted::fill("from {}", &[&at(index)]));
    }
    let (mut marks, mut rows, mut y) = (Marks(Vec::new()), Vec::new(), 0);
    for of in &row.colo_times {
        marks.label(MarkClass::LabelEnd, LEFT - 6, y + ROW - 5, of.colo.clone());
        for (index, count) in of.counts.iter().enumerate() {
            let text = Redacted::fill("{}, {}: {}", &[&of.colo, &at(index), &failed(*count)]);
            marks.rect(heat(*count), [x(index), y, x(index + 1) - x(index), ROW - 1], text);
        }
        y += ROW;
        let mut cells = vec![of.colo.clone(), failed(sum(&of.counts))];
        for counts in of.counts.chunks(together) {
            cells.push(failed(sum(counts)));
        }
        cells.resize(names.len(), Redacted::fixed(""));
        rows.push(cells);
    }
    marks.label(MarkClass::Label, LEFT, y + 14, at(0));
    marks.label(MarkClass::LabelEnd, WIDTH, y + 14, at(columns));
    marks.label(MarkClass::Label, LEFT, y + 32, Redacted::fixed(LEGEND));
    let summary = Redacted::fill(
        "{} over time, those with most failures first. Most failed in {}: {}.",
        &[&counted(row.colo_times.len(), "data centre", "data centres"), &first.colo, &failed(sum(&first.counts))],
    );
    Some(marks.plot(Redacted::fixed("Failures by data centre and time"), summary, y + 40, names, rows, Redacted::fixed("")))
}

/// The class of a share.
fn heat(count: Count) -> MarkClass {
    let (failing, total) = (u128::from(count.failing), u128::from(count.total));
    match failing {
        _ if total == 0 => MarkClass::Heat0,
        0 => MarkClass::Heat1,
        _ if failing * 100 <= total => MarkClass::Heat2,
        _ if failing * 10 <= total => MarkClass::Heat3,
        _ if failing * 2 <= total => MarkClass::Heat4,
        _ => MarkClass::Heat5,
    }
}
