use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Pairing;
use fivetwenty_captures::har::Capture;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::Status;

use crate::after::{After, after};
use crate::case::Case;
use crate::facts::Facts;
use crate::finding::{Finding, Warning};
use crate::flaw;
use crate::from_logs;
use crate::logs::Logs;
use crate::precedence;
use crate::rule::{Rule, WarningRule};
use crate::rules::{CAUSES, WARNINGS};

/// Everything that was found in a case.
pub struct Diagnosis {
    /// The case itself.
    pub case: Case,
    /// Which requests of the two sides are the same.
    pub pairing: Pairing,
    /// What every rule found, ranked: by status, then seen before inferred, then by how frequent the cause is.
    pub findings: Vec<(&'static Rule, Finding)>,
    /// What is wrong with the captures.
    pub warnings: Vec<(&'static WarningRule, Warning)>,
    /// What became of the failing requests in a capture that was recorded after a fix.
    pub after: Option<After>,
}

impl Case {
    /// Pairs the two sides, asks every rule, and ranks what they found.
    pub fn diagnose(self) -> Diagnosis {
        let pairing = {
            let entries = |side| self.observations(side).map(|observation| observation.entry);
            Pairing::of_site(entries(Side::Proxied), entries(Side::Direct), &self.site.hosts)
        };
        Diagnosis::new(self, pairing)
    }
}

impl Diagnosis {
    /// Asks every rule, and ranks.
    fn new(case: Case, pairing: Pairing) -> Self {
        let (findings, warnings, after) = {
            let facts = Facts::new(&case, &pairing);
            let logs = Logs::new(&facts, case.offset);
            let found: Vec<(&'static Rule, Finding)> =
                CAUSES.iter().map(|rule| (*rule, flaw::weigh(&facts, rule.id, rule.find(&facts)))).collect();
            let weigh = |(rule, finding): (&'static Rule, Finding)| (rule, from_logs::weigh(&facts, rule.id, logs.weigh(rule.id, finding)));
            let mut findings: Vec<_> = precedence::apply(&facts, &found).into_iter().map(weigh).collect();
            sort_by_key(&mut findings, |(_, finding)| (finding.status, finding.basis));
            let warnings = WARNINGS.iter().flat_map(|rule| (rule.check)(&facts).into_iter().map(|warning| (*rule, warning))).collect();
            (findings, warnings, case.capture(Side::After).and_then(|capture| after(&facts, capture)))
        };
        Self { case, pairing, findings, warnings, after }
    }

    /// The facts again; they borrow from the case.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(&self.case, &self.pairing)
    }

    /// The capture of a side.
    pub fn capture(&self, side: Side) -> Option<&Rc<Capture>> {
        self.case.capture(side)
    }

    /// The requests that findings cite, each by its side and its index there. They are few.
    pub fn cited(&self) -> Vec<(Side, u32)> {
        let evidence = self.findings.iter().flat_map(|(_, finding)| &finding.evidence);
        evidence.filter_map(|evidence| Some((evidence.side?, evidence.index?))).collect()
    }

    /// The findings at the top of the ranking that nothing seen separates, the most frequent cause first; empty when none is even possible.
    pub fn leading(&self) -> Leading<'_> {
        let open = |finding: &Finding| finding.status < Status::CannotTell;
        let first = self.findings.first().map(|(_, finding)| (finding.status, finding.basis));
        let equal = self.findings.iter().take_while(|(_, finding)| open(finding) && first == Some((finding.status, finding.basis)));
        &self.findings[..equal.count()]
    }
}

/// Rules with what they found, of one status and one basis.
pub type Leading<'a> = &'a [(&'static Rule, Finding)];
