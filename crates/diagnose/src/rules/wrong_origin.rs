use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The DNS record at Cloudflare points at another server than the one that holds the site.
pub(super) static RULE: Rule = Rule {
    id: "wrong-origin",
    title: "Cloudflare asks another server than the one meant",
    headline: "Cloudflare and the direct capture seem to have asked two different servers.",
    responsible: &[Responsible::Dns],
    needs: &[Needs::DirectAnswers("Only a direct capture could show that another server answers there.")],
    check,
    page: page!("wrong_origin.md"),
};

/// The minimum number of responses from another site. Single pages move.
const ENOUGH: usize = 3;

fn check(facts: &Facts<'_>) -> Finding {
    let mut others: Vec<(u32, u32, Field)> = Vec::new();
    let mut misses: Vec<u32> = Vec::new();
    let mut same = None;
    let mut answered = false;
    for (proxied, direct, _) in facts.pairing.matched() {
        let (Some(one), Some(other)) = (facts.proxied_entry(proxied), facts.direct_entry(direct)) else { continue };
        if facts.direct.as_ref().is_none_or(|view| view.on_site.binary_search(&direct).is_err()) {
            continue;
        }
        answered |= (200..400).contains(&other.response.status);
        if is_unknown_here(other) {
            misses.push(direct);
        }
        match compare(facts, one, other) {
            Likeness::Same => same = same.or(Some((proxied, direct))),
            Likeness::Other(field) => others.push((proxied, direct, field)),
            Likeness::Unknown => {}
        }
    }
    if let Some((proxied, direct)) = same {
        let against = [
            facts.cite_proxied(proxied, Field::Header("content-type"), Polarity::Contradicts),
            facts.cite_direct(direct, Field::Header("content-type"), Polarity::Contradicts),
        ];
        let against = against.into_iter().flatten();
        let page = others.iter().find(|(.., field)| *field == Field::Title);
        if let Some((proxied, direct, field)) = page.copied().filter(|_| never_answers(facts)) {
            let reason = Redacted::fixed(
                "The page itself is another one on the server that was asked directly, though some of its files are the same, and through Cloudflare only the cache answers: an older server may hold a part of the site.",
            );
            return Finding::inferred(Status::Possible, reason)
                .with(facts.cite_direct(direct, field, Polarity::Supports))
                .with(facts.cite_proxied(proxied, field, Polarity::Supports))
                .with(against);
        }
        let reason = Redacted::fixed("Both captures hold the same site: an answer is the same through Cloudflare and direct.");
        return Finding::inferred(Status::RuledOut, reason).with(against);
    }
    if let Some((proxied, direct, field)) = others.first().copied() {
        let status = if others.len() >= ENOUGH { Status::Likely } else { Status::Possible };
        let reason = Redacted::fill(
            "{} through Cloudflare and are something else, or not there at all, on the server that was asked directly; none is the same.",
            &[&redact::counted(others.len(), "request is answered well", "requests are answered well")],
        );
        return Finding::inferred(status, reason)
            .with(facts.cite_direct(direct, field, Polarity::Supports))
            .with(facts.cite_proxied(proxied, field, Polarity::Supports))
            .with(facts.cite_direct(direct, Field::Header("server"), Polarity::Supports));
    }
    if misses.len() >= ENOUGH && !answered && !facts.failing_pairs().is_empty() {
        let reason = Redacted::fill(
            "The server that was asked directly knows none of the site: {} answered with 404, 410 or 421.",
            &[&redact::counted(misses.len(), "request was", "requests were")],
        );
        return Finding::inferred(Status::Possible, reason)
            .with(misses.iter().take(ENOUGH).filter_map(|index| facts.cite_direct(*index, Field::Status, Polarity::Supports)));
    }
    Finding::cannot_tell(
        "No request was answered well on both sides, so the two servers cannot be compared: the origin's access log shows whether Cloudflare asks there.",
    )
}

/// Whether every request that Cloudflare sent to its origin is a 520.
fn never_answers(facts: &Facts<'_>) -> bool {
    !facts.failing_pairs().is_empty() && facts.passed_on().next().is_none()
}

/// Whether two answers to the same request come from the same site.
enum Likeness {
    Same,
    /// The field that shows that they do not.
    Other(Field),
    Unknown,
}

fn compare(facts: &Facts<'_>, proxied: &Entry, direct: &Entry) -> Likeness {
    let (one, other) = (&proxied.response, &direct.response);
    if !(200..300).contains(&one.status) || one.error.is_some() || other.error.is_some() {
        return Likeness::Unknown;
    }
    if is_unknown_here(direct) || is_sent_elsewhere(facts, direct) {
        return Likeness::Other(Field::Status);
    }
    if !(200..300).contains(&other.status) {
        return Likeness::Unknown;
    }
    let header = |name| one.header(name).zip(other.header(name)).is_some_and(|(one, other)| one.length > 0 && one.same_value(other));
    let size = one.content_size.zip(other.content_size).is_some_and(|(one, other)| one > 0 && one == other);
    if header("etag") || header("last-modified") || size || (one.title.is_some() && one.title == other.title) {
        return Likeness::Same;
    }
    let (kind, other_kind) = (kind(&one.mime_type), kind(&other.mime_type));
    if kind.is_empty() || other_kind.is_empty() {
        return Likeness::Unknown;
    }
    if !kind.eq_ignore_ascii_case(other_kind) {
        return Likeness::Other(Field::Header("content-type"));
    }
    // Any server may have a page at every path. A style sheet or an image at the same path belongs to the same site.
    if !kind.eq_ignore_ascii_case("text/html") {
        Likeness::Same
    } else if one.title.is_some() && other.title.is_some() {
        Likeness::Other(Field::Title)
    } else {
        Likeness::Unknown
    }
}

/// Not found, gone, or a host name that this server does not serve.
fn is_unknown_here(entry: &Entry) -> bool {
    matches!(entry.response.status, 404 | 410 | 421)
}

/// Whether it redirects to a host outside the site.
fn is_sent_elsewhere(facts: &Facts<'_>, entry: &Entry) -> bool {
    let Some(location) = entry.response.header("location").filter(|_| (300..400).contains(&entry.response.status)) else { return false };
    let to = Address::new(&location.value);
    let own = [&facts.proxied, &facts.direct].into_iter().flatten().flat_map(|view| &view.hosts);
    let mut names = own.map(|host| host.strip_prefix("www.").unwrap_or(host));
    let host = to.host.strip_prefix("www.").unwrap_or(to.host);
    to.is_http() && !names.any(|name| name.eq_ignore_ascii_case(host))
}

/// The media type without its parameters.
fn kind(mime_type: &str) -> &str {
    mime_type.split(';').next().unwrap_or_default().trim()
}
