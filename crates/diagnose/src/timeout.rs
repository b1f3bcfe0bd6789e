//! The timeouts that are known, and whether what fails ran into one of the origin's: at a server's default, or the same long wait again
//! and again.

use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_unnamed;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::report::Waited;

use crate::facts::Facts;
use crate::wait::{lasted, waited};

/// A time limit of Cloudflare or of a server.
pub struct Timeout {
    /// In milliseconds.
    pub ms: u64,
    /// Whose it is, as in "a default of …".
    pub of: &'static str,
    /// What happens then. It follows a comma.
    pub then: &'static str,
    /// Which side ends the wait, and how.
    pub ends: Ends,
    /// The page that documents it.
    pub source: &'static str,
}

/// Which side ends the wait, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// The origin closes the connection without an answer.
    Closed,
    /// The origin ends it in another way.
    Origin,
    /// Cloudflare ends it, and its error is not a 520.
    Cloudflare,
}

const CONNECTION_LIMITS: &str = "https://developers.cloudflare.com/fundamentals/reference/connection-limits/";

/// The known timeouts, the shortest first: Cloudflare's limits and the defaults of servers.
///
/// The timeouts of proxies (60 s for nginx and Apache) end in a 502 or 504. That is a response, so they close nothing.
pub const TIMEOUTS: [Timeout; 8] = [
    Timeout {
        ms: 19_000,
        of: "Cloudflare's timeout for connecting to the origin",
        then: "which ends in a 522",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 30_000,
        of: "Gunicorn's worker timeout",
        then: "which closes the connection",
        ends: Ends::Closed,
        source: "https://docs.gunicorn.org/en/stable/settings.html",
    },
    Timeout {
        ms: 60_000,
        of: "the timeout of uWSGI's HTTP router",
        then: "which closes the connection; nginx and Apache wait as long and return 502 or 504",
        ends: Ends::Closed,
        source: "https://uwsgi-docs.readthedocs.io/en/latest/HTTP.html",
    },
    Timeout {
        ms: 90_000,
        of: "Cloudflare's timeout for an origin that sends no ACK",
        then: "which ends in a 522",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 120_000,
        of: "Node.js's timeout up to version 12",
        then: "which closes the connection",
        ends: Ends::Closed,
        source: "https://nodejs.org/docs/latest-v12.x/api/http.html",
    },
    Timeout {
        ms: 125_000,
        of: "Cloudflare's timeout for a response",
        then: "which ends in a 524",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
    Timeout {
        ms: 300_000,
        of: "Debian's timeout for Apache",
        then: "which ends the read or write",
        ends: Ends::Origin,
        source: "https://httpd.apache.org/docs/2.4/mod/core.html",
    },
    Timeout {
        ms: 900_000,
        of: "Cloudflare's timeout for an idle connection",
        then: "which closes it",
        ends: Ends::Cloudflare,
        source: CONNECTION_LIMITS,
    },
];

/// No server has a shorter timeout.
pub(super) const LONG_MS: u64 = 5_000;

/// From here on the browser's retries count. Below it, the multiples of a wait are too close to each other.
const TELLING_MULTIPLES_MS: u64 = 10_000;

/// Chrome retries once for each kept-alive connection that closes without a response: the maximum number of tries.
const MAX_TRIES: u64 = 4;

/// Cloudflare, too, asks again over further kept connections that close without a response: a limit of 15 s was seen as a wait of 75 s.
const MAX_REPEATS: u64 = 5;

/// How early a timeout can fire.
const EARLY_MS: u64 = 500;

/// How late a timeout can show. Servers check their clocks about once a second, and the network adds to it.
const LATE_MS: u64 = 2_500;

/// Requests that ran into one timeout.
pub(super) struct TimedOut {
    /// How long Cloudflare waited for the first of them.
    pub(super) waited: Waited,
    /// The default of a server that this is, and after how many tries.
    pub(super) default: Option<(&'static Timeout, u64)>,
    /// Nothing but a multiple of a default speaks for it.
    pub(super) is_multiple: bool,
    /// The proxied entries that waited as long.
    pub(super) proxied: Vec<u32>,
    /// Those whose direct request also ended without a response after the same wait: proxied and direct entry.
    pub(super) both: Vec<(u32, u32)>,
    /// The timeout explains every failure: there is no other wait, and no direct response or other fault.
    pub(super) is_all: bool,
}

/// The timeout that the failing requests reached: a server's default, or the same long wait for different requests.
pub(super) fn timed_out(facts: &Facts<'_>) -> Option<TimedOut> {
    let known = facts.failing_pairs().iter().filter_map(|(proxied, direct)| {
        let ms = waited(facts.proxied_entry(*proxied)?)?.max_ms;
        Some((ms, *proxied, *direct))
    });
    let waits: Vec<(u64, u32, Option<u32>)> = known.collect();
    let certain = at_default(&waits, 1).or_else(|| clustered(facts, waits.clone()));
    let is_multiple = certain.is_none();
    let (from, to, default) = certain.or_else(|| (2..=MAX_REPEATS).find_map(|tries| at_default(&waits, tries)))?;
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
    let first = waited(facts.proxied_entry(those.first()?.1)?)?;
    Some(TimedOut { waited: first, default, is_multiple, proxied: those.iter().map(|(_, proxied, _)| *proxied).collect(), both, is_all })
}

impl Timeout {
    /// Whether a wait of this many milliseconds may have ended in it.
    pub fn is_near(&self, ms: u64) -> bool {
        self.is_repeated(ms, 1)
    }

    /// Whether a wait of this many milliseconds may have ended in it at this many tries, one after the other. Each adds its own error.
    fn is_repeated(&self, ms: u64, tries: u64) -> bool {
        ((self.ms.saturating_sub(EARLY_MS)) * tries..=(self.ms + LATE_MS) * tries).contains(&ms)
    }
}

/// The server default that a wait matches, among those that close the connection.
pub(super) fn default(ms: u64) -> Option<&'static Timeout> {
    defaults().find(|default| default.is_near(ms))
}

fn defaults() -> impl Iterator<Item = &'static Timeout> {
    TIMEOUTS.iter().filter(|timeout| timeout.ends == Ends::Closed)
}

/// Whether the connection closed or was reset without a response. Without error names, no response is enough.
pub(super) fn broke_off(entry: &Entry) -> bool {
    let named = ["net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET", "net::ERR_CONNECTION_CLOSED"];
    is_unnamed(entry) || (entry.response.status == 0 && entry.response.error.as_deref().is_some_and(|error| named.contains(&error)))
}

/// Whether a direct request took as long as Cloudflare waited, or a small multiple of it after retries.
fn is_as_long(proxied: u64, direct: u64) -> bool {
    let tolerance = tolerance(proxied);
    let tries = if proxied >= TELLING_MULTIPLES_MS { MAX_TRIES } else { 1 };
    (1..=tries).any(|times| direct.abs_diff(proxied * times) <= tolerance * times)
}

/// Whether the connection closed without a response after so long that a timeout is the nearest explanation.
pub(super) fn is_closed_late(entry: &Entry) -> bool {
    /// A crash may take some seconds of work.
    const LATE_MS: u64 = 10_000;
    broke_off(entry) && lasted(entry).is_some_and(|ms| ms >= LATE_MS)
}

/// The tolerance between two measurements of the same wait, in milliseconds.
fn tolerance(ms: u64) -> u64 {
    (ms / 20).max(1000)
}

/// A range of waits, the default that it is, and after how many tries.
type Range = (u64, u64, Option<(&'static Timeout, u64)>);

/// The default that most waits reached after this many tries.
fn at_default(waits: &[(u64, u32, Option<u32>)], tries: u64) -> Option<Range> {
    // What is near a limit as it is, Cloudflare's own ones too, is no multiple of another.
    let is_exact = |ms: u64| TIMEOUTS.iter().any(|timeout| timeout.is_near(ms));
    let fits = |timeout: &Timeout, ms: u64| timeout.is_repeated(ms, tries) && (tries == 1 || !is_exact(ms));
    let near = |timeout: &Timeout| waits.iter().filter(|(ms, ..)| fits(timeout, *ms)).count();
    let nearest = defaults().max_by_key(|timeout| near(timeout)).filter(|timeout| near(timeout) > 0)?;
    Some(((nearest.ms - EARLY_MS) * tries, (nearest.ms + LATE_MS) * tries, Some((nearest, tries))))
}

/// How many times Cloudflare must have tried that a direct request of this length became a wait of that length, both in milliseconds;
/// `None` when it is none of 2 to 5.
pub(super) fn repeats(direct: u64, proxied: u64) -> Option<u64> {
    (2..=MAX_REPEATS).find(|tries| direct >= TELLING_MULTIPLES_MS && proxied.abs_diff(direct * tries) <= direct / 20 * tries)
}

/// Different requests with the same wait, to within a second. The same request may do the same work before each crash, so it does not count.
fn clustered(facts: &Facts<'_>, waits: Vec<(u64, u32, Option<u32>)>) -> Option<Range> {
    let mut long: Vec<_> = waits.into_iter().filter(|(ms, ..)| *ms >= LONG_MS).collect();
    sort_by_key(&mut long, |(ms, ..)| *ms);
    let url = |index: u32| facts.proxied_entry(index).map(|entry| request_key(&entry.request));
    let pair = long.windows(2).find(|pair| pair[1].0 - pair[0].0 <= 1000 && url(pair[0].1) != url(pair[1].1))?;
    Some((pair[1].0.saturating_sub(1000), pair[0].0 + 1000, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a multiple goes before the exact timeout, a wait at one of Cloudflare's own limits is read as a multiple, or the tolerance
    /// does not grow with the tries.
    #[test]
    fn the_exact_timeout_goes_before_its_multiples() {
        let found = |ms: u64| {
            (1..=MAX_REPEATS)
                .find_map(|tries| at_default(&[(ms, 0, None)], tries))
                .and_then(|(.., of)| of)
                .map(|(of, tries)| (of.ms, tries))
        };
        assert_eq!(found(30_400), Some((30_000, 1)));
        assert_eq!(found(60_400), Some((60_000, 1)));
        assert_eq!(found(121_000), Some((120_000, 1)));
        assert_eq!([found(90_500), found(125_200), found(301_000)], [None; 3]);
        assert_eq!(found(151_200), Some((30_000, 5)));
        assert_eq!(found(162_400), Some((30_000, 5)));
        assert_eq!(found(181_000), Some((60_000, 3)));
        assert_eq!([found(17_000), found(45_000), found(75_000), found(170_000)], [None; 4]);
    }

    /// Breaks when a wait of Cloudflare's is not told to be the direct one repeated, or any two waits are.
    #[test]
    fn a_direct_wait_repeated_is_recognised() {
        assert_eq!(repeats(15_040, 75_250), Some(5));
        assert_eq!(repeats(30_120, 60_350), Some(2));
        assert_eq!([repeats(15_040, 15_100), repeats(15_040, 37_000), repeats(15_040, 105_000), repeats(2_000, 10_000)], [None; 4]);
    }
}
