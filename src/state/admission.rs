//! Which of the files offered are read.

use crate::labels;
use fivetwenty_captures::evidence::sniff::ends_with;
use fivetwenty_redact::visible;

/// The names of what is pasted begin so; a number follows.
pub const PASTED: &str = "paste-";
/// Captures that can be open: both sides, and one recorded after a fix.
pub(super) const MAX_OPEN: usize = 3;

/// A file as it was offered, before anything is decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// It is a folder.
    pub folder: bool,
    /// It is one of the page's own samples.
    pub is_sample: bool,
}

/// What is done with the files that were offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// The files given earlier are let go first.
    pub replaces: bool,
    /// Which of the offers are read, by their place.
    pub take: Vec<usize>,
    /// There are more captures than can be compared: the person picks.
    pub picks: bool,
    /// What to say to the person; empty when nothing has.
    pub notice: String,
}

impl Offer {
    /// Why it cannot be a capture, if that shows without reading it.
    pub(super) fn refusal(&self) -> Option<String> {
        let name = visible(&self.name);
        if self.folder {
            Some(labels::is_a_folder(&name))
        } else if self.size == 0 {
            Some(labels::is_empty(&name))
        } else {
            None
        }
    }
}

/// Whether a file of this name may be a capture. A file that can only be a text takes no place beside the captures.
pub(super) fn may_be_capture(name: &str) -> bool {
    const TEXTS: [&str; 13] =
        [".txt", ".log", ".html", ".htm", ".md", ".csv", ".out", ".err", ".ndjson", ".jsonl", "report.json", "manifest.json", "probe.json"];
    !name.starts_with(PASTED) && !TEXTS.iter().any(|ending| ends_with(unpacked(name), ending))
}

/// Whether a file of this name is as likely one of Cloudflare's logs as a capture.
pub(super) fn may_be_logs(name: &str) -> bool {
    ends_with(unpacked(name), ".json")
}

/// A file's name without the ending that says how it is packed.
fn unpacked(name: &str) -> &str {
    [".gz", ".zst"].iter().find(|ending| ends_with(name, ending)).map_or(name, |ending| &name[..name.len() - ending.len()])
}
