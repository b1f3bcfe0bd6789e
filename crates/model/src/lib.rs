//! What every layer above shares: the vocabulary, the report, the plan of a bundle, what the probe brings, and the messages between the
//! page and its workers.
//!
//! Knows nothing of how any of it is found, made or shown: types with small methods only.

pub mod part;
pub mod plan;
pub mod probe;
pub mod protocol;
pub mod report;
mod vocabulary;

pub use fivetwenty_captures::Side;
pub use vocabulary::{Basis, Feature, Polarity, Provenance, Responsible, Shape, Source, Status, TextKind, Unreadable};

/// A message between page and worker as bytes, in postcard's form: it keeps every digit of a 64-bit number, and takes a fraction of the
/// code that making browser objects does.
///
/// # Errors
/// When there is no memory for it.
pub fn to_bytes(message: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(message).map_err(|error| error.to_string())
}

/// The message of these bytes.
///
/// # Errors
/// When they are none.
pub fn from_bytes<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}
