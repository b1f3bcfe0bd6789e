//! The four texts to send: what somebody else has to know to find the cause, without asking back.
//!
//! Facts first; what the captures do not show is a gap to fill in. The order of the case is that of Cloudflare's form.

mod about;
mod community;
mod hosting;
mod letter;
mod owner;
mod sections;
mod support;
#[cfg(test)]
mod tests;

use fivetwenty_captures::Side;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_model::letter::{Letter, Letters, Masked, Taken};
use fivetwenty_model::report::Report;

use self::about::About;
use crate::writing::{Line, both, masked};

/// The case for Cloudflare's support alone.
pub(super) fn support(diagnosis: &Diagnosis, report: &Report) -> Letter {
    About::new(&diagnosis.facts(), report, diagnosis.case.offset, other(diagnosis)).support()
}

/// What fails with another error than a 520, though nothing fails as one does: an entry of the proxied capture.
fn other(diagnosis: &Diagnosis) -> Option<u32> {
    let other = diagnosis.leading().first().filter(|(rule, _)| rule.id == "not-520");
    other.and_then(|(_, finding)| finding.evidence.iter().find(|one| one.side == Some(Side::Proxied))?.index)
}

/// Writes them.
pub fn letters(diagnosis: &Diagnosis, report: &Report) -> Letters {
    let facts = diagnosis.facts();
    let about = About::new(&facts, report, diagnosis.case.offset, other(diagnosis));
    let url = about.url().map_or_else(String::new, |url| url.as_str().to_owned());
    let value =
        |(range, number, name): (std::ops::Range<usize>, u32, &str)| Masked { number, name: name.to_owned(), mask: url[range].to_owned() };
    let values = masked(&url).into_iter().map(value).collect();
    let steps = report.findings.iter().take(1).flat_map(|finding| &finding.steps).filter(|step| step.applies);
    let taken = |text| {
        let [plain, markdown] = both(Line::default().say(text));
        Taken { plain, markdown }
    };
    Letters {
        support: about.support(),
        hosting: about.hosting(),
        community: about.community(),
        owner: about.owner(),
        entry: about.failing.map(|failing| failing.index),
        values,
        url,
        steps: steps.map(|step| taken(step.text.clone())).collect(),
    }
}
