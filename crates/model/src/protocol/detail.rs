//! One row with everything known about it.

use fivetwenty_captures::compare::Change;
use serde::{Deserialize, Serialize};

use super::rows::RowKey;
use crate::report::Ray;

/// One row with everything known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Which row.
    pub key: RowKey,
    /// The request's method.
    pub method: String,
    /// The whole URL, of the proxied side where there is one.
    pub url: String,
    /// The response through Cloudflare is an error page of its own: nothing of it but its status is compared with the origin's.
    pub own_page: bool,
    /// Through Cloudflare.
    pub proxied: Option<EntryView>,
    /// Direct to the origin.
    pub direct: Option<EntryView>,
    /// What is known of both sides beside their headers, the most important first.
    pub facts: Vec<Fact>,
    /// Response headers of both sides, aligned by name.
    pub response_headers: Vec<HeaderLine>,
    /// Request headers of both sides, aligned by name.
    pub request_headers: Vec<HeaderLine>,
    /// The request as a command for a POSIX shell, values replaced.
    pub curl: String,
    /// The same with its values; empty when the URL can stand in no command.
    pub curl_with_values: String,
}

/// One side of a detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    /// Counts as failing.
    pub failing: bool,
    /// The phases in order (`blocked`, `dns`, `connect`, `ssl`, `send`, `wait`, `receive`) with their milliseconds; unknown ones are left out.
    pub timings: Vec<(String, f64)>,
    /// The whole time in milliseconds.
    pub time_ms: Option<f64>,
    /// The other side has the same body. When it is not said, it may have it all the same, written in another way or left out.
    pub same_body: bool,
    /// The Ray ID, decoded.
    pub ray: Option<Ray<String>>,
}

/// A line of what is known beside headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What that means, in a sentence; may be empty.
    pub means: String,
    /// The fields of evidence that point at it.
    pub fields: Vec<String>,
    /// It is shown at once, not with what is folded.
    pub first: bool,
    /// Through Cloudflare; `None` when that side has no such request.
    pub proxied: Option<Said>,
    /// Direct.
    pub direct: Option<Said>,
}

/// What is known of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What the file says; empty when it says nothing.
    pub text: String,
    /// The program's own words about it.
    pub about: String,
    /// It is a failure.
    pub failing: bool,
    /// The text is a time, RFC 3339.
    pub is_time: bool,
}

/// One header name with its values on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderLine {
    /// In lower case.
    pub name: String,
    /// The value through Cloudflare, in pieces.
    pub proxied: Option<Vec<Piece>>,
    /// The value direct, in pieces.
    pub direct: Option<Vec<Piece>>,
    /// How the two compare.
    pub change: Change,
    /// What its value through Cloudflare means, where Cloudflare made it; may be empty.
    pub note: String,
}

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// The other side has it not.
    pub differs: bool,
}
