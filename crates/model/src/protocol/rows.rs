//! The rows of the comparison.

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
