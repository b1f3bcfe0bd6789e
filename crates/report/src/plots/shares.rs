//! The share of failures by one dimension, each with the interval in which it lies.

use fivetwenty_diagnose::counts;
use fivetwenty_model::logs::{Count, Dimension};
use fivetwenty_model::plot::{MarkClass, Plot};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::Redacted;

use super::{Marks, Text, WIDTH, head, scaled};
use crate::logs::{failed, interval, or_none};

const ROW: i32 = 36;
/// Values that are drawn at most; the table has more.
const MAX_DRAWN: usize = 10;

pub(super) fn shares(row: &LogsRow, dimension: Dimension) -> Option<Plot<Text>> {
    let of = row.by.iter().find(|of| of.dimension == dimension && of.rows.len() > 1)?;
    let first = of.rows.first()?;
    let most = u64::from(of.rows.iter().take(MAX_DRAWN).map(|row| row.interval[1]).max()?.max(1));
    let x = |per_mille: u32| scaled(u64::from(per_mille), most, WIDTH - 10);
    let (mut marks, mut rows, mut y) = (Marks(Vec::new()), Vec::new(), 0);
    for (number, row) in of.rows.iter().enumerate() {
        let failed = failed(Count { total: row.total, failing: row.failing });
        let stands_out = if row.stands_out { "yes" } else { "" };
        if number < MAX_DRAWN {
            let share = u32::try_from(scaled(row.failing, row.total, 1000)).unwrap_or(0);
            let text = Redacted::fill("{}: {} failed, likely {}", &[&or_none(&row.value), &failed, &interval(row.interval)]);
            marks.label(MarkClass::Label, 0, y + 13, text.clone());
            let class = if row.stands_out { MarkClass::Failures } else { MarkClass::Requests };
            marks.rect(class, [0, y + 18, x(share).max(1), 12], text.clone());
            marks.line(MarkClass::Interval, [x(row.interval[0]), y + 24, x(row.interval[1]), y + 24], text);
            y += ROW;
        }
        rows.push(vec![or_none(&row.value), failed, interval(row.interval), Redacted::fixed(stands_out)]);
    }
    let summary = Redacted::fill(
        "{}: {} failed. {} others are compared with it.",
        &[&or_none(&first.value), &failed(Count { total: first.total, failing: first.failing }), &(of.rows.len() - 1)],
    );
    let title = Redacted::fill("Share of failures by {}", &[&counts::plain(dimension)]);
    let head = head(&[counts::label(dimension), "Failed", "Likely", "Beyond chance"]);
    Some(marks.plot(title, summary, y, head, rows, Redacted::fixed("")))
}
