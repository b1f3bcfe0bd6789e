//! The answer of `/cdn-cgi/trace`: `key=value` lines, served by the edge itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::colo::Colo;
use super::timestamp::Timestamp;

/// What a trace says.
///
/// Older ones lack some keys and newer ones have more, so nothing is required but `colo`, which is what support wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Every line in order, split at its first `=`; the values of `ip` and `uag` are personal data.
    pub fields: Vec<(String, String)>,
}

/// Why a text is not a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceError {
    /// It is longer than any trace: so many bytes.
    TooLong(usize),
    /// A line, counted from 1, is not `key=value`.
    Line(usize),
    /// There is no `colo=` line with three letters.
    NoColo,
}

impl Trace {
    /// The longest text that is looked at, in bytes; a real one has some 300.
    pub const MAX_LENGTH: usize = 8 * 1024;

    /// A line's value.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The data centre that answered.
    pub fn colo(&self) -> Option<Colo> {
        self.get("colo")?.parse().ok()
    }

    /// When it answered (`ts`, Unix seconds with a fraction).
    pub fn time(&self) -> Option<Timestamp> {
        let (seconds, fraction) = self.get("ts")?.split_once('.').unwrap_or((self.get("ts")?, ""));
        let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
        Timestamp::from_unix_ms(seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis.parse().ok()?)?)
    }
}

impl FromStr for Trace {
    type Err = TraceError;

    fn from_str(text: &str) -> Result<Self, TraceError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(TraceError::TooLong(text.len()));
        }
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let fields = lines.map(|(number, line)| match line.split_once('=') {
            Some((key, value)) if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
                Ok((key.to_owned(), value.trim_end().to_owned()))
            }
            _ => Err(TraceError::Line(number + 1)),
        });
        let trace = Self { fields: fields.collect::<Result<_, _>>()? };
        trace.colo().ok_or(TraceError::NoColo)?;
        Ok(trace)
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(length) => write!(f, "expected some 300 bytes, found {length}"),
            Self::Line(number) => write!(f, "line {number}: expected `key=value`"),
            Self::NoColo => write!(f, "expected a line `colo=` with the three letters of a data centre"),
        }
    }
}

impl std::error::Error for TraceError {}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "fl=80f417\nh=shop.example\nip=2001:db8::7\nts=1772941360.629\nvisit_scheme=https\nuag=Odd/1.0 (a=b)\ncolo=TPE\nhttp=http/2\n";

    /// Breaks when a value is cut at a later `=`, or the time loses its fraction.
    #[test]
    fn reads_its_lines() {
        let trace: Trace = TEXT.parse().unwrap();
        assert_eq!(trace.get("uag"), Some("Odd/1.0 (a=b)"));
        assert_eq!(trace.colo().unwrap().as_str(), "TPE");
        assert_eq!(trace.time().unwrap().to_string(), "2026-03-08T03:42:40.629Z");
        assert_eq!(trace.get("kex"), None);
    }

    /// Breaks when a page that is not a trace is taken for one, or the reason names the wrong place.
    #[test]
    fn refuses_what_is_not_a_trace() {
        for (text, error) in [
            ("<!doctype html>\n<title>404</title>", TraceError::Line(1)),
            ("h=shop.example\n<b>=1", TraceError::Line(2)),
            ("h=shop.example\ncolo=", TraceError::NoColo),
            ("", TraceError::NoColo),
        ] {
            assert_eq!(text.parse::<Trace>(), Err(error));
        }
        assert_eq!("a=".repeat(5000).parse::<Trace>(), Err(TraceError::TooLong(10_000)));
    }

    /// Breaks on a panic when a hostile `ts` overflows.
    #[test]
    fn a_time_beyond_all_bounds_is_none() {
        for ts in ["9223372036854775807.9", "-1", "x", "1.é"] {
            let trace: Trace = format!("colo=FRA\nts={ts}").parse().unwrap();
            assert!(trace.time().is_none_or(|time| time.unix_ms() < 0), "{ts}");
        }
    }
}
