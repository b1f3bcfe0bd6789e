//! The general way through JSON, token by token: it finds records wherever they stand.

use fivetwenty_captures::json::{Error, Limits, Text, Token, Tokenizer, Want};

use super::names::{GENERAL, Name, Names, is_known};
use super::values::{LONGEST, Value, Values};
use crate::record::Field;

/// Arrays and objects in one another, at most.
const DEPTH: usize = 64;
/// Requests of a Worker's within a record, at most: Cloudflare writes no more.
const PARTS: usize = 50;

/// Walks through one JSON value that arrives in chunks.
#[derive(Default)]
pub(super) struct Walk {
    tokens: Tokenizer,
    open: Vec<Open>,
    /// Objects that may be records, one for each that is open; those behind [`Walk::depth`] are there to be used again.
    candidates: Vec<Candidate>,
    depth: usize,
    /// The request of a Worker's that is being read.
    part: Values,
    names: Names,
    /// The place among them of the name that is expected.
    next: usize,
    /// The name of the value to come.
    name: Option<Name>,
    is_over: bool,
    /// A member with the status of the edge's answer was met.
    pub(super) has_status: bool,
    /// The offset in the file of the first byte of the value, as the tokenizer counts.
    base: u64,
    pushed: u64,
}

/// An array or object that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// An object that may be a record.
    Record,
    /// One of which the members count as those of the record around it.
    Wrapper,
    /// One of the requests that a Worker made.
    Part,
    /// An object of which the members are not looked at.
    Closed,
    /// An array: the objects in it may be records.
    Records,
    /// The array of a Worker's requests.
    Parts,
    /// Anything within a part.
    Inner,
}

#[derive(Default)]
struct Candidate {
    values: Values,
    parts: Vec<Values>,
    /// Its offset in the file.
    start: u64,
    /// How many wrappers are open, and were at most.
    level: u8,
    deepest: u8,
}

/// What was met.
#[derive(Debug)]
pub(super) enum Met {
    /// The end of the chunk.
    Nothing,
    /// A record that begins and ends at these offsets in the file; [`Walk::values`] has its values.
    Record(u64, u64),
    /// The end of the value.
    End,
}

impl Walk {
    /// The next value begins at this offset in the file.
    pub(super) fn begin(&mut self, base: u64) {
        let limits = Limits { depth: DEPTH, known: is_known, ..Limits::default() };
        self.tokens = Tokenizer::new(limits);
        self.open.clear();
        (self.depth, self.name, self.is_over, self.base, self.pushed) = (0, None, false, base, 0);
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.pushed += bytes.len() as u64;
        self.tokens.push(bytes);
    }

    /// Leaves what was pushed and not read: it is read by others, until this goes on.
    pub(super) fn pause(&mut self) {
        self.tokens.pass(self.unread());
    }

    /// What is pushed next stands at this offset in the file.
    pub(super) fn resume(&mut self, offset: u64) {
        self.base = offset.wrapping_sub(self.pushed);
    }

    /// How many bytes of what was pushed were not read.
    pub(super) fn unread(&self) -> usize {
        self.tokens.unread().len()
    }

    /// The values of the record that was met last. Their texts stand in their own store.
    pub(super) fn values(&self) -> &Values {
        &self.candidates[self.depth].values
    }

    /// It stands in an array in which others like the last one may follow.
    pub(super) fn is_in_array(&self) -> bool {
        self.open.last() == Some(&Open::Records)
    }

    /// The offset in the file, not before `from`, at which the first object that is open begins that may be a record.
    pub(super) fn first_open(&self, from: u64) -> Option<u64> {
        self.candidates[..self.depth].iter().map(|candidate| candidate.start).find(|start| *start >= from)
    }

    /// The offset in the file of an error.
    pub(super) fn offset(&self, error: &Error) -> u64 {
        self.base.wrapping_add(error.offset)
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<Met, Error> {
        while !self.is_over {
            let inside = self.open.last().copied();
            let named = self.name.take();
            let keep = if let Some(Name::Value(..)) = named { LONGEST } else { 0 };
            let Some(token) = self.tokens.next(Want { keep, hash: false })? else {
                self.name = named;
                return Ok(Met::Nothing);
            };
            match token {
                Token::Key(key) => {
                    self.name = matches!(inside, Some(Open::Record | Open::Wrapper | Open::Part))
                        .then(|| named_by(key, &mut self.names, &mut self.next));
                    self.has_status |= matches!(self.name, Some(Name::Value(Field::EdgeResponseStatus, _)));
                }
                Token::ObjectStart => self.object(inside, named),
                Token::ArrayStart => self.open.push(match inside {
                    Some(Open::Record | Open::Wrapper) if named == Some(Name::Parts) => Open::Parts,
                    Some(Open::Part | Open::Parts | Open::Inner) => Open::Inner,
                    _ => Open::Records,
                }),
                Token::ObjectEnd | Token::ArrayEnd => {
                    let closed = self.open.pop();
                    self.is_over = self.open.is_empty();
                    if let Some(record) = self.close(closed) {
                        return Ok(record);
                    }
                }
                Token::String(text) => {
                    if let Some(Name::Value(field, rank)) = named {
                        let values = Self::of(inside, &mut self.candidates[..self.depth], &mut self.part, rank);
                        if let Some(values) = values {
                            values.set(field, rank, Value::Other(text.kept));
                        }
                    }
                }
                Token::Number(text) => {
                    if let Some(Name::Value(field, rank)) = named
                        && let Some(values) = Self::of(inside, &mut self.candidates[..self.depth], &mut self.part, rank)
                    {
                        values.set(field, rank, Value::Other(text.as_bytes()));
                    }
                }
                Token::Bool(value) => {
                    if let Some(Name::Value(field, rank)) = named
                        && let Some(values) = Self::of(inside, &mut self.candidates[..self.depth], &mut self.part, rank)
                    {
                        values.set(field, rank, Value::Other(if value { b"true" } else { b"false" }));
                    }
                }
                Token::Null => {}
            }
        }
        Ok(Met::End)
    }

    /// The text is over within the value.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.tokens.finish().map(drop)
    }

    fn object(&mut self, inside: Option<Open>, named: Option<Name>) {
        let open = match inside {
            None | Some(Open::Records) => Open::Record,
            Some(Open::Parts) => Open::Part,
            Some(Open::Record | Open::Wrapper) if named == Some(Name::Wrapper) => Open::Wrapper,
            Some(Open::Record | Open::Wrapper | Open::Closed) => Open::Closed,
            Some(Open::Part | Open::Inner) => Open::Inner,
        };
        self.open.push(open);
        match open {
            Open::Record => {
                if self.candidates.len() == self.depth {
                    self.candidates.push(Candidate::default());
                }
                let candidate = &mut self.candidates[self.depth];
                candidate.values.clear();
                candidate.parts.clear();
                self.next = 0;
                (candidate.start, candidate.level, candidate.deepest) = (self.base.wrapping_add(self.tokens.offset()) - 1, 0, 0);
                self.depth += 1;
            }
            Open::Wrapper => {
                if let Some(candidate) = self.candidates[..self.depth].last_mut() {
                    candidate.level += 1;
                    candidate.deepest = candidate.deepest.max(candidate.level);
                    candidate.values.drop_general();
                }
            }
            Open::Part => self.part.clear(),
            _ => {}
        }
    }

    /// An array or object has ended: the record that it was.
    fn close(&mut self, closed: Option<Open>) -> Option<Met> {
        match closed? {
            Open::Record => {
                self.depth -= 1;
                let candidate = &mut self.candidates[self.depth];
                if !candidate.values.is_record() {
                    return None;
                }
                candidate.values.fold(&candidate.parts);
                Some(Met::Record(candidate.start, self.base.wrapping_add(self.tokens.offset())))
            }
            Open::Wrapper => {
                self.candidates[..self.depth].last_mut()?.level -= 1;
                None
            }
            Open::Part => {
                let candidate = self.candidates[..self.depth].last_mut()?;
                if candidate.parts.len() < PARTS {
                    candidate.parts.push(self.part.clone());
                }
                None
            }
            _ => None,
        }
    }

    /// The values to which a member belongs.
    fn of<'a>(inside: Option<Open>, candidates: &'a mut [Candidate], part: &'a mut Values, rank: u8) -> Option<&'a mut Values> {
        match inside? {
            Open::Part => Some(part),
            Open::Record | Open::Wrapper => {
                let candidate = candidates.last_mut()?;
                (rank < GENERAL || candidate.level == candidate.deepest).then_some(&mut candidate.values)
            }
            _ => None,
        }
    }
}

fn named_by(key: Text<'_>, names: &mut Names, next: &mut usize) -> Name {
    if key.length > key.kept.len() as u64 {
        return Name::Unknown;
    }
    let (name, place) = names.find(*next, key.kept);
    *next = place + 1;
    name
}
