//! Moments in UTC, as captures and headers give them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcDateTime};

/// A moment in UTC, to the millisecond, in the years 0 to 9999. The default is 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// A text is not a date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

/// The months as HTTP and servers' logs write them.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// So many milliseconds after 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999.
    pub fn from_unix_ms(ms: i64) -> Option<Self> {
        const YEAR_0: i64 = -62_167_219_200_000;
        const YEAR_10000: i64 = 253_402_300_800_000;
        (YEAR_0..YEAR_10000).contains(&ms).then_some(Self(ms))
    }

    /// A `Date` header in the one form that RFC 9110 lets a server send: `Tue, 23 Jul 2024 17:25:27 GMT`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_http_date(text: &str) -> Result<Self, TimestampError> {
        let mut words = text.split(' ');
        let (Some(_), Some(day), Some(month), Some(year), Some(clock), Some("GMT"), None) =
            (words.next(), words.next(), words.next(), words.next(), words.next(), words.next(), words.next())
        else {
            return Err(TimestampError);
        };
        let month = MONTHS.iter().position(|name| *name == month).ok_or(TimestampError)? + 1;
        format!("{year}-{month:02}-{day}T{clock}Z").parse()
    }

    /// Milliseconds after 1970-01-01T00:00:00Z.
    pub fn unix_ms(self) -> i64 {
        self.0
    }

    /// So many milliseconds later, or earlier.
    pub fn plus_ms(self, ms: i64) -> Option<Self> {
        Self::from_unix_ms(self.0.checked_add(ms)?)
    }

    fn new(time: OffsetDateTime) -> Result<Self, TimestampError> {
        Self::from_unix_ms(time.unix_timestamp() * 1000 + i64::from(time.millisecond())).ok_or(TimestampError)
    }
}

/// ISO 8601 as exporters write it: with a zone (`Z`, `+02:00` or `+0200`), or without one, which is taken as UTC.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let text = text.trim();
        let parse = |text: &str| OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError).and_then(Self::new);
        let Some((_, clock)) = text.split_once(['T', 't', ' ']) else { return Err(TimestampError) };
        if clock.ends_with(['Z', 'z']) {
            return parse(text);
        }
        match clock.rfind(['+', '-']) {
            None => parse(&format!("{text}Z")),
            Some(sign) if clock.len() - sign == 5 && clock.is_char_boundary(clock.len() - 2) => {
                let (hours, minutes) = text.split_at(text.len() - 2);
                parse(&format!("{hours}:{minutes}"))
            }
            Some(_) => parse(text),
        }
    }
}

/// RFC 3339 in UTC, always with milliseconds; with `{:.0}` to the second.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The range was checked when it was made.
        let utc = UtcDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(UtcDateTime::UNIX_EPOCH);
        let (date, (hour, minute, second)) = (utc.date(), utc.time().as_hms());
        write!(f, "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}", date.year(), u8::from(date.month()), date.day())?;
        if f.precision() == Some(0) {
            return f.write_str("Z");
        }
        write!(f, ".{:03}Z", self.0.rem_euclid(1000))
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a date and time (ISO 8601), found something else")
    }
}

impl std::error::Error for TimestampError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Breaks when a form that an exporter writes is refused, or moved to another moment.
    #[test]
    fn reads_what_exporters_write() {
        for (text, expected) in [
            ("2026-11-20T10:00:00.500Z", "2026-11-20T10:00:00.500Z"),
            ("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00.000Z"),
            ("2026-11-20T10:00:00.1234567-0130", "2026-11-20T11:30:00.123Z"),
            ("2026-11-20T10:00:00.5", "2026-11-20T10:00:00.500Z"),
            ("2026-11-20 10:00:00Z", "2026-11-20T10:00:00.000Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().map(|time| time.to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in ["", "yesterday", "NaN-NaN-NaNTNaN:NaN", "2026-11-20", "2026-13-20T10:00:00Z", "2026-11-20T10:00:00+1é"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    /// Breaks when an HTTP date is read as another second.
    #[test]
    fn reads_http_dates() {
        let date = Timestamp::from_http_date("Tue, 23 Jul 2024 17:25:27 GMT").unwrap();
        assert_eq!(format!("{date:.0}"), "2024-07-23T17:25:27Z");
        assert_eq!(Timestamp::from_http_date("yesterday"), Err(TimestampError));
    }

    proptest! {
        /// Breaks when a moment changes on its way through text.
        #[test]
        fn round_trips(ms in -62_167_219_200_000i64..253_402_300_800_000) {
            let time = Timestamp::from_unix_ms(ms).unwrap();
            prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
        }

        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "[0-9T:.+Z-]{0,30}|.{0,20}") {
            let _ = text.parse::<Timestamp>();
            let _ = Timestamp::from_http_date(&text);
        }
    }
}
