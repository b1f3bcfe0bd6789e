//! The tests: exact where counts are small, and without overflow where they are large.

use fivetwenty_model::logs::Count;

/// The natural logarithm of `n!`: Stirling's series from 16 on, which is exact to 13 digits there.
fn ln_factorial(n: f64) -> f64 {
    if n < 16.0 {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor <= n {
            product *= factor;
            factor += 1.0;
        }
        return f64::ln(product);
    }
    let inverse = 1.0 / n;
    let series = inverse * (1.0 / 12.0 - inverse * inverse * (1.0 / 360.0 - inverse * inverse / 1260.0));
    n * n.ln() - n + 0.5 * (std::f64::consts::TAU * n).ln() + series
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The natural logarithm of the probability that so many of these fail by chance, or more, when as many fail together as do: Fisher's exact
/// test, one-sided. 0 when there are no more than about two standard deviations above what is expected.
pub(super) fn ln_chance(these: Count, others: Count) -> f64 {
    let (failing, total) = (these.failing.min(these.total) as f64, these.total as f64);
    let all = total + others.total as f64;
    let all_failing = failing + others.failing.min(others.total) as f64;
    if total == 0.0 || all_failing == 0.0 || all - total == 0.0 {
        return 0.0;
    }
    let expected = all_failing * total / all;
    let variance = expected * (1.0 - total / all) * (all - all_failing) / (all - 1.0).max(1.0);
    if failing - expected < 2.0 * variance.sqrt() || failing <= expected {
        return 0.0;
    }
    let ln_first = ln_choose(all_failing, failing) + ln_choose(all - all_failing, total - failing) - ln_choose(all, total);
    let (mut sum, mut term, mut at) = (1.0, 1.0, failing);
    let last = total.min(all_failing);
    while at < last && term > sum * 1e-12 {
        term *= (all_failing - at) * (total - at) / ((at + 1.0) * (all - all_failing - total + at + 1.0));
        sum += term;
        at += 1.0;
    }
    (ln_first + f64::ln(sum)).min(0.0)
}

/// Where the share of failures lies with 95 % certainty (Wilson), in thousandths, rounded outwards.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
pub(super) fn interval(count: Count) -> [u32; 2] {
    let [low, high] = wilson(count);
    [(low * 1000.0).floor() as u32, (high * 1000.0).ceil().min(1000.0) as u32]
}

/// The same as shares.
pub(super) fn wilson(count: Count) -> [f64; 2] {
    // The square of 1.96, the quantile of the normal distribution that leaves 2.5 % on either side.
    const Z_SQUARED: f64 = 3.8416;
    if count.total == 0 {
        return [0.0, 1.0];
    }
    let (total, failing) = (count.total as f64, count.failing.min(count.total) as f64);
    let spread = (Z_SQUARED * (Z_SQUARED + 4.0 * failing * (total - failing) / total)).sqrt();
    let bound = |spread: f64| ((2.0 * failing + Z_SQUARED + spread) / (2.0 * (total + Z_SQUARED))).max(0.0);
    [if count.failing == 0 { 0.0 } else { bound(-spread) }, bound(spread).min(1.0)]
}

/// The share of failures.
pub(super) fn share(count: Count) -> f64 {
    if count.total == 0 { 0.0 } else { count.failing as f64 / count.total as f64 }
}

/// How many times more often these fail than the others; half a failure is added to these, so that none is no division by zero.
pub(super) fn ratio(these: Count, others: Count) -> f64 {
    let expected = (others.failing as f64 + 0.5) / (others.total as f64 + 1.0);
    share(these) / expected
}

/// Twice the logarithm of the likelihood of the counts when all that are in it fail with one probability, that of them.
fn likelihood(count: Count) -> f64 {
    let (total, failing) = (count.total as f64, count.failing.min(count.total) as f64);
    let part = |n: f64| if n > 0.0 { n * (n / total).ln() } else { 0.0 };
    2.0 * (part(failing) + part(total - failing))
}

/// How much is explained when groups fail with probabilities of their own: the deviance, which chance alone makes about one for each group
/// but the first.
pub(super) fn deviance(groups: &[Count]) -> f64 {
    let mut all = Count::default();
    for group in groups {
        all.total = all.total.saturating_add(group.total);
        all.failing = all.failing.saturating_add(group.failing);
    }
    groups.iter().copied().map(likelihood).sum::<f64>() - likelihood(all)
}

#[cfg(test)]
mod tests {
    use fishers_exact::fishers_exact;

    use super::*;

    fn count(failing: u64, total: u64) -> Count {
        Count { total, failing }
    }

    /// Breaks when the test is another one than Fisher's, or loses its way where counts are large.
    #[test]
    fn chance_is_fishers() {
        for (these, others) in [
            (count(4, 4), count(0, 4)),
            (count(2, 2), count(0, 30)),
            (count(10, 20), count(2, 40)),
            (count(30, 1000), count(20, 3000)),
            (count(400, 4000), count(300, 4000)),
        ] {
            let table = [these.failing, these.total - these.failing, others.failing, others.total - others.failing];
            let expected = fishers_exact(&table.map(|n| u32::try_from(n).unwrap())).unwrap().greater_pvalue;
            let chance = ln_chance(these, others).exp();
            assert!((chance / expected - 1.0).abs() < 1e-6, "{these:?} {others:?}: {chance} {expected}");
        }
        assert!(ln_chance(count(1, 2), count(15, 30)).abs() < f64::EPSILON);
        let large = ln_chance(count(200_000, 400_000), count(100_000, 400_000));
        assert!(large < -10_000.0 && large.is_finite(), "{large}");
    }

    /// Breaks when factorials are off where the series begins.
    #[test]
    fn factorials_go_on_smoothly() {
        for n in [15.0_f64, 16.0, 17.0, 1000.0] {
            assert!((ln_factorial(n) - ln_factorial(n - 1.0) - n.ln()).abs() < 1e-9, "{n}");
        }
        assert!((ln_factorial(20.0) - 42.335_616_460_753_485).abs() < 1e-10);
    }

    /// Breaks when the interval is another than Wilson's.
    #[test]
    fn the_interval_is_wilsons() {
        for (failing, total, expected) in
            [(0, 0, [0, 1000]), (4, 4, [510, 1000]), (0, 4, [0, 490]), (3, 10, [107, 604]), (10, 1000, [5, 19])]
        {
            assert_eq!(interval(count(failing, total)), expected, "{failing} of {total}");
        }
    }

    /// Breaks when equal groups explain anything, or different ones nothing.
    #[test]
    fn deviance_is_what_groups_explain() {
        assert!(deviance(&[count(10, 100), count(20, 200)]).abs() < 1e-9);
        assert!((deviance(&[count(10, 10), count(0, 10)]) - 40.0 * std::f64::consts::LN_2).abs() < 1e-9);
    }
}
