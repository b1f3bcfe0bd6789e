use std::rc::Rc;

use super::facts::Facts;
use super::finding::{Finding, Rule, Source, Status, Warning, WarningRule};
use super::rules::{CAUSES, WARNINGS};
use crate::compare::Pairing;
use crate::har::Capture;
use crate::order::by_key;

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
    /// What every rule found, ranked: by status, then by weight of evidence, then by how frequent the cause is.
    pub findings: Vec<(&'static Rule, Finding)>,
    /// What is wrong with the captures.
    pub warnings: Vec<(&'static WarningRule, Warning)>,
}

/// Pairs, diagnoses and ranks. The captures may be given the other way round: from here on *proxied* is the one that went through
/// Cloudflare.
pub fn diagnose(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>) -> Diagnosis {
    let exchanged = are_exchanged(proxied.as_deref(), direct.as_deref());
    let (proxied, direct) = if exchanged { (direct, proxied) } else { (proxied, direct) };
    let pairing = Pairing::new(proxied.as_deref(), direct.as_deref());
    let facts = Facts::new(proxied.as_deref(), direct.as_deref(), &pairing, exchanged);
    let findings: Vec<(&'static Rule, Finding)> = CAUSES.iter().map(|rule| (*rule, (rule.check)(&facts))).collect();
    let findings = by_key(findings, |(_, finding)| ((finding.status as u64) << 32) | (u64::from(u32::MAX) - finding.evidence.len() as u64));
    let warnings = WARNINGS.iter().flat_map(|rule| (rule.check)(&facts).into_iter().map(|warning| (*rule, warning))).collect();
    Diagnosis { proxied, direct, exchanged, pairing, findings, warnings }
}

impl Diagnosis {
    /// The facts again; they borrow from the captures.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(self.proxied.as_deref(), self.direct.as_deref(), &self.pairing, self.exchanged)
    }

    /// The entries that findings cite. They are few.
    pub fn cited(&self) -> Vec<(Source, u32)> {
        let evidence = self.findings.iter().flat_map(|(_, finding)| &finding.evidence);
        evidence.filter_map(|evidence| Some((evidence.source, evidence.entry?))).collect()
    }

    /// The leading finding, when it is likely or confirmed, and those that cannot be separated from it.
    pub fn verdict(&self) -> Option<(&(&'static Rule, Finding), Vec<&'static Rule>)> {
        let (first, rest) = self.findings.split_first()?;
        matches!(first.1.status, Status::Confirmed | Status::Likely).then(|| {
            let tied = rest.iter().filter(|(_, finding)| finding.status == first.1.status);
            (first, tied.map(|(rule, _)| *rule).collect())
        })
    }
}

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
fn are_exchanged(proxied: Option<&Capture>, direct: Option<&Capture>) -> bool {
    direct.and_then(went_through_cloudflare) == Some(true) && proxied.is_none_or(|proxied| went_through_cloudflare(proxied) == Some(false))
}
