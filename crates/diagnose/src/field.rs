//! The fields of an entry that evidence can cite, and what may leave of each.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{self, Counted, HeaderBytes};
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Phrase};
use fivetwenty_captures::evidence::token::length_before;
use fivetwenty_captures::har::{Entry, Header, Request, Response};
use fivetwenty_model::Polarity;
use fivetwenty_redact::{self as redact, Redacted};

use crate::finding::Evidence;
use crate::request;
use crate::wait::{self, waited};

/// A field of an entry that evidence can cite; what may leave of its value is decided here, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `response.status`
    Status,
    /// `response._error`
    Error,
    /// A response header.
    Header(&'static str),
    /// The size of the response headers against Cloudflare's limit.
    HeaderBytes,
    /// What the body says about itself as an error page.
    ErrorPage,
    /// How many response headers there are, and how many bytes they were.
    HeaderList,
    /// A response header that breaks the grammar: its name, and the length of its value.
    BrokenHeader,
    /// The bytes of the body that came, against those that `Content-Length` announces.
    BodyBytes,
    /// `response.httpVersion`
    HttpVersion,
    /// `request.method`
    Method,
    /// The size of the request's headers, its first line included.
    RequestBytes,
    /// The size of the request's body.
    RequestBody,
    /// `request.headers.user-agent`
    UserAgent,
    /// The sentence of the error page that says what is wrong.
    Says,
    /// How long Cloudflare waited before it answered, from the best source there is.
    Waited,
    /// How long the browser waited: `time`.
    Time,
    /// A metric of `Server-Timing`, only whether it is there.
    Metric(&'static str),
    /// The title of a page, only whether there is one.
    Title,
}

impl Field {
    /// Whether an entry has a header or metric.
    pub fn is_in(self, entry: &Entry) -> bool {
        match self {
            Self::Header(name) => entry.response.header(name).is_some(),
            Self::Metric(name) => entry.response.headers.iter().any(|header| {
                let metrics = header.value.split(',').map(|metric| metric.split(';').next().unwrap_or_default().trim());
                header.name.eq_ignore_ascii_case("server-timing") && metrics.into_iter().any(|metric| metric.eq_ignore_ascii_case(name))
            }),
            _ => false,
        }
    }

    /// Cites this field of an entry.
    pub fn cite(self, side: Side, index: u32, entry: &Entry, polarity: Polarity) -> Evidence {
        Evidence { side: Some(side), index: Some(index), field: self.path(entry), value: self.value(entry), polarity }
    }

    /// Where it stands in a HAR file.
    fn path(self, entry: &Entry) -> Redacted<String> {
        Redacted::fixed(match self {
            Self::Header(name) => return Redacted::fill("response.headers.{}", &[&name]),
            Self::Status => "response.status",
            Self::Error => "response._error",
            Self::BrokenHeader | Self::HeaderList => "response.headers",
            Self::BodyBytes => "response.bodySize",
            Self::HttpVersion => "response.httpVersion",
            Self::HeaderBytes => "response.headersSize",
            Self::ErrorPage | Self::Says | Self::Title => "response.content",
            Self::Method => "request.method",
            Self::RequestBytes => "request.headersSize",
            Self::RequestBody => "request.bodySize",
            Self::UserAgent => "request.headers.user-agent",
            Self::Waited => waited(entry).map_or("timings.wait", |waited| wait::cite(&waited).0),
            Self::Time => "time",
            Self::Metric(_) => "response.headers.server-timing",
        })
    }

    /// What it says, as far as that may leave.
    fn value(self, entry: &Entry) -> Redacted<String> {
        let (request, response) = (&entry.request, &entry.response);
        let none = || Redacted::fixed("none");
        match self {
            Self::Status => Redacted::fill("{}", &[&response.status]),
            Self::Error => response.error.as_deref().map_or_else(none, redact::error),
            Self::Header(name) => response.header(name).map_or_else(none, redact::header_value),
            Self::BrokenHeader => response.headers.iter().find(|header| breaks_grammar(header)).map_or_else(none, |header| {
                Redacted::fill("{}: {}, against the grammar", &[&redact::header_name(&header.name), &redact::byte_count(header.length)])
            }),
            Self::HeaderList => header_list(response),
            Self::BodyBytes => body_size(entry),
            Self::HttpVersion => Redacted::fixed(match version(&response.http_version) {
                b'0' => "HTTP/0.9",
                b'1' => "HTTP/1.x",
                b'2' => "HTTP/2",
                b'3' => "HTTP/3",
                _ => "not known",
            }),
            Self::HeaderBytes => response_header_bytes(response),
            Self::ErrorPage => response.error_page.as_deref().map_or_else(none, page),
            Self::Method => Redacted::fixed(request::method(request)),
            Self::RequestBytes => request_header_bytes(request),
            Self::RequestBody => request::body(request).map_or_else(|| Redacted::fixed("unknown"), redact::byte_count),
            Self::UserAgent => request.header("user-agent").map_or_else(none, redact::header_value),
            Self::Says => {
                Redacted::fixed(response.error_page.as_ref().and_then(|page| page.says).map_or("nothing that tells", Phrase::label))
            }
            Self::Waited => waited(entry).map_or_else(|| Redacted::fixed("unknown"), |waited| wait::cite(&waited).1),
            Self::Time => wait::lasted(entry).map_or_else(|| Redacted::fixed("unknown"), wait::seconds),
            Self::Metric(name) => Redacted::fixed(if self.is_in(entry) { name } else { "none" }),
            Self::Title => Redacted::fill("a page with another title ({} bytes)", &[&response.title.as_deref().map_or(0, length_before)]),
        }
    }
}

/// How many response headers there are, and their bytes as measured.
fn header_list(response: &Response) -> Redacted<String> {
    let count = response.headers.iter().filter(|header| !header.name.starts_with(':')).count();
    let fields = redact::counted(count, "header", "headers");
    match response.headers_size {
        Some(bytes) if bytes > 0 => Redacted::fill("{}, {} bytes with the status line", &[&fields, &redact::thousands(bytes)]),
        _ => Redacted::fill("{}, not measured", &[&fields]),
    }
}

/// The bytes of a body, against those that were announced.
fn body_size(entry: &Entry) -> Redacted<String> {
    match (compare::body_length(entry), body_bytes(entry)) {
        (Some(length), _) => {
            Redacted::fill("{} of {} bytes announced", &[&redact::thousands(length.came), &redact::thousands(length.announced)])
        }
        (None, Some(bytes)) => Redacted::fill("{} bytes", &[&redact::thousands(bytes)]),
        (None, None) => Redacted::fixed("not known"),
    }
}

/// The size of the response headers against Cloudflare's limit, and how it is known.
fn response_header_bytes(response: &Response) -> Redacted<String> {
    let headers = HeaderBytes::of_response(response);
    let how = match headers.how {
        Counted::Measured => "measured",
        Counted::Summed => "summed from the list",
        Counted::Estimated => "as HTTP/1.1 would send them",
    };
    let (bytes, cookies) = (redact::thousands(headers.bytes), redact::thousands(headers.cookies));
    Redacted::fill("{} of 131,072 bytes, {}; listed Set-Cookie {}", &[&bytes, &how, &cookies])
}

/// The size of the request's headers, and how it is known.
fn request_header_bytes(request: &Request) -> Redacted<String> {
    let headers = HeaderBytes::of_request(request);
    let how = if headers.how == Counted::Measured { "measured" } else { "summed from the list" };
    Redacted::fill("{} bytes, {}", &[&redact::thousands(headers.bytes), &how])
}

/// An error page in a few words.
fn page(page: &ErrorPage) -> Redacted<String> {
    let form = match page.form {
        Form::Branded => "Cloudflare's error page",
        Form::Line => "Cloudflare's one-line error",
        Form::Structured => "Cloudflare's structured error",
        Form::Bare => "the bare page of Cloudflare's servers",
        Form::Own => "a page that is not Cloudflare's",
    };
    let mut text = Redacted::fixed(form);
    if let Some(code) = page.code {
        text = Redacted::fill("{} {}", &[&text, &code]);
    }
    match page.ray.as_deref().and_then(|ray| ray.parse().ok()) {
        Some(ray) => Redacted::fill("{}, Ray ID {}", &[&text, &redact::ray_id(&ray)]),
        None => text,
    }
}

/// Whether a header has a name that is no token (RFC 9110, section 5.6.2), or a control character in its value. Bytes from 0x80 on are
/// allowed, and some exporters join repeated fields with line ends.
pub(super) fn breaks_grammar(header: &Header) -> bool {
    let token = |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
    let name = header.name.strip_prefix(':').unwrap_or(&header.name);
    let control = |letter: u8| letter.is_ascii_control() && !b"\t\r\n".contains(&letter);
    name.is_empty() || !name.bytes().all(token) || header.value.bytes().any(control)
}

/// The first digit of an HTTP version, however it is spelt (`h2`, `http/2.0`, `HTTP/2`); 0 when it has none.
pub(super) fn version(http_version: &str) -> u8 {
    http_version.bytes().find(u8::is_ascii_digit).unwrap_or_default()
}

/// The size of an answer's body in bytes: the largest figure there is, for exporters count in different ways.
pub(super) fn body_bytes(entry: &Entry) -> Option<u64> {
    let response = &entry.response;
    let announced = response.header("content-length").and_then(|header| header.value.trim().parse().ok());
    announced.max(response.body_size).max(response.content_size)
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::har::Capture;

    use super::*;

    const ALL: [Field; 19] = [
        Field::Status,
        Field::Error,
        Field::Header("location"),
        Field::Header("set-cookie"),
        Field::HeaderBytes,
        Field::ErrorPage,
        Field::HeaderList,
        Field::BrokenHeader,
        Field::BodyBytes,
        Field::HttpVersion,
        Field::Method,
        Field::RequestBytes,
        Field::RequestBody,
        Field::UserAgent,
        Field::Says,
        Field::Waited,
        Field::Time,
        Field::Metric("cfWorker"),
        Field::Title,
    ];

    fn entry(text: &str) -> Entry {
        let capture = Capture::read("a.har", [format!("[{text}]").as_bytes()]).unwrap();
        capture.entries[0].clone()
    }

    /// An entry with a secret wherever a person can have put one.
    fn secretive() -> Entry {
        entry(
            r#"{"time": 31000.5,
                "request": {"method": "SECRET-METHOD", "url": "https://shop.example/SECRET-PATH?token=SECRET-QUERY", "bodySize": 12,
                    "headers": [{"name": "user-agent", "value": "Agent SECRET-AGENT"}, {"name": "cookie", "value": "sid=SECRET-COOKIE"}]},
                "response": {"status": 520, "httpVersion": "SECRET-VERSION", "_error": "net::ERR_FAILED SECRET-ERROR",
                    "headers": [{"name": "location", "value": "https://shop.example/SECRET-LOCATION"},
                        {"name": "set-cookie", "value": "sid=SECRET-SET-COOKIE"},
                        {"name": "server-timing", "value": "cfWorker;desc=SECRET-METRIC"},
                        {"name": "x broken", "value": "SECRET-BROKEN"}],
                    "content": {"size": 90, "text": "<title>SECRET-TITLE</title><p>SECRET-TEXT"}},
                "timings": {"wait": 30000}}"#,
        )
    }

    /// Breaks when a citation takes a text over from a capture as it stands: a cookie, a token, a path.
    #[test]
    fn no_raw_value_is_cited() {
        let entry = secretive();
        for field in ALL {
            let evidence = field.cite(Side::Proxied, 7, &entry, Polarity::Supports);
            assert_eq!((evidence.side, evidence.index, evidence.polarity), (Some(Side::Proxied), Some(7), Polarity::Supports));
            let cited = format!("{} {}", evidence.field, evidence.value);
            assert!(!cited.contains("SECRET"), "{field:?}: {cited}");
            assert!(!evidence.field.as_str().is_empty() && !evidence.value.as_str().is_empty(), "{field:?}");
        }
    }

    /// Breaks when a field is cited by another name, or its value is said in another way.
    #[test]
    fn fields_are_cited_by_their_place_in_the_file() {
        #[track_caller]
        fn check(field: Field, entry: &Entry, path: &str, value: &str) {
            let evidence = field.cite(Side::Direct, 0, entry, Polarity::Contradicts);
            assert_eq!((evidence.field.as_str(), evidence.value.as_str()), (path, value));
        }
        let full = secretive();
        check(Field::Status, &full, "response.status", "520");
        check(Field::Method, &full, "request.method", "another method");
        check(Field::RequestBody, &full, "request.bodySize", "12 B");
        check(Field::Metric("cfWorker"), &full, "response.headers.server-timing", "cfWorker");
        check(Field::HttpVersion, &full, "response.httpVersion", "not known");
        check(Field::Time, &full, "time", "31.0 s");
        let bare = entry(r#"{"response": {"status": 0}}"#);
        check(Field::Error, &bare, "response._error", "none");
        check(Field::Header("server"), &bare, "response.headers.server", "none");
        check(Field::ErrorPage, &bare, "response.content", "none");
        check(Field::BodyBytes, &bare, "response.bodySize", "not known");
        check(Field::Waited, &bare, "timings.wait", "unknown");
        check(Field::UserAgent, &bare, "request.headers.user-agent", "none");
        check(Field::HeaderList, &bare, "response.headers", "0 headers, not measured");
        let short = entry(r#"{"response": {"status": 200, "headers": [{"name": "content-length", "value": "5000"}], "bodySize": 1200}}"#);
        check(Field::BodyBytes, &short, "response.bodySize", "1,200 of 5,000 bytes announced");
    }

    /// Breaks when a header of which nothing may leave is shown, or one that tells a cause is hidden.
    #[test]
    fn harmless_headers_are_shown() {
        let entry = entry(
            r#"{"response": {"status": 520, "headers": [{"name": "server", "value": "cloudflare"}, {"name": "cf-ray", "value": "8a7d5e2fbcd1a1c3-DFW"}]}}"#,
        );
        let value = |name| Field::Header(name).cite(Side::Proxied, 0, &entry, Polarity::Supports).value.as_str().to_owned();
        assert_eq!((value("server"), value("cf-ray")), ("cloudflare".to_owned(), "8a7d5e2fbcd1a1c3-DFW".to_owned()));
    }
}
