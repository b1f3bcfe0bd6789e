//! A search of all logs by the time, whatever the server's zone and form of time.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

pub(super) const MINUTE_MS: i64 = 60_000;
/// Minutes of the logs that the commands look through at most for one request.
const MAX_MINUTES: usize = 10;

/// The minutes of these stretches, in UTC and each once.
pub(super) fn minutes(stretches: impl IntoIterator<Item = (Timestamp, Timestamp)>) -> Vec<Text> {
    let mut minutes: Vec<Text> = Vec::new();
    for (since, until) in stretches {
        let all = (0..).map_while(|minute| since.plus_ms(minute * MINUTE_MS)).take_while(|time| *time <= until).take(MAX_MINUTES);
        for minute in all.map(redact::minute) {
            if !minutes.contains(&minute) {
                minutes.push(minute);
            }
        }
    }
    minutes
}

/// The command that finds the lines of these minutes; none without any.
pub(super) fn by_minute(minutes: &[Text]) -> Vec<Text> {
    if minutes.is_empty() {
        return Vec::new();
    }
    let minutes = Redacted::join(minutes.iter().map(|minute| Redacted::fill("'{}'", &[minute])), " ");
    vec![
        Redacted::fill("for minute in {}; do", &[&minutes]),
        Redacted::fixed(
            "  for form in '%d/%b/%Y:%H:%M' '%Y/%m/%d %H:%M' '%a %b %d %H:%M' '%d-%b-%Y %H:%M' '%b %e %H:%M' '%Y-%m-%dT%H:%M' '%Y-%m-%d %H:%M'; do",
        ),
        Redacted::fixed("    LC_ALL=C date -d \"$minute UTC\" \"+$form\""),
        Redacted::fixed("  done"),
        Redacted::fixed("done | grep -rIFf - /var/log"),
    ]
}
