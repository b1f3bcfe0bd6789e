use fivetwenty_captures::compare::{Counted, HeaderBytes};
use fivetwenty_captures::edge::is_passed_on;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{Overlooked, error_name, is_cut_in_headers, not_reproduced};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin sent more response headers than Cloudflare takes.
pub(super) static RULE: Rule = Rule {
    id: "headers-too-large",
    title: "Response headers exceed Cloudflare's 128 KB limit",
    headline: "The response headers exceed Cloudflare's 128 KB limit.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::DirectAnswers("Only a direct capture or the curl command below shows all headers of the origin.")],
    check,
    page: page!("headers_too_large.md"),
};

/// Cloudflare's limit for all response headers together, in bytes.
const LIMIT: u64 = 128 * 1024;
/// So close to the limit that another way of counting may exceed it.
const NEAR: u64 = 125_000;
/// The smallest limit of older documentation and of many other proxies.
const OLDER_LIMIT: u64 = 16 * 1024;
/// Chrome gives up at this size, which is over Cloudflare's.
const TOO_BIG: &str = "net::ERR_RESPONSE_HEADERS_TOO_BIG";
/// No byte was sent, so no header was.
const NOTHING_SENT: &str = "net::ERR_EMPTY_RESPONSE";

fn check(facts: &Facts<'_>) -> Finding {
    let over = |entry: &Entry| bytes(entry).is_some_and(|bytes| bytes > LIMIT);
    let contradiction = facts.pairing.matched().find(|(proxied, index, _)| {
        facts.direct_entry(*index).is_some_and(over) && facts.proxied_entry(*proxied).is_some_and(is_passed_on)
    });
    if let Some((proxied, index, _)) = contradiction {
        return Finding::seen(
            Status::RuledOut,
            Redacted::fixed("In the same captures a response with more than 128 KB of headers passed through Cloudflare."),
        )
        .with(facts.cite_direct(index, Field::HeaderBytes, Polarity::Contradicts))
        .with(facts.cite_proxied(proxied, Field::Status, Polarity::Contradicts));
    }
    if facts.failing_pairs().is_empty() {
        let large =
            facts.direct.iter().flat_map(|direct| &direct.on_site).copied().find(|index| facts.direct_entry(*index).is_some_and(over));
        return match large {
            Some(index) => Finding::seen(
                Status::Possible,
                Redacted::fixed("A direct response has more than 128 KB of headers, but no 520 was captured."),
            )
            .with(facts.cite_direct(index, field(facts, index), Polarity::Supports)),
            None => Finding::cannot_tell("No 520 was captured."),
        };
    }
    let partners = facts.failing_pairs().iter().filter_map(|(proxied, direct)| Some((*proxied, (*direct)?)));
    let measured: Vec<(u64, u32, u32)> =
        partners.filter_map(|(proxied, index)| Some((bytes(facts.direct_entry(index)?)?, proxied, index))).collect();
    let Some(&(largest, proxied, index)) = measured.iter().max_by_key(|(bytes, _, _)| *bytes) else {
        return Finding::cannot_tell("No request that fails through Cloudflare has a direct response with measurable headers.");
    };
    if largest <= LIMIT && facts.failing_partners().any(|(_, entry)| is_cut(entry)) {
        return Finding::cannot_tell("The origin's headers were cut off: their measured size is only a lower bound.");
    }
    let all = measured.len() == facts.failing_pairs().len();
    let size = facts.direct_entry(index).map(|entry| HeaderBytes::of_response(&entry.response));
    let makeup = size.filter(|size| size.bytes == largest).map_or_else(|| Redacted::fixed(""), makeup);
    let bytes = redact::thousands(largest);
    let (status, reason) = match largest {
        over if over > LIMIT => {
            let count = measured.iter().filter(|(bytes, _, _)| *bytes > LIMIT).count();
            let reason = Redacted::fill(
                "Direct to the origin, {} of {} requests that are a 520 through Cloudflare get more than 131,072 bytes of response headers.{}",
                &[&count, &facts.failing_pairs().len(), &makeup],
            );
            // HTTP/2 compresses headers. The figure is what HTTP/1.1 would have sent.
            let estimated = size.is_some_and(|size| size.bytes == largest && size.how == Counted::Estimated);
            (if estimated { Status::Likely } else { Status::Confirmed }, reason)
        }
        NEAR.. => (
            Status::Likely,
            Redacted::fill(
                "The response headers of a failing request are within 5 % of the limit: {} of 131,072 bytes.{}",
                &[&bytes, &makeup],
            ),
        ),
        over if over > OLDER_LIMIT => {
            let older = size.and_then(|size| size.exceeds()).map_or(OLDER_LIMIT, |limit| limit.bytes);
            let reason = Redacted::fill(
                "The response headers of a failing request have {} bytes. That is below Cloudflare's limit of 131,072, but above the {} of its older documentation and of many proxies.{}",
                &[&bytes, &redact::thousands(older), &makeup],
            );
            (Status::Possible, reason)
        }
        0 if all => {
            (Status::RuledOut, Redacted::fixed("The origin sent no headers at all: it closed the connection without sending a byte."))
        }
        _ if all => {
            return not_reproduced(facts, Overlooked::Never).with(facts.cite_direct(index, field(facts, index), Polarity::Contradicts));
        }
        _ => (
            Status::CannotTell,
            Redacted::fixed("Some requests that fail through Cloudflare have no direct response with measurable headers."),
        ),
    };
    let polarity = if status == Status::RuledOut { Polarity::Contradicts } else { Polarity::Supports };
    let explains_all = measured.iter().filter(|(bytes, ..)| *bytes > LIMIT).count() == facts.failing_pairs().len();
    Finding { explains_all, ..Finding::seen(status, reason) }
        .with(facts.cite_direct(index, field(facts, index), polarity))
        .with(facts.cite_proxied(proxied, Field::Status, Polarity::Supports).filter(|_| polarity == Polarity::Supports))
}

/// How much of the headers is cookies. A sanitised export leaves cookies out.
fn makeup(size: HeaderBytes) -> Redacted<String> {
    if size.unlisted > size.bytes / 10 {
        return Redacted::fill(
            " The export leaves out {} bytes of them: most often cookies, which sanitised exports omit.",
            &[&redact::thousands(size.unlisted)],
        );
    }
    Redacted::fill(" Set-Cookie is {} bytes of them.", &[&redact::thousands(size.cookies)])
}

/// The minimum number of header bytes that the origin sent, when it is known.
fn bytes(entry: &Entry) -> Option<u64> {
    match entry.response.error.as_deref() {
        Some(TOO_BIG) => Some(256 * 1024),
        Some(NOTHING_SENT) => Some(0),
        _ => Some(HeaderBytes::of_response(&entry.response).bytes).filter(|bytes| *bytes > 0),
    }
}

/// Whether the headers broke off, so that their size is a lower bound.
fn is_cut(entry: &Entry) -> bool {
    is_cut_in_headers(entry) || error_name(entry) == "ERR_RESPONSE_HEADERS_TRUNCATED"
}

/// The field that shows it.
fn field(facts: &Facts<'_>, index: u32) -> Field {
    match facts.direct_entry(index).and_then(|entry| entry.response.error.as_deref()) {
        Some(TOO_BIG | NOTHING_SENT) => Field::Error,
        _ => Field::HeaderBytes,
    }
}
