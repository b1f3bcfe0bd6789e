//! Ray IDs: which request it was, when Cloudflare received it, and in which data centre.

use std::fmt;
use std::str::FromStr;

use super::colo::Colo;
use super::timestamp::Timestamp;

/// A Ray ID, with or without its data centre.
///
/// Written as 16 hexadecimal digits, then perhaps `-` and the code of the data centre that received the request, then perhaps another
/// part. Cloudflare documents the suffix; that the digits carry the time is undocumented and was measured on 8,769 public pairs of Date
/// and Ray ID: one did not fit. A plausible time does not prove that an ID is genuine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RayId {
    digits: u64,
    /// 15 digits were written: a leading zero was dropped, or a digit was lost in copying.
    short: bool,
    colo: Option<Colo>,
    /// The second part of the suffix, as in `3ffe69838a418c4c-SFO-DOG`.
    part: Option<Box<str>>,
}

/// Why a text is not a Ray ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RayIdError {
    /// The edge refused the request before it had an ID: the header is `-`.
    NotAssigned,
    /// The digits are not 15 or 16 hexadecimal ones.
    Digits {
        /// How many characters stand there.
        found: usize,
    },
    /// Behind the first `-` there are not three letters.
    Colo,
    /// Behind the second `-` there are not letters and digits.
    Part,
}

impl RayId {
    /// When Cloudflare received the request, to 10 ms: the top 36 bits count from 2012-10-12T00:00:00Z.
    ///
    /// `None` before 2013, when there were no such IDs, which is also what made-up IDs with small digits give. The count starts again in
    /// July 2034.
    pub fn received(&self) -> Option<Timestamp> {
        const FIRST_TICK: i64 = 135_000_000_000;
        const YEAR_2013_MS: i64 = 1_356_998_400_000;
        let ticks = i64::try_from(self.digits >> 28).ok()?;
        let unix_ms = (ticks + FIRST_TICK) * 10;
        Timestamp::from_unix_ms(unix_ms).filter(|_| unix_ms >= YEAR_2013_MS)
    }

    /// The data centre that received the request.
    pub fn colo(&self) -> Option<Colo> {
        self.colo
    }

    /// The ID without the data centre, as logs and support look it up: 16 digits.
    pub fn id(&self) -> String {
        format!("{:016x}", self.digits)
    }

    /// Only 15 digits were written: an ID from before 2014-02-21 whose zero was dropped, or one that lost a digit in copying. The time of
    /// the latter means nothing.
    pub fn is_short(&self) -> bool {
        self.short
    }
}

impl FromStr for RayId {
    type Err = RayIdError;

    fn from_str(text: &str) -> Result<Self, RayIdError> {
        let text = text.trim();
        if text == "-" {
            return Err(RayIdError::NotAssigned);
        }
        let mut parts = text.splitn(3, '-');
        let digits = parts.next().unwrap_or_default();
        let parsed = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u64::from_str_radix(digits, 16).ok());
        let value = match parsed.flatten() {
            Some(value) if matches!(digits.len(), 15 | 16) => value,
            _ => return Err(RayIdError::Digits { found: digits.chars().count() }),
        };
        let colo = parts.next().map(str::parse).transpose().map_err(|_| RayIdError::Colo)?;
        let part = parts.next();
        if part.is_some_and(|part| part.is_empty() || part.len() > 8 || !part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            return Err(RayIdError::Part);
        }
        Ok(Self { digits: value, short: digits.len() == 15, colo, part: part.map(Box::from) })
    }
}

impl fmt::Display for RayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.short {
            write!(f, "{:015x}", self.digits)?;
        } else {
            write!(f, "{:016x}", self.digits)?;
        }
        if let Some(colo) = self.colo {
            write!(f, "-{colo}")?;
        }
        if let Some(part) = &self.part {
            write!(f, "-{part}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RayIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAssigned => write!(f, "the request was refused before it had a Ray ID"),
            Self::Digits { found } => write!(f, "expected 16 hexadecimal digits, found {found} characters"),
            Self::Colo => write!(f, "expected three letters (the data centre) behind the first '-'"),
            Self::Part => write!(f, "expected letters or digits behind the second '-'"),
        }
    }
}

impl std::error::Error for RayIdError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Public Ray IDs with the second in their answer's Date header.
    const PAIRS: &str = include_str!("../../../tests/data/ray_pairs.csv");

    #[track_caller]
    fn received(text: &str) -> String {
        text.parse::<RayId>().unwrap().received().unwrap().to_string()
    }

    /// Breaks when the time read from an ID is not that of its answer: a Date is cut to whole seconds and follows the request, so it is
    /// never more than a second earlier, and an answer takes a while.
    #[test]
    fn the_time_fits_the_date_of_public_answers() {
        let mut late = 0;
        let mut all = 0;
        for line in PAIRS.lines().skip(1) {
            let (date, ray) = line.split_once(',').unwrap();
            let date: Timestamp = date.parse().unwrap();
            let ray: RayId = ray.parse().unwrap();
            let took = date.unix_ms() - ray.received().unwrap().unix_ms();
            assert!(took > -1000, "{line}: {took} ms");
            late += usize::from(took > 2000);
            all += 1;
        }
        assert!(all > 200 && late * 5 < all, "{late} of {all} took over two seconds");
    }

    /// Breaks when a digit's weight or the start of the count is wrong.
    #[test]
    fn the_time_is_in_the_first_nine_digits() {
        assert_eq!(received("1f58b1414ca00af6"), "2015-06-12T21:36:38.600Z");
        assert_eq!(received("49724e71dcd2bca4-FRA"), "2019-01-10T21:41:12.610Z");
        assert_eq!(received("9f0fbdcf1836c090"), "2026-04-23T20:50:36.010Z");
        assert_eq!(received("f694c6892660106"), "2014-02-02T19:30:52.890Z");
        assert_eq!("0000000000000001".parse::<RayId>().unwrap().received(), None);
    }

    /// Breaks when a form that is seen in the wild is refused or written otherwise.
    #[test]
    fn every_form_is_read_and_written_again() {
        for text in ["52e5cd9e2af9bd21-PHL", "52e5cd9e2af9bd21", "3ffe69838a418c4c-SFO-DOG", "f694c6892660106-AMS"] {
            assert_eq!(text.parse::<RayId>().unwrap().to_string(), text);
        }
        assert!("f694c6892660106".parse::<RayId>().unwrap().is_short());
        assert_eq!(" 52E5CD9E2AF9BD21-phl\n".parse::<RayId>().unwrap().to_string(), "52e5cd9e2af9bd21-PHL");
    }

    /// Breaks when something else is taken for a Ray ID, or the reason is lost.
    #[test]
    fn what_is_not_a_ray_id_says_why() {
        for (text, error) in [
            ("-", RayIdError::NotAssigned),
            ("", RayIdError::Digits { found: 0 }),
            ("00", RayIdError::Digits { found: 2 }),
            ("+2e5cd9e2af9bd21", RayIdError::Digits { found: 16 }),
            ("52e5cd9e2af9bd211", RayIdError::Digits { found: 17 }),
            ("é2e5cd9e2af9bd2", RayIdError::Digits { found: 15 }),
            ("52e5cd9e2af9bd21-", RayIdError::Colo),
            ("52e5cd9e2af9bd21-PHLX", RayIdError::Colo),
            ("52e5cd9e2af9bd21-PHL-", RayIdError::Part),
            ("52e5cd9e2af9bd21-PHL-<b>", RayIdError::Part),
        ] {
            assert_eq!(text.parse::<RayId>(), Err(error), "{text}");
        }
    }

    proptest! {
        /// Breaks when an ID changes on the way through, or any text makes the reader panic.
        #[test]
        fn round_trips(digits in any::<u64>(), colo in "(-[A-Z]{3}(-[A-Z0-9]{1,8})?)?") {
            let text = format!("{digits:016x}{colo}");
            prop_assert_eq!(text.parse::<RayId>().unwrap().to_string(), text);
        }

        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in ".{0,40}") {
            let _ = text.parse::<RayId>();
        }
    }
}
