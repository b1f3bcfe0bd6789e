use std::cmp::Reverse;

use super::groups::{Key, LEFT_OUT, groups};
use super::request;
use crate::edge::answered_by_cloudflare;
use crate::evidence::address::Address;
use crate::har::Entry;
use crate::order::{Numbers, sort_by_key};

/// Hosts of one capture that are looked at for one request at most. More of them ask for the same thing only in a file made to be slow.
const MAX_HOSTS: usize = 8;

/// The hosts of both captures, numbered so that those which stand for the same have the same number, and what they were asked for.
pub(super) struct Hosts {
    /// By side and entry.
    pub(super) of: [Vec<u32>; 2],
    /// By side and entry: the number of what is asked for, equal where it is exactly the same.
    pub(super) requests: [Vec<u32>; 2],
    /// See [`super::Pairing::aliases`].
    pub(super) aliases: Vec<(String, String)>,
}

/// What is known of a host before any are taken for the same.
#[derive(Default)]
struct Host {
    name: String,
    /// Entries that ask it over the network, by side.
    asked: [u32; 2],
    /// Different requests that were counted for [`shared`], of the one side that asks it.
    requests: u32,
    /// Its place among the hosts that only its side asks.
    place: u32,
}

impl Hosts {
    /// `own` are the hosts of the site, where they are known.
    pub(super) fn new(sides: [&[&Entry]; 2], own: &[String]) -> Self {
        let mut numbers = Numbers::default();
        let mut request_numbers = Numbers::default();
        let mut requests = [Vec::new(), Vec::new()];
        let mut hosts: Vec<Host> = Vec::new();
        let mut of = [Vec::new(), Vec::new()];
        let (mut name, mut text) = (String::new(), String::new());
        for (side, entries) in sides.into_iter().enumerate() {
            for entry in entries {
                let address = Address::new(&entry.request.url);
                request::exact(&entry.request.method, &address, &mut text);
                requests[side].push(u32::try_from(request_numbers.number(&text).0).unwrap_or(LEFT_OUT));
                name.clear();
                name.push_str(address.host);
                name.make_ascii_lowercase();
                // Most entries ask the same host as the one before.
                let before = of[side].last().map(|host: &u32| *host as usize).filter(|host| hosts[*host].name == name);
                let number = before.unwrap_or_else(|| {
                    let (number, is_new) = numbers.number(&name);
                    if is_new {
                        hosts.push(Host { name: name.clone(), ..Host::default() });
                    }
                    number
                });
                hosts[number].asked[side] += u32::from(address.is_http());
                of[side].push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        let mut aliases = Vec::new();
        let mut stands_for: Vec<u32> = (0..).take(hosts.len()).collect();
        for (proxied, direct) in shared(sides, &requests, &of, &mut hosts, own) {
            aliases.push((hosts[proxied as usize].name.clone(), hosts[direct as usize].name.clone()));
            stands_for[direct as usize] = proxied;
        }
        for host in of.iter_mut().flatten() {
            *host = stands_for[*host as usize];
        }
        Self { of, requests, aliases }
    }
}

impl Host {
    /// Whether only this side asks it.
    fn only(&self, side: usize) -> bool {
        self.asked[side] > 0 && self.asked[1 - side] == 0
    }

    /// Whether it is an address and no name, which is never another site's.
    fn is_address(&self) -> bool {
        let name = Address { host: &self.name, ..Address::default() }.host_name();
        name.starts_with('[') || name == "localhost" || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
    }
}

/// Hosts that only one capture has and that were asked for the same, by their numbers: those that share most first, each once.
///
/// One shared request is enough for the hosts that the captures start with (redirects aside: those lead to the site from another name);
/// for others, which may be two third parties that both have a `/favicon.ico`, it takes at least two, and half of what one of them was
/// asked for. A capture of an address may also ask the site by name, for what pages link to: then the name is on both sides, and stands
/// for the address as well.
fn shared(sides: [&[&Entry]; 2], requests: &[Vec<u32>; 2], of: &[Vec<u32>; 2], hosts: &mut [Host], own: &[String]) -> Vec<(u32, u32)> {
    let firsts = [first(sides[0], own), first(sides[1], own)];
    let first_hosts = firsts[0].zip(firsts[1]).map(|(one, other)| (of[0][one], of[1][other]));
    let mut places = [0, 0];
    for host in hosts.iter_mut() {
        for (side, place) in places.iter_mut().enumerate() {
            if host.only(side) {
                host.place = *place;
                *place += 1;
            }
        }
    }
    if places == [0, 0] {
        return Vec::new();
    }
    let candidates = [0, 1].map(|side| {
        let key = |(request, host): (&u32, &u32)| (if hosts[*host as usize].only(side) { *request } else { LEFT_OUT }, 0);
        requests[side].iter().zip(&of[side]).map(key).collect::<Vec<Key>>()
    });
    let mut votes: Vec<(u32, u32)> = Vec::new();
    groups(&candidates, &mut |group| {
        let [one, other] = [0, 1].map(|side| {
            let mut asked: Vec<u32> = Vec::new();
            for place in group[side] {
                let host = of[side][*place as usize];
                if asked.len() < MAX_HOSTS && !asked.contains(&host) {
                    asked.push(host);
                    hosts[host as usize].requests += 1;
                }
            }
            asked
        });
        votes.extend(one.iter().flat_map(|one| other.iter().map(|other| (*one, *other))));
    });
    sort_by_key(&mut votes, |pair| *pair);
    let mut counts: Vec<((u32, u32), u32)> = Vec::new();
    for pair in votes {
        match counts.last_mut() {
            Some((last, count)) if *last == pair => *count += 1,
            _ => counts.push((pair, 1)),
        }
    }
    if let (Some(pair), [Some(one), Some(other)]) = (first_hosts, firsts)
        && pair.0 != pair.1
        && counts.iter().all(|(counted, _)| *counted != pair)
    {
        let [host, other_host] = [&hosts[pair.0 as usize], &hosts[pair.1 as usize]];
        let is_own = |host: &Host, side| {
            host.only(side) && (host.is_address() || (hosts[pair.0 as usize].only(0) && hosts[pair.1 as usize].only(1)))
        };
        let path = |entry| Address::new(url(entry)).path.trim_matches('/');
        if path(sides[0][one]) == path(sides[1][other]) && (is_own(host, 0) || is_own(other_host, 1)) {
            counts.push((pair, 1));
        }
    }
    // Where as much is shared, the hosts that the captures start with go first, then those that come first; never which side is which.
    sort_by_key(&mut counts, |(pair, count)| {
        let places = hosts[pair.0 as usize].place.saturating_add(hosts[pair.1 as usize].place);
        (Reverse(*count), first_hosts != Some(*pair), places)
    });
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut is_taken = vec![false; hosts.len()];
    for (pair, count) in counts {
        let [one, other] = [pair.0 as usize, pair.1 as usize];
        let least = hosts[one].requests.min(hosts[other].requests);
        let enough = first_hosts == Some(pair) || (count >= 2 && count >= least.div_ceil(2));
        if enough && !is_taken[one] && !is_taken[other] {
            (is_taken[one], is_taken[other]) = (true, true);
            taken.push(pair);
        }
    }
    taken
}

/// The first request of the site that was not sent elsewhere, else its first. Where the site goes by another name, that is a host which
/// Cloudflare did not answer.
fn first(entries: &[&Entry], own: &[String]) -> Option<usize> {
    let is_own = |entry: &Entry| own.iter().any(|host| Address::new(url(entry)).host.eq_ignore_ascii_case(host));
    let rank = |entry: &Entry| match () {
        () if is_own(entry) => 0,
        () if !own.is_empty() && !answered_by_cloudflare(entry) => 1,
        () => 2,
    };
    let requests = entries.iter().enumerate().filter(|(_, entry)| is_http(entry));
    let first = requests.min_by_key(|(place, entry)| (rank(entry), (300..400).contains(&entry.response.status), *place));
    first.map(|(place, _)| place)
}

fn url(entry: &Entry) -> &str {
    &entry.request.url
}

fn is_http(entry: &Entry) -> bool {
    Address::new(&entry.request.url).is_http()
}
