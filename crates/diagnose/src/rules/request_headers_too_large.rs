use fivetwenty_captures::compare::{Counted, HeaderBytes};
use fivetwenty_captures::evidence::error_page::{Maker, Phrase};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::pattern::Share;
use crate::request::DEFAULT_LIMIT;
use crate::rule::Rule;
use crate::timeout::broke_off;

/// The origin does not accept request headers of this size.
pub(super) static RULE: Rule = Rule {
    id: "request-headers-too-large",
    title: "Request headers or URL exceed the origin's limit",
    headline: "Request headers exceed the origin's limit, most often because of cookies.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("request_headers_too_large.md"),
};

/// The smallest limit of a widespread server: one field over HTTP/2 in nginx up to 1.19.6.
const SMALLEST_LIMIT: u64 = 4096;
/// About how much Cloudflare adds to a request at most.
const ADDED: u64 = 1024;

fn check(facts: &Facts<'_>) -> Finding {
    let failing: Vec<(u32, u64)> = facts
        .failing_pairs()
        .iter()
        .filter_map(|(index, _)| Some((*index, size(facts.proxied_entry(*index).filter(|entry| !entry.request.headers.is_empty())?))))
        .collect();
    let no_evidence = facts.direct_is_no_evidence().is_some();
    let partner_says = facts.failing_pairs().iter().find_map(|(proxied, direct)| {
        let index = (*direct).filter(|_| !no_evidence)?;
        facts.direct_entry(index).filter(|entry| says_too_large(entry)).map(|_| (*proxied, index))
    });
    if let Some((proxied, direct)) = partner_says {
        let reason = Redacted::fixed("Direct to the origin, the same request got a response that says its headers or URL are too large.");
        return Finding::seen(Status::Likely, reason)
            .with([Field::Status, Field::Says].into_iter().filter_map(|field| facts.cite_direct(direct, field, Polarity::Supports)))
            .with(facts.cite_proxied(proxied, Field::RequestBytes, Polarity::Supports));
    }
    if let Some((view, index, entry)) = another_says(facts) {
        let reason = Redacted::fixed("Another request of the site was rejected: its headers or URL are too large.");
        let cited = [Field::Status, Field::Says, Field::RequestBytes].map(|field| field.cite(view.side, index, entry, Polarity::Supports));
        return Finding::seen(Status::Possible, reason).with(cited);
    }
    let (Some(smallest), Some(largest)) = (failing.iter().min_by_key(|(_, bytes)| *bytes), failing.iter().max_by_key(|(_, bytes)| *bytes))
    else {
        return Finding::cannot_tell("No 520 with known request headers was captured.");
    };
    let cite = |index: u32, polarity| facts.cite_proxied(index, Field::RequestBytes, polarity);
    let largest_answered = facts
        .passed_on()
        .filter(|(_, entry)| !entry.request.headers.is_empty())
        .map(|(index, entry)| (index, size(entry)))
        .max_by_key(|(_, bytes)| *bytes);
    let whole = facts.proxied.as_ref().is_some_and(|view| is_whole(view, smallest.0) && is_whole(view, largest.0));
    if !whole && largest.1 < DEFAULT_LIMIT {
        return Finding::cannot_tell("The export leaves cookies out: the size of the request headers is unknown.");
    }
    if largest.1 + ADDED < SMALLEST_LIMIT {
        let reason = Redacted::fill(
            "The largest failing request has {} bytes of headers, which every server accepts.",
            &[&redact::thousands(largest.1)],
        );
        return Finding::seen(Status::RuledOut, reason).with(cite(largest.0, Polarity::Contradicts));
    }
    if let Some((index, bytes)) = largest_answered.filter(|(_, bytes)| whole && *bytes >= smallest.1) {
        let reason = Redacted::fill(
            "A request with {} bytes of headers got a response, and one that is no larger failed.",
            &[&redact::thousands(bytes)],
        );
        return Finding::seen(Status::RuledOut, reason)
            .with([cite(index, Polarity::Contradicts), cite(smallest.0, Polarity::Contradicts)].into_iter().flatten());
    }
    let finding = compared(facts, *smallest, largest_answered);
    if whole || finding.status > Status::Possible { finding } else { Finding { status: Status::Possible, ..finding } }
}

/// The failing requests are larger than the answered ones.
fn compared(facts: &Facts<'_>, smallest: (u32, u64), answered: Option<(u32, u64)>) -> Finding {
    let cite = |index: u32, polarity| facts.cite_proxied(index, Field::RequestBytes, polarity);
    let Some((index, bytes)) = answered else {
        if smallest.1 < DEFAULT_LIMIT {
            return Finding::cannot_tell("No smaller request got a response from the origin to compare with.");
        }
        let reason = Redacted::fill(
            "Every failing request has at least {} bytes of headers: more than many servers accept. No smaller one got a response.",
            &[&redact::thousands(smallest.1)],
        );
        return Finding::inferred(Status::Possible, reason).with(cite(smallest.0, Polarity::Supports));
    };
    let taken = |pair: &&(u32, Option<u32>)| {
        let direct = pair.1.and_then(|index| facts.direct_entry(index));
        direct.is_some_and(|entry| (1..400).contains(&entry.response.status) && size(entry) >= smallest.1)
    };
    let broken = |(_, direct): &(u32, Option<u32>)| (*direct).and_then(|index| facts.direct_entry(index)).is_some_and(broke_off);
    let reason = |rest: &'static str| {
        Redacted::fill(
            "Requests with {} bytes of headers and more fail, and those with up to {} get responses{}",
            &[&redact::thousands(smallest.1), &redact::thousands(bytes), &rest],
        )
    };
    let cited = [cite(smallest.0, Polarity::Supports), cite(index, Polarity::Supports)].into_iter().flatten();
    if let Some((_, Some(direct))) = facts.failing_pairs().iter().find(taken) {
        return Finding::inferred(Status::Possible, reason("; but the origin accepted one as large direct."))
            .with(cited)
            .with(facts.cite_direct(*direct, Field::Status, Polarity::Contradicts));
    }
    let all_broken = facts.direct_is_no_evidence().is_none() && facts.failing_pairs().iter().all(broken);
    if all_broken {
        return Finding::seen(Status::Likely, reason("; the origin closes the former direct too.")).with(cited);
    }
    let count = |entries: usize| u32::try_from(entries).unwrap_or(u32::MAX);
    let (failing, taken) = (count(facts.failing_pairs().len()), count(facts.passed_on().count()));
    let differs = Share { total: failing, failing }.exceeds(Share { total: taken, failing: 0 }, 1);
    let apart = smallest.1 >= DEFAULT_LIMIT && smallest.1 >= 2 * bytes && differs;
    Finding::inferred(if apart { Status::Likely } else { Status::Possible }, reason(".")).with(cited)
}

/// Whether a server says that the request's head is too large: 414 and 431 are for nothing else.
fn says_too_large(entry: &Entry) -> bool {
    let page = entry.response.error_page.as_ref();
    // Cloudflare has limits of its own, and a page for them.
    let own = page.is_none_or(|page| page.maker == Maker::Site);
    own && (matches!(entry.response.status, 414 | 431) || page.and_then(|page| page.says) == Some(Phrase::RequestHeaders))
}

fn another_says<'f, 'a>(facts: &'f Facts<'a>) -> Option<(&'f SideView<'a>, u32, &'a Entry)> {
    [&facts.proxied, &facts.direct].into_iter().flatten().find_map(|view| {
        let (index, entry) = view.answered().find(|(_, entry)| says_too_large(entry))?;
        Some((view, index, entry))
    })
}

/// Whether the size of a request's headers is complete: measured, or summed from an export that includes cookies.
fn is_whole(view: &SideView<'_>, index: u32) -> bool {
    view.entry(index).is_some_and(|entry| HeaderBytes::of_request(&entry.request).how == Counted::Measured)
        || !view.creator().starts_with("WebInspector ")
        || view.entries().any(|entry| entry.request.header("cookie").is_some())
}

/// How large a request's headers are, its first line included.
fn size(entry: &Entry) -> u64 {
    HeaderBytes::of_request(&entry.request).bytes
}
