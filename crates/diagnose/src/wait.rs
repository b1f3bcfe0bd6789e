use fivetwenty_captures::edge::{cloudflares_page, ray};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::json::decimal;
use fivetwenty_model::report::{Clock, Waited, WaitedFrom};
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{Clocks, date, received};
pub(super) use crate::lasted::lasted;
use crate::lasted::{MAX_MS, whole};

/// How long Cloudflare took to respond: a range and its source, the best source first.
///
/// `Server-Timing: cfOrigin;dur` is Cloudflare's own figure. `timings.wait` includes the network time to the edge. The Date header and the
/// time on Cloudflare's error page are in whole seconds, so the difference from the Ray ID's time is a range of one second.
///
/// Enterprise customers can let Cloudflare wait up to 6,000 seconds. A longer time is not a wait, and a Ray ID that the other clocks of the
/// request contradict tells none. Whatever says a wait says all of it: [`Waited::range`] or [`Waited::said`].
pub fn waited(entry: &Entry) -> Option<Waited> {
    waited_at_all(entry).filter(|waited| waited.min_ms <= MAX_MS)
}

fn waited_at_all(entry: &Entry) -> Option<Waited> {
    let response = &entry.response;
    let ray = ray(entry)?;
    if let Some(header) = response.header("server-timing")
        && let Some(ms) = origin_duration(&header.value)
    {
        let ms = whole(ms)?;
        return Some(Waited { min_ms: ms, max_ms: ms, from: WaitedFrom::CfOrigin });
    }
    if let Some(wait) = entry.timings.wait.filter(|wait| *wait > 0.0) {
        return Some(Waited { min_ms: 0, max_ms: whole(wait.ceil())?, from: WaitedFrom::HarWait });
    }
    let received = received(&ray)?;
    Clocks::default().when(entry).filter(|when| when.by.contains(&Clock::RayId) && when.others.is_empty())?;
    let until = |answered: i64, from| {
        let after = answered - received;
        // A time well before the Ray ID belongs to another answer.
        (after > -1000).then(|| Waited { min_ms: u64::try_from(after).unwrap_or(0), max_ms: u64::try_from(after + 999).unwrap_or(0), from })
    };
    let page = || cloudflares_page(entry)?.time.map(Timestamp::unix_ms);
    date(entry).and_then(|date| until(date, WaitedFrom::Date)).or_else(|| until(page()?, WaitedFrom::ErrorPage))
}

/// A length of time that an entry states, in milliseconds, in words: from a second on as seconds with one decimal.
pub(super) fn seconds(ms: u64) -> Redacted<String> {
    redact::length_of_time(ms)
}

/// Where a wait was read, and how long it was.
pub(super) fn cite(waited: &Waited) -> (&'static str, Redacted<String>) {
    let after_ray = || Redacted::fill("{} after the Ray ID", &[&waited.range()]);
    match waited.from {
        WaitedFrom::CfOrigin => ("response.headers.server-timing", waited.range()),
        WaitedFrom::HarWait => ("timings.wait", waited.range()),
        WaitedFrom::Date => ("response.headers.date", after_ray()),
        WaitedFrom::ErrorPage => ("response.content", after_ray()),
    }
}

/// `cfOrigin;dur=…` in milliseconds. 0 means that the origin got no request, or did not respond.
fn origin_duration(server_timing: &str) -> Option<f64> {
    let metric = server_timing.split(',').map(str::trim).find(|metric| metric.starts_with("cfOrigin;"))?;
    let duration = metric.split(';').find_map(|parameter| parameter.trim().strip_prefix("dur="))?;
    decimal(duration).filter(|ms| *ms > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fivetwenty_captures::har::Capture;

    #[track_caller]
    fn check(headers: &str, wait: &str, expected: Option<(u64, u64, WaitedFrom)>) {
        let headers: Vec<String> = headers
            .lines()
            .map(|line| {
                let (name, value) = line.trim().split_once(": ").unwrap();
                format!(r#"{{"name":"{name}","value":"{value}"}}"#)
            })
            .collect();
        let text = format!(r#"[{{"response":{{"status":520,"headers":[{}]}},"timings":{{"wait":{wait}}}}}]"#, headers.join(","));
        let capture = Capture::read("a.har", [text.as_bytes()]).unwrap();
        assert_eq!(waited(&capture.entries[0]).map(|waited| (waited.min_ms, waited.max_ms, waited.from)), expected);
    }

    #[track_caller]
    fn check_lasted(entry: &str, expected: Option<&str>) {
        let capture = Capture::read("a.har", [format!("[{entry}]").as_bytes()]).unwrap();
        assert_eq!(lasted(&capture.entries[0]).map(|ms| seconds(ms).as_str().to_owned()).as_deref(), expected);
    }

    /// Breaks when the time of a failed request, which Chrome writes as `time` and as `blocked`, is not found, or -1 is taken for one.
    #[test]
    fn a_failed_request_tells_how_long_it_took() {
        check_lasted(r#"{"time": 30120.4, "timings": {"blocked": 30120.4, "dns": -1, "wait": 0}}"#, Some("30.1 s"));
        check_lasted(r#"{"time": -1, "timings": {"blocked": 54.6, "dns": -1, "connect": -1, "send": 0, "wait": 0}}"#, Some("54 ms"));
        check_lasted(r#"{"time": 0, "timings": {"blocked": -1, "wait": -1}}"#, None);
    }

    /// Breaks when a worse source goes before a better one, or a range is given as one number that is not known.
    #[test]
    fn the_best_source_is_used() {
        let ray = "cf-ray: 8a7d5e2fbcd1a1c3-DFW";
        check(&format!("{ray}\nserver-timing: cfEdge;dur=9, cfOrigin;dur=34481.5"), "40000", Some((34_481, 34_481, WaitedFrom::CfOrigin)));
        check(&format!("{ray}\nserver-timing: cfEdge;dur=9, cfOrigin;dur=0"), "40.2", Some((0, 41, WaitedFrom::HarWait)));
        check(&format!("{ray}\ndate: Tue, 23 Jul 2024 17:25:27 GMT"), "-1", Some((19_850, 20_849, WaitedFrom::Date)));
        check(&format!("{ray}\ndate: Tue, 23 Jul 2024 17:20:27 GMT"), "-1", None);
        check(&format!("{ray}\ndate: Wed, 24 Jul 2024 17:25:27 GMT"), "-1", None);
        check("date: Tue, 23 Jul 2024 17:25:27 GMT", "40", None);
        check(&format!("{ray}\ndate: yesterday"), "null", None);
    }

    /// Breaks when the time on Cloudflare's own page is not used where there is nothing better, or the site's page is believed.
    #[test]
    fn the_page_tells_when_no_header_does() {
        #[track_caller]
        fn check(body: &str, expected: Option<(u64, u64, WaitedFrom)>) {
            let body = serde_json::to_string(body).unwrap();
            let text = format!(r#"[{{"response":{{"status":522,"headers":[],"content":{{"text":{body}}}}},"timings":{{"wait":-1}}}}]"#);
            let capture = Capture::read("a.har", [text.as_bytes()]).unwrap();
            assert_eq!(waited(&capture.entries[0]).map(|waited| (waited.min_ms, waited.max_ms, waited.from)), expected);
        }
        let json = r#"{"cloudflare_error":true,"error_code":522,"ray_id":"a105ee31cf145053","timestamp":"2026-06-23T19:34:49Z"}"#;
        check(json, Some((19_600, 20_599, WaitedFrom::ErrorPage)));
        check(&json.replace("cloudflare_error", "error"), None);
        check(&json.replace("2026", "2025"), None);
        check("error code: 522", None);
    }
}
