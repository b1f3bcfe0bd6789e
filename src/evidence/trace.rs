//! The answer of `/cdn-cgi/trace`: `key=value` lines, served by the edge itself.

use serde::{Deserialize, Serialize};

/// What a trace says, in the order of the file.
///
/// Older ones lack some keys, newer ones have more: nothing is required but `colo` (facts 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Every line, split at its first `=`; the values of `ip` and `uag` are personal data.
    pub fields: Vec<(String, String)>,
}
