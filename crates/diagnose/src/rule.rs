use fivetwenty_model::Responsible;

use crate::facts::Facts;
use crate::finding::{Finding, Warning};
use crate::page::Page;

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
    /// Looks at the facts.
    pub check: fn(&Facts<'_>) -> Finding,
    /// What it means, how we know, what to do, the command that settles it, sources, and examples that the tests run.
    pub page: Page,
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
