//! The four texts to copy: what somebody else has to know to find out why it fails, so that they need not ask back.
//!
//! Facts first; what the captures cannot tell stands as a gap to fill in. The order of the case is that of Cloudflare's form.

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
use fivetwenty_model::report::Report;
use serde::{Deserialize, Serialize};

pub use self::letter::Letter;

use about::About;

/// The four texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// A case for Cloudflare's support, in the order in which its form asks.
    pub support: Letter,
    /// To whoever runs the origin.
    pub hosting: Letter,
    /// For everybody to read: no address of the origin, nobody's data.
    pub community: Letter,
    /// From a visitor to the site's owner.
    pub owner: Letter,
}

/// Writes them.
pub fn letters(diagnosis: &Diagnosis, report: &Report) -> Letters {
    let facts = diagnosis.facts();
    // What fails with another error than a 520, though nothing fails as one does.
    let other = diagnosis.leading().first().filter(|(rule, _)| rule.id == "not-520");
    let other = other.and_then(|(_, finding)| finding.evidence.iter().find(|one| one.side == Some(Side::Proxied))?.index);
    let about = About::new(&facts, report, diagnosis.case.offset, other);
    Letters { support: about.support(), hosting: about.hosting(), community: about.community(), owner: about.owner() }
}
