use std::ops::Range;
use std::sync::Arc;

use super::assign::Target;
use super::body::{Body, Encoding, title};
use super::entry::{Entry, Header};
use super::error::Error;
use super::fields::{Cap, Field, Object, Value};
use super::header::Draft;
use super::intern::Interner;
use super::limits::Limits;
use super::problem::{Problem, Tail};
use super::scalar::Scalar;
use super::wrapper::wrapper;
use crate::evidence::error_page::ErrorPage;
use crate::json::{self, Token, Tokenizer, Want};

/// Reads a HAR file that arrives in chunks, and keeps only what is needed of each entry.
///
/// [`push`](Decoder::push) a chunk, take entries with [`next`](Decoder::next) until it gives `None`, push the next one; then
/// [`finish`](Decoder::finish). Instead of a whole file a bare array of entries, or one bare entry, is read as well, and either may stand
/// in a call, `onInputData({…});`, as files for HAR viewers do.
#[expect(clippy::struct_excessive_bools, reason = "what was seen so far, each by itself")]
pub struct Decoder {
    limits: Limits,
    tokens: Tokenizer,
    wrapping: Wrapping,
    /// What the open arrays and objects are.
    nodes: Vec<Node>,
    /// The field that the value at hand is; `None` when it is passed over.
    field: Option<&'static Field>,
    /// The entry at hand.
    entry: Entry,
    /// Where it stands, or the one that was given last.
    place: Range<u64>,
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
    /// The root is an entry itself.
    bare: bool,
    error: Option<json::Error>,
    over: bool,
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

/// An open array or object. One that nobody asked for is none of these: it is passed over.
#[derive(Clone, Copy)]
struct Node {
    /// What it is, or its elements are.
    object: Object,
    /// It is an array.
    list: bool,
    /// The field that it is, and so each of its elements.
    field: Option<&'static Field>,
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

impl Decoder {
    /// A decoder at the start of a file.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            tokens: Tokenizer::new(json::Limits { known: Field::is_name, ..json::Limits::default() }),
            wrapping: Wrapping::Unseen,
            nodes: Vec::new(),
            field: None,
            entry: Entry::default(),
            place: 0..0,
            header: Draft::default(),
            interner: Interner::default(),
            skipping: None,
            header_left_out: false,
            body: Body::default(),
            tail: Tail::default(),
            entries: 0,
            recognised: false,
            bare: false,
            error: None,
            over: false,
        }
    }

    /// A decoder at the start of an entry, which is all there is: as [`Decoder::place`] says where.
    pub fn at_entry(limits: Limits) -> Self {
        Self { field: entries(), wrapping: Wrapping::None, ..Self::new(limits) }
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
                    self.problem_at(error.offset, error.line, &error.path, &format!("not valid JSON from here on: {}", error.problem()));
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
            self.field = self.element();
            return Ok(Step::Taken);
        }
        if self.wrapping != Wrapping::None && !self.unwrap() {
            return Ok(Step::Starved);
        }
        let Some(token) = self.tokens.next(self.want())? else { return Ok(Step::Starved) };
        let scalar = match token {
            Token::Key(text) => {
                let object = self.nodes.last().map_or(Object::Unknown, |node| node.object);
                self.field = Field::find(object, text.kept).filter(|field| !matches!(field.value, Value::Unread));
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
                self.field = self.element();
                return Ok(closed);
            }
            Token::String(text) => Scalar::Text(text),
            Token::Number(text) => Scalar::Number(text),
            Token::Bool(value) => Scalar::Bool(value),
            Token::Null => Scalar::Null,
        };
        if let Some(field) = self.field {
            let in_list = self.nodes.last().is_some_and(|node| node.list);
            let target = Target {
                limits: &self.limits,
                entry: &mut self.entry,
                header: &mut self.header,
                interner: &mut self.interner,
                body: &mut self.body,
                tail: &mut self.tail,
            };
            if let Some(wrong) = target.set(field, scalar, in_list) {
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

    /// Where the entry that [`next`](Self::next) gave last stands in the file, in bytes from its start.
    pub fn place(&self) -> Range<u64> {
        self.place.clone()
    }

    /// There is nothing more to read: the text is broken, or a limit was met.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Notes that reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.problem(&format!("reading stopped: {why}"));
        self.over = true;
    }

    /// The file is over.
    ///
    /// # Errors
    /// When nothing of it could be read.
    pub fn finish(mut self) -> Result<Tail, Error> {
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
                    self.problem_at(error.offset, error.line, &error.path, &format!("the file is truncated: {}", error.problem()));
                    self.error = Some(error);
                }
            }
        }
        if self.entries > 0 || (self.recognised && self.tail.whole) {
            return Ok(self.tail);
        }
        Err(match self.error {
            Some(error) if error.offset == 0 && error.found == Some(0x1f) => Error::Gzip,
            Some(error) if error.offset == 0 && error.found == Some(b'P') => Error::Zip,
            Some(error) => Error::Json(error),
            None => self.tail.problems.into_iter().next().map_or(Error::OtherJson, Error::Field),
        })
    }

    /// What was read is one entry, as nothing exports it: any object that has a request or a response looks so. Or it is a list, in which
    /// nothing has either.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// How much is wanted of the next value if it is a string.
    fn want(&self) -> Want {
        let limits = &self.limits;
        let keep = match self.field.map_or(Cap::Nothing, |field| field.cap) {
            Cap::Nothing => 0,
            Cap::String => limits.string,
            Cap::Url => limits.url,
            Cap::HeaderName => limits.header_name,
            Cap::HeaderValue => return Want { keep: limits.header_value, hash: true },
            Cap::Body => return Want { keep: if self.is_body_telling() { limits.body } else { 0 }, hash: limits.body_hash },
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
        let Some(node) = self.node(kind) else {
            if self.field.is_some() {
                self.problem(match kind {
                    Kind::Object => "expected another kind of value, found an object",
                    Kind::Array => "expected another kind of value, found an array",
                });
            }
            self.skipping = Some(self.tokens.depth() - 1);
            return;
        };
        let start = self.tokens.offset() - self.tokens.width();
        match (node.object, node.list) {
            // A bare array may be anything: its first entry tells.
            (Object::Entry, true) => {
                self.recognised |= !self.nodes.is_empty();
                self.bare |= self.nodes.is_empty();
            }
            (Object::Entry, false) => self.start_entry(start),
            (Object::Log, _) => self.recognised = true,
            // A bare entry: whether it is one is known when its request is met.
            (Object::Root, _) => self.place = start..start,
            (Object::Request | Object::Response, _) => {
                let is_root = self.nodes.last().is_some_and(|node| node.object == Object::Root);
                self.recognised |= is_root;
                self.bare = is_root && (self.bare || self.entries == 0);
            }
            (Object::RequestHeader | Object::ResponseHeader, true) => {
                self.headers(node.object).clear();
                self.header_left_out = false;
            }
            (Object::RequestHeader | Object::ResponseHeader, false) => self.header.clear(),
            (Object::Content, _) => self.body.clear(),
            (Object::Unknown, true) if node.field.is_some_and(|field| field.cap == Cap::Body) => self.body.cut(),
            _ => {}
        }
        self.nodes.push(node);
        self.field = self.element();
    }

    /// The array or object that starts; `None` when it is passed over.
    fn node(&self, kind: Kind) -> Option<Node> {
        let in_list = self.is_in_list();
        let (object, list, field) = match (self.field, kind) {
            (_, Kind::Array) if self.nodes.is_empty() => (Object::Entry, true, entries()),
            (None, Kind::Object) if self.nodes.is_empty() => (Object::Root, false, None),
            (None, _) => return None,
            (Some(field), kind) => match (&field.value, kind) {
                (Value::Object, Kind::Object) => (field.inside, false, None),
                (Value::List, Kind::Object) if in_list || self.nodes.is_empty() => (field.inside, false, None),
                (Value::List, Kind::Array) if !in_list => (field.inside, true, Some(field)),
                (Value::FirstText(_), Kind::Object) => (Object::Error, false, None),
                (Value::HeaderValue, Kind::Array) => (Object::Unknown, true, Some(field)),
                (Value::Body, Kind::Array) if !in_list => (Object::Unknown, true, Some(field)),
                _ => return None,
            },
        };
        Some(Node { object, list, field })
    }

    /// What the elements of the array at hand are; the members of an object are told by their names.
    fn element(&self) -> Option<&'static Field> {
        self.nodes.last()?.field
    }

    fn is_in_list(&self) -> bool {
        self.nodes.last().is_some_and(|node| node.list)
    }

    fn headers(&mut self, object: Object) -> &mut Vec<Arc<Header>> {
        match object {
            Object::RequestHeader => &mut self.entry.request.headers,
            _ => &mut self.entry.response.headers,
        }
    }

    fn start_entry(&mut self, start: u64) {
        self.recognised = true;
        self.entry = Entry::default();
        self.place = start..start;
        self.body.clear();
    }

    /// An array or object ends.
    fn close(&mut self) -> Step {
        let mut step = Step::Taken;
        match self.nodes.pop().filter(|node| !node.list).map(|node| node.object) {
            Some(object @ (Object::RequestHeader | Object::ResponseHeader)) => self.end_header(object),
            Some(Object::Entry) => step = Step::Entry,
            Some(Object::Root) if self.recognised && !self.entry.request.url.is_empty() && self.entries == 0 => step = Step::Entry,
            _ => {}
        }
        if self.wrapping == Wrapping::Opened && self.nodes.is_empty() {
            self.wrapping = Wrapping::Closing;
        }
        step
    }

    fn end_header(&mut self, object: Object) {
        if self.headers(object).len() < self.limits.headers {
            let Draft { name, value, length, hash } = &self.header;
            let header = self.interner.header(name, value, *length, *hash);
            self.headers(object).push(header);
        } else if !std::mem::replace(&mut self.header_left_out, true) {
            self.problem("too many header fields: the rest of this list is left out");
        }
    }

    fn end_entry(&mut self) -> Option<Entry> {
        if self.entries == self.limits.entries {
            self.problem("too many entries: the rest of the file is left out");
            self.over = true;
            return None;
        }
        self.entries += 1;
        let mut entry = std::mem::take(&mut self.entry);
        self.place.end = self.tokens.offset();
        let response = &mut entry.response;
        if response.status >= 400 {
            response.error_page = ErrorPage::read(&String::from_utf8_lossy(&self.body.decoded())).map(Box::new);
        }
        if response.mime_type.starts_with(HTML) {
            response.title = title(&self.body.decoded());
        }
        // Only what is known is written, for it takes memory.
        if response.content_size.is_none() && self.body.encoding == Encoding::Plain && self.body.length.is_some() {
            response.content_size = self.body.length;
        }
        if self.body.hash.is_some() {
            response.body_hash = self.body.hash;
        }
        if entry.from_cache.is_none() {
            entry.from_cache = entry.response.local_source().map(|source| self.interner.text(source));
        }
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

/// What the elements of a list of entries are.
fn entries() -> Option<&'static Field> {
    Field::find(Object::Root, b"entries")
}

const HTML: &str = "text/html";

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::Capture;
    use super::*;
    use crate::evidence::error_page::Maker;

    /// Reads a text at several chunk sizes; every one must give the same.
    #[track_caller]
    fn read(text: &str) -> Result<Capture, Error> {
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
        capture.entries[0].clone()
    }

    /// Where the first entry stands.
    fn place(capture: &Capture) -> Range<usize> {
        let place = capture.entries.place(0).unwrap();
        usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap()
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
        let place = place(&read(text).unwrap());
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
            let capture = Capture::read("a.har", wide.chunks(7)).unwrap();
            assert_eq!(place(&capture), 4..wide.len() - 2);
            let again = Capture::read("a.har", [&wide[place(&capture)]]).unwrap();
            assert_eq!(again.entries[0], capture.entries[0]);
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

    /// Breaks when an answer that the network was not asked for just now is taken for the origin's, or one that a service worker only
    /// handed on is not.
    #[test]
    fn tells_whether_the_network_was_asked() {
        let source = |response: &str| entry(&format!(r#"[{{"response":{{{response}}}}}]"#)).from_cache;
        assert_eq!(source(r#""status":200,"_fetchedViaServiceWorker":true"#).as_deref(), Some("service-worker"));
        assert_eq!(source(r#""_fromServiceWorker":true,"status":503"#).as_deref(), Some("service-worker"));
        let told = r#""status":200,"_fetchedViaServiceWorker":true,"_serviceWorkerResponseSource":"#;
        assert_eq!(source(&format!(r#"{told}"cache-storage""#)).as_deref(), Some("cache-storage"));
        assert_eq!(source(&format!(r#"{told}"network""#)), None);
        assert_eq!(source(r#""status":200,"_fromPrefetchCache":true"#).as_deref(), Some("prefetch"));
        for network in [
            r#""status":200,"_fetchedViaServiceWorker":false,"_fromPrefetchCache":null"#,
            r#""status":520,"_fetchedViaServiceWorker":true"#,
            r#""status":0,"_fetchedViaServiceWorker":true,"_error":"net::ERR_FAILED""#,
        ] {
            assert_eq!(source(network), None, "{network}");
        }
        assert_eq!(
            entry(r#"[{"_fromCache":"disk","response":{"status":200,"_fromPrefetchCache":true}}]"#).from_cache.as_deref(),
            Some("disk")
        );
        assert_eq!(
            problems(r#"{"response":{"_fromPrefetchCache":1}}"#),
            "36 [0].response._fromPrefetchCache: expected true or false, found a number\n"
        );
    }

    /// Breaks when the network error of a file of Playwright's is not read, or goes before the browser's own name for it.
    #[test]
    fn reads_the_failure_of_playwright() {
        let failed = entry(r#"[{"response":{"status":-1,"_failureText":"net::ERR_EMPTY_RESPONSE"}}]"#);
        assert_eq!((failed.response.status, failed.response.error.as_deref()), (0, Some("net::ERR_EMPTY_RESPONSE")));
        let both = entry(r#"[{"response":{"_error":"net::ERR_ABORTED","_failureText":"cancelled"}}]"#);
        assert_eq!(both.response.error.as_deref(), Some("net::ERR_ABORTED"));
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
            let start = capture.entries.place(0).unwrap().start;
            assert_eq!(start, (before.len() + r#"{"log":{"entries":["#.len()) as u64);
            assert_eq!(capture.problems[0].line, 1 + before.matches('\n').count() as u64);
        }
        let longer = read(&format!("{}({entries})", "g".repeat(200)));
        assert_eq!(longer.unwrap_err().to_string(), "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"g\"");
        assert_eq!(
            read("onInputData(").unwrap_err().to_string(),
            "Not valid JSON at line 1 (byte 12): expected a JSON value, found the end of the file"
        );
        assert_eq!(read("onInputData").unwrap_err().to_string(), "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"o\"");
        assert_eq!(read("/**").unwrap_err().to_string(), "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"/\"");
        let tail = read(&format!("f({entries});g()")).unwrap();
        assert_eq!(
            (tail.entries.len(), &*tail.problems[1].problem),
            (1, "not valid JSON from here on: expected the end of the file, found \"g\"")
        );
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
            let page = entry.response.error_page.as_ref().unwrap_or_else(|| panic!("{content}"));
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
        assert_eq!(&*cut.problems[0].problem, "the file is truncated: expected a JSON value, found the end of the file");
        assert_eq!((cut.problems[0].offset, &*cut.problems[0].path), (89, "log.entries[1].request"));
        let broken = read(&format!(r#"{{"log":{{"entries":[{good} {good}]}}}}"#)).unwrap();
        assert_eq!(broken.entries.len(), 1);
        assert!(broken.problems[0].problem.starts_with("not valid JSON from here on: expected \",\""), "{:?}", broken.problems);
        let behind = read(&format!("[{good}] tail")).unwrap();
        assert_eq!((behind.entries.len(), behind.problems_total), (1, 1));
    }

    /// Breaks when a file that is no HAR at all is taken for an empty one, or the line does not say what it is.
    #[test]
    fn what_is_no_har_says_so() {
        for (text, line) in [
            ("", "Not valid JSON at line 1 (byte 0): expected a JSON value, found the end of the file"),
            ("hello", "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"h\""),
            ("\u{1f}\u{8b}", "Expected a HAR file, found a gzip file: unpack it first"),
            ("{}", "Expected a HAR file (an object with log.entries), found other JSON"),
            ("[17]", "Not a valid HAR file (byte 3): expected an array or object, found another kind of value"),
            ("17", "Expected a HAR file (an object with log.entries), found other JSON"),
            (
                r#"{"log":{"entries":["#,
                "Not valid JSON at line 1 (byte 19, log.entries): expected a JSON value or \"]\", found the end of the file",
            ),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), line, "{text}");
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
