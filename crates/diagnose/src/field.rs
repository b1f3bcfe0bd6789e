use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{self, Counted, HeaderBytes};
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Phrase};
use fivetwenty_captures::evidence::token::length_before;
use fivetwenty_captures::har::{Entry, Header};
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
    /// The sentence of the error page by which a cause can be told.
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
        let response = &entry.response;
        let (field, value) = match self {
            Self::Status => ("response.status", Redacted::fill("{}", &[&response.status])),
            Self::Error => ("response._error", response.error.as_deref().map_or_else(|| Redacted::fixed("none"), redact::error)),
            Self::Header(name) => {
                let value = response.header(name).map_or_else(|| Redacted::fixed("none"), redact::header_value);
                return Evidence {
                    side: Some(side),
                    index: Some(index),
                    field: Redacted::fill("response.headers.{}", &[&name]),
                    value,
                    polarity,
                };
            }
            Self::BrokenHeader => {
                let value = response.headers.iter().find(|header| breaks_grammar(header)).map(|header| {
                    Redacted::fill("{}: {}, against the grammar", &[&redact::header_name(&header.name), &redact::byte_count(header.length)])
                });
                ("response.headers", value.unwrap_or_else(|| Redacted::fixed("none")))
            }
            Self::HeaderList => {
                let fields =
                    redact::counted(response.headers.iter().filter(|header| !header.name.starts_with(':')).count(), "header", "headers");
                let value = match response.headers_size {
                    Some(bytes) if bytes > 0 => Redacted::fill("{}, {} bytes with the status line", &[&fields, &redact::thousands(bytes)]),
                    _ => Redacted::fill("{}, not measured", &[&fields]),
                };
                ("response.headers", value)
            }
            Self::BodyBytes => {
                let value = match (compare::body_length(entry), body_bytes(entry)) {
                    (Some(length), _) => {
                        Redacted::fill("{} of {} bytes announced", &[&redact::thousands(length.came), &redact::thousands(length.announced)])
                    }
                    (None, Some(bytes)) => Redacted::fill("{} bytes", &[&redact::thousands(bytes)]),
                    (None, None) => Redacted::fixed("not known"),
                };
                ("response.bodySize", value)
            }
            Self::HttpVersion => {
                let value = match version(&response.http_version) {
                    b'0' => "HTTP/0.9",
                    b'1' => "HTTP/1.x",
                    b'2' => "HTTP/2",
                    b'3' => "HTTP/3",
                    _ => "not known",
                };
                ("response.httpVersion", Redacted::fixed(value))
            }
            Self::HeaderBytes => {
                let size = HeaderBytes::of_response(response);
                let how = match size.how {
                    Counted::Measured => "measured",
                    Counted::Summed => "summed from the list",
                    Counted::Estimated => "as HTTP/1.1 would send them",
                };
                let cookies = redact::thousands(size.cookies);
                let value =
                    Redacted::fill("{} of 131,072 bytes, {}; listed Set-Cookie {}", &[&redact::thousands(size.bytes), &how, &cookies]);
                ("response.headersSize", value)
            }
            Self::ErrorPage => ("response.content", response.error_page.as_deref().map_or_else(|| Redacted::fixed("none"), page)),
            Self::Method => ("request.method", Redacted::fixed(request::method(&entry.request))),
            Self::RequestBytes => {
                let size = HeaderBytes::of_request(&entry.request);
                let how = if size.how == Counted::Measured { "measured" } else { "summed from the list" };
                ("request.headersSize", Redacted::fill("{} bytes, {}", &[&redact::thousands(size.bytes), &how]))
            }
            Self::RequestBody => {
                let size = request::body(&entry.request).map_or_else(|| Redacted::fixed("unknown"), redact::byte_count);
                ("request.bodySize", size)
            }
            Self::UserAgent => {
                let value = entry.request.header("user-agent").map_or_else(|| Redacted::fixed("none"), redact::header_value);
                ("request.headers.user-agent", value)
            }
            Self::Says => {
                let says = response.error_page.as_ref().and_then(|page| page.says);
                ("response.content", Redacted::fixed(says.map_or("nothing that tells", Phrase::label)))
            }
            Self::Waited => match waited(entry) {
                Some(waited) => wait::cite(&waited),
                None => ("timings.wait", Redacted::fixed("unknown")),
            },
            Self::Time => ("time", wait::lasted(entry).map_or_else(|| Redacted::fixed("unknown"), wait::seconds)),
            Self::Metric(name) => ("response.headers.server-timing", Redacted::fixed(if self.is_in(entry) { name } else { "none" })),
            Self::Title => {
                let title = response.title.as_deref().map_or(0, length_before);
                ("response.content", Redacted::fill("a page with another title ({} bytes)", &[&title]))
            }
        };
        Evidence { side: Some(side), index: Some(index), field: Redacted::fixed(field), value, polarity }
    }
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
