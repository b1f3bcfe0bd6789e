use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_passed_on;
use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::pattern::Share;
use crate::rule::{Needs, Rule};

/// A Worker, Snippet, rule or feature at Cloudflare breaks the response.
pub(super) static RULE: Rule = Rule {
    id: "worker-or-transform",
    title: "A Worker, rule or feature at Cloudflare breaks the response",
    headline: "A Worker, rule or feature at Cloudflare seems to break the response.",
    responsible: &[Responsible::Dashboard],
    needs: &[Needs::Failing520],
    check,
    page: page!("worker_or_transform.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    if let Some((proxied, direct)) = relabelled(facts) {
        let reason = Redacted::fixed(
            "The origin returns another error and a body of the same size: something in the path changed the number to 520.",
        );
        return Finding::seen(Status::Likely, reason)
            .case("relabelled")
            .with(facts.cite_proxied(proxied, Field::Status, Polarity::Supports))
            .with(facts.cite_direct(direct, Field::Status, Polarity::Supports));
    }
    let failing = || facts.failing_pairs().iter().filter_map(|(index, _)| Some((*index, facts.proxied_entry(*index)?)));
    let answered = || facts.proxied.iter().flat_map(SideView::answered);
    let thrown = answered().find(|(_, entry)| matches!(code(entry), Some(1101 | 1102)));
    if let Some((index, entry)) = thrown {
        let key = request_key(&entry.request);
        let same = failing().any(|(_, other)| request_key(&other.request) == key);
        let (status, reason) = if same {
            (Status::Likely, "A Worker threw an error or exceeded its time (1101 or 1102) for a URL that is a 520 on another try.")
        } else {
            (Status::Possible, "A Worker of the site threw an error or exceeded its time (1101 or 1102), but for another URL.")
        };
        return Finding::inferred(status, Redacted::fixed(reason))
            .case("worker")
            .with(facts.cite_proxied(index, Field::ErrorPage, Polarity::Supports))
            .with(failing().take(1).filter_map(|(index, _)| facts.cite_proxied(index, Field::Status, Polarity::Supports)));
    }
    let sign = |entry: &Entry| [Field::Metric("cfWorker"), Field::Header("cf-placement")].into_iter().find(|field| field.is_in(entry));
    let own_page = failing().find(|(_, entry)| entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Site));
    if let Some((index, entry)) = failing().find(|(_, entry)| sign(entry).is_some()) {
        let (mut with, mut without) = (Share::default(), Share::default());
        for (index, entry) in answered() {
            let failed = facts.failing_pairs().binary_search_by_key(&index, |(index, _)| *index).is_ok();
            if !failed && !is_passed_on(entry) {
                continue;
            }
            let share = if sign(entry).is_some() { &mut with } else { &mut without };
            share.total = share.total.saturating_add(1);
            share.failing = share.failing.saturating_add(u32::from(failed));
        }
        let alone = without.failing == 0 && with.exceeds(without, 1);
        let status = if alone { Status::Likely } else { Status::Possible };
        let reason = match (own_page, alone) {
            (Some(_), false) => Redacted::fixed(
                "A Worker ran for a failing request, and the 520 has a page that is not Cloudflare's: the zone's own page, or a status that the application or Worker chose.",
            ),
            (_, true) => Redacted::fill(
                "A Worker ran for all {}. {} of {} requests with it failed, and none without it.",
                &[&redact::counted(facts.failing_pairs().len(), "failing request", "failing requests"), &with.failing, &with.total],
            ),
            (None, false) => Redacted::fixed("A Worker ran for a failing request: it may break the response, or only be in the path."),
        };
        return Finding::inferred(status, reason)
            .case("worker")
            .with(sign(entry).and_then(|field| facts.cite_proxied(index, field, Polarity::Supports)))
            .with(facts.cite_proxied(index, Field::Status, Polarity::Supports))
            .with(facts.cite_ray(index, Polarity::Supports));
    }
    if let Some((index, _)) = own_page {
        let reason = Redacted::fixed(
            "The 520 has a page that is not Cloudflare's: a custom error page, or a Worker, platform or application that returns 520 itself.",
        );
        return Finding::inferred(Status::Possible, reason)
            .case("relabelled")
            .with(facts.cite_proxied(index, Field::Status, Polarity::Supports))
            .with(facts.cite_ray(index, Polarity::Supports));
    }
    Finding::cannot_tell("No response names a Worker. That proves nothing: rules and features that rewrite leave no sign.")
}

/// A 520 with a body that is not Cloudflare's, and a direct response with another server error and the same number of bytes: proxied and
/// direct entry.
pub(super) fn relabelled(facts: &Facts<'_>) -> Option<(u32, u32)> {
    if facts.direct_is_no_evidence().is_some() {
        return None;
    }
    facts.failing_pairs().iter().find_map(|(proxied, direct)| {
        let (one, other) = (&facts.proxied_entry(*proxied)?.response, &facts.direct_entry((*direct)?)?.response);
        let own = one.error_page.as_ref().is_some_and(|page| page.maker == Maker::Site);
        let same = one.content_size.is_some_and(|bytes| bytes > 0) && one.content_size == other.content_size;
        (own && same && (500..520).contains(&other.status)).then_some((*proxied, (*direct)?))
    })
}

fn code(entry: &Entry) -> Option<u16> {
    let page = entry.response.error_page.as_ref()?;
    page.code.filter(|_| page.maker == Maker::Cloudflare)
}
