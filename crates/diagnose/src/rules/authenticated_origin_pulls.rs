use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{Maker, Phrase};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::fault::{Overlooked, not_reproduced};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::Rule;

/// The origin demands a client certificate that Cloudflare does not show.
pub(super) static RULE: Rule = Rule {
    id: "authenticated-origin-pulls",
    title: "The origin rejects Cloudflare's client certificate, or gets none",
    headline: "The origin requires Cloudflare's client certificate (Authenticated Origin Pulls), and the two sides don't match.",
    responsible: &[Responsible::Origin, Responsible::Dashboard],
    needs: &[],
    check,
    page: page!("authenticated_origin_pulls.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let through = facts.proxied.iter().flat_map(SideView::answered).find(|(_, entry)| demands(entry));
    let host = |entry: &Entry| Address::new(&entry.request.url).host.to_ascii_lowercase();
    let wanted = through.map(|(_, entry)| host(entry)).or_else(|| facts.leading().map(|(_, _, entry)| host(entry)));
    let answered = facts.passed_on().find(|(_, entry)| may_be_good(entry) && wanted.as_deref() == Some(&host(entry)));
    let cite_says =
        |index: u32| [Field::Status, Field::Says].into_iter().filter_map(move |field| facts.cite_proxied(index, field, Polarity::Supports));
    if let Some((index, _)) = through {
        let Some((good, _)) = answered else {
            let reason = Redacted::fixed("Through Cloudflare, the origin says that it got no client certificate or a wrong one.");
            return Finding::seen(Status::Likely, reason).with(cite_says(index));
        };
        let reason =
            Redacted::fixed("Through Cloudflare, the origin required a client certificate once, and responded to another request.");
        return Finding::seen(Status::Possible, reason).with(cite_says(index)).with(facts.cite_proxied(
            good,
            Field::Status,
            Polarity::Contradicts,
        ));
    }
    if let Some((good, _)) = answered {
        let reason = Redacted::fixed(
            "The origin responded to other requests of this host through Cloudflare, so it accepts Cloudflare's certificate.",
        );
        return Finding::seen(Status::RuledOut, reason).with(facts.cite_proxied(good, Field::Status, Polarity::Contradicts));
    }
    let Some(direct) = facts.direct.as_ref().filter(|direct| direct.via_cloudflare.is_empty()) else {
        return Finding::cannot_tell("Only a direct request shows whether the origin requires a client certificate.");
    };
    let entries = || direct.on_site.iter().filter_map(|index| Some((*index, direct.entry(*index)?)));
    if let Some((index, entry)) = entries().find(|(_, entry)| demands(entry)) {
        let reason = Redacted::fixed(
            "The origin requires a client certificate, as it should with Authenticated Origin Pulls. The captures do not show whether Cloudflare sends the right one.",
        );
        let field = if entry.response.error.is_some() { Field::Error } else { Field::Says };
        return Finding::seen(Status::Possible, reason).with(facts.cite_direct(index, field, Polarity::Supports));
    }
    let without = entries().find(|(_, entry)| {
        let response = &entry.response;
        Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("https")
            && matches!(response.status, 200..400 | 404)
            && response.error.is_none()
    });
    match without {
        Some(_) => not_reproduced(facts, Overlooked::Never),
        None => Finding::cannot_tell("No direct request got a response over HTTPS."),
    }
}

/// Whether a response does not demand a certificate. Browsers drop the bodies of pages that were left, so a bare 400 may demand one.
fn may_be_good(entry: &Entry) -> bool {
    !demands(entry) && (entry.response.status != 400 || entry.response.error_page.is_some())
}

/// Whether a response demands a client certificate, by the server's page or the browser's error.
fn demands(entry: &Entry) -> bool {
    let named = ["net::ERR_BAD_SSL_CLIENT_AUTH_CERT", "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED"];
    let page = entry.response.error_page.as_ref().filter(|page| page.maker == Maker::Site);
    page.and_then(|page| page.says) == Some(Phrase::ClientCertificate)
        || entry.response.error.as_deref().is_some_and(|error| named.contains(&error))
}
