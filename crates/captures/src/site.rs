//! What one side tells of the site: which hosts are its own, which of its requests fail, and whether they went through Cloudflare.

use crate::edge::{answered_by_cloudflare, is_failing};
use crate::evidence::address::Address;
use crate::har::{Capture, Entry};
use crate::order::tally;
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

    /// The site's entries that got an answer.
    pub fn answered(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        self.on_site.iter().filter_map(|index| Some((*index, self.entry(*index)?))).filter(|(_, entry)| entry.response.status > 0)
    }
}

/// Whether an entry asks this host.
pub fn is_at(entry: &Entry, host: &str) -> bool {
    Address::new(&entry.request.url).host.eq_ignore_ascii_case(host)
}

/// Hosts that are taken for the site's own at most.
const MAX_HOSTS: usize = 20;

/// The site's own hosts by requests that texts show: all of them are about one site, the one where most fails.
pub fn site_shown(entries: &[&Entry]) -> Vec<String> {
    let failing = hosts(&mut entries.iter().copied().filter(|entry| is_failing(entry)));
    let mut hosts = if failing.is_empty() { site(entries.iter().copied()) } else { failing };
    if let Some(first) = hosts.first().cloned() {
        hosts.retain(|host| is_of_site(host, &first));
    }
    hosts
}

/// The site's own hosts, at most 20: those that Cloudflare answered with an error of its own (520 to 530), then the page's.
pub fn site<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<String> {
    let entries: Vec<&Entry> = entries.into_iter().collect();
    let mut found = hosts(&mut entries.iter().copied().filter(|entry| (520..=530).contains(&entry.response.status)));
    let over_http = || entries.iter().copied().filter(|entry| Address::new(&entry.request.url).is_http());
    let page = over_http().find(|entry| entry.resource_type.as_deref() == Some("document")).or_else(|| over_http().next());
    if let Some(page) = page.map(host).filter(|page| !found.contains(page)) {
        found.push(page);
    }
    found
}

/// Whether two hosts belong to one site: they are the same, or one is below the other, `www.` aside.
pub fn is_of_site(host: &str, own: &str) -> bool {
    let bare = |name: &str| name.trim_end_matches('.').to_ascii_lowercase().trim_start_matches("www.").to_owned();
    let (host, own) = (bare(host), bare(own));
    let is_below =
        |name: &str, of: &str| of.contains('.') && name.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host == own || is_below(&host, &own) || is_below(&own, &host)
}

/// Whether a capture went through Cloudflare: any answer of its site did. `None` when its exporter wrote no headers that would tell.
pub fn went_through_cloudflare(capture: &Capture) -> Option<bool> {
    tells_cloudflare(&SideView::new(Side::Proxied, Some(capture), None, site(&capture.entries)))
}

/// As [`went_through_cloudflare`], of all that was seen from a side.
pub fn tells_cloudflare(view: &SideView<'_>) -> Option<bool> {
    // A broken origin may give no answer at all.
    let tells = view.headers_known || view.answered().next().is_none();
    let via_cloudflare = !view.via_cloudflare.is_empty();
    (tells || via_cloudflare).then_some(via_cloudflare)
}

/// The hosts of some entries, the most frequent first; one less than [`MAX_HOSTS`].
fn hosts(entries: &mut dyn Iterator<Item = &Entry>) -> Vec<String> {
    let named: Vec<String> = entries.map(host).filter(|host| !host.is_empty()).collect();
    tally(&mut named.iter().map(String::as_str)).into_iter().take(MAX_HOSTS - 1).map(|(host, _)| host.to_owned()).collect()
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
        Capture { entries, ..Capture::default() }
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

    /// Breaks when a third party's host is taken for the site, or the hosts that fail do not come first.
    #[test]
    fn the_site_is_where_cloudflare_fails_then_the_page() {
        let entries = [
            entry("data:text/plain,a", 200, &[]),
            entry("https://www.shop.example/", 200, &[]),
            entry("https://API.shop.example/a", 520, &[]),
            entry("https://cdn.example/a.js", 200, &[]),
        ];
        assert_eq!(site(&entries), ["api.shop.example", "www.shop.example"]);
        assert_eq!(site(&entries[..1]), [""; 0]);
    }

    /// Breaks when "no header of Cloudflare's" is said of a file whose exporter wrote no headers, or of another site's answers.
    #[test]
    fn without_headers_nothing_is_said() {
        let page = |headers: &[(&str, &str)]| entry("https://shop.example/", 200, headers);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[])])), None);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("server", "nginx")])])), Some(false));
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("cf-ray", "8a7d5e2fbcd1a1c3-DFW")])])), Some(true));
        let third_party = entry("https://cdn.example/a.js", 200, &[("cf-ray", "8a7d5e2fbcd1a1c3-DFW")]);
        assert_eq!(went_through_cloudflare(&capture(vec![page(&[("server", "nginx")]), third_party])), Some(false));
        assert_eq!(went_through_cloudflare(&capture(vec![entry("https://shop.example/", 0, &[])])), Some(false));
    }
}
