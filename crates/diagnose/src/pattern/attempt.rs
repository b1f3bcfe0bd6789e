//! One request that counts.

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::har::Entry;

/// One request that counts.
pub(super) struct Attempt<'a> {
    pub(super) index: u32,
    pub(super) entry: &'a Entry,
    /// The URL's number.
    pub(super) url: usize,
    pub(super) colo: Option<Colo>,
    pub(super) outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Failed,
    Answered,
}
