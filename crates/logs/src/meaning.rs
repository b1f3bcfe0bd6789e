//! What the statuses of a record say together.

use fivetwenty_model::logs::LogOutcome;

use crate::record::Record;

/// A cell of the table: which records it is about, what they say, and who says so.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// What became of the request.
    pub outcome: LogOutcome,
    /// What it means, in a sentence.
    pub means: &'static str,
    /// Where that is documented.
    pub source: &'static str,
}

/// The table: the first cell that fits a record counts.
pub const MEANINGS: &[Cell] = &[Cell { outcome: LogOutcome::Unknown, means: "The record does not say enough.", source: "" }];

/// The place in [`MEANINGS`] of the first cell that fits.
pub fn meaning(_record: &Record<'_>) -> usize {
    0
}
