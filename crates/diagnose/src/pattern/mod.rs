//! Which requests fail, over a whole capture.

mod attempt;
mod colos;
mod features;
mod regions;
mod shape;
mod share;
mod times;

use std::cmp::Reverse;

use fivetwenty_captures::compare::{Pairing, request_key};
use fivetwenty_captures::edge::{colo, is_cloudflares_own, is_passed_on};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::Shape;
use fivetwenty_redact::{self as redact, Redacted};

pub use colos::{ColoShare, MAX_COLOS};
pub use features::FeatureShare;
pub use regions::{ABOUT_THE_SAME_TIME_MS, Certainty, ColoAnswers, Regions};
pub use share::Share;
pub use times::{MAX_TIMES, TimeShare};

use self::attempt::{Attempt, Outcome};
use self::colos::colos;
use self::features::features;
use self::regions::regions;
use self::shape::shape;
use self::times::times;

/// Which of the site's requests through Cloudflare fail: by request, by data centre, by time, and by features of the request.
///
/// Only failures and [answers of the origin's](is_passed_on) count. Answers from a cache or made by the edge, requests that the page
/// cancelled and Cloudflare's own paths under `/cdn-cgi/` show nothing about the origin. The browser's automatic retries count once, by
/// the first try.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// All requests that count.
    pub all: Share,
    /// What the failures have in common.
    pub shape: Shape,
    /// How many more requests it would take to tell the shape, when there are too few.
    pub needed: u32,
    /// How many different requests there were: method and URL, without parameters that are new every time.
    pub different_urls: u32,
    /// How many of them ever failed.
    pub failing_urls: u32,
    /// By request, most failures first, at most [`MAX_URLS`].
    pub urls: Vec<UrlShare>,
    /// By data centre, most requests first, at most [`MAX_COLOS`].
    pub colos: Vec<ColoShare>,
    /// By time: intervals of equal length without a gap, at most [`MAX_TIMES`].
    pub times: Vec<TimeShare>,
    /// Features that all failing requests have.
    pub features: Vec<FeatureShare>,
    /// How data centres compare for the same URLs at about the same time.
    pub regions: Regions,
}

/// URLs that a pattern lists at most.
pub const MAX_URLS: usize = 50;

/// Tries of one request.
#[derive(Clone, Copy, Debug)]
pub struct UrlShare {
    /// The first entry that asks for it.
    pub entry: u32,
    /// How many failed.
    pub share: Share,
}

impl Pattern {
    /// What it comes down to, in a sentence or two.
    pub fn sentence(&self) -> Redacted<String> {
        let requests = redact::counted(self.all.total as usize, "request", "requests");
        let urls = |count: u32| redact::counted(count as usize, "URL", "URLs");
        let share = match self.interval() {
            Some([lower, upper]) => Redacted::fill(
                "{} of {} failed (likely {}–{} %)",
                &[&self.all.failing, &redact::counted(self.all.total as usize, "try", "tries"), &(lower / 10), &upper.div_ceil(10)],
            ),
            None => Redacted::fill("{} of {} failed", &[&self.all.failing, &requests]),
        };
        let common = match (self.shape, self.regions) {
            (Shape::Nothing, _) => return Redacted::fill("None of {} failed.", &[&requests]),
            (Shape::Regional, Regions::Differ { fails, works, .. }) => Redacted::fill(
                "For the same URLs at about the same time, {} of {} failed in {} and {} of {} in {}.",
                &[&fails.share.failing, &fails.share.total, &fails.colo, &works.share.failing, &works.share.total, &works.colo],
            ),
            (Shape::Structural, _) => Redacted::fill("All {} failed: it does not depend on the request.", &[&urls(self.different_urls)]),
            (Shape::Endpoint, _) => Redacted::fill(
                "{} of {} failed on every try, the others never: it depends on the request.",
                &[&self.failing_urls, &urls(self.different_urls)],
            ),
            (Shape::Random, _) => Redacted::fixed("The same URL fails intermittently: it does not depend on the URL alone."),
            (Shape::Regional | Shape::TooFew, _) => Redacted::fill(
                "Too few requests to tell whether it depends on the URL: this takes {} of the failing URLs, and as many of other URLs.",
                &[&redact::counted(self.needed as usize, "more try", "more tries")],
            ),
        };
        let features =
            Redacted::join(self.features.iter().map(|feature| Redacted::fill(" Only {} failed.", &[&feature.feature.label()])), "");
        Redacted::fill("{}. {}{}", &[&share, &common, &features])
    }

    /// The interval in which the share of failures lies with 95 % certainty, in thousandths. Only tries of one and the same request are drawn
    /// alike, so that others have none.
    pub fn interval(&self) -> Option<[u32; 2]> {
        (self.different_urls == 1 && self.all.total > 1).then(|| self.all.per_mille())
    }

    /// The pattern of the proxied side. `None` when no request of the site counts.
    pub(crate) fn new(view: &SideView<'_>, pairing: &Pairing) -> Option<Self> {
        let mut numbers = Numbers::default();
        let mut urls: Vec<UrlShare> = Vec::new();
        let mut attempts: Vec<Attempt<'_>> = Vec::new();
        for index in view.on_site.iter().copied() {
            let counts = |entry: &&Entry| !pairing.proxied_tries.is_further(index) && !is_cloudflares_own(entry);
            let Some(entry) = view.entry(index).filter(counts) else { continue };
            let outcome = match view.failing.binary_search(&index) {
                Ok(_) => Outcome::Failed,
                Err(_) if is_passed_on(entry) => Outcome::Answered,
                Err(_) => continue,
            };
            let (url, is_new) = numbers.number(&request_key(&entry.request));
            if is_new {
                urls.push(UrlShare { entry: index, share: Share::default() });
            }
            urls.get_mut(url)?.share.add(outcome);
            attempts.push(Attempt { index, entry, url, colo: colo(entry), outcome });
        }
        let mut all = Share::default();
        for attempt in &attempts {
            all.add(attempt.outcome);
        }
        if attempts.is_empty() {
            return None;
        }
        let colos = colos(&attempts);
        let regions = regions(&attempts, &colos);
        let (shape, needed) = shape(all, &urls.iter().map(|url| url.share).collect::<Vec<_>>(), regions);
        let times = times(&attempts, &colos);
        let different_urls = count(urls.len());
        let failing_urls = count(urls.iter().filter(|url| url.share.failing > 0).count());
        sort_by_key(&mut urls, |url| Reverse((url.share.failing, url.share.total)));
        urls.truncate(MAX_URLS);
        Some(Self { all, shape, needed, different_urls, failing_urls, urls, colos, times, features: features(&attempts), regions })
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Arc;

    use fivetwenty_captures::evidence::timestamp::Timestamp;
    use fivetwenty_captures::har::{Capture, Header};
    use fivetwenty_model::Feature;

    use super::*;

    /// A request: method and path, status, data centre, and the second at which it started.
    type Row<'a> = (&'a str, u16, &'a str, i64);

    const START_MS: i64 = 1_800_000_000_000;

    fn entry((request, status, colo, second): Row<'_>) -> Entry {
        let mut entry = Entry::default();
        let (method, path) = request.split_once(' ').unwrap();
        (entry.request.method, entry.request.url) = (method.into(), format!("https://shop.example{path}").into());
        entry.started = Timestamp::from_unix_ms(START_MS + second * 1000);
        entry.response.status = status;
        let header =
            |name: &str, value: String| Arc::new(Header { name: name.into(), length: value.len() as u64, value: value.into(), hash: 0 });
        entry.response.headers = vec![header("server", "cloudflare".into()), header("cf-ray", format!("8a7d5e2fbcd1a1c3-{colo}"))];
        entry
    }

    fn pattern_of(entries: Vec<Entry>) -> Pattern {
        let capture = Capture { entries: entries.into(), ..Capture::default() };
        crate::diagnose(Some(Rc::new(capture)), None).facts().pattern().unwrap().clone()
    }

    fn pattern(rows: &[Row<'_>]) -> Pattern {
        pattern_of(rows.iter().map(|row| entry(*row)).collect())
    }

    #[track_caller]
    fn check(rows: &[Row<'_>], shape: Shape, needed: u32) {
        let pattern = pattern(rows);
        assert_eq!((pattern.shape, pattern.needed), (shape, needed), "{}", pattern.sentence());
    }

    /// Breaks when a shape is named on too little, or not on enough.
    #[test]
    fn shapes_are_told_apart() {
        let get = |path: &'static str, status| (path, status, "FRA", 0);
        check(&[get("GET /", 200)], Shape::Nothing, 0);
        check(&[get("GET /", 520)], Shape::TooFew, 3);
        check(&[get("GET /a", 520), get("GET /b", 520), get("GET /c", 520)], Shape::TooFew, 1);
        check(&[get("GET /a", 520), get("GET /a", 520), get("GET /a", 520), get("GET /a", 520)], Shape::TooFew, 1);
        check(&[get("GET /a", 520), get("GET /b", 520), get("GET /c", 520), get("GET /c", 520)], Shape::Structural, 0);
        check(&[get("GET /a", 520), get("GET /a?_=1763600000000", 200)], Shape::Random, 0);
        check(&[get("GET /a?page=3", 520), get("GET /a?page=2", 200)], Shape::TooFew, 3);
        check(&[get("GET /a", 520), get("POST /a", 200)], Shape::TooFew, 3);
        let mut rows: Vec<Row<'_>> = vec![get("GET /a?page=1", 200); 3];
        rows.extend(vec![get("GET /a?page=2", 200); 2]);
        rows.extend([get("GET /a?page=3", 520), get("GET /a?page=3", 520)]);
        check(&rows, Shape::TooFew, 1);
        rows.push(get("GET /a?page=3", 520));
        check(&rows, Shape::Endpoint, 0);
        // Tried once each, nothing tells.
        let once: Vec<String> = (0..20).map(|number| format!("GET /{number}")).collect();
        let rows: Vec<Row<'_>> =
            once.iter().enumerate().map(|(number, path)| (path.as_str(), if number < 3 { 520 } else { 200 }, "FRA", 0)).collect();
        check(&rows, Shape::TooFew, 2);
    }

    /// Breaks when a cached answer, or one that the page cancelled, counts as an answer or as a failure.
    #[test]
    fn only_what_went_over_the_network_counts() {
        let mut cached = entry(("GET /a", 200, "FRA", 0));
        cached.from_cache = Some("disk".into());
        let mut cancelled = entry(("GET /a", 0, "FRA", 0));
        cancelled.response.error = Some("net::ERR_ABORTED".into());
        let pattern = pattern_of(vec![entry(("GET /a", 520, "FRA", 0)), cached, cancelled]);
        assert_eq!(pattern.all, Share { total: 1, failing: 1 });
    }

    /// Breaks when a page that the browser reloads by itself counts as often as it was tried.
    #[test]
    fn the_browsers_own_tries_count_once() {
        let page = |second, status| {
            let mut entry = entry(("GET /", status, "FRA", second));
            entry.resource_type = Some("document".into());
            entry.response.error = (status == 0).then(|| "net::ERR_HTTP2_PROTOCOL_ERROR".into());
            entry
        };
        let pattern = pattern_of(vec![page(0, 0), page(1, 0), page(5, 0), page(60, 520)]);
        assert_eq!(pattern.all, Share { total: 1, failing: 1 });
    }

    /// Breaks when data centres are compared that were not asked for the same at about the same time, or a change over time is taken for
    /// one of place.
    #[test]
    fn regions_are_compared_like_with_like() {
        let turns = |seconds: i64, other: u16, path: &'static str| -> Vec<Row<'static>> {
            (0..14)
                .map(|turn| if turn % 2 == 0 { ("GET /a", 520, "FRA", turn * seconds) } else { (path, other, "AMS", turn * seconds) })
                .collect()
        };
        check(&turns(10, 200, "GET /a"), Shape::Regional, 0);
        assert_eq!(pattern(&turns(301, 200, "GET /a")).regions, Regions::NotCompared);
        assert_eq!(pattern(&turns(10, 200, "GET /b")).regions, Regions::NotCompared);
        assert!(matches!(pattern(&turns(10, 520, "GET /a")).regions, Regions::Alike(..)));
        assert!(matches!(pattern(&turns(10, 503, "GET /a")).regions, Regions::NotCompared), "the origin's own error is no answer here");
        let mut rows = turns(10, 200, "GET /a");
        rows.sort_by_key(|(_, status, ..)| *status);
        for (second, row) in (0..).zip(&mut rows) {
            row.3 = second;
        }
        assert!(matches!(pattern(&rows).regions, Regions::Differ { certainty: Certainty::MayBeChance, .. }), "one after the other");
        assert!(matches!(pattern(&turns(10, 200, "GET /a")[..2]).regions, Regions::Unclear));
    }

    /// Breaks when a request is counted in no stretch of time or in two, there are too many stretches, or strange times make trouble.
    #[test]
    fn every_request_has_its_stretch_of_time() {
        for seconds in [0, 1, 59, 60, 61, 3_600, 86_400, 100_000_000, 200_000_000_000] {
            let rows = [("GET /a", 520, "FRA", 0), ("GET /a", 200, "AMS", seconds / 2), ("GET /a", 200, "FRA", seconds)];
            let times = pattern(&rows).times;
            assert!(times.len() <= MAX_TIMES, "{seconds}: {}", times.len());
            assert_eq!(times.iter().map(|time| time.share.total).sum::<u32>(), 3, "{seconds}");
            assert_eq!(times.iter().flat_map(|time| &time.colos).map(|of| of.share.total).sum::<u32>(), 3, "{seconds}");
            assert!(times.windows(2).all(|pair| pair[0].to == pair[1].from), "{seconds}");
            assert_eq!(times[0].share.failing, 1);
        }
    }

    /// Breaks when a feature is named that an answered request has as often, or not named when all that fails has it.
    #[test]
    fn features_separate_what_fails() {
        let rows: Vec<Row<'_>> = (0..5).flat_map(|second| [("POST /a", 520, "FRA", second), ("GET /a", 200, "FRA", second)]).collect();
        let named = |pattern: &Pattern| pattern.features.iter().map(|of| of.feature).collect::<Vec<_>>();
        assert_eq!(named(&pattern(&rows)), [Feature::Writes]);
        assert_eq!(named(&pattern(&rows[..8])), []);
        let with_cookies: Vec<Entry> = rows
            .iter()
            .map(|(_, status, colo, second)| {
                let mut entry = entry(("GET /a", *status, colo, *second));
                let length = if *status == 520 { 5000 } else { 100 };
                entry.request.headers = vec![Header { name: "Cookie".into(), length, ..Header::default() }.into()];
                entry
            })
            .collect();
        assert_eq!(named(&pattern_of(with_cookies)), [Feature::LargeCookies]);
    }

    /// Breaks when the lists grow with the file, or the work grows with the square of the entries.
    #[test]
    fn large_captures_are_bounded() {
        let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap());
        let entries = (0..60_000).map(|number: usize| {
            let colo: String = [letter(number), letter(number / 26), letter(number / 676)].iter().collect();
            entry((
                &format!("GET /{}", number % 20_000),
                if number.is_multiple_of(3) { 520 } else { 200 },
                &colo,
                i64::try_from(number).unwrap(),
            ))
        });
        let pattern = pattern_of(entries.collect());
        assert_eq!((pattern.urls.len(), pattern.colos.len(), pattern.all.total), (MAX_URLS, MAX_COLOS, 60_000));
        assert!(pattern.times.len() <= MAX_TIMES);
    }
}
