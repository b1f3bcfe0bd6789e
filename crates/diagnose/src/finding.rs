//! What rules find: causes with their evidence, and warnings about the captures.

use fivetwenty_captures::Side;
use fivetwenty_model::report::Retry;
use fivetwenty_model::{Basis, Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

/// What a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How sure it is.
    pub status: Status,
    /// The origin was asked and did not show the fault: a `CannotTell` that is said as "Not reproduced".
    pub not_reproduced: Option<Retry>,
    /// The fault was seen for every request that fails through Cloudflare.
    pub explains_all: bool,
    /// Whether the fault itself was seen.
    pub basis: Basis,
    /// Why, in one sentence.
    pub reason: Redacted<String>,
    /// The verdict's sentence when it depends on what was found; else the rule's own.
    pub headline: Option<Redacted<String>>,
    /// Who must act when it is not whom the rule names.
    pub responsible: Option<&'static [Responsible]>,
    /// The part of the page's advice that is for this case: the key of a heading `#### key: …` under *What to do*.
    pub case: Option<&'static str>,
    /// What it rests on, most telling first.
    pub evidence: Vec<Evidence>,
}

/// What is wrong with a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Which capture; both when there is none.
    pub side: Option<Side>,
    /// One or two sentences.
    pub detail: Redacted<String>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// From which side it was seen; `None` when a text tells it that shows no request.
    pub side: Option<Side>,
    /// The index among all that was seen from that side; without a side the number among all extracts of the texts.
    pub index: Option<u32>,
    /// What was looked at.
    pub field: Redacted<String>,
    /// What it said, as far as that may leave.
    pub value: Redacted<String>,
    /// Which way it points.
    pub polarity: Polarity,
}

impl Finding {
    /// A finding without evidence yet, of a fault that itself was looked for.
    pub fn seen(status: Status, reason: Redacted<String>) -> Self {
        Self {
            status,
            not_reproduced: None,
            explains_all: false,
            basis: Basis::Seen,
            reason,
            headline: None,
            responsible: None,
            case: None,
            evidence: Vec::new(),
        }
    }

    /// A finding without evidence yet that follows from which requests fail.
    pub fn inferred(status: Status, reason: Redacted<String>) -> Self {
        Self { basis: Basis::Inferred, ..Self::seen(status, reason) }
    }

    /// The evidence that would decide is missing.
    pub fn cannot_tell(why: &'static str) -> Self {
        Self::inferred(Status::CannotTell, Redacted::fixed(why))
    }

    /// Whether the fault was looked for and not seen.
    pub(crate) fn is_negative(&self) -> bool {
        self.status == Status::RuledOut || self.not_reproduced.is_some()
    }

    /// With these pieces of evidence added.
    pub fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// The first entry of a side that it rests on.
    pub(crate) fn first_cited(&self, side: Side) -> Option<u32> {
        self.evidence.iter().find(|evidence| evidence.side == Some(side))?.index
    }

    /// With a verdict's sentence of its own.
    pub fn headline(self, headline: Redacted<String>) -> Self {
        Self { headline: Some(headline), ..self }
    }

    /// With the advice of this case only, the key of a heading of the rule's page.
    pub fn case(self, key: &'static str) -> Self {
        Self { case: Some(key), ..self }
    }

    /// With others than the rule names to fix it.
    pub fn responsible(self, responsible: &'static [Responsible]) -> Self {
        Self { responsible: Some(responsible), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(side: Option<Side>, index: u32) -> Evidence {
        let (field, value) = (Redacted::fixed("response.status"), Redacted::fixed("520"));
        Evidence { side, index: Some(index), field, value, polarity: Polarity::Supports }
    }

    /// Breaks when what a finding says of itself changes what it rests on, or evidence replaces what was there.
    #[test]
    fn a_finding_keeps_what_it_has() {
        let finding = Finding::seen(Status::Likely, Redacted::fixed("It was seen."))
            .with([evidence(None, 4), evidence(Some(Side::Proxied), 3)])
            .with(Some(evidence(Some(Side::Direct), 2)))
            .headline(Redacted::fixed("A headline."))
            .case("kept")
            .responsible(&[Responsible::Dns]);
        assert_eq!((finding.status, finding.basis, finding.reason.as_str()), (Status::Likely, Basis::Seen, "It was seen."));
        assert_eq!(finding.evidence.iter().filter_map(|evidence| evidence.index).collect::<Vec<_>>(), [4, 3, 2]);
        assert_eq!((finding.case, finding.responsible), (Some("kept"), Some(&[Responsible::Dns][..])));
    }

    /// Breaks when the first cited entry is one of another side, or of a text.
    #[test]
    fn the_first_cited_entry_is_of_the_side_asked_for() {
        let finding = Finding::cannot_tell("Nothing shows it.");
        assert_eq!((finding.status, finding.basis, finding.first_cited(Side::Direct)), (Status::CannotTell, Basis::Inferred, None));
        let finding = finding.with([evidence(None, 4), evidence(Some(Side::Proxied), 3), evidence(Some(Side::Direct), 2)]);
        assert_eq!((finding.first_cited(Side::Direct), finding.first_cited(Side::Proxied)), (Some(2), Some(3)));
    }
}
