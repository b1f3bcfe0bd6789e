//! Numbers, lengths and times as people read them.

use std::borrow::Cow;

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::{escape_invisible, is_invisible_or_bidi};

use super::redacted::Redacted;

/// A length as people read it: exact below 1,000 bytes (`B`), else rounded to a tenth of a KB, MB or GB of 1,000.
pub fn byte_count(bytes: u64) -> Redacted<String> {
    // Whole numbers: formatting floating-point ones is some kilobytes more for the page to load.
    let tenths = |unit: u64, name: &str| {
        let tenths = bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    };
    Redacted(match bytes {
        0..1000 => format!("{bytes} B"),
        1000..999_950 => tenths(1000, "KB"),
        999_950..999_950_000 => tenths(1_000_000, "MB"),
        _ => tenths(1_000_000_000, "GB"),
    })
}

/// A length of time in milliseconds as people read it: below a second in milliseconds, else in seconds with one digit.
pub fn length_of_time(ms: u64) -> Redacted<String> {
    Redacted(if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) })
}

/// A length of time that is known between two bounds, in milliseconds.
pub fn range_of_ms([min, max]: [u64; 2]) -> Redacted<String> {
    let upper = length_of_time(max);
    Redacted(match min {
        0 if max > 0 => format!("at most {upper}"),
        _ if min == max => upper.0,
        _ => format!("{} to {upper}", length_of_time(min)),
    })
}

/// A count with its noun, for instance `1 entry` or `3 entries`.
pub fn counted(count: usize, one: &'static str, many: &'static str) -> Redacted<String> {
    Redacted(format!("{} {}", thousands(count as u64), if count == 1 { one } else { many }))
}

/// A number with commas between its groups of three.
pub fn thousands(number: u64) -> Redacted<String> {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    Redacted(text)
}

/// A share in per cent, to a tenth: never nothing of something, nor all of less than all.
pub fn share(part: u64, whole: u64) -> Redacted<String> {
    let whole = whole.max(1);
    let tenths = (u128::from(part) * 1000 + u128::from(whole / 2)) / u128::from(whole);
    // Formatting a number of 128 bits is another kilobyte.
    Redacted(match u64::try_from(tenths).unwrap_or(u64::MAX) {
        0 if part > 0 => "less than 0.1 %".to_owned(),
        1000.. if part < whole => "more than 99.9 %".to_owned(),
        tenths if tenths % 10 == 0 => format!("{} %", tenths / 10),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    })
}

/// A time in UTC to the second, in the form that logs and `journalctl --since` take.
pub fn second(time: Timestamp) -> Redacted<String> {
    Redacted(format!("{time:.0}").replace('T', " ").replace('Z', " UTC"))
}

/// A time to the second as a server writes it whose clock has this offset, with its zone: `2026-11-20 11:00:03 +0100`.
pub fn second_at(time: Timestamp, offset: UtcOffset) -> Redacted<String> {
    let (Some(local), true) = (offset.to_local(time), offset != UtcOffset::UTC) else { return second(time) };
    Redacted(format!("{local:.0} {}", offset.compact()).replace('T', " ").replace('Z', ""))
}

/// A time in UTC to the minute: `2026-11-20 10:00`.
pub fn minute(time: Timestamp) -> Redacted<String> {
    let mut text = second(time).0;
    text.truncate("2026-11-20 10:00".len());
    Redacted(text)
}

/// Text from a file, safe to look at: what is invisible or turns the reading direction round is written as `\u{202e}`.
///
/// Markup needs no care here, for the page only ever makes text nodes.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible_or_bidi) { Cow::Owned(escape_invisible(text, usize::MAX)) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a comma stands in the wrong place.
    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 131_072, 1_234_567].map(|number| thousands(number).to_string()),
            ["0", "999", "1,000", "131,072", "1,234,567"]
        );
    }

    /// Breaks when a share is rounded to nothing or to all, or its digit is lost.
    #[test]
    fn shares_are_neither_nothing_nor_all() {
        for (part, whole, expected) in [
            (0, 0, "0 %"),
            (0, 9, "0 %"),
            (1, 88_310, "less than 0.1 %"),
            (1204, 88_310, "1.4 %"),
            (1, 2, "50 %"),
            (88_309, 88_310, "more than 99.9 %"),
            (u64::MAX, u64::MAX, "100 %"),
        ] {
            assert_eq!(share(part, whole).as_str(), expected, "{part} of {whole}");
        }
    }

    /// Breaks when a bound is given as the figure itself, or a time in the wrong unit.
    #[test]
    fn lengths_of_time_are_readable() {
        for (range, expected) in [
            ([0, 0], "0 ms"),
            ([0, 41], "at most 41 ms"),
            ([30_012, 30_012], "30.0 s"),
            ([19_850, 20_849], "19.8 s to 20.8 s"),
            ([999, 1000], "999 ms to 1.0 s"),
        ] {
            assert_eq!(range_of_ms(range).as_str(), expected);
        }
    }

    /// Breaks when a length is rounded to another unit's end.
    #[test]
    fn lengths_are_readable() {
        let lengths = [0, 1, 999, 1000, 131_072, 999_949, 999_950, 20_000_000, 2_000_000_000];
        let expected = ["0 B", "1 B", "999 B", "1.0 KB", "131.1 KB", "999.9 KB", "1.0 MB", "20.0 MB", "2.0 GB"];
        assert_eq!(lengths.map(|bytes| byte_count(bytes).to_string()), expected);
    }

    /// Breaks when a time is moved the wrong way, or loses the zone that it is in.
    #[test]
    fn a_servers_clock_is_named() {
        let time: Timestamp = "2026-12-31T23:30:03.980Z".parse().unwrap();
        for (minutes, written) in [(0, "2026-12-31 23:30:03 UTC"), (60, "2027-01-01 00:30:03 +0100"), (-210, "2026-12-31 20:00:03 -0330")] {
            assert_eq!(second_at(time, UtcOffset::from_minutes(minutes).unwrap()).as_str(), written);
        }
        assert_eq!(minute(time).as_str(), "2026-12-31 23:30");
    }

    /// Breaks when an invisible character is shown as nothing, or ordinary text is changed.
    #[test]
    fn invisible_characters_are_spelled_out() {
        for (text, shown) in [
            ("plain ünï 漢字 🙂", "plain ünï 漢字 🙂"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("\u{200b}\u{feff}x", "\\u{200b}\\u{feff}x"),
            ("line\nfeed\0", "line\\u{a}feed\\u{0}"),
            ("\u{e0041}", "\\u{e0041}"),
            ("<img src=x>", "<img src=x>"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    /// Breaks when one thing is counted as several, or a large count has no commas.
    #[test]
    fn a_noun_agrees_with_its_count() {
        assert_eq!(
            [0, 1, 2, 1000].map(|count| counted(count, "entry", "entries").0),
            ["0 entries", "1 entry", "2 entries", "1,000 entries"]
        );
    }
}
