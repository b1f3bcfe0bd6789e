use std::collections::{HashMap, VecDeque};

use super::difference::{Difference, differences};
use crate::evidence::address::Address;
use crate::har::{Capture, Entry};
use crate::order::{Numbers, by_key};

/// Which entries of two captures are the same request.
///
/// The same request has the same method, path and query, and a host that is the same or stands for the same: the direct capture often
/// asks an address, a port or a staging name. A request that repeats is kept apart by its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairing {
    /// In the order of the proxied file, what only the direct one has between where it stood.
    pub rows: Vec<Pair>,
    /// Hosts that stand for the same, the proxied capture's first; equal ones are left out.
    pub aliases: Vec<(String, String)>,
}

/// One request, as an index into either capture's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// In the proxied capture.
    pub proxied: Option<u32>,
    /// In the direct capture.
    pub direct: Option<u32>,
    /// In what they differ, most important first; empty when one side is missing.
    pub differs: Vec<Difference>,
}

/// Hosts of one capture that are looked at for one request at most. More of them ask for the same thing only in a file made to be slow.
const MOST_HOSTS: usize = 8;

/// What two entries share when they are the same request; the host by its number.
type Key<'a> = (usize, &'a str, &'a str, Option<&'a str>);

impl Pairing {
    /// Pairs two captures, in time that grows with the number of entries.
    pub fn new(proxied: Option<&Capture>, direct: Option<&Capture>) -> Self {
        let entries = |capture: Option<&'_ Capture>| capture.map_or(&[][..], |capture| &capture.entries).len();
        let (Some(proxied), Some(direct)) = (proxied, direct) else {
            let alone = |index| Some(u32::try_from(index).unwrap_or(u32::MAX));
            let rows = (0..entries(proxied)).map(|index| Pair { proxied: alone(index), ..Pair::default() });
            let others = (0..entries(direct)).map(|index| Pair { direct: alone(index), ..Pair::default() });
            return Self { rows: rows.chain(others).collect(), aliases: Vec::new() };
        };
        let hosts = Hosts::new(&proxied.entries, &direct.entries);
        let mut waiting: HashMap<Key<'_>, VecDeque<usize>> = HashMap::new();
        for (index, entry) in direct.entries.iter().enumerate() {
            waiting.entry(hosts.key(entry, false)).or_default().push_back(index);
        }
        let partner = |entry| u32::try_from(waiting.get_mut(&hosts.key(entry, true))?.pop_front()?).ok();
        let partners: Vec<Option<u32>> = proxied.entries.iter().map(partner).collect();
        let mut paired = vec![false; direct.entries.len()];
        for partner in partners.iter().flatten() {
            paired[*partner as usize] = true;
        }
        let mut alone: VecDeque<u32> = (0..).zip(paired).filter(|(_, paired)| !paired).map(|(index, _)| index).collect();
        let mut rows = Vec::with_capacity(proxied.entries.len() + alone.len());
        for ((index, entry), partner) in (0..).zip(&proxied.entries).zip(partners) {
            if let Some(partner) = partner {
                while alone.front().is_some_and(|front| *front < partner) {
                    rows.push(Pair { direct: alone.pop_front(), ..Pair::default() });
                }
            }
            let other = partner.and_then(|partner| direct.entries.get(partner as usize));
            let differs = other.map(|other| differences(entry, other)).unwrap_or_default();
            rows.push(Pair { proxied: Some(index), direct: partner, differs });
        }
        rows.extend(alone.into_iter().map(|index| Pair { direct: Some(index), ..Pair::default() }));
        Self { rows, aliases: hosts.aliases }
    }

    /// Rows that have both sides.
    pub fn matched(&self) -> impl Iterator<Item = (u32, u32, &Pair)> {
        self.rows.iter().filter_map(|pair| Some((pair.proxied?, pair.direct?, pair)))
    }

    /// The direct capture's name of a host of the proxied one.
    pub fn direct_host<'a>(&'a self, host: &'a str) -> &'a str {
        self.aliases.iter().find(|(proxied, _)| proxied == host).map_or(host, |(_, direct)| direct)
    }
}

/// The hosts of both captures, numbered so that those which stand for the same have the same number.
struct Hosts {
    numbers: Numbers,
    /// By the number of a host of the direct capture: the number of the proxied capture's host that it stands for, else its own.
    stands_for: Vec<usize>,
    aliases: Vec<(String, String)>,
}

impl Hosts {
    fn new(proxied: &[Entry], direct: &[Entry]) -> Self {
        let mut numbers = Numbers::default();
        let mut names: Vec<String> = Vec::new();
        let mut asked_by = [Vec::new(), Vec::new()];
        for (side, entries) in [proxied, direct].into_iter().enumerate() {
            for entry in entries {
                let host = host(entry);
                let (number, is_new) = numbers.number(&host);
                if is_new {
                    names.push(host);
                    for requests in &mut asked_by {
                        requests.push(0);
                    }
                }
                asked_by[side][number] += 1;
            }
        }
        let mut stands_for: Vec<usize> = (0..names.len()).collect();
        let mut aliases = Vec::new();
        for (of_proxied, of_direct) in shared(proxied, direct, &numbers, &asked_by) {
            stands_for[of_direct] = of_proxied;
            aliases.push((names[of_proxied].clone(), names[of_direct].clone()));
        }
        Self { numbers, stands_for, aliases }
    }

    fn key<'a>(&self, entry: &'a Entry, proxied: bool) -> Key<'a> {
        let own = self.numbers.get(&host(entry)).unwrap_or(usize::MAX);
        let number = if proxied { own } else { self.stands_for.get(own).copied().unwrap_or(own) };
        let (method, path, query) = request(entry);
        (number, method, path, query)
    }
}

/// Hosts that only one capture has and that were asked for the same, by their numbers: those that share most first, each once.
///
/// One shared request is enough for the hosts that the captures start with; for others, which may be two third parties that both have a
/// `/favicon.ico`, it takes all requests of one of them and at least two.
fn shared(proxied: &[Entry], direct: &[Entry], numbers: &Numbers, asked_by: &[Vec<u32>; 2]) -> Vec<(usize, usize)> {
    let only = |entry: &Entry, other: usize| {
        let number = numbers.get(&host(entry))?;
        (is_http(entry) && asked_by[other][number] == 0).then_some(number)
    };
    // Of the type that waiting entries have too, which keeps it one for the page to load.
    let mut asked: HashMap<Key<'_>, VecDeque<usize>> = HashMap::new();
    for entry in proxied {
        if let Some(number) = only(entry, 1) {
            let (method, path, query) = request(entry);
            let hosts = asked.entry((0, method, path, query)).or_default();
            if hosts.len() < MOST_HOSTS && !hosts.contains(&number) {
                hosts.push_back(number);
            }
        }
    }
    let mut pairs = Vec::new();
    for entry in direct {
        if let Some(number) = only(entry, 0) {
            let (method, path, query) = request(entry);
            for other in asked.get(&(0, method, path, query)).into_iter().flatten() {
                pairs.push((*other, number));
            }
        }
    }
    let first = |entries: &[Entry]| entries.iter().find(|entry| is_http(entry)).and_then(|entry| numbers.get(&host(entry)));
    let firsts = first(proxied).zip(first(direct));
    let mut counts: Vec<((usize, usize), u32)> = Vec::new();
    for pair in by_key(pairs, |(one, other)| ((*one as u64) << 32) | *other as u64) {
        match counts.last_mut() {
            Some((last, count)) if *last == pair => *count += 1,
            _ => counts.push((pair, 1)),
        }
    }
    let ranked = by_key(counts, |(pair, count)| (u64::from(firsts != Some(*pair)) << 32) | u64::from(u32::MAX - count));
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut is_taken = vec![false; asked_by[0].len()];
    for (pair, count) in ranked {
        let enough = firsts == Some(pair) || (count >= 2 && count >= asked_by[1][pair.1]);
        if enough && !is_taken[pair.0] && !is_taken[pair.1] {
            (is_taken[pair.0], is_taken[pair.1]) = (true, true);
            taken.push(pair);
        }
    }
    taken
}

fn request(entry: &Entry) -> (&str, &str, Option<&str>) {
    let address = Address::new(&entry.request.url);
    (&entry.request.method, if address.path.is_empty() { "/" } else { address.path }, address.query)
}

fn host(entry: &Entry) -> String {
    Address::new(&entry.request.url).host.to_ascii_lowercase()
}

fn is_http(entry: &Entry) -> bool {
    Address::new(&entry.request.url).is_http()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(urls: &[&str]) -> Capture {
        let entries = urls.iter().map(|url| {
            let mut entry = Entry::default();
            let (method, url) = url.split_once(' ').unwrap_or(("GET", url));
            entry.request.method = method.into();
            entry.request.url = url.into();
            entry
        });
        Capture { entries: entries.collect(), ..Capture::default() }
    }

    #[track_caller]
    fn check(proxied: &[&str], direct: &[&str], expected: &[(Option<u32>, Option<u32>)]) {
        let pairing = Pairing::new(Some(&capture(proxied)), Some(&capture(direct)));
        let rows: Vec<_> = pairing.rows.iter().map(|pair| (pair.proxied, pair.direct)).collect();
        assert_eq!(rows, expected);
    }

    /// Breaks when method, path or query do not count, or a repeated URL is paired with the wrong one of its kind.
    #[test]
    fn the_same_request_is_paired_in_order() {
        check(
            &["https://a/x?1", "https://a/x?2", "POST https://a/x?1", "https://a/x?1"],
            &["https://a/x?1", "https://a/x?1", "https://a/x?2", "https://a/y"],
            &[(Some(0), Some(0)), (Some(1), Some(2)), (Some(2), None), (Some(3), Some(1)), (None, Some(3))],
        );
    }

    /// Breaks when a direct capture by address, port or other scheme finds no partner.
    #[test]
    fn another_name_of_the_host_is_found() {
        check(
            &["https://shop.example/", "https://shop.example/a", "https://cdn.example/a"],
            &["http://203.0.113.7:8080", "http://203.0.113.7:8080/a", "https://cdn.example/a"],
            &[(Some(0), Some(0)), (Some(1), Some(1)), (Some(2), Some(2))],
        );
    }

    /// Breaks when two third parties are taken for one because both have a favicon.
    #[test]
    fn one_shared_path_is_not_enough_for_third_parties() {
        check(
            &["https://shop.example/", "https://ads.example/favicon.ico"],
            &["https://shop.example/", "https://fonts.example/favicon.ico"],
            &[(Some(0), Some(0)), (Some(1), None), (None, Some(1))],
        );
    }

    /// Breaks when what only the direct side has is moved away from where it stood.
    #[test]
    fn what_only_one_side_has_keeps_its_place() {
        check(
            &["https://a/1", "https://a/3"],
            &["https://a/1", "https://a/2", "https://a/3"],
            &[(Some(0), Some(0)), (None, Some(1)), (Some(1), Some(2))],
        );
    }

    /// Breaks, by taking minutes and all memory, when the work grows with the square of the number of hosts.
    #[test]
    fn many_hosts_that_ask_for_the_same_are_no_trouble() {
        let urls = |side: &str| (0..50_000).map(|number| format!("https://{side}{number}.example/")).collect::<Vec<_>>();
        let list = |urls: &[String]| capture(&urls.iter().map(String::as_str).collect::<Vec<_>>());
        let pairing = Pairing::new(Some(&list(&urls("p"))), Some(&list(&urls("d"))));
        assert_eq!((pairing.matched().count(), pairing.rows.len()), (1, 99_999));
    }

    /// Breaks when a capture alone gives no rows.
    #[test]
    fn one_capture_alone_has_rows() {
        let only = capture(&["https://a/1"]);
        assert_eq!(Pairing::new(None, Some(&only)).rows, [Pair { direct: Some(0), ..Pair::default() }]);
        assert_eq!(Pairing::new(Some(&only), None).rows, [Pair { proxied: Some(0), ..Pair::default() }]);
    }

    proptest::proptest! {
        /// Breaks when an entry is lost or stands in two rows.
        #[test]
        fn every_entry_stands_in_one_row(proxied in proptest::collection::vec("https://[ab]/[xy]", 0..12), direct in proptest::collection::vec("https://[bc]/[xy]", 0..12)) {
            let list = |urls: &[String]| capture(&urls.iter().map(String::as_str).collect::<Vec<_>>());
            let pairing = Pairing::new(Some(&list(&proxied)), Some(&list(&direct)));
            let mut left: Vec<_> = pairing.rows.iter().filter_map(|pair| pair.proxied).collect();
            let mut right: Vec<_> = pairing.rows.iter().filter_map(|pair| pair.direct).collect();
            left.sort_unstable();
            right.sort_unstable();
            proptest::prop_assert_eq!(left, (0..u32::try_from(proxied.len()).unwrap()).collect::<Vec<_>>());
            proptest::prop_assert_eq!(right, (0..u32::try_from(direct.len()).unwrap()).collect::<Vec<_>>());
        }
    }
}
