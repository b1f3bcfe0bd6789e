use std::fmt;

/// Where and why a text is not JSON. What came before it has been read and stays valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Byte offset from the start of the text.
    pub offset: u64,
    /// The line, from 1; a file on one line has no other.
    pub line: u64,
    /// Where in the document.
    pub path: Path,
    /// What was expected there.
    pub expected: &'static str,
    /// What was there; `None` is the end of the text.
    pub found: Option<u8>,
}

/// A place in a document, for instance `log.entries[3].time`; empty at the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub(super) String);

impl Error {
    /// What was expected and what was there, without the place.
    pub fn problem(&self) -> String {
        let expected = self.expected;
        match self.found {
            None => format!("expected {expected}, found the end of the file"),
            Some(byte @ 0x21..=0x7e) => format!("expected {expected}, found \"{}\"", char::from(byte)),
            Some(byte) => format!("expected {expected}, found the byte 0x{byte:02x}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Not valid JSON at line {} (byte {}", self.line, self.offset)?;
        if !self.path.0.is_empty() {
            write!(f, ", {}", self.path)?;
        }
        write!(f, "): {}", self.problem())
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Path {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
