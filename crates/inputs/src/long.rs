//! A text of any length, as it streams in: a short one is kept whole, and of a long one what matters of it.
//!
//! Logs grow to gigabytes, and the lines that matter come last. So of a text of more than [`MAX_BYTES`] its first and its last lines are
//! kept, and of those between the newest with a sign of a fault. What was passed over is counted, and every line keeps its number.

use std::collections::VecDeque;

use fivetwenty_model::passed::{Gap, PassedOver};

use super::logs::Signs;
use super::{MAX_BYTES, recognise};
use fivetwenty_captures::evidence::sniff;
use fivetwenty_model::TextKind;

/// Bytes of a block of whole lines: the first one and the last two are kept. A longer line is passed over.
const BLOCK: usize = MAX_BYTES / 4;
/// Bytes of lines with a sign of a fault that are kept between them.
const SIGNED: usize = MAX_BYTES / 4;

/// Bytes that tell whether it is a text: as many as 1,000 letters have at most.
const ENOUGH: usize = 4000;

/// Takes a text in chunks of any size, and keeps at most [`MAX_BYTES`] of it.
#[derive(Default)]
pub struct TextReader {
    /// Bytes that came, as UTF-8.
    bytes: u64,
    /// Bytes that end no letter yet.
    open: Vec<u8>,
    encoding: Option<Encoding>,
    state: State,
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// How a text is kept.
enum State {
    /// All of it.
    Whole(Vec<u8>),
    /// Its beginning, for it has no lines.
    Beginning(Vec<u8>),
    /// What matters of it.
    Long(Box<Long>),
}

impl Default for State {
    fn default() -> Self {
        Self::Whole(Vec::new())
    }
}

/// A long text.
struct Long {
    signs: Signs,
    /// What is not in a block yet.
    coming: Vec<u8>,
    /// Within a line that is longer than a block.
    is_endless: bool,
    /// Lines that were passed over for their length.
    endless: u64,
    /// Lines that are in blocks.
    lines: usize,
    first: Option<Block>,
    last: Option<Block>,
    /// Lines with a sign of a fault, and those right behind them, with their numbers.
    signed: VecDeque<(usize, Box<[u8]>)>,
    signed_bytes: usize,
    /// The line before had a sign.
    was_signed: bool,
}

/// Whole lines.
struct Block {
    /// The number of the first one, from 0.
    line: usize,
    /// How many there are.
    lines: usize,
    bytes: Vec<u8>,
}

impl TextReader {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        if let Some(Encoding::Utf8) = self.encoding {
            return self.take(bytes);
        }
        self.open.extend_from_slice(bytes);
        if let Some(start) = self.open.first_chunk::<2>()
            && self.encoding.is_none()
        {
            self.encoding = Some(match start {
                [0xff, 0xfe] => Encoding::Utf16(u16::from_le_bytes),
                [0xfe, 0xff] => Encoding::Utf16(u16::from_be_bytes),
                _ => Encoding::Utf8,
            });
        }
        match self.encoding {
            None => {}
            Some(Encoding::Utf8) => {
                let bytes = std::mem::take(&mut self.open);
                self.take(&bytes);
            }
            Some(Encoding::Utf16(unit)) => {
                let mut units: Vec<u16> = self.open.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
                // The first half of a letter waits for the other one.
                units.pop_if(|last| (0xd800..0xdc00).contains(last));
                self.open.drain(..2 * units.len());
                let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
                self.take(letters.collect::<String>().as_bytes());
            }
        }
    }

    /// What came is no text, whatever follows: reading on brings nothing.
    pub fn is_over(&self) -> bool {
        match &self.state {
            State::Whole(whole) => whole.len() >= ENOUGH && !is_text(&String::from_utf8_lossy(&whole[..ENOUGH])),
            State::Beginning(beginning) => !is_text(&String::from_utf8_lossy(&beginning[..ENOUGH])),
            State::Long(_) => false,
        }
    }

    /// The text, and what was passed over of it. `None` when it is no text, or when its name says that it should be a capture and nothing
    /// else is recognised in it: then what is wrong with the capture is the news.
    pub fn finish(mut self, name: &str) -> Option<(String, PassedOver)> {
        let rest = std::mem::take(&mut self.open);
        self.take(&rest);
        let (kept, mut passed) = self.state.finish();
        passed.bytes = self.bytes - kept.len() as u64;
        let text = String::from_utf8_lossy(&kept);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let may_be_capture = [".har", ".json"].iter().any(|ending| sniff::ends_with(name, ending));
        (!text.trim().is_empty() && is_text(text) && !(may_be_capture && recognise(name, text).kind == TextKind::Unknown))
            .then(|| (text.to_owned(), passed))
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.state.push(bytes);
    }
}

impl State {
    fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Whole(whole) => {
                whole.extend_from_slice(bytes);
                if whole.len() > MAX_BYTES {
                    let whole = std::mem::take(whole);
                    *self = if whole[..MAX_BYTES].contains(&b'\n') {
                        let mut long = Long::new();
                        long.push(&whole);
                        Self::Long(Box::new(long))
                    } else {
                        Self::Beginning(whole[..MAX_BYTES].to_vec())
                    };
                }
            }
            Self::Beginning(_) => {}
            Self::Long(long) => long.push(bytes),
        }
    }

    /// What is kept, and what was passed over, without its bytes.
    fn finish(self) -> (Vec<u8>, PassedOver) {
        match self {
            Self::Whole(whole) => (whole, PassedOver::default()),
            Self::Beginning(beginning) => (beginning, PassedOver::default()),
            Self::Long(long) => long.finish(),
        }
    }
}

impl Long {
    fn new() -> Self {
        Self {
            signs: Signs::new(),
            coming: Vec::new(),
            is_endless: false,
            endless: 0,
            lines: 0,
            first: None,
            last: None,
            signed: VecDeque::new(),
            signed_bytes: 0,
            was_signed: false,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.is_endless {
                let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return };
                self.is_endless = false;
                rest = &rest[end..];
            }
            // Blocks begin and end where they do however the bytes arrive.
            let part;
            (part, rest) = rest.split_at(rest.len().min(BLOCK - self.coming.len()));
            self.coming.extend_from_slice(part);
            if self.coming.len() < BLOCK {
                continue;
            }
            let Some(end) = self.coming.iter().rposition(|byte| *byte == b'\n') else {
                // Its end makes it an empty line, so that the others keep their numbers.
                self.coming.clear();
                (self.is_endless, self.endless) = (true, self.endless + 1);
                continue;
            };
            let rest = self.coming.split_off(end + 1);
            let block = std::mem::replace(&mut self.coming, rest);
            self.block(block);
        }
    }

    fn block(&mut self, bytes: Vec<u8>) {
        let lines = lines(&bytes).map(rows).sum();
        let block = Block { line: self.lines, lines, bytes };
        self.lines += lines;
        if self.first.is_none() {
            self.first = Some(block);
        } else if let Some(older) = self.last.replace(block) {
            self.look_through(&older);
        }
    }

    fn look_through(&mut self, block: &Block) {
        let mut number = block.line;
        for line in lines(&block.bytes) {
            let is_signed = self.signs.are_in(line);
            if is_signed || self.was_signed {
                self.signed_bytes += line.len();
                self.signed.push_back((number, line.into()));
            }
            self.was_signed = is_signed;
            number += rows(line);
        }
        while self.signed_bytes > SIGNED {
            self.signed_bytes -= self.signed.pop_front().map_or(self.signed_bytes, |(_, line)| line.len());
        }
    }

    fn finish(self) -> (Vec<u8>, PassedOver) {
        let mut kept = Vec::new();
        let mut passed = PassedOver::default();
        let (mut row, mut next, mut before) = (0, 0, 0);
        let signed = self.signed.into_iter().map(|(line, bytes)| Block { line, lines: rows(&bytes), bytes: bytes.into() });
        let coming = Block { line: self.lines, lines: lines(&self.coming).map(rows).sum(), bytes: self.coming };
        for block in self.first.into_iter().chain(signed).chain(self.last).chain([coming]) {
            if block.line > next {
                before += block.line - next;
                passed.gaps.push(Gap { line: row, before });
            }
            (row, next) = (row + block.lines, block.line + block.lines);
            kept.extend(block.bytes);
        }
        passed.lines = before as u64 + self.endless;
        (kept, passed)
    }
}

/// Whether letters of its beginning are those of a text.
fn is_text(text: &str) -> bool {
    let is_odd = |letter: &char| matches!(letter, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{fffd}');
    text.chars().take(1000).filter(is_odd).count() * 20 < text.len().min(1000)
}

/// The lines with their ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// How many lines a reader of texts makes of one: a terminal ends some with CR alone.
fn rows(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    line[..end].split(|byte| *byte == b'\r').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise_kept;

    fn read(chunks: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Option<(String, PassedOver)> {
        let mut read = TextReader::default();
        chunks.into_iter().for_each(|chunk| read.push(chunk.as_ref()));
        read.finish("access.log")
    }

    fn line(number: usize, status: u16) -> String {
        format!("104.16.1.1 - - [21/Nov/2026:04:18:20 +0000] \"GET /page/{number} HTTP/1.1\" {status} 1234 \"-\" \"Mozilla/5.0\"\n")
    }

    /// Breaks when the line that matters is not found for standing in the middle or at the end of a long log, gets another number, or what
    /// was passed over is miscounted; when it depends on how the bytes arrive.
    #[test]
    fn of_a_long_log_what_matters_is_kept() {
        let count = 4 * MAX_BYTES / line(0, 200).len();
        let failing = [count / 2, count / 2 + 1, count - 3];
        let lines: Vec<String> = (0..count).map(|number| line(number, if failing.contains(&number) { 502 } else { 200 })).collect();
        let text = lines.concat();
        let (kept, passed) = read([&text]).unwrap();
        assert!(kept.len() <= MAX_BYTES && kept.len() > MAX_BYTES / 4);
        assert_eq!((kept.len() as u64 + passed.bytes, kept.lines().count() as u64 + passed.lines), (text.len() as u64, count as u64));
        let recognised = recognise_kept("access.log", &kept, &passed);
        let faults: Vec<usize> = recognised
            .extracts
            .iter()
            .filter(|extract| extract.statement.status() == Some(502))
            .map(|extract| extract.lines.start)
            .collect();
        assert_eq!((faults, recognised.bytes), (failing.to_vec(), text.len() as u64));
        for size in [997, 1 << 16, 3_000_000] {
            assert!(read(text.as_bytes().chunks(size)).as_ref() == Some(&(kept.clone(), passed.clone())), "{size}");
        }
    }

    /// Breaks when older faults push out the newest ones, or there is no limit.
    #[test]
    fn of_too_many_faults_the_newest_are_kept() {
        let count = 4 * MAX_BYTES / line(0, 502).len();
        let text: String = (0..count).map(|number| line(number, 502)).collect();
        let (kept, passed) = read([&text]).unwrap();
        assert!(kept.len() <= MAX_BYTES);
        assert_eq!(passed.gaps.len(), 1);
        assert!(kept.ends_with(&line(count - 1, 502)) && kept.starts_with(&line(0, 502)));
    }

    /// Breaks when a line without an end takes memory as it comes, its beginning is read as if it were whole, or a text of one line is lost.
    #[test]
    fn a_line_may_have_no_end() {
        let endless = "x".repeat(3 * MAX_BYTES);
        let text = [&line(0, 502), &endless, "\n", &line(2, 503)].concat();
        let (kept, passed) = read([&text]).unwrap();
        assert_eq!((kept.lines().count(), passed.lines), (3, 1));
        let recognised = recognise_kept("access.log", &kept, &passed);
        assert_eq!(recognised.extracts.iter().map(|extract| extract.lines.start).collect::<Vec<usize>>(), [0, 2]);
        let (kept, passed) = read([&endless]).unwrap();
        assert_eq!((kept.len(), passed), (MAX_BYTES, PassedOver { bytes: 2 * MAX_BYTES as u64, ..PassedOver::default() }));
    }

    /// Breaks when a short text is not kept as it is, or what is no text is taken for one.
    #[test]
    fn a_short_text_is_kept_whole() {
        let text = "\u{feff}a\r\nRay ID: 8a7d5e2fbcd1a1c3 \u{1f600}\n\nb";
        for size in 1..8 {
            assert_eq!(read(text.as_bytes().chunks(size)), Some((text[3..].to_owned(), PassedOver::default())));
        }
        assert_eq!(read([" \n"]), None);
        assert_eq!(read([[0_u8; 400]]), None);
        let is_over = |bytes: &[u8]| {
            let mut read = TextReader::default();
            read.push(bytes);
            read.is_over()
        };
        assert_eq!([vec![0; 4000], vec![0; 3999], vec![b'a'; 4000]].map(|bytes| is_over(&bytes)), [true, false, false]);
        assert_eq!(read(Vec::<Vec<u8>>::new()), None);
    }

    /// Breaks when a text of Windows' shell is not read, however it arrives.
    #[test]
    fn utf_16_is_text() {
        let text = "\u{feff}Ray ID: 8a7d5e2fbcd1a1c3 \u{1f600}\r\n";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes].map(|bytes| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()) {
            for size in 1..8 {
                assert_eq!(read(bytes.chunks(size)), Some((text[3..].to_owned(), PassedOver::default())), "{size}");
            }
        }
        assert_eq!(read([[0xff_u8, 0xfe]]), None);
    }
}
