//! The rows of the comparison.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Difference;
use serde::{Deserialize, Serialize};

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowQuery {
    /// The first one, counted among those that match.
    pub from: u32,
    /// How many, 200 at most.
    pub count: u32,
    /// Which ones match.
    pub show: Show,
    /// Only those that this filter lets through: words, and `status:520` and the like.
    pub text: String,
    /// In which order.
    pub sort: Sort,
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

/// The order of rows. Those of which the column is not known come last; equal ones stay in the order of the capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub by: Column,
    /// The greatest first.
    pub descending: bool,
}

/// A column of the comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// The start of the request.
    #[default]
    Start,
    /// The status through Cloudflare; a failure is greater than any other.
    Proxied,
    /// The status direct.
    Direct,
    /// Path, query and host.
    Request,
    /// In what the sides differ; the most important is the greatest.
    Differs,
    /// Bytes of the body.
    Size,
    /// The whole time.
    Time,
}

/// The rows asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// What was asked.
    pub query: RowQuery,
    /// How many rows match.
    pub matching: u32,
    /// How many rows there are.
    pub total: u32,
    /// How many of them differ.
    pub different: u32,
    /// How many of them fail.
    pub failing: u32,
    /// The latest end of any request, in milliseconds after the first one of its file.
    pub axis_ms: f64,
    /// What the rows of this choice have, most frequent first.
    pub facets: Vec<Facet>,
    /// What all failing rows have in common that some other row has not.
    pub shared: Vec<Shared>,
    /// The window.
    pub rows: Vec<Row>,
}

/// The values of one property, and how many rows have each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// The prefix of the filter that asks for it, without its colon: `status`, `type`, `host`, `colo` or `differs`.
    pub prefix: String,
    /// The most frequent values.
    pub choices: Vec<Choice>,
}

/// A value that can be filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// How many rows have it.
    pub count: u32,
    /// The filter asks for it.
    pub chosen: bool,
    /// The filter once it was chosen, or let go when it is chosen now.
    pub text: String,
}

/// What all failing rows have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// What it is, in a word or two.
    pub name: String,
    /// Its value.
    pub value: String,
    /// How many of the rows that do not fail have it too.
    pub others: u32,
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
    /// In what the two sides differ, most important first; empty when one side is missing. Cloudflare's own error page differs in nothing
    /// but its status.
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

/// A row that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goto {
    /// That of an entry: in which file, and its index there.
    Entry(Side, u32),
    /// The one behind another.
    Next {
        /// The other one.
        from: RowKey,
        /// Only one that differs.
        differing: bool,
    },
    /// The one before another.
    Previous {
        /// The other one.
        from: RowKey,
        /// Only one that differs.
        differing: bool,
    },
}

/// A row that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its name.
    pub key: RowKey,
    /// Its place among the rows that match; when it is hidden, among all of them.
    pub index: u32,
    /// The filter hides it.
    pub hidden: bool,
}

impl RowKey {
    /// An entry of it, by its side: the one through Cloudflare where there is one.
    pub fn entry(self) -> Option<(Side, u32)> {
        self.proxied.map(|entry| (Side::Proxied, entry)).or(self.direct.map(|entry| (Side::Direct, entry)))
    }
}

impl Row {
    /// The two sides differ, or one of them is missing.
    pub fn is_different(&self) -> bool {
        !self.differs.is_empty() || self.proxied.is_none() || self.direct.is_none()
    }
}
