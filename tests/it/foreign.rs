//! What other sites leave in a capture: an earlier page, third parties, and entries of other recordings under other names.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use serde_json::{Value, json};

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491))
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (end as u64)).expect("small")
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Who answers a request to another site.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A server of its own.
    Itself,
    /// A customer of Cloudflare's: Cloudflare passes the origin's answer on.
    Customer,
    /// Cloudflare itself, for its customer's origin does not.
    Cloudflare,
}

/// A request to another site.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) url: &'static str,
    /// As Chromium calls it.
    pub(crate) kind: &'static str,
    pub(crate) status: u16,
    pub(crate) by: By,
    /// Where it sends the browser on.
    pub(crate) location: Option<&'static str>,
}

impl Request {
    pub(crate) const fn new(url: &'static str, kind: &'static str, status: u16, by: By) -> Self {
        Self { url, kind, status, by, location: None }
    }

    /// The entry, as the program that wrote `others` would have written it, at a time of theirs.
    pub(crate) fn entry(&self, others: &[Value], at_ms: i64) -> Value {
        let header = |name: &str, value: &str| json!({"name": name, "value": value});
        let mut headers = match self.by {
            By::Itself => vec![header("server", "Apache")],
            By::Customer | By::Cloudflare => vec![header("server", "cloudflare"), header("cf-ray", &format!("{}-FRA", ray(at_ms)))],
        };
        if self.by == By::Customer {
            headers.push(header("cf-cache-status", "DYNAMIC"));
        }
        headers.extend(date(others).map(|date| header("date", date)));
        headers.extend(self.location.map(|location| header("location", location)));
        let (mime, text) = match (self.by, self.status) {
            (By::Cloudflare, status) => ("text/plain", format!("error code: {status}")),
            (_, 200..400) if self.kind == "document" => ("text/html", "<!doctype html><title>Another site</title>".to_owned()),
            (_, 200..400) => ("text/plain", "good".to_owned()),
            _ => ("text/html", "<html><head><title>503 Service Unavailable</title></head></html>".to_owned()),
        };
        headers.push(header("content-type", mime));
        headers.push(header("content-length", &text.len().to_string()));
        let mut entry = json!({
            "startedDateTime": moment(at_ms),
            "time": 20,
            "timings": {"blocked": 1, "dns": -1, "connect": -1, "send": 1, "wait": 16, "receive": 2},
            "cache": {},
            "request": {"method": "GET", "url": self.url, "httpVersion": "HTTP/1.1", "headers": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": self.status, "statusText": "", "httpVersion": "HTTP/1.1", "headers": headers, "headersSize": -1,
                "bodySize": text.len(), "redirectURL": self.location.unwrap_or_default(),
                "content": {"size": text.len(), "mimeType": mime, "text": text}},
        });
        if others.iter().any(|entry| entry.get("_resourceType").is_some()) {
            entry["_resourceType"] = self.kind.into();
        }
        entry
    }
}

/// A time as exporters write it.
pub(crate) fn moment(ms: i64) -> Value {
    Timestamp::from_unix_ms(ms).expect("a recording's own time").to_string().into()
}

/// The digits of a Ray ID of a request that Cloudflare received then.
fn ray(ms: i64) -> String {
    // Requests of one moment differ in what is behind the time.
    let low = Random::new(ms.unsigned_abs()).below(0x0fff_ffff);
    format!("{:09x}{low:07x}", ms / 10 - 135_000_000_000)
}

/// When the first and the last of some entries began.
pub(crate) fn span(entries: &[Value]) -> (i64, i64) {
    let times = || entries.iter().filter_map(started);
    (times().min().unwrap_or(1_795_000_000_000), times().max().unwrap_or(1_795_000_000_000))
}

fn started(entry: &Value) -> Option<i64> {
    Some(entry["startedDateTime"].as_str()?.parse::<Timestamp>().ok()?.unix_ms())
}

fn date(entries: &[Value]) -> Option<&str> {
    let headers = entries.iter().flat_map(|entry| entry["response"]["headers"].as_array().into_iter().flatten());
    let mut dates = headers.filter(|header| header["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("date")));
    dates.next()?["value"].as_str()
}

/// The host of an entry, with its port; `None` when it asks no host.
pub(crate) fn host(entry: &Value) -> Option<&str> {
    let (scheme, rest) = entry["request"]["url"].as_str()?.split_once("://")?;
    scheme.starts_with("http").then(|| rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// An entry of another recording as one of another site, `domain`, among `others`, at a time of theirs.
pub(crate) fn renamed(entry: &Value, domain: &str, others: &[Value], at_ms: i64) -> Value {
    let mut text = entry.to_string();
    let mut rename = |from: &str, to: &str| text = text.replace(&format!("://{from}/"), &format!("://{to}/w/")).replace(from, to);
    if let Some(address) = host(entry).filter(|host| host.starts_with(|first: char| first.is_ascii_digit())) {
        rename(address, domain);
    }
    for (own, below) in [
        ("preview.lantern.example", "preview."),
        ("widgets.example", "widgets-"),
        ("shop.example", ""),
        ("blog.example", ""),
        ("desk.example", ""),
    ] {
        rename(own, &format!("{below}{domain}"));
    }
    let mut entry: Value = serde_json::from_str(&text).expect("names in a JSON text are exchanged for others");
    entry["startedDateTime"] = moment(at_ms);
    let mut old_ray = None;
    for header in entry["response"]["headers"].as_array_mut().into_iter().flatten() {
        let name = header["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        if let Some(date) = date(others).filter(|_| name == "date") {
            header["value"] = date.into();
        }
        if name == "cf-ray" {
            old_ray = header["value"].as_str().and_then(|value| value.split('-').next()).map(str::to_owned);
        }
    }
    // On an error page as well.
    match old_ray {
        Some(old) => serde_json::from_str(&entry.to_string().replace(&old, &ray(at_ms))).expect("a Ray ID is exchanged for another"),
        None => entry,
    }
}
