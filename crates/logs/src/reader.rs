//! Reading one file of records as it arrives.

use fivetwenty_captures::har::Problem;
use fivetwenty_model::passed::{PassedOver, Sought};

use crate::aggregate::Aggregate;

/// Takes the bytes of one file, unpacked, in chunks of any size.
pub struct LogReader {
    aggregate: Aggregate,
}

/// What was read of a file.
pub struct ReadLogs {
    /// The counts.
    pub aggregate: Aggregate,
    /// Some records as lines of text, to be recognised: those that were sought, some of the failing ones, a few of the others.
    pub kept: String,
    /// What was passed over between them.
    pub passed: PassedOver,
    /// What could not be read, in order, at most 20.
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problems_total: u64,
}

impl LogReader {
    /// Records with the Ray IDs of `sought` are kept.
    pub fn new(_sought: &Sought) -> Self {
        Self { aggregate: Aggregate::default() }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, _bytes: &[u8]) {}

    /// It is no such file, whatever follows: known after the first 64 KB at the latest.
    pub fn is_over(&self) -> bool {
        true
    }

    /// How many records were read.
    pub fn records(&self) -> u64 {
        0
    }

    /// What was read; `None` when the file has no records.
    pub fn finish(self) -> Option<ReadLogs> {
        (!self.aggregate.is_empty()).then(|| ReadLogs {
            aggregate: self.aggregate,
            kept: String::new(),
            passed: PassedOver::default(),
            problems: Vec::new(),
            problems_total: 0,
        })
    }
}
