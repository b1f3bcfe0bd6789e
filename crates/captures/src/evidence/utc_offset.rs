//! How far a clock is from UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::timestamp::Timestamp;

/// How far a clock runs ahead of UTC, in minutes; at most 14 hours and 59 minutes either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UtcOffset(i32);

/// A text is no offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UtcOffsetError;

impl UtcOffset {
    /// UTC itself.
    pub const UTC: Self = Self(0);

    /// So many minutes ahead of UTC; `None` when no clock runs so far from it.
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        (minutes.unsigned_abs() < 15 * 60).then_some(Self(minutes))
    }

    /// Minutes ahead of UTC.
    pub fn minutes(self) -> i32 {
        self.0
    }

    /// The moment at which this clock shows what a clock in UTC shows at `time`.
    pub fn to_utc(self, time: Timestamp) -> Option<Timestamp> {
        time.plus_ms(-60_000 * i64::from(self.0))
    }

    /// What this clock shows at a moment, written as if it were UTC; `None` outside the years 0 to 9999.
    pub fn to_local(self, time: Timestamp) -> Option<Timestamp> {
        time.plus_ms(60_000 * i64::from(self.0))
    }

    /// Without a colon, as the logs of servers write it: `+0100`.
    pub fn compact(self) -> String {
        self.written("")
    }

    fn written(self, between: &str) -> String {
        let (sign, minutes) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
    }
}

/// `+02:00` or `-0330`: hours and minutes with a sign.
impl FromStr for UtcOffset {
    type Err = UtcOffsetError;

    fn from_str(text: &str) -> Result<Self, UtcOffsetError> {
        let digits = text.get(1..).ok_or(UtcOffsetError)?.replace(':', "");
        let sign = match text.as_bytes()[0] {
            b'+' => 1,
            b'-' => -1,
            _ => return Err(UtcOffsetError),
        };
        let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: i32 = digits.parse().ok().filter(|_| is_number).ok_or(UtcOffsetError)?;
        let (hours, minutes) = (number / 100, number % 100);
        if minutes > 59 { Err(UtcOffsetError) } else { Self::from_minutes(sign * (60 * hours + minutes)).ok_or(UtcOffsetError) }
    }
}

/// `+02:00`.
impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(":"))
    }
}

impl fmt::Display for UtcOffsetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected hours and minutes with a sign, such as +02:00")
    }
}

impl std::error::Error for UtcOffsetError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an offset changes on its way through text, or what is none is taken for one.
    #[test]
    fn offsets_are_read_and_written() {
        for (text, minutes, written) in
            [("+02:00", 120, "+02:00"), ("-0330", -210, "-03:30"), ("+00:00", 0, "+00:00"), ("+1400", 840, "+14:00")]
        {
            let offset: UtcOffset = text.parse().unwrap();
            assert_eq!((offset.minutes(), offset.to_string()), (minutes, written.to_owned()), "{text}");
        }
        for text in ["", "+", "02:00", "+2", "+02:60", "+15:00", "+ab:cd", "é", "+é00"] {
            assert_eq!(text.parse::<UtcOffset>(), Err(UtcOffsetError), "{text}");
        }
    }

    /// Breaks when a time is moved the wrong way.
    #[test]
    fn local_and_utc_are_inverse() {
        let offset: UtcOffset = "+01:00".parse().unwrap();
        let time: Timestamp = "2026-12-31T23:30:00.000Z".parse().unwrap();
        assert_eq!(offset.to_local(time).unwrap().to_string(), "2027-01-01T00:30:00.000Z");
        assert_eq!(offset.to_utc(offset.to_local(time).unwrap()), Some(time));
    }
}
