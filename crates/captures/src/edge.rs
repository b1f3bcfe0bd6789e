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
/// An answer from the cache did not come from the origin just now; `NONE` and `UNKNOWN`, a challenge, an error page of Cloudflare's and a
/// redirect without `cf-cache-status` were made at the edge, and so was everything under `/cdn-cgi/`.
pub fn is_passed_on(entry: &Entry) -> bool {
    let response = &entry.response;
    let cached = response.header("cf-cache-status").map(|header| header.value.trim());
    let at_edge = match cached {
        Some(status) => ["NONE", "UNKNOWN"].iter().any(|edge| status.eq_ignore_ascii_case(edge)),
        None => (300..400).contains(&response.status),
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
