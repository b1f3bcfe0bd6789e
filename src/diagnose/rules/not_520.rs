use crate::diagnose::page::page;
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
    page: page!("not_520.md"),
};

fn check(facts: &Facts<'_>) -> Finding {
    let Some(proxied) = &facts.proxied else {
        return Finding::cannot_tell("There is no capture through Cloudflare that would show its answer.");
    };
    let cite = |index: u32, speaks: Speaks| [facts.cite_proxied(index, Field::Status, speaks), facts.cite_ray(index, speaks)];
    if let Some((index, _)) = facts.failing_pairs().first().copied() {
        let own_page =
            facts.proxied_entry(index).and_then(|entry| entry.response.error_page.as_ref()).is_some_and(|page| page.maker == Maker::Site);
        if own_page {
            return Finding::seen(
                Status::Possible,
                Redacted::fixed("The 520 carries a page that is not Cloudflare's: a custom error page, or an application or platform that uses the number itself."),
            )
            .with(cite(index, Speaks::For).into_iter().flatten());
        }
        return Finding::seen(
            Status::RuledOut,
            Redacted::fill(
                "{} answered by Cloudflare with a 520.",
                &[&redact::counted(facts.failing_pairs().len(), "request was", "requests were")],
            ),
        )
        .with(cite(index, Speaks::Against).into_iter().flatten());
    }
    let Some((index, entry, other)) = first_other(facts) else {
        return Finding::cannot_tell(if proxied.failing.is_empty() {
            "Nothing failed in the capture through Cloudflare."
        } else {
            "What failed cannot be told from what the capture holds."
        });
    };
    let status = entry.response.status;
    let evidence: Vec<Evidence> = [
        facts.cite_proxied(index, Field::Status, Speaks::For),
        facts.cite_proxied(index, Field::Header("server"), Speaks::For),
        facts.cite_proxied(index, Field::Error, Speaks::For).filter(|_| entry.response.error.is_some()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let what = RULE.page.case(other).unwrap_or_default();
    let finding = if status == 0 {
        Finding::seen(Status::Possible, Redacted::fill("There is no 520 in the capture: {}.", &[&what]))
    } else {
        Finding::seen(
            Status::Confirmed,
            Redacted::fill("The capture through Cloudflare holds no 520 of Cloudflare's; what fails is a {}: {}.", &[&status, &what]),
        )
        .headline(Redacted::fill("This is not a 520 but a {}: {}.", &[&status, &what]))
    };
    finding.case(other).with(evidence)
}

/// The first entry of the site that shows another error, and the key of its advice.
fn first_other<'a>(facts: &Facts<'a>) -> Option<(u32, &'a Entry, &'static str)> {
    let proxied = facts.proxied.as_ref()?;
    let entries = proxied.on_site.iter().filter_map(|index| Some((*index, proxied.entry(*index)?)));
    // A challenge is asked for before anything else happens, so that a failure says more than it.
    let (failing, rest): (Vec<_>, Vec<_>) = entries.partition(|(index, _)| proxied.failing.binary_search(index).is_ok());
    failing.into_iter().chain(rest).find_map(|(index, entry)| Some((index, entry, other(entry)?)))
}

/// The key of the advice for an answer: a heading of the page.
fn other(entry: &Entry) -> Option<&'static str> {
    let response = &entry.response;
    if response.header("cf-mitigated").is_some() {
        return Some("challenge");
    }
    let page = response.error_page.as_ref();
    let by_cloudflare = page.is_some_and(|page| page.maker == Maker::Cloudflare);
    if let Some(code) = page.and_then(|page| page.code).filter(|code| *code >= 1000) {
        return Some(match code {
            1000 | 1002 | 1034 => "1000",
            1001 | 1016 | 1018 | 1023 => "1016",
            1005..=1012 | 1020 | 1106 => "1020",
            1015 => "1015",
            1033 => "1033",
            1019 | 1025 | 1042 | 1100..=1105 => "1101",
            1200..=1206 => "1200",
            _ => "1xxx",
        });
    }
    Some(match response.status {
        500 => "500",
        502 | 504 if by_cloudflare => "502-cloudflare",
        502 | 504 => "502",
        503 => "503",
        520 if answered_by_cloudflare(entry) => return None,
        520 => "520-other",
        521 => "521",
        522 => "522",
        523 => "523",
        524 => "524",
        525 => "525",
        526 => "526",
        530 => "530",
        501 | 505..=519 | 527..=529 | 531..=599 => "5xx",
        0 if response.error.is_some() => "no-answer",
        _ => return None,
    })
}
