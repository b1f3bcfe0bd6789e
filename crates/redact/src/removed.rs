//! A removed value, as the leak check searches for it.

use std::fmt;

use crate::kind::Kind;

/// A value that was removed, to be searched for in what leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its kind.
    pub kind: Kind,
    /// The value, or its first [`MAX_BYTES`](Self::MAX_BYTES) bytes.
    pub value: Box<str>,
    /// Its token's number.
    pub number: u32,
}

impl Removed {
    /// Bytes that are kept of a removed value.
    pub const MAX_BYTES: usize = 256;
    /// A shorter value, in bytes, would be found in any text: it is not searched for.
    pub const MIN_SEARCHED_BYTES: usize = 8;
}

/// Prints no value.
impl fmt::Debug for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sensitive({}, {} bytes)", self.kind.label(), self.value.len())
    }
}
