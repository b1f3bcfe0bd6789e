//! What a case is: a fault, how it is visited, and what a diagnosis of it must come to.

use std::collections::BTreeSet;

use fivetwenty_harness::servers::edge;
use fivetwenty_harness::servers::origin;
use fivetwenty_harness::servers::when::When;

use crate::recorders::Certificates;

/// A case: a site that is visited through the edge and direct, what is wrong with it, and what a diagnosis must come to.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: &'static str,
    /// What happens, in one sentence.
    pub about: &'static str,
    /// The origin, behind the edge and direct.
    pub origin: origin::Setup,
    /// The edge.
    pub edge: edge::Setup,
    /// What is found on the direct way, where that is not the origin.
    pub direct_origin: Option<origin::Setup>,
    /// Under which name the direct way leads to it.
    pub at: At,
    /// What becomes of untrusted certificates on the direct way.
    pub certificates: Certificates,
    /// What the visitor does, both ways.
    pub visit: &'static [Visit],
    /// What the visitor does on the direct way, where that is not the same.
    pub direct_visit: Option<&'static [Visit]>,
    /// Other hosts that a visit leads to, where they are not healthy sites of the usual kind.
    pub others: &'static [Customer],
    /// The target of the failing request, and further options of curl.
    pub curl: &'static [&'static str],
    /// What the proxied capture must show.
    pub proxied: Shows,
    /// What the direct capture must show.
    pub direct: Shows,
    /// What Firefox shows of it, proxied and direct, where that is not [`Shows::in_firefox`].
    pub firefox: Option<(Shows, Shows)>,
    /// What a diagnosis must come to.
    pub expect: Expect,
}

/// Somebody else's site that pages load from, or that was open before: another customer of Cloudflare, behind an edge of its own on
/// both ways.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// Its origin.
    pub origin: origin::Setup,
    /// What its edge does by itself, as [`edge::Setup::rules`].
    pub rules: &'static [(&'static [When], edge::Act)],
}

/// Where the direct way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The site's own host.
    SameHost,
    /// Another host.
    Host(&'static str),
    /// An address and port.
    Address,
}

/// What a visitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Opens a path, or another host's when it begins with `//`, and lets the page make its calls if there is one.
    Open(&'static str),
    /// Asks the page to make its last call again, if there is a page.
    Again,
}

/// What at least one entry of a capture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// A whole answer with this status.
    Status(u16),
    /// No answer, and this error of Chromium.
    Failed(&'static str),
    /// An answer that broke off with this error of Chromium.
    Broken(&'static str),
    /// No answer, and not why: all that Firefox says.
    Silent,
    /// A 200 with fewer bytes than its `Content-Length` says, and no error.
    Short,
    /// No entry whose URL holds this.
    Absent(&'static str),
    /// Nothing wrong in any entry.
    Fine,
}

/// What a diagnosis must come to.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// The cause's id; none where nothing is wrong.
    pub cause: Option<&'static str>,
    /// Causes that are the same fault by other names.
    pub also: &'static [&'static str],
    /// Where the fault is seen.
    pub seen: Seen,
    /// How sure one can be of the cause in each form.
    pub reaches: Option<Reaches>,
    /// Causes that the captures contradict.
    pub ruled_out: &'static [&'static str],
    /// Why it comes to no more and no less, in one sentence; empty where the members say it.
    pub why: &'static str,
}

/// Where a fault is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The fault itself, on the direct side.
    Wire,
    /// Only a pattern.
    Inferred,
    /// There is no fault.
    Healthy,
    /// The error is another than 520.
    OtherCode,
}

/// How sure a diagnosis can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proven.
    Confirmed,
    /// Seen, or several signs agree.
    Likely,
    /// It fits, as others do.
    Possible,
}

/// How sure one can be of a cause in each form of a recording; not at all where a form does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaches {
    /// Chromium's full export.
    pub full: Option<Status>,
    /// Chromium's sanitised export.
    pub sanitised: Option<Status>,
    /// Firefox's export.
    pub firefox: Option<Status>,
}

impl Case {
    /// The hosts that the site's pages and the visits lead to beside the site's own, each once.
    pub fn other_hosts(&self) -> BTreeSet<&'static str> {
        let visits = self.visit.iter().chain(self.direct_visit.into_iter().flatten());
        let opened = visits.filter_map(|visit| if let Visit::Open(url) = visit { Some(*url) } else { None });
        let sites = [Some(self.origin), self.direct_origin].into_iter().flatten().chain(self.others.iter().map(|other| other.origin));
        let loaded = sites.flat_map(|origin| {
            let called = origin.site.calls.iter().flat_map(|line| line.split(' '));
            called.chain(origin.site.embeds.iter().copied())
        });
        let urls = opened.chain(loaded).filter_map(|url| url.strip_prefix("//"));
        urls.filter_map(|url| url.split('/').next()).filter(|host| *host != self.origin.site.host).collect()
    }

    /// What Firefox shows of it, proxied and direct.
    pub fn in_firefox(&self) -> (Shows, Shows) {
        self.firefox.unwrap_or((self.proxied.in_firefox(), self.direct.in_firefox()))
    }
}

impl Shows {
    /// What Firefox shows as a rule where Chromium shows this.
    pub fn in_firefox(self) -> Self {
        match self {
            Self::Failed(_) => Self::Silent,
            Self::Broken(_) => Self::Short,
            other => other,
        }
    }
}

impl Seen {
    /// As `expect.json` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Inferred => "inferred",
            Self::Healthy => "healthy",
            Self::OtherCode => "other-code",
        }
    }
}

impl Status {
    /// As `expect.json` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl Reaches {
    /// The same in both exports of Chromium.
    pub(crate) const fn new(chromium: Option<Status>, firefox: Option<Status>) -> Self {
        Self { full: chromium, sanitised: chromium, firefox }
    }
}
