//! What the failures have in common.

use fivetwenty_model::Shape;

use super::regions::{Certainty, Regions};
use super::share::Share;

/// The shape, and how many further requests it would take to tell it. `urls` has the share of each request that was tried.
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
    if urls.iter().any(|share| share.failing > 0 && share.failing < share.total) {
        return (Shape::Random, 0);
    }
    // If it were chance, each further try of a request would fail as often as all requests do.
    let share = f64::from(all.failing) / f64::from(all.total);
    let further = |share: &Share, fails: bool| if (share.failing > 0) == fails { share.total - 1 } else { 0 };
    let tries = |fails| urls.iter().fold(0_u32, |sum, share| sum.saturating_add(further(share, fails)));
    let mut chance = share.powf(f64::from(tries(true))) * (1.0 - share).powf(f64::from(tries(false)));
    let mut needed = 0;
    while chance >= 0.05 && needed < MAX_NEEDED {
        (chance, needed) = (chance * share * (1.0 - share), needed + 1);
    }
    if needed == 0 { (Shape::Endpoint, 0) } else { (Shape::TooFew, needed) }
}
