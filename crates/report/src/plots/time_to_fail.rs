//! How long failing requests took, and the known time-outs.

use fivetwenty_model::plot::{MarkClass, Plot};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{Redacted, length_of_time, thousands};

use super::{BOTTOM, HEIGHT, LEFT, MAX_ROWS, Marks, TOP, Text, WIDTH, head, scaled};

/// How far the labels of time-outs are from each other at least.
const APART: i32 = 50;

pub(super) fn time_to_fail(row: &LogsRow) -> Option<Plot<Text>> {
    let of = &row.time_to_fail;
    let (first, last) = (of.bins.first()?, of.bins.last()?);
    let most = of.bins.iter().max_by_key(|bin| bin.count)?;
    let (from, to) = (magnitude(first.from_ms), magnitude(last.to_ms).max(magnitude(first.from_ms) + 1));
    let x = |ms: u64| LEFT + scaled(magnitude(ms).saturating_sub(from), to - from, WIDTH - LEFT - 10);
    let mut marks = Marks::axes(most.count, length_of_time(first.from_ms), length_of_time(last.to_ms));
    for bin in &of.bins {
        let height = scaled(bin.count, most.count, BOTTOM - TOP).max(1);
        let text = Redacted::fill("{}: {}", &[&range(bin.from_ms, bin.to_ms), &thousands(bin.count)]);
        marks.rect(MarkClass::Failures, [x(bin.from_ms), BOTTOM - height, (x(bin.to_ms) - x(bin.from_ms) - 1).max(2), height], text);
    }
    let known = || of.known.iter().filter(|known| (first.from_ms..=last.to_ms).contains(&known.ms));
    let mut free = 0;
    for known in known() {
        let at = x(known.ms);
        marks.line(MarkClass::Known, [at, TOP, at, BOTTOM], Redacted::fill("{}: {}", &[&length_of_time(known.ms), &known.of]));
        // Labels that would stand in one another are left to the pointer.
        if at >= free {
            marks.label(MarkClass::LabelMiddle, at, TOP - 8, length_of_time(known.ms));
            free = at + APART;
        }
    }
    let (mut rows, mut failed) = (Vec::new(), 0_u64);
    for bins in of.bins.chunks(of.bins.len().div_ceil(MAX_ROWS)) {
        let (from, to) = (bins.first().map_or(0, |bin| bin.from_ms), bins.last().map_or(0, |bin| bin.to_ms));
        let count: u64 = bins.iter().map(|bin| bin.count).sum();
        failed += count;
        let mut near = Redacted::fixed("");
        for known in known().filter(|known| (from..to).contains(&known.ms)) {
            near = Redacted::fill("{}{}: {}. ", &[&near, &length_of_time(known.ms), &known.of]);
        }
        rows.push(vec![range(from, to), thousands(count), near]);
    }
    let unknown = match of.unknown {
        0 => Redacted::fixed(""),
        unknown => Redacted::fill("{} without a duration.", &[&thousands(unknown)]),
    };
    let summary = Redacted::fill(
        "{} failing requests by how long they took, {}. Most of them took {}: {}.",
        &[&thousands(failed), &range(first.from_ms, last.to_ms), &range(most.from_ms, most.to_ms), &thousands(most.count)],
    );
    let head = head(&["Took", "Failing requests", "Known time-outs"]);
    Some(marks.plot(Redacted::fixed("Time to fail"), summary, HEIGHT, head, rows, unknown))
}

fn range(from: u64, to: u64) -> Text {
    Redacted::fill("{} to {}", &[&length_of_time(from), &length_of_time(to)])
}

/// A logarithm in whole numbers: 64 for each doubling, straight between.
fn magnitude(ms: u64) -> u64 {
    let ms = ms.max(1);
    let doublings = ms.ilog2();
    u64::from(doublings) * 64 + u64::try_from((u128::from(ms) * 64) >> doublings).unwrap_or(64) - 64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a longer time does not stand further to the right.
    #[test]
    fn magnitudes_grow() {
        assert_eq!([0, 1, 2, 3, 4, 1024, u64::MAX].map(magnitude), [0, 0, 64, 96, 128, 640, 4095]);
    }
}
