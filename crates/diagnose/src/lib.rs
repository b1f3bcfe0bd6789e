//! From a case to causes with their evidence: a [`Case`] holds what was given, [`Facts`] are worked out once, every [`Rule`] looks at them
//! and gives a [`Finding`].
//!
//! Knows nothing of bytes, of how a report is written, of the browser, and of a clock.

pub mod advice;
mod after;
mod attempts;
mod body;
mod case;
mod clock;
pub mod counts;
mod diagnosis;
#[cfg(test)]
mod examples;
mod facts;
mod fault;
mod field;
mod finding;
mod flaw;
mod from_logs;
mod gathered;
mod lasted;
mod logs;
mod origin_side;
mod page;
pub mod pattern;
mod precedence;
#[cfg(test)]
mod prose;
mod request;
mod retried;
mod rule;
mod rules;
mod servers;
mod sought;
mod timeout;
mod wait;

pub use after::{After, Followed, Resolution, Tries};
pub use case::{Captures, Case, CaseError, GivenCapture, Inputs, Observation, assign, site};
pub use clock::When;
pub use diagnosis::{Diagnosis, Leading};
pub use facts::Facts;
pub use field::Field;
pub use finding::{Evidence, Finding, Warning};
pub use gathered::Gathered;
pub use logs::of_failing;
#[cfg(target_arch = "wasm32")]
pub use page::set_pages;
pub use page::{CaseSteps, FoundAs, Page, Step, Test};
pub use pattern::Pattern;
pub use rule::{Needs, Rule, WarningRule};
pub use rules::{CAUSES, WARNINGS, cause};
pub use servers::servers;
pub use sought::sought;
pub use timeout::{Ends, TIMEOUTS, Timeout};
pub use wait::waited;

/// Diagnoses two captures, each given as what it is.
#[cfg(test)]
pub(crate) fn diagnose(
    proxied: Option<std::rc::Rc<fivetwenty_captures::har::Capture>>,
    direct: Option<std::rc::Rc<fivetwenty_captures::har::Capture>>,
) -> Diagnosis {
    Case::new(Inputs::of_captures(proxied, direct)).diagnose()
}
