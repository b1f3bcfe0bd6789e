//! The words that every layer shares: how sure a finding is, who can fix a fault, where something was seen.

use fivetwenty_captures::Side;
use serde::{Deserialize, Serialize};

/// How sure a finding is. The order is that of the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The fault itself was seen in an answer, or a value was measured against a limit.
    Seen,
    /// It follows from which requests fail and which do not.
    Inferred,
}

/// Who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Responsible {
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

/// In what kind of thing something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// A HAR file.
    Capture,
    /// A live probe.
    Probe,
    /// A request that a text shows with its answer, such as curl's.
    Transcript,
    /// An error page, or a Ray ID from one.
    ErrorPage,
    /// A line of a log.
    Log,
}

/// Where something was seen. In data it is one word: the side of a capture (`proxied`), else the provenance (`transcript`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Source {
    /// In what kind of thing.
    pub provenance: Provenance,
    /// Which capture; `None` for everything else.
    pub side: Option<Side>,
}

/// Which way evidence points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// For the cause.
    Supports,
    /// Against it.
    Contradicts,
}

impl Status {
    /// In words, as it stands before a verdict.
    pub fn label(self) -> &'static str {
        match self {
            Self::Confirmed => "Confirmed",
            Self::Likely => "Likely",
            Self::Possible => "Possible",
            Self::CannotTell => "Not tested yet",
            Self::RuledOut => "Ruled out",
        }
    }
}

impl Source {
    /// The capture of a side.
    pub const fn capture(side: Side) -> Self {
        Self { provenance: Provenance::Capture, side: Some(side) }
    }

    /// Something that is no capture.
    pub const fn text(provenance: Provenance) -> Self {
        Self { provenance, side: None }
    }

    /// All there are.
    pub(crate) const ALL: [Self; 7] = [
        Self::capture(Side::Proxied),
        Self::capture(Side::Direct),
        Self::capture(Side::After),
        Self::text(Provenance::Probe),
        Self::text(Provenance::Transcript),
        Self::text(Provenance::ErrorPage),
        Self::text(Provenance::Log),
    ];

    /// As data names it.
    pub fn id(self) -> &'static str {
        match (self.provenance, self.side) {
            (Provenance::Capture, side) => side.map_or("capture", Side::id),
            (Provenance::Probe, _) => "probe",
            (Provenance::Transcript, _) => "transcript",
            (Provenance::ErrorPage, _) => "page-text",
            (Provenance::Log, _) => "logs",
        }
    }

    /// In a few words.
    pub fn label(self) -> &'static str {
        match (self.provenance, self.side) {
            (Provenance::Capture, Some(Side::Proxied)) => "through Cloudflare",
            (Provenance::Capture, Some(Side::After)) => "after the fix",
            (Provenance::Capture, _) => "direct",
            (Provenance::Probe, _) => "probe",
            (Provenance::Transcript, _) => "pasted transcript",
            (Provenance::ErrorPage, _) => "pasted error page",
            (Provenance::Log, _) => "log",
        }
    }
}

impl From<Source> for &'static str {
    fn from(source: Source) -> Self {
        source.id()
    }
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|source| source.id() == id).ok_or_else(|| format!("expected a source such as `proxied`, found `{id}`"))
    }
}

impl Responsible {
    /// In words, as a sentence's subject.
    pub fn label(self) -> &'static str {
        match self {
            Self::Origin => "the host or server admin",
            Self::Network => "the network or firewall admin",
            Self::Dns => "the DNS admin",
            Self::Dashboard => "the owner of the Cloudflare account",
            Self::Cloudflare => "Cloudflare",
            Self::Visitor => "the visitor",
        }
    }
}

/// What the failures have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Nothing fails.
    Nothing,
    /// Every request fails, whatever it asks for.
    Structural,
    /// Certain URLs fail at every try, the others never.
    Endpoint,
    /// The same URL fails and is answered.
    Random,
    /// One data centre fails where another does not, for the same URL at about the same time.
    Regional,
    /// There are too few requests to tell.
    TooFew,
}

/// What a request was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Its cookies have 4,096 bytes or more.
    LargeCookies,
    /// It is a POST, PUT or PATCH.
    Writes,
    /// Its body has 65,536 bytes or more.
    LargeBody,
    /// It names one and the same user agent, among several in the capture.
    OneUserAgent,
}

impl Feature {
    /// In words, as in "only …".
    pub fn label(self) -> &'static str {
        match self {
            Self::LargeCookies => "requests with 4,096 bytes of cookies or more",
            Self::Writes => "POST, PUT and PATCH requests",
            Self::LargeBody => "requests with a body of 65,536 bytes or more",
            Self::OneUserAgent => "requests of one user agent",
        }
    }
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// What curl shows: `-v`, `-i`, `-I`, `-w`, `--trace-ascii`.
    Curl,
    /// Headers, copied from a browser or a terminal.
    Headers,
    /// An error page: as HTML, as text from the screen, as JSON or Markdown.
    ErrorPage,
    /// `/cdn-cgi/trace`.
    Trace,
    /// Ray IDs in running text.
    RayIds,
    /// Lines of a server's or the kernel's log.
    LogLines,
    /// The exception of a program's HTTP client: what it received.
    Client,
    /// What wget shows.
    Wget,
    /// What `http` (HTTPie) shows.
    Httpie,
    /// One line a request, with status, times and Ray ID: what the watch loop prints.
    Watch,
    /// Cloudflare's logs (Logpush, Log Explorer).
    Logpush,
    /// What this page's probe saved.
    Probe,
    /// A report of this page.
    Report,
    /// Nothing that is known.
    Unknown,
}

impl TextKind {
    /// In words, as a sentence's subject.
    pub fn label(self) -> &'static str {
        match self {
            Self::Curl => "output of curl",
            Self::Headers => "headers",
            Self::ErrorPage => "an error page",
            Self::Trace => "a trace (/cdn-cgi/trace)",
            Self::RayIds => "Ray IDs",
            Self::LogLines => "lines of a log",
            Self::Client => "the exception of an HTTP client",
            Self::Wget => "output of wget",
            Self::Httpie => "output of HTTPie",
            Self::Watch => "the output of a watch loop",
            Self::Logpush => "Cloudflare's logs",
            Self::Probe => "a saved probe",
            Self::Report => "a report of this page",
            Self::Unknown => "nothing that is known here",
        }
    }

    /// Where something that such a text tells was seen.
    pub fn provenance(self) -> Provenance {
        match self {
            Self::LogLines | Self::Logpush => Provenance::Log,
            Self::RayIds | Self::ErrorPage => Provenance::ErrorPage,
            Self::Probe => Provenance::Probe,
            _ => Provenance::Transcript,
        }
    }
}

/// A file that nothing could be read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The file's name.
    pub name: Box<str>,
    /// Which side it was given as, when that was said.
    pub side: Option<Side>,
    /// Where, what was expected, and what was there.
    pub problem: Box<str>,
}
