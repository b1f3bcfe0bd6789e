//! The only module that makes what leaves the page, and only from [`Redacted`](crate::redact::Redacted).

mod build;
mod checklist;
pub mod files;
#[cfg(test)]
mod hostile;
mod html;
mod inputs;
mod letters;
mod markdown;
mod measures;
mod own;
mod plan;
pub mod report;
mod text;
mod writing;

pub(crate) use build::ray_row;
pub use build::report;
pub use html::to_html;
pub use letters::{Letter, Letters, letters};
pub use markdown::to_markdown;
pub use plan::{Plan, PlannedCapture, PlannedText, RedactedText, Which};
pub use text::{to_json, to_text};
