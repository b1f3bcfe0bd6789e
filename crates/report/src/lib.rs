//! Writes what leaves: the report, the texts to send, and the files of a support bundle; only from [`Redacted`](fivetwenty_redact::Redacted).
//!
//! Knows nothing of how causes are found, of files, of the browser.

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
mod text;
mod writing;

pub use build::{ray_row, report};
pub use html::to_html;
pub use letters::{Letter, Letters, letters};
pub use markdown::to_markdown;
pub use text::{to_json, to_text};
