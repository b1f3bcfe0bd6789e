//! Reading one file of records as it arrives.
//!
//! Its first bytes tell how it is written: JSON with a record in each line, which is what Cloudflare pushes and what is read fastest; JSON
//! that holds records anywhere; CSV.

mod columns;
mod csv;
mod fast;
mod json;
mod kept;
mod names;
mod sink;
#[cfg(test)]
mod tests;
mod time;
mod values;
mod walk;

use fivetwenty_model::passed::{PassedOver, Sought};

use self::csv::Csv;
use self::json::Json;
use self::sink::Sink;
use self::walk::{Met, Walk};
use crate::aggregate::Aggregate;

/// Bytes that tell what a file is.
const HEAD: usize = 64 << 10;
/// A file of no more bytes and records is kept as it is.
const SHORT: usize = 1 << 20;
const FEW: u64 = 1000;
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Takes the bytes of one file, unpacked, in chunks of any size.
pub struct LogReader {
    sink: Sink,
    state: State,
    /// Bytes that came.
    bytes: u64,
    /// All of them, while the file is short.
    whole: Option<Vec<u8>>,
    /// The lines of the pieces that were appended, and before them.
    lines_before: u64,
}

enum State {
    /// What it is remains to be seen.
    Head(Vec<u8>),
    Json(Box<Json>),
    Csv(Box<Csv>),
    /// Not such a file.
    Other,
}

/// What was read of a file.
pub struct ReadLogs {
    /// The counts, with what could not be read.
    pub aggregate: Aggregate,
    /// Some records as lines of text, to be recognised: those that were sought, some of the failing ones, a few of the others.
    pub kept: String,
    /// What was passed over between them.
    pub passed: PassedOver,
}

impl LogReader {
    /// Records with the Ray IDs of `sought` are kept.
    #[inline]
    pub fn new(sought: &Sought) -> Self {
        Self { sink: Sink::new(sought), state: State::Head(Vec::new()), bytes: 0, whole: Some(Vec::new()), lines_before: 0 }
    }

    /// Takes the next bytes.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        if let Some(whole) = &mut self.whole {
            if whole.len() + bytes.len() <= SHORT && self.sink.records <= FEW {
                whole.extend_from_slice(bytes);
            } else {
                self.whole = None;
            }
        }
        match &mut self.state {
            State::Head(head) => {
                let room = HEAD - head.len();
                let (own, rest) = bytes.split_at(bytes.len().min(room));
                head.extend_from_slice(own);
                if head.len() == HEAD {
                    self.decide(false);
                    if !rest.is_empty() {
                        self.feed(rest, false);
                    }
                }
            }
            _ => self.feed(bytes, false),
        }
    }

    /// It is no such file, whatever follows: known after the first 64 KB at the latest.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Other)
    }

    /// How many records were read.
    pub fn records(&self) -> u64 {
        self.sink.records
    }

    /// How many requests of them failed.
    pub fn failing(&self) -> u64 {
        self.sink.aggregate.failing()
    }

    /// A reader for a piece of the file that begins at this offset with a line of its own: once the file's beginning is known, its pieces may
    /// be read at the same time and [appended](Self::append) in order. `None` when the file cannot be read in pieces, or its beginning is not
    /// known.
    #[inline]
    pub fn piece(&self, offset: u64) -> Option<Self> {
        let State::Json(json) = &self.state else { return None };
        let state = State::Json(Box::new(json.piece(offset)?));
        Some(Self { sink: self.sink.piece(), state, bytes: 0, whole: None, lines_before: 0 })
    }

    /// Takes what was read of the piece that follows.
    #[inline]
    pub fn append(&mut self, mut piece: Self) {
        self.feed(&[], true);
        piece.feed(&[], true);
        let lines = self.lines();
        self.lines_before = lines + piece.lines();
        self.sink.merge(piece.sink, lines);
        self.bytes += piece.bytes;
        self.whole = None;
        if let State::Json(json) = &mut self.state {
            json.rewind();
        }
    }

    /// Reading broke off for a reason outside of the file's content; what was read stays.
    #[inline]
    pub fn interrupted(&mut self, why: &str) {
        let line = self.lines();
        self.sink.note(self.bytes, line, "", format!("reading stopped: {why}"));
    }

    /// What was read; `None` when the file has no records.
    #[inline]
    pub fn finish(mut self) -> Option<ReadLogs> {
        self.end();
        let lines = self.lines();
        let Sink { mut aggregate, kept, records, problems, problems_total, .. } = self.sink;
        if records == 0 {
            return None;
        }
        let head = if let State::Csv(csv) = &self.state { csv.head() } else { None };
        let (kept, passed) = match self.whole.filter(|_| records <= FEW) {
            Some(whole) => (String::from_utf8_lossy(whole.strip_prefix(MARK).unwrap_or(&whole)).into_owned(), PassedOver::default()),
            None => kept.finish(head, lines, self.bytes),
        };
        aggregate.take_problems(problems, problems_total);
        Some(ReadLogs { aggregate, kept, passed })
    }

    /// No more bytes come.
    #[inline]
    fn end(&mut self) {
        if let State::Head(_) = self.state {
            self.decide(true);
        } else {
            self.feed(&[], true);
        }
    }

    /// How many lines were read.
    #[inline]
    fn lines(&self) -> u64 {
        match &self.state {
            State::Json(json) => self.lines_before + json.lines(),
            State::Csv(csv) => csv.lines(),
            State::Head(_) | State::Other => 0,
        }
    }

    #[inline]
    fn feed(&mut self, bytes: &[u8], is_end: bool) {
        match &mut self.state {
            State::Json(json) => json.push(bytes, is_end, &mut self.sink),
            State::Csv(csv) => csv.push(bytes, is_end, &mut self.sink),
            State::Head(_) | State::Other => {}
        }
    }

    /// Finds out by its beginning what the file is, and reads that.
    #[inline]
    fn decide(&mut self, is_end: bool) {
        let State::Head(head) = std::mem::replace(&mut self.state, State::Other) else { return };
        let text = head.strip_prefix(MARK).unwrap_or(&head);
        let offset = (head.len() - text.len()) as u64;
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        let is_lines = has_lines(text, first);
        if is_lines || matches!(first, Some(b'{' | b'[')) {
            let mut json = Box::new(Json::new(is_lines, 0));
            json.push(&head, is_end, &mut self.sink);
            if self.sink.records > 0 || json.has_status() {
                self.state = State::Json(json);
            }
        } else if let Some(mut csv) = Csv::new(text, offset, &mut self.sink) {
            csv.push(text, is_end, &mut self.sink);
            if self.sink.records > 0 {
                self.state = State::Csv(Box::new(csv));
            }
        }
    }
}

/// Whether each line is an object of its own: one of the first three is. An array is none, nor is an object over many lines.
#[inline]
fn has_lines(text: &[u8], first: Option<u8>) -> bool {
    let is_object = |line: &&[u8]| {
        let mut walk = Walk::default();
        walk.begin(0);
        walk.push(line);
        let met = std::iter::repeat_with(|| walk.next()).find(|met| !matches!(met, Ok(Met::Record(..))));
        line.starts_with(b"{") && matches!(met, Some(Ok(Met::End))) && walk.unread() == 0
    };
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(3).peekable();
    first != Some(b'[') && lines.peek() != Some(&&b"{"[..]) && lines.any(|line| is_object(&line))
}
