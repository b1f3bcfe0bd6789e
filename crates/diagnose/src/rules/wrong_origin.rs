use fivetwenty_captures::edge::is_passed_on;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::origin_side::{OriginSide, origin_side};
use crate::page::page;
use crate::rule::{Needs, Rule};

/// Cloudflare connects to the wrong server.
pub(super) static RULE: Rule = Rule {
    id: "wrong-origin",
    title: "Cloudflare connects to the wrong server",
    headline: "Cloudflare and the direct capture seem to have reached two different servers.",
    responsible: &[Responsible::Dns],
    needs: &[Needs::DirectAnswers("Only a direct capture can show that another server responds there.")],
    check,
    page: page!("wrong_origin.md"),
};

/// The minimum number of responses from another site. Single pages move.
const ENOUGH: usize = 3;

fn check(facts: &Facts<'_>) -> Finding {
    let mut others: Vec<(u32, u32, Field)> = Vec::new();
    let mut misses: Vec<u32> = Vec::new();
    let mut same = None;
    let mut copy: Option<(u32, u32, Field)> = None;
    let mut answered = false;
    for (proxied, direct, _) in facts.pairing.matched() {
        let (Some(one), Some(other)) = (facts.proxied_entry(proxied), facts.direct_entry(direct)) else { continue };
        if facts.direct.as_ref().is_none_or(|view| view.on_site.binary_search(&direct).is_err()) || other.from_cache.is_some() {
            continue;
        }
        answered |= (200..400).contains(&other.response.status);
        if is_unknown_here(other) {
            misses.push(direct);
        }
        if !is_passed_on(one) {
            // What a cache holds is not what the origin sends now.
            let found = stale_copy(one, other).map(|field| (proxied, direct, field));
            copy = copy.filter(|(.., field)| *field == Field::Title).or(found).or(copy);
            continue;
        }
        match compare(facts, one, other) {
            // Another host of the site may well be on another server.
            Likeness::Same if fails_at(facts, one) => same = same.or(Some((proxied, direct))),
            Likeness::Other(field) => others.push((proxied, direct, field)),
            Likeness::Same | Likeness::Unknown => {}
        }
    }
    if let Some((proxied, direct)) = same {
        let against = [
            facts.cite_proxied(proxied, Field::Header("content-type"), Polarity::Contradicts),
            facts.cite_direct(direct, Field::Header("content-type"), Polarity::Contradicts),
        ];
        let against = against.into_iter().flatten();
        return Finding::cannot_tell(
            "A response is the same through Cloudflare and direct. A copy of the site on an older server gives the same: check whether the origin's access log has Cloudflare's requests.",
        )
        .with(against);
    }
    if let Some((proxied, direct, field)) = others.first().copied() {
        let status = if others.len() >= ENOUGH { Status::Likely } else { Status::Possible };
        let reason = Redacted::fill(
            "{} well through Cloudflare, but not on the direct server: something else or nothing is there. None is the same.",
            &[&redact::counted(others.len(), "request loads", "requests load")],
        );
        return Finding::inferred(status, reason)
            .with(facts.cite_direct(direct, field, Polarity::Supports))
            .with(facts.cite_proxied(proxied, field, Polarity::Supports))
            .with(facts.cite_direct(direct, Field::Header("server"), Polarity::Supports));
    }
    if misses.len() >= ENOUGH && !answered && !facts.failing_pairs().is_empty() {
        let reason = Redacted::fill(
            "The direct server knows none of the site: {} 404, 410 or 421.",
            &[&redact::counted(misses.len(), "request got", "requests got")],
        );
        return Finding::inferred(Status::Possible, reason)
            .with(misses.iter().take(ENOUGH).filter_map(|index| facts.cite_direct(*index, Field::Status, Polarity::Supports)));
    }
    let answers_what_fails = || matches!(origin_side(facts), OriginSide::Fine { .. });
    let tells = |(.., field): &(u32, u32, Field)| never_answers(facts) && (*field == Field::Title || answers_what_fails());
    if let Some((proxied, direct, field)) = copy.filter(tells) {
        let reason = Redacted::fixed(
            "Cloudflare gets no response from its origin, and the direct server responds. But Cloudflare's cache has something else than this server sends.",
        );
        let cited = [facts.cite_proxied(proxied, field, Polarity::Supports), facts.cite_direct(direct, field, Polarity::Supports)];
        return Finding::inferred(Status::Possible, reason).with(cited.into_iter().flatten());
    }
    Finding::cannot_tell(
        "No request loaded well on both sides, so the two servers can't be compared: check whether the origin's access log has Cloudflare's requests.",
    )
}

/// Whether a 520 came from the host of an answer, or from none.
fn fails_at(facts: &Facts<'_>, entry: &Entry) -> bool {
    let host = Address::new(&entry.request.url).host;
    let mut failing = facts.failing_pairs().iter().filter_map(|(index, _)| facts.proxied_entry(*index)).peekable();
    failing.peek().is_none() || failing.any(|failing| Address::new(&failing.request.url).host.eq_ignore_ascii_case(host))
}

/// Whether every request that Cloudflare sent to its origin is a 520.
fn never_answers(facts: &Facts<'_>) -> bool {
    !facts.failing_pairs().is_empty() && facts.passed_on_there().next().is_none()
}

/// The field by which a copy from Cloudflare's cache differs from what the server sends that was asked directly.
fn stale_copy(copy: &Entry, direct: &Entry) -> Option<Field> {
    let (one, other) = (&copy.response, &direct.response);
    let good = |status: u16| (200..300).contains(&status);
    if copy.from_cache.is_some() || !good(one.status) || !good(other.status) || other.error.is_some() {
        return None;
    }
    let differs = |name| one.header(name).zip(other.header(name)).is_some_and(|(one, other)| !one.same_value(other));
    let title = one.title.is_some() && other.title.is_some() && one.title != other.title;
    title.then_some(Field::Title).or_else(|| ["etag", "last-modified"].into_iter().find(|name| differs(name)).map(Field::Header))
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
    // Any server may have a page at every path.
    if kind.eq_ignore_ascii_case("text/html") && one.title.is_some() && other.title.is_some() {
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
