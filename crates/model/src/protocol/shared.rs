//! What the messages of several workers share.

use fivetwenty_redact::byte_count;
use serde::{Deserialize, Serialize};

/// The names of the workers' roles.
pub mod role {
    /// Reads one file.
    pub const READER: &str = "reader";
    /// Holds what was read, and answers the page.
    pub const ANALYST: &str = "analyst";
    /// Asks a site.
    pub const PROBE: &str = "probe";
    /// Makes the bundle.
    pub const BUNDLER: &str = "bundler";
}

/// A file that a person gave, numbered by the page in the order given.
pub type FileId = u32;

/// How far a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes read, of a packed file those that it unpacked to.
    pub bytes: u64,
    /// How many that will be; `None` when a packed file does not say.
    pub of: Option<u64>,
    /// Entries found.
    pub entries: u32,
    /// Entries among them that failed.
    pub failing: u32,
}

impl Progress {
    /// How much was read: `61.2 MB of 200.0 MB`, or only the first when nobody knows the second.
    pub fn label(&self) -> String {
        let of = self.of.map(|of| format!(" of {}", byte_count(of))).unwrap_or_default();
        format!("{}{of}", byte_count(self.bytes))
    }

    /// Why reading ended before the file did, and how far it came.
    pub fn stopped(&self, why: &str) -> String {
        format!("{why}, after {}", self.label())
    }
}

/// One of the few entries that are shown while the rest of their file is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The index in its `log.entries`.
    pub entry: u32,
    /// The request's method.
    pub method: String,
    /// Host with port.
    pub host: String,
    /// Path and query, cut at 300 bytes.
    pub path: String,
    /// The status; 0 when no usable answer came.
    pub status: u16,
    /// `_error`, when there is one.
    pub error: Option<String>,
    /// Counts as failing.
    pub failing: bool,
    /// The whole time in milliseconds.
    pub time_ms: Option<f64>,
}

/// What a worker spent on a file: measured, for whoever wants to know where time and memory go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Milliseconds in the worker.
    pub ms: f64,
    /// Bytes of the worker's WebAssembly memory, which only ever grows.
    pub memory: u64,
}
