/// How much of the next string is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// So many bytes from its start, decoded.
    pub keep: usize,
    /// And, of a longer string, a hash of the whole.
    pub hash: bool,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A member's name, cut at [`Limits::key`](super::Limits::key).
    Key(Text<'a>),
    /// A string, cut at what was wanted.
    String(Text<'a>),
    /// A number as written: it has been checked to be one.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
}

/// A string or as much of it as was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// From its start, cut between two characters, as the file has it but for escapes: it may not be UTF-8.
    pub kept: &'a [u8],
    /// The whole string's length in bytes, decoded.
    pub length: u64,
    /// A hash (XXH64) of the whole string, decoded, when that was wanted and it is longer than what was kept; else 0.
    pub hash: u64,
}

impl<'a> Text<'a> {
    /// As text; what is not UTF-8 becomes U+FFFD.
    pub fn to_str(&self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.kept)
    }
}

/// The hash that [`Text::hash`] has.
pub fn hash(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh64::xxh64(bytes, 0)
}
