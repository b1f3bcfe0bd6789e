//! Every rule there is. One file a rule, one page next to it that documents it and is its test; listing it here runs it.

mod authenticated_origin_pulls;
mod bad_content_length;
mod cache_rule;
mod captured_far_apart;
mod captures_swapped;
mod clock_skew;
mod clocks_disagree;
mod closed_on_purpose;
mod cloudflare_incident;
mod connection_reset;
mod different_site;
mod direct_blocked;
mod direct_certificate;
mod direct_still_proxied;
mod edge_regional;
mod empty_reply;
mod firewall_blocks_cloudflare;
mod from_browser_cache;
mod headers_too_large;
mod http2_origin;
mod idle_connection_reuse;
mod invalid_headers;
mod malformed_response;
mod missing_headers;
mod no_error_codes;
mod no_failing_entry;
mod no_response_headers;
mod not_520;
mod origin_error;
mod origin_overload;
mod origin_timeout;
mod proxied_not_cloudflare;
mod proxy_misconfiguration;
mod ray_mismatch;
mod request_body_rejected;
mod request_headers_too_large;
mod response_too_large;
mod sanitized_export;
mod tls_abort;
mod truncated_body;
mod truncated_export;
mod unreadable_input;
mod worker_or_transform;
mod wrong_origin;
mod wrong_port_or_scheme;

pub(crate) use self::not_520::of_logs as not_520_of;
use crate::rule::{Rule, WarningRule};

/// The causes, the most frequent first: the order within a tie, never evidence.
pub static CAUSES: &[&Rule] = &[
    &closed_on_purpose::RULE,
    &origin_overload::RULE,
    &request_headers_too_large::RULE,
    &headers_too_large::RULE,
    &proxy_misconfiguration::RULE,
    &empty_reply::RULE,
    &firewall_blocks_cloudflare::RULE,
    &invalid_headers::RULE,
    &origin_timeout::RULE,
    &response_too_large::RULE,
    &worker_or_transform::RULE,
    &wrong_origin::RULE,
    &connection_reset::RULE,
    &request_body_rejected::RULE,
    &tls_abort::RULE,
    &http2_origin::RULE,
    &malformed_response::RULE,
    &authenticated_origin_pulls::RULE,
    &edge_regional::RULE,
    &truncated_body::RULE,
    &origin_error::RULE,
    &wrong_port_or_scheme::RULE,
    &bad_content_length::RULE,
    &missing_headers::RULE,
    &idle_connection_reuse::RULE,
    &cache_rule::RULE,
    &cloudflare_incident::RULE,
    &not_520::RULE,
];

/// What can be wrong with the captures, by id.
pub static WARNINGS: &[&WarningRule] = &[
    &captured_far_apart::RULE,
    &captures_swapped::RULE,
    &clock_skew::RULE,
    &clocks_disagree::RULE,
    &different_site::RULE,
    &direct_blocked::RULE,
    &direct_certificate::RULE,
    &direct_still_proxied::RULE,
    &from_browser_cache::RULE,
    &no_error_codes::RULE,
    &no_failing_entry::RULE,
    &no_response_headers::RULE,
    &proxied_not_cloudflare::RULE,
    &ray_mismatch::RULE,
    &sanitized_export::RULE,
    &truncated_export::RULE,
    &unreadable_input::RULE,
];

/// A cause by its id.
pub fn cause(id: &str) -> Option<&'static Rule> {
    CAUSES.iter().find(|rule| rule.id == id).copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use fivetwenty_model::Status;

    use super::*;
    use crate::examples::examples;
    use crate::{Page, advice};

    /// Breaks when a rule says something else of an example than its page does.
    #[test]
    fn causes_do_what_their_pages_say() {
        let mut wrong = Vec::new();
        for rule in CAUSES {
            let mut seen = Vec::new();
            for example in examples(rule.page) {
                let diagnosis = example.case().diagnose();
                let finding = diagnosis.findings.iter().find(|(id, _)| id.id == rule.id).map(|(_, finding)| finding).unwrap();
                let word = match finding.not_reproduced {
                    Some(_) => "not-reproduced".to_owned(),
                    None => serde_json::to_value(finding.status).unwrap().as_str().unwrap().to_owned(),
                };
                if word != example.expected {
                    wrong.push(format!("{}: {}: {word} instead of {} ({})", rule.id, example.about, example.expected, finding.reason));
                }
                let open = matches!(finding.status, Status::CannotTell);
                assert!(open || !finding.evidence.is_empty(), "{}: {}: a finding cites evidence", rule.id, example.about);
                seen.push(finding.status);
            }
            let is_sure = |status: &Status| *status < Status::CannotTell;
            if !seen.iter().any(is_sure) || seen.iter().all(is_sure) {
                wrong.push(format!("{}: an example that shows it, and one that does not", rule.id));
            }
        }
        assert!(wrong.is_empty(), "{} examples:\n  {}", wrong.len(), wrong.join("\n  "));
    }

    /// Breaks when a warning fires or stays silent on an example otherwise than its page says.
    #[test]
    fn warnings_do_what_their_pages_say() {
        for rule in WARNINGS {
            let mut seen = Vec::new();
            for example in examples(rule.page) {
                let diagnosis = example.case().diagnose();
                let fired = diagnosis.warnings.iter().any(|(id, _)| id.id == rule.id);
                assert_eq!(if fired { "fires" } else { "silent" }, example.expected, "{}: {}", rule.id, example.about);
                seen.push(fired);
            }
            assert!(seen.contains(&true) && seen.contains(&false), "{}", rule.id);
        }
    }

    /// Breaks when a meaning of a log line speaks for a cause that has no rule, or names one twice: its lines would count for nothing.
    #[test]
    fn every_meaning_of_a_log_line_has_a_rule() {
        for meaning in fivetwenty_inputs::log_meanings() {
            for (at, id) in meaning.causes.iter().enumerate() {
                assert!(cause(id).is_some(), "{id} for {}", meaning.phrase);
                assert!(!meaning.causes[..at].contains(id), "{id} twice for {}", meaning.phrase);
            }
            assert!(meaning.means.ends_with('.'), "{}", meaning.phrase);
        }
    }

    /// Breaks when a page lacks a part, an id is not its file's, or stands twice.
    #[test]
    fn pages_are_whole() {
        let mut ids: Vec<&str> = Vec::new();
        for (id, page) in pages() {
            let text = page.text();
            assert!(text.starts_with(&format!("# {id}\n")), "{id}");
            for part in ["What it means", "How we know", "What to do", "Commands that prove it", "Sources", "Examples"] {
                assert!(text.contains(&format!("\n## {part}\n")), "{id}: {part}");
            }
            assert!(!ids.contains(&id), "{id}");
            ids.push(id);
        }
        assert!(WARNINGS.is_sorted_by_key(|rule| rule.id));
    }

    /// Breaks when people could not find a cause by its page: no title of its own that search engines show whole, nothing that they see of
    /// it, or no other cause to compare it with.
    #[test]
    fn causes_say_what_they_are_found_as() {
        let mut titles: Vec<String> = Vec::new();
        for rule in CAUSES {
            let found = rule.page.found_as().unwrap();
            let title = found.title.replace('`', "");
            assert!(title.chars().count() <= 65 && title.contains("rror 52"), "{}: {title}", rule.id);
            assert!(!titles.contains(&title), "{title} twice");
            titles.push(title);
            assert!(found.seen.len() >= 2 && found.compare.len() >= 2, "{}", rule.id);
            assert!(found.compare.iter().all(|id| *id != rule.id && cause(id).is_some()), "{}: {:?}", rule.id, found.compare);
        }
    }

    /// Breaks when a step or a test names no source, names one that the page does not link, or a source is never named.
    #[test]
    fn advice_has_its_sources() {
        for (id, page) in pages() {
            let (before, after) = page.text().split_once("\n## Sources\n").unwrap();
            let (sources, _) = after.split_once("\n## Examples\n").unwrap();
            let advice = &before[before.find("\n## What to do\n").unwrap()..];
            for line in advice.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())) {
                assert!(line.contains(" [^"), "{id}: no source: {line}");
            }
            assert!(page.steps(None).iter().all(|step| !step.sources.is_empty()), "{id}");
            let marks =
                |text: &str| text.split("[^").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0.to_owned())).collect::<Vec<_>>();
            for mark in marks(advice) {
                assert!(sources.contains(&format!("\n[^{mark}]: ")), "{id}: [^{mark}] is not among the sources");
            }
            for source in sources.lines().filter(|line| line.starts_with("[^")) {
                assert!(source.contains("<https://"), "{id}: no link: {source}");
                assert!(before.contains(&marks(source)[0]), "{id}: never named: {source}");
            }
            assert!(
                !page.tests().is_empty()
                    && page.tests().iter().flat_map(|test| test.commands.clone()).all(|command| !command.contains("[^")),
                "{id}"
            );
            assert!(page.tests().iter().all(|test| !test.decides.is_empty()), "{id}: what does the last command decide?");
            assert!(!page.steps(None).is_empty(), "{id}");
        }
    }

    /// Breaks when a page leaves something open that nothing fills in, or opens a quote that a path could close.
    #[test]
    fn what_pages_leave_open_is_known() {
        for (id, page) in pages() {
            let (advice, _) = page.text().split_once("\n## Sources\n").unwrap();
            for rest in advice.split('{').skip(1) {
                let name = rest.split('}').next().unwrap();
                let word = name.bytes().all(|letter| letter.is_ascii_lowercase());
                assert!(!word || advice::NAMES.contains(&name), "{id}: {{{name}}}");
            }
        }
    }

    pub(crate) fn pages() -> impl Iterator<Item = (&'static str, Page)> {
        let causes = CAUSES.iter().map(|rule| (rule.id, rule.page));
        causes.chain(WARNINGS.iter().map(|rule| (rule.id, rule.page)))
    }
}
