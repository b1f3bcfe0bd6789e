use std::fmt::Write as _;
use std::ops::Range;

use super::error::{Error, Path};
use super::kept::{Kept, between_characters};
use super::number::{is_number, is_number_byte, whole_number};
use super::scan::{plain, plain_soon, space};
use super::token::{Text, Token, Want, hash};
use super::wide::{Order, Wide};
use crate::escape_invisible;

/// Reads JSON that arrives in chunks.
///
/// [`push`](Tokenizer::push) a chunk, take tokens with [`next`](Tokenizer::next) until it gives `None`, push the next one; at the end of
/// the text call [`finish`](Tokenizer::finish). The text is UTF-8, or UTF-16 in either order of bytes, with or without a byte order mark:
/// since JSON begins with an ASCII character, its first two bytes tell.
pub struct Tokenizer {
    limits: Limits,
    chunk: Vec<u8>,
    /// The first byte of `chunk` that has not been read.
    at: usize,
    /// The offset of `chunk`'s first byte in the whole text.
    base: u64,
    /// The line on which `chunk[at]` stands, from 0.
    line: u64,
    /// The text is UTF-16: `chunk` is what it was converted to.
    wide: Option<Wide>,
    state: State,
    /// What follows a value: more of the array or object that it stands in, or the text's end.
    after: State,
    frames: Vec<Frame>,
    /// Where the last string or number stands in `chunk`, when it stands there in one piece and without escapes.
    piece: Range<usize>,
    /// Else what is kept of it.
    kept: Kept,
    /// Where the last token ends.
    end: End,
    /// Where the last token begins in `chunk`, or the one that is being read; 0 when it began in a chunk before.
    begin: usize,
    /// What stands between the tokens has been taken up to here in `chunk`.
    taken: usize,
    /// A token has ended since.
    fresh: bool,
    failure: Option<Box<Error>>,
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
    /// Whether a key may stand in a path, which goes into messages and reports. Any other is the file's own text, and may be a secret:
    /// only its length is written.
    pub known: fn(&[u8]) -> bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 512, number: 1024, key: 256, known: |_| false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the text's first two bytes, which tell its encoding.
    Start,
    /// So many bytes of UTF-8's byte order mark have been seen.
    Mark(u8),
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// In a string that does not stand in one piece in the chunk.
    Str {
        key: bool,
        inside: Inside,
    },
    /// In a number that reaches the end of its chunk.
    Number,
    /// In a literal, by its place in `LITERALS`, and how much of it has been seen.
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

struct Frame {
    object: bool,
    /// The number of elements or members so far.
    count: u32,
    /// Where the name of the member at hand stands in the chunk; it is copied to `key` when the chunk goes.
    place: Option<(usize, usize)>,
    key: Vec<u8>,
}

/// The end of a token. A comma or colon behind it may have been read already.
#[derive(Clone, Copy)]
enum End {
    /// In the chunk.
    Here(usize),
    /// In a chunk before, by its offset in the text.
    Before(u64),
}

/// What [`Tokenizer::step`] found. A string or number is in `piece`; `…Kept` is in `kept`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key,
    KeyKept,
    String,
    StringKept,
    Number,
    NumberKept,
    True,
    False,
    Null,
    /// Nothing: the chunk is used up.
    More,
    /// Nothing: see `failure`.
    Failed,
}

const LITERALS: [(&[u8], Found); 3] = [(b"true", Found::True), (b"false", Found::False), (b"null", Found::Null)];
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
            line: 0,
            wide: None,
            state: State::Start,
            after: State::Over,
            frames: Vec::new(),
            piece: 0..0,
            kept: Kept::default(),
            end: End::Before(0),
            begin: 0,
            taken: 0,
            fresh: false,
            failure: None,
        }
    }

    /// Takes a chunk. Call it when [`next`](Self::next) has given `None`; what had not been read stays.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
    }

    /// Takes a chunk of `length` bytes that `fill` writes. After an error it does nothing.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        if self.state == State::Failed {
            return;
        }
        for frame in &mut self.frames {
            if let Some(place) = frame.place.take() {
                frame.key.clear();
                frame.key.extend_from_slice(&self.chunk[place.0..place.1]);
            }
        }
        self.end = End::Before(self.offset());
        self.base = self.offset_of(self.at);
        if let Some(wide) = &mut self.wide {
            wide.forget();
            self.chunk.drain(..self.at);
            wide.convert(length, fill, &mut self.chunk);
        } else {
            self.chunk.drain(..self.at);
            let kept = self.chunk.len();
            self.chunk.resize(kept + length, 0);
            fill(&mut self.chunk[kept..]);
        }
        self.at = 0;
        self.begin = 0;
        self.taken = 0;
        self.fresh = false;
    }

    /// What stands between the last token and the one before it: white space, and a comma or a colon. After a `None` it is what has been
    /// passed of it in this chunk, and has to be taken before the next chunk is pushed; then only what was not taken yet is given.
    ///
    /// In UTF-8, whatever the text is in. A byte order mark, and what [`pass`](Self::pass) passed over, are not in it.
    pub fn between(&mut self) -> &[u8] {
        let (upto, next) = match self.state {
            State::Str { .. } | State::Number | State::Literal(..) => (self.begin, self.begin),
            _ => match self.end {
                End::Here(end) if self.fresh => (self.begin.min(end), end),
                // No token has ended since.
                _ => (self.at, self.at),
            },
        };
        self.fresh = false;
        let from = self.taken.min(upto);
        self.taken = next.max(self.taken);
        &self.chunk[from..upto]
    }

    /// The bytes of the chunk that have not been read.
    pub fn unread(&self) -> &[u8] {
        &self.chunk[self.at..]
    }

    /// Passes over bytes of [`unread`](Self::unread) that are not JSON and stand before or behind it.
    pub fn pass(&mut self, count: usize) {
        let end = (self.at + count).min(self.chunk.len());
        self.line += memchr::memchr_iter(b'\n', &self.chunk[self.at..end]).count() as u64;
        self.at = end;
        self.taken = end;
    }

    /// The offset just behind the last token, in bytes from the start of the text.
    pub fn offset(&self) -> u64 {
        match self.end {
            End::Here(at) => self.offset_of(at),
            End::Before(offset) => offset,
        }
    }

    /// How many bytes an ASCII character takes in the text: 2 in UTF-16, else 1.
    pub fn width(&self) -> u64 {
        1 + u64::from(self.wide.is_some())
    }

    /// The offset in the text of a place in the chunk.
    fn offset_of(&self, at: usize) -> u64 {
        self.base + self.wide.as_ref().map_or(at as u64, |wide| wide.bytes(&self.chunk, at))
    }

    /// The line of the last token, from 1.
    pub fn line(&self) -> u64 {
        self.line + 1
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
                    let key = frame.place.map_or(frame.key.as_slice(), |(start, end)| &self.chunk[start..end]);
                    if (self.limits.known)(key) {
                        path.push_str(&escape_invisible(&String::from_utf8_lossy(key), 80));
                    } else {
                        // Writing to a String cannot fail.
                        let _ = write!(path, "[{} byte{}]", key.len(), if key.len() == 1 { "" } else { "s" });
                    }
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
        let found = self.step(want);
        Ok(Some(match found {
            Found::ObjectStart => Token::ObjectStart,
            Found::ObjectEnd => Token::ObjectEnd,
            Found::ArrayStart => Token::ArrayStart,
            Found::ArrayEnd => Token::ArrayEnd,
            Found::Key => Token::Key(self.piece(self.key_want())),
            Found::KeyKept => Token::Key(self.kept.text()),
            Found::String => Token::String(self.piece(want)),
            Found::StringKept => Token::String(self.kept.text()),
            // Only ASCII is ever taken for a number.
            Found::Number => Token::Number(std::str::from_utf8(&self.chunk[self.piece.clone()]).unwrap_or_default()),
            Found::NumberKept => Token::Number(std::str::from_utf8(&self.kept.bytes).unwrap_or_default()),
            Found::True => Token::Bool(true),
            Found::False => Token::Bool(false),
            Found::Null => Token::Null,
            Found::More => return Ok(None),
            Found::Failed => return self.failed().map(|()| None),
        }))
    }

    /// Passes over the rest of the array or object at hand, to behind its end, checking it but giving no token of it.
    ///
    /// Gives whether its end was met; when not, push another chunk and call it again with the same `depth`, which is that of
    /// [`depth`](Self::depth) before the array or object began.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn skip(&mut self, depth: usize) -> Result<bool, Error> {
        while self.frames.len() > depth {
            match self.step(Want::default()) {
                Found::More => return Ok(false),
                Found::Failed => return self.failed().map(|()| false),
                _ => {}
            }
        }
        Ok(true)
    }

    /// How many arrays and objects are open.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The text is over. A number that stood at its end is given now.
    ///
    /// # Errors
    /// When the text ends early.
    pub fn finish(&mut self) -> Result<Option<Token<'_>>, Error> {
        if self.state == State::Start {
            // A single byte: too little to be anything but UTF-8.
            self.state = State::Value;
            self.step(Want::default());
        }
        let waits = self.wide.as_ref().is_some_and(Wide::waits);
        match self.state {
            State::Failed => return self.failed().map(|()| None),
            _ if waits => self.fail("the rest of a UTF-16 character", None),
            State::Number => {
                if self.end_number(None) == Found::NumberKept && self.state == State::Over {
                    return Ok(Some(Token::Number(std::str::from_utf8(&self.kept.bytes).unwrap_or_default())));
                }
                // A number inside something that is not closed may have been cut, so it is not given.
                self.fail(self.state.expected(), None)
            }
            State::Over => return Ok(None),
            state => self.fail(state.expected(), None),
        };
        self.failed().map(|()| None)
    }

    /// The error, once.
    #[cold]
    fn failed(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), |error| Err(*error))
    }

    /// There is an error where reading has come to. The first one counts.
    #[cold]
    fn fail(&mut self, expected: &'static str, found: Option<u8>) -> Found {
        if self.state != State::Failed {
            self.state = State::Failed;
            let error = Error { offset: self.offset_of(self.at), line: self.line(), path: self.path(), expected, found };
            self.failure = Some(Box::new(error));
        }
        Found::Failed
    }

    fn piece(&self, want: Want) -> Text<'_> {
        let whole = &self.chunk[self.piece.clone()];
        let length = whole.len() as u64;
        if whole.len() <= want.keep {
            return Text { kept: whole, length, hash: 0 };
        }
        let hash = if want.hash { hash(whole) } else { 0 };
        Text { kept: between_characters(&whole[..want.keep]), length, hash }
    }

    fn step(&mut self, want: Want) -> Found {
        loop {
            let Some(&byte) = self.chunk.get(self.at) else { return Found::More };
            if byte <= b' ' && self.state.is_between() {
                let (passed, lines) = space(&self.chunk[self.at..]);
                if passed == 0 {
                    return self.fail(self.state.expected(), Some(byte));
                }
                self.at += passed;
                self.line += lines;
                continue;
            }
            match (self.state, byte) {
                (State::Key | State::KeyOrEnd, b'"') => return self.key(),
                (State::Value | State::ValueOrEnd, _) => {
                    if let Some(found) = self.value(byte, want) {
                        return found;
                    }
                }
                (State::CommaOrEnd, b',') => {
                    self.at += 1;
                    self.state = if self.in_object() { State::Key } else { State::Value };
                }
                (State::CommaOrEnd | State::KeyOrEnd, b'}') if self.in_object() => return self.close(Found::ObjectEnd),
                (State::CommaOrEnd, b']') if !self.in_object() => return self.close(Found::ArrayEnd),
                (State::Colon, b':') => {
                    self.at += 1;
                    self.state = State::Value;
                }
                (State::Failed, _) => return Found::More,
                (State::Str { key, inside }, _) => {
                    let found = self.string(key, inside, if key { self.key_want() } else { want });
                    if found != Found::More {
                        return found;
                    }
                }
                (State::Number, _) => {
                    let found = self.number();
                    if found != Found::More {
                        return found;
                    }
                }
                (State::Literal(which, seen), _) => {
                    let (literal, found) = LITERALS[usize::from(which)];
                    if literal[usize::from(seen)] != byte {
                        return self.fail("true, false or null", Some(byte));
                    }
                    self.at += 1;
                    if usize::from(seen) + 1 == literal.len() {
                        return self.after_value(found);
                    }
                    self.state = State::Literal(which, seen + 1);
                }
                (State::Start, _) => {
                    let Some(start) = self.chunk[self.at..].first_chunk::<2>() else { return Found::More };
                    self.state = State::Mark(0);
                    if let Some(order) = Order::of(*start) {
                        self.widen(order);
                    }
                }
                (State::Mark(seen), _) => {
                    if byte == MARK[usize::from(seen)] {
                        self.at += 1;
                        self.taken = self.at;
                        self.state = if seen == 2 { State::Value } else { State::Mark(seen + 1) };
                    } else if seen == 0 {
                        self.state = State::Value;
                    } else {
                        return self.fail("the rest of a byte order mark", Some(byte));
                    }
                }
                (state, _) => return self.fail(state.expected(), Some(byte)),
            }
        }
    }

    /// The text turns out to be UTF-16: what is there of it is converted, and all that comes.
    fn widen(&mut self, order: Order) {
        let mut wide = Wide::new(order);
        let raw = std::mem::take(&mut self.chunk);
        let raw = &raw[self.at..];
        wide.convert(raw.len(), |buffer| buffer.copy_from_slice(raw), &mut self.chunk);
        self.base += self.at as u64;
        self.at = 0;
        self.taken = 0;
        self.wide = Some(wide);
    }

    /// A value starts here; `None` when it does not end in this chunk, or is not the usual case: the loop goes on with it.
    #[inline]
    fn value(&mut self, byte: u8, want: Want) -> Option<Found> {
        self.begin = self.at;
        match byte {
            b'"' => {
                self.count_value();
                let found = self.whole_string(false, want);
                return Some(if found == Found::String { self.after_value(found) } else { found });
            }
            b'{' | b'[' => {
                if self.frames.len() == self.limits.depth {
                    return Some(self.fail("fewer nested arrays and objects", Some(byte)));
                }
                self.count_value();
                self.at += 1;
                self.ends();
                self.after = State::CommaOrEnd;
                let object = byte == b'{';
                self.frames.push(Frame { object, count: 0, place: None, key: Vec::new() });
                self.state = if object { State::KeyOrEnd } else { State::ValueOrEnd };
                return Some(if object { Found::ObjectStart } else { Found::ArrayStart });
            }
            b']' if self.state == State::ValueOrEnd => return Some(self.close(Found::ArrayEnd)),
            b'-' | b'0'..=b'9' => {
                self.count_value();
                let rest = &self.chunk[self.at..];
                let length = whole_number(rest);
                // What reaches the end of the chunk may go on in the next one.
                if (1..=self.limits.number).contains(&length) && rest.get(length).is_some_and(|next| !is_number_byte(*next)) {
                    self.piece = self.at..self.at + length;
                    self.at += length;
                    return Some(self.after_value(Found::Number));
                }
                self.kept.clear();
                self.state = State::Number;
            }
            b't' | b'f' | b'n' => {
                self.count_value();
                let which = match byte {
                    b't' => 0,
                    b'f' => 1,
                    _ => 2,
                };
                let (literal, found) = LITERALS[usize::from(which)];
                if self.chunk[self.at..].starts_with(literal) {
                    self.at += literal.len();
                    return Some(self.after_value(found));
                }
                self.state = State::Literal(which, 0);
            }
            _ => return Some(self.fail(self.state.expected(), Some(byte))),
        }
        None
    }

    /// A token ends here.
    #[inline]
    fn ends(&mut self) {
        self.end = End::Here(self.at);
        self.fresh = true;
    }

    fn in_object(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.object)
    }

    fn close(&mut self, found: Found) -> Found {
        self.begin = self.at;
        self.at += 1;
        self.ends();
        self.frames.pop();
        self.after = if self.frames.is_empty() { State::Over } else { State::CommaOrEnd };
        self.state = self.after;
        found
    }

    /// An array counts its elements when they start; an object counts its members when their keys end.
    #[inline]
    fn count_value(&mut self) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| !frame.object) {
            frame.count = frame.count.saturating_add(1);
        }
    }

    /// A value has ended here. The comma behind it is read with it where it stands in the same chunk.
    #[inline]
    fn after_value(&mut self, found: Found) -> Found {
        self.ends();
        self.state = self.after;
        if self.state == State::CommaOrEnd && self.chunk.get(self.at) == Some(&b',') {
            self.at += 1;
            self.state = if self.in_object() { State::Key } else { State::Value };
        }
        found
    }

    /// In a number that did not end where it started, or is none.
    fn number(&mut self) -> Found {
        let rest = &self.chunk[self.at..];
        let more = rest.iter().position(|byte| !is_number_byte(*byte)).unwrap_or(rest.len());
        let room = self.limits.number - self.kept.bytes.len();
        self.kept.bytes.extend_from_slice(&rest[..more.min(room)]);
        self.at += more.min(room);
        match self.chunk.get(self.at).copied() {
            Some(next) if more > room => self.fail("a shorter number", Some(next)),
            Some(next) => self.end_number(Some(next)),
            None => Found::More,
        }
    }

    fn end_number(&mut self, next: Option<u8>) -> Found {
        if !is_number(&self.kept.bytes) {
            return self.fail("a number", next.or(self.kept.bytes.last().copied()));
        }
        self.after_value(Found::NumberKept)
    }

    /// A member's name starts here.
    #[inline]
    fn key(&mut self) -> Found {
        self.begin = self.at;
        let found = self.whole_string(true, self.key_want());
        if found == Found::String {
            let piece = (self.piece.start, self.piece.end.min(self.piece.start + self.limits.key));
            if let Some(frame) = self.frames.last_mut() {
                frame.count = frame.count.saturating_add(1);
                frame.place = Some(piece);
            }
            return self.after_key(Found::Key);
        }
        found
    }

    /// A member's name has ended here. The colon behind it is read with it where it stands in the same chunk.
    #[inline]
    fn after_key(&mut self, found: Found) -> Found {
        self.ends();
        self.state = State::Colon;
        if self.chunk.get(self.at) == Some(&b':') {
            self.at += 1;
            self.state = State::Value;
        }
        found
    }

    /// A string that starts here: `String` and `piece` when it ends in the chunk and has no escapes, as most do; what its caller has to
    /// do then is done already in all other cases.
    #[inline]
    fn whole_string(&mut self, key: bool, want: Want) -> Found {
        self.at += 1;
        let length = plain(&self.chunk[self.at..]);
        if self.chunk.get(self.at + length) == Some(&b'"') {
            self.piece = self.at..self.at + length;
            self.at += length + 1;
            return Found::String;
        }
        self.kept.clear();
        self.keep_plain(want, length);
        self.string(key, Inside::Plain(0), want)
    }

    /// Reads on in a string; the token when it ends here.
    fn string(&mut self, key: bool, mut inside: Inside, want: Want) -> Found {
        loop {
            if inside == Inside::Plain(0) && self.kept.bytes.len() >= want.keep && !want.hash {
                self.pass_over();
            }
            let Some(&byte) = self.chunk.get(self.at) else { break };
            match inside {
                Inside::Plain(high) => match byte {
                    b'"' => {
                        self.at += 1;
                        self.kept.keep_lone(want, high);
                        return if key { self.end_kept_key() } else { self.after_value(Found::StringKept) };
                    }
                    b'\\' => {
                        self.at += 1;
                        inside = Inside::Escape(high);
                    }
                    0..0x20 => return self.fail("no raw control character in a string", Some(byte)),
                    _ => {
                        self.kept.keep_lone(want, high);
                        inside = Inside::Plain(0);
                        let length = plain(&self.chunk[self.at..]);
                        self.keep_plain(want, length);
                    }
                },
                Inside::Escape(high) => {
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
                        _ => return self.fail("an escape: one of \" \\ / b f n r t u", Some(byte)),
                    };
                    self.at += 1;
                    self.kept.keep_lone(want, high);
                    self.kept.keep(want, &[plain]);
                    inside = Inside::Plain(0);
                }
                Inside::Unicode { high, digits, value } => {
                    let Some(digit) = char::from(byte).to_digit(16) else {
                        return self.fail("four hexadecimal digits", Some(byte));
                    };
                    self.at += 1;
                    let value = (value << 4) | u16::try_from(digit).unwrap_or_default();
                    inside = if digits < 3 {
                        Inside::Unicode { high, digits: digits + 1, value }
                    } else {
                        Inside::Plain(self.kept.unit(want, high, value))
                    };
                }
            }
        }
        self.state = State::Str { key, inside };
        Found::More
    }

    /// Passes over plain bytes and short escapes, as far as they stand in the chunk, of a string of which nothing more is kept.
    fn pass_over(&mut self) {
        let (mut at, mut escapes) = (self.at, 0);
        loop {
            at += plain_soon(&self.chunk[at..]);
            let Some([b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't']) = self.chunk.get(at..at + 2) else { break };
            at += 2;
            escapes += 1;
        }
        self.kept.length += (at - self.at) as u64 - escapes;
        self.at = at;
    }

    /// Keeps what is wanted of the next `length` bytes of the chunk.
    fn keep_plain(&mut self, want: Want, length: usize) {
        self.kept.keep(want, &self.chunk[self.at..self.at + length]);
        self.at += length;
    }

    fn key_want(&self) -> Want {
        Want { keep: self.limits.key, hash: false }
    }

    fn end_kept_key(&mut self) -> Found {
        if let Some(frame) = self.frames.last_mut() {
            frame.count = frame.count.saturating_add(1);
            frame.place = None;
            frame.key.clear();
            frame.key.extend_from_slice(&self.kept.bytes);
        }
        self.after_key(Found::KeyKept)
    }
}

impl State {
    /// Between tokens, where white space may stand.
    #[inline]
    fn is_between(self) -> bool {
        matches!(self, Self::Value | Self::ValueOrEnd | Self::Key | Self::KeyOrEnd | Self::Colon | Self::CommaOrEnd | Self::Over)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Start | Self::Mark(_) | Self::Value => "a JSON value",
            Self::ValueOrEnd => "a JSON value or \"]\"",
            Self::Key => "a name in quotes",
            Self::KeyOrEnd => "a name in quotes or \"}\"",
            Self::Colon => "\":\"",
            Self::CommaOrEnd => "\",\" or the end of the array or object",
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
        let mut tokens = Tokenizer::new(Limits { known: |key| matches!(key, b"a" | b"b"), ..Limits::default() });
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
        check(b"\xef\xbb[1]", &Err("Not valid JSON at line 1 (byte 2): expected the rest of a byte order mark, found \"[\"".to_owned()));
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
        check_error("", "Not valid JSON at line 1 (byte 0): expected a JSON value, found the end of the file");
        check_error("x", "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"x\"");
        check_error("[1 2]", "Not valid JSON at line 1 (byte 3, [0]): expected \",\" or the end of the array or object, found \"2\"");
        check_error(r#"{"a":[1,{"b":tru}]}"#, "Not valid JSON at line 1 (byte 16, a[1].b): expected true, false or null, found \"}\"");
        check_error(r#"{"a":01}"#, "Not valid JSON at line 1 (byte 7, a): expected a number, found \"}\"");
        check_error(r#"{"a":"x"#, "Not valid JSON at line 1 (byte 7, a): expected the end of a string, found the end of the file");
        check_error(
            "[\"a\nb\"]",
            "Not valid JSON at line 1 (byte 3, [0]): expected no raw control character in a string, found the byte 0x0a",
        );
        check_error(r#"["\x"]"#, "Not valid JSON at line 1 (byte 3, [0]): expected an escape: one of \" \\ / b f n r t u, found \"x\"");
        check_error(r#"{"a\n\u001b[2J":x}"#, "Not valid JSON at line 1 (byte 16, [6 bytes]): expected a JSON value, found \"x\"");
        check_error("[] []", "Not valid JSON at line 1 (byte 3): expected the end of the file, found \"[\"");
        check_error("{\"a\":1,}", "Not valid JSON at line 1 (byte 7, a): expected a name in quotes, found \"}\"");
        check_error(
            "[0",
            "Not valid JSON at line 1 (byte 2, [0]): expected \",\" or the end of the array or object, found the end of the file",
        );
        check_error("[1,]", "Not valid JSON at line 1 (byte 3, [0]): expected a JSON value, found \"]\"");
        check_error("1.", "Not valid JSON at line 1 (byte 2): expected a number, found \".\"");
        check_error(
            &"[".repeat(600),
            &format!("Not valid JSON at line 1 (byte 512, {}…): expected fewer nested arrays and objects, found \"[\"", "[0]".repeat(24)),
        );
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
                assert!(tokens.kept.bytes.capacity() <= 64);
            }
            // The second is cut before the character that does not fit.
            assert_eq!(seen, [("xxxx".to_owned(), 1003), ("é".to_owned(), 5)]);
        }
    }

    /// Breaks when what stands between the tokens is lost, or comes twice, in any chunks: a text could not be written again as it was.
    #[test]
    fn what_stands_between_can_be_copied() {
        let text = "\u{feff} [ 12 ,\t-3.5,true , null,\"a\\u00e9\" ,{ \"k\" : \"v\" ,\"l\":[ ]\n} ] \n";
        for size in [1, 2, 3, 7, 100] {
            let mut tokens = Tokenizer::default();
            let mut copy = String::new();
            for bytes in text.as_bytes().chunks(size) {
                tokens.push(bytes);
                loop {
                    let written = tokens.next(ALL).unwrap().map(|token| match token {
                        Token::ObjectStart => "{".to_owned(),
                        Token::ObjectEnd => "}".to_owned(),
                        Token::ArrayStart => "[".to_owned(),
                        Token::ArrayEnd => "]".to_owned(),
                        Token::Key(text) | Token::String(text) => format!("\"{}\"", text.to_str().replace('é', "\\u00e9")),
                        Token::Number(text) => text.to_owned(),
                        Token::Bool(value) => value.to_string(),
                        Token::Null => "null".to_owned(),
                    });
                    copy.push_str(std::str::from_utf8(tokens.between()).unwrap());
                    match written {
                        Some(token) => copy.push_str(&token),
                        None => break,
                    }
                }
            }
            assert_eq!(copy, text.trim_start_matches('\u{feff}'), "in chunks of {size}");
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
