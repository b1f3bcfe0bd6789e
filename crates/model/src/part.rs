//! What of a file is to be read.

use std::ops::Range;

use fivetwenty_captures::evidence::sniff::Packing;
use serde::{Deserialize, Serialize};

/// A stretch of a file that holds one HAR file, packed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// For people: the file's name, or `archive.zip › name.har`.
    pub name: String,
    /// Its bytes in the file, as they are packed.
    pub bytes: Range<u64>,
    /// How it is packed, outermost first; empty when it is not.
    pub layers: Vec<Packing>,
    /// How many bytes it has once unpacked, if the archive says so.
    pub unpacked: Option<u64>,
    /// It is a member of an archive.
    pub member: bool,
}
