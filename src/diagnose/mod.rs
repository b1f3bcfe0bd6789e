//! From two captures to causes with their evidence: [`Facts`] are worked out once, every [`Rule`] looks at them and gives a [`Finding`].
//!
//! It sees captures and their pairing, never bytes, and knows no clock.

pub mod advice;
mod after;
mod clock;
mod facts;
mod fault;
mod finding;
mod logs;
mod origin_side;
mod page;
pub mod pattern;
mod request;
mod rules;
mod time_out;
mod verdict;
mod wait;

pub use after::{After, Fate, Followed, Tries};
pub use facts::{Facts, Seen, answered_by_cloudflare, colo, is_failing, ray};
pub(crate) use facts::{is_of_site, site};
pub use finding::{Acts, Basis, Evidence, Field, Finding, Rule, Source, Speaks, Status, Warning, WarningRule};
pub use page::{Page, Test};
pub use pattern::Pattern;
pub use rules::{CAUSES, WARNINGS, cause};
pub use time_out::{Ends, TIME_OUTS, TimeOut};
pub(crate) use verdict::are_exchanged;
pub use verdict::{Beside, Diagnosis, Leading, Unreadable, diagnose, diagnose_beside, went_through_cloudflare};
pub use wait::waited;
