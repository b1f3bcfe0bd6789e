//! What is looked at of a pair of requests.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{Difference, Pair};
use fivetwenty_captures::edge::{cloudflares_page, is_520, is_failing};
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::Diagnosis;

/// What is looked at of a row.
pub(super) struct Candidate<'a> {
    /// Its entries, proxied first.
    pub(super) sides: [Option<&'a Entry>; 2],
    /// In what they differ.
    pub(super) differs: &'a [Difference],
    /// A finding cites one of them.
    pub(super) cited: bool,
}

impl Candidate<'_> {
    /// Whether the two sides differ, or one of them is missing.
    pub(super) fn is_different(&self) -> bool {
        !self.differs.is_empty() || self.sides.contains(&None)
    }

    /// Whether it failed on either side.
    pub(super) fn is_failing(&self) -> bool {
        self.sides.iter().flatten().any(|entry| is_failing(entry))
    }
}

/// The requests of a row, proxied first.
pub(super) fn entries<'a>(diagnosis: &'a Diagnosis, pair: &Pair) -> [Option<&'a Entry>; 2] {
    let entry = |side, index: Option<u32>| Some(diagnosis.case.observation(side, index?)?.entry);
    [entry(Side::Proxied, pair.proxied), entry(Side::Direct, pair.direct)]
}

/// Whether Cloudflare wrote the response itself, in place of the origin's.
pub(super) fn is_own_page(entry: &Entry) -> bool {
    cloudflares_page(entry).is_some() || is_520(entry)
}

/// In what a pair differs. Of a page that Cloudflare wrote itself, only the status can be held against the origin's.
pub(super) fn differs<'a>(pair: &'a Pair, proxied: Option<&Entry>) -> &'a [Difference] {
    match pair.differs.first() {
        Some(Difference::Status) if proxied.is_some_and(is_own_page) => &pair.differs[..1],
        Some(_) if proxied.is_some_and(is_own_page) => &[],
        _ => &pair.differs,
    }
}

/// Bytes of the body, as transferred where known, else decoded.
pub(super) fn body_bytes(entry: &Entry) -> Option<u64> {
    entry.response.body_size.filter(|bytes| *bytes > 0).or(entry.response.content_size)
}
