//! The support bundle: its plan, its files, and the check that nothing that was removed is in them.

mod baseline;
mod files;
mod plan;

pub use files::{Bundle, BundleFile, GiveText, HarFile, HarWriter, MANIFEST_SCHEMA, MAX_BYTES, TrimmedRow, Writing, first_tokens};
pub use plan::{RedactedText, plan, redacted_texts};
