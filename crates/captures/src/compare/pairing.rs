use std::borrow::Cow;

use super::alignment::{self, Mark};
use super::difference::{Difference, differences};
use super::groups::{Key, LEFT_OUT, groups};
use super::hosts::Hosts;
use super::request;
use super::tries::Tries;
use crate::har::Entry;
use crate::order::{Numbers, sort_by_key};

/// Which entries of two captures are the same request.
///
/// The same request has the same method, path and query, and a host that is the same or stands for the same: the direct capture often
/// asks an address, a port or a staging name. The scheme does not count. What is left over is paired where only parameters differ that
/// are new on every request. A request that repeats is aligned: order in time is kept, redirects go with redirects and failures with
/// failures as far as they can.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairing {
    /// In the order of the proxied file, what only the direct one has between where it stood.
    pub rows: Vec<Pair>,
    /// Hosts that stand for the same, the proxied capture's first; equal ones are left out.
    pub aliases: Vec<(String, String)>,
    /// Which entries of the proxied capture are the browser's further tries of the same.
    pub proxied_tries: Tries,
    /// Which entries of the direct capture are the browser's further tries of the same.
    pub direct_tries: Tries,
}

/// One request, as an index into either capture's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// In the proxied capture.
    pub proxied: Option<u32>,
    /// In the direct capture.
    pub direct: Option<u32>,
    /// Why the two are taken for the same; `None` when one side is missing.
    pub how: Option<Match>,
    /// When one side is missing: an entry of that side that is the same request, but goes with a repeat of this one. How the other side
    /// answers this request is known then, though not at which time.
    pub stand_in: Option<u32>,
    /// In what they differ, most important first; empty when one side is missing.
    pub differs: Vec<Difference>,
}

/// Why two entries are taken for the same request, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// The same method, path and query.
    Exact,
    /// The same but for the order of the parameters, and for values that are new on every request: times, hashes, tokens, and parameters
    /// against caches.
    Alike,
}

impl Pairing {
    /// Pairs the entries of two sides, in time that grows with their number.
    pub fn new<'a>(proxied: impl IntoIterator<Item = &'a Entry>, direct: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self::of_site(proxied, direct, &[])
    }

    /// As [`Self::new`], of a site that has these hosts.
    pub fn of_site<'a>(
        proxied: impl IntoIterator<Item = &'a Entry>,
        direct: impl IntoIterator<Item = &'a Entry>,
        hosts: &[String],
    ) -> Self {
        let sides: [Vec<&Entry>; 2] = [proxied.into_iter().collect(), direct.into_iter().collect()];
        let sides = [&*sides[0], &*sides[1]];
        let mut pairing = Matching::new(sides);
        let aliases = pairing.match_all(hosts);
        let rows = pairing.rows();
        let [proxied_tries, direct_tries] = pairing.tries;
        Self { rows, aliases, proxied_tries, direct_tries }
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

/// No entry.
const NONE: u32 = u32::MAX;

fn some(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// What is paired so far. Where there is no partner and no stand-in stands [`NONE`].
struct Matching<'a> {
    sides: [&'a [&'a Entry]; 2],
    /// By side and entry: its partner on the other side.
    partners: [Vec<u32>; 2],
    /// By entry of the proxied side.
    how: Vec<Option<Match>>,
    /// By side and entry: see [`Pair::stand_in`].
    stand_ins: [Vec<u32>; 2],
    /// By side.
    tries: [Tries; 2],
}

impl<'a> Matching<'a> {
    fn new(sides: [&'a [&'a Entry]; 2]) -> Self {
        Self {
            sides,
            partners: sides.map(|entries| vec![NONE; entries.len()]),
            how: vec![None; sides[0].len()],
            stand_ins: sides.map(|entries| vec![NONE; entries.len()]),
            tries: sides.map(|entries| Tries::new(entries.len())),
        }
    }

    /// Pairs what is exactly the same, then what is alike. Gives the hosts that stand for the same.
    fn match_all(&mut self, own: &[String]) -> Vec<(String, String)> {
        let hosts = Hosts::new(self.sides, own);
        groups(&keys(&hosts.requests, &hosts.of), &mut |group| {
            let places = [0, 1].map(|side| in_time(self.sides[side], group[side]));
            for side in [0, 1] {
                self.tries[side].follow(self.sides[side], &places[side]);
            }
            self.pair([&places[0], &places[1]], Match::Exact);
        });
        let alike = self.left_over();
        groups(&keys(&alike, &hosts.of), &mut |group| {
            let places = [0, 1].map(|side| in_time(self.sides[side], group[side]));
            for side in [0, 1] {
                self.tries[side].follow(self.sides[side], &places[side]);
            }
            self.pair([&places[0], &places[1]], Match::Alike);
        });
        hosts.aliases
    }

    /// Numbers of what is asked for where there is a query and no partner yet, equal where it is alike.
    fn left_over(&self) -> [Vec<u32>; 2] {
        let mut numbers = Numbers::default();
        let mut text = String::new();
        [0, 1].map(|side| {
            let mut keys = Vec::with_capacity(self.sides[side].len());
            for (entry, partner) in self.sides[side].iter().zip(&self.partners[side]) {
                keys.push(if *partner == NONE && request::has_query(entry) {
                    request::alike(entry, &mut text);
                    u32::try_from(numbers.number(&text).0).unwrap_or(LEFT_OUT)
                } else {
                    LEFT_OUT
                });
            }
            keys
        })
    }

    /// Pairs entries of the same request, both sides in order of time.
    fn pair(&mut self, places: [&[u32]; 2], how: Match) {
        let [proxied, direct] = places;
        let mut set = |proxied: u32, direct: u32| {
            self.partners[0][proxied as usize] = direct;
            self.partners[1][direct as usize] = proxied;
            self.how[proxied as usize] = Some(how);
        };
        if let ([proxied], [direct]) = (proxied, direct) {
            set(*proxied, *direct);
        } else if !proxied.is_empty() && !direct.is_empty() {
            let [marks, other_marks] = [0, 1].map(|side| {
                let mark = |place: &u32| Mark::new(self.sides[side][*place as usize], self.tries[side].is_further(*place));
                places[side].iter().map(mark).collect::<Vec<Mark<'_>>>()
            });
            let pairs = alignment::align(&marks, &other_marks);
            for (one, other) in &pairs {
                set(proxied[*one], direct[*other]);
            }
            if pairs.len() == proxied.len() && pairs.len() == direct.len() {
                return;
            }
            let exchanged: Vec<(usize, usize)> = pairs.iter().map(|(one, other)| (*other, *one)).collect();
            stand_in(&mut self.stand_ins[0], places, [&marks, &other_marks], &pairs);
            stand_in(&mut self.stand_ins[1], [direct, proxied], [&other_marks, &marks], &exchanged);
        }
    }

    /// The rows in the order of the proxied file, what only the direct one has between where it stood.
    fn rows(&self) -> Vec<Pair> {
        let [proxied, direct] = self.sides;
        let mut alone = (0..).zip(&self.partners[1]).filter(|(_, partner)| **partner == NONE).map(|(index, _)| index).peekable();
        let only_direct = |index: u32| Pair { direct: Some(index), stand_in: some(self.stand_ins[1][index as usize]), ..Pair::default() };
        let mut rows = Vec::with_capacity(proxied.len());
        for (index, entry) in proxied.iter().enumerate() {
            let partner = some(self.partners[0][index]);
            while let Some(index) = alone.next_if(|index| partner.is_some_and(|partner| *index < partner)) {
                rows.push(only_direct(index));
            }
            let other = partner.and_then(|partner| direct.get(partner as usize));
            rows.push(Pair {
                proxied: u32::try_from(index).ok(),
                direct: partner,
                how: self.how[index],
                stand_in: some(self.stand_ins[0][index]).filter(|_| partner.is_none()),
                differs: other.map(|other| differences(entry, other)).unwrap_or_default(),
            });
        }
        rows.extend(alone.map(only_direct));
        rows
    }
}

/// Gives those of the first side that were left alone what the next repeat is paired with, else what the last one is.
fn stand_in(stand_ins: &mut [u32], [places, others]: [&[u32]; 2], [marks, other_marks]: [&[Mark<'_>]; 2], pairs: &[(usize, usize)]) {
    for (one, mark) in marks.iter().enumerate() {
        let next = pairs.partition_point(|pair| pair.0 < one);
        if let Some((paired, other)) = pairs.get(next).or(pairs.last())
            && *paired != one
            && mark.is_like(&other_marks[*other])
        {
            stand_ins[places[one] as usize] = others[*other];
        }
    }
}

fn keys(requests: &[Vec<u32>; 2], hosts: &[Vec<u32>; 2]) -> [Vec<Key>; 2] {
    [0, 1].map(|side| requests[side].iter().copied().zip(hosts[side].iter().copied()).collect())
}

/// Places in order of time; as they stand in the file when one of them has no time.
fn in_time<'a>(entries: &[&Entry], places: &'a [u32]) -> Cow<'a, [u32]> {
    let started = |place: &u32| entries[*place as usize].started;
    if places.is_sorted_by_key(started) || places.iter().any(|place| started(place).is_none()) {
        return Cow::Borrowed(places);
    }
    let mut sorted = places.to_vec();
    sort_by_key(&mut sorted, started);
    Cow::Owned(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::timestamp::Timestamp;
    use crate::har::Capture;

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
        let pairing = Pairing::new(&capture(proxied).entries, &capture(direct).entries);
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
        let pairing = Pairing::new(&list(&urls("p")).entries, &list(&urls("d")).entries);
        assert_eq!((pairing.matched().count(), pairing.rows.len()), (1, 99_999));
    }

    /// Breaks when a capture alone gives no rows.
    #[test]
    fn one_capture_alone_has_rows() {
        let only = capture(&["https://a/1"]);
        assert_eq!(Pairing::new(None, &only.entries).rows, [Pair { direct: Some(0), ..Pair::default() }]);
        assert_eq!(Pairing::new(&only.entries, None).rows, [Pair { proxied: Some(0), ..Pair::default() }]);
    }

    /// Entries from lines such as `POST https://a/x 301 120`: method, URL, status, and milliseconds after the start.
    fn recorded(lines: &[&str]) -> Capture {
        let mut capture = Capture::default();
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let mut entry = Entry::default();
            (entry.request.method, entry.request.url) = (words[0].into(), words[1].into());
            entry.response.status = words[2].parse().unwrap();
            entry.started = words.get(3).and_then(|ms| Timestamp::from_unix_ms(ms.parse().unwrap()));
            entry.resource_type = words.get(4).map(|kind| (*kind).into());
            capture.entries.push(0..0, entry);
        }
        capture
    }

    type Matched = Vec<(u32, u32, Match)>;
    type Aliases = Vec<(String, String)>;

    fn matches(proxied: &[&str], direct: &[&str]) -> (Matched, Aliases) {
        let pairing = Pairing::new(&recorded(proxied).entries, &recorded(direct).entries);
        let matched = pairing.matched().map(|(proxied, direct, pair)| (proxied, direct, pair.how.unwrap())).collect();
        (matched, pairing.aliases)
    }

    /// Breaks when parameters against caches part what is the same, or go before what is exactly the same.
    #[test]
    fn what_only_differs_in_passing_values_is_paired_last() {
        let (matched, _) = matches(
            &[
                "GET https://a/x?_=1700000001 200",
                "GET https://a/x?_=1700000002 200",
                "GET https://a/p?page=1 200",
                "GET https://a/q?b=1&a=2 200",
            ],
            &[
                "GET https://a/x?_=1700000002 200",
                "GET https://a/x?_=1700000003 200",
                "GET https://a/p?page=2 200",
                "GET https://a/q?a=2&b=1 200",
            ],
        );
        assert_eq!(matched, [(0, 1, Match::Alike), (1, 0, Match::Exact), (3, 3, Match::Alike)]);
    }

    /// Breaks when a redirect that only one capture has takes the partner of the page it leads to: to https, to another name, to a slash.
    #[test]
    fn a_redirect_on_one_side_takes_no_partner() {
        let exact = |pairs: &[(u32, u32)]| pairs.iter().map(|(one, other)| (*one, *other, Match::Exact)).collect::<Vec<_>>();
        let (matched, _) = matches(&["GET http://shop.example/ 301", "GET https://shop.example/ 520"], &["GET https://shop.example/ 0"]);
        assert_eq!(matched, exact(&[(1, 0)]));
        let (matched, aliases) = matches(
            &["GET http://shop.example/ 301", "GET https://www.shop.example/ 520", "GET https://www.shop.example/a 200"],
            &["GET http://203.0.113.7/ 0", "GET http://203.0.113.7/a 200"],
        );
        assert_eq!((matched, aliases), (exact(&[(1, 0), (2, 1)]), vec![("www.shop.example".to_owned(), "203.0.113.7".to_owned())]));
        let (matched, _) = matches(&["GET https://a/b 301", "GET https://a/b/ 200"], &["GET https://a/b/ 200"]);
        assert_eq!(matched, exact(&[(1, 0)]));
        let (matched, _) = matches(&["GET https://a/b 301"], &["GET https://a/b 200"]);
        assert_eq!(matched, exact(&[(0, 0)]), "a redirect without what it leads to is the difference to show");
    }

    /// Breaks when the order of a file, which need not be that of time, decides which of several is which.
    #[test]
    fn repeats_are_aligned_in_order_of_time() {
        let (matched, _) = matches(
            &["GET https://a/x 200 300", "GET https://a/x 520 100", "GET https://a/x 200 200"],
            &["GET https://a/x 0 10", "GET https://a/x 200 20", "GET https://a/x 200 30"],
        );
        assert_eq!(matched.iter().map(|(one, other, _)| (*one, *other)).collect::<Vec<_>>(), [(0, 2), (1, 0), (2, 1)]);
    }

    /// Breaks when a failure that went well when it was asked again seems not to be in the direct capture at all, or a redirect is taken for
    /// what it leads to.
    #[test]
    fn a_repeat_left_alone_has_a_stand_in() {
        let one = recorded(&["GET http://a/x 301 1", "GET https://a/x 520 2", "GET https://a/x 200 3"]);
        let other = recorded(&["GET https://a/x 200 1"]);
        let stand_ins =
            |pairing: Pairing| pairing.rows.into_iter().map(|pair| (pair.proxied, pair.direct, pair.stand_in)).collect::<Vec<_>>();
        assert_eq!(
            stand_ins(Pairing::new(&one.entries, &other.entries)),
            [(Some(0), None, None), (Some(1), None, Some(0)), (Some(2), Some(0), None)]
        );
        assert_eq!(
            stand_ins(Pairing::new(&other.entries, &one.entries)),
            [(None, Some(0), None), (None, Some(1), Some(0)), (Some(0), Some(2), None)]
        );
    }

    /// Breaks when tries of the browser's own are counted as many, on either side or without another side.
    #[test]
    fn further_tries_are_known() {
        let direct = recorded(&["GET https://a/ 0 10 document", "GET https://a/ 0 1500 document", "GET https://a/b 200 2000 image"]);
        let proxied = recorded(&["GET https://a/ 520 10 document", "GET https://a/ 520 1500 document"]);
        for pairing in [Pairing::new(&proxied.entries, &direct.entries), Pairing::new(None, &direct.entries)] {
            assert_eq!([0, 1, 2].map(|entry| pairing.direct_tries.first(entry)), [0, 0, 2]);
            assert!(!pairing.proxied_tries.is_further(1));
        }
        let pairing = Pairing::new(&proxied.entries, &direct.entries);
        assert_eq!(pairing.matched().map(|(one, other, _)| (one, other)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
    }

    /// Breaks when another name is only found for the first host, when a first page from elsewhere misleads, or when an address that links
    /// to the site by name is not taken for it.
    #[test]
    fn hosts_that_share_most_stand_for_the_same() {
        let alias = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let (matched, aliases) = matches(
            &[
                "GET https://search.example/ 200",
                "GET https://shop.example/ 520",
                "GET https://shop.example/a 200",
                "GET https://img.shop.example/1 200",
                "GET https://img.shop.example/2 200",
                "GET https://img.shop.example/3 200",
                "GET https://ads.example/1 200",
            ],
            &[
                "GET http://staging.example:8080/ 200",
                "GET http://staging.example:8080/a 200",
                "GET http://img-staging.example/1 200",
                "GET http://img-staging.example/2 200",
                "GET http://img-staging.example/9 200",
            ],
        );
        assert_eq!(aliases, [alias("shop.example", "staging.example:8080"), alias("img.shop.example", "img-staging.example")]);
        assert_eq!(matched.iter().map(|(one, other, _)| (*one, *other)).collect::<Vec<_>>(), [(1, 0), (2, 1), (3, 2), (4, 3)]);
        let (matched, aliases) = matches(
            &["GET https://shop.example/ 520", "GET https://shop.example/a 200"],
            &["GET http://[2001:db8::7]/ 200", "GET https://shop.example/a 200"],
        );
        assert_eq!((matched.len(), aliases), (2, vec![alias("shop.example", "[2001:db8::7]")]));
        let (matched, aliases) =
            matches(&["GET https://search.example/ 200", "GET https://shop.example/ 520"], &["GET https://shop.example/ 0"]);
        assert_eq!((matched, aliases), (vec![(1, 0, Match::Exact)], Vec::new()));
    }

    fn lines() -> impl proptest::strategy::Strategy<Value = Vec<String>> {
        proptest::collection::vec(
            "(GET|POST) https?://([abc]|1\\.2\\.3\\.4)/[xy]?(|\\?_=[12]|\\?p=[12]) (200|301|404|520|0) [0-9]( document| fetch)?",
            0..14,
        )
    }

    fn list(lines: &[String]) -> Capture {
        recorded(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn pairs(one: &Capture, other: &Capture) -> Vec<(u32, u32)> {
        Pairing::new(&one.entries, &other.entries).matched().map(|(one, other, _)| (one, other)).collect()
    }

    proptest::proptest! {
        /// Breaks when an entry is lost or stands in two rows.
        #[test]
        fn every_entry_stands_in_one_row(proxied in lines(), direct in lines()) {
            let pairing = Pairing::new(&list(&proxied).entries, &list(&direct).entries);
            let mut left: Vec<_> = pairing.rows.iter().filter_map(|pair| pair.proxied).collect();
            let mut right: Vec<_> = pairing.rows.iter().filter_map(|pair| pair.direct).collect();
            left.sort_unstable();
            right.sort_unstable();
            proptest::prop_assert_eq!(left, (0..u32::try_from(proxied.len()).unwrap()).collect::<Vec<_>>());
            proptest::prop_assert_eq!(right, (0..u32::try_from(direct.len()).unwrap()).collect::<Vec<_>>());
        }

        /// Breaks when it matters which capture is given as which.
        #[test]
        fn exchanged_sides_are_paired_alike(proxied in lines(), direct in lines()) {
            let (proxied, direct) = (list(&proxied), list(&direct));
            let mut exchanged: Vec<_> = pairs(&direct, &proxied).into_iter().map(|(direct, proxied)| (proxied, direct)).collect();
            exchanged.sort_unstable();
            proptest::prop_assert_eq!(pairs(&proxied, &direct), exchanged);
        }

        /// Breaks when a capture is not paired with itself entry by entry.
        #[test]
        fn a_capture_is_paired_with_itself(lines in lines()) {
            let capture = list(&lines);
            let all: Vec<_> = (0..u32::try_from(lines.len()).unwrap()).map(|index| (index, index)).collect();
            proptest::prop_assert_eq!(pairs(&capture, &capture), all);
        }

        /// Breaks when a request that comes once on each side is paired otherwise because a file has another order.
        #[test]
        fn order_does_not_matter_to_what_comes_once(paths in proptest::collection::hash_set("[a-z]{1,3}", 1..12), turn in 0..12_usize) {
            let lines: Vec<String> = paths.iter().map(|path| format!("GET https://a/{path} 200")).collect();
            let mut turned = lines.clone();
            turned.rotate_left(turn % lines.len());
            turned.swap(0, turn % lines.len());
            for (one, other) in pairs(&list(&lines), &list(&turned)) {
                proptest::prop_assert_eq!(&lines[one as usize], &turned[other as usize]);
            }
            proptest::prop_assert_eq!(pairs(&list(&lines), &list(&turned)).len(), lines.len());
        }
    }
}
