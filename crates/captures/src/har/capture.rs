use serde::{Deserialize, Serialize};

use super::decoder::Decoder;
use super::entries::Entries;
use super::error::Error;
use super::limits::Limits;
use super::problem::{Problem, Tail};
use crate::evidence::timestamp::Timestamp;

/// One HAR file, read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Capture {
    /// The file's name, without its folder.
    pub name: Box<str>,
    /// The file's size in bytes.
    pub bytes: u64,
    /// `log.creator`, name and version.
    pub creator: Box<str>,
    /// In the order of the file.
    pub entries: Entries,
    /// What could not be read as it should, in order, at most [`Limits::problems`].
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problems_total: u32,
    /// The file was read to its end.
    pub whole: bool,
}

impl Capture {
    /// The earliest and the latest start of an entry of the file.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let started = || self.entries.iter().filter_map(|entry| entry.started);
        Some((started().min()?, started().max()?))
    }

    /// Reads a whole file from its chunks.
    ///
    /// # Errors
    /// As [`Decoder::finish`].
    pub fn read<'a>(name: &str, chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let mut decoder = Decoder::new(Limits::default());
        let mut capture = Self { name: name.into(), ..Self::default() };
        for chunk in chunks {
            capture.bytes += chunk.len() as u64;
            decoder.push(chunk);
            while let Some(entry) = decoder.next() {
                capture.entries.push(decoder.place(), entry);
            }
        }
        capture.complete(decoder)
    }

    /// Adds what is left in the decoder, and its tail.
    ///
    /// # Errors
    /// As [`Decoder::finish`].
    pub fn complete(mut self, decoder: Decoder) -> Result<Self, Error> {
        self.end(decoder.finish()?);
        Ok(self)
    }

    /// Takes what is known of the file when it has been read.
    pub(super) fn end(&mut self, tail: Tail) {
        self.creator = tail.creator.into();
        self.problems = tail.problems;
        self.problems_total = tail.problems_total;
        self.whole = tail.whole;
    }

    /// Notes that reading ended before the file did, and why.
    pub fn broke_off(&mut self, problem: Problem) {
        self.problems_total = self.problems_total.saturating_add(1);
        self.problems.push(problem);
        self.whole = false;
    }
}
