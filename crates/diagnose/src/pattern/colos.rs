//! How many requests failed by data centre.

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::order::tally;

use super::attempt::Attempt;
use super::share::Share;

/// Data centres that a pattern lists, and compares, at most.
pub const MAX_COLOS: usize = 20;

/// Requests that one data centre received.
#[derive(Clone, Copy, Debug)]
pub struct ColoShare {
    /// The data centre.
    pub colo: Colo,
    /// How many failed.
    pub share: Share,
}

/// Those with most requests first.
pub(super) fn colos(attempts: &[Attempt<'_>]) -> Vec<ColoShare> {
    let met: Vec<Colo> = attempts.iter().filter_map(|attempt| attempt.colo).collect();
    let counted = tally(&mut met.iter().map(Colo::as_str));
    let mut colos: Vec<ColoShare> = counted
        .into_iter()
        .take(MAX_COLOS)
        .filter_map(|(code, _)| Some(ColoShare { colo: code.parse().ok()?, share: Share::default() }))
        .collect();
    for attempt in attempts {
        if let Some(at) = place(&colos, attempt.colo) {
            colos[at].share.add(attempt.outcome);
        }
    }
    colos
}

/// The place of a data centre in the list.
pub(super) fn place(colos: &[ColoShare], colo: Option<Colo>) -> Option<usize> {
    colos.iter().position(|of| Some(of.colo) == colo)
}
