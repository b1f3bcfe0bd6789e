//! Plots of the logs, as data. Each is of whole numbers in the units of its `viewBox`, so that it is the same wherever it is drawn.

mod heat_map;
mod over_time;
mod shares;
mod time_to_fail;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::logs::Dimension;
use fivetwenty_model::plot::{Mark, MarkClass, MarkShape, Plot, Table};
use fivetwenty_model::report::LogsRow;
use fivetwenty_redact::{self as redact, Redacted, thousands};

use super::logs::head;

type Text = Redacted<String>;

/// The width of every plot.
const WIDTH: i32 = 720;
/// Rows of a table behind a plot at most.
const MAX_ROWS: usize = 50;

/// The frame of plots with two axes.
const HEIGHT: i32 = 200;
const LEFT: i32 = 60;
const TOP: i32 = 24;
const BOTTOM: i32 = 170;

/// The plots that have something to show.
pub(super) fn plots(row: &LogsRow) -> Vec<Plot<Text>> {
    if row.failing == 0 {
        return Vec::new();
    }
    let shares = [Dimension::Origin, Dimension::Url].map(|dimension| shares::shares(row, dimension));
    [over_time::over_time(row), heat_map::heat_map(row), time_to_fail::time_to_fail(row)].into_iter().chain(shares).flatten().collect()
}

/// What is drawn so far. Its methods stay functions of their own: inlined, they would be kilobytes of the modules.
struct Marks(Vec<Mark<Text>>);

impl Marks {
    #[inline(never)]
    fn push(&mut self, shape: MarkShape, class: MarkClass, at: [i32; 4], text: Text) {
        self.0.push(Mark { shape, class, at, text });
    }

    fn rect(&mut self, class: MarkClass, at: [i32; 4], text: Text) {
        self.push(MarkShape::Rect, class, at, text);
    }

    fn line(&mut self, class: MarkClass, at: [i32; 4], text: Text) {
        self.push(MarkShape::Line, class, at, text);
    }

    fn label(&mut self, class: MarkClass, x: i32, y: i32, text: Text) {
        self.push(MarkShape::Text, class, [x, y, 0, 0], text);
    }

    /// The horizontal axis with its ends, and up to how much the vertical one goes.
    #[inline(never)]
    fn axes(most: u64, from: Text, to: Text) -> Self {
        let mut marks = Self(Vec::new());
        marks.line(MarkClass::Axis, [LEFT, BOTTOM, WIDTH, BOTTOM], Redacted::fixed(""));
        marks.label(MarkClass::LabelEnd, LEFT - 6, TOP + 10, thousands(most));
        marks.label(MarkClass::LabelEnd, LEFT - 6, BOTTOM, Redacted::fixed("0"));
        marks.label(MarkClass::Label, LEFT, HEIGHT - 10, from);
        marks.label(MarkClass::LabelEnd, WIDTH, HEIGHT - 10, to);
        marks
    }

    /// The plot of them, with its table.
    #[inline(never)]
    fn plot(self, title: Text, summary: Text, height: i32, head: Vec<Text>, rows: Vec<Vec<Text>>, note: Text) -> Plot<Text> {
        let table = Table { title: title.clone(), head, rows, note };
        Plot { title, summary, width: WIDTH.unsigned_abs(), height: height.unsigned_abs(), marks: self.0, table }
    }
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
    time.map_or_else(|| Redacted::fixed(""), |time| Redacted::fill("{} UTC", &[&redact::minute(time)]))
}
