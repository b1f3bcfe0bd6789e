//! What one entry tells of who answered: Cloudflare's edge, its cache, or the origin.

use crate::compare::{BodyCompleteness, body_length};
use crate::evidence::address::Address;
use crate::evidence::colo::Colo;
use crate::evidence::error_page::{ErrorPage, Maker, from_cookie};
use crate::evidence::ray_id::RayId;
use crate::har::Entry;

/// Whether it counts as failing: a status of 500 and more, or a network error on a request that the page did not cancel. Of what texts tell
/// of the URL may not be known.
pub fn is_failing(entry: &Entry) -> bool {
    let url = &entry.request.url;
    if entry.from_cache.is_some() || !url.is_empty() && !Address::new(url).is_http() {
        return false;
    }
    match entry.response.error.as_deref() {
        Some(error) if error.contains("ERR_ABORTED") || error.contains("ERR_BLOCKED_BY_") || error.contains("ERR_CACHE_MISS") => false,
        Some(_) => true,
        None => entry.response.status == 0 || entry.response.status >= 500,
    }
}

/// Whether the answer came from Cloudflare's edge: by its headers, or, when the exporter wrote none, by its page.
pub fn answered_by_cloudflare(entry: &Entry) -> bool {
    let response = &entry.response;
    response.header("cf-ray").is_some()
        || response.header("server").is_some_and(|server| server.value.eq_ignore_ascii_case("cloudflare"))
        || (response.headers.is_empty() && cloudflares_page(entry).is_some())
}

/// Whether the browser did not go on because of the certificate: nothing was asked, so nothing is known of the answer.
pub fn is_refused_certificate(entry: &Entry) -> bool {
    entry.response.error.as_deref().is_some_and(|error| error.contains("ERR_CERT_"))
}

/// The page that Cloudflare wrote, if it did.
pub fn cloudflares_page(entry: &Entry) -> Option<&ErrorPage> {
    entry.response.error_page.as_deref().filter(|page| page.maker == Maker::Cloudflare)
}

/// Whether it is a 520 of Cloudflare's own. Some platforms use the number too: without a trace of Cloudflare, or with a page that is
/// plainly not its own and no Ray ID, it is theirs. An exporter that wrote no headers leaves it open, and then the number counts.
pub fn is_520(entry: &Entry) -> bool {
    let response = &entry.response;
    response.status == 520
        && is_failing(entry)
        && (response.headers.is_empty() || answered_by_cloudflare(entry) || cloudflares_page(entry).is_some())
}

/// Whether an answer through Cloudflare began without an error status and then broke off, or could not be read to its end: the browser
/// says so, or fewer bytes came than were announced. `ERR_FAILED` is what a page may not read.
pub fn is_broken_off(entry: &Entry) -> bool {
    let response = &entry.response;
    let broke_off = match response.error.as_deref() {
        Some(error) => is_failing(entry) && !error.ends_with("ERR_FAILED"),
        None => body_length(entry).is_some_and(|length| length.how == BodyCompleteness::Short),
    };
    (1..500).contains(&response.status) && broke_off && answered_by_cloudflare(entry)
}

/// Whether an answer through Cloudflare is the origin's own, without a server error.
///
/// An answer from the cache did not come from the origin just now; `NONE` and `UNKNOWN`, a challenge, an error page of Cloudflare's, and a
/// redirect or a refusal (403, 429) without `cf-cache-status` were made at the edge, and so was everything under `/cdn-cgi/`.
pub fn is_passed_on(entry: &Entry) -> bool {
    let response = &entry.response;
    let cached = response.header("cf-cache-status").map(|header| header.value.trim());
    let at_edge = match cached {
        Some(status) => ["NONE", "UNKNOWN"].iter().any(|edge| status.eq_ignore_ascii_case(edge)),
        None => (300..400).contains(&response.status) || matches!(response.status, 403 | 429) && !response.headers.is_empty(),
    };
    let cloudflares_page = response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
    let good = (1..500).contains(&response.status) && response.error.is_none() && entry.from_cache.is_none();
    good && !at_edge && !is_cloudflares_own(entry) && !cloudflares_page && reached_the_origin(entry)
}

/// Whether it asks for what Cloudflare itself has on every site, such as the style of its error pages.
pub fn is_cloudflares_own(entry: &Entry) -> bool {
    Address::new(&entry.request.url).path.starts_with("/cdn-cgi/")
}

/// Whether an answer tells that the origin answered: not from Cloudflare's cache, and not of its own making.
pub fn reached_the_origin(entry: &Entry) -> bool {
    let cached = entry
        .response
        .header("cf-cache-status")
        .is_some_and(|header| ["HIT", "STALE", "UPDATING"].iter().any(|status| header.value.eq_ignore_ascii_case(status)));
    !cached && entry.response.header("cf-mitigated").is_none()
}

/// The Ray ID of an answer: its header's, else that of Always Online's cookie, else the one on Cloudflare's error page, which has no data
/// centre.
pub fn ray(entry: &Entry) -> Option<RayId> {
    let header = entry.response.header("cf-ray").and_then(|header| header.value.parse().ok());
    let page = || cloudflares_page(entry)?.ray.as_deref()?.parse().ok();
    header.or_else(|| online_cookie(entry).map(|(_, ray)| ray)).or_else(page)
}

/// The error's code and Ray ID as Always Online's cookie gives them.
pub fn online_cookie(entry: &Entry) -> Option<(u16, RayId)> {
    let mut cookies = entry.response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("set-cookie"));
    cookies.find_map(|cookie| from_cookie(&cookie.value))
}

/// The data centre of an answer.
pub fn colo(entry: &Entry) -> Option<Colo> {
    ray(entry)?.colo()
}

/// An answer that is none, or is spoiled, in a way that the browser names.
pub fn is_broken(entry: &Entry) -> bool {
    const FAULTS: [&str; 8] =
        ["EMPTY_RESPONSE", "CONNECTION_RESET", "CONNECTION_CLOSED", "INVALID_", "INCOMPLETE_", "CONTENT_", "RESPONSE_HEADERS_", "HTTP2_"];
    let name = entry.response.error.as_deref().and_then(|error| error.strip_prefix("net::ERR_"));
    name.is_some_and(|name| FAULTS.iter().any(|fault| name.starts_with(fault)))
}

/// No answer, and no word why.
pub fn is_unnamed(entry: &Entry) -> bool {
    entry.response.status == 0 && entry.response.error.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::har::Header;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::default();
        entry.request.url = "https://shop.example/".into();
        entry.response.status = status;
        let headers = headers.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), ..Header::default() });
        entry.response.headers = headers.map(Into::into).collect();
        entry
    }

    /// Breaks when another platform's 520 counts as Cloudflare's, or Cloudflare's own is missed where an exporter wrote no headers.
    #[test]
    fn a_520_is_cloudflares_own() {
        assert!(is_520(&answer(520, &[("CF-Ray", "8a7d5e2fbcd1a1c3-DFW")])));
        assert!(is_520(&answer(520, &[("server", "Cloudflare")])));
        assert!(is_520(&answer(520, &[])));
        assert!(!is_520(&answer(520, &[("server", "nginx")])));
        assert!(!is_520(&answer(502, &[("server", "cloudflare")])));
        let mut page = answer(520, &[("server", "nginx")]);
        page.response.error_page = ErrorPage::read("error code: 520").map(Box::new);
        assert!(is_520(&page));
        let mut cached = answer(520, &[]);
        cached.from_cache = Some("disk".into());
        assert!(!is_520(&cached));
    }

    /// Breaks when what the edge, its cache or the browser answered counts as the origin's answer.
    #[test]
    fn only_the_origins_answers_are_passed_on() {
        let through = |status, headers: &[(&str, &str)]| is_passed_on(&answer(status, headers));
        assert!(through(200, &[("cf-cache-status", "DYNAMIC")]) && through(404, &[]));
        assert!(through(302, &[("cf-cache-status", "MISS")]) && !through(302, &[]));
        for status in ["HIT", "stale", "UPDATING", "none", "UNKNOWN"] {
            assert!(!through(200, &[("cf-cache-status", status)]), "{status}");
        }
        assert!(!through(403, &[("cf-mitigated", "challenge")]) && !through(500, &[]) && !through(0, &[]));
        let mut own = answer(200, &[]);
        own.request.url = "https://shop.example/cdn-cgi/styles/main.css".into();
        assert!(!is_passed_on(&own));
        let mut local = answer(200, &[]);
        local.from_cache = Some("service-worker".into());
        assert!(!is_passed_on(&local));
    }

    /// Breaks when what a page cancelled counts as failing, or a request that got no answer does not.
    #[test]
    fn what_was_given_up_does_not_fail() {
        let failing = |status, error: Option<&str>| {
            let mut entry = answer(status, &[]);
            entry.response.error = error.map(Into::into);
            is_failing(&entry)
        };
        assert!(failing(0, None) && failing(503, None) && failing(0, Some("net::ERR_EMPTY_RESPONSE")));
        assert!(!failing(200, None) && !failing(0, Some("net::ERR_ABORTED")) && !failing(0, Some("net::ERR_BLOCKED_BY_CLIENT")));
        let mut data = answer(0, &[]);
        data.request.url = "data:text/plain,a".into();
        assert!(!is_failing(&data));
    }
}
