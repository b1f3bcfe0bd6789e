use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::Rule;

/// A proxy in front of the application returns broken responses.
pub(super) static RULE: Rule = Rule {
    id: "proxy-misconfiguration",
    title: "A proxy in front of the application returns broken responses",
    headline: "A proxy in front of the application can't read its responses, or breaks them.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("proxy_misconfiguration.md"),
};

/// Header fields that only proxies and caches write.
const BY_PROXIES: [&str; 6] = ["via", "x-varnish", "x-cache", "x-served-by", "x-envoy-upstream-service-time", "x-proxy-cache"];
/// Servers whose only work is to stand in front of others.
const PROXIES: [&str; 6] = ["haproxy", "varnish", "envoy", "traefik", "awselb", "kong"];

fn check(facts: &Facts<'_>) -> Finding {
    let no_evidence = facts.direct_is_no_evidence();
    let partners = || facts.failing_partners().filter(|_| no_evidence.is_none());
    if let Some((index, entry)) = partners().find(|(_, entry)| is_bad_gateway(entry)) {
        let reason = Redacted::fill(
            "{} that fail through Cloudflare get a {} direct: a proxy reports the application behind it like that.",
            &[
                &redact::counted(partners().filter(|(_, entry)| is_bad_gateway(entry)).count(), "request", "requests"),
                &entry.response.status,
            ],
        );
        return Finding::seen(Status::Likely, reason).with(
            [Field::Status, Field::Header("server")].into_iter().filter_map(|field| facts.cite_direct(index, field, Polarity::Supports)),
        );
    }
    if let Some((view, index, entry)) = bad_gateway_elsewhere(facts) {
        let reason =
            Redacted::fill("Another request of the site got a {} from a proxy in front of the application.", &[&entry.response.status]);
        return Finding::seen(Status::Possible, reason).with([Field::Status.cite(view.side, index, entry, Polarity::Supports)]);
    }
    if facts.failing_pairs().is_empty() {
        return Finding::cannot_tell("No 520 was captured.");
    }
    let Some(direct) = facts.direct.as_ref().filter(|_| no_evidence.is_none()) else {
        return Finding::cannot_tell("Only the origin's own responses show whether a proxy runs in front of the application.");
    };
    if let Some((index, field)) = direct.answered().find_map(|(index, entry)| Some((index, proxy_field(entry)?))) {
        let reason = Redacted::fixed("A proxy or cache runs in front of the application: its headers are in the direct responses.");
        return Finding::inferred(Status::Possible, reason).with(facts.cite_direct(index, field, Polarity::Supports));
    }
    Finding::cannot_tell("The server that responds may be the application's own or a proxy: check its error log.")
}

/// A 502 or 504 of the site's own proxy, not of Cloudflare's.
fn is_bad_gateway(entry: &Entry) -> bool {
    let cloudflares = entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
    matches!(entry.response.status, 502 | 504) && !cloudflares
}

fn bad_gateway_elsewhere<'f, 'a>(facts: &'f Facts<'a>) -> Option<(&'f SideView<'a>, u32, &'a Entry)> {
    // Through Cloudflare only the origin's page counts, because Cloudflare replaces it with its own.
    [&facts.proxied, &facts.direct].into_iter().flatten().find_map(|view| {
        let tells = |entry: &Entry| is_bad_gateway(entry) && (view.side == Side::Direct || entry.response.error_page.is_some());
        let (index, entry) = view.answered().find(|(_, entry)| tells(entry))?;
        Some((view, index, entry))
    })
}

/// The header by which a proxy shows itself.
fn proxy_field(entry: &Entry) -> Option<Field> {
    if entry.response.header("server").is_some_and(|server| starts_with_any(&server.value, &PROXIES)) {
        return Some(Field::Header("server"));
    }
    BY_PROXIES.into_iter().find(|name| entry.response.header(name).is_some()).map(Field::Header)
}

fn starts_with_any(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| text.as_bytes().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
}
