//! Times as servers write them into their logs.

use fivetwenty_captures::evidence::timestamp::{MONTHS, Timestamp};

/// How far from its start a line is searched for its time, in bytes.
const FAR: usize = 160;

/// A time as it stands in a line.
#[derive(Clone, Copy)]
pub(super) struct Clock<'a> {
    year: &'a str,
    /// A number or an English name.
    month: &'a str,
    day: &'a str,
    /// `18:51:49`
    time: &'a str,
    /// Digits.
    fraction: &'a str,
    /// `Z`, `UTC`, `GMT`, `+0200` or `+02:00`; empty when the line has none.
    zone: &'a str,
}

/// The first time in the beginning of a line that has year, month, day and second.
pub(super) fn clock(line: &str) -> Option<Clock<'_>> {
    let mut before = b' ';
    for (at, byte) in line.bytes().take(FAR).enumerate() {
        let begins = !before.is_ascii_alphanumeric() && byte.is_ascii_alphanumeric();
        before = byte;
        if let Some(found) = begins.then(|| read(&line[at..])).flatten() {
            return Some(found);
        }
    }
    None
}

/// The time of syslog's old form, which has no year, as if it were UTC and the year 2000; behind a priority such as `<134>` too.
pub(super) fn yearless(line: &str) -> Option<Timestamp> {
    let line = line.strip_prefix('<').and_then(|rest| Some(rest.split_once('>')?.1)).unwrap_or(line);
    let is_it = is_shaped(line, b"aaa _9 99:99:99 ");
    let clock = || Clock { year: "2000", month: &line[..3], day: line[4..6].trim_start(), time: &line[7..15], fraction: "", zone: "" };
    is_it.then(clock)?.moment()
}

/// The time that a text begins with.
fn read(text: &str) -> Option<Clock<'_>> {
    // ISO 8601 and nginx's error log.
    if is_shaped(text, b"9999-99-99 99:99:99") {
        let (fraction, zone) = rest(&text[19..])?;
        return Some(Clock { year: &text[..4], month: &text[5..7], day: &text[8..10], time: &text[11..19], fraction, zone });
    }
    // Gin.
    if is_shaped(text, b"9999-99-99 - 99:99:99") {
        let (fraction, zone) = rest(&text[21..])?;
        return Some(Clock { year: &text[..4], month: &text[5..7], day: &text[8..10], time: &text[13..21], fraction, zone });
    }
    // Access logs, PHP-FPM.
    if is_shaped(text, b"99-aaa-9999 99:99:99") {
        let (fraction, zone) = rest(&text[20..])?;
        return Some(Clock { year: &text[7..11], month: &text[3..6], day: &text[..2], time: &text[12..20], fraction, zone });
    }
    // Apache's error log, `dmesg -T`, uWSGI.
    if is_shaped(text, b"aaa aaa _9 99:99:99") {
        let rest = &text[19..];
        let fraction = fraction(rest);
        let year = rest.get(fraction.len() + usize::from(!fraction.is_empty())..)?.strip_prefix(' ')?;
        let ends = !year.as_bytes().get(4).is_some_and(u8::is_ascii_alphanumeric);
        let year = year.get(..4).filter(|year| ends && year.bytes().all(|byte| byte.is_ascii_digit()))?;
        return Some(Clock { year, month: &text[4..7], day: text[8..10].trim_start(), time: &text[11..19], fraction, zone: "" });
    }
    None
}

/// Whether a text begins as a pattern does: 9 is a digit, a is a letter, _ a digit or a space, - and the space what may stand between.
pub(super) fn is_shaped(text: &str, pattern: &[u8]) -> bool {
    let text = text.as_bytes();
    text.len() >= pattern.len()
        && pattern.iter().zip(text).all(|(wanted, byte)| match wanted {
            b'9' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            b'_' => byte.is_ascii_digit() || *byte == b' ',
            b'-' => matches!(byte, b'-' | b'/'),
            b' ' => matches!(byte, b' ' | b'T' | b':'),
            _ => byte == wanted,
        })
}

/// The digits behind a point or comma.
fn fraction(text: &str) -> &str {
    let digits = text.strip_prefix(['.', ',']).unwrap_or_default();
    &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()]
}

/// The fraction and the zone behind a time; `None` when the time goes on otherwise.
fn rest(text: &str) -> Option<(&str, &str)> {
    let fraction = fraction(text);
    let text = &text[fraction.len() + usize::from(!fraction.is_empty())..];
    let zone = text.strip_prefix(' ').unwrap_or(text);
    let named = ["Z", "UTC", "GMT"].into_iter().find(|name| zone.starts_with(name)).map(str::len);
    let signed = || {
        let digits = zone.strip_prefix(['+', '-'])?.as_bytes();
        let is = |at: usize| digits.get(at).is_some_and(u8::is_ascii_digit);
        let colon = usize::from(digits.get(2) == Some(&b':'));
        (is(0) && is(1) && is(2 + colon) && is(3 + colon)).then_some(5 + colon)
    };
    let length = named.or_else(signed).unwrap_or(0);
    let ends = |at: usize| !zone.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    if length > 0 && ends(length) {
        return Some((fraction, &zone[..length]));
    }
    (!text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)).then_some((fraction, ""))
}

/// A moment from a number since 1970: seconds with or without a fraction, or whole milli-, micro- or nanoseconds, by its length.
pub(super) fn unix(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let number: i64 = whole.parse().ok().filter(|_| is_number)?;
    let ms = match whole.len() {
        9..=10 => {
            let digits = fraction.bytes().chain([b'0'; 3]).take(3);
            digits.fold(number, |ms, digit| ms * 10 + i64::from(digit - b'0'))
        }
        12..=13 => number,
        15..=16 => number / 1000,
        18..=19 => number / 1_000_000,
        _ => return None,
    };
    Timestamp::from_unix_ms(ms)
}

impl Clock<'_> {
    /// The moment, as if a clock without a zone went by UTC.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let zone = if self.zone.starts_with(['+', '-']) { self.zone } else { "Z" };
        let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == self.month).map(|(_, number)| number);
        let month: u8 = month.or_else(|| self.month.parse().ok())?;
        let fraction = if self.fraction.is_empty() { "0" } else { self.fraction };
        let Self { year, day, time, .. } = self;
        format!("{year}-{month:02}-{day:0>2}T{time}.{fraction}{zone}").parse().ok()
    }

    /// Whether the line gives the zone.
    pub(super) fn is_zoned(&self) -> bool {
        !self.zone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a server's way to write times is not read, read as another moment, or a zone is made up or lost.
    #[test]
    fn every_servers_time_is_read() {
        for (line, time, zoned) in [
            (r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0200] "GET / HTTP/1.1" 200"#, "2026-11-21T16:51:49.000Z", true),
            ("2026/11/21 18:51:49 [error] 65#65: *3", "2026-11-21T18:51:49.000Z", false),
            ("Nov 21 18:51:49 web1 nginx: 2026/11/21 18:51:49 [error]", "2026-11-21T18:51:49.000Z", false),
            ("[Sat Nov 21 18:52:09.896486 2026] [proxy:error]", "2026-11-21T18:52:09.896Z", false),
            ("[Sat Nov  1 08:52:09 2026] Out of memory", "2026-11-01T08:52:09.000Z", false),
            ("[21-Nov-2026 18:51:57] NOTICE: fpm", "2026-11-21T18:51:57.000Z", false),
            ("[21-Nov-2026 18:51:57 UTC] PHP Fatal error", "2026-11-21T18:51:57.000Z", true),
            ("[21-Nov-2026 18:51:57 Europe/Berlin] PHP Fatal error", "2026-11-21T18:51:57.000Z", false),
            ("[2026-11-21 18:52:30 +0000] [444] [CRITICAL]", "2026-11-21T18:52:30.000Z", true),
            ("2026-11-21 18:52:30,123 - INFO", "2026-11-21T18:52:30.123Z", false),
            ("2026-11-21T18:52:41.484Z GET /", "2026-11-21T18:52:41.484Z", true),
            ("2026-11-21T18:51:49+00:00 200 GET", "2026-11-21T18:51:49.000Z", true),
            ("172.68.10.21:60208 [21/Nov/2026:18:52:49.363] shop", "2026-11-21T18:52:49.363Z", false),
            ("Sat 2026-11-21 18:52:49 UTC web1 kernel:", "2026-11-21T18:52:49.000Z", true),
        ] {
            let found = clock(line).unwrap();
            assert_eq!((found.moment().unwrap().to_string().as_str(), found.is_zoned()), (time, zoned), "{line}");
        }
        for line in [
            "Nov 21 18:53:03 web1 systemd[1]:",
            "[36535.042617] oom-kill",
            "2026-11-21",
            "12026-11-21 10:00:00",
            "2026-11-21T10:00:00x",
            "",
        ] {
            assert!(clock(line).is_none(), "{line}");
        }
    }

    /// Breaks when the day of a line without a year is not read, or read where there is none.
    #[test]
    fn a_day_needs_no_year() {
        for line in ["Nov  2 18:53:03 web1 kernel: php", "<134>Nov  2 18:53:03 web1 nginx: x"] {
            assert_eq!(yearless(line).map(|time| time.to_string()).as_deref(), Some("2000-11-02T18:53:03.000Z"), "{line}");
        }
        for line in ["Nov 21 2026 18:53:03", "Nov 33 18:53:03 x", "Abc 21 18:53:03 x", "é", "<134", ""] {
            assert_eq!(yearless(line), None, "{line}");
        }
    }

    /// Breaks when a number is read in the wrong unit, or what is none is taken for one.
    #[test]
    fn numbers_since_1970_are_read_by_their_length() {
        for (text, time) in [
            ("1795286523", "2026-11-21T18:42:03.000Z"),
            ("1795286523.6", "2026-11-21T18:42:03.600Z"),
            ("1795287181.0300698", "2026-11-21T18:53:01.030Z"),
            ("1795286523629", "2026-11-21T18:42:03.629Z"),
            ("1506702504433000200", "2017-09-29T16:28:24.433Z"),
        ] {
            assert_eq!(unix(text).map(|time| time.to_string()).as_deref(), Some(time), "{text}");
        }
        for text in ["", "-1795286523", "17952865", "1795286523.6e3", "99999999999999999999", "1795286523.é"] {
            assert_eq!(unix(text), None, "{text}");
        }
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_line(line in "(\\[|é)?([0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[0-9]{2}/Nov/2026|Sat Nov [ 0-9]{2})[ T:][0-9:]{8}[.,]?[0-9é]{0,4} ?[+Z-]?.{0,12}") {
            if let Some(found) = clock(&line) {
                let _ = found.moment();
            }
        }
    }
}
