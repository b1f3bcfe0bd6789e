//! What one side tells of the site: which hosts are its own, which of its requests fail, and whether they went through Cloudflare.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::edge::{answered_by_cloudflare, is_520, is_failing};
use crate::evidence::address::Address;
use crate::evidence::public_suffix;
use crate::har::{Capture, Entry};
use crate::order::sort_by_key;
use crate::order::{Numbers, tally};
use crate::side::Side;

/// Everything that was seen from one side, in one numbering: the entries of its capture, then the requests that texts show.
///
/// Failing, and through Cloudflare, are only ever said of the site's own hosts: nearly every page also loads something from another
/// customer of Cloudflare.
pub struct SideView<'a> {
    /// Which side it is.
    pub side: Side,
    /// The capture; `None` when all that is known of this side stands in texts.
    pub capture: Option<&'a Capture>,
    /// The entries of the capture, then those that texts show.
    entries: Vec<&'a Entry>,
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

impl<'a> SideView<'a> {
    /// The view of a side of the site that has these hosts. `shown` are the requests that texts show.
    pub fn new(side: Side, capture: Option<&'a Capture>, shown: impl IntoIterator<Item = &'a Entry>, hosts: Vec<String>) -> Self {
        let own = capture.map_or(0, |capture| capture.entries.len());
        let entries: Vec<&Entry> = capture.iter().flat_map(|capture| &capture.entries).chain(shown).collect();
        let all = || (0..).zip(entries.iter().copied());
        // What a text shows without its URL was brought because of the site.
        let is_shown = |index: u32, entry: &Entry| index as usize >= own && entry.request.url.is_empty();
        let on_site = all().filter(|(index, entry)| is_shown(*index, entry) || hosts.iter().any(|host| is_at(entry, host)));
        let on_site: Vec<(u32, &Entry)> = on_site.collect();
        let those = |keep: fn(&Entry) -> bool| on_site.iter().filter(|(_, entry)| keep(entry)).map(|(index, _)| *index).collect();
        // A transcript shows all headers, be there none.
        let is_measured = |entry: &Entry| capture.is_none() && entry.response.headers_size.is_some();
        Self {
            side,
            capture,
            failing: those(is_failing),
            via_cloudflare: those(answered_by_cloudflare),
            on_site: those(|_| true),
            headers_known: entries.iter().any(|entry| !entry.response.headers.is_empty() || is_measured(entry)),
            hosts,
            entries,
        }
    }

    /// All entries, by their index.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &'a Entry> + ExactSizeIterator + Clone {
        self.entries.iter().copied()
    }

    /// An entry by its index.
    pub fn entry(&self, index: u32) -> Option<&'a Entry> {
        self.entries.get(index as usize).copied()
    }

    /// Whether an index is that of an entry of the capture, not of a request that a text shows.
    pub fn is_in_capture(&self, index: u32) -> bool {
        self.capture.is_some_and(|capture| (index as usize) < capture.entries.len())
    }

    /// The program that wrote the capture, name and version; empty when there is no capture.
    pub fn creator(&self) -> &'a str {
        self.capture.map_or("", |capture| &capture.creator)
    }

    /// The site's entries that got an answer over the network: a browser's cache and a service worker tell nothing of now.
    pub fn answered(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        self.on_site
            .iter()
            .filter_map(|index| Some((*index, self.entry(*index)?)))
            .filter(|(_, entry)| entry.response.status > 0 && entry.from_cache.is_none())
    }
}

/// Whether an entry asks this host.
pub fn is_at(entry: &Entry, host: &str) -> bool {
    Address::new(&entry.request.url).host.eq_ignore_ascii_case(host)
}

/// Hosts that are taken for the site's own at most.
const MAX_HOSTS: usize = 20;
/// Registrable domains that are weighed at most, the most frequent: only a file made to be slow has more that matter.
const MAX_DOMAINS: usize = 1000;

/// The site that a case is about. Everything else in a capture belongs to other people: advertisements, frames, login providers, pages that
/// were open before, other customers of Cloudflare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its hosts with their ports, lower case, the most telling first, at most 20; empty when nothing was asked for.
    pub hosts: Vec<String>,
    /// Why they are taken for it.
    pub reason: Reason,
}

/// Why hosts are taken for the site, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The person said so.
    Stated,
    /// Cloudflare answered them with a 520.
    Answered520,
    /// One capture asked them through Cloudflare, another one without it.
    AskedBothWays,
    /// Cloudflare answered them with another error of its own, 521 to 530.
    Answered52x,
    /// A page of theirs was opened, and something of it failed.
    PageFailed,
    /// Theirs is the page that was opened.
    Page,
    /// Nothing tells more than that they were asked for.
    #[default]
    Asked,
}

impl Reason {
    /// Why, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stated => "you said so",
            Self::Answered520 => "Cloudflare answered it with a 520",
            Self::AskedBothWays => "it was asked through Cloudflare and without it",
            Self::Answered52x => "Cloudflare answered it with an error of its own",
            Self::PageFailed => "its page was opened, and something of it failed",
            Self::Page => "it is the page that was opened",
            Self::Asked => "nothing else was asked for more",
        }
    }
}

impl Site {
    /// Finds the site that some captures are about, each given by its entries. Their order does not matter.
    ///
    /// The site is one registrable domain, by the public suffix list: the one that the person chose; else one that one capture asked through
    /// Cloudflare and another one without it, first of all one with a 520; else one that Cloudflare answered with a 520; else one with
    /// another failure; else that of the page. A domain that went through Cloudflare in every capture is another customer's where there is a
    /// better one.
    pub fn find(captures: &[Vec<&Entry>], chosen: Option<&str>) -> Self {
        let hosts = hosts(&mut captures.iter().flatten().copied());
        if let Some(chosen) = chosen.map(str::trim).filter(|chosen| !chosen.is_empty()) {
            let chosen = registrable(&chosen.to_ascii_lowercase());
            return Self { hosts: own(captures, &hosts, &chosen), reason: Reason::Stated };
        }
        let mut domains: Vec<(String, Vec<Asked>)> = Vec::new();
        let mut numbers = Numbers::default();
        // Most entries ask one of a few hosts.
        let mut of_host: HashMap<String, usize> = HashMap::new();
        for (number, capture) in captures.iter().enumerate() {
            for entry in capture.iter().filter(|entry| Address::new(&entry.request.url).is_http()) {
                let host = host(entry);
                let domain = *of_host.entry(host).or_insert_with_key(|host| {
                    let name = registrable(host);
                    let (domain, is_new) = numbers.number(&name);
                    if is_new {
                        domains.push((name, vec![Asked::default(); captures.len()]));
                    }
                    domain
                });
                if domain < MAX_DOMAINS {
                    domains[domain].1[number].add(entry);
                }
            }
        }
        domains.truncate(MAX_DOMAINS);
        let names: Vec<&str> = domains.iter().map(|(name, _)| name.as_str()).collect();
        let address_of = addresses(captures, &names);
        let all: Vec<Vec<Asked>> = domains.iter().map(|(_, asked)| asked.clone()).collect();
        let claims = domains.iter().enumerate().filter(|(_, (name, _))| captures.len() < 2 || !is_address(name) || domains.len() == 1);
        let claims = claims.map(|(place, (name, asked))| {
            let mut asked = asked.clone();
            for (capture, asked) in asked.iter_mut().enumerate().filter(|(_, asked)| asked.all == 0) {
                let addresses = address_of[capture].iter().filter(|(_, domain)| *domain == Some(place));
                *asked = addresses.fold(*asked, |asked, (address, _)| all[*address][capture].max(asked));
            }
            (Claim::new(&asked), name, place)
        });
        let claims: Vec<_> = claims.collect();
        let best = claims.iter().max_by(|(one, a, _), (other, b, _)| (one, a).cmp(&(other, b)));
        let best = best.map(|(claim, name, place)| (claim.reason(), *name, *place));
        let Some((reason, name, place)) = best.or_else(|| domains.first().map(|(name, _)| (Reason::Asked, name, 0))) else {
            return Self::default();
        };
        let mut found = own(captures, &hosts, name);
        for (address, _) in address_of.iter().flatten().filter(|(_, domain)| *domain == Some(place)) {
            found.extend(own(captures, &hosts, names[*address]));
        }
        found.truncate(MAX_HOSTS);
        Self { hosts: found, reason }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        self.hosts.is_empty()
    }

    /// Its hosts that some entries ask, in its own order; where there is none, the host of the page among them: a capture may ask an address
    /// or a staging name.
    pub fn hosts_asked(&self, entries: &[&Entry]) -> Vec<String> {
        let asked: Vec<String> = self.hosts.iter().filter(|host| entries.iter().any(|entry| is_at(entry, host))).cloned().collect();
        if !asked.is_empty() {
            return asked;
        }
        let pages = hosts(&mut entries.iter().copied().filter(|entry| is_page(entry)));
        let all = || hosts(&mut entries.iter().copied());
        pages.into_iter().next().or_else(|| all().into_iter().next()).into_iter().collect()
    }
}

/// By capture: the addresses that it asks, each with the domain that it stands for: the one of another capture with which it shares most
/// paths, when this capture does not ask that one by name.
fn addresses(captures: &[Vec<&Entry>], domains: &[&str]) -> Vec<Vec<(usize, Option<usize>)>> {
    let place = |entry: &Entry| domains.iter().position(|domain| *domain == registrable(&host(entry)));
    let mut paths: Vec<HashMap<usize, HashSet<&str>>> = vec![HashMap::new(); captures.len()];
    if !domains.iter().any(|domain| is_address(domain)) {
        return vec![Vec::new(); captures.len()];
    }
    for (number, capture) in captures.iter().enumerate() {
        for entry in capture {
            if let Some(place) = place(entry) {
                paths[number].entry(place).or_default().insert(Address::new(&entry.request.url).path);
            }
        }
    }
    let of = |number: usize| {
        let asked = paths[number].iter().filter(|(place, _)| is_address(domains[**place]));
        let stands_for = |own: &HashSet<&str>| {
            let others = paths.iter().enumerate().filter(|(other, _)| *other != number).flat_map(|(_, paths)| paths);
            let others = others.filter(|(place, _)| !is_address(domains[**place]) && !paths[number].contains_key(place));
            let shared = others.map(|(place, paths)| (paths.intersection(own).count(), paths.len(), Reverse(domains[*place]), *place));
            shared.filter(|(count, ..)| *count > 0).max().map(|(.., place)| place)
        };
        let mut found: Vec<_> = asked.map(|(place, own)| (*place, stands_for(own))).collect();
        sort_by_key(&mut found, |found| *found);
        found
    };
    (0..captures.len()).map(of).collect()
}

/// How one capture asked for a registrable domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    through_cloudflare: u32,
    /// Answered with headers, none of them Cloudflare's.
    otherwise: u32,
    /// Failed without an answer of Cloudflare's.
    unanswered: u32,
    answered_520: u32,
    page_520: u32,
    answered_52x: u32,
    failed: u32,
    pages: u32,
    all: u32,
}

impl Asked {
    fn add(&mut self, entry: &Entry) {
        let (status, is_page) = (entry.response.status, is_page(entry));
        let through_cloudflare = answered_by_cloudflare(entry);
        let fails = is_failing(entry);
        self.through_cloudflare += u32::from(through_cloudflare);
        self.otherwise += u32::from(!through_cloudflare && status > 0 && !entry.response.headers.is_empty());
        self.unanswered += u32::from(status == 0 && fails);
        self.answered_520 += u32::from(is_520(entry));
        self.page_520 += u32::from(is_520(entry) && is_page);
        let is_cloudflares = through_cloudflare || entry.response.headers.is_empty();
        self.answered_52x += u32::from((521..=530).contains(&status) && is_cloudflares);
        // What is no HTTP has no status of its own.
        self.failed += u32::from(fails || entry.response.http_version.ends_with("/0.9"));
        self.pages += u32::from(is_page);
        self.all += 1;
    }
}

/// What speaks for a registrable domain as the site, the most telling first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    /// See [`Claim::class`].
    class: u8,
    page_520: u32,
    answered_520: u32,
    /// A page of the domain was opened, and something of it failed.
    failed_with_page: bool,
    answered_52x: bool,
    has_page: bool,
    all: u32,
}

impl Claim {
    fn new(asked: &[Asked]) -> Self {
        let sum = |of: fn(&Asked) -> u32| asked.iter().map(of).sum();
        let mut claim = Self {
            class: 0,
            page_520: sum(|asked| asked.page_520),
            answered_520: sum(|asked| asked.answered_520),
            answered_52x: asked.iter().any(|asked| asked.answered_52x > 0),
            failed_with_page: asked.iter().any(|asked| asked.pages > 0) && asked.iter().any(|asked| asked.failed > 0),
            has_page: asked.iter().any(|asked| asked.pages > 0),
            all: sum(|asked| asked.all),
        };
        let through = |asked: &Asked| asked.through_cloudflare > 0;
        let other_way = |asked: &Asked| !through(asked) && asked.otherwise > 0;
        // Without any answer, the other way may have been taken as well.
        let perhaps = |asked: &Asked| !through(asked) && asked.unanswered > 0;
        let is_through = asked.iter().any(through);
        let both_ways = is_through && asked.iter().any(other_way);
        let perhaps_both = both_ways || is_through && asked.iter().any(perhaps);
        let always_through = asked.len() > 1 && asked.iter().all(through);
        claim.class = match (claim.answered_520 > 0, both_ways, perhaps_both, always_through) {
            (true, _, true, _) => 5,
            (false, true, ..) => 4,
            (false, _, true, _) if claim.answered_52x || claim.failed_with_page => 3,
            (true, _, _, false) => 2,
            (true, ..) => 1,
            _ => 0,
        };
        claim
    }

    fn reason(&self) -> Reason {
        match self {
            Self { answered_520: 1.., .. } => Reason::Answered520,
            Self { class: 4, .. } => Reason::AskedBothWays,
            Self { failed_with_page: true, answered_52x: false, .. } => Reason::PageFailed,
            Self { answered_52x: true, .. } => Reason::Answered52x,
            Self { has_page: true, .. } => Reason::Page,
            _ => Reason::Asked,
        }
    }
}

/// The hosts of a registrable domain: those that Cloudflare answered with an error of its own, then those of pages, then the rest.
fn own(captures: &[Vec<&Entry>], hosts: &[String], domain: &str) -> Vec<String> {
    let mut own: Vec<(u8, &String)> = hosts.iter().filter(|host| registrable(host) == domain).map(|host| (2, host)).collect();
    let places: HashMap<&str, usize> = own.iter().enumerate().map(|(place, (_, host))| (host.as_str(), place)).collect();
    let ranks = captures.iter().flatten().filter_map(|entry| {
        let rank = if (520..=530).contains(&entry.response.status) { 0 } else { 2 - u8::from(is_page(entry)) };
        Some((*places.get(host(entry).as_str())?, rank))
    });
    for (place, rank) in ranks.collect::<Vec<_>>() {
        own[place].0 = own[place].0.min(rank);
    }
    sort_by_key(&mut own, |(rank, _)| *rank);
    own.into_iter().take(MAX_HOSTS).map(|(_, host)| host.clone()).collect()
}

/// Whether an entry is a page that was opened, not one in a frame. Over plain HTTP only the page that it was asked from tells frames apart.
fn is_page(entry: &Entry) -> bool {
    if let Some(header) = entry.request.header("sec-fetch-dest") {
        return header.value.eq_ignore_ascii_case("document");
    }
    let is_foreign = |from: &str| !is_of_site(Address::new(from).host, &host(entry));
    let is_document = match entry.resource_type.as_deref() {
        Some(kind) => kind == "document",
        // Firefox does not write it.
        None => entry.response.mime_type.starts_with("text/html"),
    };
    is_document && !entry.request.header("referer").is_some_and(|from| is_foreign(&from.value))
}

/// The registrable domain of a host, by the public suffix list; of an address, and of what has none, the host itself without its port.
fn registrable(host: &str) -> String {
    let name = Address { host, ..Address::default() }.host_name().trim_end_matches('.');
    if is_address(name) {
        return name.to_owned();
    }
    public_suffix::registrable(name).unwrap_or(name).to_owned()
}

/// Whether a host's name is an IP address.
pub fn is_address(name: &str) -> bool {
    name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// Whether two hosts belong to one site: they are the same, or one is below the other, `www.` aside.
pub fn is_of_site(host: &str, own: &str) -> bool {
    let bare = |name: &str| name.trim_end_matches('.').to_ascii_lowercase().trim_start_matches("www.").to_owned();
    let (host, own) = (bare(host), bare(own));
    let is_below =
        |name: &str, of: &str| of.contains('.') && name.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host == own || is_below(&host, &own) || is_below(&own, &host)
}

/// Whether a capture went through Cloudflare: any answer of the site did. `None` when its exporter wrote no headers that would tell.
pub fn went_through_cloudflare(capture: &Capture, site: &Site) -> Option<bool> {
    let entries: Vec<&Entry> = capture.entries.iter().collect();
    tells_cloudflare(&SideView::new(Side::Proxied, Some(capture), None, site.hosts_asked(&entries)))
}

/// As [`went_through_cloudflare`], of all that was seen from a side.
pub fn tells_cloudflare(view: &SideView<'_>) -> Option<bool> {
    // A broken origin may give no answer at all.
    let tells = view.headers_known || view.answered().next().is_none();
    let via_cloudflare = !view.via_cloudflare.is_empty();
    (tells || via_cloudflare).then_some(via_cloudflare)
}

/// The hosts of some entries, the most frequent first; equally frequent ones by their names, so that no order of the entries matters.
fn hosts(entries: &mut dyn Iterator<Item = &Entry>) -> Vec<String> {
    let named: Vec<String> = entries.filter(|entry| Address::new(&entry.request.url).is_http()).map(host).collect();
    let mut counted = tally(&mut named.iter().map(String::as_str));
    sort_by_key(&mut counted, |(host, count)| (Reverse(*count), *host));
    counted.into_iter().map(|(host, _)| host.to_owned()).collect()
}

fn host(entry: &Entry) -> String {
    Address::new(&entry.request.url).host.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::har::Header;

    fn entry(url: &str, status: u16, headers: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::default();
        entry.request.url = url.into();
        entry.response.status = status;
        let headers = headers.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), ..Header::default() });
        entry.response.headers = headers.map(Into::into).collect();
        entry
    }

    fn capture(entries: Vec<Entry>) -> Capture {
        Capture { entries: entries.into(), ..Capture::default() }
    }

    /// Breaks when a host of the site counts as another's, or one that only ends alike counts as the site's.
    #[test]
    fn hosts_below_one_another_are_one_site() {
        for (host, own) in
            [("shop.example", "www.shop.example"), ("API.shop.example.", "shop.example"), ("shop.example", "a.b.shop.example")]
        {
            assert!(is_of_site(host, own) && is_of_site(own, host), "{host} {own}");
        }
        for (host, own) in [("workshop.example", "shop.example"), ("shop.example", "example"), ("a.shop.example", "b.shop.example")] {
            assert!(!is_of_site(host, own), "{host} {own}");
        }
    }

    const EDGE: &[(&str, &str)] = &[("server", "cloudflare"), ("cf-ray", "8a7d5e2fbcd1a1c3-DFW")];
    const ORIGIN: &[(&str, &str)] = &[("server", "nginx")];

    fn page(url: &str, status: u16, headers: &[(&str, &str)]) -> Entry {
        Entry { resource_type: Some("document".into()), ..entry(url, status, headers) }
    }

    #[track_caller]
    fn check(captures: &[Vec<Entry>], expected: &[&str], reason: Reason) {
        let mut captures: Vec<Vec<&Entry>> = captures.iter().map(|entries| entries.iter().collect()).collect();
        for _ in 0..2 {
            let site = Site::find(&captures, None);
            assert_eq!(
                (site.hosts.as_slice(), site.reason),
                (&expected.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()[..], reason)
            );
            captures.reverse();
        }
    }

    /// Breaks when a third party's host is taken for the site, a host of the same registrable domain is not, or the hosts that fail do not
    /// come first.
    #[test]
    fn the_site_is_the_registrable_domain_that_fails() {
        let entries = vec![
            entry("data:text/plain,a", 200, &[]),
            page("https://www.shop.co.uk/", 200, EDGE),
            entry("https://API.shop.co.uk/a", 520, EDGE),
            entry("https://cdn.co.uk/a.js", 200, EDGE),
            entry("https://static.shop.co.uk/a.js", 200, EDGE),
        ];
        check(&[entries], &["api.shop.co.uk", "www.shop.co.uk", "static.shop.co.uk"], Reason::Answered520);
        check(&[vec![entry("data:text/plain,a", 200, &[])]], &[], Reason::Asked);
        check(
            &[vec![entry("https://one.pages.dev/", 520, EDGE), entry("https://two.pages.dev/", 200, EDGE)]],
            &["one.pages.dev"],
            Reason::Answered520,
        );
    }

    /// Breaks when another customer of Cloudflare is taken for the site: an earlier page or an advertisement, failing or not.
    #[test]
    fn other_customers_of_cloudflare_are_not_the_site() {
        let foreign = |status| vec![page("https://earlier.example/", status, EDGE), entry("https://ads.example/a", 520, EDGE)];
        for status in [200, 503, 520] {
            let mut through = foreign(status);
            through.extend([page("https://shop.example/", 520, EDGE), entry("https://shop.example/a", 200, EDGE)]);
            let mut direct = foreign(status);
            direct.extend([page("https://shop.example/", 0, &[]), entry("https://shop.example/a", 200, ORIGIN)]);
            check(&[through.clone(), direct], &["shop.example"], Reason::Answered520);
            let mut by_address = foreign(status);
            by_address.push(page("http://203.0.113.7/", 0, &[]));
            check(&[through, by_address], &["shop.example", "203.0.113.7"], Reason::Answered520);
            let mut healthy = foreign(status);
            healthy.push(page("https://shop.example/", 200, EDGE));
            let mut direct = foreign(status);
            direct.push(page("https://shop.example/", 200, ORIGIN));
            check(&[healthy, direct], &["shop.example"], Reason::AskedBothWays);
        }
    }

    /// Breaks when what the person says does not count, or a page in a frame is taken for the one that was opened.
    #[test]
    fn the_person_knows_better() {
        let mut frame = page("https://frame.example/", 200, EDGE);
        frame.request.headers = vec![Header { name: "Sec-Fetch-Dest".into(), value: "iframe".into(), ..Header::default() }.into()];
        let entries = [frame, page("https://shop.example/", 200, EDGE), entry("https://api.other.example/", 520, EDGE)];
        let captures = [entries.iter().collect::<Vec<_>>()];
        assert_eq!(Site::find(&captures, Some(" WWW.shop.example ")).hosts, ["shop.example"]);
        assert_eq!(Site::find(&captures, Some("nobody.example")), Site { hosts: Vec::new(), reason: Reason::Stated });
        let working = [entries[..2].iter().collect::<Vec<_>>()];
        assert_eq!(Site::find(&working, None), Site { hosts: vec!["shop.example".into()], reason: Reason::Page });
    }

    /// Breaks, by taking minutes, when the work grows with the square of the number of hosts.
    #[test]
    fn many_hosts_are_no_trouble() {
        let entries: Vec<Entry> =
            (0..50_000).map(|number| entry(&format!("https://a{number}.shop{}.example/", number % 2000), 200, EDGE)).collect();
        assert_eq!(Site::find(&[entries.iter().collect()], None).hosts.len(), MAX_HOSTS);
    }

    /// Breaks when "no header of Cloudflare's" is said of a file whose exporter wrote no headers, or of another site's answers.
    #[test]
    fn without_headers_nothing_is_said() {
        let site = Site { hosts: vec!["shop.example".into()], reason: Reason::Page };
        let went_through_cloudflare = |capture: &Capture| went_through_cloudflare(capture, &site);
        let page = |headers| entry("https://shop.example/", 200, headers);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[])])), None);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("server", "nginx")])])), Some(false));
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("cf-ray", "8a7d5e2fbcd1a1c3-DFW")])])), Some(true));
        let third_party = entry("https://cdn.example/a.js", 200, &[("cf-ray", "8a7d5e2fbcd1a1c3-DFW")]);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("server", "nginx")]), third_party])), Some(false));
        assert_eq!(went_through_cloudflare(&capture(vec![entry("https://shop.example/", 0, &[])])), Some(false));
    }
}
