//! Pairs the entries of two captures and says in what they differ.

use serde::{Deserialize, Serialize};

/// In what two entries of a pair differ, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// The status code, or whether there was an answer at all.
    Status,
    /// Content-Length, Transfer-Encoding or Content-Encoding.
    Framing,
    /// Other headers, those left out that the edge adds or that differ on every answer.
    Headers,
    /// The size of the decoded body.
    Size,
    /// The HTTP version.
    Protocol,
    /// The time taken: by more than half a second and more than double. A single sample, never a verdict.
    Time,
}
