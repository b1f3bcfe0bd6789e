//! Ray IDs: which request it was, when Cloudflare received it, and in which data centre.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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

/// What makes it doubtful that a Ray ID is whole and genuine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// 15 digits were written.
    FifteenDigits,
    /// Its digits carry a time before 2013.
    TooEarly,
    /// Its digits carry a time that is still to come.
    InTheFuture,
    /// Its suffix has a second part.
    SecondPart,
}

/// Something of Cloudflare's in which a Ray ID finds its request, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// What it is called.
    pub product: &'static str,
    /// For how many days after the request, by the names of the plans, the shortest first.
    pub days: &'static [(&'static str, u8)],
    /// What else it takes; empty when nothing.
    pub needs: &'static str,
}

/// Where a Ray ID is looked up, without its data centre. The periods are those of Cloudflare's documentation (`plans/index.json`, and
/// `observability/logs/datasets` for what was Log Explorer until 2026-10-07).
pub const LOOK_UPS: [LookUp; 6] = [
    LookUp { product: "Security Events", days: &[("Free and Pro", 1), ("Business", 3), ("Enterprise", 30)], needs: "" },
    LookUp { product: "Security Analytics", days: &[("Free and Pro", 7), ("Business", 31), ("Enterprise", 90)], needs: "" },
    LookUp { product: "Logpull", days: &[("Enterprise", 7)], needs: "if keeping logs was turned on before" },
    LookUp {
        product: "Observability › Logs",
        days: &[("http_requests", 30)],
        needs: "by the field RayID, if the dataset was on at that time",
    },
    LookUp { product: "Logpush", days: &[], needs: "on every plan, in your own storage, if a job for http_requests ran at that time" },
    LookUp { product: "Observability › Traces (beta)", days: &[], needs: "if tracing was on for the domain and took the request" },
];

impl RayId {
    /// What is doubtful about it. `now` is the time at which that is asked: clocks may differ by five minutes.
    ///
    /// Without a doubt it may still be made up: a plausible time is no proof.
    pub fn doubts(&self, now: Timestamp) -> Vec<Doubt> {
        const CLOCKS_DIFFER_MS: i64 = 5 * 60 * 1000;
        let received = self.received();
        let latest = now.unix_ms().saturating_add(CLOCKS_DIFFER_MS);
        [
            (Doubt::FifteenDigits, self.short),
            (Doubt::TooEarly, received.is_none()),
            (Doubt::InTheFuture, received.is_some_and(|received| received.unix_ms() > latest)),
            (Doubt::SecondPart, self.part.is_some()),
        ]
        .into_iter()
        .filter_map(|(doubt, holds)| holds.then_some(doubt))
        .collect()
    }

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

impl Doubt {
    /// In words that go on after a colon.
    pub fn label(self) -> &'static str {
        match self {
            Self::FifteenDigits => "15 digits were written: natural only before 2014-02-21, else one was lost in copying",
            Self::TooEarly => "its time is before 2013, when there were no such IDs: made up or damaged",
            Self::InTheFuture => "its time is still to come: made up or damaged, or this computer's clock is wrong",
            Self::SecondPart => "its suffix has a second part, which Cloudflare does not document",
        }
    }

    /// Whether the time in the digits is not to be believed.
    pub fn is_about_time(self) -> bool {
        !matches!(self, Self::SecondPart)
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
    const PAIRS: &str = include_str!("../../../../tests/data/ray_pairs.csv");

    #[track_caller]
    fn received(text: &str) -> String {
        text.parse::<RayId>().unwrap().received().unwrap().to_string()
    }

    /// Breaks when the time read from an ID is not that of its answer. The stated error: a Date is cut to whole seconds and follows the
    /// request, so it is never more than 0.99 s earlier than the Ray ID, and at most answers it is not two seconds later; what is later is
    /// how long the answer took. A Ray ID is to 10 ms.
    #[test]
    fn the_time_fits_the_date_of_public_answers() {
        let mut late = 0;
        let mut all = 0;
        for line in PAIRS.lines().skip(1) {
            let (date, ray) = line.split_once(',').unwrap();
            let date: Timestamp = date.parse().unwrap();
            let ray: RayId = ray.parse().unwrap();
            let took = date.unix_ms() - ray.received().unwrap().unix_ms();
            assert!(took >= -990, "{line}: {took} ms");
            assert!(ray.doubts(date).iter().all(|doubt| !doubt.is_about_time()), "{line}");
            late += usize::from(took > 2000);
            all += 1;
        }
        assert_eq!((all, late), (209, 9), "pairs, and those that took over two seconds");
    }

    /// Breaks when a doubt is not said, or is said of an ID that gives no reason for it.
    #[test]
    fn what_is_doubtful_is_said() {
        let now: Timestamp = "2026-04-23T20:50:36Z".parse().unwrap();
        let doubts = |text: &str| text.parse::<RayId>().unwrap().doubts(now);
        assert_eq!(doubts("9f0fbdcf1836c090-FRA"), []);
        // Five minutes later than now, and a tick more.
        assert_eq!(doubts("9f0fc52200000000"), []);
        assert_eq!(doubts("9f0fc52210000000"), [Doubt::InTheFuture]);
        assert_eq!(doubts("ffffffffffffffff"), [Doubt::InTheFuture]);
        assert_eq!(doubts("0123456789abcdef"), [Doubt::TooEarly]);
        assert_eq!(doubts("f694c6892660106"), [Doubt::FifteenDigits]);
        assert_eq!(doubts("3ffe69838a418c4c-SFO-DOG"), [Doubt::SecondPart]);
        assert_eq!(doubts("000000000000001-FRA-X"), [Doubt::FifteenDigits, Doubt::TooEarly, Doubt::SecondPart]);
    }

    /// Breaks when 15 digits could be of today: all of them are of the time before the sixteenth was needed.
    #[test]
    fn fifteen_digits_end_in_february_2014() {
        assert_eq!(received("fffffffffffffff"), "2014-02-21T02:27:52.950Z");
        assert_eq!(received("1000000000000000"), "2014-02-21T02:27:52.960Z");
    }

    /// Breaks when a Ray ID is looked up for longer, or shorter, than the plans keep it.
    #[test]
    fn each_plan_keeps_it_as_long_as_documented() {
        let days = |product: &str| LOOK_UPS.iter().find(|look_up| look_up.product == product).unwrap().days;
        assert_eq!(days("Security Events"), [("Free and Pro", 1), ("Business", 3), ("Enterprise", 30)]);
        assert_eq!(days("Security Analytics"), [("Free and Pro", 7), ("Business", 31), ("Enterprise", 90)]);
        assert_eq!(days("Logpull"), [("Enterprise", 7)]);
        assert_eq!(days("Observability › Logs"), [("http_requests", 30)]);
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
