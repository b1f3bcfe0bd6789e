use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::page::Page;
use super::request;
use super::wait::{self, waited};
use crate::compare::{self, Counted, HeaderBytes};
use crate::evidence::error_page::{ErrorPage, Form, Phrase};
use crate::evidence::token::length_before;
use crate::har::{Entry, Header};
use crate::redact::{self, Redacted};

/// A cause of a 520 that can be found.
pub struct Rule {
    /// Stable: reports, tests and links use it.
    pub id: &'static str,
    /// The cause in a few words.
    pub title: &'static str,
    /// The verdict's sentence when this is the cause.
    pub headline: &'static str,
    /// Who must act.
    pub acts: &'static [Acts],
    /// Looks at the facts.
    pub check: fn(&Facts<'_>) -> Finding,
    /// What it means, how we know, what to do, the command that settles it, sources, and examples that the tests run.
    pub page: Page,
}

/// Something that can be wrong with the captures.
pub struct WarningRule {
    /// Stable: reports, tests and links use it.
    pub id: &'static str,
    /// Looks at the facts.
    pub check: fn(&Facts<'_>) -> Vec<Warning>,
    /// Its page, as a [`Rule`]'s.
    pub page: Page,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How sure it is.
    pub status: Status,
    /// Whether the fault itself was seen.
    pub basis: Basis,
    /// Why, in one sentence.
    pub reason: Redacted<String>,
    /// The verdict's sentence when it depends on what was found; else the rule's own.
    pub headline: Option<Redacted<String>>,
    /// Who must act when it is not whom the rule names.
    pub acts: Option<&'static [Acts]>,
    /// The part of the page's advice that is for this case: the key of a heading `### key: …` under *What to do*.
    pub case: Option<&'static str>,
    /// What it rests on, most telling first.
    pub evidence: Vec<Evidence>,
}

/// What is wrong with a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Which capture; both when there is none.
    pub source: Option<Source>,
    /// One or two sentences.
    pub detail: Redacted<String>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Where it was seen.
    pub source: Source,
    /// The index in that capture's entries.
    pub entry: Option<u32>,
    /// What was looked at.
    pub field: Redacted<String>,
    /// What it said, as far as that may leave.
    pub value: Redacted<String>,
    /// Which way it points.
    pub speaks: Speaks,
}

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

/// How sure a finding is. The order is that of the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The same request fails at Cloudflare, the fault itself was seen for it, and it is one that Cloudflare documents.
    Confirmed,
    /// The fault was seen, but one condition of `Confirmed` is not met.
    Likely,
    /// It fits what was seen, and so do others.
    Possible,
    /// The evidence that would decide is missing.
    CannotTell,
    /// Something seen contradicts it.
    RuledOut,
}

/// What a finding rests on. The order is that of the ranking among findings of one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The fault itself was seen in an answer, or a value was measured against a limit.
    Seen,
    /// It follows from which requests fail and which do not.
    Inferred,
}

/// Who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Acts {
    /// Whoever runs the origin server.
    Origin,
    /// Whoever runs the network in front of it.
    Network,
    /// Whoever keeps the DNS records.
    Dns,
    /// Whoever has the Cloudflare dashboard.
    Dashboard,
    /// Cloudflare.
    Cloudflare,
    /// The visitor.
    Visitor,
}

/// Where evidence was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The capture through Cloudflare.
    Proxied,
    /// The capture direct to the origin.
    Direct,
    /// A live probe.
    Probe,
    /// A request that a pasted text shows with its answer, such as curl's.
    Transcript,
    /// A pasted error page.
    PageText,
    /// A line of a log.
    Logs,
}

/// Which way evidence points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaks {
    /// For the cause.
    For,
    /// Against it.
    Against,
}

impl Status {
    /// In words, as it stands before a verdict.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "Confirmed",
            Self::Likely => "Likely",
            Self::Possible => "Possible",
            Self::CannotTell => "Cannot tell",
            Self::RuledOut => "Ruled out",
        }
    }
}

impl Source {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Proxied => "through Cloudflare",
            Self::Direct => "direct",
            Self::Probe => "probe",
            Self::Transcript => "pasted transcript",
            Self::PageText => "pasted error page",
            Self::Logs => "log",
        }
    }
}

impl Acts {
    /// In words, as a sentence's subject.
    pub fn who(self) -> &'static str {
        match self {
            Self::Origin => "whoever runs the origin server",
            Self::Network => "whoever runs the network or firewall in front of the origin",
            Self::Dns => "whoever keeps the DNS records",
            Self::Dashboard => "whoever has the site's Cloudflare dashboard",
            Self::Cloudflare => "Cloudflare",
            Self::Visitor => "the visitor",
        }
    }
}

impl Finding {
    /// A finding without evidence yet, of a fault that itself was looked for.
    pub fn seen(status: Status, reason: Redacted<String>) -> Self {
        Self { status, basis: Basis::Seen, reason, headline: None, acts: None, case: None, evidence: Vec::new() }
    }

    /// A finding without evidence yet that follows from which requests fail.
    pub fn inferred(status: Status, reason: Redacted<String>) -> Self {
        Self { basis: Basis::Inferred, ..Self::seen(status, reason) }
    }

    /// The evidence that would decide is missing.
    pub fn cannot_tell(why: &'static str) -> Self {
        Self::inferred(Status::CannotTell, Redacted::fixed(why))
    }

    /// With these pieces of evidence added.
    pub fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// With a verdict's sentence of its own.
    pub fn headline(self, headline: Redacted<String>) -> Self {
        Self { headline: Some(headline), ..self }
    }

    /// With the advice of this case only, the key of a heading of the rule's page.
    pub fn case(self, key: &'static str) -> Self {
        Self { case: Some(key), ..self }
    }

    /// With others to act than the rule names.
    pub fn acts(self, acts: &'static [Acts]) -> Self {
        Self { acts: Some(acts), ..self }
    }
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
    pub fn cite(self, source: Source, index: u32, entry: &Entry, speaks: Speaks) -> Evidence {
        let response = &entry.response;
        let (field, value) = match self {
            Self::Status => ("response.status", Redacted::fill("{}", &[&response.status])),
            Self::Error => ("response._error", response.error.as_deref().map_or_else(|| Redacted::fixed("none"), redact::error)),
            Self::Header(name) => {
                let value = response.header(name).map_or_else(|| Redacted::fixed("none"), redact::header_value);
                return Evidence { source, entry: Some(index), field: Redacted::fill("response.headers.{}", &[&name]), value, speaks };
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
                ("response.content", Redacted::fixed(says.map_or("nothing that tells", Phrase::words)))
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
        Evidence { source, entry: Some(index), field: Redacted::fixed(field), value, speaks }
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
