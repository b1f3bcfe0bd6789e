use std::cell::OnceCell;
use std::rc::Rc;

use super::finding::{Evidence, Field, Source, Speaks};
use super::origin_side::is_broken;
use super::pattern::Pattern;
use super::verdict::Unreadable;
use crate::compare::{Came, Pairing, body_length};
use crate::evidence::address::Address;
use crate::evidence::colo::Colo;
use crate::evidence::error_page::{ErrorPage, Maker, Phrase, from_cookie};
use crate::evidence::ray_id::RayId;
use crate::har::{Capture, Entry};
use crate::order::tally;
use crate::paste::{Fact, Find, Input, told};
use crate::redact::Redacted;

/// What all rules look at, worked out once.
///
/// Failing, and through Cloudflare, are only ever said of the site's own hosts: nearly every page also loads something from another
/// customer of Cloudflare.
pub struct Facts<'a> {
    /// The capture that went through Cloudflare.
    pub proxied: Option<Seen<'a>>,
    /// The capture that asked the origin directly.
    pub direct: Option<Seen<'a>>,
    /// Which entries are the same request.
    pub pairing: &'a Pairing,
    /// The person had given the two the other way round.
    pub exchanged: bool,
    /// What was given beside them, and could not be read.
    pub unreadable: &'a [Unreadable],
    /// Texts that were given beside them. The requests that they tell of stand behind those of the captures.
    pub inputs: &'a [Rc<Input>],
    /// Of each side the requests that texts tell of: in what kind of text, and the number among all finds of the texts.
    told: [Vec<(Source, u32)>; 2],
    /// Pairs whose proxied side is a 520 made by Cloudflare.
    failing_pairs: Vec<(u32, Option<u32>)>,
    /// Pairs whose proxied side is an answer that breaks off.
    broken_pairs: Vec<(u32, Option<u32>)>,
    /// Which requests fail; worked out when it is first asked for.
    pattern: OnceCell<Option<Pattern>>,
}

/// One capture, seen.
pub struct Seen<'a> {
    /// Which side it is.
    pub source: Source,
    /// The capture.
    pub capture: &'a Capture,
    /// The site's own hosts, the most telling first.
    pub hosts: Vec<String>,
    /// Entries of these hosts, by rising index.
    pub on_site: Vec<u32>,
    /// Those among them that failed, by rising index.
    pub failing: Vec<u32>,
    /// Those among them that went through Cloudflare.
    pub via_cloudflare: Vec<u32>,
    /// The exporter wrote response headers at all: else "no cf-ray" means nothing.
    pub headers_known: bool,
}

impl<'a> Facts<'a> {
    /// Works them out.
    pub fn new(proxied: Option<&'a Capture>, direct: Option<&'a Capture>, pairing: &'a Pairing, exchanged: bool) -> Self {
        let proxied = proxied.map(|capture| Seen::new(Source::Proxied, capture, site_of(capture)));
        let direct = direct.map(|capture| {
            let own = site_of(capture);
            let same = proxied.iter().flat_map(|seen| &seen.hosts).map(|host| pairing.direct_host(host).to_owned());
            let asked: Vec<String> = same.filter(|host| capture.entries.iter().any(|entry| is_at(entry, host))).collect();
            Seen::new(Source::Direct, capture, if asked.is_empty() { own } else { asked })
        });
        let (failing_pairs, broken_pairs) = (Vec::new(), Vec::new());
        let mut facts = Self {
            proxied,
            direct,
            pairing,
            exchanged,
            unreadable: &[],
            inputs: &[],
            told: [Vec::new(), Vec::new()],
            failing_pairs,
            broken_pairs,
            pattern: OnceCell::new(),
        };
        if let Some(proxied) = &facts.proxied {
            let pairs = |how: fn(&Entry) -> bool| {
                let failed = move |index: u32| proxied.on_site.binary_search(&index).is_ok() && proxied.entry(index).is_some_and(how);
                let rows = pairing.rows.iter().filter_map(|pair| Some((pair.proxied?, pair.direct.or(pair.stand_in))));
                rows.filter(|(index, _)| failed(*index)).collect()
            };
            (facts.failing_pairs, facts.broken_pairs) = (pairs(is_520), pairs(is_broken_off));
        }
        facts
    }

    /// With what was given beside the captures: files that could not be read, and texts.
    pub fn beside(self, unreadable: &'a [Unreadable], inputs: &'a [Rc<Input>]) -> Self {
        let captures = [&self.proxied, &self.direct].map(|seen| seen.as_ref().map(|seen| seen.capture));
        let told = told(captures, inputs).map(|side| side.iter().map(|told| (told.source, told.find)).collect());
        Self { unreadable, inputs, told, ..self }
    }

    /// The first of its kind among what texts say.
    pub fn first_told<T>(&self, fact: impl Fn(&'a Fact) -> Option<T>) -> Option<T> {
        self.inputs.iter().flat_map(|input| &input.finds).find_map(|find| fact(&find.fact))
    }

    /// Where an entry of a side comes from: its capture, or a text that tells of it, and then its number among all finds of the texts.
    pub fn whence(&self, source: Source, index: u32) -> (Source, u32) {
        let (seen, side) = match source {
            Source::Proxied => (&self.proxied, 0),
            Source::Direct => (&self.direct, 1),
            _ => return (source, index),
        };
        let own = seen.as_ref().map_or(0, |seen| seen.capture.own().len());
        let told = (index as usize).checked_sub(own).and_then(|behind| self.told.get::<usize>(side)?.get(behind));
        told.copied().unwrap_or((source, index))
    }

    /// A find by its number among all finds of the texts.
    pub fn find(&self, number: u32) -> Option<&'a Find> {
        self.inputs.iter().flat_map(|input| &input.finds).nth(number as usize)
    }

    /// Another capture through Cloudflare, seen with the same hosts as the site's.
    pub fn seen_after<'b>(&self, capture: &'b Capture) -> Seen<'b> {
        let hosts = self.proxied.as_ref().map_or_else(|| site_of(capture), |proxied| proxied.hosts.clone());
        Seen::new(Source::Proxied, capture, hosts)
    }

    /// Requests that Cloudflare answered with its 520, each with its direct partner.
    pub fn failing_pairs(&self) -> &[(u32, Option<u32>)] {
        &self.failing_pairs
    }

    /// Requests whose answer through Cloudflare began well and broke off, each with its direct partner.
    pub fn broken_pairs(&self) -> &[(u32, Option<u32>)] {
        &self.broken_pairs
    }

    /// Which of the site's requests through Cloudflare fail; `None` when the capture holds none that counts.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.get_or_init(|| Pattern::new(self)).as_ref()
    }

    /// A proxied entry.
    pub fn proxied_entry(&self, index: u32) -> Option<&'a Entry> {
        self.proxied.as_ref()?.entry(index)
    }

    /// A direct entry.
    pub fn direct_entry(&self, index: u32) -> Option<&'a Entry> {
        self.direct.as_ref()?.entry(index)
    }

    /// The request that the advice is about: the first 520, else the first failure, else the site's first request.
    pub fn leading(&self) -> Option<(Source, u32, &'a Entry)> {
        let first_520 = self.failing_pairs.first().or(self.broken_pairs.first()).map(|(index, _)| *index);
        let seen = self.proxied.as_ref().or(self.direct.as_ref())?;
        let index = first_520.or(seen.failing.first().copied()).or(seen.on_site.first().copied())?;
        Some((seen.source, index, seen.entry(index)?))
    }

    /// The origin admits only Cloudflare: every direct request of the site fails in the same way, one that Cloudflare got an answer to
    /// (not from its cache) among them. The direct capture is then no evidence.
    pub fn direct_blocked(&self) -> bool {
        let Some(direct) = &self.direct else { return false };
        // What the page or an extension cancelled was not turned away.
        let cancelled = |entry: &&Entry| entry.response.status == 0 && !is_failing(entry);
        let asked = direct.on_site.iter().filter_map(|index| direct.entry(*index)).filter(|entry| !cancelled(entry));
        let mut ways = asked.map(|entry| (entry.response.status, &entry.response.error));
        let Some(first) = ways.next() else { return false };
        let wants_certificate =
            |entry: &Entry| entry.response.error_page.as_ref().and_then(|page| page.says) == Some(Phrase::ClientCertificate);
        let refused = matches!(first.0, 0 | 401 | 403)
            || first.0 >= 500
            || (first.0 == 400 && direct.answered().any(|(_, entry)| wants_certificate(entry)));
        refused
            && ways.all(|way| way == first)
            && self.pairing.matched().any(|(proxied, direct_index, _)| {
                direct.on_site.binary_search(&direct_index).is_ok()
                    && self
                        .proxied_entry(proxied)
                        .is_some_and(|entry| (200..400).contains(&entry.response.status) && reached_the_origin(entry))
            })
    }

    /// Why the direct capture cannot show what the origin does, when it cannot.
    pub fn direct_is_no_evidence(&self) -> Option<Redacted<String>> {
        let direct = self.direct.as_ref()?;
        if self.direct_blocked() {
            return Some(Redacted::fixed(
                "The origin turns away every direct request, so how it answers Cloudflare cannot be seen from here.",
            ));
        }
        if !direct.via_cloudflare.is_empty() {
            return Some(Redacted::fixed(
                "The direct capture went through Cloudflare as well, so it does not show the origin's own answers.",
            ));
        }
        let refused = direct.failing.iter().filter_map(|index| direct.entry(*index)).any(is_refused_certificate);
        (refused && direct.answered().next().is_none()).then(|| {
            Redacted::fixed("The browser refused the origin's certificate and asked for nothing, so what the origin answers was not seen.")
        })
    }

    /// Answers of the origin's that Cloudflare passed on, without those that it had in its cache or made itself.
    pub fn passed_on(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        let proxied = self.proxied.iter();
        let answers = proxied.flat_map(|seen| seen.via_cloudflare.iter().filter_map(|index| Some((*index, seen.entry(*index)?))));
        answers.filter(|(_, entry)| is_passed_on(entry))
    }

    /// The origin itself breaks off every request that is a 520 through Cloudflare, in a way that the browser names: the first of the
    /// direct entries. What explains a 520 without a fault of the origin's is out then.
    pub fn broken_direct(&self) -> Option<u32> {
        if self.direct_is_no_evidence().is_some() {
            return None;
        }
        let broken = |index: &u32| self.direct_entry(*index).is_some_and(is_broken);
        let all = self.failing_pairs.iter().all(|(_, direct)| direct.as_ref().is_some_and(broken));
        self.failing_pairs.first().filter(|_| all)?.1
    }

    /// Cites a field of a proxied entry.
    pub fn cite_proxied(&self, index: u32, field: Field, speaks: Speaks) -> Option<Evidence> {
        Some(field.cite(Source::Proxied, index, self.proxied_entry(index)?, speaks))
    }

    /// Cites a proxied entry's Ray ID, when it has one.
    pub fn cite_ray(&self, index: u32, speaks: Speaks) -> Option<Evidence> {
        let entry = self.proxied_entry(index)?;
        let field = match (entry.response.header("cf-ray"), cloudflares_page(entry)) {
            (Some(_), _) => Field::Header("cf-ray"),
            (None, page) => page?.ray.as_ref().map(|_| Field::ErrorPage)?,
        };
        Some(field.cite(Source::Proxied, index, entry, speaks))
    }

    /// Cites a field of a direct entry.
    pub fn cite_direct(&self, index: u32, field: Field, speaks: Speaks) -> Option<Evidence> {
        Some(field.cite(Source::Direct, index, self.direct_entry(index)?, speaks))
    }
}

impl<'a> Seen<'a> {
    fn new(source: Source, capture: &'a Capture, hosts: Vec<String>) -> Self {
        let all = || (0..).zip(&capture.entries);
        // What a text tells of without its URL was brought because of the site.
        let is_told = |index: u32, entry: &Entry| index as usize >= capture.own().len() && entry.request.url.is_empty();
        let on_site = all().filter(|(index, entry)| is_told(*index, entry) || hosts.iter().any(|host| is_at(entry, host)));
        let on_site: Vec<(u32, &Entry)> = on_site.collect();
        let those = |keep: fn(&Entry) -> bool| on_site.iter().filter(|(_, entry)| keep(entry)).map(|(index, _)| *index).collect();
        Self {
            source,
            capture,
            failing: those(is_failing),
            via_cloudflare: those(answered_by_cloudflare),
            on_site: those(|_| true),
            headers_known: capture.entries.iter().any(|entry| !entry.response.headers.is_empty() || is_measured_told(capture, entry)),
            hosts,
        }
    }

    /// An entry by its index.
    pub fn entry(&self, index: u32) -> Option<&'a Entry> {
        self.capture.entries.get(index as usize)
    }

    /// The site's entries that got an answer.
    pub fn answered(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        self.on_site.iter().filter_map(|index| Some((*index, self.entry(*index)?))).filter(|(_, entry)| entry.response.status > 0)
    }
}

/// Whether a transcript shows all headers, be there none.
fn is_measured_told(capture: &Capture, entry: &Entry) -> bool {
    capture.is_told() && entry.response.headers_size.is_some()
}

/// Whether it counts as failing: a status of 500 and more, or a network error on a request that the page did not cancel. Of what texts tell
/// of the URL may not be known.
pub fn is_failing(entry: &Entry) -> bool {
    let url = &entry.request.url;
    if entry.from_cache.is_some() || !url.is_empty() && !Address::new(url).is_http() {
        return false;
    }
    match entry.response.error.as_deref() {
        Some(error) if error.contains("ERR_ABORTED") || error.contains("ERR_BLOCKED_BY_") || error.contains("ERR_CACHE_MISS") => false,
        Some(_) => true,
        None => entry.response.status == 0 || entry.response.status >= 500,
    }
}

/// Whether the answer came from Cloudflare's edge: by its headers, or, when the exporter wrote none, by its page.
pub fn answered_by_cloudflare(entry: &Entry) -> bool {
    let response = &entry.response;
    response.header("cf-ray").is_some()
        || response.header("server").is_some_and(|server| server.value.eq_ignore_ascii_case("cloudflare"))
        || (response.headers.is_empty() && cloudflares_page(entry).is_some())
}

/// Whether the browser did not go on because of the certificate: nothing was asked, so nothing is known of the answer.
pub(super) fn is_refused_certificate(entry: &Entry) -> bool {
    entry.response.error.as_deref().is_some_and(|error| error.contains("ERR_CERT_"))
}

/// The page that Cloudflare wrote, if it did.
pub(super) fn cloudflares_page(entry: &Entry) -> Option<&ErrorPage> {
    entry.response.error_page.as_deref().filter(|page| page.maker == Maker::Cloudflare)
}

/// Whether it is a 520 of Cloudflare's own. Some platforms use the number too: without a trace of Cloudflare, or with a page that is
/// plainly not its own and no Ray ID, it is theirs. An exporter that wrote no headers leaves it open, and then the number counts.
pub(super) fn is_520(entry: &Entry) -> bool {
    let response = &entry.response;
    response.status == 520
        && is_failing(entry)
        && (response.headers.is_empty() || answered_by_cloudflare(entry) || cloudflares_page(entry).is_some())
}

/// Whether an answer through Cloudflare began without an error status and then broke off, or could not be read to its end: the browser
/// says so, or fewer bytes came than were announced. `ERR_FAILED` is what a page may not read.
pub(super) fn is_broken_off(entry: &Entry) -> bool {
    let response = &entry.response;
    let broke_off = match response.error.as_deref() {
        Some(error) => is_failing(entry) && !error.ends_with("ERR_FAILED"),
        None => body_length(entry).is_some_and(|length| length.how == Came::Short),
    };
    (1..500).contains(&response.status) && broke_off && answered_by_cloudflare(entry)
}

/// Whether an answer through Cloudflare is the origin's own, without a server error.
///
/// An answer from the cache did not come from the origin just now; `NONE` and `UNKNOWN`, a challenge, an error page of Cloudflare's and a
/// redirect without `cf-cache-status` were made at the edge, and so was everything under `/cdn-cgi/`.
fn is_passed_on(entry: &Entry) -> bool {
    let response = &entry.response;
    let cached = response.header("cf-cache-status").map(|header| header.value.trim());
    let at_edge = match cached {
        Some(status) => ["NONE", "UNKNOWN"].iter().any(|edge| status.eq_ignore_ascii_case(edge)),
        None => (300..400).contains(&response.status),
    };
    let cloudflares_page = response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
    let good = (1..500).contains(&response.status) && response.error.is_none() && entry.from_cache.is_none();
    good && !at_edge && !is_cloudflares_own(entry) && !cloudflares_page && reached_the_origin(entry)
}

/// Whether it asks for what Cloudflare itself has on every site, such as the style of its error pages.
pub(super) fn is_cloudflares_own(entry: &Entry) -> bool {
    Address::new(&entry.request.url).path.starts_with("/cdn-cgi/")
}

/// Whether an answer tells that the origin answered: not from Cloudflare's cache, and not of its own making.
pub(super) fn reached_the_origin(entry: &Entry) -> bool {
    let cached = entry
        .response
        .header("cf-cache-status")
        .is_some_and(|header| ["HIT", "STALE", "UPDATING"].iter().any(|status| header.value.eq_ignore_ascii_case(status)));
    !cached && entry.response.header("cf-mitigated").is_none()
}

/// The Ray ID of an answer: its header's, else that of Always Online's cookie, else the one on Cloudflare's error page, which has no data
/// centre.
pub fn ray(entry: &Entry) -> Option<RayId> {
    let header = entry.response.header("cf-ray").and_then(|header| header.value.parse().ok());
    let page = || cloudflares_page(entry)?.ray.as_deref()?.parse().ok();
    header.or_else(|| online_cookie(entry).map(|(_, ray)| ray)).or_else(page)
}

/// The error's code and Ray ID as Always Online's cookie gives them.
pub(super) fn online_cookie(entry: &Entry) -> Option<(u16, RayId)> {
    let mut cookies = entry.response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("set-cookie"));
    cookies.find_map(|cookie| from_cookie(&cookie.value))
}

/// The data centre of an answer.
pub fn colo(entry: &Entry) -> Option<Colo> {
    ray(entry)?.colo()
}

fn is_at(entry: &Entry, host: &str) -> bool {
    Address::new(&entry.request.url).host.eq_ignore_ascii_case(host)
}

/// Hosts that are taken for the site's own at most.
const MOST_HOSTS: usize = 20;

/// The site's own hosts in a capture. What is known from texts alone is about one site: where most fails.
fn site_of(capture: &Capture) -> Vec<String> {
    if !capture.is_told() {
        return site(&capture.entries);
    }
    let failing = hosts(&mut capture.entries.iter().filter(|entry| is_failing(entry)));
    let mut hosts = if failing.is_empty() { site(&capture.entries) } else { failing };
    if let Some(first) = hosts.first().cloned() {
        hosts.retain(|host| is_of_site(host, &first));
    }
    hosts
}

/// The site's own hosts, at most [`MOST_HOSTS`]: those that Cloudflare answered with an error of its own (520 to 530), then the page's.
pub(crate) fn site(entries: &[Entry]) -> Vec<String> {
    let mut found = hosts(&mut entries.iter().filter(|entry| (520..=530).contains(&entry.response.status)));
    let over_http = || entries.iter().filter(|entry| Address::new(&entry.request.url).is_http());
    let page = over_http().find(|entry| entry.resource_type.as_deref() == Some("document")).or_else(|| over_http().next());
    if let Some(page) = page.map(host).filter(|page| !found.contains(page)) {
        found.push(page);
    }
    found
}

/// Whether two hosts belong to one site: they are the same, or one is below the other, `www.` aside.
pub(crate) fn is_of_site(host: &str, own: &str) -> bool {
    let bare = |name: &str| name.trim_end_matches('.').to_ascii_lowercase().trim_start_matches("www.").to_owned();
    let (host, own) = (bare(host), bare(own));
    let is_below =
        |name: &str, of: &str| of.contains('.') && name.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host == own || is_below(&host, &own) || is_below(&own, &host)
}

/// The hosts of some entries, the most frequent first; one less than [`MOST_HOSTS`].
fn hosts(entries: &mut dyn Iterator<Item = &Entry>) -> Vec<String> {
    let named: Vec<String> = entries.map(host).filter(|host| !host.is_empty()).collect();
    tally(&mut named.iter().map(String::as_str)).into_iter().take(MOST_HOSTS - 1).map(|(host, _)| host.to_owned()).collect()
}

fn host(entry: &Entry) -> String {
    Address::new(&entry.request.url).host.to_ascii_lowercase()
}
