//! When a request was: the clocks that tell it, held against each other.
//!
//! Each has an error. The time in a Ray ID is exact to 10 ms, but derived, and an ID may be another request's. `Date` and the time on
//! Cloudflare's error page have whole seconds, and say when Cloudflare answered. The recorder's clock may be off, by the same for all
//! entries. Two that agree outvote one. Of no more than two that disagree neither is believed: both times are given.

use fivetwenty_captures::edge::{answered_by_cloudflare, cloudflares_page, ray};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Entry, Timings};
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::{self as redact, Redacted};

use crate::lasted::{MAX_MS, lasted};

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
        sort_by_key(&mut readings, |(_, ms)| *ms);
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
    sort_by_key(&mut sets, |set| set.spread);
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
    sort_by_key(&mut sets, |set| [has(set.mask, Clock::Har) == is_near, has(set.mask, Clock::RayId) != is_near]);
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
    let times = if entry.response.status > 0 { *entry.timings } else { Timings::default() };
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use fivetwenty_captures::Side;
    use fivetwenty_captures::har::Capture;

    use super::*;
    use crate::{advice, diagnose};

    /// Of 2026-11-20T10:00:00.040Z.
    const RAY: &str = "a5d69ae8401a1c3f";
    /// Of 2024-07-23T17:25:07.150Z.
    const OLD: &str = "8a7d5e2fbcd1a1c3";

    /// An entry of a HAR file: its start, and lines: `wait: 40`, `status: 200`, `page: …` (the time on the error page), or a header.
    fn entry(start: &str, lines: &str) -> String {
        let (mut headers, mut wait, mut status, mut page) =
            (vec![r#"{"name":"server","value":"cloudflare"}"#.to_owned()], "-1", "520", String::new());
        for (name, value) in lines.lines().filter_map(|line| line.trim().split_once(": ")) {
            match name {
                "wait" => wait = value,
                "status" => status = value,
                "page" => page = format!(r#"{{\"cloudflare_error\":true,\"error_code\":520,\"timestamp\":\"{value}\"}}"#),
                _ => headers.push(format!(r#"{{"name":"{name}","value":"{value}"}}"#)),
            }
        }
        format!(
            r#"{{"startedDateTime":"{start}","request":{{"method":"GET","url":"https://shop.example/"}},"timings":{{"wait":{wait}}},
                "response":{{"status":{status},"headers":[{}],"content":{{"text":"{page}"}}}}}}"#,
            headers.join(",")
        )
    }

    fn capture(entries: &[String]) -> Rc<Capture> {
        Rc::new(Capture::read("a.har", [format!("[{}]", entries.join(",")).as_bytes()]).unwrap())
    }

    /// `at` and the clocks that agree, every other moment, and the outvoted clocks.
    #[track_caller]
    fn check(start: &str, lines: &str, expected: &str) {
        let capture = capture(&[entry(start, lines)]);
        let names = |clocks: &[Clock]| clocks.iter().map(|clock| format!("{clock:?}")).collect::<Vec<_>>().join("+");
        let text = Clocks::default().when(&capture.entries[0]).map(|when| {
            let moments = when.moments().map(|(at, by)| format!("{at} {}", names(by))).collect::<Vec<_>>().join(", or ");
            let odd = names(&when.odd.iter().map(|(clock, _)| *clock).collect::<Vec<_>>());
            if odd.is_empty() { moments } else { format!("{moments}, not {odd}") }
        });
        assert_eq!(text.unwrap_or_default(), expected);
    }

    /// Breaks when one clock is believed against two that agree, or which they are is not said.
    #[test]
    fn two_clocks_outvote_one() {
        let date = "date: Fri, 20 Nov 2026 10:00:00 GMT";
        let all = format!("cf-ray: {RAY}-DFW\n{date}\npage: 2026-11-20T10:00:00Z\nwait: 40");
        check("2026-11-20T10:00:00Z", &all, "2026-11-20T10:00:00.040Z RayId+Date+ErrorPage+Har");
        // A Ray ID of another request, years or an hour before.
        check("2026-11-20T10:00:00Z", &format!("cf-ray: {OLD}\n{date}\nwait: 40"), "2026-11-20T10:00:00.000Z Date+Har, not RayId");
        check(
            "2026-11-20T10:00:00Z",
            "cf-ray: a5d64304401a1c3f\npage: 2026-11-20T10:00:00Z\nwait: 40",
            "2026-11-20T10:00:00.000Z ErrorPage+Har, not RayId",
        );
        // A recorder in another zone, or with a wrong clock.
        for start in ["2026-11-20T13:00:00Z", "2026-11-20T04:30:00Z", "2025-11-20T10:00:00Z"] {
            check(start, &format!("cf-ray: {RAY}\n{date}\nwait: 40"), "2026-11-20T10:00:00.040Z RayId+Date, not Har");
        }
        // A Date or a page of another moment.
        check(
            "2026-11-20T10:00:00Z",
            &format!("cf-ray: {RAY}\ndate: Fri, 20 Nov 2026 09:00:00 GMT\nwait: 40"),
            "2026-11-20T10:00:00.040Z RayId+Har, not Date",
        );
        check(
            "2026-11-20T10:00:00Z",
            &format!("cf-ray: {RAY}\n{date}\npage: 2026-11-19T10:00:00Z\nwait: 40"),
            "2026-11-20T10:00:00.040Z RayId+Date+Har, not ErrorPage",
        );
    }

    /// Breaks when one of two clocks that disagree is dropped, or a recorder that is off by more than a zone goes after a Ray ID.
    #[test]
    fn one_against_one_is_left_open() {
        check("2026-11-20T10:00:00Z", &format!("cf-ray: {OLD}"), "2026-11-20T10:00:00.000Z Har, or 2024-07-23T17:25:07.150Z RayId");
        check("2026-11-20T13:00:00Z", &format!("cf-ray: {RAY}"), "2026-11-20T10:00:00.040Z RayId, or 2026-11-20T13:00:00.000Z Har");
        check(
            "",
            "cf-ray: 8a7d5e2fbcd1a1c3\ndate: Fri, 20 Nov 2026 10:00:00 GMT",
            "2026-11-20T10:00:00.000Z Date, or 2024-07-23T17:25:07.150Z RayId",
        );
        check(
            "2025-01-01T00:00:00Z",
            &format!("cf-ray: {OLD}\ndate: Fri, 20 Nov 2026 10:00:00 GMT\nwait: 40"),
            "2025-01-01T00:00:00.000Z Har, or 2026-11-20T09:59:59.960Z Date, or 2024-07-23T17:25:07.150Z RayId",
        );
    }

    /// Breaks when a clock's own error, a wait, a cache or a damaged Ray ID is taken for a disagreement.
    #[test]
    fn what_is_within_the_errors_agrees() {
        // Cloudflare waited, for long or for as long as nothing tells.
        check(
            "2026-11-20T10:00:00Z",
            &format!("cf-ray: {RAY}\ndate: Fri, 20 Nov 2026 10:02:05 GMT\nwait: 125000"),
            "2026-11-20T10:00:00.040Z RayId+Date+Har",
        );
        check("", &format!("cf-ray: {RAY}\ndate: Fri, 20 Nov 2026 10:02:05 GMT"), "2026-11-20T10:00:00.040Z RayId+Date");
        check("", "date: Fri, 20 Nov 2026 10:00:30 GMT\nwait: 30000", "2026-11-20T10:00:00.000Z Date");
        check("2026-11-20T10:04:00Z", &format!("cf-ray: {RAY}\nwait: 40"), "2026-11-20T10:00:00.040Z RayId+Har");
        // A recorder that is off by minutes, and no Ray ID: the answer's time is nearer.
        check("2026-11-20T10:04:00Z", "date: Fri, 20 Nov 2026 10:00:00 GMT\nwait: 40", "2026-11-20T10:00:00.999Z Date+Har");
        for ray in ["0000000000000000", "a5d69ae8401a1c3", "-", "0123456789abcdef"] {
            check("2026-11-20T10:00:00Z", &format!("cf-ray: {ray}"), "2026-11-20T10:00:00.000Z Har");
        }
        // Of a cache on the way, and of the browser's.
        let cached = format!("cf-ray: {RAY}\ndate: Fri, 20 Nov 2026 10:00:00 GMT\nstatus: 200\nwait: ");
        check("2026-11-21T10:00:00Z", &format!("{cached}40\nage: 86400"), "2026-11-20T10:00:00.040Z RayId+Date");
        check("2026-11-21T10:00:00Z", &format!("{cached}0"), "2026-11-20T10:00:00.040Z RayId+Date");
        // Cloudflare's own cache gives a new Date.
        check("2026-11-20T10:00:00Z", &format!("{cached}40\nage: 86400"), "2026-11-20T10:00:00.040Z RayId+Date+Har");
    }

    /// Breaks when the recorder's clock, which three requests set right, loses against one Ray ID, or wins against a Ray ID and its Date.
    #[test]
    fn what_other_requests_confirm_counts_more() {
        let three = |ray: &str| {
            [0, 1, 2].map(|second| entry(&format!("2026-11-20T13:00:0{second}Z"), &format!("cf-ray: {ray}\nstatus: 200\nwait: {}", 40)))
        };
        // Each is three hours before the recorder's clock; the starts differ by less than what agrees.
        let entries: Vec<String> =
            three(RAY).into_iter().chain([entry("2026-11-20T13:00:10Z", &format!("cf-ray: {OLD}\nwait: 40"))]).collect();
        let diagnosis = diagnose(Some(capture(&entries)), None);
        let facts = diagnosis.facts();
        let when = advice::when(&facts).unwrap();
        assert_eq!((when.by, when.odd.len()), (vec![Clock::Har], 1));
        assert_eq!(when.at.to_string().get(..16), Some("2026-11-20T10:00"));
        assert_eq!(facts.clocks(Side::Proxied).offset_ms.map(|ms| ms / 60_000), Some(-180));
    }

    /// Breaks when window, commands, wait and the capture's span go by different times, or a wait is told by a foreign Ray ID.
    #[test]
    fn all_go_by_the_same_time() {
        let lines = format!("cf-ray: {OLD}-FRA\ndate: Fri, 20 Nov 2026 10:00:00 GMT\npage: 2026-11-20T10:00:00Z");
        let diagnosis = diagnose(Some(capture(&[entry("2026-11-20T10:00:00Z", &lines)])), None);
        let facts = diagnosis.facts();
        let windows = advice::windows(&facts);
        assert_eq!(windows.iter().map(|window| window.since.to_string()).collect::<Vec<_>>(), ["2026-11-20T09:59:00.000Z"]);
        assert_eq!(windows[0].by, [Clock::Date, Clock::ErrorPage, Clock::Har]);
        let known = |name| advice::known(&facts, name).unwrap().to_string();
        assert_eq!([known("since"), known("until")], ["2026-11-20 09:59:00 UTC", "2026-11-20 10:01:00 UTC"]);
        assert_eq!(known("moment"), "2026-11-20 10:00:00 UTC");
        assert_eq!(facts.span(Side::Proxied).map(|(from, _)| from.to_string()).as_deref(), Some("2026-11-20T10:00:00.000Z"));
        let entry = facts.proxied_entry(0).unwrap();
        assert_eq!(facts.owns_ray(Some((Side::Proxied, entry)), OLD.parse::<RayId>().unwrap().received().unwrap()), Some(false));
        assert_eq!(crate::waited(entry), None);
    }

    /// Breaks when a length is rounded up, or a unit begins elsewhere.
    #[test]
    fn lengths_and_entries_are_said_in_words() {
        let said = [119_000, 120_000, 7_200_000, 172_800_000, 63_072_000_000].map(|ms| span(ms).to_string());
        assert_eq!(said, ["119 seconds", "2 minutes", "2 hours", "2 days", "2 years"]);
        let said = [&[3][..], &[3, 4], &[3, 4, 5], &[3, 4, 5, 6]].map(|indices| entries(indices).to_string());
        assert_eq!(said, ["entry 3", "entries 3 and 4", "entries 3, 4 and 5", "entries 3, 4, 5 and 1 more"]);
    }
}
