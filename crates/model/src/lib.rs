//! What every layer above shares: the vocabulary, the report, the plan of a bundle, what the probe brings, and the messages between the
//! page and its workers.
//!
//! Knows nothing of how any of it is found, made or shown: types with small methods only.

mod advice;
pub mod letter;
pub mod logs;
mod message;
pub mod part;
pub mod passed;
pub mod plan;
pub mod plot;
pub mod probe;
pub mod protocol;
pub mod report;
#[cfg(feature = "schema")]
mod schema;
mod vocabulary;

pub use advice::{Difficulty, Effort, Group, Likelihood, Risk, Server, Who};
pub use fivetwenty_captures::Side;
pub use message::{MessageError, from_bytes, to_bytes};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use vocabulary::{Basis, Feature, Polarity, Provenance, Responsible, Shape, Source, Status, TextKind, Unreadable};
