//! Counting records as they flow.

use fivetwenty_captures::har::Problem;
use fivetwenty_model::logs::{LogOutcome, LogsSummary};
use serde::{Deserialize, Serialize};

use crate::record::Record;

/// What the records so far say, in memory that does not grow with their number. It can be sent (serde) and merged.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Aggregate {
    records: u64,
    problems: Vec<Problem>,
    problems_total: u64,
}

/// Problems that are told, of all files together.
const MOST_PROBLEMS: usize = 20;

impl Aggregate {
    /// Counts a record; says what became of its request.
    pub fn add(&mut self, record: &Record<'_>) -> LogOutcome {
        self.records += record.count;
        LogOutcome::Unknown
    }

    /// Takes what could not be read: the first of so many problems.
    pub fn take_problems(&mut self, problems: Vec<Problem>, total: u64) {
        let room = MOST_PROBLEMS - self.problems.len();
        self.problems.extend(problems.into_iter().take(room));
        self.problems_total += total;
    }

    /// No record was counted.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Counts what another one counted.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.take_problems(other.problems, other.problems_total);
    }

    /// What it comes down to.
    pub fn summary(&self) -> LogsSummary {
        LogsSummary {
            records: self.records,
            problems: self.problems.clone(),
            problems_total: self.problems_total,
            ..LogsSummary::default()
        }
    }
}
