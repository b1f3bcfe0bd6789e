//! Data centres over time: where and when requests failed.

use fivetwenty_model::logs::Count;
use fivetwenty_model::plot::{MarkClass, Plot, Table};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{Redacted, counted};

use super::over_time::sum;
use super::{Text, WIDTH, label, moment, rect, scaled};
use crate::logs::{failed, head};

const LEFT: i32 = 60;
const ROW: i32 = 18;
/// Columns of the table that stand for time at most.
const MAX_COLUMNS: usize = 8;

pub(super) fn heat_map(row: &LogsRow) -> Option<Plot<Text>> {
    let from = &row.times.as_ref()?.from;
    let first = row.colo_times.first()?;
    let (step_ms, columns) = (first.step_ms, row.colo_times.iter().map(|of| of.counts.len()).max().filter(|columns| *columns > 0)?);
    let at = |index: usize| moment(from, step_ms, index);
    let x = |index: usize| LEFT + scaled(index as u64, columns as u64, WIDTH - LEFT);
    let mut marks = Vec::new();
    let mut y = 0;
    for of in &row.colo_times {
        marks.push(label(MarkClass::LabelEnd, LEFT - 6, y + ROW - 5, of.colo.clone()));
        for (index, count) in of.counts.iter().enumerate() {
            let text = Redacted::fill("{}, {} UTC: {}", &[&of.colo, &at(index), &failed(*count)]);
            marks.push(rect(heat(*count), [x(index), y, x(index + 1) - x(index), ROW - 1], text));
        }
        y += ROW;
    }
    marks.push(label(MarkClass::Label, LEFT, y + 14, Redacted::fill("{} UTC", &[&at(0)])));
    marks.push(label(MarkClass::LabelEnd, WIDTH, y + 14, Redacted::fill("{} UTC", &[&at(columns)])));
    let legend = "Blue: none failed. Orange, light to dark: up to 1 %, 10 %, 50 % failed, and more.";
    marks.push(label(MarkClass::Label, LEFT, y + 32, Redacted::fixed(legend)));
    let together = columns.div_ceil(MAX_COLUMNS);
    let mut names = head(&["Data centre", "Failed"]);
    names.extend((0..columns).step_by(together).map(|index| Redacted::fill("from {}", &[&at(index)])));
    let rows = row.colo_times.iter().map(|of| {
        let mut cells = vec![of.colo.clone(), failed(sum(&of.counts))];
        cells.extend(of.counts.chunks(together).map(|counts| failed(sum(counts))));
        cells.resize(names.len(), Redacted::fixed(""));
        cells
    });
    let title = "Failures by data centre and time";
    Some(Plot {
        title: Redacted::fixed(title),
        summary: Redacted::fill(
            "{} over time, those with most failures first. Most failed in {}: {}.",
            &[&counted(row.colo_times.len(), "data centre", "data centres"), &first.colo, &failed(sum(&first.counts))],
        ),
        width: WIDTH.unsigned_abs(),
        height: (y + 40).unsigned_abs(),
        marks,
        table: Table { title: Redacted::fixed(title), rows: rows.collect(), head: names, note: Redacted::fixed("") },
    })
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
