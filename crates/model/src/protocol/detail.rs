//! One row with everything known about it.

use fivetwenty_captures::compare::{Change, Difference};
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
