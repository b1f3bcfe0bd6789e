use super::facts::{Facts, Seen};
use super::finding::{Finding, Rule, Status, Warning, WarningRule};
use super::rules::{CAUSES, WARNINGS};
use crate::compare::Pairing;
use crate::har::Capture;
use crate::protocol::Side;

/// Everything that was found in two captures.
pub struct Diagnosis {
    /// The capture that went through Cloudflare.
    pub proxied: Option<Capture>,
    /// The other one.
    pub direct: Option<Capture>,
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
pub fn diagnose(proxied: Option<Capture>, direct: Option<Capture>) -> Diagnosis {
    let exchanged = are_exchanged(proxied.as_ref(), direct.as_ref());
    let (proxied, direct) = if exchanged { (direct, proxied) } else { (proxied, direct) };
    let pairing = Pairing::new(proxied.as_ref(), direct.as_ref());
    let facts = Facts::new(proxied.as_ref(), direct.as_ref(), &pairing, exchanged);
    let mut findings: Vec<(&'static Rule, Finding)> = CAUSES.iter().map(|rule| (*rule, (rule.check)(&facts))).collect();
    findings.sort_by_key(|(_, finding)| (finding.status, std::cmp::Reverse(finding.evidence.len())));
    let warnings = WARNINGS.iter().flat_map(|rule| (rule.check)(&facts).into_iter().map(|warning| (*rule, warning))).collect();
    Diagnosis { proxied, direct, exchanged, pairing, findings, warnings }
}

impl Diagnosis {
    /// The facts again; they borrow from the captures.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(self.proxied.as_ref(), self.direct.as_ref(), &self.pairing, self.exchanged)
    }

    /// The leading finding, when it is likely or confirmed, and those that cannot be separated from it.
    pub fn verdict(&self) -> Option<(&(&'static Rule, Finding), Vec<&'static Rule>)> {
        let (first, rest) = self.findings.split_first()?;
        matches!(first.1.status, Status::Confirmed | Status::Likely).then(|| {
            let tied = rest.iter().filter(|(_, finding)| finding.status == first.1.status);
            (first, tied.map(|(rule, _)| *rule).collect())
        })
    }

    /// A side's capture.
    pub fn capture(&self, side: Side) -> Option<&Capture> {
        match side {
            Side::Proxied => self.proxied.as_ref(),
            Side::Direct => self.direct.as_ref(),
        }
    }
}

/// The direct capture went through Cloudflare and the proxied one did not, or there is none.
///
/// "Did not" can be said when its exporter wrote headers, or when it holds no answer at all: a broken origin may give none.
fn are_exchanged(proxied: Option<&Capture>, direct: Option<&Capture>) -> bool {
    let pairing = Pairing::default();
    let seen = |capture| Facts::new(Some(capture), None, &pairing, false).proxied;
    let via_cloudflare = |seen: &Seen<'_>| !seen.via_cloudflare.is_empty();
    if !direct.and_then(seen).is_some_and(|direct| via_cloudflare(&direct)) {
        return false;
    }
    match proxied.and_then(seen) {
        None => true,
        Some(proxied) => !via_cloudflare(&proxied) && (proxied.headers_known || proxied.answered().next().is_none()),
    }
}
