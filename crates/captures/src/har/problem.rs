use serde::{Deserialize, Serialize};

/// Something that could not be read as it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Byte offset in the file.
    pub offset: u64,
    /// The line, from 1; 0 when it is not known.
    pub line: u64,
    /// JSON path, for instance `log.entries[3].time`.
    pub path: Box<str>,
    /// What was expected and what was there.
    pub problem: Box<str>,
}

/// What is known of a file when it has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// `log.creator`, name and version.
    pub creator: String,
    /// What could not be read as it should, in order, at most [`Limits::problems`](super::Limits::problems).
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problems_total: u32,
    /// The file was read to its end.
    pub whole: bool,
}
