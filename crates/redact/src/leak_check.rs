//! The check at the check: no value that was removed may stand in what leaves, however it is written there.
//!
//! What leaves is searched for each of these values as it is, and as it would read once percent-, JSON-, HTML-, hex- or base64-encoding is
//! undone. The text is decoded, rather than the values encoded: then a value is found in every way of writing it, half encoded or in
//! letters of either case too, and memory grows with the values alone.

use std::fmt;
use std::rc::Rc;

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use crate::kind::Kind;
use crate::removed::Removed;

/// Of a longer value so many bytes are searched for, its last ones: what long values have in common stands at their beginning.
const LONGEST: usize = 256;
/// Bytes of values that are searched for at the same time: memory is some fifty times as much.
const AT_ONCE: usize = 1 << 20;

/// A removed value stands in what was to leave. The value itself is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The name of the file.
    pub file: &'static str,
    /// Where its last byte is, in bytes from the start of the file.
    pub offset: u64,
    /// What was removed.
    pub kind: Kind,
    /// The number of its token.
    pub number: u32,
    /// How it is written there.
    pub encoding: Encoding,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Raw,
    /// `%41`, all of it or what must be.
    Percent,
    /// `%41`, and a plus sign for a space.
    Form,
    /// `\"` and `\u0041`, once or twice.
    Json,
    /// `&amp;` and `&#65;`, perhaps in JSON.
    Html,
    /// Two digits a byte.
    Hex,
    /// In either alphabet, itself or within something longer.
    Base64,
}

/// Looks for the values in finished files, each given with its name. What a text of `stays` holds never goes, so that a value that stands
/// in one of these is not looked for. `own` gives what the program itself writes into a file, whatever the values are: it is asked when
/// something was found there, and what stands in that is no leak into this file.
///
/// # Errors
/// The first value that is found.
pub fn check(
    values: &[Removed],
    stays: &[&[u8]],
    files: &[(&'static str, &[u8])],
    own: &dyn Fn(&'static str) -> Vec<u8>,
) -> Result<(), Leak> {
    let mut rest = values;
    while !rest.is_empty() {
        let (check, after) = LeakCheck::new(rest, stays);
        rest = after;
        for (name, bytes) in files {
            if check.look(name, bytes).is_err() {
                check.beside(&[&own(name)]).look(name, bytes)?;
            }
        }
    }
    Ok(())
}

/// What of a value is searched for.
fn pattern(removed: &Removed) -> &[u8] {
    let value = removed.value.as_bytes();
    &value[value.len().saturating_sub(LONGEST)..]
}

/// Values that are searched for at the same time.
#[derive(Clone)]
pub struct LeakCheck<'a> {
    /// `None` when there is nothing to search for.
    automaton: Option<Rc<NFA>>,
    /// By pattern.
    values: Vec<&'a Removed>,
    /// By pattern: it stands in what stays.
    stays: Vec<bool>,
}

impl<'a> LeakCheck<'a> {
    /// Takes as many of the values as are searched for at once, and gives the rest back. `stays`: as for [`check`].
    pub fn new(values: &'a [Removed], stays: &[&[u8]]) -> (Self, &'a [Removed]) {
        let mut bytes = 0;
        let fit = values.iter().take_while(|removed| {
            let before = bytes;
            bytes += removed.value.len().min(LONGEST);
            before < AT_ONCE
        });
        let (now, later) = values.split_at(fit.count());
        let searched: Vec<&Removed> = now.iter().filter(|removed| removed.value.len() >= Removed::MIN_SEARCHED_BYTES).collect();
        let patterns = searched.iter().map(|removed| pattern(removed));
        // It fails only for more bytes than are taken here.
        let automaton = NFA::builder().prefilter(false).build(patterns).ok().filter(|_| !searched.is_empty()).map(Rc::new);
        let check = Self { automaton, stays: vec![false; searched.len()], values: searched };
        (check.beside(stays), later)
    }

    /// The same, but that what stands in these texts is not looked for either.
    fn beside(&self, texts: &[&[u8]]) -> Self {
        let mut check = self.clone();
        if let Some(automaton) = &self.automaton {
            for text in texts {
                Scan::new(automaton).push(text, &mut |pattern, _, _| check.stays[pattern] = true);
            }
        }
        check
    }

    /// Watches one file.
    pub fn watch(&self, file: &'static str) -> Watch<'_> {
        let is_json = matches!(file.rsplit('.').next(), Some("har" | "json"));
        Watch { check: self, file, is_json, scan: self.automaton.as_deref().map(Scan::new), hit: None }
    }

    fn look(&self, file: &'static str, bytes: &[u8]) -> Result<(), Leak> {
        let mut watch = self.watch(file);
        watch.push(bytes);
        watch.finish()
    }
}

/// One file on its way out: push its bytes, in chunks of any size.
pub struct Watch<'a> {
    check: &'a LeakCheck<'a>,
    file: &'static str,
    is_json: bool,
    scan: Option<Scan<'a>>,
    hit: Option<Leak>,
}

impl Watch<'_> {
    /// Looks at the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { check, file, is_json, scan: Some(scan), hit } = self else { return };
        if hit.is_none() {
            scan.push(bytes, &mut |pattern, offset, encoding| {
                let removed = check.values[pattern];
                // In JSON a quotation mark in a value is escaped: one that is not belongs to the file's own form.
                let is_form = *is_json && encoding == Encoding::Raw && self::pattern(removed).contains(&b'"');
                if hit.is_none() && !check.stays[pattern] && !is_form {
                    *hit = Some(Leak { file, offset, kind: removed.kind, number: removed.number, encoding });
                }
            });
        }
    }

    /// The file is over.
    ///
    /// # Errors
    /// The first value that was found.
    pub fn finish(self) -> Result<(), Leak> {
        self.hit.map_or(Ok(()), Err)
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, kind, encoding, .. } = self;
        write!(f, "{file}: byte {offset}: a value that was removed ({}) is still there, {}", kind.label(), encoding.label())
    }
}

impl Encoding {
    /// In words, for the end of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Raw => "as it is",
            Self::Percent => "percent-encoded",
            Self::Form => "encoded as in a form",
            Self::Json => "escaped as in JSON",
            Self::Html => "escaped as in HTML",
            Self::Hex => "in hexadecimal",
            Self::Base64 => "in base64",
        }
    }
}

/// Called with the number of a pattern, where its last byte is, and how it is written.
type Seen<'a> = dyn FnMut(usize, u64, Encoding) + 'a;

/// The state of the search in one text, and in everything that it can be decoded to.
struct Scan<'a> {
    automaton: &'a NFA,
    start: StateID,
    /// How many bytes were looked at.
    at: u64,
    raw: StateID,
    layers: Vec<Layer>,
    /// Some layer has a state of its own.
    busy: bool,
    hex: Run,
    base64: Run,
}

impl<'a> Scan<'a> {
    fn new(automaton: &'a NFA) -> Self {
        // It fails only for automata that are made to begin elsewhere.
        let start = automaton.start_state(Anchored::No).unwrap_or(StateID::ZERO);
        // A body that is JSON or HTML stands as a JSON string in a HAR.
        let inner = vec![Layer::new(Encoding::Json, Vec::new()), Layer::new(Encoding::Html, Vec::new())];
        let outer = [Encoding::Percent, Encoding::Form, Encoding::Html].map(|encoding| Layer::new(encoding, Vec::new()));
        let layers = outer.into_iter().chain([Layer::new(Encoding::Json, inner)]).collect();
        let run = Run { held: [0; Run::MAX_HELD], length: 0, bits: 0, escaped: false, states: [start; 4] };
        Self { automaton, start, at: 0, raw: start, layers, busy: false, hex: run.clone(), base64: run }
    }

    fn push(&mut self, bytes: &[u8], seen: &mut Seen<'_>) {
        self.push_layers(bytes, seen);
        self.push_runs(bytes, seen);
        self.at += bytes.len() as u64;
    }

    fn push_layers(&mut self, bytes: &[u8], seen: &mut Seen<'_>) {
        for (at, &byte) in (self.at..).zip(bytes) {
            let before = self.raw;
            self.raw = self.automaton.next_state(Anchored::No, before, byte);
            if self.automaton.is_special(self.raw) {
                tell(self.automaton, self.raw, at, Encoding::Raw, seen);
            }
            if self.busy || matches!(byte, b'%' | b'+' | b'\\' | b'&') {
                let step = Step { automaton: self.automaton, at, byte, before, after: self.raw };
                self.busy = step.feed(&mut self.layers, seen);
            }
        }
    }

    fn push_runs(&mut self, bytes: &[u8], seen: &mut Seen<'_>) {
        for (at, &byte) in (self.at..).zip(bytes) {
            let digit = DIGITS[usize::from(byte)];
            if digit & BASE64 != 0 {
                if std::mem::take(&mut self.base64.escaped) && byte != b'/' {
                    self.base64.length = 0;
                }
                self.digit_of_base64(digit % BASE64, at, seen);
                if digit & HEX != 0 {
                    self.digit_of_hex(byte, at, seen);
                } else {
                    self.hex.length = 0;
                }
            } else {
                self.hex.length = 0;
                // JSON may escape the solidus, which is one of the digits; in JSON within JSON the backslash is escaped too.
                self.base64.escaped = byte == b'\\';
                if !self.base64.escaped {
                    self.base64.length = 0;
                }
            }
        }
    }

    fn digit_of_hex(&mut self, byte: u8, at: u64, seen: &mut Seen<'_>) {
        let digit = if byte.is_ascii_digit() { byte - b'0' } else { (byte | 0x20) - b'a' + 10 };
        let (automaton, start) = (self.automaton, self.start);
        self.hex.digit(digit, 2 * Removed::MIN_SEARCHED_BYTES, start, &mut |run, digit| {
            run.bits = run.bits << 4 | u32::from(digit);
            // Which digit of two is the first is not known: both may be.
            if run.length > 0 {
                run.step(run.length as usize % 2, run.bits, automaton, at, Encoding::Hex, seen);
            }
        });
    }

    fn digit_of_base64(&mut self, digit: u8, at: u64, seen: &mut Seen<'_>) {
        let (automaton, start) = (self.automaton, self.start);
        self.base64.digit(digit, (Removed::MIN_SEARCHED_BYTES * 8).div_ceil(6), start, &mut |run, digit| {
            run.bits = run.bits << 6 | u32::from(digit);
            // Which digit of four is the first is not known: any may be.
            for (behind, spare) in [(1, 4), (2, 2), (3, 0)] {
                if let Some(first) = run.length.checked_sub(behind) {
                    run.step(first as usize % 4, run.bits >> spare, automaton, at, Encoding::Base64, seen);
                }
            }
        });
    }
}

fn tell(automaton: &NFA, state: StateID, at: u64, encoding: Encoding, seen: &mut Seen<'_>) {
    if automaton.is_match(state) {
        for index in 0..automaton.match_len(state) {
            seen(automaton.match_pattern(state, index).as_usize(), at, encoding);
        }
    }
}

/// A digit of base64, in either alphabet; the lowest six bits are its value.
const BASE64: u8 = 64;
/// It is a hexadecimal digit too.
const HEX: u8 = 128;
/// By byte.
const DIGITS: [u8; 256] = {
    let mut digits = [0; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        let byte = alphabet[value as usize];
        digits[byte as usize] = BASE64 + value + if byte.is_ascii_hexdigit() { HEX } else { 0 };
        value += 1;
    }
    digits[b'-' as usize] = BASE64 + 62;
    digits[b'_' as usize] = BASE64 + 63;
    digits
};

/// Digits behind one another, which may be bytes. Most runs are too short to hold a value, and cost nothing.
#[derive(Clone)]
struct Run {
    /// The first digits, until there are enough of them to hold a value.
    held: [u8; Self::MAX_HELD],
    /// How many digits there were.
    length: u32,
    /// The last digits.
    bits: u32,
    /// Backslashes came, which count only if what comes next is no solidus.
    escaped: bool,
    /// By the place of the first digit of a group.
    states: [StateID; 4],
}

impl Run {
    const MAX_HELD: usize = 2 * Removed::MIN_SEARCHED_BYTES;

    /// Takes a digit. From the digit on that makes the run long enough, every one of them goes through `step`.
    fn digit(&mut self, digit: u8, enough: usize, start: StateID, step: &mut dyn FnMut(&mut Self, u8)) {
        let length = self.length as usize;
        if length + 1 < enough {
            self.held[length] = digit;
        } else {
            if length + 1 == enough {
                (self.states, self.length) = ([start; 4], 0);
                for digit in self.held.into_iter().take(length) {
                    step(self, digit);
                    self.length += 1;
                }
            }
            step(self, digit);
        }
        // Only what it leaves divided by four matters, and that it is large.
        self.length = if self.length == u32::MAX { u32::MAX - 3 } else { self.length + 1 };
    }

    /// Takes the lowest byte of `bits` as the next one of the groups that begin at this place.
    #[expect(clippy::cast_possible_truncation, reason = "the lowest byte is meant")]
    fn step(&mut self, place: usize, bits: u32, automaton: &NFA, at: u64, encoding: Encoding, seen: &mut Seen<'_>) {
        let state = &mut self.states[place];
        *state = automaton.next_state(Anchored::No, *state, bits as u8);
        if automaton.is_special(*state) {
            tell(automaton, *state, at, encoding, seen);
        }
    }
}

/// The text without one encoding, which is the same text most of the time.
struct Layer {
    encoding: Encoding,
    /// The state of its own; `None` while it is that of the text it is made from. What follows is the same in both then, up to the next
    /// escape.
    state: Option<StateID>,
    /// The beginning of an escape.
    held: Vec<u8>,
    /// What is encoded twice.
    inner: Vec<Layer>,
}

/// A byte of a text, with the search's states before and after it.
#[derive(Clone, Copy)]
struct Step<'a> {
    automaton: &'a NFA,
    at: u64,
    byte: u8,
    before: StateID,
    after: StateID,
}

impl Step<'_> {
    /// Gives the byte to all layers. Whether any of them has a state of its own now.
    fn feed(self, layers: &mut [Layer], seen: &mut Seen<'_>) -> bool {
        let mut busy = false;
        for layer in layers {
            busy |= layer.feed(self, seen);
        }
        busy
    }
}

/// What the beginning of an escape is.
enum Escape {
    /// Not known yet.
    Open,
    /// None: its first byte stands for itself.
    None,
    /// So many bytes of it stand for this character, or byte if it is none.
    Is(usize, u32),
}

impl Layer {
    fn new(encoding: Encoding, inner: Vec<Self>) -> Self {
        Self { encoding, state: None, held: Vec::new(), inner }
    }

    fn begins(&self, byte: u8) -> bool {
        match self.encoding {
            Encoding::Percent => byte == b'%',
            Encoding::Form => byte == b'%' || byte == b'+',
            Encoding::Json => byte == b'\\',
            _ => byte == b'&',
        }
    }

    /// Takes a byte. Whether it, or one in it, has a state of its own now.
    fn feed(&mut self, step: Step<'_>, seen: &mut Seen<'_>) -> bool {
        if self.held.is_empty() && !self.begins(step.byte) {
            match self.state {
                None => return step.feed(&mut self.inner, seen),
                Some(_) => self.emit(step, step.byte, seen),
            }
        } else {
            self.state.get_or_insert(step.before);
            self.held.push(step.byte);
            self.resolve(step, seen);
        }
        if self.held.is_empty() && self.state == Some(step.after) {
            self.state = None;
        }
        self.state.is_some() || self.inner.iter().any(|layer| layer.state.is_some())
    }

    /// Goes on in this layer's own text.
    fn emit(&mut self, step: Step<'_>, byte: u8, seen: &mut Seen<'_>) {
        let before = self.state.unwrap_or(step.before);
        let after = step.automaton.next_state(Anchored::No, before, byte);
        self.state = Some(after);
        if step.automaton.is_special(after) {
            tell(step.automaton, after, step.at, self.encoding, seen);
        }
        Step { byte, before, after, ..step }.feed(&mut self.inner, seen);
    }

    /// Takes out of what is held whatever is known.
    fn resolve(&mut self, step: Step<'_>, seen: &mut Seen<'_>) {
        while let Some(&first) = self.held.first() {
            let escape = if self.begins(first) { escape(self.encoding, &self.held) } else { Escape::None };
            match escape {
                Escape::Open => return,
                Escape::None => {
                    self.emit(step, first, seen);
                    self.held.drain(..1);
                }
                Escape::Is(length, value) => {
                    let is_byte = matches!(self.encoding, Encoding::Percent | Encoding::Form);
                    match (u8::try_from(value), char::from_u32(value)) {
                        (Ok(byte), _) if is_byte || byte < 128 => self.emit(step, byte, seen),
                        (_, Some(letter)) => {
                            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                                self.emit(step, byte, seen);
                            }
                        }
                        // Half a character stands for nothing that a value could hold.
                        _ => self.emit(step, 0, seen),
                    }
                    self.held.drain(..length);
                }
            }
        }
    }
}

/// What these bytes are, of which the first may begin an escape.
fn escape(encoding: Encoding, held: &[u8]) -> Escape {
    match encoding {
        Encoding::Percent | Encoding::Form => match held {
            [b'+', ..] => Escape::Is(1, u32::from(b' ')),
            [] | [_] => Escape::Open,
            [_, first] if first.is_ascii_hexdigit() => Escape::Open,
            [_, digits @ ..] => {
                number(&digits[..digits.len().min(2)], 16).filter(|_| digits.len() > 1).map_or(Escape::None, |byte| Escape::Is(3, byte))
            }
        },
        Encoding::Json => json(held),
        _ => html(held),
    }
}

fn json(held: &[u8]) -> Escape {
    let [_, letter, digits @ ..] = held else { return Escape::Open };
    let is = |byte: u8| Escape::Is(2, u32::from(byte));
    match letter {
        b'b' => is(8),
        b'f' => is(12),
        b'n' => is(b'\n'),
        b'r' => is(b'\r'),
        b't' => is(b'\t'),
        b'"' | b'\\' | b'/' | b'\'' => is(*letter),
        // As scripts write bytes.
        b'x' => match digits {
            [] => Escape::Open,
            [first] if first.is_ascii_hexdigit() => Escape::Open,
            [first, second, ..] => number(&[*first, *second], 16).map_or(Escape::None, |value| Escape::Is(4, value)),
            [_] => Escape::None,
        },
        b'u' if !digits.iter().take(4).all(u8::is_ascii_hexdigit) => Escape::None,
        b'u' if digits.len() < 4 => Escape::Open,
        b'u' => {
            let Some(high) = number(&digits[..4], 16) else { return Escape::None };
            if !(0xd800..0xdc00).contains(&high) {
                return Escape::Is(6, high);
            }
            // Characters beyond the first 65,536 are written as two.
            let (start, low) = digits[4..].split_at(digits[4..].len().min(2));
            match (start, low) {
                ([] | [b'\\'], _) => Escape::Open,
                (b"\\u", low) if low.len() < 4 && low.iter().all(u8::is_ascii_hexdigit) => Escape::Open,
                (b"\\u", low) => match number(low, 16) {
                    Some(low @ 0xdc00..0xe000) => Escape::Is(12, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)),
                    _ => Escape::Is(6, high),
                },
                _ => Escape::Is(6, high),
            }
        }
        _ => Escape::None,
    }
}

fn html(held: &[u8]) -> Escape {
    /// The longest is `&#x0010FFFF;`.
    const MOST: usize = 12;
    let (last, name) = match held {
        [_, name @ .., last] => (*last, name),
        _ => return Escape::Open,
    };
    if last != b';' {
        let goes_on = last.is_ascii_alphanumeric() || (last == b'#' && name.is_empty());
        return if goes_on && held.len() < MOST { Escape::Open } else { Escape::None };
    }
    let value = match name {
        b"amp" => Some(u32::from(b'&')),
        b"lt" => Some(u32::from(b'<')),
        b"gt" => Some(u32::from(b'>')),
        b"quot" => Some(u32::from(b'"')),
        b"apos" => Some(u32::from(b'\'')),
        b"sol" => Some(u32::from(b'/')),
        b"equals" => Some(u32::from(b'=')),
        b"plus" => Some(u32::from(b'+')),
        b"nbsp" => Some(0xa0),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ => None,
    };
    value.map_or(Escape::None, |value| Escape::Is(held.len(), value))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, radix).ok())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::Instant;

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn removed<S: AsRef<str>>(values: &[S]) -> Vec<Removed> {
        values.iter().map(|value| Removed { kind: Kind::Cookie, value: value.as_ref().into(), number: 1 }).collect()
    }

    fn find(values: &[&str], stays: &[&[u8]], text: &[u8], chunk: usize) -> Option<Leak> {
        let values = removed(values);
        let (check, rest) = LeakCheck::new(&values, stays);
        assert!(rest.is_empty());
        let mut watch = check.watch("report.txt");
        text.chunks(chunk).for_each(|chunk| watch.push(chunk));
        watch.finish().err()
    }

    /// A byte in hexadecimal, in letters of either case.
    const CASES: [fn(u8) -> String; 2] = [|byte| format!("{byte:02X}"), |byte| format!("{byte:02x}")];

    fn percent(value: &[u8], stays: &dyn Fn(u8) -> bool, digits: fn(u8) -> String) -> String {
        let written = |byte: &u8| if stays(*byte) { char::from(*byte).to_string() } else { format!("%{}", digits(*byte)) };
        value.iter().map(written).collect()
    }

    fn json(value: &str) -> String {
        let text = serde_json::to_string(value).unwrap();
        text[1..text.len() - 1].to_owned()
    }

    fn json_all(value: &str, digits: fn(u8) -> String) -> String {
        value.encode_utf16().map(|unit| ["\\u".to_owned(), unit.to_be_bytes().map(digits).concat()].concat()).collect()
    }

    fn html(value: &str, how: usize) -> String {
        value.chars().fold(String::new(), |mut out, letter| {
            let name = match letter {
                '&' => "amp",
                '<' => "lt",
                '>' => "gt",
                '"' => "quot",
                '\'' => "apos",
                _ => "",
            };
            match how {
                0 if name.is_empty() => out.push(letter),
                0 => write!(out, "&{name};").unwrap(),
                1 => write!(out, "&#{};", u32::from(letter)).unwrap(),
                2 => write!(out, "&#x{:X};", u32::from(letter)).unwrap(),
                _ if name.is_empty() && letter.is_ascii() => out.push(letter),
                _ => write!(out, "&#{};", u32::from(letter)).unwrap(),
            }
            out
        })
    }

    fn hex(bytes: &[u8], digits: fn(u8) -> String) -> String {
        bytes.iter().copied().map(digits).collect()
    }

    /// The value, written in every way that is looked through, each with a name.
    fn written(value: &str) -> Vec<(Encoding, String)> {
        let bytes = value.as_bytes();
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let query = |byte: u8| byte == b' ' || unreserved(byte);
        let mut all = vec![(Encoding::Raw, value.to_owned())];
        for digits in CASES {
            all.push((Encoding::Percent, percent(bytes, &unreserved, digits)));
            all.push((Encoding::Percent, percent(bytes, &|_| false, digits)));
            all.push((Encoding::Form, percent(bytes, &query, digits).replace(' ', "+")));
            all.push((Encoding::Json, json_all(value, digits)));
            all.push((Encoding::Hex, hex(bytes, digits)));
        }
        all.push((Encoding::Json, json(value).replace('/', "\\/")));
        all.push((Encoding::Json, json(&json(value))));
        all.push((Encoding::Json, json(value)));
        all.push((Encoding::Html, json(&html(value, 0))));
        all.extend((0..4).map(|how| (Encoding::Html, html(value, how))));
        for before in ["", "a", "ab", "{\"a\": \""] {
            let alone = format!("{before}{value}");
            let within = format!("{alone}\"}}");
            for text in [&alone, &within].into_iter().flat_map(|text| [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)]) {
                all.push((Encoding::Base64, text.replace('/', "\\/")));
                all.push((Encoding::Base64, text));
            }
        }
        all
    }

    proptest! {
        /// Breaks when a value slips through because of where it stands, how it is written, or how the file comes in chunks.
        #[test]
        fn whatever_was_removed_is_found(
            value in "[ -~äß€😀\n\t]{8,40}",
            before in "[ -~ä\n]{0,30}",
            after in "[ -~ä\n]{0,30}",
            others in vec("[ -~]{0,30}", 0..20),
            chunk in 1_usize..70,
        ) {
            let mut values: Vec<&str> = others.iter().map(String::as_str).collect();
            values.push(&value);
            // What stands before an escape must not be the beginning of one.
            let (before, after) = (format!("{before}\" "), format!(" {after}"));
            for (encoding, written) in written(&value) {
                let text = format!("{before}{written}{after}");
                let hit = find(&values, &[], text.as_bytes(), chunk);
                prop_assert!(hit.is_some(), "{:?}: {}", encoding, text);
                prop_assert_eq!(&hit, &find(&values, &[], text.as_bytes(), text.len()));
            }
        }

        /// Breaks when something is found that is not there: then nothing could ever leave.
        #[test]
        fn nothing_is_found_where_nothing_is(text in "[ -PR-~\n]{0,300}", values in vec("[!-~]{4}Q[!-~]{4,20}", 0..20), chunk in 1_usize..70) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            prop_assert_eq!(find(&values, &[], text.as_bytes(), chunk), None);
        }
    }

    /// Breaks when a hit names another place, or tells the value.
    #[test]
    fn a_hit_names_its_place() {
        let value = "S3cr3t/Value";
        for (text, offset, encoding) in [
            ("abc S3cr3t/Value", 15, Encoding::Raw),
            ("abc S3cr3t%2fValue.", 17, Encoding::Percent),
            (r#"{"a": "S3cr3t\/Value"}"#, 19, Encoding::Json),
            (r#"{"a": "{\"b\": \"S3cr3t\\\/Value\"}"}"#, 31, Encoding::Json),
            ("<a>S3cr3t&#x2F;Value</a>", 19, Encoding::Html),
            ("id=533363723374 5333637233742f56616c7565!", 39, Encoding::Hex),
            ("S3cr3t/Valu S3cr3t Value UzNjcjN0L1ZhbHVl", 40, Encoding::Base64),
        ] {
            let hit = find(&[value], &[], text.as_bytes(), 5).unwrap();
            assert_eq!(hit, Leak { file: "report.txt", offset, kind: Kind::Cookie, number: 1, encoding }, "{text}");
            assert!(!hit.to_string().contains(value));
        }
    }

    /// Breaks when nothing could leave because a removed value is a part of what never goes, or one that is short is looked for.
    #[test]
    fn what_never_goes_is_no_hit() {
        let text = b"GET /checkout/payment HTTP/1.1, theme=dark";
        assert!(find(&["checkout"], &[], text, 7).is_some());
        assert_eq!(find(&["checkout", "dark", "payment"], &[b"/checkout/payment"], text, 7), None);
        assert_eq!(find(&[], &[], text, 7), None);
        assert!(find(&["checkout", "HTTP/1.1"], &[b"/checkout/payment"], text, 7).is_some());
    }

    /// Breaks when what the program writes itself keeps everything in, or lets a value into another file than the one that it writes it into,
    /// or another value into that.
    #[test]
    fn what_the_program_writes_is_no_hit() {
        let values = removed(&["error 520", "8c1f42d07be94a36", "\"status\": 520"]);
        let own = |file: &'static str| if file == "report.txt" { b"an error 520".to_vec() } else { Vec::new() };
        let check = |file, text: &[u8]| check(&values, &[], &[(file, text)], &own);
        assert_eq!(check("report.txt", b"error 520 of 7"), Ok(()));
        assert_eq!(check("report.txt", b"error 520 of 8c1f42d07be94a36").unwrap_err().offset, 28);
        assert_eq!(check("proxied.har", b"error 520 of 7").unwrap_err().file, "proxied.har");
        // A number beside its name is the form of a HAR, and in a text it is a text.
        assert_eq!(check("proxied.har", br#"{"status": 520}"#), Ok(()));
        assert_eq!(check("report.txt", br#"{"status": 520}"#).unwrap_err().encoding, Encoding::Raw);
        assert_eq!(check("proxied.har", br#"["{\"status\": 520}"]"#).unwrap_err().encoding, Encoding::Json);
    }

    /// Breaks when a value beyond the first ones that are searched for at once is not searched for, or a long one is not.
    #[test]
    fn all_values_are_searched_for() {
        let values: Vec<String> = (0..6000).map(|number| format!("{:x>296}{number:04}", "")).collect();
        let removed = removed(&values);
        assert_eq!(check(&removed, &[], &[("a", b"0123456789")], &|_| Vec::new()), Ok(()));
        for number in [0, 3999, 5999] {
            let hit = check(&removed, &[], &[("a", b"-"), ("b", values[number].as_bytes())], &|_| Vec::new()).unwrap_err();
            assert_eq!((hit.file, hit.offset), ("b", 299));
        }
    }

    /// Breaks when the search takes longer than in proportion to the text: four times as much of what a HAR is full of must take less than nine
    /// times as long, the square would be sixteen. Prints how fast it is, which means something for an optimised build only.
    #[test]
    fn how_fast_it_is() {
        let values: Vec<String> = (0..5000_u64).map(|number| format!("{:x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 4)).collect();
        let values: Vec<String> = values.iter().map(|value| format!("{value}.{}", URL_SAFE_NO_PAD.encode(value))).collect();
        let removed = removed(&values);
        let har = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
        let short = har.repeat(if cfg!(debug_assertions) { 4 } else { 1 + 5_000_000 / har.len() });
        let long = short.repeat(4);
        let made = Instant::now();
        let (check, _) = LeakCheck::new(&removed, &[]);
        println!("{} values: made in {:?}", values.len(), made.elapsed());
        let search = |text: &[u8]| {
            let searched = Instant::now();
            let mut watch = check.watch("proxied.har");
            watch.push(text);
            assert_eq!(watch.finish(), Ok(()));
            let took = searched.elapsed();
            println!("{} bytes: searched in {took:?}", text.len());
            took.as_secs_f64()
        };
        // What else the machine does makes one round longer, and hardly all of them.
        let mut growths = (0..5).map(|_| {
            let short = search(&short);
            search(&long) / short
        });
        assert!(growths.any(|growth| growth < 9.0));
    }
}
