//! What was passed over of a text that is too long to be looked at whole.

use std::ops::Range;

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use serde::{Deserialize, Serialize};

/// What is looked for first in a text that is too long to be looked at whole: what is known of the requests that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    /// Their Ray IDs, 16 digits each.
    pub rays: Vec<String>,
    /// When they were, in Unix milliseconds, from and to.
    pub times: Vec<[i64; 2]>,
    /// The hosts of the site.
    pub hosts: Vec<String>,
    /// The offset of the clock of lines that do not state one.
    pub offset: UtcOffset,
}

impl Sought {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.rays.is_empty() && self.times.is_empty()
    }
}

/// What was passed over of a text: lines without a sign of a fault, and older ones when there are too many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// How many lines; 0 when the text has none.
    pub lines: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Where, in the order of the text.
    pub gaps: Vec<Gap>,
}

/// Lines that were passed over in one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The line behind them: its number in what was kept, from 0.
    pub line: usize,
    /// How many lines were passed over up to here.
    pub before: usize,
}

impl PassedOver {
    /// The numbers in the whole text, from 0, of lines of what was kept. What stands before and behind a gap spans it.
    pub fn in_text(&self, lines: Range<usize>) -> Range<usize> {
        let before = |line: usize| match self.gaps.partition_point(|gap| gap.line <= line) {
            0 => 0,
            count => self.gaps[count - 1].before,
        };
        let last = lines.end.saturating_sub(1);
        lines.start + before(lines.start)..lines.end + before(last)
    }
}
