//! How many of some requests failed, and how sure their share is.

use super::attempt::Outcome;

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

    /// Whether more of these fail than of the others, beyond chance.
    pub fn exceeds(self, other: Self) -> bool {
        self.per_mille()[0] > other.per_mille()[1]
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
        assert!(Share { total: 4, failing: 4 }.exceeds(Share { total: 4, failing: 0 }));
        assert!(!Share { total: 3, failing: 3 }.exceeds(Share { total: 3, failing: 0 }));
    }
}
