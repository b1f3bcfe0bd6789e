//! How many of some requests failed, and how sure their share is.

use fishers_exact::fishers_exact;

use super::attempt::Outcome;

/// How many conditions a capture is searched for, which failing requests may share: a pause before, large cookies, a body, a large body, one
/// browser, one host, one data centre, a Worker, the cache. The more are tried, the surer one of them fits by chance.
const CONDITIONS: u32 = 9;

/// How many of some requests failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Requests.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
}

impl Share {
    /// The interval in which the share of failures lies with 95 % certainty (Wilson's), in thousandths. Everything for no request.
    pub fn per_mille(self) -> [u32; 2] {
        // The square of 1.96, the quantile of the normal distribution that leaves 2.5 % on either side.
        const Z_SQUARED: f64 = 3.8416;
        let (total, failing) = (f64::from(self.total), f64::from(self.failing.min(self.total)));
        if self.total == 0 {
            return [0, 1000];
        }
        let spread = (Z_SQUARED * (Z_SQUARED + 4.0 * failing * (total - failing) / total)).sqrt();
        let bound = |spread: f64| (2.0 * failing + Z_SQUARED + spread) / (2.0 * (total + Z_SQUARED)) * 1000.0;
        [thousandths(bound(-spread)), thousandths(bound(spread).ceil())]
    }

    /// Whether more of these fail than of the others, beyond chance: Fisher's exact test, one-sided, at a level of 5 % for all that is tried
    /// together. `comparisons` says how often this condition is tried, for instance once for each pair of data centres; that a capture is
    /// searched for several conditions is reckoned with already.
    pub fn exceeds(self, other: Self, comparisons: u32) -> bool {
        const LEVEL: f64 = 0.05;
        let good = |share: Self| share.total.saturating_sub(share.failing);
        let table = [self.failing, good(self), other.failing, good(other)];
        let chance = fishers_exact(&table).map_or(1.0, |found| found.greater_pvalue);
        chance * f64::from(CONDITIONS) * f64::from(comparisons.max(1)) <= LEVEL
    }

    pub(super) fn add(&mut self, outcome: Outcome) {
        self.total = self.total.saturating_add(1);
        self.failing = self.failing.saturating_add(u32::from(outcome == Outcome::Failed));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn thousandths(share: f64) -> u32 {
    share.clamp(0.0, 1000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the interval is another than Wilson's, or one that no number of requests could have.
    #[test]
    fn the_interval_is_wilsons() {
        for (total, failing, expected) in
            [(0, 0, [0, 1000]), (4, 4, [510, 1000]), (4, 0, [0, 490]), (10, 3, [107, 604]), (1000, 10, [5, 19]), (2, 5, [342, 1000])]
        {
            assert_eq!(Share { total, failing }.per_mille(), expected, "{failing} of {total}");
        }
    }

    /// Breaks when a difference counts that chance makes in one of twenty captures, or one does not that it makes far less often.
    #[test]
    fn differences_are_more_than_chance() {
        let share = |failing, total| Share { total, failing };
        for (one, other, comparisons, expected) in [
            // 1 of 70 ways: too often for nine conditions.
            (share(4, 4), share(0, 4), 1, false),
            // 1 of 252.
            (share(5, 5), share(0, 5), 1, true),
            (share(5, 5), share(0, 5), 2, false),
            (share(2, 2), share(0, 30), 1, true),
            (share(1, 1), share(0, 30), 1, false),
            (share(0, 5), share(5, 5), 1, false),
            (share(5, 5), share(0, 0), 1, false),
            (share(0, 0), share(0, 0), 1, false),
            (share(20_000, 40_000), share(10_000, 40_000), 100, true),
        ] {
            assert_eq!(one.exceeds(other, comparisons), expected, "{one:?} {other:?}");
        }
    }
}
