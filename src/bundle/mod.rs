//! The only module that makes what leaves the page, and only from [`Redacted`](crate::redact::Redacted).

mod build;
mod measures;
pub mod report;
mod text;

pub use build::report;
pub use text::{to_json, to_text};
