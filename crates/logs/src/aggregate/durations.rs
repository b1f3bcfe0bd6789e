//! Durations in bins that are the same everywhere, so that histograms add up.
//!
//! Below 128 ms a bin is a millisecond; above, each doubling has 64 bins of equal width, so that the middle of a bin is at most 0.8 % off.

/// How many bins there are: for all milliseconds of 32 bits.
pub(crate) const BINS: usize = EXACT as usize + (32 - 7) * 64;
const EXACT: u32 = 128;

/// The bin of a duration in milliseconds.
pub(crate) fn bin(ms: u32) -> u16 {
    if ms < EXACT {
        return u16::try_from(ms).unwrap_or(u16::MAX);
    }
    let shift = ms.ilog2() - 6;
    let place = EXACT + (shift - 1) * 64 + ((ms >> shift) - 64);
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// From so many milliseconds (inclusive) to so many (exclusive).
pub(crate) fn bounds(bin: u16) -> (u64, u64) {
    let bin = u64::from(bin);
    let exact = u64::from(EXACT);
    if bin < exact {
        return (bin, bin + 1);
    }
    let (shift, within) = ((bin - exact) / 64 + 1, (bin - exact) % 64);
    ((64 + within) << shift, (65 + within) << shift)
}

/// The duration that so many thousandths of those in the bins do not exceed: the middle of its bin.
pub(crate) fn quantile(bins: impl Iterator<Item = (u16, u64)> + Clone, thousandths: u64) -> Option<u64> {
    let total: u128 = bins.clone().map(|(_, count)| u128::from(count)).sum();
    let wanted = (total * u128::from(thousandths)).div_ceil(1000).max(1);
    let mut passed = 0;
    for (bin, count) in bins {
        passed += u128::from(count);
        if passed >= wanted {
            let (from, to) = bounds(bin);
            return Some(from + (to - 1 - from).div_ceil(2));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Breaks when a duration falls out of its bin, or a bin's middle is more than 1 % off.
        #[test]
        fn bins_hold_their_durations(ms in any::<u32>(), small in 0u32..20_000) {
            for ms in [ms, small] {
                let (from, to) = bounds(bin(ms));
                prop_assert!(usize::from(bin(ms)) < BINS);
                prop_assert!((from..to).contains(&u64::from(ms)));
                let middle = from + (to - 1 - from).div_ceil(2);
                prop_assert!(middle.abs_diff(u64::from(ms)) * 100 <= u64::from(ms));
            }
        }
    }

    /// Breaks when a quantile is another one's.
    #[test]
    fn quantiles_are_in_the_middle() {
        let bins = [(bin(5), 10), (bin(100), 9), (bin(15_000), 1)];
        let at = |thousandths| quantile(bins.iter().copied(), thousandths);
        assert_eq!([at(500), at(950), at(1000)], [Some(5), Some(100), Some(15_040)]);
        assert_eq!(quantile([].into_iter(), 500), None);
    }
}
