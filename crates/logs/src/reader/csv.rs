//! CSV: rows below a line of names, or without it.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr_iter;

use super::columns::infer;
use super::names::{Name, name};
use super::sink::{LONGEST, Sink};
use super::values::{self, Value, Values};
use crate::record::Field;

/// Signs between values.
const SIGNS: &[u8] = b",;\t|";
/// Columns at most.
const MOST_COLUMNS: usize = 1000;
/// Rows by whose values columns are told.
const LOOKED_AT: usize = 500;

/// Reads rows.
pub(super) struct Csv {
    reader: Reader,
    columns: Vec<Name>,
    /// The line of names, until it was read.
    is_head: bool,
    /// As it is written.
    head: Option<Box<[u8]>>,
    /// The beginning of a row whose end has not come.
    raw: Vec<u8>,
    /// The values of the row, behind one another, where each ends, and how many bytes and values there are.
    text: Vec<u8>,
    ends: Vec<usize>,
    filled: (usize, usize),
    values: Values,
    /// Offset and line, from 0, in the file of the row.
    offset: u64,
    line: u64,
    /// The rest of the line is passed over.
    is_passing: bool,
}

impl Csv {
    /// A file that begins so, which has names in its first line, or whose columns tell what they are. `offset` is that of the first byte.
    #[inline]
    pub(super) fn new(beginning: &[u8], offset: u64, sink: &mut Sink) -> Option<Self> {
        let line = beginning.split_inclusive(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
        let named = |sign: u8| {
            let names: Vec<Name> = rows(line, sign, 1).pop()?.iter().map(|cell| of_column(cell)).collect();
            let is_value = |name: &&Name| matches!(name, Name::Value(..));
            let known = names.iter().filter(is_value).count();
            let has_status = names.iter().any(|name| matches!(name, Name::Value(Field::EdgeResponseStatus, _)));
            (has_status && (known > 1 || names.len() == 1)).then(|| Self::of(sign, names, Some(line.trim_ascii_end().into()), offset))
        };
        if let Some(csv) = SIGNS.iter().find_map(|sign| named(*sign)) {
            return Some(csv);
        }
        // The last row may not be whole.
        let end = beginning.iter().rposition(|byte| *byte == b'\n')?;
        SIGNS.iter().find_map(|sign| {
            let (columns, untold) = infer(&rows(&beginning[..=end], *sign, LOOKED_AT))?;
            if !untold.is_empty() {
                let problem = format!(
                    "expected a first line with the names of the columns, found values. Columns that could not be told by them: {}. Write the names of the job's fields in a first line",
                    untold.join(", ")
                );
                sink.note(offset, 0, "", problem);
            }
            Some(Self::of(*sign, columns, None, offset))
        })
    }

    #[inline]
    fn of(sign: u8, columns: Vec<Name>, head: Option<Box<[u8]>>, offset: u64) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(sign).build(),
            columns,
            is_head: head.is_some(),
            head,
            raw: Vec::new(),
            text: vec![0; 1 << 12],
            ends: vec![0; 128],
            filled: (0, 0),
            values: Values::default(),
            offset,
            line: 0,
            is_passing: false,
        }
    }

    /// The line of names.
    #[inline]
    pub(super) fn head(&self) -> Option<&[u8]> {
        self.head.as_deref()
    }

    /// How many lines were read.
    pub(super) fn lines(&self) -> u64 {
        self.line
    }

    /// Takes the next bytes; the last ones with `is_end`.
    pub(super) fn push(&mut self, bytes: &[u8], is_end: bool, sink: &mut Sink) {
        let mut start = 0;
        let mut at = 0;
        loop {
            if self.is_passing {
                let Some(end) = memchr::memchr(b'\n', &bytes[at..]) else {
                    self.offset += (bytes.len() - start) as u64;
                    return;
                };
                at += end + 1;
                self.offset += (at - start) as u64;
                self.line += 1;
                start = at;
                self.is_passing = false;
            }
            if at == bytes.len() && !is_end {
                break;
            }
            let (text, ends) = (&mut self.text[self.filled.0..], &mut self.ends[self.filled.1..]);
            let (result, read, written, ended) = self.reader.read_record(&bytes[at..], text, ends);
            at += read;
            self.filled = (self.filled.0 + written, self.filled.1 + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() < LONGEST => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_COLUMNS => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    sink.too_long(self.offset, self.line);
                    self.line += self.lines_of(&bytes[start..at]);
                    self.offset += (self.raw.len() + at - start) as u64;
                    start = at;
                    self.raw.clear();
                    self.reader.reset();
                    self.filled = (0, 0);
                    self.is_passing = true;
                }
                ReadRecordResult::Record => {
                    if self.raw.is_empty() {
                        self.row(&bytes[start..at], sink);
                    } else {
                        let mut raw = std::mem::take(&mut self.raw);
                        raw.extend_from_slice(&bytes[start..at]);
                        self.row(&raw, sink);
                        raw.clear();
                        self.raw = raw;
                    }
                    start = at;
                    self.filled = (0, 0);
                }
                ReadRecordResult::End => break,
            }
        }
        self.raw.extend_from_slice(&bytes[start..]);
    }

    fn lines_of(&self, more: &[u8]) -> u64 {
        [&self.raw, more].iter().map(|bytes| memchr_iter(b'\n', bytes).count() as u64).sum()
    }

    /// Takes a row, whose values were read of `raw`.
    fn row(&mut self, raw: &[u8], sink: &mut Sink) {
        let blank = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let written = raw[blank..].trim_ascii_end();
        let place = (self.offset + blank as u64, self.line + memchr_iter(b'\n', &raw[..blank]).count() as u64);
        self.offset += raw.len() as u64;
        self.line += memchr_iter(b'\n', raw).count() as u64;
        if std::mem::take(&mut self.is_head) {
            return;
        }
        let ends = &self.ends[..self.filled.1];
        if ends.len() != self.columns.len() {
            let problem = format!("expected a row of {} values, found one of {}", self.columns.len(), ends.len());
            return sink.note(place.0, place.1, "", problem);
        }
        self.values.clear();
        let mut start = 0;
        for (name, end) in self.columns.iter().zip(ends) {
            if let Name::Value(field, rank) = name {
                let cell = &self.text[start..*end];
                self.values.set(*field, *rank, Value::Source(&cell[..cell.len().min(values::LONGEST)], start));
            }
            start = *end;
        }
        if self.values.is_record() {
            let (has_head, columns, text) = (self.head.is_some(), &self.columns, &self.text);
            let kept = |written: &[u8]| -> Box<[u8]> { if has_head { written.into() } else { object(columns, text, ends) } };
            sink.take(&self.values.record(&self.text), written, place, &kept);
        } else if !self.columns.is_empty() {
            sink.note(place.0, place.1, "EdgeResponseStatus", "expected a status, found something else".to_owned());
        }
    }
}

/// What a column of this name is read as. Some exports write the names of the objects around it before it.
#[inline]
fn of_column(written: &[u8]) -> Name {
    let written = written.trim_ascii();
    match name(written) {
        Name::Value(field, rank) => Name::Value(field, rank),
        _ => match name(written.rsplit(|byte| *byte == b'.').next().unwrap_or_default()) {
            Name::Value(field, rank) => Name::Value(field, rank),
            _ => Name::Unknown,
        },
    }
}

/// The values of the first rows of a text that ends with a whole row.
#[inline]
fn rows(text: &[u8], sign: u8, most: usize) -> Vec<Vec<Box<[u8]>>> {
    let mut reader = ReaderBuilder::new().delimiter(sign).build();
    let mut out = vec![0; text.len()];
    let mut ends = vec![0; MOST_COLUMNS];
    let mut rows = Vec::new();
    let (mut at, mut filled) = (0, (0, 0));
    while rows.len() < most {
        let (result, read, written, ended) = reader.read_record(&text[at..], &mut out[filled.0..], &mut ends[filled.1..]);
        at += read;
        filled = (filled.0 + written, filled.1 + ended);
        match result {
            // No bytes are left: the next time it gives the last row.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::Record => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                rows.push(ends[..filled.1].iter().zip(starts).map(|(end, start)| out[start..*end].into()).collect());
                filled = (0, 0);
            }
            _ => break,
        }
    }
    rows
}

/// A row without a line of names, as an object: what is known of it.
#[inline]
fn object(columns: &[Name], text: &[u8], ends: &[usize]) -> Box<[u8]> {
    let mut members = Vec::new();
    let mut start = 0;
    for (name, end) in columns.iter().zip(ends) {
        if let Name::Value(field, _) = name {
            let value = String::from_utf8_lossy(&text[start..*end]);
            let value: String = value.chars().filter(|letter| !letter.is_control()).collect();
            members.push(format!("\"{field:?}\":\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")));
        }
        start = *end;
    }
    format!("{{{}}}", members.join(",")).into_bytes().into()
}
