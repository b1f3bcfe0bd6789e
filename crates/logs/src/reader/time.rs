//! Moments as Cloudflare writes them.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::json::decimal;

/// Unix milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds, which its size tells, or of a date and time, which
/// is in UTC when it has no offset. `None` when it is neither, or not from 1970 on.
pub(super) fn unix_ms(text: &[u8]) -> Option<i64> {
    if text.len() > 4 && text.iter().all(u8::is_ascii_digit) {
        return of_number(text);
    }
    if text.get(4) == Some(&b'-') {
        return date_and_time(text);
    }
    // Seconds with a fraction, or with an exponent.
    let seconds = decimal(std::str::from_utf8(text).ok()?)?;
    let scale = match seconds {
        1e4..1e11 => 1e3,
        1e11..1e14 => 1.0,
        1e14..1e17 => 1e-3,
        1e17..1e20 => 1e-6,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "at most 1e14")]
    Some((seconds * scale) as i64)
}

fn of_number(digits: &[u8]) -> Option<i64> {
    if digits.len() > 19 {
        return None;
    }
    let number = digits.iter().fold(0, |number: u64, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')));
    let ms = match number {
        0..10_000 => return None,
        10_000..100_000_000_000 => number * 1000,
        100_000_000_000..100_000_000_000_000 => number,
        100_000_000_000_000..100_000_000_000_000_000 => number / 1000,
        _ => number / 1_000_000,
    };
    i64::try_from(ms).ok()
}

/// The form that all of Cloudflare's products write is read here, as there are two in a record; all others by the library.
fn date_and_time(text: &[u8]) -> Option<i64> {
    let number = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0, |all: i64, byte| byte.is_ascii_digit().then(|| all * 10 + i64::from(byte - b'0')))
    };
    let plain = || {
        let signs = [4, 7, 10, 13, 16].map(|at| text.get(at).copied().unwrap_or_default());
        if !matches!(signs, [b'-', b'-', b'T' | b' ', b':', b':']) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        // The 29th to 31st are left to the library, which knows which months have them.
        if !((1970..10_000).contains(&year)
            && (1..=12).contains(&month)
            && (1..=28).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60)
        {
            return None;
        }
        let rest = &text[19..];
        let fraction = rest.strip_prefix(b".").unwrap_or_default();
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let end = if digits > 0 { digits + 1 } else { 0 };
        if !matches!(&rest[end..], b"Z" | b"") || digits > 9 {
            return None;
        }
        let ms =
            fraction[..digits].iter().map(|byte| i64::from(byte - b'0')).chain([0, 0, 0]).take(3).fold(0, |all, digit| all * 10 + digit);
        // Years that begin in March put the leap day at their end.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
        Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms)
    };
    plain().or_else(|| {
        let written = std::str::from_utf8(text).ok()?;
        written.parse::<Timestamp>().ok().map(Timestamp::unix_ms).filter(|ms| *ms >= 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Broken by a unit that is taken for another, a fraction that is dropped, an offset that is not applied, or a leap day.
    #[test]
    fn moments_are_read_in_every_form() {
        let at = 1_795_286_523_629;
        for text in [
            "1795286523629",
            "1795286523629000",
            "1795286523629000000",
            "1795286523629123456",
            "2026-11-21T18:42:03.629Z",
            "2026-11-21 18:42:03.629",
            "2026-11-21T18:42:03.629123456Z",
            "2026-11-21T20:42:03.629+02:00",
            "2026-11-21T18:42:03.6290",
        ] {
            assert_eq!(unix_ms(text.as_bytes()), Some(at), "{text}");
        }
        for text in ["1795286523", "1795286523.0", "1.795286523e9", "2026-11-21T18:42:03Z", "2026-11-21 18:42:03"] {
            assert_eq!(unix_ms(text.as_bytes()), Some(at - 629), "{text}");
        }
        assert_eq!(unix_ms(b"1795286523.629").map(|ms| (ms - at).abs() < 2), Some(true));
        assert_eq!(unix_ms(b"2028-02-29T00:00:00Z"), Some(1_835_395_200_000));
        assert_eq!(unix_ms(b"2027-02-29T00:00:00Z"), None);
        for text in ["", "0", "9999", "-1795286523", "2026-11-21", "now", "1795286523x", "99999999999999999999", "2026-13-21T18:42:03Z"] {
            assert_eq!(unix_ms(text.as_bytes()), None, "{text}");
        }
    }

    proptest::proptest! {
        /// Broken by a moment that the own way reads otherwise than the library.
        #[test]
        fn agrees_with_the_library(ms in 0i64..253_402_300_799_999) {
            let text = Timestamp::from_unix_ms(ms).unwrap().to_string();
            proptest::prop_assert_eq!(unix_ms(text.as_bytes()), Some(ms));
        }

        /// Broken by a panic.
        #[test]
        fn takes_anything(text in "[-0-9T: .Z+e]{0,40}") {
            let _ = unix_ms(text.as_bytes());
        }
    }
}
