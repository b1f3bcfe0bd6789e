use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::page::Page;
use crate::compare;
use crate::har::Entry;
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
    /// A metric of `Server-Timing`, only whether it is there.
    Metric(&'static str),
    /// The code on an error page of Cloudflare's.
    ErrorCode,
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
            Self::HeaderBytes => {
                let (bytes, measured) = compare::header_bytes(response);
                let how = if measured { "measured" } else { "summed from the list" };
                ("response.headersSize", Redacted::fill("{} of 131,072 bytes, {}", &[&redact::thousands(bytes), &how]))
            }
            Self::Metric(name) => ("response.headers.server-timing", Redacted::fixed(if self.is_in(entry) { name } else { "none" })),
            Self::ErrorCode => match response.error_page.as_ref().and_then(|page| page.code) {
                Some(code) => ("response.content", Redacted::fill("error code {}", &[&code])),
                None => ("response.content", Redacted::fixed("no error code")),
            },
            Self::Title => {
                let title = response.title.as_deref().map_or(0, str::len);
                ("response.content", Redacted::fill("a page with another title ({} bytes)", &[&title]))
            }
        };
        Evidence { source, entry: Some(index), field: Redacted::fixed(field), value, speaks }
    }
}
