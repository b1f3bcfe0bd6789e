//! What lines of the origin's logs say for a cause.

use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_inputs::{LogMeaning, Statement};
use fivetwenty_model::{Basis, Polarity, Status};
use fivetwenty_redact::Redacted;

use crate::advice::time;
use crate::facts::Facts;
use crate::finding::{Evidence, Finding};
use crate::wait::waited;

/// Lines that are cited of one cause at most.
const MAX_CITED: usize = 5;
/// How far the clocks of an origin and of Cloudflare may be apart, in milliseconds, with a log's whole seconds.
const APART_MS: i64 = 2_000;
/// Failing requests at most that each line is held against: there may be a million, and thousands of lines.
const MAX_FAILING: usize = 500;
/// A day, which is longer than clocks of two zones are apart from UTC, with what a request takes.
const DAY_MS: i64 = 86_400_000;

/// The lines of logs whose meaning is known.
pub(super) struct Logs(Vec<Line>);

struct Line {
    /// The number among all extracts of the texts.
    extract: u32,
    meaning: &'static LogMeaning,
    fits: Fits,
}

/// How a line fits to the requests that fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fits {
    /// It has the Ray ID of one, or falls into the time of one and names no other host or path.
    Request,
    /// It has no time or no year, or nothing is known to fail: it may be about one.
    Unknown,
    /// It falls into no time of one, or names another host.
    Elsewhere,
}

impl Logs {
    /// Of all texts. `offset` is that of the logs' clock, for lines that do not say it.
    pub(super) fn new(facts: &Facts<'_>, offset: UtcOffset) -> Self {
        let failing: Vec<&Entry> =
            facts.proxied.iter().flat_map(|view| view.failing.iter().take(MAX_FAILING).filter_map(|index| view.entry(*index))).collect();
        let lines = facts.case.extracts().zip(0..).filter_map(|(extract, number)| {
            let meaning = extract.statement.log?;
            Some(Line { extract: number, meaning, fits: fits(&extract.statement, &failing, offset) })
        });
        Self(lines.collect())
    }

    /// A finding with the lines that speak for its cause. A line about a request that fails makes the first cause of its meaning likely,
    /// and others possible; never more, for a log says what a server saw, and not what it sent. What was ruled out stays so.
    pub(super) fn weigh(&self, cause: &'static str, mut finding: Finding) -> Finding {
        let own = self.0.iter().filter(|line| line.meaning.causes.contains(&cause) && line.fits != Fits::Elsewhere);
        let Some(best) = own.clone().min_by_key(|line| (line.fits != Fits::Request, line.meaning.causes.first() != Some(&cause))) else {
            return finding;
        };
        let is_first = best.meaning.causes.first() == Some(&cause);
        let status = if best.fits == Fits::Request && is_first { Status::Likely } else { Status::Possible };
        if finding.status != Status::RuledOut && (status, Basis::Seen) < (finding.status, finding.basis) {
            let when = match best.fits {
                Fits::Request => "at the time of a request that fails",
                Fits::Unknown | Fits::Elsewhere => "at a time that is not known",
            };
            let reason = Redacted::fill("The origin's log says, {}: {}", &[&when, &best.meaning.means]);
            finding = Finding { evidence: finding.evidence, ..Finding::seen(status, reason) };
        }
        let cited = own.take(MAX_CITED).map(|line| Evidence {
            side: None,
            index: Some(line.extract),
            field: Redacted::fixed("log line"),
            value: Redacted::fixed(line.meaning.phrase),
            polarity: Polarity::Supports,
        });
        finding.with(cited)
    }
}

fn fits(statement: &Statement, failing: &[&Entry], offset: UtcOffset) -> Fits {
    if failing.is_empty() {
        return Fits::Unknown;
    }
    if let Some(own) = &statement.ray {
        let is_it = failing.iter().filter_map(|entry| ray(entry)).any(|ray| ray.id() == own.id());
        return if is_it { Fits::Request } else { Fits::Elsewhere };
    }
    if !failing.iter().any(|entry| is_at_host(statement, entry)) {
        return Fits::Elsewhere;
    }
    let local = statement.local_time.and_then(|local| offset.to_utc(local));
    match statement.time.or(local) {
        Some(at) if failing.iter().any(|entry| is_within(at, entry) && can_be_of(statement, entry)) => Fits::Request,
        Some(_) => Fits::Elsewhere,
        None if statement.yearless.is_some_and(|day| !failing.iter().any(|entry| is_near(day, entry))) => Fits::Elsewhere,
        None => Fits::Unknown,
    }
}

/// Whether a line can be about a request: no other host is named, and no other path was asked for. Without a method the path may be that of
/// a script behind the server. Of an error page, which has no method, no path is known.
fn can_be_of(statement: &Statement, entry: &Entry) -> bool {
    let asked = Address::new(&entry.request.url);
    let answered = statement.entry.as_deref().filter(|line| line.response.status > 0 || !line.request.method.is_empty());
    let path = answered.filter(|_| !entry.request.method.is_empty() && !entry.request.url.is_empty());
    let path = path.map(|line| Address::new(&line.request.url).path).filter(|path| !path.is_empty());
    is_at_host(statement, entry) && path.is_none_or(|path| path == asked.path)
}

/// Whether a line names no other host than that of a request.
fn is_at_host(statement: &Statement, entry: &Entry) -> bool {
    let asked = Address::new(&entry.request.url);
    let is_it = |host: &str| asked.host.is_empty() || [asked.host, asked.host_name()].iter().any(|own| host.eq_ignore_ascii_case(own));
    statement.host.as_deref().is_none_or(is_it)
}

/// Whether a moment without its year, as if it were one of 2000, may be on the day of a request, whatever the zone of the clock.
fn is_near(at: Timestamp, entry: &Entry) -> bool {
    let in_2000 = |time: Timestamp| ["2000", time.to_string().get(4..)?].concat().parse::<Timestamp>().ok();
    let Some(began) = time(entry).and_then(in_2000) else { return true };
    let apart = (at.unix_ms() - began.unix_ms()).abs();
    apart.min(366 * DAY_MS - apart) <= DAY_MS
}

/// A moment falls into the time in which a request was worked on.
fn is_within(at: Timestamp, entry: &Entry) -> bool {
    let Some(began) = time(entry) else { return false };
    let took = waited(entry).and_then(|waited| i64::try_from(waited.max_ms).ok()).unwrap_or(0);
    (-APART_MS..=took + APART_MS).contains(&(at.unix_ms() - began.unix_ms()))
}
