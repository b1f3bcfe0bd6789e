use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::finding::Finding;
use crate::origin_side::{OriginSide, cite_difference, origin_side};
use crate::page::page;
use crate::retried::retried;
use crate::rule::{Needs, Rule};

/// Cloudflare itself has an incident.
pub(super) static RULE: Rule = Rule {
    id: "cloudflare-incident",
    title: "Cloudflare itself has an incident",
    headline: "The origin responds well to every direct attempt: check for an incident at Cloudflare.",
    responsible: &[Responsible::Cloudflare],
    needs: &[Needs::Failing520],
    check,
    page: page!("cloudflare_incident.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    // What other customers of Cloudflare met in the same capture says nothing: their origins fail as well.
    let OriginSide::Fine { proxied, direct, .. } = origin_side(facts) else {
        return Finding::cannot_tell("Two captures of one site cannot show an incident at Cloudflare: its status page can.");
    };
    if !retried(facts).excludes_repeated {
        return Finding::cannot_tell(
            "Too few direct requests, or too late ones, to say that the origin works: without that nothing supports an incident at Cloudflare. Its status page can show one.",
        );
    }
    let reason = Redacted::fixed(
        "The origin responded to every attempt soon after the failures. That leaves the route from Cloudflare to it, and rarely Cloudflare itself.",
    );
    Finding::inferred(Status::Possible, reason).with(cite_difference(facts, proxied, direct))
}
