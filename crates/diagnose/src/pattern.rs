//! Which requests fail, over all of them: what single pairs cannot show.

use fivetwenty_captures::edge::{colo, is_520, is_cloudflares_own, reached_the_origin};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::{Numbers, by_key, tally};
use fivetwenty_model::{Feature, Shape};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;

/// Which of the site's requests through Cloudflare fail: by URL, by data centre, over time, and by what the request was like.
///
/// What the browser's own cache answered is left out, and so is what the page cancelled and what Cloudflare has under `/cdn-cgi/`: none of
/// it says anything about the origin. What the browser tried again by itself counts once, by its first try.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// All requests that count.
    pub all: Share,
    /// What the failures have in common.
    pub shape: Shape,
    /// Further requests that it would take to tell the shape, when there are too few.
    pub needed: u32,
    /// How many different URLs were asked for, queries aside.
    pub different_urls: u32,
    /// How many of them ever failed.
    pub failing_urls: u32,
    /// By method and URL without its query, those that fail most first, at most [`MAX_URLS`].
    pub urls: Vec<OfUrl>,
    /// By data centre, those with most requests first, at most [`MAX_COLOS`].
    pub colos: Vec<OfColo>,
    /// By time: stretches of one length, without a gap, at most [`MAX_TIMES`].
    pub times: Vec<OfTime>,
    /// What all failing requests have and no answered one of the rest needs.
    pub features: Vec<OfFeature>,
    /// How data centres compare that were asked for the same at about the same time.
    pub regions: Regions,
}

/// URLs that a pattern lists at most.
pub const MAX_URLS: usize = 50;
/// Data centres that a pattern lists, and compares, at most.
pub const MAX_COLOS: usize = 20;
/// Stretches of time that a pattern has at most.
pub const MAX_TIMES: usize = 60;

/// How many of some requests failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Requests.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
}

/// Requests for one URL.
#[derive(Clone, Copy, Debug)]
pub struct OfUrl {
    /// The first entry that asks for it.
    pub entry: u32,
    /// How many failed.
    pub share: Share,
}

/// Requests that one data centre received.
#[derive(Clone, Copy, Debug)]
pub struct OfColo {
    /// The data centre.
    pub colo: Colo,
    /// How many failed.
    pub share: Share,
}

/// Requests of one stretch of time.
#[derive(Clone, Debug)]
pub struct OfTime {
    /// Its start.
    pub from: Timestamp,
    /// Its end, which belongs to the next one.
    pub to: Timestamp,
    /// How many failed.
    pub share: Share,
    /// The same by data centre, those without a request left out.
    pub colos: Vec<OfColo>,
}

/// Requests with and without a feature.
#[derive(Clone, Copy, Debug)]
pub struct OfFeature {
    /// The feature.
    pub feature: Feature,
    /// Those that have it.
    pub with: Share,
    /// The rest.
    pub without: Share,
}

/// How data centres compare that were asked for the same URL within [`ABOUT_THE_SAME_TIME_MS`]. Answers from Cloudflare's cache do not count,
/// and only its 520 counts as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regions {
    /// No two were.
    NotCompared,
    /// One fails and another does not.
    Differ {
        /// The one that fails.
        fails: AtColo,
        /// The one that does not, or far less.
        works: AtColo,
        /// Whether that may still be chance.
        sure: Sure,
    },
    /// Both of a pair fail.
    Alike(AtColo, AtColo),
    /// No such difference shows.
    Unclear,
}

/// Whether a difference can be chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// The intervals of the two shares do not meet, and the two were asked in turn, not one after the other.
    Yes,
    /// It may be chance.
    NotYet,
}

/// What a data centre answered when another was asked for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtColo {
    /// The data centre.
    pub colo: Colo,
    /// How many failed.
    pub share: Share,
    /// An entry that shows it.
    pub entry: u32,
}

/// So far apart two requests may be to be compared, in milliseconds.
pub const ABOUT_THE_SAME_TIME_MS: i64 = 5 * 60 * 1000;

impl Share {
    /// The interval in which the share of failures lies with 95 % certainty (Wilson's), in thousandths. Everything for no request.
    pub fn per_mille(self) -> [u32; 2] {
        // The square of 1.96, the quantile of the normal distribution that leaves 2.5 % on either side.
        const Z_SQUARED: f64 = 3.8416;
        let (total, failing) = (f64::from(self.total), f64::from(self.failing.min(self.total)));
        if self.total == 0 {
            return [0, 1000];
        }
        let spread = (Z_SQUARED * (Z_SQUARED + 4.0 * failing * (total - failing) / total)).sqrt();
        let bound = |spread: f64| (2.0 * failing + Z_SQUARED + spread) / (2.0 * (total + Z_SQUARED)) * 1000.0;
        [thousandths(bound(-spread)), thousandths(bound(spread).ceil())]
    }

    /// Whether more of these fail than of the others, beyond chance.
    pub fn exceeds(self, other: Self) -> bool {
        self.per_mille()[0] > other.per_mille()[1]
    }

    fn add(&mut self, outcome: Outcome) {
        self.total = self.total.saturating_add(1);
        self.failing = self.failing.saturating_add(u32::from(outcome == Outcome::Failed));
    }
}

impl Pattern {
    /// What it comes down to, in a sentence or two.
    pub fn sentence(&self) -> Redacted<String> {
        let [least, most] = self.all.per_mille();
        let requests = redact::counted(self.all.total as usize, "request", "requests");
        let urls = |count: u32| redact::counted(count as usize, "URL", "URLs");
        let share = Redacted::fill(
            "{} of {} failed (a share of {} to {} %, with 95 % certainty)",
            &[&self.all.failing, &requests, &(least / 10), &most.div_ceil(10)],
        );
        let common = match (self.shape, self.regions) {
            (Shape::Nothing, _) => return Redacted::fill("None of {} failed.", &[&requests]),
            (Shape::Regional, Regions::Differ { fails, works, .. }) => Redacted::fill(
                "For the same URLs at about the same time, {} of {} failed in {} and {} of {} in {}.",
                &[&fails.share.failing, &fails.share.total, &fails.colo, &works.share.failing, &works.share.total, &works.colo],
            ),
            (Shape::Structural, _) => {
                Redacted::fill("Every one of {} failed: it does not depend on what is asked for.", &[&urls(self.different_urls)])
            }
            (Shape::Endpoint, _) => Redacted::fill(
                "{} of {} failed at every try, the others never: it depends on what is asked for.",
                &[&self.failing_urls, &urls(self.different_urls)],
            ),
            (Shape::Random, _) => Redacted::fixed("The same URL failed and was answered: it does not depend on the URL alone."),
            (Shape::Regional | Shape::TooFew, _) => Redacted::fill(
                "That is too few to tell whether it depends on the URL: it would take {} of the failing URLs, and as many of others.",
                &[&redact::counted(self.needed as usize, "more try", "more tries")],
            ),
        };
        let features =
            Redacted::join(self.features.iter().map(|feature| Redacted::fill(" Only {} failed.", &[&feature.feature.label()])), "");
        Redacted::fill("{}. {}{}", &[&share, &common, &features])
    }

    /// Works it out for the capture through Cloudflare; `None` when it holds no request of the site that counts.
    pub(super) fn new(facts: &Facts<'_>) -> Option<Self> {
        let view = facts.proxied.as_ref()?;
        let mut numbers = Numbers::default();
        let mut urls: Vec<OfUrl> = Vec::new();
        let mut tries: Vec<Try<'_>> = Vec::new();
        for index in view.on_site.iter().copied() {
            let counts = |entry: &&Entry| !facts.pairing.proxied_tries.is_further(index) && !is_cloudflares_own(entry);
            let Some(entry) = view.entry(index).filter(counts) else { continue };
            let outcome = match view.failing.binary_search(&index) {
                Ok(_) => Outcome::Failed,
                Err(_) if entry.from_cache.is_none() && entry.response.status > 0 => Outcome::Answered,
                Err(_) => continue,
            };
            let (url, is_new) = numbers.number(&url_key(entry));
            if is_new {
                urls.push(OfUrl { entry: index, share: Share::default() });
            }
            urls.get_mut(url)?.share.add(outcome);
            tries.push(Try { index, entry, url, colo: colo(entry), outcome });
        }
        let mut all = Share::default();
        for one in &tries {
            all.add(one.outcome);
        }
        if tries.is_empty() {
            return None;
        }
        let colos = colos(&tries);
        let regions = regions(&tries, &colos);
        let (shape, needed) = shape(all, &urls, regions);
        let times = times(&tries, &colos);
        let different_urls = count(urls.len());
        let failing_urls = count(urls.iter().filter(|url| url.share.failing > 0).count());
        let rank = |url: &OfUrl| (u64::from(u32::MAX - url.share.failing) << 32) | u64::from(u32::MAX - url.share.total);
        let mut urls = by_key(urls, rank);
        urls.truncate(MAX_URLS);
        Some(Self { all, shape, needed, different_urls, failing_urls, urls, colos, times, features: features(&tries), regions })
    }
}

/// One request that counts.
struct Try<'a> {
    index: u32,
    entry: &'a Entry,
    /// The URL's number.
    url: usize,
    colo: Option<Colo>,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Failed,
    Answered,
}

/// Method, host and path.
fn url_key(entry: &Entry) -> String {
    let address = Address::new(&entry.request.url);
    let path = if address.path.is_empty() { "/" } else { address.path };
    format!("{} {}{path}", entry.request.method, address.host.to_ascii_lowercase())
}

fn colos(tries: &[Try<'_>]) -> Vec<OfColo> {
    let met: Vec<Colo> = tries.iter().filter_map(|one| one.colo).collect();
    let most = tally(&mut met.iter().map(Colo::as_str));
    let mut colos: Vec<OfColo> = most
        .into_iter()
        .take(MAX_COLOS)
        .filter_map(|(code, _)| Some(OfColo { colo: code.parse().ok()?, share: Share::default() }))
        .collect();
    for one in tries {
        if let Some(at) = place(&colos, one.colo) {
            colos[at].share.add(one.outcome);
        }
    }
    colos
}

fn place(colos: &[OfColo], colo: Option<Colo>) -> Option<usize> {
    colos.iter().position(|of| Some(of.colo) == colo)
}

fn times(tries: &[Try<'_>], colos: &[OfColo]) -> Vec<OfTime> {
    const WIDTHS_MS: [i64; 11] = [1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000];
    let most = i64::try_from(MAX_TIMES).unwrap_or(1);
    let starts = || tries.iter().filter_map(|one| one.entry.started).map(Timestamp::unix_ms);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Vec::new() };
    let fits = |width: &i64| last.div_euclid(*width) - first.div_euclid(*width) < most;
    let width = WIDTHS_MS.into_iter().find(fits).unwrap_or((last - first) / (most - 2) + 1);
    let from = first.div_euclid(width) * width;
    let stretches = usize::try_from((last - from) / width + 1).unwrap_or(0).min(MAX_TIMES);
    let mut shares = vec![Share::default(); stretches];
    let mut by_colo = vec![Share::default(); stretches * colos.len()];
    for one in tries {
        let Some(at) = one.entry.started.and_then(|started| usize::try_from((started.unix_ms() - from) / width).ok()) else { continue };
        if let Some(share) = shares.get_mut(at) {
            share.add(one.outcome);
        }
        if let Some(share) = place(colos, one.colo).and_then(|colo| by_colo.get_mut(at * colos.len() + colo)) {
            share.add(one.outcome);
        }
    }
    let stretch = |(number, share): (i64, Share)| {
        // The first one may begin before the year 0, and the last one end after 9999.
        let clamp = |ms: i64, or: i64| Timestamp::from_unix_ms(ms).or_else(|| Timestamp::from_unix_ms(or));
        let start = usize::try_from(number).ok()? * colos.len();
        let shares = by_colo.get(start..start + colos.len())?;
        let of_colos = colos.iter().zip(shares).filter(|(_, share)| share.total > 0);
        Some(OfTime {
            from: clamp(from + number * width, first)?,
            to: clamp(from + (number + 1) * width, last)?,
            share,
            colos: of_colos.map(|(of, share)| OfColo { colo: of.colo, share: *share }).collect(),
        })
    };
    (0..).zip(shares).filter_map(stretch).collect()
}

fn shape(all: Share, urls: &[OfUrl], regions: Regions) -> (Shape, u32) {
    /// With so few all of them fail by chance when not even half of them do.
    const ALL_FAIL: u32 = 4;
    /// As many more tries are asked for at most.
    const MAX_NEEDED: u32 = 1000;
    if all.failing == 0 {
        return (Shape::Nothing, 0);
    }
    if matches!(regions, Regions::Differ { sure: Sure::Yes, .. }) {
        return (Shape::Regional, 0);
    }
    if all.failing == all.total {
        return if all.total >= ALL_FAIL && urls.len() > 1 {
            (Shape::Structural, 0)
        } else {
            (Shape::TooFew, ALL_FAIL.saturating_sub(all.total).max(1))
        };
    }
    let failing = || urls.iter().map(|url| url.share).filter(|share| share.failing > 0);
    if failing().any(|share| share.failing < share.total) {
        return (Shape::Random, 0);
    }
    // If it were chance, each further try of a failing URL would fail no more often than all requests do.
    let share = f64::from(all.failing) / f64::from(all.total);
    let mut chance = share;
    let mut enough = 1;
    while chance >= 0.05 && enough < MAX_NEEDED {
        (chance, enough) = (chance * share, enough + 1);
    }
    let further = failing().fold(0_u32, |sum, share| sum.saturating_add(share.total - 1));
    if further >= enough { (Shape::Endpoint, 0) } else { (Shape::TooFew, enough - further) }
}

/// What all failing requests have, and what fails clearly more often than requests without it, none of which failed.
fn features<'a>(tries: &[Try<'a>]) -> Vec<OfFeature> {
    let agent = |one: &Try<'a>| one.entry.request.header("user-agent").map(|header| (&*header.value, header.hash));
    let blamed = tries.iter().find(|one| one.outcome == Outcome::Failed).and_then(agent);
    let has = |feature: Feature, one: &Try<'a>| {
        let request = &one.entry.request;
        match feature {
            Feature::LargeCookies => {
                let cookies = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("cookie"));
                cookies.map(|header| header.length).fold(0, u64::saturating_add) >= 4096
            }
            Feature::Writes => matches!(&*request.method, "POST" | "PUT" | "PATCH"),
            Feature::LargeBody => request.body_size.is_some_and(|bytes| bytes >= 65_536),
            Feature::OneUserAgent => agent(one) == blamed,
        }
    };
    let of = |feature| {
        let (mut with, mut without) = (Share::default(), Share::default());
        for one in tries {
            (if has(feature, one) { &mut with } else { &mut without }).add(one.outcome);
        }
        OfFeature { feature, with, without }
    };
    let all = [Feature::LargeCookies, Feature::Writes, Feature::LargeBody, Feature::OneUserAgent].map(of);
    all.into_iter().filter(|of| of.without.failing == 0 && of.with.exceeds(of.without)).collect()
}

/// What one data centre answered while another one was asked for the same.
#[derive(Clone, Copy, Default)]
struct Cell {
    share: Share,
    /// The first and the last of these requests, in milliseconds.
    span: Option<(i64, i64)>,
    failed: Option<u32>,
    answered: Option<u32>,
}

impl Cell {
    fn add(&mut self, index: u32, at: i64, outcome: Outcome) {
        self.share.add(outcome);
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        let place = if outcome == Outcome::Failed { &mut self.failed } else { &mut self.answered };
        *place = place.or(Some(index));
    }

    /// Both went on while the other did.
    fn overlaps(&self, other: &Self) -> bool {
        self.span.zip(other.span).is_some_and(|((first, last), (other_first, other_last))| first < other_last && other_first < last)
    }
}

/// One request that Cloudflare passed to the origin, or failed to.
struct Asked {
    index: u32,
    url: usize,
    /// The place of its data centre in the list.
    colo: usize,
    at: i64,
    outcome: Outcome,
}

fn regions(tries: &[Try<'_>], colos: &[OfColo]) -> Regions {
    if colos.len() < 2 {
        return Regions::NotCompared;
    }
    let asked = tries.iter().filter_map(|one| {
        let outcome = match one.outcome {
            Outcome::Failed if is_520(one.entry) => Outcome::Failed,
            Outcome::Answered if reached_the_origin(one.entry) => Outcome::Answered,
            _ => return None,
        };
        Some(Asked { index: one.index, url: one.url, colo: place(colos, one.colo)?, at: one.entry.started?.unix_ms(), outcome })
    });
    // By URL, then by time; a time after the year -1 is no negative number then.
    let asked = by_key(asked.collect(), |asked: &Asked| u64::try_from(asked.at + (1 << 47)).unwrap_or(0));
    let asked = by_key(asked, |asked| asked.url as u64);
    let before = others_before(&mut asked.iter());
    let mut after = others_before(&mut asked.iter().rev());
    after.reverse();
    let mut cells = vec![Cell::default(); colos.len() * colos.len()];
    for ((one, before), after) in asked.iter().zip(before).zip(after) {
        for (number, other) in [before, after].into_iter().enumerate() {
            let Some(other) = other else { continue };
            // One request counts once against each other data centre.
            if number == 0 || before != Some(other) {
                cells[one.colo * colos.len() + other].add(one.index, one.at, one.outcome);
            }
        }
    }
    compare(&cells, colos)
}

/// For each request the data centre of the nearest request before it that asked another one for the same, at about the same time.
fn others_before(asked: &mut dyn Iterator<Item = &Asked>) -> Vec<Option<usize>> {
    let mut last: Option<&Asked> = None;
    let mut other: Option<&Asked> = None;
    let mut found = Vec::new();
    for one in asked {
        if last.is_some_and(|last| last.url != one.url) {
            (last, other) = (None, None);
        }
        if last.is_some_and(|last| last.colo != one.colo) {
            other = last;
        }
        let near = other.filter(|other| (one.at - other.at).abs() <= ABOUT_THE_SAME_TIME_MS);
        found.push(near.map(|other| other.colo));
        last = Some(one);
    }
    found
}

fn compare(cells: &[Cell], colos: &[OfColo]) -> Regions {
    let mut compared = Regions::NotCompared;
    let mut alike = None;
    let mut hint: Option<(u32, Regions)> = None;
    for (row, one) in colos.iter().enumerate() {
        for (column, other) in colos.iter().enumerate() {
            let (at_one, at_other) = (&cells[row * colos.len() + column], &cells[column * colos.len() + row]);
            if at_one.share.total == 0 || at_other.share.total == 0 {
                continue;
            }
            compared = Regions::Unclear;
            let at = |of: &OfColo, cell: &Cell, entry: Option<u32>| AtColo {
                colo: of.colo,
                share: cell.share,
                entry: entry.unwrap_or_default(),
            };
            let fails = at(one, at_one, at_one.failed);
            let works = at(other, at_other, at_other.answered.or(at_other.failed));
            if fails.share.exceeds(works.share) && at_one.overlaps(at_other) {
                return Regions::Differ { fails, works, sure: Sure::Yes };
            }
            let all_or_none =
                fails.share.failing == fails.share.total && works.share.failing == 0 && fails.share.total > 1 && works.share.total > 1;
            if all_or_none && hint.is_none_or(|(total, _)| total < fails.share.total) {
                hint = Some((fails.share.total, Regions::Differ { fails, works, sure: Sure::NotYet }));
            }
            if fails.share.failing > 0 && works.share.failing > 0 {
                alike = alike.or(Some(Regions::Alike(fails, at(other, at_other, at_other.failed))));
            }
        }
    }
    hint.map(|(_, hint)| hint).or(alike).unwrap_or(compared)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn thousandths(share: f64) -> u32 {
    share.clamp(0.0, 1000.0) as u32
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Arc;

    use super::*;
    use fivetwenty_captures::har::{Capture, Header};

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
        let capture = Capture { entries, ..Capture::default() };
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

    /// Breaks when the interval is another than Wilson's, or one that no number of requests could have.
    #[test]
    fn the_interval_is_wilsons() {
        for (total, failing, expected) in
            [(0, 0, [0, 1000]), (4, 4, [510, 1000]), (4, 0, [0, 490]), (10, 3, [107, 604]), (1000, 10, [5, 19]), (2, 5, [342, 1000])]
        {
            assert_eq!(Share { total, failing }.per_mille(), expected, "{failing} of {total}");
        }
        assert!(Share { total: 4, failing: 4 }.exceeds(Share { total: 4, failing: 0 }));
        assert!(!Share { total: 3, failing: 3 }.exceeds(Share { total: 3, failing: 0 }));
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
        check(&[get("GET /a", 520), get("GET /a?x", 200)], Shape::Random, 0);
        check(&[get("GET /a", 520), get("POST /a", 200)], Shape::TooFew, 5);
        let mut rows: Vec<Row<'_>> = vec![get("GET /a", 200); 7];
        rows.extend([get("GET /b", 520), get("GET /b", 520)]);
        check(&rows, Shape::TooFew, 1);
        rows.push(get("GET /b", 520));
        check(&rows, Shape::TooFew, 1);
        rows.push(get("GET /b", 520));
        check(&rows, Shape::Endpoint, 0);
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
            (0..8)
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
        assert!(matches!(pattern(&rows).regions, Regions::Differ { sure: Sure::NotYet, .. }), "one after the other");
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
        let rows: Vec<Row<'_>> = (0..4).flat_map(|second| [("POST /a", 520, "FRA", second), ("GET /a", 200, "FRA", second)]).collect();
        let named = |pattern: &Pattern| pattern.features.iter().map(|of| of.feature).collect::<Vec<_>>();
        assert_eq!(named(&pattern(&rows)), [Feature::Writes]);
        assert_eq!(named(&pattern(&rows[..6])), []);
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
