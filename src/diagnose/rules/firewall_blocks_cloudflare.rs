use crate::diagnose::origin_side::{OriginSide, cite_difference, origin_side, ruled_out_by_the_origin};
use crate::diagnose::page::page;
use crate::diagnose::pattern::{Regions, Shape, Sure};
use crate::diagnose::{Acts, Facts, Field, Finding, Rule, Speaks, Status};
use crate::redact::{self, Redacted};

/// A firewall, a rate limit or a security plugin drops or resets some or all of Cloudflare's addresses.
pub(super) static RULE: Rule = Rule {
    id: "firewall-blocks-cloudflare",
    title: "A firewall or rate limit at the origin blocks Cloudflare's addresses",
    headline: "Something at the origin seems to block some of Cloudflare's addresses.",
    acts: &[Acts::Origin, Acts::Network],
    check,
    page: page!("firewall_blocks_cloudflare.md"),
};

/// With fewer failing requests, one chance failure of the origin's looks the same.
const ENOUGH: usize = 3;

fn check(facts: &Facts<'_>) -> Finding {
    let (Some(pattern), false) = (facts.pattern(), facts.failing_pairs().is_empty()) else {
        return Finding::cannot_tell("No 520 was captured.");
    };
    let origin = origin_side(facts);
    if let OriginSide::Fails(direct) = origin {
        return ruled_out_by_the_origin(facts, direct);
    }
    if let Regions::Differ { fails, works, sure } = pattern.regions {
        let fine = matches!(origin, OriginSide::Fine { .. });
        let status = if fine && sure == Sure::Yes { Status::Likely } else { Status::Possible };
        let reason = Redacted::fill(
            "Requests fail in {} and not in {}, for the same URLs at about the same time: a block that holds for the addresses of one data centre looks like that.",
            &[&fails.colo, &works.colo],
        );
        let evidence = [
            facts.cite_proxied(fails.entry, Field::Status, Speaks::For),
            facts.cite_ray(fails.entry, Speaks::For),
            facts.cite_proxied(works.entry, Field::Status, Speaks::For),
            facts.cite_ray(works.entry, Speaks::For),
        ];
        return Finding::inferred(status, reason).with(evidence.into_iter().flatten());
    }
    match origin {
        OriginSide::Fine { proxied, direct, count } if count >= ENOUGH => {
            let how = match pattern.shape {
                Shape::Structural => "every request fails through Cloudflare",
                Shape::Random => {
                    "some tries fail through Cloudflare and others do not, as with a rate limit or a list that lacks some addresses"
                }
                Shape::Endpoint => "certain URLs fail through Cloudflare, as with a rule of a web application firewall",
                _ => "they fail through Cloudflare",
            };
            let reason = Redacted::fill(
                "The origin answers {} well when it is asked itself, and {}.",
                &[&redact::counted(count, "failing request", "failing requests"), &how],
            );
            Finding::inferred(Status::Possible, reason).with(cite_difference(facts, proxied, direct))
        }
        OriginSide::Fine { .. } => Finding::cannot_tell(
            "The origin answers the failing request well when it is asked itself, but fewer than three requests failed: record more of them.",
        ),
        OriginSide::Unknown(_) if facts.direct_blocked() && pattern.shape == Shape::Random => {
            let (index, _) = facts.failing_pairs()[0];
            let direct = facts.direct.as_ref().and_then(|direct| direct.on_site.first().copied());
            let reason = Redacted::fixed(
                "The origin turns away who does not come from Cloudflare, and some of Cloudflare's tries as well: its list of addresses may lack some.",
            );
            Finding::inferred(Status::Possible, reason)
                .with(facts.cite_proxied(index, Field::Status, Speaks::For))
                .with(direct.and_then(|direct| facts.cite_direct(direct, Field::Status, Speaks::For)))
        }
        OriginSide::Unknown(why) => Finding::inferred(Status::CannotTell, why),
        _ => Finding::cannot_tell("The direct capture does not show a good answer to every request that fails through Cloudflare."),
    }
}
