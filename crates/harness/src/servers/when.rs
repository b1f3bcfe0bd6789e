//! On which requests something happens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Version, header, request};

/// A condition on a request. Where several are given, all must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The path is this one.
    Path(&'static str),
    /// The path begins like this.
    Under(&'static str),
    /// The query is this one.
    Query(&'static str),
    /// The method is this one.
    Method(&'static str),
    /// It came through the edge.
    Cloudflare,
    /// It did not come through the edge.
    Direct,
    /// It came through this data centre.
    Colo(&'static str),
    /// It is the first, second, … of its path, counted in rounds of this length.
    Turn {
        /// Which of the round, from 1 on.
        nth: u32,
        /// How long a round is.
        of: u32,
    },
    /// A header holds this text.
    Header(&'static str, &'static str),
    /// A header is absent.
    Without(&'static str),
    /// The cookies have more bytes than this.
    CookiesOver(usize),
    /// The body has more bytes than this.
    BodyOver(u64),
    /// The connection was idle for longer than this before the request.
    Idle(Duration),
    /// It is asked over HTTP/2.
    Http2,
}

/// A request, with what its head alone does not say.
#[derive(Clone, Copy, Debug)]
pub struct RequestContext<'a> {
    /// The head.
    pub head: &'a request::Parts,
    /// Which request of its path this is, from 1 on.
    pub count: u32,
    /// How long the connection had been idle; zero for its first request.
    pub idle: Duration,
    /// The data centre.
    pub colo: Option<&'a str>,
}

impl RequestContext<'_> {
    /// Whether every condition holds.
    pub fn fits(&self, conditions: &[When]) -> bool {
        conditions.iter().all(|when| self.fits_one(*when))
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn fits_one(&self, when: When) -> bool {
        match when {
            When::Path(path) => self.head.uri.path() == path,
            When::Under(path) => self.head.uri.path().starts_with(path),
            When::Query(query) => self.head.uri.query() == Some(query),
            When::Method(method) => self.head.method == method,
            When::Cloudflare => self.head.headers.contains_key("cdn-loop"),
            When::Direct => !self.head.headers.contains_key("cdn-loop"),
            When::Colo(colo) => self.colo == Some(colo) || self.header("cf-ray").ends_with(colo),
            When::Turn { nth, of } => (self.count - 1) % of == nth - 1,
            When::Header(name, part) => self.header(name).contains(part),
            When::Without(name) => !self.head.headers.contains_key(name),
            When::CookiesOver(limit) => {
                self.head.headers.get_all(header::COOKIE).iter().map(|value| value.as_bytes().len()).sum::<usize>() > limit
            }
            When::BodyOver(limit) => self.header("content-length").parse().is_ok_and(|length: u64| length > limit),
            When::Idle(limit) => self.idle > limit,
            When::Http2 => self.head.version == Version::HTTP_2,
        }
    }
}

/// Counts the requests of each path.
#[derive(Debug, Default)]
pub struct Counts(Mutex<HashMap<String, u32>>);

impl Counts {
    /// The number of this request among those of its path, from 1 on.
    pub fn next(&self, path: &str) -> u32 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(path.to_owned()).or_default();
        *count += 1;
        *count
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    /// Breaks when a fault falls on other requests than its row in the table says.
    #[test]
    fn all_conditions_must_hold() {
        let request = Request::post("/api/orders?page=2").header("cdn-loop", "cloudflare").header("cf-ray", "a5dce3d000a39c1e-FRA");
        let (head, ()) = request.header("content-length", "5000").header("cookie", "a=1").body(()).unwrap().into_parts();
        let request = RequestContext { head: &head, count: 4, idle: Duration::from_millis(10), colo: None };
        let all = [When::Path("/api/orders"), When::Method("POST"), When::Cloudflare, When::Colo("FRA"), When::Turn { nth: 1, of: 3 }];
        assert!(
            request.fits(&all) && request.fits(&[When::BodyOver(4999), When::Under("/api"), When::CookiesOver(2), When::Query("page=2")])
        );
        for other in [
            When::Path("/api"),
            When::Query("page=3"),
            When::Direct,
            When::Colo("AMS"),
            When::Turn { nth: 2, of: 3 },
            When::BodyOver(5000),
            When::Http2,
        ] {
            assert!(!request.fits(&[When::Cloudflare, other]), "{other:?}");
        }
    }
}
