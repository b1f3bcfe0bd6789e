//! Counting records as they flow.

use fivetwenty_model::logs::{LogOutcome, LogsSummary};
use serde::{Deserialize, Serialize};

use crate::record::Record;

/// What the records so far say, in memory that does not grow with their number. It can be sent (serde) and merged.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Aggregate {
    records: u64,
}

impl Aggregate {
    /// Counts a record; says what became of its request.
    pub fn add(&mut self, record: &Record<'_>) -> LogOutcome {
        self.records += record.count;
        LogOutcome::Unknown
    }

    /// No record was counted.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Counts what another one counted.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
    }

    /// What it comes down to.
    pub fn summary(&self) -> LogsSummary {
        LogsSummary { records: self.records, ..LogsSummary::default() }
    }
}
