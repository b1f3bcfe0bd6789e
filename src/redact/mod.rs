//! What may leave, and how: [`Redacted`] is the only way out.

use serde::Serialize;

/// Something that may leave: made only in this module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);
