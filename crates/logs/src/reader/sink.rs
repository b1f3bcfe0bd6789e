//! Where records go.

use std::fmt::Write as _;

use fivetwenty_captures::har::Problem;
use fivetwenty_model::passed::Sought;

use super::kept::Kept;
use crate::aggregate::Aggregate;
use crate::record::Record;

/// Bytes of a record, at most.
pub(super) const LONGEST: usize = 4 << 20;
/// Problems that are told.
const MOST_PROBLEMS: usize = 20;

/// Counts records, keeps some of them, and takes note of what could not be read.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) aggregate: Aggregate,
    pub(super) kept: Kept,
    pub(super) records: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) problems_total: u64,
    /// The records and their places.
    #[cfg(test)]
    pub(super) seen: Vec<String>,
}

impl Sink {
    #[inline]
    pub(super) fn new(sought: &Sought) -> Self {
        Self { kept: Kept::new(sought), ..Self::default() }
    }

    /// One for another piece of the file.
    #[inline]
    pub(super) fn piece(&self) -> Self {
        Self { kept: self.kept.empty(), ..Self::default() }
    }

    /// Takes what a later piece has, which has so many lines before it.
    #[inline]
    pub(super) fn merge(&mut self, other: Self, lines_before: u64) {
        self.aggregate.merge(other.aggregate);
        self.kept.merge(other.kept, lines_before);
        self.records += other.records;
        self.problems_total += other.problems_total;
        let room = MOST_PROBLEMS - self.problems.len();
        self.problems.extend(other.problems.into_iter().take(room).map(|problem| Problem { line: problem.line + lines_before, ..problem }));
    }

    /// Takes a record, whose text is made of `raw`, at this offset and line.
    pub(super) fn take(&mut self, record: &Record<'_>, raw: &[u8], place: (u64, u64), text: &dyn Fn(&[u8]) -> Box<[u8]>) {
        self.records += 1;
        #[cfg(test)]
        self.seen.push(super::tests::shown(record, raw, place));
        let outcome = self.aggregate.add(record);
        self.kept.offer(record, outcome, raw, place, text);
    }

    /// Something else than what was expected is there; `None` for the end.
    pub(super) fn problem(&mut self, offset: u64, line: u64, path: &str, expected: &str, found: Option<u8>) {
        let mut problem = format!("expected {expected}, found ");
        // Writing to a String cannot fail.
        let _ = match found {
            None => write!(problem, "the end of the record"),
            Some(byte @ 0x21..=0x7e) => write!(problem, "\"{}\"", char::from(byte)),
            Some(byte) => write!(problem, "the byte 0x{byte:02x}"),
        };
        self.note(offset, line, path, problem);
    }

    /// A record is longer than any of Cloudflare's.
    pub(super) fn too_long(&mut self, offset: u64, line: u64) {
        self.note(offset, line, "", "expected a record of at most 4 MB, found a longer one".to_owned());
    }

    /// Takes note of a problem; `line` counts from 0.
    pub(super) fn note(&mut self, offset: u64, line: u64, path: &str, problem: String) {
        self.problems_total += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { offset, line: line + 1, path: path.into(), problem: problem.into() });
        }
    }
}
