//! What lines of the origin's logs say for a cause.

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::is_of_site;
use fivetwenty_inputs::{LogMeaning, Speaker, Statement};
use fivetwenty_model::{Basis, Polarity, Status, TextKind};
use fivetwenty_redact::Redacted;

use crate::clock::When;
use crate::facts::Facts;
use crate::finding::{Evidence, Finding};
use crate::wait::waited;

/// Lines that are cited of one cause at most.
const MAX_CITED: usize = 5;
/// What speaks for so many causes makes none of them likely.
const MANY: usize = 5;
/// The tolerance between the clocks of an origin and of Cloudflare, in milliseconds. Logs have whole seconds.
const APART_MS: i64 = 2_000;
/// The maximum number of failing requests to compare each line with. There may be a million, and thousands of lines.
const MAX_FAILING: usize = 500;
/// A day in milliseconds. No time zone differs more from UTC, with the time that a request takes.
const DAY_MS: i64 = 86_400_000;

/// The lines of logs whose meaning is known.
pub(super) struct Logs(Vec<Line>);

struct Line {
    /// The number among all extracts of the texts.
    extract: u32,
    /// Cloudflare wrote it.
    is_cloudflares: bool,
    /// It is cited, and the counts of its log say how much it weighs.
    is_counted: bool,
    meaning: &'static LogMeaning,
    fits: Fits,
}

/// How a line fits to the requests that fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fits {
    /// It has the Ray ID of one, or it was written during one and names no other host or path.
    Request,
    /// It has no time or no year, or no failing request is known. It may belong to one.
    Unknown,
    /// It falls into no time of one, or names another host, or what fails is no 520.
    Elsewhere,
}

impl Logs {
    /// The log lines of all texts. `offset` is the UTC offset for lines that do not state one.
    pub(super) fn new(facts: &Facts<'_>, offset: UtcOffset) -> Self {
        let failing = failing(facts);
        let hosts = facts.proxied.as_ref().map_or(&[][..], |view| &view.hosts);
        let are_others = failing.is_empty() && facts.proxied.iter().any(|view| !view.failing.is_empty());
        let lines = facts.case.extracts().zip(0..).filter_map(|(extract, number)| {
            let meaning = extract.statement.log?;
            let fits = if are_others { Fits::Elsewhere } else { fits(&extract.statement, &failing, hosts, offset) };
            let is_cloudflares = extract.kind == TextKind::Logpush;
            // All records were counted, and the counts decide: of the few that were kept only those of other captures' requests say more.
            let is_counted = is_cloudflares && facts.case.logs.is_some() && fits != Fits::Request;
            Some(Line { extract: number, is_cloudflares, is_counted, meaning, fits })
        });
        Self(lines.collect())
    }

    /// Adds the lines that support a cause to its finding. A line about a failing request makes the first cause of its meaning likely, and
    /// the others possible. It proves no more: a log shows what a server noticed, not what it sent. A cause that is ruled out stays so.
    pub(super) fn weigh(&self, cause: &'static str, mut finding: Finding) -> Finding {
        let own = self.0.iter().filter(|line| line.meaning.causes.contains(&cause) && line.fits != Fits::Elsewhere);
        let weighed = own.clone().filter(|line| !line.is_counted);
        if let Some(best) = weighed.min_by_key(|line| (line.fits != Fits::Request, line.meaning.causes.first() != Some(&cause))) {
            finding = raised(best, cause, finding);
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

/// A finding with what a line says for its cause, when that is more than is known.
fn raised(best: &Line, cause: &'static str, finding: Finding) -> Finding {
    let is_first = best.meaning.causes.first() == Some(&cause) && best.meaning.causes.len() < MANY;
    // What a client received may have come from anywhere.
    let is_origins = best.meaning.speaker == Speaker::Origin;
    let status = if best.fits == Fits::Request && is_first && is_origins { Status::Likely } else { Status::Possible };
    if finding.status != Status::RuledOut && (status, Basis::Seen) < (finding.status, finding.basis) {
        let when = match best.fits {
            Fits::Request => "at the time of a failing request",
            Fits::Unknown | Fits::Elsewhere => "at an unknown time",
        };
        let reason = match best.meaning.speaker {
            Speaker::Origin if best.is_cloudflares => Redacted::fill("Cloudflare's log says: {}", &[&best.meaning.means]),
            Speaker::Origin => Redacted::fill("The origin's log says, {}: {}", &[&when, &best.meaning.means]),
            Speaker::Client => Redacted::fill("A client reports, {}: {}", &[&when, &best.meaning.means]),
        };
        return Finding { evidence: finding.evidence, ..Finding::seen(status, reason) };
    }
    finding
}

/// A request that fails, and when it was.
type Failing<'a> = (&'a Entry, Option<When>);

fn failing<'a>(facts: &Facts<'a>) -> Vec<Failing<'a>> {
    let entries = facts.proxied.iter().flat_map(|view| view.failing.iter().filter_map(|index| view.entry(*index)));
    // What is another error has none of these causes.
    let entries = entries.filter(|entry| entry.response.status < 500 || entry.response.status == 520).take(MAX_FAILING);
    entries.map(|entry| (entry, facts.when(Side::Proxied, entry))).collect()
}

/// Tells what belongs to a request that fails: it has its Ray ID, or was written during it and names no other host or path.
pub fn of_failing<'a>(facts: &'a Facts<'a>) -> impl Fn(&Statement) -> bool + 'a {
    let (failing, offset) = (failing(facts), facts.case.offset);
    let hosts = facts.proxied.as_ref().map_or(&[][..], |view| &view.hosts);
    move |statement| !failing.is_empty() && fits(statement, &failing, hosts, offset) == Fits::Request
}

fn fits(statement: &Statement, failing: &[Failing<'_>], hosts: &[String], offset: UtcOffset) -> Fits {
    if failing.is_empty() {
        return Fits::Unknown;
    }
    if let Some(own) = &statement.ray {
        let at_host = failing.iter().filter(|(entry, _)| is_at_host(statement, entry, hosts));
        let is_it = at_host.filter_map(|(entry, _)| ray(entry)).any(|ray| ray.id() == own.id());
        return if is_it { Fits::Request } else { Fits::Elsewhere };
    }
    if !failing.iter().any(|(entry, _)| is_at_host(statement, entry, hosts)) {
        return Fits::Elsewhere;
    }
    let local = statement.local_time.and_then(|local| offset.to_utc(local));
    match statement.time.or(local) {
        Some(at) if failing.iter().any(|failing| is_within(at, failing) && can_be_of(statement, failing.0, hosts)) => Fits::Request,
        Some(_) => Fits::Elsewhere,
        None if statement.yearless.is_some_and(|day| !failing.iter().any(|(_, when)| is_near(day, when.as_ref()))) => Fits::Elsewhere,
        None => Fits::Unknown,
    }
}

/// Whether a line can be about a request: it names no other host and no other path. Without a method, its path may be that of a script
/// behind the server. An error page has no method, so its path is not known.
fn can_be_of(statement: &Statement, entry: &Entry, hosts: &[String]) -> bool {
    let asked = Address::new(&entry.request.url);
    let answered = statement.entry.as_deref().filter(|line| line.response.status > 0 || !line.request.method.is_empty());
    let path = answered.filter(|_| !entry.request.method.is_empty() && !entry.request.url.is_empty());
    let path = path.map(|line| Address::new(&line.request.url).path).filter(|path| !path.is_empty());
    is_at_host(statement, entry, hosts) && path.is_none_or(|path| path == asked.path)
}

/// Whether a line names no other host than that of a request, or of the site where nobody tells the request's.
fn is_at_host(statement: &Statement, entry: &Entry, hosts: &[String]) -> bool {
    let asked = Address::new(&entry.request.url);
    let is_it = |host: &str| match asked.host {
        "" => hosts.is_empty() || hosts.iter().any(|own| is_of_site(host, Address { host: own, ..Address::default() }.host_name())),
        _ => [asked.host, asked.host_name()].iter().any(|own| host.eq_ignore_ascii_case(own)),
    };
    statement.host.as_deref().is_none_or(is_it)
}

/// Whether a time without a year may be on the day of a request in any time zone. Such a time is read as one of the year 2000.
fn is_near(at: Timestamp, when: Option<&When>) -> bool {
    let in_2000 = |time: Timestamp| ["2000", time.to_string().get(4..)?].concat().parse::<Timestamp>().ok();
    let is_near = |(began, _): (Timestamp, _)| {
        let Some(began) = in_2000(began) else { return true };
        let apart = (at.unix_ms() - began.unix_ms()).abs();
        apart.min(366 * DAY_MS - apart) <= DAY_MS
    };
    when.is_none_or(|when| when.moments().any(is_near))
}

/// A moment falls into the time in which a request was worked on.
fn is_within(at: Timestamp, (entry, when): &Failing<'_>) -> bool {
    let took = waited(entry).and_then(|waited| i64::try_from(waited.max_ms).ok()).unwrap_or(0);
    let is_within = |(began, _): (Timestamp, _)| (-APART_MS..=took + APART_MS).contains(&(at.unix_ms() - began.unix_ms()));
    when.iter().flat_map(When::moments).any(is_within)
}
