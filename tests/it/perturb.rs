//! What the lab cannot record: the same capture as other tools, other clocks and other people's browsers would have written it.

use serde_json::{Value, json};

use crate::foreign::{By, Random, Request, host, span};

/// A change of both captures that leaves the fault what it was.
pub(crate) struct Perturbation {
    /// In a few words, for the table.
    pub(crate) name: &'static str,
    /// What it may do to a verdict.
    pub(crate) effect: Effect,
    /// The change.
    change: Change,
}

/// What a perturbation may do to a verdict.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that counts as evidence is touched: the same causes lead, with the same status.
    Holds,
    /// Evidence is lost: no other cause may become surer than the recorded one by it.
    MayWeaken,
    /// As well, and the names of errors are lost: [`UNNAMED`] may be `likely`.
    MayLoseNames,
}

/// What a request without an answer may be, when the browser does not say why.
pub(crate) const UNNAMED: [&str; 5] = ["empty-reply", "connection-reset", "malformed-response", "invalid-headers", "http2-origin"];

enum Change {
    /// Of each capture by itself.
    Each(fn(&mut Capture)),
    /// Of the two together.
    Both(fn(&mut [Option<Value>; 2])),
}

/// A capture that is being changed.
pub(crate) struct Capture {
    /// The HAR.
    har: Value,
    /// It is the one through Cloudflare.
    is_proxied: bool,
    /// The site's host, as the capture through Cloudflare has it.
    site: String,
}

const fn holds(name: &'static str, change: fn(&mut Capture)) -> Perturbation {
    Perturbation { name, effect: Effect::Holds, change: Change::Each(change) }
}

const fn holds_beside_failures(name: &'static str, change: fn(&mut Capture)) -> Perturbation {
    Perturbation { name, effect: Effect::Holds, change: Change::Each(change) }
}

const fn may_weaken(name: &'static str, change: fn(&mut Capture)) -> Perturbation {
    Perturbation { name, effect: Effect::MayWeaken, change: Change::Each(change) }
}

const fn may_lose_names(name: &'static str, change: fn(&mut Capture)) -> Perturbation {
    Perturbation { name, effect: Effect::MayLoseNames, change: Change::Each(change) }
}

/// All of them.
pub(crate) const PERTURBATIONS: &[Perturbation] = &[
    // Another exporter.
    holds("entries shuffled", |capture| Random::new(1).shuffle(capture.entries())),
    holds("entries reversed", |capture| capture.entries().reverse()),
    holds("header names in capitals", |capture| capture.each(capitals)),
    holds("numbers as strings", |capture| capture.each(numbers_as_strings)),
    holds("other spelling of versions", |capture| capture.each(spell_versions)),
    may_lose_names("no vendor fields", |capture| capture.each(no_vendor_fields)),
    NO_ERROR_NAMES,
    NO_BODIES,
    NO_RESPONSE_HEADERS,
    NO_SIZES,
    may_weaken("no request headers", |capture| capture.each(no_request_headers)),
    may_weaken("no timings", |capture| capture.each(no_timings)),
    may_weaken("no starts", |capture| capture.each(no_starts)),
    may_lose_names("method, URL and status alone", |capture| capture.each(bare)),
    may_weaken("clock an hour off", another_clock),
    // Another way to record.
    Perturbation { name: "the two files the other way round", effect: Effect::Holds, change: Change::Both(|captures| captures.swap(0, 1)) },
    holds("direct by address", |capture| direct_at(capture, "203.0.113.20:8443")),
    holds("direct under another host", |capture| direct_at(capture, "origin.hosting.example")),
    holds("direct under another host, after another page", |capture| {
        direct_at(capture, "origin.hosting.example");
        capture.before_if(!capture.is_proxied, EARLIER_PAGE);
    }),
    holds_beside_failures("direct by address, after another page with a 520", |capture| {
        direct_at(capture, "203.0.113.20:8443");
        capture.before_if(!capture.is_proxied, &[document(520, By::Cloudflare)]);
    }),
    may_weaken("recorded once more", twice),
    may_weaken("last third missing", cut),
    // Other people's noise.
    holds("extra hosts", extra_hosts),
    holds("browser extensions", extensions),
    holds("cache busters", cache_busters),
    holds("the site's api host beside", api_host),
    // Other sites. With an error of their own they do not become the site.
    holds("earlier page", |capture| capture.before(EARLIER_PAGE)),
    holds("earlier page with a 503", |capture| capture.before(&[document(503, By::Customer)])),
    holds_beside_failures("earlier page with a 520", |capture| capture.before(&[document(520, By::Cloudflare)])),
    holds_beside_failures("earlier page with calls that are 520", |capture| capture.before(FAILING_PAGE)),
    holds("earlier page, direct only", |capture| capture.before_if(!capture.is_proxied, EARLIER_PAGE)),
    holds_beside_failures("earlier page with a 520, direct only", |capture| {
        capture.before_if(!capture.is_proxied, &[document(520, By::Cloudflare)]);
    }),
    holds("earlier page, proxied only", |capture| capture.before_if(capture.is_proxied, EARLIER_PAGE)),
    holds("earlier page with a 503, proxied only", |capture| capture.before_if(capture.is_proxied, &[document(503, By::Customer)])),
    holds_beside_failures("earlier page with a 520, proxied only", |capture| capture.before_if(capture.is_proxied, FAILING_PAGE)),
    THIRD_PARTIES,
    holds("an advertisement's frame", |capture| capture.among(FRAME)),
    holds("a login provider's redirect", |capture| capture.among(LOGIN)),
];

/// No names of errors.
pub(crate) const NO_ERROR_NAMES: Perturbation = may_lose_names("no error names", |capture| capture.each(no_error_names));
/// No bodies.
pub(crate) const NO_BODIES: Perturbation = may_weaken("no bodies", |capture| capture.each(no_bodies));
/// No response headers.
pub(crate) const NO_RESPONSE_HEADERS: Perturbation = may_weaken("no response headers", |capture| capture.each(no_response_headers));
/// No sizes.
pub(crate) const NO_SIZES: Perturbation = may_weaken("no sizes", |capture| capture.each(no_sizes));
/// Another customer of Cloudflare's, with errors of its own.
pub(crate) const THIRD_PARTIES: Perturbation = holds_beside_failures("another customer's 520 and 503", |capture| capture.among(CUSTOMER));

const fn document(status: u16, by: By) -> Request {
    Request::new("https://www.harbour.example/start", "document", status, by)
}

const EARLIER_PAGE: &[Request] = &[
    document(200, By::Customer),
    Request::new("https://www.harbour.example/main.css", "stylesheet", 200, By::Customer),
    Request::new("https://www.harbour.example/search?q=lamp", "fetch", 200, By::Customer),
];

const FAILING_PAGE: &[Request] = &[
    document(200, By::Customer),
    Request::new("https://www.harbour.example/search?q=lamp", "fetch", 520, By::Cloudflare),
    Request::new("https://www.harbour.example/search?q=lamp", "fetch", 520, By::Cloudflare),
];

const CUSTOMER: &[Request] = &[
    Request::new("https://cdn.widgetry.example/v2/chat.js", "script", 200, By::Customer),
    Request::new("https://api.widgetry.example/v2/session", "fetch", 520, By::Cloudflare),
    Request::new("https://api.widgetry.example/v2/presence", "fetch", 503, By::Customer),
    Request::new("https://api.widgetry.example/v2/session", "fetch", 520, By::Cloudflare),
];

const FRAME: &[Request] = &[
    Request::new("https://ads.broker.example/frame?slot=1", "document", 200, By::Customer),
    Request::new("https://ads.broker.example/bid", "fetch", 503, By::Itself),
    Request::new("https://ads.broker.example/frame?slot=2", "document", 503, By::Customer),
];

const LOGIN: &[Request] = &[
    Request {
        location: Some("https://id.keyring.example/done"),
        ..Request::new("https://id.keyring.example/authorize?client=7", "document", 302, By::Customer)
    },
    Request::new("https://id.keyring.example/done", "document", 200, By::Customer),
];

impl Perturbation {
    /// The captures, changed.
    pub(crate) fn of(&self, captures: &[Option<Value>; 2]) -> [Option<Value>; 2] {
        let mut captures = captures.clone();
        match self.change {
            Change::Both(change) => change(&mut captures),
            Change::Each(change) => {
                let site = captures.iter().flatten().find_map(|har| har["log"]["entries"].as_array()?.iter().find_map(host));
                let site = site.unwrap_or_default().to_owned();
                for (side, slot) in captures.iter_mut().enumerate() {
                    if let Some(har) = slot.take() {
                        let mut capture = Capture { har, is_proxied: side == 0, site: site.clone() };
                        change(&mut capture);
                        *slot = Some(capture.har);
                    }
                }
            }
        }
        captures
    }

    /// The captures, one of them changed.
    pub(crate) fn of_one(&self, side: usize, captures: &[Option<Value>; 2]) -> [Option<Value>; 2] {
        let [proxied, direct] = self.of(captures);
        if side == 0 { [proxied, captures[1].clone()] } else { [captures[0].clone(), direct] }
    }
}

impl Capture {
    fn entries(&mut self) -> &mut Vec<Value> {
        self.har["log"]["entries"].as_array_mut().expect("a recording has entries")
    }

    fn each(&mut self, change: fn(&mut Value)) {
        self.entries().iter_mut().for_each(change);
    }

    /// Requests to another site in the seconds before the first entry.
    fn before(&mut self, requests: &[Request]) {
        let entries = self.entries();
        let (first, _) = span(entries);
        let foreign = (1..).zip(requests).map(|(number, request)| request.entry(entries, first - 6_000 + number * 400)).collect::<Vec<_>>();
        entries.splice(..0, foreign);
    }

    fn before_if(&mut self, holds: bool, requests: &[Request]) {
        if holds {
            self.before(requests);
        }
    }

    /// Requests to another site between the others, in their times.
    fn among(&mut self, requests: &[Request]) {
        let entries = self.entries();
        let (first, last) = span(entries);
        for (number, request) in (1_u16..).zip(requests) {
            let at_ms = first + (last - first) * i64::from(number) / (i64::try_from(requests.len()).expect("few") + 1);
            let entry = request.entry(entries, at_ms);
            let place = (usize::from(number) * 2).min(entries.len());
            entries.insert(place, entry);
        }
    }
}

fn capitals(entry: &mut Value) {
    for side in ["request", "response"] {
        for header in entry[side]["headers"].as_array_mut().into_iter().flatten() {
            let name = header["name"].as_str().unwrap_or_default().to_owned();
            if !name.starts_with(':') {
                let words = name.split('-').map(|word| word[..word.len().min(1)].to_uppercase() + word.get(1..).unwrap_or_default());
                header["name"] = words.collect::<Vec<_>>().join("-").into();
            }
        }
    }
}

fn numbers_as_strings(entry: &mut Value) {
    for (side, field) in [("request", "headersSize"), ("response", "status"), ("response", "headersSize"), ("response", "bodySize")] {
        if let Some(number) = entry[side][field].as_i64() {
            entry[side][field] = number.to_string().into();
        }
    }
}

fn spell_versions(entry: &mut Value) {
    for side in ["request", "response"] {
        let other = match entry[side]["httpVersion"].as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
            "h2" | "http/2.0" | "http/2" => "HTTP/2",
            "h3" | "http/3" => "HTTP/3",
            "http/1.1" => "http/1.1",
            _ => continue,
        };
        entry[side]["httpVersion"] = other.into();
    }
}

fn no_vendor_fields(entry: &mut Value) {
    for part in [&["request"][..], &["response"], &["response", "content"], &["timings"], &[]] {
        let part = part.iter().fold(&mut *entry, |value, name| &mut value[*name]);
        if let Some(fields) = part.as_object_mut() {
            fields.retain(|name, _| !name.starts_with('_'));
        }
    }
}

fn no_error_names(entry: &mut Value) {
    if let Some(response) = entry["response"].as_object_mut() {
        response.remove("_error");
    }
}

fn no_bodies(entry: &mut Value) {
    if let Some(content) = entry["response"]["content"].as_object_mut() {
        content.remove("text");
    }
}

fn no_response_headers(entry: &mut Value) {
    entry["response"]["headers"] = json!([]);
}

fn no_request_headers(entry: &mut Value) {
    entry["request"]["headers"] = json!([]);
}

fn no_starts(entry: &mut Value) {
    if let Some(entry) = entry.as_object_mut() {
        entry.remove("startedDateTime");
    }
}

fn bare(entry: &mut Value) {
    let (request, response) = (&entry["request"], &entry["response"]);
    *entry = json!({"startedDateTime": entry["startedDateTime"], "request": {"method": request["method"], "url": request["url"]},
        "response": {"status": response["status"]}});
}

fn no_sizes(entry: &mut Value) {
    entry["request"]["headersSize"] = (-1).into();
    for field in ["headersSize", "bodySize", "_transferSize"] {
        entry["response"][field] = (-1).into();
    }
}

fn no_timings(entry: &mut Value) {
    entry["time"] = Value::Null;
    entry["timings"] = json!({"send": -1, "wait": -1, "receive": -1});
}

/// The client's clock is off, on the machine that recorded the proxied capture.
fn another_clock(capture: &mut Capture) {
    if capture.is_proxied {
        capture.each(|entry| {
            let started = entry["startedDateTime"].as_str().unwrap_or_default().to_owned();
            // Hours only: a recording does not run over midnight in the lab, and if one did, the date would be off by a day.
            if let Some(hour) = started.get(11..13).and_then(|hour| hour.parse::<u32>().ok()) {
                entry["startedDateTime"] = format!("{}{:02}{}", &started[..11], (hour + 1) % 24, &started[13..]).into();
            }
        });
    }
}

/// Third parties, one of them another customer of Cloudflare, one broken.
fn extra_hosts(capture: &mut Capture) {
    let cloudflare = |number: usize| json!([{"name": "server", "value": "cloudflare"}, {"name": "cf-ray", "value": format!("a5dce3d120c6{number:04x}-FRA")}]);
    let entry = |url: String, status: u16, headers: Value| {
        json!({"startedDateTime": "2026-11-20T10:00:00.000Z", "time": 20, "request": {"method": "GET", "url": url, "httpVersion": "h2", "headers": []},
            "response": {"status": status, "statusText": "", "httpVersion": "h2", "headers": headers, "content": {"size": 10, "mimeType": "text/plain"}}})
    };
    let started = capture.entries().last().map(|entry| entry["startedDateTime"].clone()).unwrap_or_default();
    for number in 0..12 {
        let mut other = match number % 3 {
            0 => entry(format!("https://cdn.other.example/lib/{number}.js"), 200, cloudflare(number)),
            1 => entry(format!("https://ads.other.example/pixel/{number}"), 503, json!([{"name": "server", "value": "ads"}])),
            _ => entry(format!("https://fonts.other.example/f/{number}.woff2"), 200, json!([{"name": "server", "value": "fonts"}])),
        };
        other["startedDateTime"] = started.clone();
        capture.entries().push(other);
    }
}

/// What ad blockers and password managers leave in a capture.
fn extensions(capture: &mut Capture) {
    let started = capture.entries().last().map(|entry| entry["startedDateTime"].clone()).unwrap_or_default();
    let host = capture.entries().first().and_then(|entry| entry["request"]["url"].as_str()).unwrap_or_default();
    let origin = host.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    for (url, error) in [
        ("chrome-extension://abcdefghijklmnop/content.js".to_owned(), None),
        ("data:image/png;base64,iVBORw0KGgo=".to_owned(), None),
        (format!("{origin}/collect?x=1"), Some("net::ERR_BLOCKED_BY_CLIENT")),
        (format!("{origin}/beacon"), Some("net::ERR_ABORTED")),
    ] {
        let status = if error.is_some() { 0 } else { 200 };
        let mut entry = json!({"startedDateTime": started, "time": 1, "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": status, "headers": [], "content": {"size": 0}}});
        if let Some(error) = error {
            entry["response"]["_error"] = error.into();
        }
        capture.entries().push(entry);
    }
}

/// Another number behind every URL on either side.
fn cache_busters(capture: &mut Capture) {
    let first = if capture.is_proxied { 1_763_600_000_000_u64 } else { 1_763_700_000_000 };
    for (number, entry) in (first..).zip(capture.entries()) {
        let url = entry["request"]["url"].as_str().unwrap_or_default();
        if url.starts_with("http") && !url.contains('#') {
            entry["request"]["url"] = format!("{url}{}_={number}", if url.contains('?') { '&' } else { '?' }).into();
        }
    }
}

/// The direct capture asked for an address, or another name, instead of the site's.
fn direct_at(capture: &mut Capture, other: &str) {
    if capture.is_proxied {
        return;
    }
    let own = capture.entries().iter().find_map(host).map(str::to_owned);
    for entry in capture.entries() {
        if let Some(own) = own.as_deref().filter(|own| host(entry) == Some(own)) {
            entry["request"]["url"] = entry["request"]["url"].as_str().unwrap_or_default().replacen(own, other, 1).into();
        }
    }
}

/// The site has another host, which is well. An origin that turns away every direct request does so there too.
fn api_host(capture: &mut Capture) {
    let (by, site) = (if capture.is_proxied { By::Customer } else { By::Itself }, format!("api.{}", capture.site));
    let entries = capture.entries();
    let is_good = |entry: &Value| host(entry).is_some() && matches!(entry["response"]["status"].as_u64(), Some(200..300));
    let Some(good) = entries.iter().find(|entry| is_good(entry)) else { return };
    let scheme = good["request"]["url"].as_str().and_then(|url| url.split("://").next()).unwrap_or_default().to_owned();
    let (_, last) = span(entries);
    for (number, path) in (1..).zip(["/v1/stock", "/v1/prices"]) {
        let mut entry = Request::new("", "fetch", 200, by).entry(entries, last + number);
        entry["request"]["url"] = format!("{scheme}://{site}{path}").into();
        entries.push(entry);
    }
}

/// The person reloaded the page: every request is there twice, a minute apart.
fn twice(capture: &mut Capture) {
    let mut again = capture.entries().clone();
    for entry in &mut again {
        let started = entry["startedDateTime"].as_str().unwrap_or_default().to_owned();
        if let Some(minute) = started.get(14..16).and_then(|minute| minute.parse::<u32>().ok()) {
            entry["startedDateTime"] = format!("{}{:02}{}", &started[..14], (minute + 1) % 60, &started[16..]).into();
        }
    }
    capture.entries().extend(again);
}

fn cut(capture: &mut Capture) {
    let keep = capture.entries().len() * 2 / 3;
    capture.entries().truncate(keep.max(1));
}
