//! Times as servers write them into their logs.

use fivetwenty_captures::evidence::timestamp::{MONTHS, Timestamp};
use fivetwenty_captures::evidence::utc_offset::UtcOffset;

/// How logs write the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// `2026-11-20T11:00:03+01:00`: journals, containers and most applications.
    Iso,
    /// `20/Nov/2026:11:00:03 +0100`: the access logs of nginx and Apache.
    Access,
    /// `2026/11/20 11:00:03`: nginx's error log, which does not name its zone.
    Error,
}

/// A time as a server writes it whose clock has this offset.
pub fn log_time(time: Timestamp, offset: UtcOffset, form: LogForm) -> String {
    let local = format!("{:.0}", offset.to_local(time).unwrap_or(time));
    let (date, clock) = date_and_clock(&local);
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return local };
    match form {
        LogForm::Iso => format!("{date}T{clock}{offset}"),
        LogForm::Access => {
            let month = month.parse().ok().and_then(|month: usize| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
            format!("{day}/{month}/{year}:{clock} {}", offset.compact())
        }
        LogForm::Error => format!("{year}/{month}/{day} {clock}"),
    }
}

/// The date and the time of an RFC 3339 time in UTC, apart, without their separators: `2026-11-20`, `10:00:03.123`.
pub fn date_and_clock(time: &str) -> (&str, &str) {
    let time = time.strip_suffix('Z').unwrap_or(time);
    time.split_once('T').unwrap_or(("", time))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a time is moved the wrong way, over midnight or a year's end to another day, or written in another form than logs have.
    #[test]
    fn a_servers_log_is_met_in_its_own_time() {
        let utc = "2026-12-31T23:30:03.980Z".parse().unwrap();
        for (minutes, form, written) in [
            (0, LogForm::Iso, "2026-12-31T23:30:03+00:00"),
            (60, LogForm::Iso, "2027-01-01T00:30:03+01:00"),
            (-210, LogForm::Access, "31/Dec/2026:20:00:03 -0330"),
            (345, LogForm::Access, "01/Jan/2027:05:15:03 +0545"),
            (840, LogForm::Error, "2027/01/01 13:30:03"),
        ] {
            assert_eq!(log_time(utc, UtcOffset::from_minutes(minutes).unwrap(), form), written);
        }
    }

    /// Breaks when a date and a time are cut elsewhere than between them.
    #[test]
    fn a_time_is_split_at_its_t() {
        assert_eq!(date_and_clock("2026-11-20T10:00:03.123Z"), ("2026-11-20", "10:00:03.123"));
        assert_eq!(date_and_clock("odd"), ("", "odd"));
    }
}
