use fivetwenty_captures::edge::{answered_by_cloudflare, is_broken, is_failing, is_unnamed, online_cookie};
use fivetwenty_captures::evidence::error_page::{Form, Maker};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::fault::{Overlooked, not_reproduced};
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::page::page;
use crate::rule::Rule;

/// What failed is another error.
pub(super) static RULE: Rule = Rule {
    id: "not-520",
    title: "The error is not Cloudflare's 520",
    headline: "The error is not Cloudflare's 520.",
    responsible: &[Responsible::Origin, Responsible::Dashboard],
    needs: &[],
    check,
    page: page!("not_520.md"),
};

/// The maximum number of other errors to name after the first.
const MAX_NAMED: usize = 5;

fn check(facts: &Facts<'_>) -> Finding {
    let Some(proxied) = &facts.proxied else {
        return Finding::cannot_tell("There is no capture through Cloudflare.");
    };
    if let Some((first, _)) = facts.failing_pairs().first().copied() {
        return of_520(facts, first);
    }
    let Some((index, entry, other)) = first_other(proxied) else {
        return Finding::cannot_tell(if proxied.failing.is_empty() && facts.broken_pairs().is_empty() {
            "Nothing failed in the capture through Cloudflare."
        } else {
            "The capture does not show which error it was."
        });
    };
    let status = entry.response.status;
    let what = RULE.page.case(other.key).unwrap_or_default();
    let finding = if status == 0 {
        Finding::seen(Status::Possible, Redacted::fill("There is no 520 in the capture: {}.", &[&what]))
    } else {
        let this = match code(entry).filter(|code| *code >= 1000) {
            Some(code) => Redacted::fill("Cloudflare's error {} (status {}): {}", &[&code, &status, &what]),
            None if status == 520 => Redacted::fill("{}", &[&what]),
            None => Redacted::fill("a {}: {}", &[&status, &what]),
        };
        // What it is, the headline says.
        let others = others(proxied, status);
        let reason = match status {
            520 => Redacted::fill("The capture through Cloudflare has no 520 from Cloudflare.{}", &[&others]),
            _ => Redacted::fill("The capture through Cloudflare has status {} and no 520 from Cloudflare.{}", &[&status, &others]),
        };
        let headline = if status == 520 { "This is {}." } else { "This is not a 520 but {}." };
        Finding::seen(Status::Confirmed, reason).headline(Redacted::fill(headline, &[&this]))
    };
    finding.case(other.key).responsible(other.responsible).with(evidence(facts, index, entry))
}

/// There are 520s. Whose they are shows in their pages, and in what the origin itself answers.
fn of_520(facts: &Facts<'_>, first: u32) -> Finding {
    let count = facts.failing_pairs().len();
    let cite = |index: u32, field, polarity| facts.cite_proxied(index, field, polarity);
    let direct_520 = |(_, direct): &(u32, Option<u32>)| {
        let index = direct.filter(|_| facts.direct_is_no_evidence().is_none())?;
        facts.direct_entry(index).filter(|entry| entry.response.status == 520 && !entry.response.headers.is_empty()).map(|_| index)
    };
    let own: Vec<(u32, u32)> = facts.failing_pairs().iter().filter_map(|pair| Some((pair.0, direct_520(pair)?))).collect();
    if let Some((proxied, direct)) = own.first().copied() {
        let all = own.len() == count;
        let reason = if all {
            Redacted::fill(
                "Direct to the origin, {} got a 520 from the origin itself: every one that is a 520 through Cloudflare. Cloudflare passes the number on.",
                &[&redact::counted(count, "request", "requests")],
            )
        } else {
            Redacted::fill(
                "Direct to the origin, {} of {} got a 520 from the origin itself; the others did not.",
                &[&own.len(), &redact::counted(count, "failing request", "failing requests")],
            )
        };
        let cited = [
            facts.cite_direct(direct, Field::Status, Polarity::Supports),
            cite(proxied, Field::Status, Polarity::Supports),
            facts.cite_ray(proxied, Polarity::Supports),
        ];
        let status = if all { Status::Confirmed } else { Status::Possible };
        let finding = Finding { explains_all: all, ..Finding::seen(status, reason) }.with(cited.into_iter().flatten());
        let headline = "The application itself sends the number 520: it is not Cloudflare's error.";
        return finding.case("520-direct").responsible(&[Responsible::Origin]).headline(Redacted::fixed(headline));
    }
    let page_of = |index: u32| facts.proxied_entry(index).and_then(|entry| entry.response.error_page.as_ref()).map(|page| page.maker);
    let cloudflares = facts.failing_pairs().iter().find(|(index, direct)| {
        let broken = direct.and_then(|direct| facts.direct_entry(direct)).is_some_and(|entry| {
            // None of these answers can have held a page.
            is_broken(entry) || is_unnamed(entry) || entry.response.content_size == Some(0)
        });
        page_of(*index) == Some(Maker::Cloudflare) || broken && facts.direct_is_no_evidence().is_none()
    });
    if let Some((index, _)) = cloudflares {
        let reason = if page_of(*index) == Some(Maker::Site) {
            Redacted::fixed(
                "The origin sent no response that could hold this page. It is the zone's own error page, under a 520 of Cloudflare.",
            )
        } else {
            Redacted::fill("{} a 520 from Cloudflare.", &[&redact::counted(count, "request got", "requests got")])
        };
        let cited = [cite(*index, Field::Status, Polarity::Contradicts), facts.cite_ray(*index, Polarity::Contradicts)];
        return Finding::seen(Status::RuledOut, reason).with(cited.into_iter().flatten());
    }
    if facts.failing_pairs().iter().any(|(index, _)| page_of(*index).is_none()) {
        return Finding::cannot_tell("The capture lacks the page of the 520, which shows whose it is.").with(cite(
            first,
            Field::Status,
            Polarity::Contradicts,
        ));
    }
    // Its own number would show when the origin is asked.
    if facts.failing_partners().count() == count && facts.direct_is_no_evidence().is_none() {
        return not_reproduced(facts, Overlooked::Never);
    }
    let reason = Redacted::fill(
        "{} a page that is not Cloudflare's: the zone's own error page, or one of an application or platform that uses the number. A direct request shows which.",
        &[&redact::counted(count, "520 carries", "520s carry")],
    );
    let cited = [cite(first, Field::ErrorPage, Polarity::Supports), facts.cite_ray(first, Polarity::Supports)];
    Finding::seen(Status::Possible, reason).case("520-own").with(cited.into_iter().flatten())
}

/// Which other statuses failed, as a sentence: several on one host often mean that it is overloaded.
fn others(proxied: &SideView<'_>, first: u16) -> Redacted<String> {
    let mut found: Vec<u16> = Vec::new();
    for entry in proxied.failing.iter().filter_map(|index| proxied.entry(*index)) {
        let status = entry.response.status;
        if status >= 500 && status != first && found.len() < MAX_NAMED && !found.contains(&status) {
            found.push(status);
        }
    }
    if found.is_empty() {
        return Redacted::fixed("");
    }
    let list = Redacted::join(found.iter().map(|status| Redacted::fill("{}", &[status])), ", ");
    Redacted::fill(" Other requests fail with {}: several errors on one host often mean overload.", &[&list])
}

fn evidence(facts: &Facts<'_>, index: u32, entry: &Entry) -> Vec<Evidence> {
    let response = &entry.response;
    let cite = |field| facts.cite_proxied(index, field, Polarity::Supports);
    let header = |name| cite(Field::Header(name)).filter(|_| response.header(name).is_some());
    let fields = [
        cite(Field::Status),
        cite(Field::ErrorPage).filter(|_| response.error_page.is_some()),
        cite(Field::Header("server")).filter(|_| !response.headers.is_empty()),
        header("cf-ray"),
        header("cf-mitigated"),
        header("cf-error-type"),
        header("retry-after"),
        cite(Field::Error).filter(|_| response.error.is_some()),
    ];
    fields.into_iter().flatten().collect()
}

/// Another error: its heading in the page, and who must act.
struct Other {
    key: &'static str,
    responsible: &'static [Responsible],
}

/// The first entry of the site that shows another error.
fn first_other<'a>(proxied: &SideView<'a>) -> Option<(u32, &'a Entry, Other)> {
    let entries = proxied.on_site.iter().filter_map(|index| Some((*index, proxied.entry(*index)?)));
    // A challenge comes before everything else, so a failure shows more.
    let (failing, rest): (Vec<_>, Vec<_>) = entries.partition(|(index, _)| proxied.failing.binary_search(index).is_ok());
    failing.into_iter().chain(rest).find_map(|(index, entry)| Some((index, entry, other(entry)?)))
}

/// Whether another error is shown.
pub(super) fn is_shown(proxied: &SideView<'_>) -> bool {
    first_other(proxied).is_some()
}

fn other(entry: &Entry) -> Option<Other> {
    let response = &entry.response;
    if response.header("cf-mitigated").is_some() {
        return Some(Other { key: "challenge", responsible: &[Responsible::Dashboard] });
    }
    let (key, responsible): (_, &[Responsible]) = match code(entry) {
        Some(code) if code >= 1000 => by_code(code),
        _ => by_status(entry)?,
    };
    Some(Other { key, responsible })
}

/// Cloudflare's own code: on its page, else in `cf-error-type`, else in Always Online's cookie.
fn code(entry: &Entry) -> Option<u16> {
    let response = &entry.response;
    let by_header = || response.header("cf-error-type")?.value.trim().parse().ok();
    let by_page = response.error_page.as_ref().and_then(|page| page.code);
    by_page.or_else(by_header).or_else(|| online_cookie(entry).map(|(code, _)| code))
}

fn by_code(code: u16) -> (&'static str, &'static [Responsible]) {
    match code {
        1000 => ("1000", &[Responsible::Dns, Responsible::Origin]),
        1001 => ("1001", &[Responsible::Dns]),
        1002 => ("1002", &[Responsible::Dns]),
        1003 => ("1003", &[Responsible::Visitor]),
        1004 => ("1004", &[Responsible::Dashboard]),
        1005 => ("1005", &[Responsible::Dashboard]),
        1006..=1008 | 1106 => ("1006", &[Responsible::Dashboard]),
        1009 => ("1009", &[Responsible::Dashboard]),
        1010 => ("1010", &[Responsible::Dashboard, Responsible::Visitor]),
        1011 => ("1011", &[Responsible::Dashboard]),
        1012 => ("1012", &[Responsible::Visitor]),
        1013 => ("1013", &[Responsible::Visitor]),
        1014 => ("1014", &[Responsible::Dns]),
        1015 => ("1015", &[Responsible::Dashboard, Responsible::Visitor]),
        1016 => ("1016", &[Responsible::Dns]),
        1017 | 1028 | 1029 | 1044 => ("1017", &[Responsible::Dashboard, Responsible::Visitor]),
        1018 | 1023 => ("1018", &[Responsible::Dashboard]),
        1019 => ("1019", &[Responsible::Dashboard]),
        1020 | 1107..=1109 => ("1020", &[Responsible::Dashboard]),
        1025 => ("1025", &[Responsible::Dashboard]),
        1026 | 1039 => ("1026", &[Responsible::Dashboard]),
        1027 => ("1027", &[Responsible::Dashboard]),
        1033 => ("1033", &[Responsible::Origin]),
        1034 => ("1034", &[Responsible::Dns]),
        1035..=1037 | 1040 | 1041 => ("1035", &[Responsible::Dashboard]),
        1038 => ("1038", &[Responsible::Origin, Responsible::Visitor]),
        1042 | 1100 | 1103..=1105 => ("1100", &[Responsible::Dashboard]),
        1043 | 1047 | 1049 => ("1043", &[Responsible::Dashboard]),
        1045 => ("1045", &[Responsible::Visitor]),
        1101 => ("1101", &[Responsible::Dashboard]),
        1102 => ("1102", &[Responsible::Dashboard]),
        1200 => ("1200", &[Responsible::Origin, Responsible::Dashboard]),
        1201..=1206 => ("1201", &[Responsible::Dashboard]),
        _ => ("1xxx", &[Responsible::Dashboard]),
    }
}

/// A finding on records of Cloudflare's logs with this status of the edge and of the origin: what the error is.
pub(crate) fn of_logs(edge: u16, origin: Option<u16>, finding: Finding) -> Option<Finding> {
    let is_origins = origin == Some(edge);
    let made = match origin {
        _ if is_origins => Made::ByOrigin,
        Some(_) => Made::ByCloudflare,
        None => Made::Open,
    };
    let (key, responsible) = by_number(edge, made, !is_origins)?;
    let what = RULE.page.case(key).unwrap_or_default();
    let headline = Redacted::fill("This is not a 520 from Cloudflare but a {}: {}.", &[&edge, &what]);
    Some(finding.case(key).responsible(responsible).headline(headline))
}

fn by_status(entry: &Entry) -> Option<(&'static str, &'static [Responsible])> {
    let response = &entry.response;
    // Without headers nothing shows who made the status, so it counts.
    let cloudflares = response.headers.is_empty() || answered_by_cloudflare(entry);
    if response.status == 0 {
        return (response.error.is_some() && is_failing(entry)).then_some(("no-answer", &[Responsible::Visitor]));
    }
    by_number(response.status, made_by(entry), cloudflares)
}

fn by_number(status: u16, made: Made, cloudflares: bool) -> Option<(&'static str, &'static [Responsible])> {
    Some(match (status, made) {
        (500, Made::ByCloudflare) => ("500-cloudflare", &[Responsible::Dashboard, Responsible::Cloudflare]),
        (500, _) => ("500", &[Responsible::Origin]),
        (501, Made::ByCloudflare) => ("501-cloudflare", &[Responsible::Visitor, Responsible::Dashboard]),
        (501, _) => ("501", &[Responsible::Origin]),
        (502 | 504, Made::ByCloudflare) => ("502-cloudflare", &[Responsible::Origin, Responsible::Cloudflare]),
        (502 | 504, Made::Replaced) => ("502-branded", &[Responsible::Origin]),
        (502 | 504, Made::ByOrigin) => ("502", &[Responsible::Origin]),
        (502 | 504, Made::Open) => ("502-open", &[Responsible::Origin, Responsible::Cloudflare]),
        (503, Made::ByCloudflare) => ("503-cloudflare", &[Responsible::Cloudflare]),
        (503, _) => ("503", &[Responsible::Origin]),
        (520, _) if cloudflares => return None,
        (520, _) => ("520-other", &[Responsible::Origin]),
        (521..=526 | 530, _) if !cloudflares => ("52x-other", &[Responsible::Origin]),
        (521, _) => ("521", &[Responsible::Origin, Responsible::Network]),
        (522, _) => ("522", &[Responsible::Network, Responsible::Origin, Responsible::Dns]),
        (523, _) => ("523", &[Responsible::Dns, Responsible::Network]),
        (524, _) => ("524", &[Responsible::Origin]),
        (525, _) => ("525", &[Responsible::Origin]),
        (526, _) => ("526", &[Responsible::Origin, Responsible::Dashboard]),
        (530, _) => ("530", &[Responsible::Dns, Responsible::Origin]),
        (505.., _) => ("5xx", &[Responsible::Origin]),
        _ => return None,
    })
}

/// Who made a 500 to 504.
enum Made {
    /// Cloudflare, and the origin did not answer with it.
    ByCloudflare,
    /// The origin answered with it, and Cloudflare replaced the page.
    Replaced,
    /// The origin.
    ByOrigin,
    /// The capture does not show it.
    Open,
}

/// Cloudflare's page on 502 and 504 calls the branded page the origin's own error and the bare one Cloudflare's; those on 500 and 503
/// call every page that says `cloudflare` Cloudflare's. Structured answers are made of Cloudflare's own errors only.
fn made_by(entry: &Entry) -> Made {
    let response = &entry.response;
    if response.header("cf-error-type").is_some() || response.header("cf-error-origin").is_some() {
        return Made::ByCloudflare;
    }
    let gateway = matches!(response.status, 502 | 504);
    match response.error_page.as_ref().map(|page| page.form) {
        Some(Form::Branded) if gateway => Made::Replaced,
        Some(Form::Line) if gateway => Made::Open,
        Some(Form::Bare | Form::Structured | Form::Branded | Form::Line) => Made::ByCloudflare,
        None if response.headers.is_empty() || answered_by_cloudflare(entry) => Made::Open,
        Some(Form::Own) | None => Made::ByOrigin,
    }
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::har::Capture;

    use super::*;
    use crate::page::Line;

    /// Breaks when an error is taken for another, because its body has another form, or its headers or its body are missing.
    #[test]
    fn errors_are_told_from_body_and_headers() {
        #[track_caller]
        fn check(status: u16, headers: &str, body: &str, expected: Option<&str>) {
            let headers = headers.split_terminator('\n').map(|line| line.split_once(": ").unwrap());
            let headers: Vec<_> = headers.map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect();
            let text = serde_json::json!([{"response": {"status": status, "headers": headers, "content": {"text": body}}}]).to_string();
            let capture = Capture::read("a.har", [text.as_bytes()]).unwrap();
            assert_eq!(other(&capture.entries[0]).map(|other| other.key), expected, "{status} {body}");
        }
        const EDGE: &str = "server: cloudflare\ncf-ray: 8a7d5e2fbcd1a1c3-DFW";
        const BRANDED: &str = "<title>shop.example | 502: Bad gateway</title><div id=\"cf-error-details\"><span>Error code 502</span>";
        const OLDER: &str =
            "<link id=\"cf_styles-css\"><span class=\"cf-error-type\">Error</span> <span class=\"cf-error-code\">1009</span>";
        const BARE: &str = "<center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center>";
        const NGINX: &str = "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>";
        const JSON: &str = r#"{"error_code":504,"cloudflare_error":true}"#;
        const MARKDOWN: &str = "---\nerror_code: 1015\ncloudflare_error: true\n---\n";
        for (status, body, key) in [
            (500, NGINX, "500"),
            (500, BARE, "500-cloudflare"),
            (500, "error code: 500", "500-cloudflare"),
            (501, "", "501"),
            (501, BARE, "501-cloudflare"),
            (502, BRANDED, "502-branded"),
            (502, BARE, "502-cloudflare"),
            (504, JSON, "502-cloudflare"),
            (504, "error code: 504", "502-open"),
            (502, "", "502-open"),
            (502, NGINX, "502"),
            (503, NGINX, "503"),
            (503, BRANDED, "503-cloudflare"),
            (522, "<h1>We will be back</h1>", "522"),
            (530, "<h1>We will be back</h1>", "530"),
            (530, "error code: 1033", "1033"),
            (403, OLDER, "1009"),
            (429, MARKDOWN, "1015"),
            (599, "", "5xx"),
        ] {
            check(status, EDGE, body, Some(key));
        }
        check(502, "server: nginx", "", Some("502"));
        check(502, "", "", Some("502-open"));
        check(502, &format!("{EDGE}\ncf-error-origin: edge"), "", Some("502-cloudflare"));
        check(522, "server: nginx", "", Some("52x-other"));
        check(522, "", "", Some("522"));
        check(520, "server: nginx", "", Some("520-other"));
        check(520, EDGE, "", None);
        check(403, EDGE, "<h1>Forbidden</h1>", None);
        check(403, &format!("{EDGE}\ncf-mitigated: challenge"), "", Some("challenge"));
        check(500, &format!("{EDGE}\ncf-error-type: 1101"), "<h1>We will be back</h1>", Some("1101"));
        check(522, &format!("{EDGE}\ncf-error-type: 52x"), "", Some("522"));
        check(530, &format!("{EDGE}\nset-cookie: cf_ob_info=1016:8a7d5e2fbcd1a1c3:DFW; path=/"), "", Some("1016"));
    }

    /// Breaks when a code or a status leads to advice that the page does not have.
    #[test]
    fn every_error_has_its_heading() {
        for code in 1000..2000 {
            let (key, acts) = by_code(code);
            assert!(RULE.page.case(key).is_some() && !acts.is_empty(), "{code}: {key}");
            assert!(key == "1xxx" || key.parse::<u16>().is_ok_and(|group| group <= code || key == "1100"), "{code}: {key}");
        }
        for status in (0..600).chain([999]) {
            for form in [None, Some("x"), Some("error code: 1"), Some("<center>cloudflare</center>"), Some("cf-error-details")] {
                let mut entry = Entry::default();
                entry.response.status = status;
                entry.response.error = (status == 0).then(|| "net::ERR_FAILED".into());
                entry.response.error_page = form.and_then(fivetwenty_captures::evidence::error_page::ErrorPage::read).map(Box::new);
                let found = by_status(&entry);
                assert!(found.is_none_or(|(key, _)| RULE.page.case(key).is_some()), "{status}");
                assert_eq!(found.is_some(), status == 0 || (status >= 500 && status != 520), "{status}");
            }
        }
    }

    /// Breaks when a heading of the page is for an error that nothing leads to.
    #[test]
    fn every_heading_is_reached() {
        let code = include_str!("not_520.rs");
        for line in RULE.page.lines() {
            let Ok(Line::Case(key, _)) = line else { continue };
            assert!(code.contains(&format!("\"{key}\"")), "{key}");
        }
    }
}
