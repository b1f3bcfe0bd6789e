//! What the failures have in common.

use fivetwenty_model::Shape;

use super::regions::{Certainty, Regions};
use super::share::Share;

/// The shape, and how many further requests it would take to tell it. `urls` has the share of each URL.
pub(super) fn shape(all: Share, urls: &[Share], regions: Regions) -> (Shape, u32) {
    /// With fewer requests, all of them can fail by chance.
    const ALL_FAIL: u32 = 4;
    /// As many more tries are asked for at most.
    const MAX_NEEDED: u32 = 1000;
    if all.failing == 0 {
        return (Shape::Nothing, 0);
    }
    if matches!(regions, Regions::Differ { certainty: Certainty::Certain, .. }) {
        return (Shape::Regional, 0);
    }
    if all.failing == all.total {
        return if all.total >= ALL_FAIL && urls.len() > 1 {
            (Shape::Structural, 0)
        } else {
            (Shape::TooFew, ALL_FAIL.saturating_sub(all.total).max(1))
        };
    }
    let failing = || urls.iter().filter(|share| share.failing > 0);
    if failing().any(|share| share.failing < share.total) {
        return (Shape::Random, 0);
    }
    // If it were chance, each further try of a failing URL would fail no more often than all requests do.
    let share = f64::from(all.failing) / f64::from(all.total);
    let mut chance = share;
    let mut enough = 1;
    while chance >= 0.05 && enough < MAX_NEEDED {
        (chance, enough) = (chance * share, enough + 1);
    }
    let further = failing().fold(0_u32, |sum, share| sum.saturating_add(share.total - 1));
    if further >= enough { (Shape::Endpoint, 0) } else { (Shape::TooFew, enough - further) }
}
