//! The messages of the analyst, which holds what was read and answers the page.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Problem;
use fivetwenty_redact::commands::Target;
use serde::{Deserialize, Serialize};

use super::detail::Detail;
use super::map::Map;
use super::rows::{Found, Goto, RowKey, RowQuery, Rows};
use super::shared::{Effort, FileId};
use crate::letter::Letters;
use crate::part::Part;
use crate::passed::{PassedOver, Sought};
use crate::report::ReportView;

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
        /// It is one of the page's own samples.
        is_sample: bool,
        /// What of the file it is, if it is one of several.
        part: Option<Part>,
    },
    /// Take some entries of it; the buffer of [`FromReader::Batch`](super::FromReader::Batch) travels beside this.
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
    /// Take a text; the buffers of [`FromReader::Text`](super::FromReader::Text) travel beside this. Answered by an overview with what that
    /// took.
    Text {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
        /// What was passed over of it.
        passed: PassedOver,
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
    /// The case is about the site of this host; without one it is found out. Answered by an overview.
    Site(Option<String>),
    /// What the probe brought, for the report. Answered by an overview when there is a capture.
    Trace(Option<Trace>),
    /// Some rows of the comparison.
    Rows(RowQuery),
    /// Where a row stands among those of this filter. Answered by `Found`.
    Find(RowQuery, Goto),
    /// The rows of this filter as CSV; the query's window does not count. Answered by `Csv`.
    Csv(RowQuery),
    /// The value of a parameter of an entry's URL, which the person wants in a text. Answered by `Value`.
    Value {
        /// The index in the proxied capture.
        entry: u32,
        /// The number of the parameter in the query, from 0.
        number: u32,
    },
    /// One row with everything known about it; the entries are read again from the files.
    Detail(RowKey),
    /// The offset of the clock of the origin's logs. Answered by an overview when there is a capture.
    Zone(UtcOffset),
    /// What the bundle is made of. Answered by `Plan`.
    Plan {
        /// The number of the case that it is to be of.
        case: u32,
    },
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
    /// The row looked for; `None` when there is none.
    Found(Option<Found>),
    /// The rows as CSV.
    Csv(String),
    /// The row asked for.
    Detail(Box<Detail>),
    /// A capture that was not taken beside those that are open, and why in one or two sentences.
    Refused(FileId, String),
    /// What the bundle is made of: the bytes of a [`Plan`](crate::plan::Plan) travel beside this as an `ArrayBuffer`, to be handed on to the
    /// bundler unopened, and behind it the files in the plan's order.
    Plan {
        /// The number of the case that it was asked for.
        case: u32,
        /// The parts of the files; `None` is a whole file.
        parts: Vec<Option<Part>>,
    },
    /// The value of a parameter, by its number; `None` when it was not kept whole.
    Value(u32, Option<String>),
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
    /// The short report as text: what "Copy report" copies.
    pub text: String,
    /// The full report as text: what "Full report" copies.
    pub full: String,
    /// The report as JSON: what "Copy as JSON" copies.
    pub json: String,
    /// The texts to send.
    pub letters: Letters,
    /// Where the data centres lie.
    pub map: Map,
    /// What commands are filled in with. It stands in no text that is copied or saved.
    pub target: Target,
    /// What long texts are to be read again for: what the captures and the other texts tell of the requests that failed.
    pub sought: Sought,
}
