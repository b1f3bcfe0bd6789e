use std::borrow::Cow;

use memchr::memmem;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh64::xxh64;

use super::capture::Problem;
use super::entry::Entry;
use super::intern::Interner;
use crate::evidence::error_page::ErrorPage;
use crate::evidence::timestamp::Timestamp;
use crate::json::{self, Text, Token, Tokenizer, Want, decimal};

/// Reads a HAR file that arrives in chunks, and keeps only what is needed of each entry.
///
/// [`push`](Decoder::push) a chunk, take entries with [`next`](Decoder::next) until it gives `None`, push the next one; then
/// [`finish`](Decoder::finish). Instead of a whole file a bare array of entries, or one bare entry, is read as well, and either may stand
/// in a call, `onInputData({…});`, as files for HAR viewers do.
pub struct Decoder {
    limits: Limits,
    tokens: Tokenizer,
    wrapping: Wrapping,
    /// What the open arrays and objects are.
    nodes: Vec<Node>,
    /// What the value at hand is.
    slot: Slot,
    /// The entry at hand.
    entry: Entry,
    header: Draft,
    interner: Interner,
    /// How many arrays and objects are open around one that nobody asked for, while it is passed over.
    skipping: Option<usize>,
    /// A header field of the list at hand has been left out.
    header_left_out: bool,
    /// The beginning of the body at hand.
    body: Body,
    tail: Tail,
    /// Entries given so far.
    entries: usize,
    /// Something that a HAR has was seen: `log`, an array of entries, or an entry.
    recognised: bool,
    error: Option<json::Error>,
    over: bool,
}

/// How much is kept. Beyond the counts reading stops, or goes on without keeping, with a problem noted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries of a file; reading stops there.
    pub entries: usize,
    /// Header fields of one list.
    pub headers: usize,
    /// Bytes of a header's name.
    pub header_name: usize,
    /// Bytes of a header's value.
    pub header_value: usize,
    /// Bytes of a URL.
    pub url: usize,
    /// Bytes of any other string.
    pub string: usize,
    /// Bytes of a body, to see whether it is an error page.
    pub body: usize,
    /// Whether bodies are hashed, to be compared.
    pub body_hash: bool,
    /// Problems of a file.
    pub problems: usize,
    /// Bytes of memory that are kept of a file's entries, about; reading stops there. Counted by who keeps them.
    pub kept: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            headers: 2_000,
            header_name: 128,
            header_value: 256,
            url: 2_048,
            string: 256,
            body: 12 * 1024,
            body_hash: false,
            problems: 100,
            kept: 500_000_000,
        }
    }
}

impl Limits {
    /// For one entry that a person looks at: everything a page can show.
    pub fn detail() -> Self {
        Self { header_name: 1024, header_value: 64 * 1024, url: 64 * 1024, string: 4096, body_hash: true, ..Self::default() }
    }
}

/// What is known of a file when it has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// `log.creator`, name and version.
    pub creator: String,
    /// What could not be read as it should, in order, at most [`Limits::problems`].
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problems_total: u32,
    /// The file was read to its end.
    pub whole: bool,
}

/// The header field at hand.
#[derive(Default)]
struct Draft {
    name: String,
    value: String,
    /// The whole value's length in bytes.
    length: u64,
    hash: u64,
}

/// The body at hand.
#[derive(Default)]
struct Body {
    /// Its beginning, as the file has it.
    text: Vec<u8>,
    encoding: Encoding,
    /// The length of the whole in bytes, as the file has it; `None` when there is none.
    length: Option<u64>,
    hash: Option<u64>,
}

/// How a body was made text, in a file.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Plain,
    Base64,
    Hex,
}

/// What stands around the JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    /// Nothing has been seen of the file yet.
    Unseen,
    /// Nothing.
    None,
    /// A call: its opening bracket has been passed.
    Opened,
    /// And the JSON is over.
    Closing,
}

/// What an array or object is. One that nobody asked for is none of these: it is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Root,
    Log,
    Creator,
    Entries,
    Entry,
    Request,
    Response,
    RequestHeaders,
    ResponseHeaders,
    Header,
    HeaderValues,
    Content,
    BodyPieces,
    Timings,
    ErrorObject,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    None,
    Log,
    Creator,
    CreatorName,
    CreatorVersion,
    Entries,
    Entry,
    Request,
    Response,
    Started,
    Time,
    ServerIp,
    ResourceType,
    FromCache,
    Method,
    Url,
    RequestVersion,
    RequestHeaders,
    RequestHeadersSize,
    RequestBodySize,
    Status,
    StatusText,
    ResponseVersion,
    ResponseHeaders,
    ResponseHeadersSize,
    ResponseBodySize,
    TransferSize,
    Error,
    ServiceWorkerSource,
    Content,
    ContentSize,
    MimeType,
    BodyText,
    BodyPiece,
    BodyEncoding,
    Header,
    HeaderName,
    HeaderValue,
    HeaderLength,
    Timings,
    Blocked,
    Dns,
    Connect,
    Ssl,
    Send,
    Wait,
    Receive,
}

/// What a token was.
enum Step {
    /// Part of an entry, or of what stands around the entries.
    Taken,
    /// The end of an entry.
    Entry,
    /// None: the chunk is used up.
    Starved,
}

#[derive(Clone, Copy)]
enum Kind {
    Object,
    Array,
}

/// A value that is neither array nor object.
#[derive(Clone, Copy)]
enum Scalar<'a> {
    Text(Text<'a>),
    Number(&'a str),
    Bool,
    Null,
}

impl Decoder {
    /// A decoder at the start of a file.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            tokens: Tokenizer::default(),
            wrapping: Wrapping::Unseen,
            nodes: Vec::new(),
            slot: Slot::None,
            entry: Entry::default(),
            header: Draft::default(),
            interner: Interner::default(),
            skipping: None,
            header_left_out: false,
            body: Body::default(),
            tail: Tail::default(),
            entries: 0,
            recognised: false,
            error: None,
            over: false,
        }
    }

    /// A decoder at the start of an entry, which is all there is: where [`Entry::bytes`] says.
    pub fn at_entry(limits: Limits) -> Self {
        Self { slot: Slot::Entry, wrapping: Wrapping::None, ..Self::new(limits) }
    }

    /// Takes a chunk. Call it when [`next`](Self::next) has given `None`.
    pub fn push(&mut self, bytes: &[u8]) {
        self.tokens.push(bytes);
    }

    /// Takes a chunk of `length` bytes that `fill` writes.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        self.tokens.push_with(length, fill);
    }

    /// The next entry, or `None` when the chunk is used up or there is nothing more to read: see [`is_over`](Self::is_over).
    #[expect(clippy::should_implement_trait, reason = "None means: push another chunk")]
    pub fn next(&mut self) -> Option<Entry> {
        while !self.over {
            match self.step() {
                Ok(Step::Taken) => {}
                Ok(Step::Entry) => {
                    let entry = self.end_entry();
                    if entry.is_some() {
                        return entry;
                    }
                }
                Ok(Step::Starved) => return None,
                Err(error) => {
                    self.problem_at(error.offset, error.line, &error.path, &format!("not JSON from here on: {}", error.problem()));
                    self.error = Some(error);
                    self.over = true;
                }
            }
        }
        None
    }

    fn step(&mut self) -> Result<Step, json::Error> {
        if let Some(depth) = self.skipping {
            if !self.tokens.skip(depth)? {
                return Ok(Step::Starved);
            }
            self.skipping = None;
            self.slot = self.element();
            return Ok(Step::Taken);
        }
        if self.wrapping != Wrapping::None && !self.unwrap() {
            return Ok(Step::Starved);
        }
        let Some(token) = self.tokens.next(self.want())? else { return Ok(Step::Starved) };
        let scalar = match token {
            Token::Key(text) => {
                self.slot = slot(self.nodes.last().copied(), text.kept);
                return Ok(Step::Taken);
            }
            Token::ObjectStart => {
                self.open(Kind::Object);
                return Ok(Step::Taken);
            }
            Token::ArrayStart => {
                self.open(Kind::Array);
                return Ok(Step::Taken);
            }
            Token::ObjectEnd | Token::ArrayEnd => {
                let closed = self.close();
                self.slot = self.element();
                return Ok(closed);
            }
            Token::String(text) => Scalar::Text(text),
            Token::Number(text) => Scalar::Number(text),
            Token::Bool(_) => Scalar::Bool,
            Token::Null => Scalar::Null,
        };
        if self.slot != Slot::None {
            let fields = Fields {
                limits: &self.limits,
                entry: &mut self.entry,
                header: &mut self.header,
                interner: &mut self.interner,
                body: &mut self.body,
                tail: &mut self.tail,
            };
            if let Some(wrong) = fields.set(self.slot, scalar) {
                self.problem(wrong);
            }
        }
        Ok(Step::Taken)
    }

    /// Passes over what is around the JSON, where it is a call; says whether reading can go on.
    fn unwrap(&mut self) -> bool {
        match self.wrapping {
            Wrapping::Unseen => match wrapper(self.tokens.unread()) {
                Some(length) => {
                    self.wrapping = if length == 0 { Wrapping::None } else { Wrapping::Opened };
                    self.tokens.pass(length);
                    true
                }
                None => false,
            },
            Wrapping::Closing => {
                let rest = self.tokens.unread();
                self.tokens
                    .pass(rest.iter().position(|byte| !matches!(byte, b')' | b';' | b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len()));
                true
            }
            Wrapping::None | Wrapping::Opened => true,
        }
    }

    /// There is nothing more to read: the text is broken, or a limit was met.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Notes that reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.problem(&format!("reading broke off: {why}"));
        self.over = true;
    }

    /// The file is over.
    ///
    /// # Errors
    /// When nothing of it could be read: one line that says where, what was expected and what was there.
    pub fn finish(mut self) -> Result<Tail, String> {
        if self.wrapping == Wrapping::Unseen {
            // So short that more could have made it a call.
            self.wrapping = Wrapping::None;
            self.next();
        }
        if !self.over {
            match self.tokens.finish() {
                Ok(_) => {
                    self.tail.whole = true;
                    if self.recognised && self.entries == 0 {
                        self.problem("expected log.entries with at least one entry, found none");
                    }
                }
                Err(error) => {
                    self.problem_at(error.offset, error.line, &error.path, &format!("the file ends early: {}", error.problem()));
                    self.error = Some(error);
                }
            }
        }
        if self.entries > 0 || (self.recognised && self.tail.whole) {
            return Ok(self.tail);
        }
        Err(match self.error {
            Some(error) if error.offset == 0 && error.found == Some(0x1f) => {
                "byte 0: expected a HAR file (JSON), found a gzip file: unpack it first".to_owned()
            }
            Some(error) if error.offset == 0 && error.found == Some(b'P') => {
                "byte 0: expected a HAR file (JSON), found something else, perhaps a ZIP file: unpack it first".to_owned()
            }
            Some(error) => error.to_string(),
            None => match self.tail.problems.first() {
                Some(problem) => format!("byte {}: {}", problem.offset, problem.problem),
                None => "byte 0: expected a HAR file (an object with log.entries), found other JSON".to_owned(),
            },
        })
    }

    /// How much is wanted of the next value if it is a string.
    fn want(&self) -> Want {
        let keep = match self.slot {
            Slot::HeaderValue => return Want { keep: self.limits.header_value, hash: true },
            Slot::HeaderName => self.limits.header_name,
            Slot::Url => self.limits.url,
            Slot::BodyText | Slot::BodyPiece => {
                return Want { keep: if self.is_body_telling() { self.limits.body } else { 0 }, hash: self.limits.body_hash };
            }
            Slot::None => 0,
            _ => self.limits.string,
        };
        Want { keep, hash: false }
    }

    /// The body at hand may be an error page, or an HTML page with a title. Exporters write what tells before it; where it is not known
    /// yet, it may be either.
    fn is_body_telling(&self) -> bool {
        let response = &self.entry.response;
        !(1..400).contains(&response.status) || response.mime_type.is_empty() || response.mime_type.starts_with(HTML)
    }

    /// An array or object starts.
    fn open(&mut self, kind: Kind) {
        let node = match (self.nodes.last(), self.slot, kind) {
            (None, Slot::None, Kind::Object) => Node::Root,
            (_, Slot::Log, Kind::Object) => Node::Log,
            (_, Slot::Creator, Kind::Object) => Node::Creator,
            (None, _, Kind::Array) | (_, Slot::Entries, Kind::Array) => Node::Entries,
            (_, Slot::Entry, Kind::Object) => Node::Entry,
            (_, Slot::Request, Kind::Object) => Node::Request,
            (_, Slot::Response, Kind::Object) => Node::Response,
            (_, Slot::RequestHeaders, Kind::Array) => Node::RequestHeaders,
            (_, Slot::ResponseHeaders, Kind::Array) => Node::ResponseHeaders,
            (_, Slot::Header, Kind::Object) => Node::Header,
            (_, Slot::HeaderValue, Kind::Array) => Node::HeaderValues,
            (_, Slot::Content, Kind::Object) => Node::Content,
            (_, Slot::BodyText, Kind::Array) => Node::BodyPieces,
            (_, Slot::Timings, Kind::Object) => Node::Timings,
            (_, Slot::Error, Kind::Object) => Node::ErrorObject,
            (_, slot, _) => {
                if slot != Slot::None {
                    self.problem(match kind {
                        Kind::Object => "expected another kind of value, found an object",
                        Kind::Array => "expected another kind of value, found an array",
                    });
                }
                self.skipping = Some(self.tokens.depth() - 1);
                return;
            }
        };
        let start = self.tokens.offset() - self.tokens.width();
        match node {
            // A bare array may be anything: its first entry tells.
            Node::Log => self.recognised = true,
            Node::Entries => self.recognised |= !self.nodes.is_empty(),
            Node::Entry => self.start_entry(start),
            // A bare entry: whether it is one is known when its request is met.
            Node::Root => self.entry.bytes.start = start,
            Node::Request | Node::Response if self.nodes.last() == Some(&Node::Root) => self.recognised = true,
            Node::RequestHeaders => {
                self.entry.request.headers.clear();
                self.header_left_out = false;
            }
            Node::ResponseHeaders => {
                self.entry.response.headers.clear();
                self.header_left_out = false;
            }
            Node::Header => self.header.clear(),
            Node::Content => self.body.clear(),
            Node::BodyPieces => self.body.cut(),
            _ => {}
        }
        self.nodes.push(node);
        self.slot = self.element();
    }

    /// What the elements of the array at hand are; the members of an object are told by their names.
    fn element(&self) -> Slot {
        match self.nodes.last() {
            Some(Node::Entries) => Slot::Entry,
            Some(Node::RequestHeaders | Node::ResponseHeaders) => Slot::Header,
            Some(Node::HeaderValues) => Slot::HeaderValue,
            Some(Node::BodyPieces) => Slot::BodyPiece,
            _ => Slot::None,
        }
    }

    fn start_entry(&mut self, start: u64) {
        self.recognised = true;
        self.entry = Entry { bytes: start..start, ..Entry::default() };
        self.body.clear();
    }

    /// An array or object ends.
    fn close(&mut self) -> Step {
        let mut step = Step::Taken;
        match self.nodes.pop() {
            Some(Node::Header) => self.end_header(),
            Some(Node::Entry) => step = Step::Entry,
            Some(Node::Root) if self.recognised && !self.entry.request.url.is_empty() && self.entries == 0 => step = Step::Entry,
            _ => {}
        }
        if self.wrapping == Wrapping::Opened && self.nodes.is_empty() {
            self.wrapping = Wrapping::Closing;
        }
        step
    }

    fn end_header(&mut self) {
        let list = match self.nodes.last() {
            Some(Node::RequestHeaders) => &mut self.entry.request.headers,
            _ => &mut self.entry.response.headers,
        };
        if list.len() < self.limits.headers {
            let Draft { name, value, length, hash } = &self.header;
            list.push(self.interner.header(name, value, *length, *hash));
        } else if !std::mem::replace(&mut self.header_left_out, true) {
            self.problem("expected fewer header fields: the rest of this list is left out");
        }
    }

    fn end_entry(&mut self) -> Option<Entry> {
        if self.entries == self.limits.entries {
            self.problem("expected fewer entries: the rest of the file is left out");
            self.over = true;
            return None;
        }
        self.entries += 1;
        let mut entry = std::mem::take(&mut self.entry);
        entry.bytes.end = self.tokens.offset();
        let response = &mut entry.response;
        if response.status >= 400 {
            response.error_page = ErrorPage::read(&String::from_utf8_lossy(&self.body.decoded())).map(Box::new);
        }
        if response.mime_type.starts_with(HTML) {
            response.title = title(&self.body.decoded());
        }
        if response.content_size.is_none() && self.body.encoding == Encoding::Plain {
            response.content_size = self.body.length;
        }
        response.body_hash = self.body.hash;
        Some(entry)
    }

    fn problem(&mut self, problem: &str) {
        let room = self.tail.problems.len() < self.limits.problems;
        // A path takes a while to write, and a hostile file has a problem in every value.
        let path = if room { self.tokens.path() } else { json::Path::default() };
        self.problem_at(self.tokens.offset(), self.tokens.line(), &path, problem);
    }

    fn problem_at(&mut self, offset: u64, line: u64, path: &json::Path, problem: &str) {
        self.tail.problems_total = self.tail.problems_total.saturating_add(1);
        if self.tail.problems.len() < self.limits.problems {
            self.tail.problems.push(Problem { offset, line, path: path.as_str().into(), problem: problem.into() });
        }
    }
}

/// What the member `key` of a node is.
fn slot(node: Option<Node>, key: &[u8]) -> Slot {
    match node {
        Some(Node::Root) => match key {
            b"log" => Slot::Log,
            b"entries" => Slot::Entries,
            _ => entry_slot(key),
        },
        Some(Node::Log) => match key {
            b"creator" => Slot::Creator,
            b"entries" => Slot::Entries,
            _ => Slot::None,
        },
        Some(Node::Creator) => match key {
            b"name" => Slot::CreatorName,
            b"version" => Slot::CreatorVersion,
            _ => Slot::None,
        },
        Some(Node::Entry) => entry_slot(key),
        Some(Node::Request) => match key {
            b"method" => Slot::Method,
            b"url" => Slot::Url,
            b"httpVersion" => Slot::RequestVersion,
            b"headers" => Slot::RequestHeaders,
            b"headersSize" => Slot::RequestHeadersSize,
            b"bodySize" => Slot::RequestBodySize,
            _ => Slot::None,
        },
        Some(Node::Response) => match key {
            b"status" => Slot::Status,
            b"statusText" => Slot::StatusText,
            b"httpVersion" => Slot::ResponseVersion,
            b"headers" => Slot::ResponseHeaders,
            b"headersSize" => Slot::ResponseHeadersSize,
            b"bodySize" => Slot::ResponseBodySize,
            b"_transferSize" => Slot::TransferSize,
            b"_error" => Slot::Error,
            b"_serviceWorkerResponseSource" => Slot::ServiceWorkerSource,
            b"content" => Slot::Content,
            _ => Slot::None,
        },
        Some(Node::Header) => match key {
            b"name" => Slot::HeaderName,
            b"value" => Slot::HeaderValue,
            HEADER_LENGTH => Slot::HeaderLength,
            _ => Slot::None,
        },
        Some(Node::Content) => match key {
            b"size" => Slot::ContentSize,
            b"mimeType" => Slot::MimeType,
            b"text" => Slot::BodyText,
            b"encoding" => Slot::BodyEncoding,
            _ => Slot::None,
        },
        Some(Node::Timings) => match key {
            b"blocked" => Slot::Blocked,
            b"dns" => Slot::Dns,
            b"connect" => Slot::Connect,
            b"ssl" => Slot::Ssl,
            b"send" => Slot::Send,
            b"wait" => Slot::Wait,
            b"receive" => Slot::Receive,
            _ => Slot::None,
        },
        Some(Node::ErrorObject) if key == b"code" || key == b"message" => Slot::Error,
        _ => Slot::None,
    }
}

fn entry_slot(key: &[u8]) -> Slot {
    match key {
        b"request" => Slot::Request,
        b"response" => Slot::Response,
        b"startedDateTime" => Slot::Started,
        b"time" => Slot::Time,
        b"timings" => Slot::Timings,
        b"serverIPAddress" => Slot::ServerIp,
        b"_resourceType" => Slot::ResourceType,
        b"_fromCache" => Slot::FromCache,
        b"_error" => Slot::Error,
        _ => Slot::None,
    }
}

/// What a scalar is written to.
struct Fields<'a> {
    limits: &'a Limits,
    entry: &'a mut Entry,
    header: &'a mut Draft,
    interner: &'a mut Interner,
    body: &'a mut Body,
    tail: &'a mut Tail,
}

impl Fields<'_> {
    /// Sets a field; gives what is wrong with the value. `null` is never wrong: it is a value that is not known.
    fn set(self, slot: Slot, scalar: Scalar<'_>) -> Option<&'static str> {
        let (entry, interner) = (self.entry, self.interner);
        let (request, response, timings) = (&mut entry.request, &mut entry.response, &mut entry.timings);
        match slot {
            Slot::None => None,
            // A hostile file names its creator over and over.
            Slot::CreatorName | Slot::CreatorVersion if self.tail.creator.len() > self.limits.string => None,
            Slot::CreatorName => text(scalar, |name| self.tail.creator.insert_str(0, name)),
            Slot::CreatorVersion => text(scalar, |version| {
                self.tail.creator.push(' ');
                self.tail.creator.push_str(version);
            }),
            Slot::Started => {
                let mut started = Err(STARTED);
                let wrong = text(scalar, |text| started = text.parse::<Timestamp>().map_err(|_| STARTED));
                match started {
                    Ok(started) => entry.started = Some(started),
                    Err(_) if wrong.is_some() || matches!(scalar, Scalar::Null) => return wrong,
                    Err(wrong) => return Some(wrong),
                }
                None
            }
            Slot::Time => number(scalar, &mut entry.time_ms),
            Slot::ServerIp => text(scalar, |text| entry.server_ip = (!text.is_empty()).then(|| interner.text(text))),
            Slot::ResourceType => text(scalar, |text| entry.resource_type = Some(interner.text(text))),
            Slot::FromCache => text(scalar, |text| entry.from_cache = Some(interner.text(text))),
            // A service worker that asked the network (`network`) hands on what came from there.
            Slot::ServiceWorkerSource => text(scalar, |text| {
                if matches!(text, "cache-storage" | "http-cache" | "fallback-code") {
                    entry.from_cache = Some(interner.text(text));
                }
            }),
            Slot::Method => text(scalar, |text| request.method = interner.text(&text.to_ascii_uppercase())),
            Slot::Url => text(scalar, |text| request.url = interner.text(text)),
            Slot::RequestVersion => text(scalar, |text| request.http_version = interner.text(text)),
            Slot::RequestHeadersSize => size(scalar, &mut request.headers_size),
            Slot::RequestBodySize => size(scalar, &mut request.body_size),
            Slot::Status => {
                let mut status = None;
                let wrong = number(scalar, &mut status);
                response.status = status.filter(|status| (0.0..1000.0).contains(status)).map_or(0, whole_status);
                wrong.or_else(|| status.filter(|status| *status >= 1000.0).map(|_| "expected a status below 1000, found a larger one"))
            }
            Slot::StatusText => text(scalar, |text| response.status_text = interner.text(text)),
            Slot::ResponseVersion => text(scalar, |text| response.http_version = interner.text(text)),
            Slot::ResponseHeadersSize => size(scalar, &mut response.headers_size),
            Slot::ResponseBodySize => size(scalar, &mut response.body_size),
            Slot::TransferSize => size(scalar, &mut response.transfer_size),
            Slot::Error => text(scalar, |text| {
                if response.error.is_none() && !text.is_empty() {
                    response.error = Some(interner.text(text));
                }
            }),
            Slot::ContentSize => size(scalar, &mut response.content_size),
            Slot::MimeType => text(scalar, |text| response.mime_type = interner.text(text)),
            Slot::BodyText | Slot::BodyPiece => {
                if let Scalar::Text(text) = scalar {
                    if slot == Slot::BodyText {
                        // Of bodies that repeat, the last counts, as it does to every other parser.
                        self.body.cut();
                    }
                    self.body.add(text, self.limits);
                }
                None
            }
            Slot::BodyEncoding => text(scalar, |text| {
                self.body.encoding = match text {
                    _ if text.eq_ignore_ascii_case("base64") => Encoding::Base64,
                    _ if text.eq_ignore_ascii_case("hex") => Encoding::Hex,
                    _ => Encoding::Plain,
                }
            }),
            Slot::HeaderName => text(scalar, |text| self.header.name.replace_range(.., text)),
            Slot::HeaderValue => self.header.add(scalar, self.limits.header_value),
            Slot::HeaderLength => {
                let mut length = None;
                let wrong = size(scalar, &mut length);
                self.header.length = length.unwrap_or(self.header.length);
                wrong
            }
            Slot::Blocked => number(scalar, &mut timings.blocked),
            Slot::Dns => number(scalar, &mut timings.dns),
            Slot::Connect => number(scalar, &mut timings.connect),
            Slot::Ssl => number(scalar, &mut timings.ssl),
            Slot::Send => number(scalar, &mut timings.send),
            Slot::Wait => number(scalar, &mut timings.wait),
            Slot::Receive => number(scalar, &mut timings.receive),
            Slot::Log
            | Slot::Creator
            | Slot::Entries
            | Slot::Entry
            | Slot::Request
            | Slot::Response
            | Slot::RequestHeaders
            | Slot::ResponseHeaders
            | Slot::Content
            | Slot::Header
            | Slot::Timings => match scalar {
                Scalar::Null => None,
                _ => Some("expected an array or object, found another kind of value"),
            },
        }
    }
}

impl Draft {
    fn clear(&mut self) {
        self.name.clear();
        self.value.clear();
        (self.length, self.hash) = (0, 0);
    }

    /// A value; a further one of an array is added behind a comma, as repeated header lines may be.
    fn add(&mut self, scalar: Scalar<'_>, limit: usize) -> Option<&'static str> {
        let (value, length, hash, wrong) = match scalar {
            Scalar::Text(text) => (text.to_str(), text.length, text.hash, None),
            Scalar::Number(text) => (text.into(), text.len() as u64, 0, Some("expected a string, found a number")),
            Scalar::Bool => return Some("expected a string, found true or false"),
            Scalar::Null => return None,
        };
        if self.length > 0 {
            self.value.push_str(", ");
            self.length += 2;
        }
        self.value.push_str(&value);
        self.length += length;
        self.hash = self.hash.rotate_left(5) ^ hash;
        if self.value.len() > limit {
            // Several values, each within the limit: what is cut away must still tell them apart.
            self.hash ^= xxh64(self.value.as_bytes(), 0);
            self.value.truncate(self.value.floor_char_boundary(limit));
        }
        wrong
    }
}

impl Body {
    fn clear(&mut self) {
        self.cut();
        self.encoding = Encoding::Plain;
    }

    /// Nothing of it has been read, but perhaps how it is encoded.
    fn cut(&mut self) {
        self.text.clear();
        (self.length, self.hash) = (None, None);
    }

    /// All of it, or a further piece of one that is written as an array.
    fn add(&mut self, text: Text<'_>, limits: &Limits) {
        let room = limits.body.saturating_sub(self.text.len());
        self.text.extend_from_slice(&text.kept[..text.kept.len().min(room)]);
        self.length = Some(self.length.unwrap_or_default() + text.length);
        if limits.body_hash {
            let hash = if text.kept.len() as u64 == text.length { xxh64(text.kept, 0) } else { text.hash };
            self.hash = Some(self.hash.map_or(hash, |before| before.rotate_left(5) ^ hash));
        }
    }

    /// The beginning of it, as it was sent.
    fn decoded(&self) -> Cow<'_, [u8]> {
        use base64::Engine;
        let text = &self.text;
        match self.encoding {
            Encoding::Plain => text.into(),
            // Only the beginning was kept, which may end within a group of four.
            Encoding::Base64 => base64::engine::general_purpose::STANDARD.decode(&text[..text.len() / 4 * 4]).unwrap_or_default().into(),
            Encoding::Hex => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (pairs, _) = text.as_chunks::<2>();
                pairs.iter().map_while(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Vec<u8>>().into()
            }
        }
    }
}

/// Characters that are kept of a number where a text should be.
const DIGITS: usize = 64;

fn text(scalar: Scalar<'_>, mut set: impl FnMut(&str)) -> Option<&'static str> {
    match scalar {
        Scalar::Text(text) => set(&text.to_str()),
        Scalar::Number(text) => {
            set(&text[..text.len().min(DIGITS)]);
            return Some("expected a string, found a number");
        }
        Scalar::Bool => return Some("expected a string, found true or false"),
        Scalar::Null => {}
    }
    None
}

/// A number, or a string that is one. What is negative or not finite is not known.
fn number(scalar: Scalar<'_>, field: &mut Option<f64>) -> Option<&'static str> {
    let (text, wrong) = match scalar {
        Scalar::Number(text) => (Cow::Borrowed(text), None),
        Scalar::Text(text) => (text.to_str(), Some("expected a number, found a string")),
        Scalar::Bool => return Some("expected a number, found true or false"),
        Scalar::Null => return None,
    };
    *field = decimal(text.trim()).filter(|value| *value >= 0.0);
    wrong
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "number() leaves only finite values from 0, and sizes are far below 2^53"
)]
fn size(scalar: Scalar<'_>, field: &mut Option<u64>) -> Option<&'static str> {
    let mut value = None;
    let wrong = number(scalar, &mut value);
    *field = value.map(|value| value as u64);
    wrong
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller has checked the range")]
fn whole_status(status: f64) -> u16 {
    status as u16
}

/// The member of a header that gives its value's length in bytes before it was redacted.
pub const HEADER_LENGTH: &[u8] = b"_length";

const HTML: &str = "text/html";
const STARTED: &str = "expected a date and time (ISO 8601), found something else";

/// What stands in the first `title` element.
pub fn title(html: &[u8]) -> Option<Box<str>> {
    /// Letters that are kept of it, and bytes that may take with its start tag.
    const MOST: usize = 200;
    const LOOKED_AT: usize = 2048;
    let start = memmem::find(html, b"<title").or_else(|| memmem::find(html, b"<TITLE"))?;
    let html = String::from_utf8_lossy(&html[start..html.len().min(start + LOOKED_AT)]);
    let (_, after) = html.split_once('>')?;
    let (title, _) = after.split_once("</")?;
    Some(title.trim().chars().take(MOST).collect::<String>().into())
}

/// How long what opens a call is, at the start of a file: a byte order mark, a comment `/**/` or the like, a name and a bracket. 0 when
/// there is none, and `None` when only more of the file will tell.
pub fn wrapper(start: &[u8]) -> Option<usize> {
    const MOST: usize = 200;
    let start = &start[..start.len().min(MOST)];
    let white = |from: usize| from + start[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let mut at = white(if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 });
    if start[at..].starts_with(b"/**/") {
        at = white(at + 4);
    }
    let name = start[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')).count();
    let bracket = white(at + name);
    match start.get(bracket) {
        Some(b'(') if name > 0 => Some(bracket + 1),
        None if start.len() < MOST => None,
        Some(b'/' | b'*') if name == 0 && bracket + 4 > start.len() && b"/**/".starts_with(&start[bracket..]) => None,
        Some(0xef | 0xbb) if bracket < 3 && start.len() < 3 && b"\xef\xbb\xbf".starts_with(start) => None,
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::Capture;
    use super::*;
    use crate::evidence::error_page::Maker;

    /// Reads a text at several chunk sizes; every one must give the same.
    #[track_caller]
    fn read(text: &str) -> Result<Capture, String> {
        let whole = Capture::read("a.har", [text.as_bytes()]);
        for size in [1, 7, 64 * 1024] {
            assert_eq!(Capture::read("a.har", text.as_bytes().chunks(size)), whole, "in chunks of {size}");
        }
        whole
    }

    #[track_caller]
    fn entry(text: &str) -> Entry {
        let capture = read(text).unwrap();
        assert_eq!(capture.problems, [], "no problem is expected");
        capture.entries.into_iter().next().unwrap()
    }

    /// Reads one entry and gives what is wrong with it.
    #[track_caller]
    fn problems(entry: &str) -> String {
        read(&format!("[{entry}]")).unwrap().problems.iter().fold(String::new(), |mut all, problem| {
            let _ = writeln!(all, "{} {}: {}", problem.offset, problem.path, problem.problem);
            all
        })
    }

    /// Breaks when a field of the format is not taken over, or the entry's place in the file is wrong.
    #[test]
    fn reads_an_entry() {
        let text = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[{"id":"x"}],"entries":[
            {"startedDateTime":"2026-11-20T10:00:00.5+02:00","time":12.5,"serverIPAddress":"203.0.113.7","_resourceType":"fetch",
             "request":{"method":"get","url":"https://shop.example/a","httpVersion":"h3","headers":[{"name":"Accept","value":"*/*"}],"headersSize":-1,"bodySize":0},
             "response":{"status":520,"statusText":"","httpVersion":"h3","headers":[{"name":"cf-ray","value":"8a7d5e2fbcd1a1c3-DFW"},{"name":"Server","value":"cloudflare"}],
                "content":{"size":15,"mimeType":"text/plain","text":"error code: 520"},"headersSize":100,"bodySize":-1,"_transferSize":115,"_error":null},
             "timings":{"blocked":1,"dns":-1,"connect":2.5,"ssl":1,"send":0,"wait":8,"receive":1}}]}}"#;
        let entry = entry(text);
        assert_eq!(entry.started.unwrap().to_string(), "2026-11-20T08:00:00.500Z");
        assert_eq!(
            (entry.time_ms, entry.server_ip.as_deref(), entry.resource_type.as_deref()),
            (Some(12.5), Some("203.0.113.7"), Some("fetch"))
        );
        assert_eq!((&*entry.request.method, &*entry.request.url, &*entry.request.http_version), ("GET", "https://shop.example/a", "h3"));
        assert_eq!((entry.request.headers_size, entry.request.body_size), (None, Some(0)));
        let response = &entry.response;
        assert_eq!((response.status, response.headers_size, response.body_size, response.transfer_size), (520, Some(100), None, Some(115)));
        assert_eq!(&*response.header("CF-RAY").unwrap().value, "8a7d5e2fbcd1a1c3-DFW");
        assert_eq!((response.error.as_deref(), response.content_size), (None, Some(15)));
        let page = response.error_page.as_ref().map(|page| (page.maker, page.code));
        assert_eq!(page, Some((Maker::Cloudflare, Some(520))));
        assert_eq!((entry.timings.dns, entry.timings.wait), (None, Some(8.0)));
        let place = usize::try_from(entry.bytes.start).unwrap()..usize::try_from(entry.bytes.end).unwrap();
        assert!(text[place.clone()].starts_with("{\"startedDateTime\"") && text[place].ends_with("\"receive\":1}}"));
        assert_eq!(read(text).unwrap().creator.as_ref(), "WebInspector 537.36");
    }

    /// Breaks when a bare entry, which is how details are read again, or a bare list is refused.
    #[test]
    fn reads_bare_entries() {
        let bare = r#"{"request":{"method":"GET","url":"https://shop.example/"},"response":{"status":200}}"#;
        assert_eq!(entry(bare).response.status, 200);
        assert_eq!(read(&format!("[{bare},{bare}]")).unwrap().entries.len(), 2);
        assert_eq!(read(&format!("{{\"entries\":[{bare}]}}")).unwrap().entries.len(), 1);
    }

    /// Breaks when an entry of a file in UTF-16 is looked for a byte beside its place: its details could not be read again.
    #[test]
    fn entries_of_utf_16_have_their_place() {
        let text = r#" [{"request":{"url":"https://shop.example/é"}}]"#;
        for big in [false, true] {
            let wide: Vec<u8> = text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let entry = Capture::read("a.har", wide.chunks(7)).unwrap().entries.remove(0);
            assert_eq!(entry.bytes, 4..wide.len() as u64 - 2);
            let place = usize::try_from(entry.bytes.start).unwrap()..usize::try_from(entry.bytes.end).unwrap();
            let again = Capture::read("a.har", [&wide[place]]).unwrap().entries.remove(0);
            assert_eq!(again.request, entry.request);
        }
    }

    /// Breaks when what real exporters write instead of the format's own types is lost, or noted where it is harmless.
    #[test]
    fn reads_what_exporters_write() {
        assert_eq!(problems(r#"{"time":null,"request":null,"response":{"status":-1,"headers":null,"content":null},"timings":null}"#), "");
        assert_eq!(problems(r#"{"response":{"status":"200"}}"#), "28 [0].response.status: expected a number, found a string\n");
        assert_eq!(
            problems(r#"{"startedDateTime":"yesterday"}"#),
            "31 [0].startedDateTime: expected a date and time (ISO 8601), found something else\n"
        );
        assert_eq!(problems(r#"{"startedDateTime":"2026-11-20T10:00:00.123456"}"#), "");
        assert_eq!(
            problems(r#"{"response":{"headers":{"a":"b"}}}"#),
            "25 [0].response.headers: expected another kind of value, found an object\n"
        );
        assert_eq!(problems(r#"{"request":7}"#), "13 [0].request: expected an array or object, found another kind of value\n");
        let entry = entry(
            r#"[{"response":{"status":0,"_fetchedViaServiceWorker":true,"headers":[{"name":"a","value":["x","y"]}],"_error":{"message":"Max redirects exceeded","code":"X"}}}]"#,
        );
        assert_eq!((&*entry.response.headers[0].value, entry.response.headers[0].length), ("x, y", 4));
        assert_eq!(entry.response.error.as_deref(), Some("Max redirects exceeded"));
    }

    /// Breaks when a file that is written as a call is refused, or a place in it is counted from the bracket.
    #[test]
    fn reads_what_stands_in_a_call() {
        let entries = r#"{"log":{"entries":[{"request":{"url":"https://shop.example/"},"time":true}]}}"#;
        for (before, behind) in [
            ("onInputData(", ");"),
            ("/**/ a.b$_1 (\n", ")\n;\n"),
            ("\u{feff}\n/**/f(", ""),
            ("\u{feff} f(", ") "),
            (&*format!("{}(", "f".repeat(199)), ")"),
        ] {
            let capture = read(&format!("{before}{entries}{behind}")).unwrap();
            assert_eq!((capture.entries.len(), capture.whole, capture.problems_total), (1, true, 1), "{before}");
            let start = capture.entries[0].bytes.start;
            assert_eq!(start, (before.len() + r#"{"log":{"entries":["#.len()) as u64);
            assert_eq!(capture.problems[0].line, 1 + before.matches('\n').count() as u64);
        }
        let longer = read(&format!("{}({entries})", "g".repeat(200)));
        assert_eq!(longer.unwrap_err(), "byte 0: expected a JSON value, found 'g'");
        assert_eq!(read("onInputData(").unwrap_err(), "byte 12: expected a JSON value, found the end of the file");
        assert_eq!(read("onInputData").unwrap_err(), "byte 0: expected a JSON value, found 'o'");
        assert_eq!(read("/**").unwrap_err(), "byte 0: expected a JSON value, found '/'");
        let tail = read(&format!("f({entries});g()")).unwrap();
        assert_eq!((tail.entries.len(), &*tail.problems[1].problem), (1, "not JSON from here on: expected the end of the file, found 'g'"));
    }

    /// Breaks when a body that is encoded, or written in pieces, is not looked at.
    #[test]
    fn reads_bodies_in_any_encoding() {
        for content in [
            r#""text":"error code: 520""#,
            r#""text":"ZXJyb3IgY29kZTogNTIw","encoding":"base64""#,
            r#""encoding":"Base64","text":["ZXJyb3Ig","Y29kZTog","NTIw"]"#,
            r#""text":"6572726F7220636f64653a20353230","encoding":"hex""#,
            r#""text":"a","text":["error"," code: 520"]"#,
        ] {
            let entry = entry(&format!(r#"[{{"response":{{"status":520,"content":{{{content}}}}}}}]"#));
            let page = entry.response.error_page.unwrap_or_else(|| panic!("{content}"));
            assert_eq!((page.maker, page.code), (Maker::Cloudflare, Some(520)), "{content}");
        }
    }

    /// Breaks when a body's length is lost where an exporter gives none, or a body that tells nothing is kept.
    #[test]
    fn a_body_without_a_size_has_that_of_its_text() {
        let content = |content: &str| entry(&format!(r#"[{{"response":{{"status":200,"content":{{{content}}}}}}}]"#)).response;
        assert_eq!(content(r#""mimeType":"text/css","text":"a\n\u20ac""#).content_size, Some(5));
        assert_eq!(content(r#""text":"YQ==","encoding":"base64""#).content_size, None);
        assert_eq!(content(r#""size":7,"text":"a""#).content_size, Some(7));
        assert_eq!(
            content(r#""mimeType":"text/html; charset=utf-8","text":"<html><TITLE lang=de>a &amp; b </TITLE>""#).title.as_deref(),
            Some("a &amp; b")
        );
    }

    /// Breaks when bodies that are equal are called different, in a detail, or the other way round.
    #[test]
    fn bodies_are_hashed_in_a_detail() {
        let hash = |content: &str| {
            let mut decoder = Decoder::at_entry(Limits { body: 4, ..Limits::detail() });
            decoder.push(format!(r#"{{"log":1,"response":{{"status":200,"content":{{{content}}}}}}}"#).as_bytes());
            decoder.next().unwrap().response.body_hash
        };
        assert_eq!(hash(r#""mimeType":"text/css","text":"abcdef""#), hash(r#""text":"ab\u0063def""#));
        assert_eq!(hash(r#""mimeType":"text/css","text":"abc""#), hash(r#""text":"\u0061bc""#));
        assert!(hash(r#""text":"abcdef""#) != hash(r#""text":"abcdeg""#) && hash(r#""text":"""#).is_some());
        assert_eq!(hash(r#""size":1"#), None);
        assert_eq!(entry(r#"[{"response":{"content":{"text":"a"}}}]"#).response.body_hash, None);
    }

    /// Breaks when the entries before the damage are lost, or the damage is not named.
    #[test]
    fn a_damaged_file_gives_what_comes_before() {
        let good = r#"{"request":{"method":"GET","url":"https://shop.example/"}}"#;
        let cut = read(&format!(r#"{{"log":{{"entries":[{good},{{"request":"#)).unwrap();
        assert_eq!((cut.entries.len(), cut.whole), (1, false));
        assert_eq!(&*cut.problems[0].problem, "the file ends early: expected a JSON value, found the end of the file");
        assert_eq!((cut.problems[0].offset, &*cut.problems[0].path), (89, "log.entries[1].request"));
        let broken = read(&format!(r#"{{"log":{{"entries":[{good} {good}]}}}}"#)).unwrap();
        assert_eq!(broken.entries.len(), 1);
        assert!(broken.problems[0].problem.starts_with("not JSON from here on: expected ','"), "{:?}", broken.problems);
        let behind = read(&format!("[{good}] tail")).unwrap();
        assert_eq!((behind.entries.len(), behind.problems_total), (1, 1));
    }

    /// Breaks when a file that is no HAR at all is taken for an empty one, or the line does not say what it is.
    #[test]
    fn what_is_no_har_says_so() {
        for (text, line) in [
            ("", "byte 0: expected a JSON value, found the end of the file"),
            ("hello", "byte 0: expected a JSON value, found 'h'"),
            ("\u{1f}\u{8b}", "byte 0: expected a HAR file (JSON), found a gzip file: unpack it first"),
            ("{}", "byte 0: expected a HAR file (an object with log.entries), found other JSON"),
            ("[17]", "byte 3: expected an array or object, found another kind of value"),
            ("17", "byte 0: expected a HAR file (an object with log.entries), found other JSON"),
            (r#"{"log":{"entries":["#, "byte 19, log.entries: expected a JSON value or ']', found the end of the file"),
        ] {
            assert_eq!(read(text), Err(line.to_owned()), "{text}");
        }
        assert_eq!(&*read(r#"{"log":{}}"#).unwrap().problems[0].problem, "expected log.entries with at least one entry, found none");
    }

    /// Breaks when a limit is not kept, or is met in silence.
    #[test]
    fn limits_are_kept_and_named() {
        let mut decoder = Decoder::new(Limits { entries: 2, headers: 1, header_value: 3, problems: 1, ..Limits::default() });
        decoder.push(br#"[{"response":{"headers":[{"name":"a","value":"12345"},{"name":"b"},{"name":"c"}]}},{},{},{}]"#);
        let entries: Vec<Entry> = std::iter::from_fn(|| decoder.next()).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!(
            (&*entries[0].response.headers[0].value, entries[0].response.headers[0].length, entries[0].response.headers.len()),
            ("123", 5, 1)
        );
        let tail = decoder.finish().unwrap();
        assert_eq!((tail.problems.len(), tail.problems_total), (1, 2));
    }

    /// Breaks when names that repeat make what is kept grow with the file.
    #[test]
    fn what_repeats_is_kept_once() {
        let names = r#""name":"somebody","version":"1","#.repeat(10_000);
        let texts = r#""text":"<title>first</title>","#.repeat(3);
        let capture = read(&format!(
            r#"{{"log":{{"creator":{{{names}"x":0}},"entries":[{{"response":{{"content":{{"mimeType":"text/html",{texts}"text":"<title>last</title>"}}}}}}]}}}}"#
        ))
        .unwrap();
        assert!(capture.creator.len() <= 2 * Limits::default().string, "{}", capture.creator.len());
        assert_eq!(capture.entries[0].response.title.as_deref(), Some("last"));
    }

    proptest::proptest! {
        /// Breaks on a panic, or when damage anywhere in a file gives something else at another chunk size.
        #[test]
        fn takes_any_damage(at in 0usize..120, byte in proptest::num::u8::ANY, chunk in 1usize..30) {
            let mut text = br#"{"log":{"entries":[{"time":1,"request":{"url":"a","headers":[{"name":"n","value":"v"}]},"response":{"status":1}}]}}"#.to_vec();
            let at = at.min(text.len() - 1);
            text[at] = byte;
            proptest::prop_assert_eq!(Capture::read("a", text.chunks(chunk)), Capture::read("a", [&text[..]]));
        }
    }
}
