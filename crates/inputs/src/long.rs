//! A text of any length, as it streams in: a short one is kept whole, and of a long one what matters of it.
//!
//! Logs grow to gigabytes, and the lines that matter come last. So of a text of more than [`MAX_BYTES`] its first and its last lines are
//! kept, and of those between the newest with a sign of a fault. Where it is known which requests failed, the lines of theirs come first: what
//! is kept then is no more than is taken from a text. What was passed over is counted, and every line keeps its number.

use std::cmp::Reverse;
use std::collections::VecDeque;

use fivetwenty_captures::evidence::sniff;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::TextKind;
use fivetwenty_model::passed::{Gap, PassedOver, Sought};
use memchr::memmem;

use super::clock::{clock, unix, yearless};
use super::logs::Signs;
use super::{MAX_BYTES, MAX_EXTRACTS, recognise};

/// Bytes of a block of whole lines: the first one and the last two are kept. A longer line is passed over.
const BLOCK: usize = MAX_BYTES / 4;
/// Bytes of lines with a rank that are kept between them.
const RANKED: usize = MAX_BYTES / 4;
/// Lines at both ends that are kept whatever they say: names of columns stand at the beginning.
const ENDS: usize = 50;

/// Why a line is kept, the best reason first: it has the Ray ID of a request that failed; it is of the time of one, and has a sign of a fault,
/// or names the site, or neither; it has a sign of a fault.
const RANKS: usize = 5;
/// The rank of a line with nothing but a sign of a fault.
const SIGNED: usize = RANKS - 1;

/// Bytes that tell whether it is a text: as many as 1,000 letters have at most.
const ENOUGH: usize = 4000;

/// Takes a text in chunks of any size, and keeps at most [`MAX_BYTES`] of it.
#[derive(Default)]
pub struct TextReader {
    sought: Sought,
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
    sought: Sought,
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
    /// Lines with a rank, and those right behind them, with their numbers: a list for each rank.
    ranked: [VecDeque<(usize, Box<[u8]>)>; RANKS],
    ranked_bytes: usize,
    /// The rank of the line before.
    before: Option<usize>,
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
    /// Of a long text, the lines of these requests come first.
    pub fn seeking(sought: Sought) -> Self {
        Self { sought, ..Self::default() }
    }

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
        self.state.push(bytes, &self.sought);
    }
}

impl State {
    fn push(&mut self, bytes: &[u8], sought: &Sought) {
        match self {
            Self::Whole(whole) => {
                whole.extend_from_slice(bytes);
                if whole.len() > MAX_BYTES {
                    let whole = std::mem::take(whole);
                    *self = if whole[..MAX_BYTES].contains(&b'\n') {
                        let mut long = Long::new(sought.clone());
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
    fn new(sought: Sought) -> Self {
        Self {
            signs: Signs::new(),
            sought,
            coming: Vec::new(),
            is_endless: false,
            endless: 0,
            lines: 0,
            first: None,
            last: None,
            ranked: Default::default(),
            ranked_bytes: 0,
            before: None,
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
        for (number, line) in block.lines() {
            let rank = self.rank(line);
            if let Some(kept) = rank.or(self.before) {
                self.ranked_bytes += line.len();
                self.ranked[kept].push_back((number, line.into()));
            }
            self.before = rank;
        }
        while self.ranked_bytes > RANKED {
            let last = self.ranked.iter_mut().rev().find_map(VecDeque::pop_front);
            self.ranked_bytes -= last.map_or(self.ranked_bytes, |(_, line)| line.len());
        }
    }

    /// Why a line is kept.
    fn rank(&self, line: &[u8]) -> Option<usize> {
        let signed = self.signs.are_in(line).then_some(SIGNED);
        if self.sought.is_empty() {
            return signed;
        }
        let mut words = line.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| word.len() == 16);
        if words.any(|word| self.sought.rays.iter().any(|ray| ray.as_bytes().eq_ignore_ascii_case(word))) {
            return Some(0);
        }
        let names_site = || self.sought.hosts.iter().any(|host| memmem::find(line, host.as_bytes()).is_some());
        match signed {
            _ if !self.is_of_time(line) => signed,
            Some(_) => Some(1),
            None => Some(if names_site() { 2 } else { 3 }),
        }
    }

    /// Whether a line was written when a request failed.
    fn is_of_time(&self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line);
        let written = || {
            let clock = clock(&line)?;
            let time = clock.moment()?;
            if clock.is_zoned() { Some(time) } else { self.sought.offset.to_utc(time) }
        };
        // Records have the time as a number.
        let number = || line.split(|letter: char| !letter.is_ascii_digit() && letter != '.').filter(|word| word.len() > 9).find_map(unix);
        let without_year = || {
            let year = Timestamp::from_unix_ms(self.sought.times.first()?[0])?.to_string();
            let time = [year.get(..4)?, yearless(&line)?.to_string().get(4..)?].concat().parse().ok()?;
            self.sought.offset.to_utc(time)
        };
        let time = written().or_else(without_year).or_else(number).map(Timestamp::unix_ms);
        time.is_some_and(|time| self.sought.times.iter().any(|[from, to]| (*from..=*to).contains(&time)))
    }

    fn finish(mut self) -> (Vec<u8>, PassedOver) {
        let mut kept = Vec::new();
        let mut passed = PassedOver::default();
        let (mut row, mut next, mut before) = (0, 0, 0);
        for block in self.blocks() {
            if block.line > next {
                before += block.line - next;
                passed.gaps.push(Gap { line: row, before });
            }
            (row, next) = (row + block.lines, block.line + block.lines);
            kept.extend(block.bytes);
        }
        passed.lines = before as u64 + (self.lines - next) as u64 + self.endless;
        (kept, passed)
    }

    /// What is kept, in the order of the text.
    fn blocks(&mut self) -> Vec<Block> {
        let coming = std::mem::take(&mut self.coming);
        let coming = Block { line: self.lines, lines: lines(&coming).map(rows).sum(), bytes: coming };
        self.lines += coming.lines;
        let whole: Vec<Block> = self.first.take().into_iter().chain(self.last.take()).chain([coming]).collect();
        let mut ranked: Vec<(Option<usize>, Block)> = Vec::new();
        for (rank, list) in std::mem::take(&mut self.ranked).into_iter().enumerate() {
            ranked.extend(list.into_iter().map(|(line, bytes)| (Some(rank), Block { line, lines: rows(&bytes), bytes: bytes.into() })));
        }
        if self.sought.is_empty() {
            return in_order(whole.into_iter().chain(ranked.into_iter().map(|(_, block)| block)).collect());
        }
        let lines = whole.iter().flat_map(Block::lines);
        ranked.extend(lines.map(|(line, bytes)| (self.rank(bytes), Block { line, lines: rows(bytes), bytes: bytes.to_vec() })));
        if ranked.iter().any(|(rank, _)| rank.is_some_and(|rank| rank < SIGNED)) {
            keep_best(&mut ranked);
        }
        in_order(ranked.into_iter().map(|(_, block)| block).collect())
    }
}

impl Block {
    /// Its lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut next = self.line;
        lines(&self.bytes).map(move |line| {
            let number = next;
            next += rows(line);
            (number, line)
        })
    }
}

/// Keeps no more lines than are taken from a text: those at both ends, then the best and, of equals, the newest.
fn keep_best(ranked: &mut Vec<(Option<usize>, Block)>) {
    sort_by_key(ranked, |(_, line)| line.line);
    let end = ranked.len().saturating_sub(ENDS);
    let mut last = ranked.split_off(end);
    let mut within = ranked.split_off(ENDS.min(end));
    sort_by_key(&mut within, |(rank, line)| (rank.unwrap_or(RANKS), Reverse(line.line)));
    ranked.append(&mut within);
    // A text of which as many are taken counts as one of which some were dropped.
    ranked.truncate(MAX_EXTRACTS - 1 - ENDS);
    ranked.append(&mut last);
}

fn in_order(mut blocks: Vec<Block>) -> Vec<Block> {
    sort_by_key(&mut blocks, |block| block.line);
    blocks
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

    /// Breaks when the lines of a request that failed are not found in a log that is full of other faults, wherever they stand and however its
    /// clock is written; when the names of its columns are lost; when what is kept is more than is taken from it; when a time that nothing was
    /// written at changes what is kept.
    #[test]
    fn the_lines_of_failing_requests_come_first() {
        let count = 3 * MAX_BYTES / 2 / line(0, 502).len();
        let ray = format!("{} 9d7018700a17c2b1-FRA\n", line(count / 2, 200).trim_end());
        let hour = "[21/Nov/2026:05:18:20 +0100] \"GET /its HTTP/1.1\" 200 1\n";
        let forms = [hour, "2026/11/21 05:18:20 quiet\n", "Nov 21 05:18:20 web1 quiet\n", "{\"ts\":1795234700.5,\"quiet\":1}\n"];
        let at = |number: usize| match number {
            0 => "#Fields: x\n".to_owned(),
            number if number == count / 2 => ray.clone(),
            number if number > count / 2 && number <= count / 2 + forms.len() => forms[number - count / 2 - 1].to_owned(),
            number => line(number, 502).replace("21/Nov", "20/Nov"),
        };
        let text: String = (0..count).map(at).collect();
        let offset = fivetwenty_captures::evidence::utc_offset::UtcOffset::from_minutes(60).unwrap();
        let around = |ms: i64| vec![[ms - 60_000, ms + 60_000]];
        let read = |sought: Sought| {
            let mut read = TextReader::seeking(sought);
            read.push(text.as_bytes());
            read.finish("access.log").unwrap()
        };
        let sought = Sought { rays: vec!["9D7018700A17C2B1".into()], times: around(1_795_234_700_000), hosts: Vec::new(), offset };
        let (kept, passed) = read(sought.clone());
        for line in forms.into_iter().chain([&*ray, &at(0), &at(count - 1)]) {
            assert!(kept.contains(line), "{line}");
        }
        assert_eq!((kept.lines().count(), kept.lines().count() as u64 + passed.lines), (MAX_EXTRACTS - 1, count as u64));
        let recognised = recognise_kept("access.log", &kept, &passed);
        let own =
            |line: usize| recognised.extracts.iter().any(|extract| extract.lines.start == line && extract.statement.status() == Some(200));
        assert!(own(count / 2) && own(count / 2 + 1), "they are taken from it, under their own numbers");
        let nothing = Sought { rays: Vec::new(), times: around(0), ..sought };
        assert!(read(nothing) == super::tests::read([&text]).unwrap());
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
