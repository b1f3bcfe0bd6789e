//! The offset between the recording machine's clock and Cloudflare's, which every Ray ID carries.

use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

/// How a capture's clock differs from Cloudflare's.
pub(super) struct Clock {
    /// The index of every entry of the site with a Ray ID and a start that is not marked as cached, and how many milliseconds Cloudflare's
    /// clock was ahead of the capture's when the request arrived.
    pub(super) readings: Vec<(u32, i64)>,
    /// What three quarters of at least three readings agree on.
    pub(super) offset_ms: Option<i64>,
}

/// The maximum distance from the median for readings that agree. The latency to Cloudflare varies.
const AGREE_MS: i64 = 2000;
/// Fewer readings agree by chance.
const MIN_READINGS: usize = 3;
/// A wait in milliseconds that is too short for any data centre: the response came from a cache.
const NO_WAIT_MS: f64 = 2.0;

impl Clock {
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
        const MINUTE: i64 = 60_000;
        let older_by = self.offset_ms.unwrap_or(0) - offset_ms;
        // Without other requests to compare, the clock may be wrong instead.
        let old = older_by > if self.offset_ms.is_some() { MINUTE } else { 60 * MINUTE };
        let fits = after_ray(entry).is_some_and(|ms| (-1000..MINUTE).contains(&ms));
        old && fits && entry.timings.wait.is_none_or(|wait| wait <= NO_WAIT_MS)
    }
}

/// How many milliseconds the Date of a response, in whole seconds, is after its Ray ID.
pub(super) fn after_ray(entry: &Entry) -> Option<i64> {
    let date = Timestamp::from_http_date(&entry.response.header("date")?.value).ok()?;
    Some(date.unix_ms() - received(entry)?.unix_ms())
}

/// A duration as text, rounded down: seconds up to two minutes, then minutes, then hours.
pub(super) fn span(ms: u64) -> Redacted<String> {
    let counted = |count: u64, one, many| redact::counted(usize::try_from(count).unwrap_or(usize::MAX), one, many);
    match ms / 1000 {
        seconds @ 0..120 => counted(seconds, "second", "seconds"),
        seconds @ 120..7200 => counted(seconds / 60, "minute", "minutes"),
        seconds => counted(seconds / 3600, "hour", "hours"),
    }
}

fn received(entry: &Entry) -> Option<Timestamp> {
    ray(entry).filter(|ray| !ray.is_short())?.received()
}

/// How many milliseconds Cloudflare's clock was ahead of the capture's when the request arrived.
fn offset_ms_of(entry: &Entry) -> Option<i64> {
    let times = &entry.timings;
    let before: f64 = [times.blocked, times.dns, times.connect, times.send].into_iter().flatten().sum();
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and the sum is bounded")]
    let before = before.min(1e9) as i64;
    let sent = entry.started.filter(|_| entry.from_cache.is_none())?.unix_ms() + before;
    Some(received(entry)?.unix_ms() - sent)
}
