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
use crate::origin_side::answers_like_tls;
use crate::page::page;
use crate::rule::Rule;

/// The origin's ports do not speak what the SSL mode expects.
pub(super) static RULE: Rule = Rule {
    id: "wrong-port-or-scheme",
    title: "Cloudflare sends HTTP to an HTTPS port of the origin, or the reverse",
    headline: "Cloudflare sends HTTP to an HTTPS port of the origin, or the reverse.",
    responsible: &[Responsible::Origin, Responsible::Dashboard],
    needs: &[],
    check,
    page: page!("wrong_port_or_scheme.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let cite_says =
        |index: u32| [Field::Status, Field::Says].into_iter().filter_map(move |field| facts.cite_proxied(index, field, Polarity::Supports));
    let through = facts.proxied.iter().flat_map(SideView::answered).find(|(_, entry)| says_plain_on_tls(entry));
    if let Some((index, _)) = through {
        let reason = Redacted::fixed("Through Cloudflare the origin says that its HTTPS port got plain HTTP.");
        return Finding::seen(Status::Likely, reason).with(cite_says(index));
    }
    // A bare 400 may carry that message: browsers drop the bodies of pages that were left.
    if let Some((good, _)) = facts.passed_on_there().find(|(_, entry)| entry.response.status != 400) {
        let reason = Redacted::fixed("The origin responded to other requests through Cloudflare, so port and scheme match.");
        return Finding::seen(Status::RuledOut, reason).with(facts.cite_proxied(good, Field::Status, Polarity::Contradicts));
    }
    let Some(direct) = facts.direct.as_ref().filter(|direct| direct.via_cloudflare.is_empty()) else {
        return Finding::cannot_tell("Only a direct request shows what the origin's ports speak.");
    };
    let entries = || direct.on_site.iter().filter_map(|index| Some((*index, direct.entry(*index)?)));
    if let Some(index) = answers_like_tls(facts) {
        let reason =
            Redacted::fixed("The origin's plain HTTP port responds to every request with bytes that are not text, as an HTTPS port does.");
        return Finding::seen(Status::Likely, reason)
            .with([Field::HttpVersion, Field::Error].into_iter().filter_map(|field| facts.cite_direct(index, field, Polarity::Supports)));
    }
    if let Some((index, entry)) = entries().find(|(_, entry)| is_tls_at_plain_port(entry) || says_plain_on_tls(entry)) {
        let fails = !facts.failing_pairs().is_empty();
        // A port that the user named may be the wrong one.
        let usual_port = Address::new(&entry.request.url).host_name() == Address::new(&entry.request.url).host;
        let status = if fails && usual_port { Status::Likely } else { Status::Possible };
        let reason = if says_plain_on_tls(entry) {
            Redacted::fixed("The origin's plain HTTP port expects HTTPS.")
        } else {
            Redacted::fixed("The origin's HTTPS port does not speak TLS.")
        };
        let fields: &[Field] = if entry.response.error.is_some() { &[Field::Error] } else { &[Field::Status, Field::Says] };
        return Finding::seen(status, reason).with(fields.iter().filter_map(|field| facts.cite_direct(index, *field, Polarity::Supports)));
    }
    if let Some((index, _)) = entries().find(|(_, entry)| is_no_http(entry)).filter(|_| entries().all(|(_, entry)| is_no_http(entry))) {
        let reason = Redacted::fixed("The origin's plain HTTP port responds with bytes that are not HTTP, as a TLS port does.");
        return Finding::seen(Status::Possible, reason).with(facts.cite_direct(index, Field::HttpVersion, Polarity::Supports));
    }
    let good = entries().find(|(_, entry)| {
        let https = Address::new(&entry.request.url).scheme.eq_ignore_ascii_case("https");
        https && (200..500).contains(&entry.response.status) && entry.response.error.is_none()
    });
    match good {
        Some(_) => not_reproduced(facts, Overlooked::Never),
        None => Finding::cannot_tell("No direct request got a response over HTTPS: what that port speaks is unknown."),
    }
}

fn says_plain_on_tls(entry: &Entry) -> bool {
    let page = entry.response.error_page.as_ref().filter(|page| page.maker == Maker::Site);
    page.and_then(|page| page.says) == Some(Phrase::PlainOnTls)
}

/// On a plain port, Chrome reads bytes that are not HTTP as HTTP/0.9.
fn is_no_http(entry: &Entry) -> bool {
    entry.response.http_version.eq_ignore_ascii_case("http/0.9")
}

/// The port did not answer an HTTPS request with TLS.
fn is_tls_at_plain_port(entry: &Entry) -> bool {
    entry.response.error.as_deref() == Some("net::ERR_SSL_PROTOCOL_ERROR")
}
