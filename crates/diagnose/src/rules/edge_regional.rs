use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::origin_side::{OriginSide, origin_side};
use crate::page::page;
use crate::pattern::{Certainty, ColoAnswers, Regions};
use crate::rule::{Needs, Rule};

/// Only one of Cloudflare's data centres fails.
pub(super) static RULE: Rule = Rule {
    id: "edge-regional",
    title: "Only one Cloudflare data centre fails",
    headline: "Only one Cloudflare data centre seems to fail.",
    responsible: &[Responsible::Origin, Responsible::Cloudflare],
    needs: &[Needs::Failing520],
    check,
    page: page!("edge_regional.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let Some(pattern) = facts.pattern() else {
        return Finding::cannot_tell("No request of the site went to the origin.");
    };
    let origin = origin_side(facts);
    match pattern.regions {
        Regions::NotCompared if pattern.colos.len() == 1 => Finding::inferred(
            Status::CannotTell,
            Redacted::fill(
                "All requests went through one data centre ({}), as a visitor's usually do. That says nothing about the others.",
                &[&pattern.colos[0].colo],
            ),
        ),
        Regions::NotCompared => Finding::cannot_tell(
            "No two data centres got requests for the same URL at about the same time, with a response from the origin.",
        ),
        Regions::Unclear => Finding::cannot_tell("Too few requests went through several data centres to compare them."),
        Regions::Alike(one, other) => Finding::inferred(
            Status::RuledOut,
            Redacted::fill("The same URLs fail in {} and in {}: that supports a fault of the origin.", &[&one.colo, &other.colo]),
        )
        .with(cite(facts, one, Polarity::Contradicts))
        .with(cite(facts, other, Polarity::Contradicts)),
        Regions::Differ { fails, works, certainty } => {
            let fine = matches!(origin, OriginSide::Fine { .. });
            let status = if fine && certainty == Certainty::Certain { Status::Likely } else { Status::Possible };
            let requests = |at: ColoAnswers| redact::counted(at.share.total as usize, "request", "requests");
            let reason = Redacted::fill(
                "For the same URLs at about the same time, {} of {} failed in {} and {} of {} in {}.",
                &[&fails.share.failing, &requests(fails), &fails.colo, &works.share.failing, &requests(works), &works.colo],
            );
            Finding::inferred(status, reason).with(cite(facts, fails, Polarity::Supports)).with(cite(facts, works, Polarity::Supports))
        }
    }
}

fn cite(facts: &Facts<'_>, at: ColoAnswers, polarity: Polarity) -> impl Iterator<Item = Evidence> {
    [facts.cite_proxied(at.entry, Field::Status, polarity), facts.cite_ray(at.entry, polarity)].into_iter().flatten()
}
