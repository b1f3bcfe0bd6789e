use fivetwenty_model::{Polarity, Responsible, Shape, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::attempts::comes_and_goes;
use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::origin_side::{OriginSide, cite_difference, origin_side};
use crate::page::page;
use crate::pattern::{Certainty, Regions, Share};
use crate::rule::{Needs, Rule};

/// A firewall, a rate limit or a security plugin drops or resets some or all of Cloudflare's addresses.
pub(super) static RULE: Rule = Rule {
    id: "firewall-blocks-cloudflare",
    title: "The origin blocks some Cloudflare IP addresses",
    headline: "The origin seems to block some Cloudflare IP addresses.",
    responsible: &[Responsible::Origin, Responsible::Network],
    needs: &[Needs::Failing520],
    check,
    page: page!("firewall_blocks_cloudflare.md"),
};

/// A single failing request may be a chance failure of the origin.
const ENOUGH: usize = 2;

const ALSO_TURNED_AWAY: &str = " At other times Cloudflare could not even connect (521 or 522), while no direct request failed.";

fn check(facts: &Facts<'_>) -> Finding {
    let Some(pattern) = facts.pattern() else {
        return Finding::cannot_tell("No request of the site went to the origin.");
    };
    let origin = origin_side(facts);
    if let Regions::Differ { fails, works, certainty } = pattern.regions {
        let fine = matches!(origin, OriginSide::Fine { .. });
        let status = if fine && certainty == Certainty::Certain { Status::Likely } else { Status::Possible };
        let reason = Redacted::fill(
            "Requests fail in {} and not in {}, for the same URLs at about the same time. A block of one data centre's addresses looks like that.",
            &[&fails.colo, &works.colo],
        );
        let evidence = [
            facts.cite_proxied(fails.entry, Field::Status, Polarity::Supports),
            facts.cite_ray(fails.entry, Polarity::Supports),
            facts.cite_proxied(works.entry, Field::Status, Polarity::Supports),
            facts.cite_ray(works.entry, Polarity::Supports),
        ];
        return Finding::inferred(status, reason).with(evidence.into_iter().flatten());
    }
    let turned_away = turned_away(facts);
    match origin {
        OriginSide::Fine { proxied, direct, count } if facts.failing_pairs().len() + turned_away.len() >= ENOUGH => {
            let how = match pattern.shape {
                Shape::Structural => "every request fails through Cloudflare",
                Shape::Random => "some tries fail through Cloudflare, as with a rate limit or an incomplete list of addresses",
                Shape::Endpoint => "certain URLs fail through Cloudflare, as with a rule of a web application firewall",
                _ => "they fail through Cloudflare",
            };
            // Overload looks the same, and is as sure.
            let (status, also) = match turned_away.first() {
                Some(_) if comes_and_goes(facts) && fails_more_than_direct(facts, turned_away.len()) => (Status::Likely, ALSO_TURNED_AWAY),
                Some(_) => (Status::Possible, ALSO_TURNED_AWAY),
                None => (Status::Possible, ""),
            };
            let reason = Redacted::fill(
                "Direct to the origin, {} got a good response from the origin, but {}.{}",
                &[&redact::counted(count, "failing request", "failing requests"), &how, &also],
            );
            Finding::inferred(status, reason)
                .with(cite_difference(facts, proxied, direct))
                .with(turned_away.first().and_then(|index| facts.cite_proxied(*index, Field::Status, Polarity::Supports)))
        }
        OriginSide::Fine { .. } => Finding::cannot_tell(
            "Direct to the origin, the failing request got a good response from the origin, but only one request failed: record more failures.",
        ),
        OriginSide::Unknown(_) if facts.direct_blocked() && pattern.shape == Shape::Random => {
            let (index, _) = facts.failing_pairs()[0];
            let direct = facts.direct.as_ref().and_then(|direct| direct.on_site.first().copied());
            let reason = Redacted::fixed(
                "The origin rejects requests that do not come from Cloudflare, and some of Cloudflare's too. Its list of addresses may be incomplete.",
            );
            Finding::inferred(Status::Possible, reason)
                .with(facts.cite_proxied(index, Field::Status, Polarity::Supports))
                .with(direct.and_then(|direct| facts.cite_direct(direct, Field::Status, Polarity::Supports)))
        }
        OriginSide::Unknown(why) => Finding::inferred(Status::CannotTell, why),
        _ => Finding::cannot_tell("The direct capture does not show a good response to every request that fails through Cloudflare."),
    }
}

/// Whether more fails through Cloudflare than direct, beyond chance.
fn fails_more_than_direct(facts: &Facts<'_>, turned_away: usize) -> bool {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let failing = facts.failing_pairs().len() + turned_away;
    let through = Share { total: count(failing + facts.passed_on().count()), failing: count(failing) };
    through.exceeds(Share { total: count(facts.direct_tries().count()), failing: 0 }, 1)
}

/// Requests for which Cloudflare could not connect, when no direct request fails.
fn turned_away(facts: &Facts<'_>) -> Vec<u32> {
    let Some(proxied) = facts.proxied.as_ref().filter(|_| facts.direct.as_ref().is_some_and(|direct| direct.failing.is_empty())) else {
        return Vec::new();
    };
    let is_turned_away = |index: &u32| proxied.entry(*index).is_some_and(|entry| matches!(entry.response.status, 521 | 522));
    proxied.via_cloudflare.iter().copied().filter(is_turned_away).collect()
}
