use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::pattern::Share;
use crate::rule::{Needs, Rule};

/// Cloudflare's cache hides the fault, or keeps showing it.
pub(super) static RULE: Rule = Rule {
    id: "cache-rule",
    title: "Cloudflare's cache hides the fault or keeps the error",
    headline: "Cloudflare's cache decides who sees the error.",
    responsible: &[Responsible::Dashboard, Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("cache_rule.md"),
};

/// Where a response comes from, by `cf-cache-status`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// Cloudflare's cache.
    Cache,
    /// Cloudflare's cache, because the origin did not respond.
    Stale,
    /// The origin.
    Origin,
    /// Not stated, or Cloudflare made the response itself.
    Unknown,
}

/// The responses to one request, query included.
#[derive(Clone, Copy, Default)]
struct UrlAnswers {
    from_cache: Share,
    from_origin: Share,
    good: Option<u32>,
    failed: Option<u32>,
}

fn check(facts: &Facts<'_>) -> Finding {
    let cite = |index: u32, polarity| {
        [facts.cite_proxied(index, Field::Status, polarity), facts.cite_proxied(index, Field::Header("cf-cache-status"), polarity)]
            .into_iter()
            .flatten()
    };
    let mut urls: Vec<UrlAnswers> = Vec::new();
    let mut numbers = Numbers::default();
    let (mut kept, mut stale, mut asked) = (None, None, None);
    for (index, entry) in facts.proxied.iter().flat_map(SideView::answered).filter(|(_, entry)| entry.from_cache.is_none()) {
        let from = from(entry);
        let is_520 = facts.failing_pairs().binary_search_by_key(&index, |(index, _)| *index).is_ok();
        match (from, is_520) {
            (From::Cache, true) => kept = kept.or(Some(index)),
            (From::Stale, false) => stale = stale.or(Some(index)),
            (From::Origin, true) => asked = asked.or(Some(index)),
            _ => {}
        }
        let (url, is_new) = numbers.number(&request_key(&entry.request));
        if is_new {
            urls.push(UrlAnswers::default());
        }
        let (Some(of), false) = (urls.get_mut(url), entry.response.status >= 500 && !is_520) else { continue };
        match from {
            From::Cache | From::Stale if !is_520 => {
                of.from_cache.total += 1;
                of.good = of.good.or(Some(index));
            }
            From::Origin | From::Unknown => {
                of.from_origin.total += 1;
                of.from_origin.failing += u32::from(is_520);
                of.failed = if is_520 { of.failed.or(Some(index)) } else { of.failed };
            }
            _ => {}
        }
    }
    if let Some(index) = kept {
        let reason = Redacted::fixed("A 520 came from Cloudflare's cache: the origin may have recovered since.");
        return Finding::inferred(Status::Likely, reason).case("kept").with(cite(index, Polarity::Supports));
    }
    let hidden = |of: &&UrlAnswers| of.good.is_some() && of.failed.is_some() && of.from_origin.failing == of.from_origin.total;
    if let Some((good, failed)) = urls.iter().find(hidden).and_then(|of| of.good.zip(of.failed)) {
        let (mut cached, mut asked) = (Share::default(), Share::default());
        for of in urls.iter().filter(hidden) {
            cached.total = cached.total.saturating_add(of.from_cache.total);
            asked.total = asked.total.saturating_add(of.from_origin.total);
            asked.failing = asked.total;
        }
        let status = if asked.exceeds(cached, 1) { Status::Likely } else { Status::Possible };
        let reason = Redacted::fill(
            "The same URLs are good when they come from Cloudflare's cache ({}) and a 520 whenever the origin gets the request ({}).",
            &[&redact::counted(cached.total as usize, "time", "times"), &redact::counted(asked.total as usize, "time", "times")],
        );
        return Finding::inferred(status, reason)
            .case("hidden")
            .with(cite(failed, Polarity::Supports))
            .with(cite(good, Polarity::Supports));
    }
    if let Some(index) = stale {
        let reason =
            Redacted::fixed("Cloudflare served an expired copy because the origin did not respond: the cache hides some of the failures.");
        return Finding::inferred(Status::Possible, reason).case("hidden").with(cite(index, Polarity::Supports));
    }
    let from_cache = urls.iter().any(|of| of.from_cache.total > 0);
    match asked {
        Some(index) if !from_cache => Finding::inferred(
            Status::RuledOut,
            Redacted::fixed("No response of the site came from Cloudflare's cache, and the failing request went to the origin."),
        )
        .with(cite(index, Polarity::Contradicts)),
        _ => Finding::cannot_tell("No URL came from Cloudflare's cache at one time and failed at another."),
    }
}

fn from(entry: &Entry) -> From {
    let Some(header) = entry.response.header("cf-cache-status") else { return From::Unknown };
    let is = |names: &[&str]| names.iter().any(|name| header.value.eq_ignore_ascii_case(name));
    if is(&["HIT", "UPDATING"]) {
        From::Cache
    } else if is(&["STALE"]) {
        From::Stale
    } else if is(&["MISS", "EXPIRED", "DYNAMIC", "BYPASS", "REVALIDATED"]) {
        From::Origin
    } else {
        From::Unknown
    }
}
