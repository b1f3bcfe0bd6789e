//! What a rule's page says, as text for a terminal: without a case, in words that hold for every site.

use std::fmt::Write as _;

use fivetwenty_diagnose::{Case, Facts, Inputs, Page, Step, WARNINGS, advice, cause};
use fivetwenty_model::Group;

use crate::verdict::who;

/// The page of a cause or of a check of the captures, by its id. Markdown's marks for code stay.
pub fn explain(id: &str) -> Option<String> {
    let diagnosis = Case::new(Inputs::default()).diagnose();
    let facts = diagnosis.facts();
    let rule = cause(id);
    let (id, page) = match rule {
        Some(rule) => (rule.id, rule.page),
        None => WARNINGS.iter().find(|rule| rule.id == id).map(|rule| (rule.id, rule.page))?,
    };
    let mut out = Out { text: String::new(), facts: &facts, page, sources: Vec::new() };
    out.line(format_args!("{id}: {}", rule.map_or("a check of the captures", |rule| rule.title)));
    if let Some(rule) = rule {
        if let Some((likelihood, difficulty)) = page.standing() {
            out.line(format_args!("How often: {} · Fix: {} · Who: {}", likelihood.label(), difficulty.label(), who(rule.responsible)));
        }
        if let Some(found) = page.found_as() {
            out.heading("What you may see");
            found.seen.iter().for_each(|seen| out.item("- ", seen));
        }
    }
    out.heading("What it means");
    out.prose(page.part("What it means"));
    out.heading("What to do");
    out.steps(&if rule.is_some() { page.all_steps(None) } else { page.steps(None) });
    for case in page.cases() {
        out.line(format_args!("\n{}: {}", case.key, case.says));
        out.steps(&case.steps);
    }
    out.heading("Commands that prove it");
    for test in page.tests() {
        for command in test.commands {
            let command = advice::fill(out.facts, command);
            out.line(format_args!("    {command}"));
        }
        out.item("  ", test.decides);
    }
    out.heading("How fivetwenty recognises it");
    out.prose(page.part("How we know"));
    out.heading("Sources");
    for (number, (title, address)) in (1..).zip(std::mem::take(&mut out.sources)) {
        out.line(format_args!("[{number}] {title} <{address}>"));
    }
    Some(out.text)
}

struct Out<'a> {
    text: String,
    facts: &'a Facts<'a>,
    page: Page,
    /// Titles and addresses, in the order of their numbers.
    sources: Vec<(&'static str, &'static str)>,
}

impl Out<'_> {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn heading(&mut self, heading: &str) {
        self.line(format_args!("\n{heading}"));
    }

    fn item(&mut self, mark: &str, text: &'static str) {
        let text = self.filled(text);
        self.line(format_args!("{mark}{text}"));
    }

    /// Paragraphs, lists and tables, as Markdown has them.
    fn prose(&mut self, text: &'static str) {
        let text = self.filled(text.trim());
        self.line(format_args!("{text}"));
    }

    fn steps(&mut self, steps: &[Step]) {
        let mut last: Option<(Group, Option<_>)> = None;
        for (number, step) in (1..).zip(steps) {
            if last.is_none_or(|(group, _)| group != step.group) {
                self.line(format_args!("  {}", step.group.label()));
            }
            if let Some(server) = step.server.filter(|_| last != Some((step.group, step.server))) {
                self.line(format_args!("  {}, {}", step.group.label(), server.label()));
            }
            last = Some((step.group, step.server));
            let text = self.filled(step.text);
            let marks: String = step.sources.iter().map(|source| self.mark(*source)).collect();
            let (effort, risk, who) = (step.effort.label(), step.risk.label(), step.who.label());
            self.line(format_args!("  {number}. {text} {marks} ({effort} · {risk} · {who})"));
        }
    }

    /// The text with what it leaves open, and with numbers for its sources.
    fn filled(&mut self, text: &'static str) -> String {
        let text = advice::for_every_site(self.facts, text);
        let mut parts = text.split("[^");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once(']').and_then(|(mark, rest)| Some((self.page.source(mark)?, rest))) {
                Some((source, rest)) => out.extend([&*self.mark(source), rest]),
                None => out.extend(["[^", part]),
            }
        }
        out
    }

    fn mark(&mut self, source: (&'static str, &'static str)) -> String {
        let place = self.sources.iter().position(|(_, address)| *address == source.1).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        format!("[{}]", place + 1)
    }
}

#[cfg(test)]
mod tests {
    use fivetwenty_diagnose::CAUSES;

    use super::*;

    /// Breaks when a page cannot be printed, leaves a name or a source open, or lacks one of its parts.
    #[test]
    fn every_page_is_whole() {
        let ids = CAUSES.iter().map(|rule| rule.id).chain(WARNINGS.iter().map(|rule| rule.id));
        for id in ids {
            let text = explain(id).unwrap();
            assert!(text.starts_with(&format!("{id}: ")), "{id}");
            assert!(!text.contains("[^") && !text.contains("{url}") && !text.contains("{host}"), "{id}: {text}");
            for part in ["What it means", "What to do", "Commands that prove it", "Sources\n[1] "] {
                assert!(text.contains(&format!("\n{part}")), "{id}: {part}");
            }
        }
        assert_eq!(explain("../../etc/passwd"), None);
    }
}
