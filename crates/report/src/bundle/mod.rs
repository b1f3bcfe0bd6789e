//! The support bundle: its plan, its files, and the check that nothing that was removed is in them.

mod baseline;
mod error;
mod files;
mod manifest;
mod plan;
#[cfg(test)]
mod tests;
mod writer;

pub use error::BundleError;
pub use files::Bundle;
pub use manifest::{BundleFile, MANIFEST_SCHEMA, TrimmedRow};
pub use plan::{RedactedText, plan, redacted_texts};
pub use writer::{GiveText, HarFile, HarWriter, MAX_BYTES, Survey, Surveying, Writing, first_tokens};
