//! What Cloudflare's logs say of many requests: counts, shares, and what the failures have in common.
//!
//! Plain data with the values of the files as they are: a report redacts them.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Problem;
use serde::{Deserialize, Serialize};

/// What became of the request of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LogOutcome {
    /// The origin was asked, and its answer was handed on.
    Answered,
    /// The origin was asked, and the request failed: Cloudflare's own error, or a 5xx of the origin's.
    Failed,
    /// A stale answer came from the cache because the origin could not be reached.
    Masked,
    /// The visitor left before there was an answer: 499.
    ClientClosed,
    /// The cache answered.
    Cache,
    /// The edge answered by itself: a block, a challenge, a redirect by a rule, its own paths.
    Edge,
    /// The edge asked itself: early hints, speculation, a Worker's cache.
    Internal,
    /// A Worker answered; what it asked of the origin stands in records of its own.
    Worker,
    /// The record does not tell.
    Unknown,
}

impl LogOutcome {
    /// The origin was asked and what it did is known: the requests of which shares are taken.
    pub fn asked_origin(self) -> bool {
        matches!(self, Self::Answered | Self::Failed)
    }

    /// The origin was never asked.
    pub fn never_asked_origin(self) -> bool {
        matches!(self, Self::Cache | Self::Edge | Self::Internal | Self::Worker)
    }
}

/// Requests to the origin, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Count {
    /// All.
    pub total: u64,
    /// Those that failed.
    pub failing: u64,
}

/// What all records come down to. `total` of a [`Count`] is always of requests that asked the origin ([`LogOutcome::asked_origin`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogsSummary {
    /// Records read, each weighted by the requests that it stands for.
    pub records: u64,
    /// Requests that asked the origin, and how many of them failed.
    pub all: Count,
    /// Requests of records that never asked the origin.
    pub never_asked_origin: u64,
    /// Stale answers that hid a failing origin.
    pub masked: u64,
    /// Requests that the visitor ended (499).
    pub client_closed: u64,
    /// Records that do not tell whether the origin was asked.
    pub undecided: u64,
    /// Sub-requests of Workers that were counted with the visitor's request, or in its place.
    pub folded: u64,
    /// The first and the last request.
    pub span: Option<[Timestamp; 2]>,
    /// The combinations of statuses, the most frequent first, at most 50.
    pub meanings: Vec<MeaningRow>,
    /// What the failures have in common.
    pub pattern: LogPattern,
    /// By origin, URL and so on, in the order of [`Dimension`].
    pub by: Vec<DimensionTable>,
    /// How far the failing requests came.
    pub phases: Vec<(Phase, u64)>,
    /// Over time: intervals of equal length without a gap, at most 120.
    pub times: TimeSeries,
    /// Moments at which the share of failures changed.
    pub changes: Vec<Change>,
    /// Data centres over time, those with most failures first, at most 20.
    pub colo_times: Vec<ColoTimes>,
    /// How long failing requests took.
    pub time_to_fail: Histogram,
    /// The failing share grows with the number of requests a minute.
    pub under_load: Option<UnderLoad>,
    /// Fields that no record has, and what each would tell.
    pub missing_fields: Vec<MissingField>,
    /// What could not be read, in order, at most 20.
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problems_total: u64,
}

impl LogsSummary {
    /// Every value of a record that it names, with the dimension that it is of.
    pub fn each_value(&mut self, look: &mut dyn FnMut(Dimension, &mut String)) {
        for table in &mut self.by {
            let dimension = table.dimension;
            table.rows.iter_mut().for_each(|row| look(dimension, &mut row.value));
        }
        if let Some(dimension) = self.pattern.kind.and_then(PatternKind::dimension) {
            self.pattern.value.iter_mut().chain(&mut self.pattern.also).for_each(|value| look(dimension, value));
        }
        for (kind, value) in &mut self.pattern.tied {
            if let Some(dimension) = kind.dimension() {
                look(dimension, value);
            }
        }
        self.meanings.iter_mut().filter_map(|row| row.cache.as_mut()).for_each(|cache| look(Dimension::Cache, cache));
        self.colo_times.iter_mut().for_each(|of| look(Dimension::Colo, &mut of.colo));
    }
}

/// Records with these statuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeaningRow {
    /// `EdgeResponseStatus`.
    pub edge: u16,
    /// `OriginResponseStatus`, when there is one.
    pub origin: Option<u16>,
    /// `CacheCacheStatus`, when there is one.
    pub cache: Option<String>,
    /// How many.
    pub count: u64,
    /// What became of them.
    pub outcome: LogOutcome,
    /// What it means, in a sentence.
    pub means: String,
    /// The page that says so.
    pub source: String,
}

/// What the failures have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogPattern {
    /// `None`: nothing that is beyond chance, nothing failed, or too few records to tell.
    pub kind: Option<PatternKind>,
    /// The plain origin address, path pattern (`*` stands for anything), data centre, method, client or protocol; of a time the moment at
    /// which it began, RFC 3339.
    pub value: Option<String>,
    /// The requests that have it.
    pub with: Count,
    /// All others.
    pub without: Count,
    /// Of a time: when it ended, when it did.
    pub until: Option<Timestamp>,
    /// Other values of the same kind that fail beyond chance too.
    pub also: Vec<String>,
    /// What cannot be told apart from it, for all the failures have both: kind and value.
    pub tied: Vec<(PatternKind, String)>,
    /// About how many more failing requests would tell, when there are too few.
    pub too_few: Option<u64>,
}

/// A kind of [`LogPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PatternKind {
    /// One address of the origin, or several.
    Origin,
    /// One path, or the paths of one host.
    Url,
    /// One data centre, or several.
    Colo,
    /// From a moment on, or between two.
    Time,
    /// A share of all, whatever is asked for.
    Random,
    /// All of them.
    Every,
    /// One method.
    Method,
    /// One family of user agents.
    Client,
    /// One protocol of the visitors'.
    Protocol,
}

impl PatternKind {
    /// By which dimension it is found; `None` for one of time or of all requests.
    pub fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Self::Origin => Dimension::Origin,
            Self::Url => Dimension::Url,
            Self::Colo => Dimension::Colo,
            Self::Method => Dimension::Method,
            Self::Client => Dimension::Client,
            Self::Protocol => Dimension::Protocol,
            Self::Time | Self::Random | Self::Every => return None,
        })
    }
}

/// By what requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Address of the origin.
    Origin,
    /// Path, numbers and ids in it replaced by `*`.
    Url,
    /// Host.
    Host,
    /// Data centre.
    Colo,
    /// Method.
    Method,
    /// Protocol of the visitor's.
    Protocol,
    /// Family of user agents.
    Client,
    /// Cache status.
    Cache,
    /// Status of the edge's and the origin's, `520/0`.
    Status,
}

/// Requests by one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionTable {
    /// Which.
    pub dimension: Dimension,
    /// The values, most failures first, then most requests, at most 50.
    pub rows: Vec<DimensionRow>,
    /// How many different values there were.
    pub values: u64,
    /// Requests of values that are not in `rows`.
    pub others: Count,
    /// A value's counts may lack so many requests at most; 0 when all are exact.
    pub error: u64,
}

/// Requests with one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionRow {
    /// The value.
    pub value: String,
    /// Its requests.
    pub count: Count,
    /// Where the share of failures lies with 95 % certainty, in thousandths (Wilson).
    pub interval: [u32; 2],
    /// Median and 95th percentile of the time to fail, in milliseconds, to 1 %.
    pub time_to_fail_ms: Option<[u64; 2]>,
    /// They fail more often than the others, beyond chance over all comparisons that were made.
    pub stands_out: bool,
}

/// How far a failing request came at the origin, by the durations that Cloudflare measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Looking the origin's name up.
    Dns,
    /// Connecting.
    Tcp,
    /// The TLS handshake.
    Tls,
    /// Waiting for the response's headers.
    Headers,
    /// Behind them: the origin had begun to answer.
    Body,
}

/// Requests over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeSeries {
    /// The start of the first interval.
    pub start: Option<Timestamp>,
    /// The length of an interval, in milliseconds.
    pub step_ms: u64,
    /// Each interval's requests.
    pub counts: Vec<Count>,
}

/// A moment at which the share of failures changed, beyond chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// When, to the minute.
    pub at: Timestamp,
    /// From the change before, or the start, until then.
    pub before: Count,
    /// From then until the next change, or the end.
    pub after: Count,
}

/// One data centre over time, in the intervals of [`LogsSummary::times`] but coarser: each stands for `step_ms`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColoTimes {
    /// The data centre's code.
    pub colo: String,
    /// Milliseconds of an interval.
    pub step_ms: u64,
    /// Each interval's requests, from [`TimeSeries::start`] on.
    pub counts: Vec<Count>,
}

/// How long failing requests took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// From so many milliseconds (inclusive) to so many (exclusive), and how many: only those that are not empty, in order, at most 60.
    pub bins: Vec<(u64, u64, u64)>,
    /// Failing requests without a duration.
    pub unknown: u64,
}

/// The failing share under load: minutes by their number of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnderLoad {
    /// Requests a minute, from and to, and what became of the requests of such minutes; the quietest first.
    pub steps: Vec<([u64; 2], Count)>,
}

/// A field that no record has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingField {
    /// Its name in `http_requests`.
    pub field: String,
    /// What it would have told, in a sentence.
    pub tells: String,
}
