use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{Overlooked, not_reproduced};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::Rule;

/// The origin answers with an error of its own.
pub(super) static RULE: Rule = Rule {
    id: "origin-error",
    title: "The origin returns a server error of its own",
    headline: "The origin returns a server error of its own beside the 520.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("origin_error.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let no_evidence = facts.direct_is_no_evidence();
    let partners = || facts.failing_partners().filter(|_| no_evidence.is_none());
    if let Some((index, entry)) = partners().find(|(_, entry)| is_own_error(entry)) {
        let count = partners().filter(|(_, entry)| is_own_error(entry)).count();
        let reason = Redacted::fill(
            "Direct to the origin, {} that fail through Cloudflare got an error of the origin, the first a {}. Cloudflare would pass such a response on.",
            &[&redact::counted(count, "request", "requests"), &entry.response.status],
        );
        return Finding::seen(Status::Likely, reason).with(facts.cite_direct(index, Field::Status, Polarity::Supports));
    }
    if let Some((view, index, entry)) = elsewhere(facts) {
        let reason = Redacted::fill("Another request of the site got a {} from the origin itself.", &[&entry.response.status]);
        return Finding::seen(Status::Possible, reason).with([Field::Status.cite(view.side, index, entry, Polarity::Supports)]);
    }
    if facts.failing_pairs().is_empty() {
        return Finding::cannot_tell("The captures have no 520 and no error of the origin itself.");
    }
    if let Some(why) = no_evidence {
        return Finding::inferred(Status::CannotTell, why);
    }
    if partners().count() < facts.failing_pairs().len() {
        return Finding::cannot_tell("The direct capture lacks some requests that fail through Cloudflare: record the same steps.");
    }
    not_reproduced(facts, Overlooked::Never)
}

/// A server error that Cloudflare did not make: 500 to 519, without its page.
fn is_own_error(entry: &Entry) -> bool {
    let cloudflares = entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
    let at_edge = entry.response.header("cf-cache-status").is_some_and(|header| header.value.eq_ignore_ascii_case("NONE"));
    (500..520).contains(&entry.response.status) && !cloudflares && !at_edge
}

fn elsewhere<'f, 'a>(facts: &'f Facts<'a>) -> Option<(&'f SideView<'a>, u32, &'a Entry)> {
    [&facts.proxied, &facts.direct].into_iter().flatten().find_map(|view| {
        let (index, entry) = view.answered().find(|(_, entry)| is_own_error(entry))?;
        Some((view, index, entry))
    })
}
