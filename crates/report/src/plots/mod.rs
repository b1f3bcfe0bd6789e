//! Plots of the logs, as data. Each is of whole numbers in the units of its `viewBox`, so that it is the same wherever it is drawn.

mod heat_map;
mod over_time;
mod shares;
mod time_to_fail;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::logs::Dimension;
use fivetwenty_model::plot::{Mark, MarkClass, MarkShape, Plot};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

/// The width of every plot.
const WIDTH: i32 = 720;
/// Rows of a table behind a plot at most.
const MAX_ROWS: usize = 50;

/// The plots that have something to show.
pub(super) fn plots(row: &LogsRow) -> Vec<Plot<Text>> {
    if row.failing == 0 {
        return Vec::new();
    }
    let shares = [Dimension::Origin, Dimension::Url].map(|dimension| shares::shares(row, dimension));
    [over_time::over_time(row), heat_map::heat_map(row), time_to_fail::time_to_fail(row)].into_iter().chain(shares).flatten().collect()
}

fn rect(class: MarkClass, at: [i32; 4], text: Text) -> Mark<Text> {
    Mark { shape: MarkShape::Rect, class, at, text }
}

fn line(class: MarkClass, at: [i32; 4], text: Text) -> Mark<Text> {
    Mark { shape: MarkShape::Line, class, at, text }
}

fn label(class: MarkClass, x: i32, y: i32, text: Text) -> Mark<Text> {
    Mark { shape: MarkShape::Text, class, at: [x, y, 0, 0], text }
}

/// `part` of `whole` of a length; the length when there is no whole.
fn scaled(part: u64, whole: u64, length: i32) -> i32 {
    let share = u128::from(part.min(whole)) * u128::from(length.unsigned_abs()) / u128::from(whole.max(1));
    i32::try_from(share).unwrap_or(length)
}

/// The start of an interval, to the minute; empty outside of all time.
fn moment(from: &Text, step_ms: u64, index: usize) -> Text {
    let start: Option<Timestamp> = from.as_str().parse().ok();
    let later = i64::try_from(step_ms.saturating_mul(index as u64)).ok();
    let time = start.zip(later).and_then(|(start, later)| start.plus_ms(later));
    time.map_or_else(|| Redacted::fixed(""), redact::minute)
}
