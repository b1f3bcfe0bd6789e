//! What Cloudflare's logs say, in the report.

use fivetwenty_redact::Redacted;
use serde::{Deserialize, Serialize};

use super::{KnownTime, ProblemRow};
use crate::logs::{Count, Dimension, LogOutcome, PatternKind, Phase};
use crate::plot::{Plot, Table};

/// What all records of Cloudflare's logs come down to. Shares are of requests that asked the origin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogsRow<S = Redacted<String>> {
    /// Requests of all records; a sampled record counts as often as it says.
    pub records: u64,
    /// Requests that asked the origin and failed.
    pub failing: u64,
    /// Requests that asked the origin, those that failed among them.
    pub asked_origin: u64,
    /// Requests that never asked the origin: the cache, a rule, a Worker or the edge itself answered.
    pub never_asked_origin: u64,
    /// Stale answers that hid a failing origin.
    pub masked: u64,
    /// Requests that the visitor ended (499).
    pub client_closed: u64,
    /// Requests of records that do not tell whether the origin was asked.
    pub undecided: u64,
    /// Sub-requests of Workers that were counted with the visitor's request, or in its place.
    pub folded: u64,
    /// The first request, in UTC with milliseconds.
    pub from: Option<S>,
    /// The last request.
    pub until: Option<S>,
    /// All of this in a few sentences: the counts, what the failures have in common, what the missing fields would tell.
    pub summary: Vec<S>,
    /// What the failures have in common.
    pub pattern: LogPatternRow<S>,
    /// By origin, URL, host and so on.
    pub by: Vec<LogDimension<S>>,
    /// The combinations of statuses, the most frequent first, 50 at most.
    pub statuses: Vec<LogStatus<S>>,
    /// How far the failing requests came at the origin.
    pub phases: Vec<LogPhase>,
    /// Over time.
    pub times: Option<LogTimes<S>>,
    /// Data centres over time, those with most failures first, 20 at most.
    pub colo_times: Vec<LogColoTimes<S>>,
    /// Moments at which the share of failures changed, beyond chance.
    pub changes: Vec<LogChange<S>>,
    /// How long failing requests took.
    pub time_to_fail: LogTimeToFail<S>,
    /// Minutes by their number of requests, the quietest first, when the share of failures grows with it.
    pub under_load: Option<Vec<LogLoad>>,
    /// Requests that captures or other texts show too: what the logs say of the origin. 100 at most.
    pub rays: Vec<LogRay<S>>,
    /// Fields that no record has, and what each would tell.
    pub missing_fields: Vec<LogMissingField<S>>,
    /// What could not be read as it should, 20 at most.
    pub problems: Vec<ProblemRow<S>>,
    /// How many problems there were.
    pub problems_total: u64,
}

/// What the failures have in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogPatternRow<S> {
    /// Its kind; `null` for nothing that is beyond chance, when nothing failed, or when there are too few records to tell.
    pub kind: Option<PatternKind>,
    /// The origin's address, the path pattern (`*` stands for anything), the data centre, the method, the client or the protocol; of a time the moment at which it began.
    pub value: Option<S>,
    /// The requests that have it or one of `also`.
    pub with: Count,
    /// All others.
    pub without: Count,
    /// Of a time: when it ended, when it did.
    pub until: Option<S>,
    /// Other values of the same kind that fail beyond chance too.
    pub also: Vec<S>,
    /// What cannot be told apart from it, for all the failures have both.
    pub tied: Vec<LogTied<S>>,
    /// About how many more failing requests would tell, when there are too few.
    pub too_few: Option<u64>,
}

/// Another pattern that the same failures have.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogTied<S> {
    /// Its kind.
    pub kind: PatternKind,
    /// Its value.
    pub value: S,
}

/// Requests by one dimension.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogDimension<S> {
    /// Which.
    pub dimension: Dimension,
    /// Its values, most failures first, then most requests, 50 at most.
    pub rows: Vec<LogValue<S>>,
    /// How many different values there were.
    pub values: u64,
    /// Requests of values that are not in `rows`.
    pub others: Count,
    /// A value's counts may lack so many requests at most; 0 when all are exact.
    pub error: u64,
}

/// Requests with one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogValue<S> {
    /// The value, as far as it may leave.
    pub value: S,
    /// Requests that asked the origin.
    pub total: u64,
    /// Those of them that failed.
    pub failing: u64,
    /// The interval in which the share of failures lies with 95 % certainty (Wilson's), in thousandths.
    pub interval: [u32; 2],
    /// Median time to fail, in milliseconds.
    pub p50_ms: Option<u64>,
    /// 95th percentile of the time to fail, in milliseconds.
    pub p95_ms: Option<u64>,
    /// They fail more often than the others, beyond chance over all comparisons that were made.
    pub stands_out: bool,
}

/// Records with the same statuses.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogStatus<S> {
    /// The status that Cloudflare sent.
    pub edge: u16,
    /// The origin's status: 0 for no answer, `null` when the record does not say.
    pub origin: Option<u16>,
    /// The cache's status, when the record has one.
    pub cache: Option<S>,
    /// Requests.
    pub count: u64,
    /// What became of them.
    pub outcome: LogOutcome,
    /// What it means, in a sentence.
    pub means: S,
    /// The page that says so.
    pub source: S,
}

/// Failing requests that came as far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogPhase {
    /// How far.
    pub phase: Phase,
    /// Requests.
    pub count: u64,
}

/// Requests over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogTimes<S> {
    /// The start of the first interval, in UTC with milliseconds.
    pub from: S,
    /// The length of each interval, in milliseconds.
    pub step_ms: u64,
    /// Each interval's requests, without a gap, 120 at most.
    pub counts: Vec<Count>,
}

/// Requests of one data centre over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogColoTimes<S> {
    /// The data centre's code.
    pub colo: S,
    /// The length of each interval, in milliseconds. The first begins where that of `times` does.
    pub step_ms: u64,
    /// Each interval's requests.
    pub counts: Vec<Count>,
}

/// A moment at which the share of failures changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogChange<S> {
    /// When, to the minute.
    pub at: S,
    /// From the change before, or the start, until then.
    pub before: Count,
    /// From then until the next change, or the end.
    pub after: Count,
}

/// How long failing requests took.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogTimeToFail<S> {
    /// Lengths of time with failing requests, in order, 60 at most.
    pub bins: Vec<LogBin>,
    /// Failing requests without a duration.
    pub unknown: u64,
    /// Known time-outs, the shortest first, each with the requests of the lengths of time that touch it.
    pub known: Vec<KnownTime<S>>,
}

/// Failing requests that took about as long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogBin {
    /// At least so many milliseconds.
    pub from_ms: u64,
    /// Fewer than so many.
    pub to_ms: u64,
    /// Requests.
    pub count: u64,
}

/// Minutes with about as many requests.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogLoad {
    /// Requests a minute, from and to.
    pub per_minute: [u64; 2],
    /// Requests of such minutes.
    pub total: u64,
    /// Those of them that failed.
    pub failing: u64,
}

/// What the logs say of a request that something else shows too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogRay<S> {
    /// Its Ray ID, without the data centre.
    pub id: S,
    /// The status that Cloudflare sent.
    pub edge: Option<u16>,
    /// The origin's status: 0 for no response.
    pub origin: Option<u16>,
    /// The origin's address.
    pub address: Option<S>,
    /// How long the origin's part took, in milliseconds.
    pub took_ms: Option<u64>,
    /// All of this in a few words.
    pub says: S,
}

/// A field that no record has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogMissingField<S> {
    /// Its name in `http_requests`.
    pub field: S,
    /// What it would have told, in a sentence.
    pub tells: S,
}

/// The logs as the page shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogsView<S> {
    /// What they say, in a few sentences.
    pub summary: Vec<S>,
    /// What a person would rather look at. None is empty.
    pub plots: Vec<Plot<S>>,
    /// By dimension, statuses, phases and so on. None is empty.
    pub tables: Vec<Table<S>>,
}
