//! `manifest.json`: what is in a bundle, what was redacted, and what was left out.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use fivetwenty_redact::{Count, Unmatched};

/// The name of the manifest's form.
pub const MANIFEST_SCHEMA: &str = "fivetwenty/manifest/1";

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its name, which is one of the program's own.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// The SHA-256 of that, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// `manifest.json`.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    made_by: MadeBy,
    files: Vec<FileRow<'a>>,
    redacted: Vec<RedactedRow<'a>>,
    trimmed: &'a [TrimmedRow],
    unmatched_rules: &'a [Unmatched],
}

#[derive(Debug, Serialize)]
struct MadeBy {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct FileRow<'a> {
    name: &'static str,
    bytes: usize,
    sha256: &'a str,
}

/// How often something was redacted, as [`Count`] has it.
#[derive(Debug, Serialize)]
struct RedactedRow<'a> {
    /// As it stands in a token, for instance `cookie`.
    kind: &'static str,
    place: &'static str,
    name: &'a str,
    times: u64,
}

/// What a HAR had to leave out.
#[derive(Debug, Serialize)]
pub struct TrimmedRow {
    /// The file.
    pub file: &'static str,
    /// How many entries the capture has.
    pub entries: u32,
    /// How many of them were left out.
    pub left_out: u32,
    /// The first and the last index, in `log.entries` of the capture, of every stretch that was left out.
    pub(super) ranges: Vec<[u32; 2]>,
}

/// `manifest.json`. `shows` says which names may stand in it.
pub(super) fn manifest(
    files: &[BundleFile],
    counts: &[Count],
    (trimmed, unmatched_rules): (&[TrimmedRow], &[Unmatched]),
    shows: &dyn Fn(&str) -> bool,
) -> Vec<u8> {
    let redacted = |count| redacted_row(count, shows);
    let manifest = Manifest {
        schema: MANIFEST_SCHEMA,
        made_by: MadeBy { name: "fivetwenty", version: env!("CARGO_PKG_VERSION") },
        files: files.iter().filter(|file| file.name != "manifest.json").map(BundleFile::row).collect(),
        redacted: counts.iter().map(redacted).collect(),
        trimmed,
        unmatched_rules,
    };
    // It has no maps with other keys than strings and no numbers that JSON lacks.
    let mut json = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    json.push(b'\n');
    json
}

impl BundleFile {
    pub(super) fn new(name: &'static str, bytes: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Self { name, bytes, sha256 }
    }

    fn row(&self) -> FileRow<'_> {
        FileRow { name: self.name, bytes: self.bytes.len(), sha256: &self.sha256 }
    }
}

fn redacted_row<'a>(count: &'a Count, shows: &dyn Fn(&str) -> bool) -> RedactedRow<'a> {
    let name = if shows(&count.name) { &*count.name } else { "" };
    RedactedRow { kind: count.kind.label(), place: count.place, name, times: count.times }
}
