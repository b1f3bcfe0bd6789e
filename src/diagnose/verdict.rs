use std::rc::Rc;

use super::after::{After, after};
use super::facts::Facts;
use super::finding::{Finding, Rule, Source, Status, Warning, WarningRule};
use super::logs::Logs;
use super::rules::{CAUSES, WARNINGS};
use serde::{Deserialize, Serialize};

use crate::compare::Pairing;
use crate::har::Capture;
use crate::order::by_key;
use crate::paste::Input;

/// Everything that was found in two captures.
pub struct Diagnosis {
    /// The capture that went through Cloudflare.
    pub proxied: Option<Rc<Capture>>,
    /// The other one.
    pub direct: Option<Rc<Capture>>,
    /// The two had been given the other way round.
    pub exchanged: bool,
    /// Which entries are the same request.
    pub pairing: Pairing,
    /// What every rule found, ranked: by status, then seen before inferred, then by how frequent the cause is.
    pub findings: Vec<(&'static Rule, Finding)>,
    /// What is wrong with the captures.
    pub warnings: Vec<(&'static WarningRule, Warning)>,
    /// A later capture through Cloudflare, with what became of the failing requests.
    pub after: Option<After>,
    /// What was given beside the captures.
    pub beside: Beside,
}

/// What is given beside the captures.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Texts, with what was understood of them. The requests that they tell of have been put behind those of the captures
    /// ([`crate::paste::attach`]).
    pub inputs: Vec<Rc<Input>>,
    /// Minutes that the clock of the origin's logs runs ahead of UTC, for lines that do not say it.
    pub ahead: i32,
}

/// A file that nothing could be read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The file's name.
    pub name: Box<str>,
    /// Which side it was given as, when that was said.
    pub source: Option<Source>,
    /// Where, what was expected, and what was there.
    pub problem: Box<str>,
}

/// Pairs, diagnoses and ranks. The captures may be given the other way round: from here on *proxied* is the one that went through
/// Cloudflare.
pub fn diagnose(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>) -> Diagnosis {
    diagnose_beside(proxied, direct, Beside::default())
}

/// As [`diagnose`], when other things were given too.
pub fn diagnose_beside(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>, mut beside: Beside) -> Diagnosis {
    let exchanged = are_exchanged(proxied.as_deref(), direct.as_deref());
    let (proxied, direct) = if exchanged { (direct, proxied) } else { (proxied, direct) };
    let pairing = Pairing::new(proxied.as_deref(), direct.as_deref());
    if exchanged {
        for file in &mut beside.unreadable {
            file.source = file.source.map(|source| if source == Source::Proxied { Source::Direct } else { Source::Proxied });
        }
    }
    let facts = Facts::new(proxied.as_deref(), direct.as_deref(), &pairing, exchanged).beside(&beside.unreadable, &beside.inputs);
    let logs = Logs::new(&facts, beside.ahead);
    let findings: Vec<(&'static Rule, Finding)> = CAUSES.iter().map(|rule| (*rule, logs.weigh(rule.id, (rule.check)(&facts)))).collect();
    let findings = by_key(findings, |(_, finding)| (finding.status as u64) << 8 | finding.basis as u64);
    let warnings = WARNINGS.iter().flat_map(|rule| (rule.check)(&facts).into_iter().map(|warning| (*rule, warning))).collect();
    Diagnosis { proxied, direct, exchanged, pairing, findings, warnings, after: None, beside }
}

impl Diagnosis {
    /// With a later capture through Cloudflare beside it.
    pub fn with_after(mut self, later: &Rc<Capture>) -> Self {
        self.after = after(&self.facts(), later);
        self
    }

    /// The facts again; they borrow from the captures.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(self.proxied.as_deref(), self.direct.as_deref(), &self.pairing, self.exchanged)
            .beside(&self.beside.unreadable, &self.beside.inputs)
    }

    /// The entries that findings cite. They are few.
    pub fn cited(&self) -> Vec<(Source, u32)> {
        let evidence = self.findings.iter().flat_map(|(_, finding)| &finding.evidence);
        evidence.filter_map(|evidence| Some((evidence.source, evidence.entry?))).collect()
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

/// Whether a capture went through Cloudflare: any answer of its site did. `None` when its exporter wrote no headers that would tell.
pub fn went_through_cloudflare(capture: &Capture) -> Option<bool> {
    let pairing = Pairing::default();
    let seen = Facts::new(Some(capture), None, &pairing, false).proxied?;
    // A broken origin may give no answer at all.
    let tells = seen.headers_known || seen.answered().next().is_none();
    let via_cloudflare = !seen.via_cloudflare.is_empty();
    (tells || via_cloudflare).then_some(via_cloudflare)
}

/// The direct capture went through Cloudflare and the proxied one did not, or there is none.
pub(crate) fn are_exchanged(proxied: Option<&Capture>, direct: Option<&Capture>) -> bool {
    direct.and_then(went_through_cloudflare) == Some(true) && proxied.is_none_or(|proxied| went_through_cloudflare(proxied) == Some(false))
}
