use std::fmt::Write as _;
use std::hash::Hasher;

use super::error::{Error, Path};
use crate::redact::inert;

/// Reads JSON that arrives in chunks.
///
/// [`push`](Tokenizer::push) a chunk, take tokens with [`next`](Tokenizer::next) until it gives `None`, push the next one; at the end of
/// the text call [`finish`](Tokenizer::finish). A byte order mark (UTF-8) at the start is passed over.
#[derive(Debug)]
pub struct Tokenizer {
    limits: Limits,
    chunk: Vec<u8>,
    /// The first byte of `chunk` that has not been read.
    at: usize,
    /// The offset of `chunk`'s first byte in the whole text.
    base: u64,
    state: State,
    frames: Vec<Frame>,
    /// What is kept of the string or number at hand, decoded.
    kept: Vec<u8>,
    /// How long that string is, decoded.
    length: u64,
    hash: Fnv,
}

/// Beyond these a text is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many arrays and objects may be open at once.
    pub depth: usize,
    /// How many bytes a number may have.
    pub number: usize,
    /// How many bytes of a key are kept.
    pub key: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 512, number: 1024, key: 256 }
    }
}

/// How much of the next string is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// So many bytes from its start, decoded.
    pub keep: usize,
    /// And a hash of the whole.
    pub hash: bool,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A member's name, cut at [`Limits::key`].
    Key(Text<'a>),
    /// A string, cut at what was wanted.
    String(Text<'a>),
    /// A number as written: it has been checked to be one.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
}

/// A string or as much of it as was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// From its start, cut between two characters, as the file has it but for escapes: it may not be UTF-8.
    pub kept: &'a [u8],
    /// The whole string's length in bytes, decoded.
    pub length: u64,
    /// A hash of the whole string when that was wanted.
    pub hash: u64,
}

impl<'a> Text<'a> {
    /// As text; what is not UTF-8 becomes U+FFFD.
    pub fn to_str(&self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.kept)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the text: so many bytes of a byte order mark have been seen.
    Mark(u8),
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Str {
        key: bool,
        inside: Inside,
    },
    Number,
    /// A literal, by its place in `LITERALS`, and how much of it has been seen.
    Literal(u8, u8),
    /// After the text.
    Over,
    /// After an error: there is nothing more to say.
    Failed,
}

/// Where in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// Among plain bytes; the number is a high surrogate that waits for its other half (0: none).
    Plain(u16),
    /// After a backslash.
    Escape(u16),
    /// After `\u` and so many digits, with their value.
    Unicode { high: u16, digits: u8, value: u16 },
}

#[derive(Debug)]
struct Frame {
    object: bool,
    /// The number of elements or members so far.
    count: u32,
    /// The member at hand.
    key: Vec<u8>,
}

/// FNV-1a: stable, small and good enough to tell two header values apart that the same program reads.
#[derive(Debug)]
struct Fnv(u64);

impl Fnv {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What [`Tokenizer::step`] found; the token's text is in `kept`.
enum Found {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key,
    String,
    Number,
    Literal(u8),
}

const LITERALS: [&[u8]; 3] = [b"true", b"false", b"null"];
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Default for Tokenizer {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Tokenizer {
    /// A tokenizer at the start of a text.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            chunk: Vec::new(),
            at: 0,
            base: 0,
            state: State::Mark(0),
            frames: Vec::new(),
            kept: Vec::new(),
            length: 0,
            hash: Fnv(Fnv::START),
        }
    }

    /// Takes a chunk. Call it when [`next`](Self::next) has given `None`; what had not been read stays.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
    }

    /// Takes a chunk of `length` bytes that `fill` writes.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        self.base += self.at as u64;
        self.chunk.drain(..self.at);
        self.at = 0;
        let kept = self.chunk.len();
        self.chunk.resize(kept + length, 0);
        fill(&mut self.chunk[kept..]);
    }

    /// How many bytes have been read: the offset just behind the last token.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Where in the document the last token was.
    pub fn path(&self) -> Path {
        const SHOWN: usize = 24;
        let mut path = String::new();
        for (depth, frame) in self.frames.iter().enumerate() {
            if depth == SHOWN {
                path.push('…');
                break;
            }
            if frame.object {
                if frame.count > 0 {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    // A key is the file's own text, and a path stands in messages of one line.
                    path.push_str(&inert(&String::from_utf8_lossy(&frame.key), 80));
                }
            } else if frame.count > 0 {
                // Writing to a String cannot fail.
                let _ = write!(path, "[{}]", frame.count - 1);
            }
        }
        Path(path)
    }

    /// The next token, or `None` when the chunk is used up: push another or finish.
    ///
    /// `want` says how much to keep if it is a string; give the same again after a `None`.
    ///
    /// # Errors
    /// When the text is not JSON or beyond a limit; afterwards there are no more tokens.
    pub fn next(&mut self, want: Want) -> Result<Option<Token<'_>>, Error> {
        let found = match self.step(want) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.state = State::Failed;
                return Err(error);
            }
        };
        Ok(Some(match found {
            Found::ObjectStart => Token::ObjectStart,
            Found::ObjectEnd => Token::ObjectEnd,
            Found::ArrayStart => Token::ArrayStart,
            Found::ArrayEnd => Token::ArrayEnd,
            Found::Key => Token::Key(self.text()),
            Found::String => Token::String(self.text()),
            // Only ASCII is ever kept of a number.
            Found::Number => Token::Number(std::str::from_utf8(&self.kept).unwrap_or_default()),
            Found::Literal(2) => Token::Null,
            Found::Literal(which) => Token::Bool(which == 0),
        }))
    }

    /// The text is over. A number that stood at its end is given now.
    ///
    /// # Errors
    /// When the text ends early.
    pub fn finish(&mut self) -> Result<Option<Token<'_>>, Error> {
        let is_number = matches!(self.state, State::Number);
        if is_number {
            self.end_number(None)?;
        }
        match self.state {
            State::Over if is_number => Ok(Some(Token::Number(std::str::from_utf8(&self.kept).unwrap_or_default()))),
            State::Over | State::Failed => Ok(None),
            // A number inside something that is not closed may have been cut, so it is not given.
            state => {
                self.state = State::Failed;
                Err(self.error(state.expected(), None))
            }
        }
    }

    fn text(&self) -> Text<'_> {
        let mut kept = self.kept.as_slice();
        if (kept.len() as u64) < self.length {
            // It was cut: take away a character that was cut in two.
            let tail = kept.iter().rev().take(4).position(|byte| byte & 0xc0 != 0x80);
            if let Some(back) = tail {
                let start = kept.len() - 1 - back;
                let whole = match kept[start] {
                    0xc0..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xff => 4,
                    _ => 1,
                };
                if back + 1 < whole {
                    kept = &kept[..start];
                }
            }
        }
        Text { kept, length: self.length, hash: self.hash.finish() }
    }

    fn error(&self, expected: &'static str, found: Option<u8>) -> Error {
        Error { offset: self.offset(), path: self.path(), expected, found }
    }

    fn step(&mut self, want: Want) -> Result<Option<Found>, Error> {
        while let Some(&byte) = self.chunk.get(self.at) {
            match self.state {
                State::Mark(seen) => {
                    if byte == MARK[usize::from(seen)] {
                        self.at += 1;
                        self.state = if seen == 2 { State::Value } else { State::Mark(seen + 1) };
                    } else if seen == 0 {
                        self.state = State::Value;
                    } else {
                        return Err(self.error("the rest of a byte order mark", Some(byte)));
                    }
                }
                State::Failed => return Ok(None),
                State::Str { .. } => {
                    let keep = match self.state {
                        State::Str { key: true, .. } => Want { keep: self.limits.key, hash: false },
                        _ => want,
                    };
                    if let Some(found) = self.string(keep)? {
                        return Ok(Some(found));
                    }
                }
                State::Number => {
                    if matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') {
                        if self.kept.len() == self.limits.number {
                            return Err(self.error("a shorter number", Some(byte)));
                        }
                        self.kept.push(byte);
                        self.at += 1;
                    } else {
                        self.end_number(Some(byte))?;
                        return Ok(Some(Found::Number));
                    }
                }
                State::Literal(which, seen) => {
                    let literal = LITERALS[usize::from(which)];
                    if literal[usize::from(seen)] != byte {
                        return Err(self.error("true, false or null", Some(byte)));
                    }
                    self.at += 1;
                    if usize::from(seen) + 1 == literal.len() {
                        self.after_value();
                        return Ok(Some(Found::Literal(which)));
                    }
                    self.state = State::Literal(which, seen + 1);
                }
                state => {
                    if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                        self.skip_space();
                    } else if let Some(found) = self.structural(state, byte)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    fn skip_space(&mut self) {
        let rest = &self.chunk[self.at..];
        self.at += rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(rest.len());
    }

    /// A byte outside strings, numbers and literals that is not white space.
    fn structural(&mut self, state: State, byte: u8) -> Result<Option<Found>, Error> {
        match (state, byte) {
            (State::Value | State::ValueOrEnd, b'"') => self.start_string(false),
            (State::Value | State::ValueOrEnd, b'{' | b'[') => {
                if self.frames.len() == self.limits.depth {
                    return Err(self.error("fewer nested arrays and objects", Some(byte)));
                }
                self.count_value();
                let object = byte == b'{';
                self.frames.push(Frame { object, count: 0, key: Vec::new() });
                self.state = if object { State::KeyOrEnd } else { State::ValueOrEnd };
                self.at += 1;
                return Ok(Some(if object { Found::ObjectStart } else { Found::ArrayStart }));
            }
            (State::Value | State::ValueOrEnd, b'-' | b'0'..=b'9') => {
                self.count_value();
                self.kept.clear();
                self.state = State::Number;
            }
            (State::Value | State::ValueOrEnd, b't' | b'f' | b'n') => {
                self.count_value();
                let which = match byte {
                    b't' => 0,
                    b'f' => 1,
                    _ => 2,
                };
                self.state = State::Literal(which, 0);
            }
            (State::Key | State::KeyOrEnd, b'"') => self.start_string(true),
            (State::Colon, b':') => {
                self.at += 1;
                self.state = State::Value;
            }
            (State::CommaOrEnd, b',') => {
                self.at += 1;
                self.state = if self.in_object() { State::Key } else { State::Value };
            }
            (State::ValueOrEnd, b']') | (State::KeyOrEnd, b'}') => return Ok(Some(self.close())),
            (State::CommaOrEnd, b'}') if self.in_object() => return Ok(Some(self.close())),
            (State::CommaOrEnd, b']') if !self.in_object() => return Ok(Some(self.close())),
            _ => return Err(self.error(state.expected(), Some(byte))),
        }
        Ok(None)
    }

    fn in_object(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.object)
    }

    fn close(&mut self) -> Found {
        self.at += 1;
        let object = self.frames.pop().is_some_and(|frame| frame.object);
        self.after_value();
        if object { Found::ObjectEnd } else { Found::ArrayEnd }
    }

    fn start_string(&mut self, key: bool) {
        if !key {
            self.count_value();
        }
        self.at += 1;
        self.kept.clear();
        self.length = 0;
        self.hash = Fnv(Fnv::START);
        self.state = State::Str { key, inside: Inside::Plain(0) };
    }

    /// An array counts its elements when they start; an object counts its members when their keys end.
    fn count_value(&mut self) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| !frame.object) {
            frame.count = frame.count.saturating_add(1);
        }
    }

    fn after_value(&mut self) {
        self.state = if self.frames.is_empty() { State::Over } else { State::CommaOrEnd };
    }

    fn end_number(&mut self, next: Option<u8>) -> Result<(), Error> {
        if !is_number(&self.kept) {
            return Err(self.error("a number", next.or(self.kept.last().copied())));
        }
        self.after_value();
        Ok(())
    }

    /// Reads on in a string; the token when it ends here.
    fn string(&mut self, want: Want) -> Result<Option<Found>, Error> {
        let State::Str { key, mut inside } = self.state else { return Ok(None) };
        while self.at < self.chunk.len() {
            match inside {
                Inside::Plain(high) => {
                    let rest = &self.chunk[self.at..];
                    let plain = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    if plain > 0 {
                        if let Some(control) = control(&rest[..plain]) {
                            self.at += control;
                            let found = self.chunk[self.at];
                            return Err(self.error("no raw control character in a string", Some(found)));
                        }
                        if high != 0 {
                            self.keep(want, &LONE);
                            inside = Inside::Plain(0);
                        }
                        self.keep_plain(want, plain);
                        continue;
                    }
                    let ends = rest[0] == b'"';
                    self.at += 1;
                    if !ends {
                        inside = Inside::Escape(high);
                        continue;
                    }
                    if high != 0 {
                        self.keep(want, &LONE);
                    }
                    return Ok(Some(if key {
                        self.end_key();
                        Found::Key
                    } else {
                        self.after_value();
                        Found::String
                    }));
                }
                Inside::Escape(high) => {
                    let byte = self.chunk[self.at];
                    let plain = match byte {
                        b'"' | b'\\' | b'/' => byte,
                        b'b' => 0x08,
                        b'f' => 0x0c,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            self.at += 1;
                            inside = Inside::Unicode { high, digits: 0, value: 0 };
                            continue;
                        }
                        _ => return Err(self.error("an escape: one of \" \\ / b f n r t u", Some(byte))),
                    };
                    self.at += 1;
                    if high != 0 {
                        self.keep(want, &LONE);
                    }
                    self.keep(want, &[plain]);
                    inside = Inside::Plain(0);
                }
                Inside::Unicode { high, digits, value } => {
                    let byte = self.chunk[self.at];
                    let Some(digit) = char::from(byte).to_digit(16) else {
                        return Err(self.error("four hexadecimal digits", Some(byte)));
                    };
                    self.at += 1;
                    let value = (value << 4) | u16::try_from(digit).unwrap_or_default();
                    inside = if digits < 3 {
                        Inside::Unicode { high, digits: digits + 1, value }
                    } else {
                        Inside::Plain(self.unit(want, high, value))
                    };
                }
            }
        }
        self.state = State::Str { key, inside };
        Ok(None)
    }

    /// A UTF-16 code unit after `high`; gives the high surrogate that now waits, if any.
    fn unit(&mut self, want: Want, high: u16, unit: u16) -> u16 {
        let pair = [high, unit];
        let start = usize::from(high == 0);
        let mut waiting = 0;
        for decoded in char::decode_utf16(pair[start..].iter().copied()) {
            match decoded {
                Ok(decoded) => {
                    let mut bytes = [0; 4];
                    self.keep(want, decoded.encode_utf8(&mut bytes).as_bytes());
                }
                Err(error) if (0xd800..0xdc00).contains(&error.unpaired_surrogate()) && error.unpaired_surrogate() == unit => {
                    waiting = unit;
                }
                Err(_) => self.keep(want, &LONE),
            }
        }
        waiting
    }

    fn end_key(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.count = frame.count.saturating_add(1);
        frame.key.clear();
        frame.key.extend_from_slice(&self.kept);
        self.state = State::Colon;
    }

    fn keep(&mut self, want: Want, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if want.hash {
            self.hash.write(bytes);
        }
        let room = want.keep.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Keeps what is wanted of the next `length` bytes of the chunk.
    fn keep_plain(&mut self, want: Want, length: usize) {
        let bytes = &self.chunk[self.at..self.at + length];
        if want.hash {
            self.hash.write(bytes);
        }
        let room = want.keep.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..length.min(room)]);
        self.length += length as u64;
        self.at += length;
    }
}

/// What a surrogate without its other half becomes: U+FFFD.
const LONE: [u8; 3] = [0xef, 0xbf, 0xbd];

/// The place of the first control character. The check of the whole slice is branch-free, so that it is done many bytes at a time.
fn control(bytes: &[u8]) -> Option<usize> {
    if bytes.iter().fold(0, |any, byte| any | u8::from(*byte < 0x20)) != 0 { bytes.iter().position(|byte| *byte < 0x20) } else { None }
}

/// RFC 8259, section 6.
pub(super) fn is_number(bytes: &[u8]) -> bool {
    fn digits(bytes: &[u8]) -> Option<&[u8]> {
        let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then(|| &bytes[count..])
    }
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let rest = match bytes {
        [b'0', rest @ ..] => Some(rest),
        _ => digits(bytes),
    };
    let rest = rest.and_then(|rest| match rest {
        [b'.', fraction @ ..] => digits(fraction),
        _ => Some(rest),
    });
    let rest = rest.and_then(|rest| match rest {
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => digits(exponent),
        _ => Some(rest),
    });
    rest.is_some_and(<[u8]>::is_empty)
}

impl State {
    fn expected(self) -> &'static str {
        match self {
            Self::Mark(_) | Self::Value => "a JSON value",
            Self::ValueOrEnd => "a JSON value or ']'",
            Self::Key => "a name in quotes",
            Self::KeyOrEnd => "a name in quotes or '}'",
            Self::Colon => "':'",
            Self::CommaOrEnd => "',' or the end of the array or object",
            Self::Str { .. } => "the end of a string",
            Self::Number => "a number",
            Self::Literal(..) => "true, false or null",
            Self::Over | Self::Failed => "the end of the file",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const ALL: Want = Want { keep: usize::MAX, hash: true };

    /// Reads a text in chunks and builds the value again from its tokens.
    fn read(text: &[u8], chunk: usize) -> Result<Value, Error> {
        enum Open {
            Array(Vec<Value>),
            Object(serde_json::Map<String, Value>, String),
        }
        let mut tokens = Tokenizer::default();
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut take = |token: Token<'_>| {
            let value = match token {
                Token::ObjectStart => return open.push(Open::Object(serde_json::Map::new(), String::new())),
                Token::ArrayStart => return open.push(Open::Array(Vec::new())),
                Token::Key(text) => {
                    if let Some(Open::Object(_, key)) = open.last_mut() {
                        *key = text.to_str().into_owned();
                    }
                    return;
                }
                Token::ObjectEnd | Token::ArrayEnd => match open.pop().unwrap() {
                    Open::Array(items) => Value::Array(items),
                    Open::Object(members, _) => Value::Object(members),
                },
                Token::String(text) => {
                    assert_eq!(text.kept.len() as u64, text.length, "everything was wanted");
                    Value::String(text.to_str().into_owned())
                }
                Token::Number(text) => serde_json::from_str(text).unwrap_or(Value::String(text.to_owned())),
                Token::Bool(value) => Value::Bool(value),
                Token::Null => Value::Null,
            };
            match open.last_mut() {
                None => root = Some(value),
                Some(Open::Array(items)) => items.push(value),
                Some(Open::Object(members, key)) => {
                    members.insert(key.clone(), value);
                }
            }
        };
        for bytes in text.chunks(chunk) {
            tokens.push(bytes);
            while let Some(token) = tokens.next(ALL)? {
                take(token);
            }
        }
        if let Some(token) = tokens.finish()? {
            take(token);
        }
        Ok(root.expect("a text without an error has a value"))
    }

    #[track_caller]
    fn check(text: &[u8], expected: &Result<Value, String>) {
        for chunk in [1, 2, 3, 7, 64 * 1024] {
            let got = read(text, chunk).map_err(|error| error.to_string());
            assert_eq!(&got, expected, "in chunks of {chunk}");
        }
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        check(text.as_bytes(), &Err(expected.to_owned()));
    }

    /// Breaks when a kind of value, an escape or white space is read wrongly at any chunk size.
    #[test]
    fn reads_every_kind_of_value() {
        for text in [
            "null",
            " true ",
            "false\n",
            "0",
            "-0.5e+3",
            "12345678901234567890",
            "\"\"",
            r#""a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00\u0000é€😀""#,
            "[]",
            "{}",
            r#"[1,[2,{"a":[]}],"x"]"#,
            "{ \"a\" : 1 , \"b\" : { \"a\" : null } }",
        ] {
            check(text.as_bytes(), &Ok(serde_json::from_str(text).unwrap()));
        }
    }

    /// Breaks when a byte order mark is taken for a value or a part of one is passed over.
    #[test]
    fn passes_over_a_byte_order_mark() {
        check(b"\xef\xbb\xbf[1]", &Ok(serde_json::json!([1])));
        check(b"\xef\xbb[1]", &Err("byte 2: expected the rest of a byte order mark, found '['".to_owned()));
    }

    /// Breaks when half a surrogate pair swallows what follows it, or is dropped.
    #[test]
    fn a_lone_surrogate_becomes_a_replacement_character() {
        for (text, expected) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\ud800x""#, "\u{fffd}x"),
            (r#""\ud800\n""#, "\u{fffd}\n"),
            (r#""\ud800\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud800\u0041""#, "\u{fffd}A"),
        ] {
            check(text.as_bytes(), &Ok(Value::String(expected.to_owned())));
        }
    }

    /// Breaks when an error loses its place, its path or what was expected.
    #[test]
    fn errors_say_where_and_what() {
        check_error("", "byte 0: expected a JSON value, found the end of the file");
        check_error("x", "byte 0: expected a JSON value, found 'x'");
        check_error("[1 2]", "byte 3, [0]: expected ',' or the end of the array or object, found '2'");
        check_error(r#"{"a":[1,{"b":tru}]}"#, "byte 16, a[1].b: expected true, false or null, found '}'");
        check_error(r#"{"a":01}"#, "byte 7, a: expected a number, found '}'");
        check_error(r#"{"a":"x"#, "byte 7, a: expected the end of a string, found the end of the file");
        check_error("[\"a\nb\"]", "byte 3, [0]: expected no raw control character in a string, found the byte 0x0a");
        check_error(r#"["\x"]"#, "byte 3, [0]: expected an escape: one of \" \\ / b f n r t u, found 'x'");
        check_error(r#"{"a\n\u001b[2J":x}"#, r"byte 16, a\u{a}\u{1b}[2J: expected a JSON value, found 'x'");
        check_error("[] []", "byte 3: expected the end of the file, found '['");
        check_error("{\"a\":1,}", "byte 7, a: expected a name in quotes, found '}'");
        check_error("[0", "byte 2, [0]: expected ',' or the end of the array or object, found the end of the file");
        check_error("[1,]", "byte 3, [0]: expected a JSON value, found ']'");
        check_error("1.", "byte 2: expected a number, found '.'");
        check_error(&"[".repeat(600), &format!("byte 512, {}…: expected fewer nested arrays and objects, found '['", "[0]".repeat(24)));
    }

    /// Breaks when a string that nobody wants is copied, or its length is wrong.
    #[test]
    fn keeps_only_what_is_wanted() {
        let text = format!("[\"{}\\u20ac\", \"é€\"]", "x".repeat(1000));
        for chunk in [1, 7, 4096] {
            let mut tokens = Tokenizer::default();
            let mut seen = Vec::new();
            for bytes in text.as_bytes().chunks(chunk) {
                tokens.push(bytes);
                while let Some(token) = tokens.next(Want { keep: 4, hash: false }).unwrap() {
                    if let Token::String(text) = token {
                        seen.push((text.to_str().into_owned(), text.length));
                    }
                }
                assert!(tokens.kept.capacity() <= 64);
            }
            // The second is cut before the character that does not fit.
            assert_eq!(seen, [("xxxx".to_owned(), 1003), ("é".to_owned(), 5)]);
        }
    }

    proptest! {
        /// Breaks when the chunks change the result, or valid JSON is read otherwise than by serde_json.
        #[test]
        fn agrees_with_serde_json(value in value(), chunk in 1usize..40) {
            let text = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(read(text.as_bytes(), chunk), Ok(value));
        }

        /// Breaks on a panic, or when a text is refused in one chunk and taken in another, or taken though serde_json refuses it.
        #[test]
        fn any_bytes_give_the_same_answer_in_any_chunks(
            text in proptest::collection::vec(proptest::sample::select(br#"{}[]",:\u0aedtrfnl-.1 "#.to_vec()), 0..40),
            chunk in 1usize..10,
        ) {
            let whole = read(&text, 64);
            prop_assert_eq!(&read(&text, chunk), &whole);
            if serde_json::from_slice::<Value>(&text).is_ok() {
                prop_assert!(whole.is_ok());
            }
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().filter(|(key, _)| key.len() < 200).collect())),
            ]
        })
    }
}
