//! The messages of the bundler, which makes the files to send.

use fivetwenty_captures::Side;
use fivetwenty_redact::{Group, Kind, Policy, Rule, What};
use serde::{Deserialize, Serialize};

use crate::part::Part;

/// To the bundler, which makes one bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToBundler {
    /// Make the files. The plan's buffer of [`FromAnalyst::Plan`](super::FromAnalyst::Plan) travels beside this, and behind it the captures'
    /// files. Answered by `Making` again and again, then by `Made` or `Failed`.
    Make {
        /// What of each file is its capture, if it is one of several.
        parts: Vec<Option<Part>>,
        /// What the person wants redacted or kept.
        policy: Policy,
    },
    /// What the token of this number stands for. Answered by `Revealed`.
    Reveal(u32),
    /// All files as one ZIP archive. Answered by `Archived`.
    Archive,
    /// The value of the token of this number is to be replaced wherever it stands, in whatever field. Answered by `Policy`.
    ReplaceEverywhere(u32),
    /// What the person wants redacted or kept, as a file to use again. Answered by `Rules`.
    SaveRules,
    /// What such a file, which travels beside this, says. Answered by `Policy` or `Failed`.
    ReadRules,
}

/// From the bundler.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromBundler {
    /// Listening.
    Ready,
    /// How far it is.
    Making(Making),
    /// The bundle. Its files travel beside this, each as an `ArrayBuffer`, in order.
    Made(Box<Packed>),
    /// A value that was replaced is in a file still: there is no bundle.
    Leak(Box<LeakView>),
    /// What a token stands for; `None` when that was not kept.
    Revealed(u32, Option<String>),
    /// The archive travels beside this as an `ArrayBuffer`.
    Archived,
    /// The file of what the person wants travels beside this as an `ArrayBuffer`.
    Rules,
    /// What the person wants, by a file.
    Policy(Policy),
    /// Why there is no bundle, or no archive, in a sentence or two.
    Failed(String),
}

/// How far making the bundle is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Making {
    /// What is done.
    pub stage: Stage,
    /// Bytes of captures that have been read.
    pub bytes: u64,
    /// How many that will be, as far as it is known: a capture that turns out to be too large is read once more.
    pub of: u64,
}

/// What is done for the bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It begins.
    #[default]
    Starting,
    /// This capture is redacted.
    Redacting(Side),
    /// This capture was too large for one file, and is redacted again with fewer entries.
    Trimming(Side),
    /// The finished files are searched for what was replaced.
    Checking,
}

/// Where a value that was replaced is still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakView {
    /// The file.
    pub file: String,
    /// Where its last byte is, in bytes from the start of the file.
    pub offset: u64,
    /// The entry of the capture, from 0, where the file is one and the value stands in an entry.
    pub entry: Option<u32>,
    /// The JSON path, within the entry where there is one, where the file is a capture.
    pub path: Option<String>,
    /// What was replaced.
    pub kind: Kind,
    /// How it is written there, for the end of a sentence.
    pub encoding: String,
    /// The number of its token; 0 when it has none.
    pub number: u32,
    /// What was replaced in the captures.
    pub replaced: Vec<Replaced>,
}

/// The bundle, as the person reviews it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its files.
    pub files: Vec<PackedFile>,
    /// What was replaced in the captures, by group.
    pub replaced: Vec<Replaced>,
    /// Captures that were too large for one file.
    pub trimmed: Vec<Trimmed>,
    /// The person's rules that matched nothing, a line each.
    pub unmatched: Vec<String>,
}

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedFile {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Values of one kind that were replaced in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Which group they belong to.
    pub group: Group,
    /// What they were.
    pub kind: Kind,
    /// Where they stood, for instance `request.headers`.
    pub place: String,
    /// Their name, for instance the cookie's; empty when there is none or it may not be shown.
    pub name: String,
    /// How often.
    pub times: u64,
    /// The number of the first one's token.
    pub first: u32,
    /// That token as it stands in the file; empty when the file does not have it any more.
    pub token: String,
}

impl Replaced {
    /// The rule that keeps these values, where one can name them.
    pub fn rule(&self) -> Option<Rule> {
        let what = match self.kind {
            Kind::Cookie => What::Cookie,
            Kind::Header => What::Header,
            Kind::Query | Kind::Chance => What::Query,
            Kind::Form => What::Form,
            Kind::Json => What::Json,
            _ => return None,
        };
        (!self.name.is_empty()).then(|| Rule { what, name: self.name.clone() })
    }
}

/// A capture that was too large for one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trimmed {
    /// The file.
    pub name: String,
    /// Entries of the capture.
    pub entries: u32,
    /// How many of them are not in the file.
    pub left_out: u32,
}
