//! The timeouts that are known, and whether what fails ran into one of the origin's: at a server's default, or the same long wait again
//! and again.

use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::by_key;

use super::wait::lasted;
use crate::facts::Facts;
use crate::wait::waited;

/// A time after which somebody who waits gives up.
pub struct Timeout {
    /// In milliseconds.
    pub ms: u64,
    /// Whose it is, as in "a default of …".
    pub of: &'static str,
    /// What happens then, as what follows a comma.
    pub then: &'static str,
    /// Who gives up, and what comes of it.
    pub ends: Ends,
    /// The page that says so.
    pub source: &'static str,
}

/// Who gives up, and what comes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// The origin closes the connection without an answer.
    Closed,
    /// The origin gives up in a way of its own.
    Origin,
    /// Cloudflare gives up, with another error than 520 if with one.
    Cloudflare,
}

const CONNECTION_LIMITS: &str = "https://developers.cloudflare.com/fundamentals/reference/connection-limits/";

/// The timeouts that are known, the shortest first: Cloudflare's own, and those that servers come with.
///
/// Proxies' own ones (60 s of nginx and Apache) end in a 502 or 504, which is an answer, so they close nothing.
pub const TIMEOUTS: [Timeout; 8] = [
    Timeout {
        ms: 19_000,
        of: "Cloudflare's time-out for connecting to the origin",
        then: "which ends in a 522",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 30_000,
        of: "Gunicorn's worker time-out",
        then: "which closes the connection",
        ends: Ends::Closed,
        source: "https://docs.gunicorn.org/en/stable/settings.html",
    },
    Timeout {
        ms: 60_000,
        of: "the time-out of uWSGI's HTTP router",
        then: "which closes the connection; nginx and Apache wait as long and answer 502 or 504",
        ends: Ends::Closed,
        source: "https://uwsgi-docs.readthedocs.io/en/latest/HTTP.html",
    },
    Timeout {
        ms: 90_000,
        of: "Cloudflare's time-out for an origin that acknowledges nothing",
        then: "which ends in a 522",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 120_000,
        of: "Node.js's time-out up to version 12",
        then: "which closes the connection",
        ends: Ends::Closed,
        source: "https://nodejs.org/docs/latest-v12.x/api/http.html",
    },
    Timeout {
        ms: 125_000,
        of: "Cloudflare's time-out for an answer",
        then: "which ends in a 524",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 300_000,
        of: "the time-out that Debian sets for Apache",
        then: "which ends what is being read or written",
        ends: Ends::Origin,
        source: "https://httpd.apache.org/docs/2.4/mod/core.html",
    },
    Timeout {
        ms: 900_000,
        of: "Cloudflare's time-out for a connection that nobody uses",
        then: "which closes it",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
];

/// Less is no timeout of any server's.
pub(super) const LONG_MS: u64 = 5_000;

/// From here on a browser that asked again on other connections is thought of: below, the multiples of a wait are too near each other.
const TELLING_MULTIPLES_MS: u64 = 10_000;

/// Chrome asks again when a kept-alive connection is closed without an answer, once for each that it has: so often at most.
const MAX_TRIES: u64 = 4;

/// A clock may be looked at a little early: so much at most.
const EARLY_MS: u64 = 500;

/// Servers look at their clocks once a second or so, and the way there and back comes on top: so much later at most.
const LATE_MS: u64 = 2_500;

/// Requests that ran into one timeout.
pub(super) struct TimedOut {
    /// How long Cloudflare waited for the first of them, in milliseconds.
    pub(super) ms: u64,
    /// Whose default that is.
    pub(super) of: Option<&'static str>,
    /// Those that waited as long, by their proxied entries.
    pub(super) proxied: Vec<u32>,
    /// Those among them that the origin broke off without an answer after as long, when it was asked itself: proxied and direct entry.
    pub(super) both: Vec<(u32, u32)>,
    /// Nothing that fails is left to explain: no other wait, and no direct answer or fault of another kind.
    pub(super) is_all: bool,
}

/// The timeout that the failing requests ran into: a server's default, or the same long wait of different requests.
pub(super) fn timed_out(facts: &Facts<'_>) -> Option<TimedOut> {
    let known = facts.failing_pairs().iter().filter_map(|(proxied, direct)| {
        let ms = waited(facts.proxied_entry(*proxied)?)?.max_ms;
        Some((ms, *proxied, *direct))
    });
    let waits: Vec<(u64, u32, Option<u32>)> = known.collect();
    let (from, to, of) = at_default(&waits).or_else(|| clustered(facts, waits.clone()))?;
    let those: Vec<_> = waits.iter().filter(|(ms, ..)| (from..=to).contains(ms)).collect();
    let both: Vec<(u32, u32)> = those
        .iter()
        .filter_map(|(ms, proxied, direct)| {
            let index = (*direct)?;
            let entry = facts.direct_entry(index).filter(|entry| broke_off(entry))?;
            let direct = lasted(entry)?;
            // A browser that names no errors, Firefox, asks again some ten times, and adds the phases of all tries up.
            let as_long = is_as_long(*ms, direct) || (is_unnamed(entry) && direct + tolerance(*ms) >= *ms);
            as_long.then_some((*proxied, index))
        })
        .collect();
    let with_partner = facts.failing_pairs().iter().filter(|(_, direct)| direct.is_some()).count();
    let is_all = !both.is_empty() && those.len() == waits.len() && both.len() == with_partner;
    let ms = those.first().map(|(ms, ..)| *ms)?;
    Some(TimedOut { ms, of, proxied: those.iter().map(|(_, proxied, _)| *proxied).collect(), both, is_all })
}

impl Timeout {
    /// Whether a wait of so many milliseconds may have ended in it.
    pub fn is_near(&self, ms: u64) -> bool {
        (self.ms.saturating_sub(EARLY_MS)..=self.ms + LATE_MS).contains(&ms)
    }
}

/// The server's default that a wait is, of those that end in a closed connection.
pub(super) fn default(ms: u64) -> Option<&'static Timeout> {
    defaults().find(|default| default.is_near(ms))
}

fn defaults() -> impl Iterator<Item = &'static Timeout> {
    TIMEOUTS.iter().filter(|timeout| timeout.ends == Ends::Closed)
}

/// Whether the connection was closed or reset without an answer, or, in a browser that names no errors, there was none.
pub(super) fn broke_off(entry: &Entry) -> bool {
    let named = ["net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET", "net::ERR_CONNECTION_CLOSED"];
    is_unnamed(entry) || (entry.response.status == 0 && entry.response.error.as_deref().is_some_and(|error| named.contains(&error)))
}

/// Whether a direct request took as long as Cloudflare waited, or a small multiple of it because the browser tried again.
fn is_as_long(proxied: u64, direct: u64) -> bool {
    let tolerance = tolerance(proxied);
    let tries = if proxied >= TELLING_MULTIPLES_MS { MAX_TRIES } else { 1 };
    (1..=tries).any(|times| direct.abs_diff(proxied * times) <= tolerance * times)
}

/// How far two measurements of the same wait may be apart, in milliseconds.
fn tolerance(ms: u64) -> u64 {
    (ms / 20).max(1000)
}

/// A range of waits, and whose default it is.
type Range = (u64, u64, Option<&'static str>);

fn at_default(waits: &[(u64, u32, Option<u32>)]) -> Option<Range> {
    let near = |timeout: &Timeout| waits.iter().filter(|(ms, ..)| timeout.is_near(*ms)).count();
    let nearest = defaults().max_by_key(|timeout| near(timeout)).filter(|timeout| near(timeout) > 0)?;
    Some((nearest.ms - EARLY_MS, nearest.ms + LATE_MS, Some(nearest.of)))
}

/// Different requests that waited as long as each other, to a second: the same request may do the same work each time before it crashes.
fn clustered(facts: &Facts<'_>, waits: Vec<(u64, u32, Option<u32>)>) -> Option<Range> {
    let long: Vec<_> = by_key(waits, |(ms, ..)| *ms).into_iter().filter(|(ms, ..)| *ms >= LONG_MS).collect();
    let url = |index: u32| facts.proxied_entry(index).map(|entry| request_key(&entry.request));
    let pair = long.windows(2).find(|pair| pair[1].0 - pair[0].0 <= 1000 && url(pair[0].1) != url(pair[1].1))?;
    Some((pair[1].0.saturating_sub(1000), pair[0].0 + 1000, None))
}
