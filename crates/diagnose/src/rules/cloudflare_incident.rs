use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// Cloudflare itself has an incident.
pub(super) static RULE: Rule = Rule {
    id: "cloudflare-incident",
    title: "An incident at Cloudflare itself",
    headline: "Several sites behind Cloudflare fail at once: look for an incident.",
    responsible: &[Responsible::Cloudflare],
    needs: &[Needs::Failing520],
    check,
    page: page!("cloudflare_incident.md"),
};

/// The maximum time between failures of two sites in one incident, in milliseconds.
const AT_ONCE_MS: i64 = 10 * 60 * 1000;

fn check(facts: &Facts<'_>) -> Finding {
    let first = facts.failing_pairs().first().and_then(|(index, _)| Some((*index, facts.proxied_entry(*index)?)));
    let other = first.and_then(|(_, entry)| {
        let near = |other: &Entry| {
            entry.started.zip(other.started).is_some_and(|(one, other)| (one.unix_ms() - other.unix_ms()).abs() <= AT_ONCE_MS)
        };
        let entries = (0..).zip(facts.proxied.iter().flat_map(SideView::entries));
        let mut others = entries.filter(|(_, other)| is_cloudflares_error(other) && near(other) && are_two_zones(entry, other));
        others.next().map(|(index, _)| index)
    });
    match (first, other) {
        (Some((index, _)), Some(other)) => Finding::inferred(
            Status::Possible,
            Redacted::fixed("Another site behind Cloudflare failed with an error of Cloudflare's at about the same time."),
        )
        .with(facts.cite_proxied(other, Field::Status, Polarity::Supports))
        .with(facts.cite_ray(other, Polarity::Supports))
        .with(facts.cite_proxied(index, Field::Status, Polarity::Supports)),
        _ => Finding::cannot_tell("Two captures of one site cannot show an incident at Cloudflare: its status page does."),
    }
}

/// Whether Cloudflare made this error, because the origin did not respond or because of itself.
fn is_cloudflares_error(entry: &Entry) -> bool {
    let own_page = entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
    match entry.response.status {
        520..=526 => answered_by_cloudflare(entry) || own_page,
        500 | 502..=504 => own_page,
        _ => false,
    }
}

/// Whether two hosts differ in the last two parts of their names. Hosts that share them may be in one zone.
fn are_two_zones(one: &Entry, other: &Entry) -> bool {
    zone(&one.request.url).zip(zone(&other.request.url)).is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other))
}

/// The last two parts of a host's name; `None` for an address.
fn zone(url: &str) -> Option<&str> {
    let name = Address::new(url).host_name();
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || name.contains(':') {
        return None;
    }
    let start = name.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    name.get(start..)
}
