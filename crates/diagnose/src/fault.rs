//! What all faults have in common that show in a direct request: how sure one is of them.

use fivetwenty_captures::compare::{BodyCompleteness, body_length};
use fivetwenty_captures::edge::{is_520, is_broken, is_broken_off, is_unnamed};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Basis, Polarity, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::{Facts, Retried};
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::request::same;
use crate::retried::retried;

/// A fault of the origin that a direct request shows.
pub(super) struct Fault {
    /// The field of a direct entry that shows it, when it does.
    pub(super) sign: fn(&Entry) -> Option<Field>,
    /// What a direct request received, as in "3 direct requests got …".
    pub(super) received: &'static str,
    /// What Cloudflare makes of it.
    pub(super) edge_outcome: EdgeOutcome,
    /// How an exporter shows it that names no network errors.
    pub(super) without_error_name: WithoutErrorName,
    /// Who may not notice it.
    pub(super) overlooked: Overlooked,
    /// Whether an answer to the same request at another try speaks against it.
    pub(super) contradicts: fn(&Entry) -> bool,
}

/// Who may not notice a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlooked {
    /// Nobody: whoever gets such an answer sees it.
    Never,
    /// A browser that asks again by itself, over a connection that it had before.
    ByRepeating,
    /// Browsers: they take most of such answers for good ones.
    ByBrowsers,
}

/// What Cloudflare makes of a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EdgeOutcome {
    /// Cloudflare's documentation lists it as a 520.
    Documented520,
    /// A 520 has been seen, but is not documented: never more than likely.
    Undocumented520,
    /// The headers were sent already, so the response breaks off. It is a 520 only when it broke before they were complete.
    BrokenAnswer,
}

/// How an exporter shows a fault that names no network errors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WithoutErrorName {
    /// A status of 0 and nothing else.
    NoAnswer,
    /// A response that looks complete, unless a length says otherwise.
    LooksWhole,
    /// Something else, which `sign` knows.
    Other,
}

/// The maximum number of requests to cite.
const MAX_CITED: usize = 5;

/// How sure it is that this fault is the cause. The rule needs [direct answers](crate::rule::Needs::DIRECT).
///
/// It is confirmed when four conditions hold: the same request fails through Cloudflare, its direct request shows the fault, Cloudflare got
/// no response to any request that shows it, and Cloudflare documents it. It is less sure when one of them does not hold.
pub(super) fn assess(facts: &Facts<'_>, fault: &Fault) -> Finding {
    let sign = |index: u32| facts.direct_entry(index).and_then(fault.sign);
    let cite = |index: u32, polarity| facts.cite_direct(index, sign(index)?, polarity);
    let showing: Vec<u32> =
        facts.direct.iter().flat_map(|direct| &direct.on_site).copied().filter(|index| sign(*index).is_some()).collect();
    let failing = failing(facts, fault.edge_outcome);
    if showing.is_empty() {
        return not_seen(facts, fault, &failing);
    }
    let requests = |count| redact::counted(count, "direct request", "direct requests");
    let few = || showing.iter().take(MAX_CITED).filter_map(|index| cite(*index, Polarity::Supports));
    let both: Vec<(u32, u32)> = failing
        .iter()
        .filter_map(|(proxied, direct)| Some((*proxied, (*direct).filter(|index| showing.binary_search(index).is_ok())?)))
        .collect();
    if failing.is_empty() {
        let reason =
            Redacted::fill("{} got {}, but nothing failed like that through Cloudflare.", &[&requests(showing.len()), &fault.received]);
        return Finding::seen(Status::Possible, reason).with(few());
    }
    if both.is_empty() {
        let reason =
            Redacted::fill("{} got {}, but not the ones that fail through Cloudflare.", &[&requests(showing.len()), &fault.received]);
        return Finding::seen(Status::Likely, reason).with(few());
    }
    let explains_all = both.len() == failing.len();
    let evidence = both.iter().take(MAX_CITED).flat_map(|(proxied, direct)| {
        [cite(*direct, Polarity::Supports), cite_failure(facts, *proxied), facts.cite_ray(*proxied, Polarity::Supports)]
            .into_iter()
            .flatten()
    });
    let answered = facts.pairing.matched().find(|(proxied, direct, _)| {
        showing.binary_search(direct).is_ok() && facts.proxied_entry(*proxied).is_some_and(|entry| is_answered(entry, fault.edge_outcome))
    });
    if let Some((proxied, ..)) = answered {
        let reason = Redacted::fill(
            "{} on both sides with {}, but another with that fault got a response through Cloudflare: it is intermittent.",
            &[&redact::counted(both.len(), "request fails", "requests fail"), &fault.received],
        );
        return Finding::seen(Status::Likely, reason).with(evidence).with(facts.cite_proxied(
            proxied,
            Field::Status,
            Polarity::Contradicts,
        ));
    }
    if let Some(against) = answered_at_another_try(facts, fault, &both, &showing) {
        let reason = Redacted::fill(
            "{} on both sides with {}, but another try got a response: it is intermittent.",
            &[&redact::counted(both.len(), "request fails", "requests fail"), &fault.received],
        );
        return Finding { explains_all, ..Finding::seen(Status::Likely, reason) }.with(evidence).with([against]);
    }
    let (status, rest) = match fault.edge_outcome {
        EdgeOutcome::Documented520 => (Status::Confirmed, "No request with this fault succeeded through Cloudflare."),
        EdgeOutcome::Undocumented520 => (Status::Likely, "Cloudflare does not list this among the causes of a 520."),
        EdgeOutcome::BrokenAnswer => (Status::Likely, "The response breaks off on both sides."),
    };
    let reason = Redacted::fill(
        "Direct to the origin, {} of {} through Cloudflare got {}. {}",
        &[&both.len(), &redact::counted(failing.len(), "request that fails", "requests that fail"), &fault.received, &rest],
    );
    Finding { explains_all, ..Finding::seen(status, reason) }.with(evidence)
}

/// No direct request shows it.
fn not_seen(facts: &Facts<'_>, fault: &Fault, failing: &[(u32, Option<u32>)]) -> Finding {
    if failing.is_empty() {
        return Finding::cannot_tell("No such failure was captured through Cloudflare.");
    }
    let partners: Vec<(u32, &Entry)> =
        failing.iter().filter_map(|(_, direct)| Some(((*direct)?, facts.direct_entry((*direct)?)?))).collect();
    if let Some((index, _)) = partners.iter().find(|(_, entry)| is_unnamed(entry)) {
        let evidence = facts.cite_direct(*index, Field::Status, Polarity::Supports);
        let count = partners.iter().filter(|(_, entry)| is_unnamed(entry)).count();
        return match fault.without_error_name {
            WithoutErrorName::NoAnswer => Finding::seen(
                Status::Likely,
                Redacted::fill(
                    "Direct to the origin, {} got no usable response either. This browser does not say whether it was {}.",
                    &[&redact::counted(count, "failing request", "failing requests"), &fault.received],
                ),
            )
            .with(evidence),
            WithoutErrorName::LooksWhole | WithoutErrorName::Other => {
                Finding::cannot_tell("This browser does not name the network error of the direct request.")
            }
        };
    }
    if partners.len() < failing.len() {
        return Finding::cannot_tell("The direct capture lacks some requests that fail through Cloudflare: record the same steps.");
    }
    if partners.iter().any(|(_, entry)| was_never_asked(entry)) {
        return Finding::cannot_tell(
            "A direct request failed before it reached the origin (name, connection or certificate), so the origin's response is unknown.",
        );
    }
    let untold = |entry: &Entry| {
        entry.response.status > 0
            && entry.response.error.is_none()
            && body_length(entry).is_none_or(|length| length.how != BodyCompleteness::Whole)
    };
    if fault.without_error_name == WithoutErrorName::LooksWhole
        && !facts.direct.as_ref().is_some_and(names_errors)
        && partners.iter().any(|(_, entry)| untold(entry))
    {
        return Finding::cannot_tell(
            "This browser does not say whether a response was complete. A direct capture by Chrome does, or curl.",
        );
    }
    not_reproduced(facts, fault.overlooked)
}

/// The origin was asked itself for every request that fails through Cloudflare, and answered. That excludes a fault only when it was asked
/// often enough and soon enough, by somebody who does not overlook the fault.
///
/// A fault that it showed instead excludes this one.
pub(super) fn not_reproduced(facts: &Facts<'_>, overlooked: Overlooked) -> Finding {
    let partners = || facts.failing_partners();
    let all = facts.failing_pairs().len();
    if all > 0 && partners().count() == all && partners().all(|(_, entry)| is_broken(entry)) {
        let reason = Redacted::fixed("Every request that fails through Cloudflare failed in another way when sent direct.");
        return Finding::seen(Status::RuledOut, reason).with(cite_partners(facts));
    }
    let Retried { retry, excludes, excludes_repeated } = retried(facts);
    let tries = redact::counted(retry.tries as usize, "direct try", "direct tries");
    let excludes = match overlooked {
        Overlooked::Never => excludes,
        Overlooked::ByRepeating => excludes_repeated,
        Overlooked::ByBrowsers => false,
    };
    if excludes {
        let reason = Redacted::fill(
            "It did not happen in {} of each failing request, soon after a failure. By chance so many are good in one of twenty cases at most.",
            &[&tries],
        );
        return Finding::seen(Status::RuledOut, reason).with(cite_partners(facts));
    }
    let reason = if overlooked == Overlooked::ByBrowsers {
        Redacted::fill(
            "{} did not show it, but a browser may overlook it. Use curl or a strict parser to see what the origin really sends.",
            &[&tries],
        )
    } else {
        Redacted::fill(
            "{} did not show it. It may be intermittent, or fixed since. To exclude it, send each failing request direct {} within 5 minutes of a failure.",
            &[&tries, &redact::counted(retry.needed as usize, "time", "times")],
        )
    };
    let finding = Finding { basis: Basis::Inferred, not_reproduced: Some(retry), ..Finding::seen(Status::CannotTell, reason) };
    finding.with(cite_partners(facts))
}

/// Cites direct requests that show something else than a fault.
fn cite_partners(facts: &Facts<'_>) -> impl Iterator<Item = Evidence> {
    facts.failing_partners().take(3).filter_map(|(index, entry)| {
        let field = if entry.response.error.is_some() { Field::Error } else { Field::Status };
        facts.cite_direct(index, field, Polarity::Contradicts)
    })
}

/// An answer to one of the requests that show the fault, at another try: direct, or through Cloudflare.
fn answered_at_another_try(facts: &Facts<'_>, fault: &Fault, both: &[(u32, u32)], showing: &[u32]) -> Option<Evidence> {
    let (mut direct, mut proxied) = (Numbers::default(), Numbers::default());
    for (through, asked) in both {
        proxied.number(&same(facts.proxied_entry(*through)?));
        direct.number(&same(facts.direct_entry(*asked)?));
    }
    // Some faults show in what counts as an answer.
    let answered = |(index, entry): &(u32, &Entry)| {
        let whole = entry.response.status > 0 && entry.response.error.is_none() && showing.binary_search(index).is_err();
        whole && (fault.contradicts)(entry) && direct.get(&same(entry)).is_some()
    };
    if let Some((index, _)) = facts.direct_tries().find(answered) {
        return facts.cite_direct(index, Field::Status, Polarity::Contradicts);
    }
    let (index, _) = facts.passed_on().find(|(_, entry)| proxied.get(&same(entry)).is_some() && !is_broken_off(entry))?;
    facts.cite_proxied(index, Field::Status, Polarity::Contradicts)
}

/// The requests that fail through Cloudflare as this fault makes them fail, each with its direct partner.
fn failing(facts: &Facts<'_>, edge_outcome: EdgeOutcome) -> Vec<(u32, Option<u32>)> {
    let mut failing = facts.failing_pairs().to_vec();
    if edge_outcome == EdgeOutcome::BrokenAnswer {
        failing.extend(facts.broken_pairs());
    }
    failing
}

/// Whether Cloudflare passed on a good response.
fn is_answered(entry: &Entry, edge_outcome: EdgeOutcome) -> bool {
    let fails = is_520(entry) || (edge_outcome == EdgeOutcome::BrokenAnswer && is_broken_off(entry));
    (1..500).contains(&entry.response.status) && !fails
}

/// An answer through Cloudflare broke HTTP/2's rules in the browser, though Cloudflare's own HTTP/2 is sound: by its documentation that is
/// usually the origin's fault, malformed headers or a compressed body with an old Content-Length.
pub(super) fn broken_http2(facts: &Facts<'_>) -> Option<Finding> {
    let proxied = facts.proxied.as_ref()?;
    let broken = |entry: &Entry| error_name(entry) == "ERR_HTTP2_PROTOCOL_ERROR";
    let index = proxied.failing.iter().copied().find(|index| proxied.entry(*index).is_some_and(broken))?;
    let reason = Redacted::fixed(
        "The browser could not read a response through Cloudflare over HTTP/2. Usual causes are malformed headers of the origin, or a compressed body with an old Content-Length.",
    );
    Some(Finding::inferred(Status::Possible, reason).with(facts.cite_proxied(index, Field::Error, Polarity::Supports)))
}

/// The stronger of two findings.
pub(super) fn stronger(one: Finding, other: Finding) -> Finding {
    if (other.status, other.basis) < (one.status, one.basis) { other } else { one }
}

/// The browser's name for the network error, without Chrome's `net::`. Empty when there is none.
pub(super) fn error_name(entry: &Entry) -> &str {
    let error = entry.response.error.as_deref().unwrap_or_default();
    error.strip_prefix("net::").unwrap_or(error)
}

/// Whether the request used TLS.
pub(super) fn is_over_tls(entry: &Entry) -> bool {
    Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("https")
}

/// Whether the exporter names network errors. It does when it names one, or when it writes transfer sizes as Chrome does. Firefox names
/// none.
fn names_errors(view: &SideView<'_>) -> bool {
    let entries = || view.entries();
    entries().any(|entry| entry.response.error.is_some())
        || (entries().any(|entry| entry.response.transfer_size.is_some()) && !entries().any(is_unnamed))
}

/// Whether the request failed before it was sent: name resolution, connection, certificate, or the page cancelled it.
fn was_never_asked(entry: &Entry) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "ERR_ABORTED",
        "ERR_ADDRESS_",
        "ERR_BLOCKED_BY_",
        "ERR_CERT_",
        "ERR_CONNECTION_FAILED",
        "ERR_CONNECTION_REFUSED",
        "ERR_CONNECTION_TIMED_OUT",
        "ERR_DNS_",
        "ERR_FAILED",
        "ERR_INTERNET_DISCONNECTED",
        "ERR_NAME_",
        "ERR_NETWORK_",
        "ERR_PROXY_",
        "ERR_TUNNEL_",
    ];
    entry.response.status == 0 && BEGINNINGS.iter().any(|beginning| error_name(entry).starts_with(beginning))
}

/// Whether the headers end without their closing empty line. Chrome adds the missing bytes, so the headers measure up to four bytes more
/// than the network carried.
pub(super) fn is_cut_in_headers(entry: &Entry) -> bool {
    let response = &entry.response;
    let sizes = response.headers_size.zip(response.transfer_size.filter(|bytes| *bytes > 0));
    response.status > 0 && response.error.is_none() && sizes.is_some_and(|(headers, all)| (1..=4).contains(&headers.saturating_sub(all)))
}

/// The field of a proxied entry that shows how it failed.
pub(super) fn cite_failure(facts: &Facts<'_>, index: u32) -> Option<Evidence> {
    let entry = facts.proxied_entry(index)?;
    let field = match (is_broken_off(entry), &entry.response.error) {
        (true, Some(_)) => Field::Error,
        (true, None) => Field::BodyBytes,
        (false, _) => Field::Status,
    };
    facts.cite_proxied(index, field, Polarity::Supports)
}
