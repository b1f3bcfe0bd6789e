//! HAR files, redacted as they arrive: the layout stays, values become tokens, memory stays flat.
//!
//! `fields.rs` says by table what becomes of each field, and `body` redacts bodies. What no table names goes.

mod body;
mod entry_set;
mod fields;

use std::borrow::Cow;

use self::body::{Encoding, MAX_BODY_BYTES, quoted};
pub use self::entry_set::EntrySet;
use self::fields::{Node, Rule as Does};
use super::detect;
use super::kind::Kind;
use super::policy::{Policy, What};
use super::token::{self, Place};
use super::tokens::Tokens;
use super::values::{Context, is_padding};
use fivetwenty_captures::har::{HEADER_LENGTH, wrapper};
use fivetwenty_captures::json::{self, Limits, Token, Tokenizer, Want};

/// Redacts a HAR file that arrives in chunks.
///
/// [`push`](Self::push) a chunk as often as there is one, then [`finish`](Self::finish): what they append to `out` is valid JSON in UTF-8,
/// whatever came in. What stands between the values is copied as it stands; a byte order mark and a call around the JSON are dropped.
///
/// ```
/// use fivetwenty_redact::{HarRedactor, Policy, Tokens};
///
/// let (policy, mut tokens, mut out) = (Policy::default(), Tokens::default(), Vec::new());
/// let mut redactor = HarRedactor::new(&policy, &mut tokens, None);
/// redactor.push(br#"[ {"request": {"url": "https://shop.example/?id=secret"}} ]"#, &mut out);
/// let summary = redactor.finish(&mut out)?;
/// assert_eq!(out, br#"[ {"request": {"url": "https://shop.example/?id=[query-1,6-bytes]"}} ]"#);
/// assert_eq!((summary.entries, summary.damage), (1, None));
/// # Ok::<(), fivetwenty_captures::json::Error>(())
/// ```
pub struct HarRedactor<'a> {
    context: Context<'a>,
    keep: Option<EntrySet>,
    tokens: Tokenizer,
    wrapping: Wrapping,
    frames: Vec<Frame>,
    /// What the value at hand is.
    does: Does,
    node: Node,
    /// The member's name, when it is short.
    key: String,
    /// The name of the header, cookie or parameter at hand, when it came before its value.
    name: String,
    encoding: Encoding,
    /// What stands between the last token and the next one.
    between: Vec<u8>,
    /// The text of the string at hand.
    text: Vec<u8>,
    /// A name was written and no value yet.
    named: bool,
    /// How many arrays and objects are open around an entry that is left out.
    skipping: Option<usize>,
    /// A body that waits for the word that says how it is encoded, which many exporters write behind it.
    waiting: Option<Waiting>,
    /// What will be written behind that body.
    held: Vec<u8>,
    /// The name of a parameter that waits for its value, without which it may be the value itself.
    pending: Option<Pending>,
    summary: Summary,
    started: bool,
}

/// The outcome of redacting a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries that the file has, as far as it could be read.
    pub entries: u32,
    /// Entries among them that were left out since nobody asked for them.
    pub left_out: u32,
    /// Where and why the file could not be read on. What came before it has been written.
    pub damage: Option<json::Error>,
}

struct Frame {
    array: bool,
    node: Node,
    does: Does,
    /// Something of it has been written.
    written: bool,
    /// It has a value that is not empty.
    valued: bool,
}

/// A name that waits.
struct Pending {
    text: String,
    /// How many arrays and objects are open around it.
    depth: usize,
    /// What stands in this object.
    kind: Kind,
    field: &'static str,
    /// What will be written behind it.
    held: Vec<u8>,
}

/// A body that waits.
struct Waiting {
    /// It, but for one that is too long.
    text: Option<String>,
    value: Value,
    /// How many arrays and objects are open around it.
    depth: usize,
    field: &'static str,
}

/// What stands around the JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    /// Nothing has been seen of the file yet.
    Unseen,
    /// Nothing.
    None,
    /// A call.
    Call,
}

/// A string, as much as was kept of it.
struct Value {
    /// Its whole length in bytes.
    length: u64,
    hash: u64,
}

/// What a token is, without what it borrows.
enum Step {
    Open(bool),
    Close(bool),
    Key,
    String(Value),
    /// Any other value; it stands in `text`.
    Plain,
}

/// Bytes of white space that are copied between two values.
const MAX_BETWEEN: usize = 64 * 1024;
/// Bytes that are held behind a body that waits.
const MAX_HELD: usize = 64 * 1024;
/// Bytes of a name; a longer one goes.
const MAX_KEY: usize = 1024;

impl<'a> HarRedactor<'a> {
    /// A redactor at the start of a file. With `keep` only these entries are written, and the others left out whole.
    pub fn new(policy: &'a Policy, tokens: &'a mut Tokens, keep: Option<EntrySet>) -> Self {
        tokens.learn(policy);
        Self {
            context: Context { tokens, policy, field: "file" },
            keep,
            tokens: Tokenizer::new(Limits { key: MAX_KEY, ..Limits::default() }),
            wrapping: Wrapping::Unseen,
            frames: Vec::new(),
            does: Does::Text,
            node: Node::Root,
            key: String::new(),
            name: String::new(),
            encoding: Encoding::Unknown,
            between: Vec::new(),
            text: Vec::new(),
            named: false,
            skipping: None,
            waiting: None,
            held: Vec::new(),
            pending: None,
            summary: Summary::default(),
            started: false,
        }
    }

    /// Takes a chunk, and appends what can be written already.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.summary.damage.is_none() {
            self.tokens.push(bytes);
            self.read(out);
        }
    }

    /// The file is over: appends what is left. Of a damaged file everything open is closed.
    ///
    /// # Errors
    /// When nothing of it is JSON; `null` is written then.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Summary, json::Error> {
        if self.wrapping == Wrapping::Unseen && self.summary.damage.is_none() {
            // So short that more could have made it a call.
            self.wrapping = Wrapping::None;
            self.read(out);
        }
        if self.summary.damage.is_none() {
            let last = match self.tokens.finish() {
                Ok(Some(Token::Number(number))) => Some(number.to_owned()),
                Ok(_) => None,
                Err(error) => {
                    self.damaged(error, out);
                    None
                }
            };
            if let Some(number) = last {
                self.text.clear();
                self.text.extend_from_slice(number.as_bytes());
                self.write(Step::Plain, out);
            }
        }
        match self.summary.damage.take() {
            Some(error) if !self.started => {
                out.extend_from_slice(b"null");
                Err(error)
            }
            damage => {
                if damage.is_none() {
                    self.take_between();
                    out.append(&mut self.between);
                }
                Ok(Summary { damage, ..self.summary })
            }
        }
    }

    fn read(&mut self, out: &mut Vec<u8>) {
        loop {
            if let Some(depth) = self.skipping {
                match self.tokens.skip(depth) {
                    Ok(over) => {
                        self.tokens.between();
                        if !over {
                            return;
                        }
                        self.skipping = None;
                    }
                    Err(error) => return self.damaged(error, out),
                }
            }
            if !self.unwrap() {
                return;
            }
            let array = self.frames.last().is_some_and(|frame| frame.array);
            if array && let Some(frame) = self.frames.last() {
                (self.does, self.node) = (frame.does, frame.node);
            }
            self.text.clear();
            let want = Want { keep: self.max_bytes(), hash: true };
            let step = match self.tokens.next(want) {
                Ok(Some(token)) => match token {
                    Token::ObjectStart => Step::Open(false),
                    Token::ArrayStart => Step::Open(true),
                    Token::ObjectEnd => Step::Close(false),
                    Token::ArrayEnd => Step::Close(true),
                    Token::Key(text) => {
                        if text.kept.len() as u64 == text.length {
                            self.text.extend_from_slice(text.kept);
                        }
                        Step::Key
                    }
                    Token::String(text) => {
                        self.text.extend_from_slice(text.kept);
                        Step::String(Value { length: text.length, hash: text.hash })
                    }
                    Token::Number(text) => {
                        self.text.extend_from_slice(text.as_bytes());
                        Step::Plain
                    }
                    Token::Bool(value) => {
                        self.text.extend_from_slice(if value { b"true" } else { b"false" });
                        Step::Plain
                    }
                    Token::Null => {
                        self.text.extend_from_slice(b"null");
                        Step::Plain
                    }
                },
                Ok(None) => return self.take_between(),
                Err(error) => return self.damaged(error, out),
            };
            self.take_between();
            self.write(step, out);
        }
    }

    /// Takes what stands before the token at hand; white space without end is cut.
    fn take_between(&mut self) {
        let between = self.tokens.between();
        let room = MAX_BETWEEN.saturating_sub(self.between.len());
        if between.len() <= room {
            self.between.extend_from_slice(between);
        } else {
            self.between.extend(between.iter().filter(|byte| matches!(byte, b',' | b':')));
        }
    }

    /// Passes over what is around the JSON, where it is a call; says whether reading can go on.
    fn unwrap(&mut self) -> bool {
        if self.wrapping == Wrapping::Unseen {
            let Some(length) = wrapper(self.tokens.unread()) else { return false };
            self.wrapping = if length == 0 { Wrapping::None } else { Wrapping::Call };
            self.tokens.pass(length);
        } else if self.wrapping == Wrapping::Call && self.started && self.frames.is_empty() {
            let rest = self.tokens.unread();
            let end = rest.iter().position(|byte| !matches!(byte, b')' | b';' | b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len());
            self.tokens.pass(end);
        }
        true
    }

    /// The text cannot be read on: closes what is open.
    fn damaged(&mut self, error: json::Error, out: &mut Vec<u8>) {
        self.summary.damage = Some(error);
        if let Some(pending) = self.pending.take() {
            let mut held = std::mem::take(&mut self.held);
            self.end_pending(pending, "", if self.waiting.is_some() { &mut held } else { out });
            self.held = held;
        }
        self.end_wait(out);
        if self.named {
            out.extend_from_slice(b":null");
        }
        while let Some(frame) = self.frames.pop() {
            out.push(if frame.array { b']' } else { b'}' });
        }
    }

    fn write(&mut self, step: Step, out: &mut Vec<u8>) {
        let Some(waiting) = &self.waiting else { return self.write_to(step, out) };
        let depth = waiting.depth;
        let mut held = std::mem::take(&mut self.held);
        // Behind the object's end nothing more is said about its body.
        if self.frames.len() == depth && matches!(step, Step::Close(_)) {
            self.held = held;
            self.end_wait(out);
            return self.write_to(step, out);
        }
        self.write_to(step, &mut held);
        self.held = held;
        if self.encoding != Encoding::Unknown || self.held.len() > MAX_HELD {
            self.end_wait(out);
        }
    }

    /// Writes the body that waits, and what came behind it.
    fn end_wait(&mut self, out: &mut Vec<u8>) {
        if let Some(waiting) = self.waiting.take() {
            let field = std::mem::replace(&mut self.context.field, waiting.field);
            // Nobody said that it is encoded, nor will when the file is damaged here: the output is read to its end the next time.
            let encoding = if self.encoding == Encoding::Unknown { Encoding::Plain } else { self.encoding };
            let written = match &waiting.text {
                Some(text) => self.context.body(text, encoding),
                None => self.context.long_body(waiting.value.length, waiting.value.hash, encoding).into(),
            };
            out.extend_from_slice(quoted(&written).as_bytes());
            self.context.field = field;
            out.append(&mut self.held);
        }
    }

    fn write_to(&mut self, step: Step, out: &mut Vec<u8>) {
        let Some(mut pending) = self.pending.take() else { return self.write_now(step, out) };
        let here = self.frames.len() == pending.depth;
        let is_value = here && self.key == "value";
        let value = match &step {
            Step::Close(_) if here => Some(""),
            // A list or an object is nothing that anybody's parameter has.
            Step::Open(_) if is_value => Some(""),
            Step::String(value) if is_value && value.length <= 2 && is_padding(&String::from_utf8_lossy(&self.text)) => Some(""),
            Step::Plain if is_value && self.text == b"null" => Some(""),
            Step::String(_) | Step::Plain if is_value => Some("more"),
            _ if pending.held.len() > MAX_HELD => Some(""),
            _ => None,
        };
        if let Some(value) = value {
            self.end_pending(pending, value, out);
            self.write_now(step, out);
        } else {
            self.write_now(step, &mut pending.held);
            self.pending = Some(pending);
        }
    }

    /// Writes the name that waits, and what came behind it.
    fn end_pending(&mut self, mut pending: Pending, value: &str, out: &mut Vec<u8>) {
        let field = std::mem::replace(&mut self.context.field, pending.field);
        let written = self.context.parameter(pending.kind, &pending.text, value);
        if *written == *pending.text {
            self.context.tokens.allow(&pending.text);
        }
        out.extend_from_slice(quoted(&written).as_bytes());
        self.context.field = field;
        out.append(&mut pending.held);
    }

    fn write_now(&mut self, step: Step, out: &mut Vec<u8>) {
        match step {
            Step::Open(array) => {
                let in_list = self.frames.last().is_none_or(|frame| frame.array);
                let is_entry = !array && in_list && self.node == Node::Entry;
                if is_entry && self.leaves_out() {
                    self.between.clear();
                    self.skipping = Some(self.tokens.depth() - 1);
                    return;
                }
                self.before(out);
                out.push(if array { b'[' } else { b'{' });
                // A bare list is one of entries.
                let node = if array && self.frames.is_empty() { Node::Entry } else { self.node };
                let does = if array { self.does } else { Does::Text };
                self.frames.push(Frame { array, node, does, written: false, valued: false });
                if !array {
                    self.name.clear();
                    if node != Node::Unknown {
                        self.encoding = Encoding::Unknown;
                    }
                }
                self.named = false;
            }
            Step::Close(array) => {
                out.append(&mut self.between);
                out.push(if array { b']' } else { b'}' });
                self.frames.pop();
            }
            Step::Key => {
                self.before(out);
                let node = self.frames.last().map_or(Node::Unknown, |frame| frame.node);
                let text = std::mem::take(&mut self.text);
                let key = String::from_utf8_lossy(&text);
                (self.does, self.node) = fields::field(node, &key);
                self.context.field = fields::place(node);
                let short = if key.len() <= MAX_KEY { &*key } else { "" };
                self.key.replace_range(.., short);
                let written = if fields::is_listed(node, &key) { Cow::Borrowed(short) } else { self.context.key(short, Place::Text) };
                out.extend_from_slice(quoted(&written).as_bytes());
                self.named = true;
                self.text = text;
            }
            Step::String(value) => {
                self.before(out);
                let text = std::mem::take(&mut self.text);
                self.string(&String::from_utf8_lossy(&text), value, out);
                self.named = false;
                self.text = text;
            }
            Step::Plain => {
                self.before(out);
                let text = std::mem::take(&mut self.text);
                self.plain(&String::from_utf8_lossy(&text), out);
                self.text = text;
                self.named = false;
            }
        }
        self.started = true;
    }

    /// Writes what stands before a value, without the comma where what stood before it was left out.
    fn before(&mut self, out: &mut Vec<u8>) {
        let frame = self.frames.last_mut();
        let first = frame.as_ref().is_none_or(|frame| !frame.written);
        if first {
            self.between.retain(|byte| *byte != b',');
        }
        if let Some(frame) = frame {
            frame.written = true;
        }
        out.append(&mut self.between);
    }

    /// Counts the entry that begins, and says whether nobody asked for it.
    fn leaves_out(&mut self) -> bool {
        self.context.tokens.entry();
        let index = self.summary.entries;
        self.summary.entries = index.saturating_add(1);
        let left_out = self.keep.as_ref().is_some_and(|keep| !keep.contains(index));
        self.summary.left_out += u32::from(left_out);
        left_out
    }

    fn key_is_added(&self) -> bool {
        self.context.is_added(What::Field, &self.key)
    }

    /// A number, `true`, `false` or `null`: where the format has a text, it is a value like any other.
    fn plain(&mut self, text: &str, out: &mut Vec<u8>) {
        let node = self.frames.last().map_or(Node::Unknown, |frame| frame.node);
        let is_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
        if node == Node::Message && self.key == "opcode" && text == "2" {
            // Binary messages are written in Base64.
            self.encoding = Encoding::Base64;
        }
        let digits = || text.bytes().filter(u8::is_ascii_digit).count();
        let is_long = || node != Node::Timings && !fields::is_listed(node, &self.key) && digits() > 3;
        let secret = || detect::is_short_secret(&self.key) || detect::is_card_number(text) || is_long();
        let goes = is_number && (self.key_is_added() || (!fields::is_known(node, &self.key) && secret()));
        let stays = !goes && (text == "null" || self.keeps(text));
        let written = match self.does {
            _ if goes => self.context.token(Kind::Text, &self.key, text, Place::Text).into(),
            _ if stays => text.into(),
            Does::Text | Does::Number | Does::Word | Does::Error | Does::Phrase | Does::Method | Does::Version | Does::Time => text.into(),
            does => self.redacted(does, text),
        };
        self.value_is_there();
        if written == text {
            out.extend_from_slice(text.as_bytes());
        } else {
            out.extend_from_slice(quoted(&written).as_bytes());
            self.measure(text.len() as u64, out);
        }
    }

    /// Notes that the object at hand has a value, when this is it.
    fn value_is_there(&mut self) {
        let is_value = self.key == "value";
        if let Some(frame) = self.frames.last_mut() {
            frame.valued |= is_value;
        }
    }

    /// Writes how long a header's value was: what it took on the wire is measured by this.
    fn measure(&self, length: u64, out: &mut Vec<u8>) {
        if self.does == Does::Header && self.frames.last().is_some_and(|frame| !frame.array) {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(HEADER_LENGTH);
            out.extend_from_slice(format!("\":{length}").as_bytes());
        }
    }

    fn string(&mut self, text: &str, value: Value, out: &mut Vec<u8>) {
        let does = if self.key_is_added() { Does::Text } else { self.does };
        let whole = value.length <= self.max_bytes() as u64;
        let in_array = self.frames.last().is_none_or(|frame| frame.array);
        if does == Does::Body
            && self.encoding == Encoding::Unknown
            && !in_array
            && self.waiting.is_none()
            && value.length > 0
            && !self.keeps(text)
        {
            let text = whole.then(|| text.to_owned());
            self.waiting = Some(Waiting { text, value, depth: self.frames.len(), field: self.context.field });
            return;
        }
        if does == Does::Name
            && whole
            && !in_array
            && !self.keeps(text)
            && let Some(frame) = self.frames.last()
            && let Some(kind) = parameters(frame.node)
        {
            text.clone_into(&mut self.name);
            let pending = Pending { text: text.to_owned(), depth: self.frames.len(), kind, field: self.context.field, held: Vec::new() };
            if frame.valued {
                self.end_pending(pending, "more", out);
            } else {
                self.pending = Some(pending);
            }
            return;
        }
        let written: Cow<'_, str> = if !whole {
            match does {
                Does::Body => self.context.long_body(value.length, value.hash, self.encoding).into(),
                _ => self.context.tokens.token_of_hash(Kind::Text, value.length, value.hash, self.context.field).into(),
            }
        } else if text.is_empty() || self.keeps(text) {
            text.into()
        } else {
            self.redacted(does, text)
        };
        let changed = written != text;
        if !changed {
            self.context.tokens.allow(text);
        }
        out.extend_from_slice(quoted(&written).as_bytes());
        if !is_padding(text) {
            self.value_is_there();
        }
        if changed {
            self.measure(value.length, out);
        }
    }

    /// Bytes of the string at hand that are read; of a longer one only the length stays.
    fn max_bytes(&self) -> usize {
        if self.does == Does::Body { MAX_BODY_BYTES } else { MAX_BODY_BYTES / 8 }
    }

    fn keeps(&mut self, text: &str) -> bool {
        self.does != Does::Header && self.context.allowlists(What::Field, &self.key, text)
    }

    fn redacted<'t>(&mut self, does: Does, text: &'t str) -> Cow<'t, str> {
        let name = std::mem::take(&mut self.name);
        let key = std::mem::take(&mut self.key);
        let context = &mut self.context;
        let mut found = None;
        let is_word = matches!(does, Does::Method | Does::Version | Does::Time | Does::Word | Does::MediaType);
        let does = if is_word && context.tokens.holds(text) { Does::Text } else { does };
        let written = match does {
            Does::Comment if fields::COMMENTS.contains(&text) => text.into(),
            Does::Comment => context.token(Kind::Comment, "", text, Place::Text).into(),
            Does::Title if text.starts_with("http://") || text.starts_with("https://") => context.url(text).into(),
            Does::Title => context.token(Kind::Title, "", text, Place::Text).into(),
            Does::Method if detect::is_method(text) => text.into(),
            Does::Version if detect::is_version(text) => text.into(),
            Does::Time if detect::is_date(text) || is_time(text) || (key == "time" && is_short_time(text)) => text.into(),
            Does::Word if key == "domain" && text.contains('.') => context.domain(text).into(),
            Does::Word if key == "subjectName" && text.contains('.') => context.host(text).into_owned().into(),
            Does::Word if fields::NUMBERS.contains(&&*key) && text.len() <= 5 && detect::is_short_number(text) => text.into(),
            Does::Word if text.len() <= 200 && context.is_plain(&token::without(text)) => context.checked_words("", text, true).into(),
            Does::Error if detect::is_error(text) && !context.hides(text) => text.into(),
            Does::Error | Does::Phrase if detect::is_phrase(text) && !context.hides(text) => text.into(),
            Does::MediaType => context.media_type(text, &key).into(),
            Does::Text | Does::Number | Does::Word | Does::Error | Does::Phrase | Does::Method | Does::Version | Does::Time => {
                context.token(Kind::Text, &key, text, Place::Text).into()
            }
            Does::Address if detect::is_ip(text) => text.into(),
            Does::Address => context.token(Kind::Ip, "", text, Place::Text).into(),
            Does::Name => {
                found = Some(text.to_owned());
                let node = self.frames.last().map_or(Node::Unknown, |frame| frame.node);
                let written = match parameters(node) {
                    None if token::is_header_name(text) => text.into(),
                    None if matches!(node, Node::Page | Node::Entry) => context.page(text).into(),
                    Some(kind) => context.parameter(kind, text, ""),
                    None => context.header_name(text),
                };
                if matches!(node, Node::RequestHeader | Node::ResponseHeader) && written != text {
                    token::header_name(&written).into()
                } else {
                    written
                }
            }
            Does::Url => context.url(text).into(),
            Does::Header if name.is_empty() => context.token(Kind::Header, "", text, Place::Text).into(),
            Does::Header => context.header(&name, text).into(),
            Does::Cookie => context.cookie(&name, text),
            Does::Query => context.query_value(&name, text, Place::Text),
            Does::Form => context.form_value(&name, text, Place::Text),
            Does::Body => context.body(text, self.encoding),
            Does::Encoding => {
                self.encoding = match text {
                    _ if text.eq_ignore_ascii_case("base64") => Encoding::Base64,
                    _ if text.eq_ignore_ascii_case("hex") => Encoding::Hex,
                    _ => Encoding::Unknown,
                };
                if self.encoding == Encoding::Unknown { context.token(Kind::Text, "", text, Place::Text).into() } else { text.into() }
            }
        };
        // The name of a header and its like; that of a creator tells nothing about what follows it.
        self.name = found.unwrap_or(name);
        self.key = key;
        written
    }
}

/// Of what has names that are values when they stand alone: what these are.
fn parameters(node: Node) -> Option<Kind> {
    match node {
        Node::Query => Some(Kind::Query),
        Node::Param => Some(Kind::Form),
        Node::RequestCookie | Node::ResponseCookie => Some(Kind::Cookie),
        _ => None,
    }
}

/// A length of time in milliseconds.
fn is_short_time(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    whole.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A time as captures have it.
fn is_time(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:+-. ".contains(&byte))
        && text.matches(':').count() >= 2
}
