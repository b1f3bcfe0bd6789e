use serde::{Deserialize, Serialize};

use super::capture::Problem;
use super::entry::Entry;
use super::intern::Interner;
use crate::evidence::error_page::ErrorPage;
use crate::evidence::timestamp::Timestamp;
use crate::json::{self, Text, Token, Tokenizer, Want, decimal};
use xxhash_rust::xxh64::xxh64;

/// Reads a HAR file that arrives in chunks, and keeps only what is needed of each entry.
///
/// [`push`](Decoder::push) a chunk, take entries with [`next`](Decoder::next) until it gives `None`, push the next one; then
/// [`finish`](Decoder::finish). Instead of a whole file a bare array of entries, or one bare entry, is read as well.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the file; no two exclude each other")]
pub struct Decoder {
    limits: Limits,
    tokens: Tokenizer,
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
    body: Vec<u8>,
    body_encoded: bool,
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
            problems: 100,
            kept: 500_000_000,
        }
    }
}

impl Limits {
    /// For one entry that a person looks at: everything a page can show.
    pub fn detail() -> Self {
        Self { header_name: 1024, header_value: 64 * 1024, url: 64 * 1024, string: 4096, ..Self::default() }
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
    BodyEncoding,
    Header,
    HeaderName,
    HeaderValue,
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
            nodes: Vec::new(),
            slot: Slot::None,
            entry: Entry::default(),
            header: Draft::default(),
            interner: Interner::default(),
            skipping: None,
            header_left_out: false,
            body: Vec::new(),
            body_encoded: false,
            tail: Tail::default(),
            entries: 0,
            recognised: false,
            error: None,
            over: false,
        }
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
                    self.problem_at(error.offset, &error.path, &format!("not JSON from here on: {}", error.problem()));
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
                body_encoded: &mut self.body_encoded,
                tail: &mut self.tail,
            };
            if let Some(wrong) = fields.set(self.slot, scalar) {
                self.problem(wrong);
            }
        }
        Ok(Step::Taken)
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
        if !self.over {
            match self.tokens.finish() {
                Ok(_) => {
                    self.tail.whole = true;
                    if self.recognised && self.entries == 0 {
                        self.problem("expected log.entries with at least one entry, found none");
                    }
                }
                Err(error) => {
                    self.problem_at(error.offset, &error.path, &format!("the file ends early: {}", error.problem()));
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
            Slot::BodyText if self.is_body_telling() => self.limits.body,
            Slot::BodyText => 0,
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
            (None, _, Kind::Object) => Node::Root,
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
            Node::Content => {
                self.body.clear();
                self.body_encoded = false;
            }
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
            _ => Slot::None,
        }
    }

    fn start_entry(&mut self, start: u64) {
        self.recognised = true;
        self.entry = Entry { bytes: start..start, ..Entry::default() };
        self.body.clear();
        self.body_encoded = false;
    }

    /// An array or object ends.
    fn close(&mut self) -> Step {
        match self.nodes.pop() {
            Some(Node::Header) => self.end_header(),
            Some(Node::Entry) => return Step::Entry,
            Some(Node::Root) if self.recognised && !self.entry.request.url.is_empty() && self.entries == 0 => return Step::Entry,
            _ => {}
        }
        Step::Taken
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
        if entry.response.status >= 400 {
            entry.response.error_page = error_page(&self.body, self.body_encoded).map(Box::new);
        }
        if !self.body_encoded && entry.response.mime_type.starts_with(HTML) {
            entry.response.title = title(&String::from_utf8_lossy(&self.body));
        }
        Some(entry)
    }

    fn problem(&mut self, problem: &str) {
        let room = self.tail.problems.len() < self.limits.problems;
        // A path takes a while to write, and a hostile file has a problem in every value.
        let path = if room { self.tokens.path() } else { json::Path::default() };
        self.problem_at(self.tokens.offset(), &path, problem);
    }

    fn problem_at(&mut self, offset: u64, path: &json::Path, problem: &str) {
        self.tail.problems_total = self.tail.problems_total.saturating_add(1);
        if self.tail.problems.len() < self.limits.problems {
            self.tail.problems.push(Problem { offset, path: path.as_str().into(), problem: problem.into() });
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
    body: &'a mut Vec<u8>,
    body_encoded: &'a mut bool,
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
            Slot::BodyText => {
                if let Scalar::Text(text) = scalar {
                    // Of bodies that repeat, the last counts, as it does to every other parser.
                    self.body.clear();
                    self.body.extend_from_slice(text.kept);
                }
                None
            }
            Slot::BodyEncoding => text(scalar, |text| *self.body_encoded = text.eq_ignore_ascii_case("base64")),
            Slot::HeaderName => text(scalar, |text| self.header.name.replace_range(.., text)),
            Slot::HeaderValue => self.header.add(scalar, self.limits.header_value),
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

fn text(scalar: Scalar<'_>, mut set: impl FnMut(&str)) -> Option<&'static str> {
    match scalar {
        Scalar::Text(text) => set(&text.to_str()),
        Scalar::Number(text) => {
            set(text);
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
        Scalar::Number(text) => (std::borrow::Cow::Borrowed(text), None),
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

const HTML: &str = "text/html";
const STARTED: &str = "expected a date and time (ISO 8601), found something else";

fn error_page(body: &[u8], base64: bool) -> Option<ErrorPage> {
    use base64::Engine;
    if !base64 {
        return ErrorPage::read(&String::from_utf8_lossy(body));
    }
    // Only the beginning was kept, which may end within a group of four.
    let whole = &body[..body.len() / 4 * 4];
    let decoded = base64::engine::general_purpose::STANDARD.decode(whole).unwrap_or_default();
    ErrorPage::read(&String::from_utf8_lossy(&decoded))
}

/// What stands in the first `title` element.
fn title(html: &str) -> Option<Box<str>> {
    const MOST: usize = 200;
    let start = html.find("<title").or_else(|| html.find("<TITLE"))?;
    let (_, after) = html.get(start..)?.split_once('>')?;
    let (title, _) = after.split_once("</")?;
    Some(title.trim().chars().take(MOST).collect::<String>().into())
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
            r#"[{"response":{"status":0,"headers":[{"name":"a","value":["x","y"]}],"_error":{"message":"Max redirects exceeded","code":"X"}}}]"#,
        );
        assert_eq!((&*entry.response.headers[0].value, entry.response.headers[0].length), ("x, y", 4));
        assert_eq!(entry.response.error.as_deref(), Some("Max redirects exceeded"));
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
