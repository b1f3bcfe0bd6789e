//! How the origin answers the failing requests directly. Causes between Cloudflare and the origin are inferred from it.

use fivetwenty_captures::compare::{BodyCompleteness, body_length, header_bytes};
use fivetwenty_captures::edge::is_broken;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::Polarity;
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::fault::error_name;
use crate::field::{Field, breaks_grammar, version};
use crate::finding::Evidence;

/// How the origin answers the requests with a 520 when they are sent to it directly.
pub(super) enum OriginSide {
    /// There is no direct capture, or it is no evidence. The sentence says why.
    Unknown(Redacted<String>),
    /// It fails for every one of them: the first direct entry that shows it.
    Fails(u32),
    /// It answers some of them well and not others, or the responses show nothing.
    Mixed,
    /// It answers, in order, every one of them that it was asked for, at least half: the first such pair, and how many it was asked for.
    /// A browser asks for icons and the like when it pleases.
    Fine {
        /// The proxied entry.
        proxied: u32,
        /// The direct entry.
        direct: u32,
        /// How many requests.
        count: usize,
    },
}

/// Looks at the direct partners of the requests with a 520.
pub(super) fn origin_side(facts: &Facts<'_>) -> OriginSide {
    if facts.direct.is_none() {
        return OriginSide::Unknown(Redacted::fixed(
            "There is no direct capture that would show how the origin answers the same requests.",
        ));
    }
    if let Some(why) = facts.direct_is_no_evidence() {
        return OriginSide::Unknown(why);
    }
    let mut fine = None;
    let (mut count_asked, mut count_fine, mut count_failing) = (0, 0, 0);
    let mut first_failing = None;
    for (proxied, direct) in facts.failing_pairs() {
        let Some((direct, entry)) = direct.and_then(|index| Some((index, facts.direct_entry(index)?))) else { continue };
        count_asked += 1;
        if shows_a_fault(entry) {
            count_failing += 1;
            first_failing = first_failing.or(Some(direct));
        } else if is_in_order(entry) {
            count_fine += 1;
            fine = fine.or(Some((*proxied, direct)));
        }
    }
    let all = facts.failing_pairs().len();
    match (fine, first_failing) {
        (_, Some(direct)) if count_failing == all => OriginSide::Fails(direct),
        (Some((proxied, direct)), _) if count_fine == count_asked && 2 * count_asked >= all => {
            OriginSide::Fine { proxied, direct, count: count_asked }
        }
        _ => OriginSide::Mixed,
    }
}

/// Cites a failing request and its good direct response.
pub(super) fn cite_difference(facts: &Facts<'_>, proxied: u32, direct: u32) -> impl Iterator<Item = Evidence> {
    let cited = [
        facts.cite_proxied(proxied, Field::Status, Polarity::Supports),
        facts.cite_direct(direct, Field::Status, Polarity::Supports),
        facts.cite_ray(proxied, Polarity::Supports),
    ];
    cited.into_iter().flatten()
}

/// Cites the origin's own failure.
pub(super) fn cite_fault(facts: &Facts<'_>, direct: u32) -> Option<Evidence> {
    let entry = facts.direct_entry(direct)?;
    let field = match entry.response.error {
        Some(_) => Field::Error,
        None if header_bytes(&entry.response).0 > MAX_HEADER_BYTES => Field::HeaderBytes,
        None => Field::Status,
    };
    facts.cite_direct(direct, field, Polarity::Contradicts)
}

/// Cloudflare's limit for all response headers together, in bytes.
const MAX_HEADER_BYTES: u64 = 128 * 1024;

/// Whether a direct response is a failure of the origin: a status of 500 or more, no valid response, or too many headers. A failed
/// connection or a certificate that browsers refuse shows nothing about Cloudflare's requests.
fn shows_a_fault(entry: &Entry) -> bool {
    let response = &entry.response;
    is_broken(entry) || (response.error.is_none() && (response.status >= 500 || header_bytes(response).0 > MAX_HEADER_BYTES))
}

/// Whether a response has nothing that could make Cloudflare fail.
fn is_in_order(entry: &Entry) -> bool {
    /// More headers than that are over the limit of many proxies.
    const MANY_HEADER_BYTES: u64 = 16 * 1024;
    let response = &entry.response;
    let answered = matches!(response.status, 200..400 | 404 | 410) && response.error.is_none();
    let well_formed = response.http_version.as_bytes() != b"HTTP/0.9" && !response.headers.iter().any(|header| breaks_grammar(header));
    let framed = ["content-type", "content-length", "transfer-encoding"].iter().any(|name| response.header(name).is_some());
    let empty = response.status == 200 && response.content_size == Some(0) && !framed;
    let cut = body_length(entry).is_some_and(|length| length.how == BodyCompleteness::Short);
    answered && well_formed && !empty && !cut && header_bytes(response).0 <= MANY_HEADER_BYTES
}

/// The first direct entry, when every direct request over plain HTTP got bytes that are not HTTP: seven of them, as a TLS alert has, or some
/// that the browser would rather save than show (`ERR_ABORTED`). A port that expects TLS answers like that. Cloudflare fails on every
/// request.
pub(super) fn answers_like_tls(facts: &Facts<'_>) -> Option<u32> {
    let direct = facts.direct.as_ref().filter(|direct| direct.via_cloudflare.is_empty())?;
    // The site may have other hosts, which are well.
    let hosts: Vec<&str> = facts.failing_partners().map(|(_, entry)| Address::new(&entry.request.url).host).collect();
    let answered = || direct.answered().filter(|(_, entry)| hosts.contains(&Address::new(&entry.request.url).host));
    let (first, _) = answered().next()?;
    let is_alert = |entry: &Entry| error_name(entry) == "ERR_ABORTED" || entry.response.content_size == Some(TLS_ALERT_BYTES);
    let all = answered().all(|(_, entry)| is_unseen(entry) && is_alert(entry));
    (all && !facts.failing_pairs().is_empty() && facts.passed_on_there().next().is_none()).then_some(first)
}

/// A TLS record with an alert: five bytes of head, level and description.
const TLS_ALERT_BYTES: u64 = 7;

/// Whether a response over plain HTTP has no status line, so the tool did not show it.
pub(super) fn is_unseen(entry: &Entry) -> bool {
    let over_http = Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("http");
    over_http && version(&entry.response.http_version) == b'0'
}
