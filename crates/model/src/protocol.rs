//! What the page and its workers say to each other: types only.
//!
//! Messages travel as `[serde value, …transferables]`: a `File` goes by reference, a batch of entries as one transferred buffer.
//! Every worker sends `Ready` first; what is posted to it earlier would be lost.

use fivetwenty_captures::Side;
pub use fivetwenty_captures::compare::Change;
use fivetwenty_captures::compare::Difference;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Problem;
use fivetwenty_redact::commands::Target;
use fivetwenty_redact::{Group, Kind, Policy, Rule, What, byte_count};
use serde::{Deserialize, Serialize};

use crate::part::Part;
use crate::plan::Plan;
use crate::probe::{Panels, Question};
use crate::report::{Ray, ReportView};

/// The names by which workers are told their role.
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

/// To a reader. One reader reads one file; to cancel it, terminate it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToReader {
    /// Read the `File` that travels beside this.
    Read {
        /// Named in every answer.
        file: FileId,
        /// The file's name, for messages.
        name: String,
        /// The file's size in bytes.
        size: u64,
        /// What of the file is to be read, if that is known already.
        part: Option<Part>,
    },
}

/// From a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromReader {
    /// Listening.
    Ready,
    /// How far it is, ten times a second at most.
    Progress {
        /// The file.
        file: FileId,
        /// The figures.
        progress: Progress,
        /// Entries to show while the rest is read, forty in all at most; those that earlier messages brought are not repeated.
        previews: Vec<Preview>,
    },
    /// It is an archive, and these parts are to be read, each by a reader of its own.
    Holds {
        /// The file.
        file: FileId,
        /// One to three.
        parts: Vec<Part>,
    },
    /// Some entries. They travel beside this as an `ArrayBuffer`, to be handed on to the analyst unopened.
    Batch {
        /// The file.
        file: FileId,
        /// How far it is with them.
        progress: Progress,
    },
    /// Read to its end, or as far as it could be read, and every entry handed on.
    Done {
        /// The file.
        file: FileId,
        /// The final figures.
        progress: Progress,
        /// Why reading ended before the file did, if so.
        stopped: Option<String>,
        /// What it took, from asking for the first chunk on.
        effort: Effort,
    },
    /// It is no capture but a text, whose beginning travels beside this as an `ArrayBuffer`, to be handed on to the analyst unopened.
    Text {
        /// The file.
        file: FileId,
    },
    /// Nothing could be read from it.
    Failed {
        /// The file.
        file: FileId,
        /// One line: where, what was expected, what was found.
        error: String,
    },
}

/// How far a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes read, of a packed file those that it unpacked to.
    pub bytes: u64,
    /// How many that will be; `None` when a packed file does not tell.
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

/// To the analyst.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToAnalyst {
    /// A file is being read, and its first entries are coming. The `File` travels beside this.
    Begin {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// What of the file it is, if it is one of several.
        part: Option<Part>,
    },
    /// Take some entries of it; the buffer of [`FromReader::Batch`] travels beside this.
    Batch {
        /// The file.
        file: FileId,
    },
    /// All of its entries have come, or no more can come. Answered by an overview.
    End {
        /// The file.
        file: FileId,
        /// Its reader ended before it could say how the file ends: how far it came, and why.
        broke_off: Option<Problem>,
        /// The time now: only the page has a clock.
        now: Timestamp,
    },
    /// Take a text; the buffer of [`FromReader::Text`] travels beside this. Answered by an overview.
    Text {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
        /// The time now.
        now: Timestamp,
    },
    /// Nothing could be read from a file, which the report of the others must say. Answered by an overview when there is a capture.
    Unreadable {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
        /// One line: where, what was expected, what was found.
        problem: String,
    },
    /// Let a file go. One that is part of the analysis is answered by an overview, or `Empty` when no capture is left.
    Forget {
        /// The file.
        file: FileId,
    },
    /// The person says that the two sides are the other way round. Answered by an overview.
    SwapSides,
    /// What the probe brought, for the report. Answered by an overview when there is a capture.
    Trace(Option<Trace>),
    /// Some rows of the comparison.
    Rows(RowQuery),
    /// Where the row of an entry stands among all rows: evidence names an entry, the page shows rows.
    Find {
        /// In which file.
        side: Side,
        /// The index in its `log.entries`.
        entry: u32,
    },
    /// One row with everything known about it; the entries are read again from the files.
    Detail(RowKey),
    /// The offset of the clock of the origin's logs. Answered by an overview when there is a capture.
    Zone(UtcOffset),
    /// What the bundle is made of. Answered by `Plan`.
    Plan,
}

/// From the analyst.
///
/// The analyst writes the report's strings as [`Redacted`](fivetwenty_redact::Redacted); the page reads plain ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromAnalyst<S = String> {
    /// Listening.
    Ready,
    /// No capture is loaded.
    Empty,
    /// The analysis of what is loaded.
    Overview(Box<Overview<S>>),
    /// The analysis with a file that was just taken over, and what that took.
    Loaded(FileId, Effort, Box<Overview<S>>),
    /// The rows asked for.
    Rows(Rows),
    /// The row looked for: its place among all rows, and its name. `None` when no row has the entry.
    Found(Option<(u32, RowKey)>),
    /// The row asked for.
    Detail(Box<Detail>),
    /// A capture that was not taken beside those that are open, and why in one or two sentences.
    Refused(FileId, String),
    /// What the bundle is made of; the files travel beside this, in the plan's order, and these are the parts of them.
    Plan(Box<Plan>, Vec<Option<Part>>),
    /// A request that could not be answered, in one sentence.
    Failed(String),
}

/// Everything the page shows at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview<S = String> {
    /// Which file was taken for which side.
    pub proxied: Option<FileId>,
    /// Which file was taken for which side.
    pub direct: Option<FileId>,
    /// Which file was recorded after a fix.
    pub after: Option<FileId>,
    /// The files that are texts, in the order of the report's `inputs`.
    pub texts: Vec<FileId>,
    /// Why, in one sentence.
    pub assignment: String,
    /// The report as the page shows it, its strings already redacted.
    pub report: ReportView<S>,
    /// The report as text: what "Copy report" copies.
    pub text: String,
    /// The report as JSON: what "Copy as JSON" copies.
    pub json: String,
    /// The texts to copy.
    pub letters: Vec<LetterView>,
    /// Where the data centres lie.
    pub map: Map,
    /// What commands are filled in with. It stands in no text that is copied or saved.
    pub target: Target,
}

/// A map of the world, twice as wide as 180° of latitude would be high if all were shown, with the data centres that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Map {
    /// All data centres of the table, as an SVG path of points in a box of 3600 by 1250; empty when none was seen.
    pub dots: String,
    /// What the map shows, in a sentence.
    pub says: String,
    /// Those that were seen, the ones with failing answers first, then by how many answers came from them.
    pub marks: Vec<Mark>,
}

/// A data centre that was seen, and where the map has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its code.
    pub colo: String,
    /// City and country; that it is not in the table when it is not.
    pub place: String,
    /// Answers whose Ray IDs name it; none when only a trace or a text does.
    pub answers: u32,
    /// How many of them are failures.
    pub failing: u32,
    /// From the map's left edge, in percent; empty when it is not known where it lies.
    pub x: String,
    /// From the map's upper edge, in percent.
    pub y: String,
    /// Its code, where there is room for it; else empty.
    pub label: String,
    /// Where the code stands, as `x`: at the mark's own place, or at one that a line leads to.
    pub label_x: String,
    /// Where the code stands, as `y`.
    pub label_y: String,
    /// How many pixels right of that.
    pub dx: String,
    /// How many pixels below that.
    pub dy: String,
    /// Which end of the code stands there, as SVG says it.
    pub anchor: String,
}

/// A text to copy, for somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterView {
    /// For whom.
    pub to: Recipient,
    /// Its subject, one line.
    pub subject: String,
    /// As plain text.
    pub plain: String,
    /// As Markdown.
    pub markdown: String,
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

impl Recipient {
    /// All of them, the most asked for first.
    pub const ALL: [Self; 4] = [Self::Support, Self::Hosting, Self::Community, Self::Owner];
}

/// Who a text is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recipient {
    /// Cloudflare's support.
    #[default]
    Support,
    /// Who runs the origin.
    Hosting,
    /// Everybody.
    Community,
    /// The site's owner, from a visitor.
    Owner,
}

/// To the bundler, which makes one bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToBundler {
    /// Make the files, from the captures' files, which travel beside this. Answered by `Making` again and again, then by `Made` or `Failed`.
    Make {
        /// What they are made of.
        plan: Box<Plan>,
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
    Stopped(Box<Stopped>),
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
pub struct Stopped {
    /// The file.
    pub file: String,
    /// Where its last byte is, in bytes from the start of the file.
    pub offset: u64,
    /// What was replaced.
    pub kind: Kind,
    /// How it is written there, for the end of a sentence.
    pub written: String,
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

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowQuery {
    /// The first one, counted among those that match.
    pub from: u32,
    /// How many, 200 at most.
    pub count: u32,
    /// Which ones match.
    pub show: Show,
    /// Only those whose method, URL or status contains this, whatever its case.
    pub text: String,
}

/// Which rows match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Show {
    /// Every one.
    #[default]
    All,
    /// Those whose two sides differ, or that have only one side.
    Differences,
    /// Those that failed on either side.
    Failing,
}

/// The rows asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// What was asked.
    pub query: RowQuery,
    /// How many rows match.
    pub matching: u32,
    /// How many rows there are.
    pub total: u32,
    /// The window.
    pub rows: Vec<Row>,
}

/// Names a row: the indices of its entries in the two files' `log.entries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowKey {
    /// In the proxied file.
    pub proxied: Option<u32>,
    /// In the direct file.
    pub direct: Option<u32>,
}

/// One request, as it went on either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its name.
    pub key: RowKey,
    /// The request's method.
    pub method: String,
    /// Host with port, of the proxied side where there is one.
    pub host: String,
    /// Path and query, of the proxied side where there is one.
    pub path: String,
    /// Through Cloudflare.
    pub proxied: Option<Cell>,
    /// Direct to the origin.
    pub direct: Option<Cell>,
    /// In what the two sides differ, most important first; empty when one side is missing.
    pub differs: Vec<Difference>,
    /// One of the findings cites it.
    pub cited: bool,
}

/// One side of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The status; 0 when no usable answer came.
    pub status: u16,
    /// `_error`, when there is one.
    pub error: Option<String>,
    /// Counts as failing.
    pub failing: bool,
    /// Bytes of the body, as transferred where known, else decoded.
    pub bytes: Option<u64>,
    /// The whole time in milliseconds.
    pub time_ms: Option<f64>,
    /// Start, in milliseconds after the first entry of its file.
    pub start_ms: Option<f64>,
    /// The data centre's code from the Ray ID.
    pub colo: Option<String>,
}

/// One row with everything known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Which row.
    pub key: RowKey,
    /// The request's method.
    pub method: String,
    /// Through Cloudflare.
    pub proxied: Option<EntryView>,
    /// Direct to the origin.
    pub direct: Option<EntryView>,
    /// Request headers of both sides, aligned by name.
    pub request_headers: Vec<HeaderLine>,
    /// Response headers of both sides, aligned by name.
    pub response_headers: Vec<HeaderLine>,
    /// In what the two sides differ.
    pub differs: Vec<Difference>,
}

/// One side of a detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    /// The whole URL.
    pub url: String,
    /// The status; 0 when no usable answer came.
    pub status: u16,
    /// The reason phrase.
    pub status_text: String,
    /// As the file spells it.
    pub http_version: String,
    /// `_error`, when there is one.
    pub error: Option<String>,
    /// Counts as failing.
    pub failing: bool,
    /// Start in UTC, RFC 3339 with milliseconds.
    pub started: Option<String>,
    /// The phases in order (`blocked`, `dns`, `connect`, `ssl`, `send`, `wait`, `receive`) with their milliseconds; unknown ones are left out.
    pub timings: Vec<(String, f64)>,
    /// The whole time in milliseconds.
    pub time_ms: Option<f64>,
    /// `serverIPAddress`.
    pub server_ip: Option<String>,
    /// Bytes of response headers.
    pub header_bytes: u64,
    /// `header_bytes` was measured on the wire; else it is summed from the list.
    pub header_bytes_measured: bool,
    /// `Content-Length`, as sent.
    pub content_length: Option<String>,
    /// Bytes of the body as transferred.
    pub body_bytes: Option<u64>,
    /// Bytes of the body decoded.
    pub content_bytes: Option<u64>,
    /// The other side has the same body. When it is not said, it may have it all the same, written in another way or left out.
    pub same_body: bool,
    /// The Ray ID, decoded.
    pub ray: Option<Ray<String>>,
    /// Why what stands in the header `cf-ray` is no Ray ID, when there is one and it is none.
    pub no_ray: Option<String>,
    /// Where the entry stands in its file, in bytes.
    pub offset: u64,
    /// How many bytes it takes there.
    pub length: u64,
}

/// One header name with its values on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderLine {
    /// In lower case.
    pub name: String,
    /// The value through Cloudflare.
    pub proxied: Option<String>,
    /// The value direct.
    pub direct: Option<String>,
    /// How the two compare.
    pub change: Change,
}

/// To the probe.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToProbe {
    /// Find this out. Answered by `Refused`, or by `Begins`, `News` again and again, and `Done`.
    Ask(Question),
    /// It is enough. Answered by `Done` with what came until then.
    Stop,
}

/// From the probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromProbe {
    /// Listening.
    Ready,
    /// Nothing is sent, and why in words.
    Refused(String),
    /// It begins.
    Begins {
        /// How many requests that will be at most.
        requests: u32,
    },
    /// Another request was made, and this is what came of all of them.
    News(Box<Panels>),
    /// It is over. What came travels beside this as an `ArrayBuffer`: a file, see [`crate::probe`].
    Done {
        /// A trace or an answer came that can be read.
        tells: bool,
    },
}
