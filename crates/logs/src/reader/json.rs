//! JSON: a record in each line, or records anywhere in larger texts.

use fivetwenty_captures::json::Error;
use memchr::{memchr, memchr_iter};

use super::MARK;
use super::fast::{Fast, Shape};
use super::sink::{LONGEST, Sink};
use super::values::Values;
use super::walk::{Met, Walk};
use crate::record::Field;

/// Bytes that a walk is given at a time: it may end soon.
const STEP: usize = 8 << 10;

/// Reads JSON of either form.
pub(super) struct Json {
    /// Every record stands in a line of its own.
    is_lines: bool,
    /// Bytes that came and were not read to their end.
    bytes: Vec<u8>,
    /// Offset and line, from 0, in the file of the first of them.
    offset: u64,
    line: u64,
    shape: Shape,
    values: Values,
    walk: Box<Walk>,
    state: State,
    /// The walk through a text that has an array of records around those that are being read.
    around: Option<Box<Walk>>,
    /// So many bytes, at least, before the fast way is tried again.
    enough: usize,
    /// Something was passed over: ends of arrays and objects may be left.
    is_broken: bool,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing yet: the next value is to begin.
    Between,
    /// The value that is being walked through, which has so many of the bytes.
    Within(usize),
    /// A line that is passed over.
    Passing,
}

impl Json {
    #[inline]
    pub(super) fn new(is_lines: bool, offset: u64) -> Self {
        Self {
            is_lines,
            bytes: Vec::new(),
            offset,
            line: 0,
            shape: Shape::default(),
            values: Values::default(),
            walk: Box::default(),
            state: State::Between,
            around: None,
            enough: 0,
            is_broken: false,
        }
    }

    /// A reader for a piece of the file that begins at this offset with a line of its own; `None` when the file cannot be read in pieces.
    #[inline]
    pub(super) fn piece(&self, offset: u64) -> Option<Self> {
        self.is_lines.then(|| Self { shape: self.shape.clone(), ..Self::new(true, offset) })
    }

    /// A member with the status of the edge's answer was met.
    #[inline]
    pub(super) fn has_status(&self) -> bool {
        self.walk.has_status || self.around.as_ref().is_some_and(|around| around.has_status) || self.shape.has(Field::EdgeResponseStatus)
    }

    /// Its lines are counted elsewhere.
    pub(super) fn rewind(&mut self) {
        self.line = 0;
    }

    /// How many lines were read to their end.
    pub(super) fn lines(&self) -> u64 {
        self.line
    }

    /// Takes the next bytes; the last ones with `is_end`.
    pub(super) fn push(&mut self, bytes: &[u8], is_end: bool, sink: &mut Sink) {
        let mut rest = bytes;
        if self.offset == 0
            && self.bytes.is_empty()
            && let Some(behind) = bytes.strip_prefix(MARK)
        {
            (rest, self.offset) = (behind, MARK.len() as u64);
        }
        if !self.bytes.is_empty() {
            // The line that waits for its end is read by itself, so that the others need not be copied.
            let end = if self.is_lines { memchr(b'\n', bytes).map(|end| end + 1) } else { None };
            let (first, behind) = bytes.split_at(end.unwrap_or(bytes.len()));
            self.bytes.extend_from_slice(first);
            if self.is_lines && end.is_none() && !is_end && self.bytes.len() <= LONGEST {
                return;
            }
            let mut all = std::mem::take(&mut self.bytes);
            let read = self.run(&all, is_end && behind.is_empty(), sink);
            all.drain(..read);
            self.bytes = all;
            rest = behind;
        }
        if !rest.is_empty() {
            let read = self.run(rest, is_end, sink);
            self.bytes.extend_from_slice(&rest[read..]);
        }
    }

    /// Reads as far as it goes; gives how far.
    fn run(&mut self, bytes: &[u8], is_end: bool, sink: &mut Sink) -> usize {
        let read = if self.is_lines { self.run_lines(bytes, is_end, sink) } else { self.run_stream(bytes, is_end, sink) };
        self.offset += read as u64;
        read
    }

    fn run_lines(&mut self, bytes: &[u8], is_end: bool, sink: &mut Sink) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            if self.state == State::Between
                && rest[0] == b'{'
                && let Fast::Whole(length) = self.shape.read(rest, &mut self.values)
                && let Some(end) = line_end(rest, length, is_end)
                && length <= LONGEST
            {
                if self.values.is_record() {
                    let place = (self.offset + at as u64, self.line);
                    sink.take(&self.values.record(rest), &rest[..length], place, &|raw| raw.into());
                }
                at += end;
                self.line += 1;
                continue;
            }
            let Some(end) = memchr(b'\n', rest).map(|end| end + 1).or_else(|| is_end.then_some(rest.len())) else {
                if self.state == State::Passing {
                    at = bytes.len();
                } else if rest.len() > LONGEST {
                    sink.too_long(self.offset + at as u64, self.line);
                    self.state = State::Passing;
                    at = bytes.len();
                }
                break;
            };
            if self.state == State::Passing {
                self.state = State::Between;
            } else if end > LONGEST {
                sink.too_long(self.offset + at as u64, self.line);
            } else {
                self.one_line(&rest[..end], self.offset + at as u64, sink);
            }
            at += end;
            self.line += 1;
        }
        at
    }

    /// Reads a line the general way.
    fn one_line(&mut self, line: &[u8], offset: u64, sink: &mut Sink) {
        let mut at = 0;
        loop {
            at += line[at..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
            let Some(&first) = line.get(at) else { return };
            if !matches!(first, b'{' | b'[') {
                sink.problem(offset + at as u64, self.line, "", "a record", Some(first));
                return;
            }
            self.walk.begin(offset + at as u64);
            self.walk.push(line[at..].strip_suffix(b"\n").unwrap_or(&line[at..]));
            let fault = loop {
                match self.walk.next() {
                    Ok(Met::Record(start, end)) => {
                        let values = self.walk.values();
                        let raw = within(line, offset, start, end).unwrap_or(line);
                        sink.take(&values.record(&[]), raw, (start, self.line), &|raw| raw.into());
                    }
                    Ok(Met::End) => break None,
                    Ok(Met::Nothing) => break self.walk.finish().err(),
                    Err(error) => break Some(error),
                }
            };
            if let Some(error) = fault {
                self.fault(&error, self.line, sink);
                return;
            }
            at = line.len() - self.walk.unread() - usize::from(line.ends_with(b"\n"));
        }
    }

    fn run_stream(&mut self, bytes: &[u8], is_end: bool, sink: &mut Sink) -> usize {
        let mut at = 0;
        loop {
            match self.state {
                State::Passing => {
                    // The next line that begins with an object.
                    let Some(end) = memchr(b'\n', &bytes[at..]) else { return bytes.len() };
                    let rest = &bytes[at + end + 1..];
                    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    match rest.get(blank) {
                        None if !is_end && blank < LONGEST => return at + end,
                        Some(b'{') => self.state = State::Between,
                        _ => {}
                    }
                    at += end + 1;
                    self.line += 1;
                }
                State::Between => {
                    while let Some(&byte) = bytes.get(at).filter(|byte| byte.is_ascii_whitespace() || **byte == b',') {
                        self.line += u64::from(byte == b'\n');
                        at += 1;
                    }
                    let rest = &bytes[at..];
                    let Some(&first) = rest.first() else { return at };
                    match first {
                        b'{' => {
                            if rest.len() < self.enough && !is_end {
                                return at;
                            }
                            match self.shape.read(rest, &mut self.values) {
                                Fast::Whole(length) if length <= LONGEST => {
                                    if self.values.is_record() {
                                        let place = (self.offset + at as u64, self.line);
                                        sink.take(&self.values.record(rest), &rest[..length], place, &|raw| raw.into());
                                    }
                                    self.enough = 0;
                                    at += length;
                                }
                                Fast::More if !is_end && rest.len() < LONGEST / 4 => {
                                    self.enough = 2 * rest.len();
                                    return at;
                                }
                                _ => {
                                    self.enough = 0;
                                    self.walk.begin(self.offset + at as u64);
                                    self.state = State::Within(0);
                                }
                            }
                        }
                        b']' if self.around.is_some() => {
                            if let Some(around) = self.around.take() {
                                self.walk = around;
                                self.walk.resume(self.offset + at as u64);
                                self.state = State::Within(0);
                            }
                        }
                        b'[' => {
                            self.walk.begin(self.offset + at as u64);
                            self.state = State::Within(0);
                        }
                        b']' | b'}' if self.is_broken => at += 1,
                        _ => {
                            sink.problem(self.offset + at as u64, self.line, "", "a record", Some(first));
                            self.pass();
                        }
                    }
                }
                State::Within(fed) => {
                    let end = bytes.len().min(at + fed + STEP);
                    self.walk.push(&bytes[at + fed..end]);
                    if let Some(next) = self.walk_on(&bytes[..end], at, sink) {
                        at = next;
                    } else if end < bytes.len() {
                        self.state = State::Within(end - at);
                    } else if is_end {
                        if let Err(error) = self.walk.finish() {
                            self.line += memchr_iter(b'\n', &bytes[at..]).count() as u64;
                            self.fault(&error, self.line, sink);
                        }
                        return bytes.len();
                    } else {
                        // What was fed is kept from where an object begins that may be a record.
                        let all = self.offset + bytes.len() as u64;
                        let from = self.walk.first_open(all.saturating_sub(LONGEST as u64)).unwrap_or(all);
                        let next = usize::try_from(from.saturating_sub(self.offset)).map_or(bytes.len(), |next| next.max(at));
                        self.line += memchr_iter(b'\n', &bytes[at..next]).count() as u64;
                        self.state = State::Within(bytes.len() - next);
                        return next;
                    }
                }
            }
        }
    }

    /// Goes on with the value that begins, or is kept from, `at`; gives where the next one may begin when this one ends, or is left.
    fn walk_on(&mut self, bytes: &[u8], at: usize, sink: &mut Sink) -> Option<usize> {
        // Where in the bytes, and in which line, an offset is.
        let first = self.offset + at as u64;
        let mut counted = (at, self.line);
        let mut line_of = |offset: u64| {
            let to = usize::try_from(offset.saturating_sub(first)).map_or(bytes.len(), |to| (at + to).min(bytes.len()));
            if to < counted.0 {
                counted = (at, self.line);
            }
            counted = (to, counted.1 + memchr_iter(b'\n', &bytes[counted.0..to]).count() as u64);
            counted
        };
        loop {
            match self.walk.next() {
                Ok(Met::Nothing) => return None,
                Ok(Met::Record(start, end)) => {
                    let line = line_of(start).1;
                    if end - start > LONGEST as u64 {
                        sink.too_long(start, line);
                    } else {
                        // Around other records there is none.
                        let raw = within(&bytes[at..], first, start, end).unwrap_or_default();
                        sink.take(&self.walk.values().record(&[]), raw, (start, line), &|raw| raw.into());
                    }
                    if self.around.is_none() && self.walk.is_in_array() {
                        self.walk.pause();
                        self.around = Some(std::mem::take(&mut self.walk));
                        self.state = State::Between;
                        let (end, line) = line_of(end);
                        self.line = line;
                        return Some(end);
                    }
                }
                Ok(Met::End) => {
                    self.state = State::Between;
                    let (end, line) = line_of(self.offset + (bytes.len() - self.walk.unread()) as u64);
                    self.line = line;
                    return Some(end);
                }
                Err(error) => {
                    let (end, line) = line_of(self.walk.offset(&error));
                    self.fault(&error, line, sink);
                    // The line in which it was found may be the first one of the next record.
                    let begin = bytes[at..end].iter().rposition(|byte| *byte == b'\n').map(|newline| at + newline);
                    let is_next = begin.is_some_and(|begin| bytes[begin + 1..].trim_ascii_start().first() == Some(&b'{'));
                    self.pass();
                    if is_next && let Some(begin) = begin {
                        self.line = line - 1;
                        return Some(begin);
                    }
                    self.line = line;
                    return Some(end);
                }
            }
        }
    }

    fn fault(&self, error: &Error, line: u64, sink: &mut Sink) {
        sink.problem(self.walk.offset(error), line, error.path.as_str(), error.expected, error.found);
    }

    /// Nothing more is read of this line.
    fn pass(&mut self) {
        self.state = State::Passing;
        self.is_broken = true;
        self.around = None;
    }
}

/// Where the line ends, with its end, that has nothing more behind `at`.
#[inline]
fn line_end(bytes: &[u8], mut at: usize, is_end: bool) -> Option<usize> {
    loop {
        match bytes.get(at) {
            Some(b'\n') => return Some(at + 1),
            Some(b' ' | b'\r' | b'\t' | b',') => at += 1,
            None if is_end => return Some(at),
            _ => return None,
        }
    }
}

/// The bytes between two offsets in the file, where `first` is that of the first byte.
fn within(bytes: &[u8], first: u64, start: u64, end: u64) -> Option<&[u8]> {
    let place = |offset: u64| usize::try_from(offset.checked_sub(first)?).ok();
    bytes.get(place(start)?..place(end)?)
}
