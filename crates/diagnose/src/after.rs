//! What became of the failing requests: compares a later capture through Cloudflare with the first.

use std::rc::Rc;
use std::sync::Arc;

use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Capture, Entry};
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::SideView;

use crate::clock::Clocks;
use crate::facts::Facts;

/// A later capture through Cloudflare, and what it says of the requests that failed before.
#[derive(Clone, Debug)]
pub struct After {
    /// The later capture.
    pub capture: Rc<Capture>,
    /// Every request of the site that failed before or fails now, in the order in which they were met.
    pub requests: Vec<Followed>,
    /// When the last of the earlier failures was asked for.
    pub last_failure: Option<Timestamp>,
    /// When the first good answer was asked for to a request that had failed and fails no more.
    pub first_good: Option<Timestamp>,
}

/// A request in both captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The method.
    pub method: Arc<str>,
    /// The URL as it was met first.
    pub url: Arc<str>,
    /// How often it was asked for before, and how often it failed.
    pub before: Tries,
    /// How often it was asked for in the later capture, and how often it failed.
    pub after: Tries,
}

/// How often a request was asked for, and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// All of them.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It failed and fails no more.
    Fixed,
    /// It failed and still does.
    StillFailing,
    /// It fails only now.
    New,
    /// It failed, and was not asked for again.
    NotRetried,
}

impl Followed {
    /// What became of it.
    pub fn resolution(&self) -> Resolution {
        match (self.before.failing, self.after.failing, self.after.total) {
            (0, ..) => Resolution::New,
            (_, 0, 0) => Resolution::NotRetried,
            (_, 0, _) => Resolution::Fixed,
            _ => Resolution::StillFailing,
        }
    }
}

impl After {
    /// Follows the requests of a site from one capture through Cloudflare into a later one. A request is the same when its method and its
    /// path are; a query may hold a number that differs every time.
    fn new(before: &SideView<'_>, later: &SideView<'_>, capture: Rc<Capture>) -> Self {
        let mut numbers = Numbers::default();
        let mut all: Vec<(Followed, Option<Timestamp>)> = Vec::new();
        let mut last_failure = None;
        for (is_later, view) in [(false, before), (true, later)] {
            let clocks = Clocks::new(view);
            for index in &view.on_site {
                let Some(entry) = view.entry(*index).filter(|entry| entry.from_cache.is_none()) else { continue };
                let (number, is_first) = numbers.number(&key(entry));
                if is_first {
                    let (method, url) = (entry.request.method.clone(), entry.request.url.clone());
                    all.push((Followed { method, url, before: Tries::default(), after: Tries::default() }, None));
                }
                let Some((request, good)) = all.get_mut(number) else { continue };
                let fails = view.failing.binary_search(index).is_ok();
                let tries = if is_later { &mut request.after } else { &mut request.before };
                tries.total += 1;
                tries.failing += u32::from(fails);
                if is_later && !fails && good.is_none() {
                    *good = clocks.when(entry).map(|when| when.at);
                }
                if !is_later && fails {
                    last_failure = last_failure.max(clocks.when(entry).map(|when| when.at));
                }
            }
        }
        all.retain(|(request, _)| request.before.failing + request.after.failing > 0);
        let gone = all.iter().filter(|(request, _)| request.resolution() == Resolution::Fixed);
        let first_good = gone.filter_map(|(_, good)| *good).min();
        Self { capture, requests: all.into_iter().map(|(request, _)| request).collect(), last_failure, first_good }
    }

    /// How many requests came to this.
    pub fn count(&self, resolution: Resolution) -> usize {
        self.requests.iter().filter(|request| request.resolution() == resolution).count()
    }
}

/// Follows the failing requests into a later capture; `None` when there is no earlier one through Cloudflare.
pub(super) fn after(facts: &Facts<'_>, capture: &Rc<Capture>) -> Option<After> {
    let before = facts.proxied.as_ref()?;
    Some(After::new(before, &facts.after_view(capture), Rc::clone(capture)))
}

fn key(entry: &Entry) -> String {
    format!("{} {}", entry.request.method, Address::new(&entry.request.url).path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Case, Inputs};

    fn capture(minute: u32, entries: &[(&str, u16)]) -> Rc<Capture> {
        let entries: Vec<String> = entries
            .iter()
            .enumerate()
            .map(|(second, (url, status))| {
                format!(
                    r#"{{"startedDateTime":"2026-11-20T10:{minute:02}:{second:02}.000Z","request":{{"method":"GET","url":"https://shop.example{url}"}},"response":{{"status":{status},"headers":[{{"name":"server","value":"cloudflare"}}]}}}}"#
                )
            })
            .collect();
        Rc::new(Capture::read("a.har", [format!("[{}]", entries.join(",")).as_bytes()]).unwrap())
    }

    /// Breaks when what is gone, still there, new or not asked again is reported wrongly, or the times between which it was fixed.
    #[test]
    fn failing_requests_are_followed() {
        let before = capture(0, &[("/", 200), ("/a?x=1", 520), ("/a?x=2", 520), ("/b", 520), ("/c", 520)]);
        let later = capture(30, &[("/", 200), ("/a?x=3", 200), ("/b", 200), ("/b", 520), ("/d", 520)]);
        let after = {
            let inputs = Inputs { captures: [Some(before), None, Some(later)], ..Inputs::default() };
            Case::new(inputs).diagnose().after.unwrap()
        };
        let followed: Vec<_> =
            after.requests.iter().map(|request| (&request.url[20..], request.resolution(), request.before, request.after)).collect();
        let tries = |total, failing| Tries { total, failing };
        assert_eq!(
            followed,
            [
                ("/a?x=1", Resolution::Fixed, tries(2, 2), tries(1, 0)),
                ("/b", Resolution::StillFailing, tries(1, 1), tries(2, 1)),
                ("/c", Resolution::NotRetried, tries(1, 1), tries(0, 0)),
                ("/d", Resolution::New, tries(0, 0), tries(1, 1)),
            ]
        );
        assert_eq!(after.last_failure.unwrap().to_string(), "2026-11-20T10:00:04.000Z");
        assert_eq!(after.first_good.unwrap().to_string(), "2026-11-20T10:30:01.000Z");
        assert_eq!(after.count(Resolution::Fixed), 1);
    }
}
