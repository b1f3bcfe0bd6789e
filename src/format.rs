//! How the page writes numbers: sizes, counts, lengths of time.
//!
//! Pure and native, so that it is tested without a browser.

use fivetwenty_redact as redact;

/// A number of bytes as people read it: `640 B`, `2.1 KB`, `1.3 GB`.
pub fn bytes(count: u64) -> String {
    redact::byte_count(count).to_string()
}

/// The nearest whole number to one that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, and what is drawn or said here is small")]
fn whole(value: f64) -> u64 {
    (value + 0.5) as u64
}

/// A number, or the nearest one from `least` to `most`. The standard library's way would write floats when it panics, see [`decimal`].
pub fn within(value: f64, least: f64, most: f64) -> f64 {
    value.min(most).max(least)
}

/// A number that is not negative, with so many decimals. Rust's own way of writing one is five kilobytes of the first load.
pub fn decimal(value: f64, digits: u32) -> String {
    let unit = 10_u64.pow(digits);
    let scaled = whole(value * unit as f64);
    match digits {
        0 => scaled.to_string(),
        _ => format!("{}.{:0width$}", scaled / unit, scaled % unit, width = digits as usize),
    }
}

/// Bytes a second, as [`bytes`].
pub fn rate(per_second: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is not negative, and a cast saturates")]
    let whole = per_second as u64;
    bytes(whole)
}

/// How long something will still take: `about a second left`, `about 40 s left`, `about 3 min left`. No more exact than anybody can know.
pub fn time_left(milliseconds: f64) -> String {
    let seconds = whole(milliseconds / 1000.0);
    match seconds {
        0..=1 => "about a second left".to_owned(),
        2..=90 => format!("about {seconds} s left"),
        _ => format!("about {} min left", (seconds + 30) / 60),
    }
}

/// A whole number with its thousands set apart by commas.
pub fn number(count: impl Into<u64>) -> String {
    redact::thousands(count.into()).to_string()
}

/// `1 entry`, `2 entries`.
pub fn counted(count: impl Into<u64>, one: &'static str, many: &'static str) -> String {
    redact::counted(usize::try_from(count.into()).unwrap_or(usize::MAX), one, many).to_string()
}

/// A length of time: `0.4 ms`, `41 ms`, `2.30 s`, `1 min 40 s`.
pub fn duration(milliseconds: f64) -> String {
    let milliseconds = milliseconds.max(0.0);
    if milliseconds < 9.95 {
        decimal(milliseconds, 1) + " ms"
    } else if milliseconds < 999.5 {
        decimal(milliseconds, 0) + " ms"
    } else if milliseconds < 99_950.0 {
        decimal(milliseconds / 1000.0, 2) + " s"
    } else {
        let seconds = whole(milliseconds / 1000.0);
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Sizes of both sides in the unit of the larger one: `327/0 B`, `1.7/0 KB`; once when they look the same.
pub fn both_bytes(sides: [Option<u64>; 2]) -> String {
    both(sides.map(|bytes| bytes.map(|bytes| bytes as f64)), &[(1e9, " GB"), (1e6, " MB"), (1e3, " KB"), (1.0, " B")])
}

/// Lengths of time of both sides in the unit of the longer one: `18/55 ms`.
pub fn both_times(sides: [Option<f64>; 2]) -> String {
    both(sides, &[(60_000.0, " min"), (1000.0, " s"), (1.0, " ms")])
}

fn both(sides: [Option<f64>; 2], units: &[(f64, &str)]) -> String {
    let Some(largest) = sides.into_iter().flatten().reduce(f64::max) else { return String::new() };
    let (unit, name) = units.iter().copied().find(|(unit, _)| largest >= *unit).unwrap_or((1.0, units[units.len() - 1].1));
    let one = |value: Option<f64>| match value.map(|value| value / unit) {
        None => "–".to_owned(),
        Some(value) if unit > 1.0 && (0.05..99.5).contains(&value) => decimal(value, 1),
        Some(value) => decimal(value, 0),
    };
    let [first, second] = sides.map(one);
    if first == second { format!("{first}{name}") } else { format!("{first}/{second}{name}") }
}

#[cfg(test)]
mod tests {
    use fivetwenty_model::protocol::Progress;

    use super::*;

    /// Breaks when a time left is more exact than anybody can know, or the progress label is wrong.
    #[test]
    fn what_is_left_is_rounded() {
        for (ms, shown) in [
            (0.0, "about a second left"),
            (1_600.0, "about 2 s left"),
            (7_900.0, "about 8 s left"),
            (90_000.0, "about 90 s left"),
            (100_000.0, "about 2 min left"),
            (4_000_000.0, "about 67 min left"),
        ] {
            assert_eq!(time_left(ms), shown);
        }
        let progress = |of| Progress { bytes: 61_200_000, of, ..Progress::default() };
        assert_eq!(progress(Some(200_000_000)).stopped("memory ran out"), "memory ran out, after 61.2 MB of 200.0 MB");
        assert_eq!(progress(None).label(), "61.2 MB");
    }

    /// Breaks when a time is given in the wrong unit, or a rounding goes the wrong way.
    #[test]
    fn sizes_and_times_stay_short() {
        for (ms, shown) in [
            (-1.0, "0.0 ms"),
            (0.04, "0.0 ms"),
            (0.06, "0.1 ms"),
            (9.99, "10 ms"),
            (41.2, "41 ms"),
            (2_299.0, "2.30 s"),
            (999.6, "1.00 s"),
            (100_000.0, "1 min 40 s"),
        ] {
            assert_eq!(duration(ms), shown);
        }
    }

    /// Breaks when a decimal is lost, a zero in it is, or a rounding goes the wrong way.
    #[test]
    fn decimals_are_written() {
        for (value, digits, shown) in [
            (0.0, 2, "0.00"),
            (1.006, 2, "1.01"),
            (12.5, 2, "12.50"),
            (99.999, 2, "100.00"),
            (0.05, 1, "0.1"),
            (7.5, 0, "8"),
            (-1.0, 2, "0.00"),
        ] {
            assert_eq!(decimal(value, digits), shown);
        }
    }

    /// Breaks when the two sides have different units, or a side that is not known looks like one that has nothing.
    #[test]
    fn both_sides_have_one_unit() {
        for (sides, shown) in [
            ([Some(327), Some(0)], "327/0 B"),
            ([Some(1_679), Some(0)], "1.7/0 KB"),
            ([Some(150_000), Some(1_500_000)], "0.2/1.5 MB"),
            ([None, Some(5)], "–/5 B"),
            ([Some(43_210), Some(43_214)], "43.2 KB"),
            ([None, None], ""),
        ] {
            assert_eq!(both_bytes(sides), shown);
        }
        assert_eq!(both_times([Some(18.2), Some(55.0)]), "18/55 ms");
        assert_eq!(both_times([Some(0.4), None]), "0/– ms");
        assert_eq!(both_times([Some(30_040.0), Some(20.0)]), "30.0/0 s");
    }
}
