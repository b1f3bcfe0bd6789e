//! Every rule there is. One file a rule, one page beside it that documents it and is its test; listing it here runs it.

mod advice;
mod captures_swapped;
mod direct_blocked;
mod direct_still_proxied;
mod empty_reply;
mod headers_too_large;
mod no_failing_entry;
mod no_response_headers;
mod not_520;
mod proxied_not_cloudflare;
mod sanitized_export;

use super::finding::{Rule, WarningRule};

/// The causes, the most frequent first: the order within a tie, never evidence.
pub static CAUSES: &[&Rule] = &[&headers_too_large::RULE, &empty_reply::RULE, &not_520::RULE];

/// What can be wrong with the captures, by id.
pub static WARNINGS: &[&WarningRule] = &[
    &captures_swapped::RULE,
    &direct_blocked::RULE,
    &direct_still_proxied::RULE,
    &no_failing_entry::RULE,
    &no_response_headers::RULE,
    &proxied_not_cloudflare::RULE,
    &sanitized_export::RULE,
];

/// A cause by its id.
pub fn cause(id: &str) -> Option<&'static Rule> {
    CAUSES.iter().find(|rule| rule.id == id).copied()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::{Status, diagnose};
    use super::*;
    use crate::har::Capture;

    /// An example of a page: its heading, and the captures under it.
    struct Example<'a> {
        expected: &'a str,
        about: &'a str,
        proxied: Option<Rc<Capture>>,
        direct: Option<Rc<Capture>>,
    }

    fn examples(page: &str) -> Vec<Example<'_>> {
        let (_, text) = page.split_once("\n## Examples\n").expect("a page ends with its examples");
        let sections = text.split("\n### ").skip(1);
        let read = |section: &str, side: &str| {
            let (_, rest) = section.split_once(&format!("```json {side}\n"))?;
            let (text, _) = rest.split_once("```").expect("an example is closed");
            Some(Rc::new(Capture::read(side, [text.as_bytes()]).unwrap_or_else(|error| panic!("{error}: {text}"))))
        };
        sections
            .map(|section| {
                let heading = section.lines().next().unwrap_or_default();
                let (expected, about) = heading.split_once(": ").expect("a heading says what is expected, a colon, and why");
                Example { expected, about, proxied: read(section, "proxied"), direct: read(section, "direct") }
            })
            .collect()
    }

    /// Breaks when a rule says something else of an example than its page does.
    #[test]
    fn causes_do_what_their_pages_say() {
        for rule in CAUSES {
            let mut seen = Vec::new();
            for example in examples(rule.page) {
                let diagnosis = diagnose(example.proxied, example.direct);
                let finding = diagnosis.findings.iter().find(|(id, _)| id.id == rule.id).map(|(_, finding)| finding).unwrap();
                let status = serde_json::to_value(finding.status).unwrap();
                assert_eq!(status, example.expected, "{}: {} ({})", rule.id, example.about, finding.reason);
                let open = matches!(finding.status, Status::CannotTell);
                assert!(open || !finding.evidence.is_empty(), "{}: {}: a finding cites evidence", rule.id, example.about);
                seen.push(finding.status);
            }
            assert!(
                seen.contains(&Status::Confirmed) && seen.contains(&Status::RuledOut) && seen.contains(&Status::CannotTell),
                "{}",
                rule.id
            );
        }
    }

    /// Breaks when a warning fires or stays silent on an example otherwise than its page says.
    #[test]
    fn warnings_do_what_their_pages_say() {
        for rule in WARNINGS {
            let mut seen = Vec::new();
            for example in examples(rule.page) {
                let diagnosis = diagnose(example.proxied, example.direct);
                let fired = diagnosis.warnings.iter().any(|(id, _)| id.id == rule.id);
                assert_eq!(if fired { "fires" } else { "silent" }, example.expected, "{}: {}", rule.id, example.about);
                seen.push(fired);
            }
            assert!(seen.contains(&true) && seen.contains(&false), "{}", rule.id);
        }
    }

    /// Breaks when a page lacks a part, an id is not its file's, or stands twice.
    #[test]
    fn pages_are_whole() {
        let causes = CAUSES.iter().map(|rule| (rule.id, rule.page));
        let warnings = WARNINGS.iter().map(|rule| (rule.id, rule.page));
        let mut ids: Vec<&str> = Vec::new();
        for (id, page) in causes.chain(warnings) {
            assert!(page.starts_with(&format!("# {id}\n")), "{id}");
            for part in ["What it means", "How we know", "What to do", "The command that settles it", "Sources", "Examples"] {
                assert!(page.contains(&format!("\n## {part}\n")), "{id}: {part}");
            }
            assert!(!ids.contains(&id), "{id}");
            ids.push(id);
        }
        assert!(WARNINGS.is_sorted_by_key(|rule| rule.id));
    }
}
