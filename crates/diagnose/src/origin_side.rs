//! What the origin itself makes of the requests that fail through Cloudflare: what causes between the two are inferred from.

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

/// What the origin itself answers to the requests that are a 520 through Cloudflare.
pub(super) enum OriginSide {
    /// Nobody asked it, or its answers are no evidence: the sentence says why.
    Unknown(Redacted<String>),
    /// It fails as well, for every one of them: the first direct entry that shows it.
    Fails(u32),
    /// It answers some well and not others, or in ways that tell nothing.
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

/// Looks at the direct partners of the requests that are a 520 through Cloudflare. Without such a request nothing is known.
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

/// That the origin answers a request that fails through Cloudflare.
pub(super) fn cite_difference(facts: &Facts<'_>, proxied: u32, direct: u32) -> impl Iterator<Item = Evidence> {
    let cited = [
        facts.cite_proxied(proxied, Field::Status, Polarity::Supports),
        facts.cite_direct(direct, Field::Status, Polarity::Supports),
        facts.cite_ray(proxied, Polarity::Supports),
    ];
    cited.into_iter().flatten()
}

/// What shows that the origin fails by itself.
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

/// The origin's own failure: a status of 500 and more, an answer that is none, or too many headers. That no connection came about, or that
/// the certificate is not for a browser, says nothing about what Cloudflare gets.
fn shows_a_fault(entry: &Entry) -> bool {
    let response = &entry.response;
    is_broken(entry) || (response.error.is_none() && (response.status >= 500 || header_bytes(response).0 > MAX_HEADER_BYTES))
}

/// An answer in which nothing is found that Cloudflare would stumble over.
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

/// Every direct request over plain HTTP was answered without HTTP's words, and with something that the browser would rather save than
/// show (`ERR_ABORTED`), as the alert is that a TLS port answers to plain HTTP: the first of them. Cloudflare fails on every request.
pub(super) fn answers_like_tls(facts: &Facts<'_>) -> Option<u32> {
    let direct = facts.direct.as_ref().filter(|direct| direct.via_cloudflare.is_empty())?;
    let (first, _) = direct.answered().next()?;
    let all = direct.answered().all(|(_, entry)| is_unseen(entry) && error_name(entry) == "ERR_ABORTED");
    (all && !facts.failing_pairs().is_empty() && facts.passed_on().next().is_none()).then_some(first)
}

/// What came over plain HTTP without a status line, and was not shown by the tool that asked for it.
pub(super) fn is_unseen(entry: &Entry) -> bool {
    let over_http = Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("http");
    over_http && version(&entry.response.http_version) == b'0'
}
