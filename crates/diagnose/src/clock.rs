//! When a request was: the clocks that tell it, held against each other.
//!
//! Each has an error. The time in a Ray ID is exact to 10 ms, but derived, and an ID may be another request's. `Date` and the time on
//! Cloudflare's error page have whole seconds, and say when Cloudflare answered. The recorder's clock may be off, by the same for all
//! entries. Two that agree outvote one. Of no more than two that disagree neither is believed: both times are given.

use fivetwenty_captures::edge::{answered_by_cloudflare, cloudflares_page, ray};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::{self as redact, Redacted};

use crate::wait::{MAX_MS, lasted};

/// How the recorder's clock of one side differs from Cloudflare's, and what comes of it.
#[derive(Default)]
pub(super) struct Clocks {
    /// The index of every entry of the site with a Ray ID and a start that is not marked as cached, and how many milliseconds Cloudflare's
    /// clock was ahead of the capture's when the request arrived.
    pub(super) readings: Vec<(u32, i64)>,
    /// What three quarters of at least three readings agree on.
    pub(super) offset_ms: Option<i64>,
}

/// When Cloudflare received a request.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The moment, in UTC.
    pub at: Timestamp,
    /// The clocks that agree on it, one or more.
    pub by: Vec<Clock>,
    /// When nothing decides: the other moments, each with the clocks that agree on it.
    pub others: Vec<(Timestamp, Vec<Clock>)>,
    /// The clocks that are outvoted, each with the moment that it gives.
    pub odd: Vec<(Clock, Timestamp)>,
}

/// What one clock says: Cloudflare received the request between these, in Unix milliseconds.
#[derive(Clone, Copy)]
struct Reading {
    clock: Clock,
    /// What it says if its error is nothing.
    at: i64,
    from: i64,
    to: i64,
    /// How much it counts. A recorder's clock that other entries confirm outvotes one Ray ID, never two clocks.
    weight: u32,
}

/// The maximum distance from the median for readings that agree. The latency to Cloudflare varies.
const AGREE_MS: i64 = 2000;
/// Fewer readings agree by chance.
const MIN_READINGS: usize = 3;
/// A wait in milliseconds that is too short for any data centre: the response came from a cache.
const NO_WAIT_MS: f64 = 2.0;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// The error of a recorder's clock: people's machines are off by minutes, and a request can wait in the browser as long.
const RECORDER_MS: i64 = 5 * MINUTE_MS;
/// Cloudflare's own machines differ a little from each other.
const EDGE_MS: i64 = 1000;

impl Clocks {
    pub(super) fn new(view: &SideView<'_>) -> Self {
        let reading = |index: &u32| Some((*index, offset_ms_of(view.entry(*index)?)?));
        let mut readings: Vec<(u32, i64)> = view.on_site.iter().filter_map(reading).collect();
        readings.sort_by_key(|(_, ms)| *ms);
        let median = readings.get(readings.len() / 2).map(|(_, ms)| *ms);
        let agreeing = median.map_or(0, |median| readings.iter().filter(|(_, ms)| (ms - median).abs() <= AGREE_MS).count());
        let agreed = agreeing >= MIN_READINGS && agreeing * 4 >= readings.len() * 3;
        Self { offset_ms: median.filter(|_| agreed), readings }
    }

    /// Whether a response came from the browser's cache although it is not marked: its Ray ID and Date agree, are well before the request,
    /// and there was no wait.
    pub(super) fn looks_cached(&self, entry: &Entry, offset_ms: i64) -> bool {
        let older_by = self.offset_ms.unwrap_or(0) - offset_ms;
        // Without other requests to compare, the clock may be wrong instead. A browser keeps no error of a server's.
        let old = older_by > if self.offset_ms.is_some() { MINUTE_MS } else { 60 * MINUTE_MS };
        let fits = after_ray(entry).is_some_and(|ms| (-1000..MINUTE_MS).contains(&ms));
        old && fits && entry.response.status < 500 && entry.timings.wait.is_none_or(|wait| wait <= NO_WAIT_MS)
    }

    /// When Cloudflare received a request of this side; `None` when no clock tells.
    pub(super) fn when(&self, entry: &Entry) -> Option<When> {
        let received = ray(entry).and_then(|ray| received(&ray));
        let is_cloudflares = answered_by_cloudflare(entry);
        // The Date of anybody else is by the origin's clock.
        let date = is_cloudflares.then(|| date(entry)).flatten();
        let page = cloudflares_page(entry).and_then(|page| page.time).map(Timestamp::unix_ms);
        let is_kept = |sent: i64| received.is_some_and(|received| self.looks_cached(entry, received - sent)) || is_aged(entry, sent);
        let sent = sent(entry).filter(|sent| entry.from_cache.is_none() && !is_kept(*sent));
        let took = lasted(entry).and_then(|ms| i64::try_from(ms).ok()).filter(|ms| *ms > 2);
        let answered =
            |clock, at| Reading { clock, at, from: at - took.map_or(LONGEST_MS, |took| took + MINUTE_MS), to: at + 999, weight: 2 };
        let recorded = |sent: i64| {
            let at = sent + self.offset_ms.unwrap_or(0);
            let weight = 2 + u32::from(self.offset_ms.is_some());
            Reading { clock: Clock::Har, at, from: at - RECORDER_MS, to: at + RECORDER_MS, weight }
        };
        let all = [
            received.map(of_ray),
            date.map(|at| answered(Clock::Date, at)),
            page.map(|at| answered(Clock::ErrorPage, at)),
            sent.map(recorded),
        ];
        weigh(all, took.unwrap_or(LONGEST_MS))
    }
}

/// When a text says that a request was: by its Ray ID and the time that stands with it.
pub(super) fn when_stated(ray: Option<&RayId>, time: Option<Timestamp>) -> Option<When> {
    let written = |at: i64| Reading { clock: Clock::Text, at, from: at - LONGEST_MS, to: at + 999, weight: 2 };
    weigh([ray.and_then(received).map(of_ray), time.map(|time| written(time.unix_ms())), None, None], LONGEST_MS)
}

/// The longest that Cloudflare can be set to wait, in milliseconds.
const LONGEST_MS: i64 = MAX_MS.cast_signed();

fn of_ray(at: i64) -> Reading {
    Reading { clock: Clock::RayId, at, from: at, to: at + 10, weight: 2 }
}

/// Some of the clocks, which agree: one bit for each.
struct Agreed {
    mask: usize,
    weight: u32,
    /// How far they are apart, in milliseconds.
    spread: i64,
}

/// Finds the clocks that agree. `took` is how long the request took at most, in milliseconds.
fn weigh(all: [Option<Reading>; 4], took: i64) -> Option<When> {
    let of =
        |mask: usize| all.iter().enumerate().filter(move |(bit, _)| mask & (1 << bit) != 0).filter_map(|(_, reading)| reading.as_ref());
    let present = (0..all.len()).filter(|bit| all[*bit].is_some()).fold(0, |mask, bit| mask | 1 << bit);
    let agree = |one: &Reading, other: &Reading| one.from - EDGE_MS <= other.to && other.from - EDGE_MS <= one.to;
    let agreed = |mask: usize| {
        let (from, to) = (of(mask).map(|reading| reading.at).min()?, of(mask).map(|reading| reading.at).max()?);
        let weight = of(mask).map(|reading| reading.weight).sum();
        of(mask).all(|one| of(mask).all(|other| agree(one, other))).then_some(Agreed { mask, weight, spread: to - from })
    };
    let mut sets: Vec<Agreed> = match agreed(present) {
        Some(all) => vec![all],
        None => (1..=present).filter(|mask| mask & present == *mask).filter_map(agreed).collect(),
    };
    let most = sets.iter().map(|set| set.weight).max()?;
    sets.retain(|set| set.weight == most);
    sets.sort_by_key(|set| set.spread);
    // A clock that agrees with each of two that do not agree decides for the one that is much nearer.
    if let [first, second, ..] = &sets[..]
        && first.mask & second.mask != 0
        && first.spread * 2 < second.spread
    {
        sets.truncate(1);
    }
    let has = |mask: usize, clock: Clock| of(mask).any(|reading| reading.clock == clock);
    let at = |mask: usize| {
        let ray = of(mask).find(|reading| reading.clock == Clock::RayId);
        let har = of(mask).find(|reading| reading.clock == Clock::Har);
        let answered = of(mask).find(|reading| matches!(reading.clock, Clock::Date | Clock::ErrorPage | Clock::Text));
        let ms = match (ray, har, answered) {
            (Some(ray), ..) => ray.at,
            (None, Some(har), Some(answered)) => har.at.clamp(answered.at - took - EDGE_MS, answered.to),
            (None, Some(har), None) => har.at,
            (None, None, answered) => answered?.at - if took == LONGEST_MS { 0 } else { took },
        };
        Some((Timestamp::from_unix_ms(ms)?, of(mask).map(|reading| reading.clock).collect::<Vec<_>>()))
    };
    // A machine can be in another zone, but with a clock that is off by more no browser takes a certificate: the Ray ID is another's then.
    let is_near = of(present).all(|one| of(present).all(|other| (one.at - other.at).abs() <= DAY_MS));
    sets.sort_by_key(|set| match is_near {
        true => (has(set.mask, Clock::Har), !has(set.mask, Clock::RayId)),
        false => (!has(set.mask, Clock::Har), has(set.mask, Clock::RayId)),
    });
    let mask = sets.first()?.mask;
    let mut moments = sets.iter().filter_map(|set| at(set.mask));
    let (at, by) = moments.next()?;
    let others: Vec<_> = moments.collect();
    let odd = of(present & !mask).filter_map(|reading| Some((reading.clock, Timestamp::from_unix_ms(reading.at)?)));
    Some(When { odd: if others.is_empty() { odd.collect() } else { Vec::new() }, at, by, others })
}

impl When {
    /// All moments at which it may have been, the likeliest first.
    pub fn moments(&self) -> impl Iterator<Item = (Timestamp, &[Clock])> {
        [(self.at, &self.by[..])].into_iter().chain(self.others.iter().map(|(at, by)| (*at, &by[..])))
    }

    /// How many milliseconds an outvoted clock is after the moment that the others agree on.
    pub(super) fn odd_by(&self, clock: Clock) -> Option<i64> {
        let (_, at) = self.odd.iter().find(|(odd, _)| *odd == clock)?;
        Some(at.unix_ms() - self.at.unix_ms())
    }
}

/// How many milliseconds the Date of a response, in whole seconds, is after its Ray ID.
pub(super) fn after_ray(entry: &Entry) -> Option<i64> {
    Some(date(entry)? - received(&ray(entry)?)?)
}

/// A duration as text, rounded down: seconds up to two minutes, then minutes, hours, days, years.
pub(super) fn span(ms: u64) -> Redacted<String> {
    let counted = |count: u64, one, many| redact::counted(usize::try_from(count).unwrap_or(usize::MAX), one, many);
    match ms / 1000 {
        seconds @ 0..120 => counted(seconds, "second", "seconds"),
        seconds @ 120..7200 => counted(seconds / 60, "minute", "minutes"),
        seconds @ 7200..172_800 => counted(seconds / 3600, "hour", "hours"),
        seconds @ 172_800..63_072_000 => counted(seconds / 86_400, "day", "days"),
        seconds => counted(seconds / 31_536_000, "year", "years"),
    }
}

/// The entries that something is said of: `entry 3`, `entries 3 and 4`, `entries 3, 4, 5 and 12 more`.
pub(super) fn entries(indices: &[u32]) -> Redacted<String> {
    const NAMED: usize = 3;
    let listed = |indices: &[u32]| Redacted::join(indices.iter().map(|index| Redacted::fill("{}", &[index])), ", ");
    match indices {
        [only] => Redacted::fill("entry {}", &[only]),
        [first @ .., last] if indices.len() <= NAMED => Redacted::fill("entries {} and {}", &[&listed(first), last]),
        _ => Redacted::fill(
            "entries {} and {} more",
            &[&listed(&indices[..NAMED.min(indices.len())]), &(indices.len().saturating_sub(NAMED))],
        ),
    }
}

/// The time in a Ray ID, in Unix milliseconds. A digit of a short one may be missing.
pub(super) fn received(ray: &RayId) -> Option<i64> {
    (!ray.is_short()).then(|| ray.received()).flatten().map(Timestamp::unix_ms)
}

/// The Date of a response, in Unix milliseconds.
pub(super) fn date(entry: &Entry) -> Option<i64> {
    Timestamp::from_http_date(&entry.response.header("date")?.value).ok().map(Timestamp::unix_ms)
}

/// When the browser sent the request, by its machine's clock, in Unix milliseconds.
fn sent(entry: &Entry) -> Option<i64> {
    // Without an answer Chrome writes the whole time as blocked.
    let times = if entry.response.status > 0 { entry.timings } else { Default::default() };
    let before: f64 = [times.blocked, times.dns, times.connect, times.send].into_iter().flatten().filter(|ms| *ms > 0.0).sum();
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and the sum is bounded")]
    let before = before.min(1e9) as i64;
    Some(entry.started?.unix_ms() + before)
}

/// Whether a cache on the way gave an old answer, and says how old. Cloudflare's own gives its answers a new Date.
fn is_aged(entry: &Entry, sent: i64) -> bool {
    let age = entry.response.header("age").and_then(|age| age.value.trim().parse::<i64>().ok()).and_then(|age| age.checked_mul(1000));
    age.zip(date(entry)).is_some_and(|(age, date)| age > MINUTE_MS && (sent - date.saturating_add(age)).abs() <= RECORDER_MS)
}

/// How many milliseconds Cloudflare's clock was ahead of the capture's when the request arrived. A Ray ID that its Date contradicts tells
/// nothing of the capture's clock.
fn offset_ms_of(entry: &Entry) -> Option<i64> {
    let sent = sent(entry).filter(|_| entry.from_cache.is_none())?;
    let fits = after_ray(entry).is_none_or(|ms| (-2 * EDGE_MS..=LONGEST_MS).contains(&ms));
    received(&ray(entry)?).filter(|_| fits).map(|received| received - sent)
}
