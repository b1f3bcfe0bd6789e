/// How much is kept. Beyond the counts reading stops, or goes on without keeping, with a problem noted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries of a file; reading stops there.
    pub entries: usize,
    /// Header fields of one list.
    pub headers: usize,
    /// Bytes of a header's name.
    pub header_name: usize,
    /// Bytes of a header's value.
    pub header_value: usize,
    /// Bytes of a URL.
    pub url: usize,
    /// Bytes of any other string.
    pub string: usize,
    /// Bytes of a body, to see whether it is an error page.
    pub body: usize,
    /// Whether bodies are hashed, to be compared.
    pub body_hash: bool,
    /// Problems of a file.
    pub problems: usize,
    /// Bytes of memory that are kept of a file's entries, about; those behind are only counted. Counted by who keeps them.
    pub kept: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            headers: 2_000,
            header_name: 128,
            header_value: 256,
            url: 2_048,
            string: 256,
            body: 12 * 1024,
            body_hash: false,
            problems: 100,
            kept: 256_000_000,
        }
    }
}

impl Limits {
    /// For one entry that a person looks at: everything a page can show.
    pub fn detail() -> Self {
        Self { header_name: 1024, header_value: 64 * 1024, url: 64 * 1024, string: 4096, body_hash: true, ..Self::default() }
    }
}
