//! The share of failures by one dimension, each with the interval in which it lies.

use fivetwenty_diagnose::counts;
use fivetwenty_model::logs::{Count, Dimension};
use fivetwenty_model::plot::{MarkClass, Plot, Table};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::Redacted;

use super::{Text, WIDTH, label, line, rect, scaled};
use crate::logs::{failed, head, interval, or_none};

const ROW: i32 = 36;
/// Values that are drawn at most; the table has more.
const MAX_DRAWN: usize = 10;

pub(super) fn shares(row: &LogsRow, dimension: Dimension) -> Option<Plot<Text>> {
    let of = row.by.iter().find(|of| of.dimension == dimension && of.rows.len() > 1)?;
    let first = of.rows.first()?;
    let drawn = || of.rows.iter().take(MAX_DRAWN);
    let most = u64::from(drawn().map(|row| row.interval[1]).max()?.max(1));
    let x = |per_mille: u32| scaled(u64::from(per_mille), most, WIDTH - 10);
    let (mut marks, mut y) = (Vec::new(), 0);
    for row in drawn() {
        let count = Count { total: row.total, failing: row.failing };
        let share = (u128::from(row.failing) * 1000).checked_div(u128::from(row.total)).and_then(|share| u32::try_from(share).ok());
        let text = Redacted::fill("{}: {} failed, likely {}", &[&or_none(&row.value), &failed(count), &interval(row.interval)]);
        marks.push(label(MarkClass::Label, 0, y + 13, text.clone()));
        let class = if row.stands_out { MarkClass::Failures } else { MarkClass::Requests };
        marks.push(rect(class, [0, y + 18, x(share.unwrap_or(0)).max(1), 12], text.clone()));
        marks.push(line(MarkClass::Interval, [x(row.interval[0]), y + 24, x(row.interval[1]), y + 24], text));
        y += ROW;
    }
    let rows = of.rows.iter().map(|row| {
        let stands_out = if row.stands_out { "yes" } else { "" };
        let count = Count { total: row.total, failing: row.failing };
        vec![or_none(&row.value), failed(count), interval(row.interval), Redacted::fixed(stands_out)]
    });
    let title = Redacted::fill("Share of failures by {}", &[&counts::plain(dimension)]);
    Some(Plot {
        summary: Redacted::fill(
            "{}: {} failed. {} others are compared with it.",
            &[&or_none(&first.value), &failed(Count { total: first.total, failing: first.failing }), &(of.rows.len() - 1)],
        ),
        width: WIDTH.unsigned_abs(),
        height: y.unsigned_abs(),
        marks,
        table: Table {
            title: title.clone(),
            head: head(&[counts::label(dimension), "Failed", "Likely", "Beyond chance"]),
            rows: rows.collect(),
            note: Redacted::fixed(""),
        },
        title,
    })
}
