//! The report in all its forms, the texts to send, and the files of a support bundle. Each is made of [`Redacted`] values only.
//!
//! Nothing here finds causes, opens files, or knows the browser.
//!
//! [`Redacted`]: fivetwenty_redact::Redacted

mod build;
pub mod bundle;
mod checklist;
#[cfg(test)]
mod hostile;
mod html;
mod inputs;
mod letters;
mod markdown;
mod measures;
mod minutes;
mod pairs;
mod piece;
mod rays;
mod text;
mod verdict;
mod writing;

pub use build::report;
pub use html::to_html;
pub use letters::{Letter, Letters, letters};
pub use markdown::to_markdown;
pub use rays::ray_row;
pub use text::{to_json, to_text};
