//! How often the requests that fail through Cloudflare were sent direct, and how often it would take to exclude an intermittent fault.

use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::is_address;
use fivetwenty_model::report::Retry;

use crate::facts::{Facts, Retried};
use crate::pattern::{ABOUT_THE_SAME_TIME_MS, Share};
use crate::request::same;

/// The maximum number of tries that a report requests.
const MAX_NEEDED: u32 = 1000;

/// One request that fails through Cloudflare.
#[derive(Default)]
struct Request {
    through_cloudflare: Share,
    /// When it was sent through Cloudflare, in Unix milliseconds.
    sent: Vec<i64>,
    direct: u32,
    /// Those of them that were sent soon, and under the site's own name.
    soon: u32,
    /// Those of them that nobody can have repeated unseen.
    fresh: u32,
}

/// The direct tries of the requests that fail through Cloudflare, worked out once.
pub(crate) fn retried(facts: &Facts<'_>) -> Retried {
    *facts.retried.get_or_init(|| look(facts))
}

/// Looks at the tries on both sides.
fn look(facts: &Facts<'_>) -> Retried {
    let mut numbers = Numbers::default();
    // Direct requests are known by the key of a direct partner: the host may have another name there.
    let mut direct_numbers = Numbers::default();
    let mut of_direct: Vec<usize> = Vec::new();
    let mut requests: Vec<Request> = Vec::new();
    for (index, direct) in facts.failing_pairs().iter().chain(facts.broken_pairs()) {
        let Some(entry) = facts.proxied_entry(*index) else { continue };
        let (number, is_new) = numbers.number(&same(entry));
        if is_new {
            requests.push(Request::default());
        }
        requests[number].count(entry, true);
        let partner = direct.and_then(|direct| facts.direct_entry(direct));
        if partner.is_some_and(|partner| direct_numbers.number(&same(partner)).1) {
            of_direct.push(number);
        }
    }
    for (_, entry) in facts.passed_on() {
        if let Some(number) = numbers.get(&same(entry)) {
            requests[number].count(entry, false);
        }
    }
    for (index, entry) in facts.direct_tries() {
        if let Some(number) = direct_numbers.get(&same(entry)) {
            let request = &mut requests[of_direct[number]];
            request.direct += 1;
            let soon = has_own_name(facts, entry) && request.is_soon(entry);
            request.soon += u32::from(soon);
            request.fresh += u32::from(soon && is_fresh(facts, index, entry));
        }
    }
    let tries = requests.iter().map(|request| request.direct).min().unwrap_or(0);
    let needed = requests.iter().map(Request::needed).max().unwrap_or(0);
    let enough = |tries: fn(&Request) -> u32| !requests.is_empty() && requests.iter().all(|request| tries(request) >= request.needed());
    Retried { retry: Retry { tries, needed }, excludes: enough(|request| request.soon), excludes_repeated: enough(|request| request.fresh) }
}

impl Request {
    fn count(&mut self, entry: &Entry, failed: bool) {
        self.through_cloudflare.total += 1;
        self.through_cloudflare.failing += u32::from(failed);
        self.sent.extend(entry.started.map(fivetwenty_captures::evidence::timestamp::Timestamp::unix_ms));
    }

    /// How many tries in a row are good in one of twenty cases only, if the request fails as rarely as the lower bound of its share through
    /// Cloudflare.
    fn needed(&self) -> u32 {
        let rarely = f64::from(self.through_cloudflare.per_mille()[0].max(1)) / 1000.0;
        let (mut chance, mut needed) = (1.0, 0);
        while chance > 0.05 && needed < MAX_NEEDED {
            (chance, needed) = (chance * (1.0 - rarely), needed + 1);
        }
        needed
    }

    fn is_soon(&self, direct: &Entry) -> bool {
        self.sent.iter().any(|sent| is_near(*sent, direct))
    }
}

fn is_near(sent: i64, direct: &Entry) -> bool {
    direct.started.is_some_and(|started| (started.unix_ms() - sent).abs() <= ABOUT_THE_SAME_TIME_MS)
}

/// Whether nobody can have repeated it unseen: a tool shows all that it does, and a browser asks again by itself only over a connection
/// that it had before.
fn is_fresh(facts: &Facts<'_>, index: u32, entry: &Entry) -> bool {
    let is_in_capture = facts.direct.as_ref().is_some_and(|direct| direct.is_in_capture(index));
    !is_in_capture || entry.timings.connect.is_some_and(|connect| connect > 0.0)
}

/// Whether it was sent to the site's own name or to an address, not to another server by name.
fn has_own_name(facts: &Facts<'_>, entry: &Entry) -> bool {
    let name = Address::new(&entry.request.url).host_name();
    let own = facts.proxied.iter().flat_map(|proxied| &proxied.hosts);
    let mut own = own.map(|host| Address { host, ..Address::default() }.host_name());
    is_address(name) || own.any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use fivetwenty_captures::har::Capture;
    use serde_json::json;

    use super::*;
    use crate::diagnose;

    /// Seconds of failing and of answered tries through Cloudflare, and seconds of good direct tries.
    #[track_caller]
    fn check(failed: &[u32], answered: &[u32], direct: (&str, f64, &[u32]), expected: (u32, u32, [bool; 2])) {
        let entry = |host: &str, second: &u32, status: u16, server: &str, connect: f64| {
            json!({"startedDateTime": format!("2026-11-20T10:{:02}:{:02}.000Z", second / 60, second % 60),
                "request": {"method": "GET", "url": format!("https://{host}/a")}, "timings": {"connect": connect, "wait": 10},
                "response": {"status": status, "headers": [{"name": "server", "value": server}]}})
        };
        let through = |status: u16| move |second: &u32| entry("shop.example", second, status, "cloudflare", -1.0);
        let proxied: Vec<_> = failed.iter().map(through(520)).chain(answered.iter().map(through(200))).collect();
        let (host, connect, seconds) = direct;
        let direct: Vec<_> = seconds.iter().map(|second| entry(host, second, 200, "nginx", connect)).collect();
        let read = |entries: Vec<serde_json::Value>| {
            let text = serde_json::Value::from(entries).to_string();
            Some(Rc::new(Capture::read("a.har", [text.as_bytes()]).unwrap()))
        };
        let diagnosis = diagnose(read(proxied), read(direct));
        let retried = retried(&diagnosis.facts());
        assert_eq!((retried.retry.tries, retried.retry.needed, [retried.excludes, retried.excludes_repeated]), expected);
    }

    /// Breaks when one good direct answer excludes anything, or so many that chance cannot make them do not.
    #[test]
    fn many_good_tries_soon_exclude_a_fault() {
        let soon: Vec<u32> = (10..30).collect();
        check(&[0], &[], ("shop.example", 5.0, &[1]), (1, 13, [false; 2]));
        check(&[0], &[], ("shop.example", 5.0, &soon[..13]), (13, 13, [true; 2]));
        check(&[0, 1, 2, 3], &[], ("shop.example", 5.0, &soon[..5]), (5, 5, [true; 2]));
        check(&[0, 1, 2, 3], &[], ("203.0.113.7", 5.0, &soon[..5]), (5, 5, [true; 2]));
        check(&[0], &[1, 2, 3, 4, 5, 6, 7, 8, 9], ("shop.example", 5.0, &soon[..13]), (13, 175, [false; 2]));
        // Too late, over kept connections, on another server.
        let late: Vec<u32> = (600..620).collect();
        check(&[0, 1, 2, 3], &[], ("shop.example", 5.0, &late), (20, 5, [false; 2]));
        check(&[0, 1, 2, 3], &[], ("shop.example", -1.0, &soon), (20, 5, [true, false]));
        check(&[0, 1, 2, 3], &[], ("staging.example", 5.0, &soon), (20, 5, [false; 2]));
    }
}
