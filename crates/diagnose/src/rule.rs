//! What a rule is, and what it can need.

use fivetwenty_model::{Responsible, Status};

use crate::facts::Facts;
use crate::finding::{Finding, Warning};
use crate::page::Page;

/// A fact that a rule cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A request that Cloudflare answered with its 520.
    Failing520,
    /// Direct requests that show how the origin answers. The sentence says so where there is no direct request at all.
    DirectAnswers(&'static str),
}

/// A cause of a 520 that can be found.
pub struct Rule {
    /// Stable: reports, tests and links use it.
    pub id: &'static str,
    /// The cause in a few words.
    pub title: &'static str,
    /// The verdict's sentence when this is the cause.
    pub headline: &'static str,
    /// Who can fix it.
    pub responsible: &'static [Responsible],
    /// What it cannot do without, asked in this order.
    pub needs: &'static [Needs],
    /// Looks at the facts, when there is all that it needs.
    pub check: fn(&Facts<'_>) -> Finding,
    /// What it means, how we know, what to do, the command that settles it, sources, and examples that the tests run.
    pub page: Page,
}

impl Rule {
    /// Its finding. Without a fact that it needs, the status is `CannotTell`.
    pub(crate) fn find(&self, facts: &Facts<'_>) -> Finding {
        let unmet = self.needs.iter().find_map(|need| need.unmet(facts));
        unmet.unwrap_or_else(|| (self.check)(facts))
    }
}

impl Needs {
    /// Only a direct request shows the fault.
    pub(crate) const DIRECT: Self = Self::DirectAnswers("Only a direct request shows it: a direct capture, or the command below.");

    /// The finding when the fact is missing: `CannotTell`, and why.
    pub(crate) fn unmet(self, facts: &Facts<'_>) -> Option<Finding> {
        match self {
            Self::Failing520 if !facts.failing_pairs().is_empty() => None,
            Self::Failing520 if facts.case.logs.is_some() => {
                Some(Finding::cannot_tell("No 520 was captured, and the logs alone don't show it."))
            }
            Self::Failing520 => Some(Finding::cannot_tell("No 520 was captured.")),
            Self::DirectAnswers(missing) if facts.direct.is_none() => Some(Finding::cannot_tell(missing)),
            Self::DirectAnswers(_) => facts.direct_is_no_evidence().map(|why| Finding::inferred(Status::CannotTell, why)),
        }
    }
}

/// Something that can be wrong with the captures.
pub struct WarningRule {
    /// Stable: reports, tests and links use it.
    pub id: &'static str,
    /// Looks at the facts.
    pub check: fn(&Facts<'_>) -> Vec<Warning>,
    /// Its page, as a [`Rule`]'s.
    pub page: Page,
}

#[cfg(test)]
mod tests {
    use crate::rules::{CAUSES, cause};
    use crate::{Case, Inputs};

    use super::*;

    /// Breaks when a rule is asked without what it needs, or the reason is not that of the first need.
    #[test]
    fn a_rule_without_what_it_needs_cannot_tell() {
        let diagnosis = Case::new(Inputs::default()).diagnose();
        let facts = diagnosis.facts();
        for rule in CAUSES {
            let expected = match rule.needs.first() {
                Some(Needs::Failing520) => "No 520 was captured.",
                Some(Needs::DirectAnswers(missing)) => missing,
                None => continue,
            };
            let finding = rule.find(&facts);
            assert_eq!((finding.status, finding.reason.as_str()), (Status::CannotTell, expected), "{}", rule.id);
            assert!(finding.evidence.is_empty(), "{}", rule.id);
        }
    }

    /// Breaks when direct requests count as answers though they went through Cloudflare.
    #[test]
    fn direct_requests_through_cloudflare_are_no_answers() {
        let text = r#"[{"request": {"method": "GET", "url": "https://shop.example/"},
            "response": {"status": 520, "headers": [{"name": "server", "value": "cloudflare"}]}}]"#;
        let capture = std::rc::Rc::new(fivetwenty_captures::har::Capture::read("a.har", [text.as_bytes()]).unwrap());
        let diagnosis = Case::new(Inputs::of_captures(Some(capture.clone()), Some(capture))).diagnose();
        let finding = cause("empty-reply").unwrap().find(&diagnosis.facts());
        assert_eq!(finding.status, Status::CannotTell);
        assert!(finding.reason.as_str().contains("went through Cloudflare too"), "{}", finding.reason);
    }
}
