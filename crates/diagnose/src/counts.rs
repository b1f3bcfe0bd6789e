//! What all records of Cloudflare's logs say together, in words. Shares come from here alone: the lines of a log that are kept are mostly
//! failing ones.

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::logs::{Count, Dimension, LogPattern, LogsSummary, PatternKind};
use fivetwenty_redact::{self as redact, Redacted, thousands};

type Text = Redacted<String>;

/// Values that a sentence lists at most.
const MAX_LISTED: usize = 3;

/// A value of a dimension, as far as it may leave.
pub fn value(dimension: Dimension, text: &str) -> Text {
    match dimension {
        Dimension::Origin => redact::address(text),
        Dimension::Host => redact::host(text),
        Dimension::Url => match text.find('/') {
            Some(0) => redact::url(text),
            // The paths of one host.
            Some(at) => Redacted::fill("{}{}", &[&redact::host(&text[..at]), &redact::url(&text[at..])]),
            None => redact::host(text),
        },
        Dimension::Colo | Dimension::Method | Dimension::Cache => redact::header_name(text),
        Dimension::Protocol | Dimension::Client | Dimension::Status => redact::product(text),
    }
}

/// The value of a pattern, as far as it may leave.
pub fn pattern_value(kind: PatternKind, text: &str) -> Text {
    match kind.dimension() {
        Some(dimension) => value(dimension, text),
        None => text.parse::<Timestamp>().map_or_else(|_| redact::header_name(text), |time| Redacted::fill("{}", &[&time])),
    }
}

/// A dimension's name: one of its values.
pub fn label(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Origin => "Origin address",
        Dimension::Url => "Path",
        Dimension::Host => "Host",
        Dimension::Colo => "Data centre",
        Dimension::Method => "Method",
        Dimension::Protocol => "Protocol",
        Dimension::Client => "Client",
        Dimension::Cache => "Cache status",
        Dimension::Status => "Status at the edge and of the origin",
    }
}

/// A dimension's name within a sentence.
pub fn plain(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Origin => "origin address",
        Dimension::Url => "path",
        Dimension::Host => "host",
        Dimension::Colo => "data centre",
        Dimension::Method => "method",
        Dimension::Protocol => "protocol",
        Dimension::Client => "client",
        Dimension::Cache => "cache status",
        Dimension::Status => "status",
    }
}

/// `1,204 of 88,310`.
pub fn of(count: Count) -> Text {
    Redacted::fill("{} of {}", &[&thousands(count.failing), &thousands(count.total)])
}

/// A pattern with its value, as a sentence's object: `the origin 203.0.113.7`.
pub fn named(kind: PatternKind, text: &str) -> Text {
    let value = pattern_value(kind, text);
    match kind {
        PatternKind::Origin => Redacted::fill("the origin {}", &[&value]),
        PatternKind::Url => Redacted::fill("the path {}", &[&value]),
        PatternKind::Colo => match text.parse::<Colo>().ok().and_then(Colo::place) {
            Some(place) => Redacted::fill("the data centre {} ({})", &[&value, &place.city]),
            None => Redacted::fill("the data centre {}", &[&value]),
        },
        PatternKind::Method => Redacted::fill("{} requests", &[&value]),
        PatternKind::Client => Redacted::fill("the client {}", &[&value]),
        PatternKind::Protocol => Redacted::fill("requests over {}", &[&value]),
        PatternKind::Time => Redacted::fill("the time from {}", &[&moment(text)]),
        PatternKind::Random | PatternKind::Every => Redacted::fixed("all requests"),
    }
}

/// All values of a pattern: `the origin 203.0.113.7, 203.0.113.8`.
pub fn all_named(pattern: &LogPattern, kind: PatternKind) -> Text {
    let first = named(kind, pattern.value.as_deref().unwrap_or_default());
    let also = pattern.also.iter().take(MAX_LISTED).map(|also| pattern_value(kind, also));
    let all = Redacted::join([first].into_iter().chain(also), ", ");
    match pattern.also.len().saturating_sub(MAX_LISTED) {
        0 => all,
        more => Redacted::fill("{} and {} more", &[&all, &more]),
    }
}

/// A moment, to the minute.
pub fn moment(text: &str) -> Text {
    text.parse().map_or_else(|_| redact::header_name(text), |time| Redacted::fill("{} UTC", &[&redact::minute(time)]))
}

/// How many requests failed, and how many never asked the origin.
pub fn shares(logs: &LogsSummary) -> Text {
    let never = thousands(logs.never_asked_origin);
    if logs.all.total == 0 {
        let records = thousands(logs.records);
        return Redacted::fill("None of {} requests is known to have been sent to the origin; {} were not.", &[&records, &never]);
    }
    let mut parts = vec![match logs.all.failing {
        0 => Redacted::fill(
            "None of {} requests to the origin failed; {} others were not sent to it.",
            &[&thousands(logs.all.total), &never],
        ),
        failing => {
            let share = redact::share(failing, logs.all.total);
            Redacted::fill("{} requests to the origin failed ({}); {} others were not sent to it.", &[&of(logs.all), &share, &never])
        }
    }];
    let others = [
        (logs.masked, " {} got a stale response, because the origin failed."),
        (logs.client_closed, " {} were ended by the visitor (499)."),
        (logs.undecided, " {} records do not show whether Cloudflare sent them to the origin."),
    ];
    parts.extend(others.into_iter().filter(|(count, _)| *count > 0).map(|(count, words)| Redacted::fill(words, &[&thousands(count)])));
    Redacted::join(parts, "")
}

/// What the failures have in common, in a sentence or two; empty when nothing failed.
pub fn pattern(logs: &LogsSummary) -> Text {
    let pattern = &logs.pattern;
    if logs.all.failing == 0 {
        return Redacted::fixed("");
    }
    let text = pattern.value.as_deref().unwrap_or_default();
    let within = |words| Redacted::fill(words, &[&of(pattern.with), &of(pattern.without)]);
    let mut parts = Vec::new();
    match pattern.kind {
        None => parts.push(match pattern.too_few {
            Some(more) => {
                Redacted::fill("Too few requests failed to show what they have in common: this takes about {} more.", &[&thousands(more)])
            }
            None => Redacted::fixed("Nothing that the records show stands out among the failing requests."),
        }),
        // An export of errors alone has no request that works.
        Some(PatternKind::Every) if logs.all.failing == logs.records => parts.push(Redacted::fixed(
            "Every record is a failure. If the log was filtered to errors, it doesn't show how many requests work: export it without the filter.",
        )),
        Some(PatternKind::Every) if logs.all.failing == logs.all.total => {
            parts.push(Redacted::fixed("Every request to the origin failed."));
        }
        Some(PatternKind::Every) => parts.push(Redacted::fixed("Nearly every request to the origin failed.")),
        Some(PatternKind::Random) => {
            parts.push(Redacted::fixed("A share of all requests failed: none of what the records show stands out."));
        }
        Some(PatternKind::Time) => {
            parts.push(Redacted::fill("Failures began at {}", &[&moment(text)]));
            if let Some(until) = pattern.until {
                parts.push(Redacted::fill(" and ended at {} UTC", &[&redact::minute(until)]));
            }
            parts.push(within(": {} then, {} at other times."));
        }
        Some(kind) => {
            parts.push(Redacted::fill("Failures come from {}", &[&all_named(pattern, kind)]));
            parts.push(within(": {} there, {} elsewhere."));
        }
    }
    if !pattern.tied.is_empty() {
        let tied = pattern.tied.iter().take(MAX_LISTED).map(|(kind, value)| named(*kind, value));
        parts.push(Redacted::fill(
            " The failures also have {} in common: the logs can't separate the two.",
            &[&Redacted::join(tied, " or ")],
        ));
    }
    Redacted::join(parts, "")
}

/// What the first of the missing fields would tell.
pub fn missing(logs: &LogsSummary) -> Option<Text> {
    let field = logs.missing_fields.first()?;
    let others = match logs.missing_fields.len() - 1 {
        0 => Redacted::fixed(""),
        others => Redacted::fill(" {} missing too.", &[&redact::counted(others, "other field is", "other fields are")]),
    };
    let name = redact::header_name(&field.field);
    // It goes on within the sentence.
    let mut shows = field.tells.clone();
    if let Some(first) = shows.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    Some(Redacted::fill("Add the field {} to the log. It shows {}{}", &[&name, &redact::problem(&shows), &others]))
}
