//! What the lab cannot record: the same capture as other tools, other clocks and other people's browsers would have written it.

use serde_json::{Value, json};

/// A change of both captures that leaves the fault what it was.
pub(crate) struct Perturbation {
    /// In a few words, for the table.
    pub(crate) name: &'static str,
    /// Whether it takes evidence away, so that a verdict may weaken; else it must hold.
    pub(crate) effect: Effect,
    /// Changes one capture.
    pub(crate) change: fn(&mut Capture),
}

/// What a perturbation may do to a verdict.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that counts as evidence is touched.
    Holds,
    /// Evidence is lost.
    MayWeaken,
}

/// A capture that is being changed.
pub(crate) struct Capture {
    /// The HAR.
    pub(crate) har: Value,
    /// It is the one through Cloudflare.
    pub(crate) is_proxied: bool,
}

/// All of them.
pub(crate) const PERTURBATIONS: &[Perturbation] = &[
    Perturbation { name: "entries shuffled", effect: Effect::MayWeaken, change: |capture| shuffle(capture.entries()) },
    Perturbation { name: "header names in capitals", effect: Effect::Holds, change: |capture| capture.each(capitals) },
    Perturbation { name: "numbers as strings", effect: Effect::Holds, change: |capture| capture.each(numbers_as_strings) },
    Perturbation { name: "other spelling of versions", effect: Effect::Holds, change: |capture| capture.each(spell_versions) },
    Perturbation { name: "no vendor fields", effect: Effect::MayWeaken, change: |capture| capture.each(no_vendor_fields) },
    Perturbation { name: "no error names", effect: Effect::MayWeaken, change: |capture| capture.each(no_error_names) },
    Perturbation { name: "no bodies", effect: Effect::MayWeaken, change: |capture| capture.each(no_bodies) },
    Perturbation { name: "no response headers", effect: Effect::MayWeaken, change: |capture| capture.each(no_response_headers) },
    Perturbation { name: "no sizes", effect: Effect::MayWeaken, change: |capture| capture.each(no_sizes) },
    Perturbation { name: "no timings", effect: Effect::MayWeaken, change: |capture| capture.each(no_timings) },
    Perturbation { name: "clock an hour off", effect: Effect::MayWeaken, change: another_clock },
    Perturbation { name: "extra hosts", effect: Effect::Holds, change: extra_hosts },
    Perturbation { name: "browser extensions", effect: Effect::Holds, change: extensions },
    Perturbation { name: "cache busters", effect: Effect::Holds, change: cache_busters },
    Perturbation { name: "direct by address", effect: Effect::MayWeaken, change: by_address },
    Perturbation { name: "recorded once more", effect: Effect::MayWeaken, change: twice },
    Perturbation { name: "last third missing", effect: Effect::MayWeaken, change: cut },
];

impl Capture {
    fn entries(&mut self) -> &mut Vec<Value> {
        self.har["log"]["entries"].as_array_mut().expect("a recording has entries")
    }

    fn each(&mut self, change: fn(&mut Value)) {
        self.entries().iter_mut().for_each(change);
    }
}

/// The same order for the same number of entries, and far from the old one.
fn shuffle(entries: &mut [Value]) {
    let mut state = 0x2545_f491_u64;
    for last in (1..entries.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        entries.swap(last, usize::try_from((state >> 33) % (last as u64 + 1)).expect("small"));
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

/// The direct capture asked for an address instead of the site's name.
fn by_address(capture: &mut Capture) {
    if capture.is_proxied {
        return;
    }
    let host = capture.entries().first().and_then(|entry| entry["request"]["url"].as_str()?.split('/').nth(2).map(str::to_owned));
    for entry in capture.entries() {
        let url = entry["request"]["url"].as_str().unwrap_or_default();
        if let Some(host) = host.as_deref().filter(|host| url.split('/').nth(2) == Some(host)) {
            entry["request"]["url"] = url.replacen(host, "203.0.113.20:8443", 1).into();
        }
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
