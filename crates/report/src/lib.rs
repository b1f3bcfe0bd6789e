//! The report in all its forms, the texts to send, and the files of a support bundle. Each is made of [`Redacted`] values only.
//!
//! Nothing here finds causes, opens files, or knows the browser.
//!
//! [`Redacted`]: fivetwenty_redact::Redacted

mod build;
pub mod bundle;
mod checklist;
mod explain;
mod from_logs;
mod full;
#[cfg(test)]
mod hostile;
mod html;
mod inputs;
mod letters;
mod logs;
mod measures;
mod minutes;
mod pairs;
mod piece;
mod plots;
#[cfg(test)]
mod prose;
mod rays;
mod short;

mod verdict;
mod view;
mod writing;

pub use build::report;
pub use explain::explain;
pub use full::{to_full, to_json};
pub use html::to_html;
pub use letters::letters;
pub use rays::ray_row;
pub use short::{MAX_LINES, to_markdown, to_text};
pub use view::logs_view;
