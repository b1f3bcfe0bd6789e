use super::advice;
use crate::diagnose::{Acts, Evidence, Facts, Field, Finding, Rule, Speaks, Status, answered_by_cloudflare};
use crate::evidence::error_page::Maker;
use crate::har::Entry;
use crate::redact::{self, Redacted};

/// What failed is another error.
pub(super) static RULE: Rule = Rule {
    id: "not-520",
    title: "The error is not a 520 of Cloudflare's",
    headline: "What fails here is not a 520.",
    acts: &[Acts::Origin, Acts::Dashboard],
    check,
    fix: |facts| {
        let first = first_other(facts).map(|(_, _, other)| Redacted::fixed(other.look));
        first
            .into_iter()
            .chain([
                advice::what_changed(),
                Redacted::fixed("If a 520 was meant: record the page again at the moment when the error page says 520."),
            ])
            .collect()
    },
    next_test: |facts| vec![advice::curl_proxied(facts), advice::curl_direct(facts)],
    #[cfg(not(target_arch = "wasm32"))]
    page: include_str!("not_520.md"),
};

/// Another error: what it is, and where to look first.
struct Other {
    what: &'static str,
    look: &'static str,
}

fn check(facts: &Facts<'_>) -> Finding {
    let Some(proxied) = &facts.proxied else {
        return Finding::new(Status::CannotTell, Redacted::fixed("There is no capture through Cloudflare that would show its answer."));
    };
    let cite = |index: u32, speaks: Speaks| [facts.cite_proxied(index, Field::Status, speaks), facts.cite_ray(index, speaks)];
    if let Some((index, _)) = facts.failing_pairs().first().copied() {
        let own_page =
            facts.proxied_entry(index).and_then(|entry| entry.response.error_page.as_ref()).is_some_and(|page| page.maker == Maker::Site);
        if own_page {
            return Finding::new(
                Status::Possible,
                Redacted::fixed("The 520 carries a page that is not Cloudflare's: a custom error page, or an application or platform that uses the number itself."),
            )
            .with(cite(index, Speaks::For).into_iter().flatten());
        }
        return Finding::new(
            Status::RuledOut,
            Redacted::fill(
                "{} answered by Cloudflare with a 520.",
                &[&redact::counted(facts.failing_pairs().len(), "request was", "requests were")],
            ),
        )
        .with(cite(index, Speaks::Against).into_iter().flatten());
    }
    match first_other(facts) {
        Some((index, entry, other)) => {
            let status = entry.response.status;
            let evidence: Vec<Evidence> = [
                facts.cite_proxied(index, Field::Status, Speaks::For),
                facts.cite_proxied(index, Field::Header("server"), Speaks::For),
                facts.cite_proxied(index, Field::Error, Speaks::For).filter(|_| entry.response.error.is_some()),
            ]
            .into_iter()
            .flatten()
            .collect();
            if status == 0 {
                return Finding::new(Status::Possible, Redacted::fill("There is no 520 in the capture; {}.", &[&other.what]))
                    .with(evidence);
            }
            Finding::new(
                Status::Confirmed,
                Redacted::fill("The capture through Cloudflare holds no 520 of Cloudflare's; what fails is {}.", &[&other.what]),
            )
            .headline(Redacted::fill("This is not a 520 but {}: {}.", &[&status, &other.what]))
            .with(evidence)
        }
        None if proxied.failing.is_empty() => {
            Finding::new(Status::CannotTell, Redacted::fixed("Nothing failed in the capture through Cloudflare."))
        }
        None => Finding::new(Status::CannotTell, Redacted::fixed("What failed cannot be told from what the capture holds.")),
    }
}

/// The first entry of the site that shows another error.
fn first_other<'a>(facts: &Facts<'a>) -> Option<(u32, &'a Entry, Other)> {
    let proxied = facts.proxied.as_ref()?;
    let entries = proxied.on_site.iter().filter_map(|index| Some((*index, proxied.entry(*index)?)));
    // A challenge is asked for before anything else happens, so that a failure says more than it.
    let (failing, rest): (Vec<_>, Vec<_>) = entries.partition(|(index, _)| proxied.failing.binary_search(index).is_ok());
    failing.into_iter().chain(rest).find_map(|(index, entry)| Some((index, entry, other(entry)?)))
}

fn other(entry: &Entry) -> Option<Other> {
    let response = &entry.response;
    if response.header("cf-mitigated").is_some() {
        return Some(Other {
            what: "a challenge of Cloudflare's, shown to this visitor instead of the page",
            look: "Look into Security > Events in the Cloudflare dashboard for the Ray ID: which rule asked for the challenge.",
        });
    }
    let page = response.error_page.as_ref();
    let by_cloudflare = page.is_some_and(|page| page.maker == Maker::Cloudflare);
    if let Some(code) = page.and_then(|page| page.code).filter(|code| *code >= 1000) {
        return Some(one_thousand(code));
    }
    let (what, look) = match response.status {
        500 => (
            "an internal error of the application",
            "Look into the application's log at that second; a database that does not answer is the most frequent reason.",
        ),
        502 | 504 if by_cloudflare => (
            "a bad gateway or gateway time-out, whose page Cloudflare wrote over the origin's own or for want of one",
            "Ask the origin itself: its own 502 or 504 comes from the proxy in front of the application. Look at its load, time-outs and compression.",
        ),
        502 | 504 => {
            ("a bad gateway or gateway time-out of the origin's own", "Look into the error log of the proxy in front of the application.")
        }
        503 => (
            "the origin says that it is overloaded or in maintenance",
            "Look at the origin's load and limits, and for a maintenance mode that was left on.",
        ),
        520 if answered_by_cloudflare(entry) => return None,
        520 => (
            "a 520 that Cloudflare did not make: the answer carries no sign of Cloudflare",
            "Look for the platform or framework that uses this number itself: the answer did not pass through Cloudflare.",
        ),
        521 => (
            "the web server is down: it refused Cloudflare's connection",
            "Look whether the web server runs and listens on the port of the SSL mode (80 for Flexible, 443 for Full), and whether a firewall refuses Cloudflare's addresses.",
        ),
        522 => (
            "the connection timed out: Cloudflare got no answer to its connection within 19 seconds",
            "Look for a firewall that drops Cloudflare's addresses, a wrong address in the DNS records, or an overloaded server.",
        ),
        523 => (
            "the origin is unreachable: there is no route to its address",
            "Look at the A and AAAA records in the Cloudflare dashboard, then at the network's routes.",
        ),
        524 => (
            "a time-out: the origin took the request and did not answer within 125 seconds",
            "Look for the slow request in the application's log: make it shorter, or let the page ask for its result later.",
        ),
        525 => (
            "the TLS handshake between Cloudflare and the origin failed",
            "Look at the origin's TLS set-up: a certificate for this name, port 443 open, SNI, a cipher in common.",
        ),
        526 => (
            "the origin's certificate is not valid for SSL mode Full (strict)",
            "Look at the certificate's dates, names and issuer; Cloudflare's own Origin CA is accepted.",
        ),
        530 => (
            "Cloudflare cannot find the origin; the page names a 1xxx code",
            "Read the 1xxx code on the error page, and look at the DNS records or the tunnel.",
        ),
        501 | 505..=519 | 527..=529 | 531..=599 => ("another server error", "Look into the origin's log at that second."),
        0 if response.error.is_some() => (
            "the browser got no answer from Cloudflare itself",
            "Look at the error's name: name resolution, connection or protocol between this browser and Cloudflare. Try another network.",
        ),
        _ => return None,
    };
    Some(Other { what, look })
}

/// The 1xxx codes by what they are about; the code itself stands on the page.
fn one_thousand(code: u16) -> Other {
    let (what, look) = match code {
        1000 | 1002 | 1034 => (
            "error 1000, 1002 or 1034: the DNS record points to an address that is not allowed",
            "Look at the A record: it must name the origin, not Cloudflare.",
        ),
        1001 | 1016 | 1018 | 1023 => (
            "a DNS error at Cloudflare (1001, 1016, 1018 or 1023): the origin's name cannot be resolved",
            "Look at the DNS records: the name that the origin or the CNAME points to must resolve.",
        ),
        1005..=1012 | 1020 | 1106 => {
            ("access denied by a rule of the site (10xx)", "Look into Security > Events in the Cloudflare dashboard for the Ray ID.")
        }
        1015 => ("error 1015: a rate limit of the site", "Look at the site's rate limiting rules."),
        1033 => ("error 1033: the tunnel to the origin is not connected", "Look whether cloudflared runs at the origin."),
        1019 | 1025 | 1042 | 1100..=1105 => (
            "an error of a Worker on the site (1019, 1025, 1042 or 11xx)",
            "Look into the Worker's log, and switch its route off as a test.",
        ),
        1200..=1206 => ("a limit or a Snippet at Cloudflare (12xx)", "Look at the load on the origin, and at the site's Snippets."),
        _ => ("an error page of Cloudflare's with a 1xxx code", "Look the code up in Cloudflare's documentation of 1xxx errors."),
    };
    Other { what, look }
}
