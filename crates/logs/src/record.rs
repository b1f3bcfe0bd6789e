//! One request, as a record of Cloudflare's has it.

use serde::{Deserialize, Serialize};

/// What is read of a record. Names are those of the dataset `http_requests`; a reader knows each field's older and other names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the dataset's own names")]
pub enum Field {
    EdgeResponseStatus,
    OriginResponseStatus,
    CacheCacheStatus,
    EdgeStartTimestamp,
    EdgeEndTimestamp,
    RayID,
    ParentRayID,
    ClientRequestSource,
    ClientRequestHost,
    ClientRequestMethod,
    ClientRequestPath,
    ClientRequestProtocol,
    ClientRequestUserAgent,
    EdgeColoCode,
    OriginIP,
    OriginDNSResponseTimeMs,
    OriginTCPHandshakeDurationMs,
    OriginTLSHandshakeDurationMs,
    OriginRequestHeaderSendDurationMs,
    OriginResponseHeaderReceiveDurationMs,
    OriginResponseDurationMs,
    EdgeTimeToFirstByteMs,
    SecurityAction,
    EdgePathingSrc,
    EdgePathingOp,
    EdgePathingStatus,
    WorkerSubrequestCount,
    /// How many requests a record stands for: `count` of GraphQL's groups, `SampleInterval`.
    Count,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = Self::Count as usize + 1;
}

/// Which fields a record, or any record of a file, has: a bit for each [`Field`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSet(pub u32);

impl FieldSet {
    /// Adds a field.
    pub fn add(&mut self, field: Field) {
        self.0 |= 1 << field as u32;
    }

    /// Whether it has a field.
    pub fn has(self, field: Field) -> bool {
        self.0 & (1 << field as u32) != 0
    }
}

/// The origin's answer as a record has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Origin {
    /// The record lacks the field.
    #[default]
    Unknown,
    /// 0: no answer, or never asked.
    None,
    /// Its status.
    Status(u16),
}

/// What made the request: `ClientRequestSource`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Requester {
    /// The record does not say: a visitor, unless something else tells.
    #[default]
    Unknown,
    /// `eyeball`: a visitor.
    Visitor,
    /// `edgeWorkerFetch`: a Worker, for the request `ParentRayID`.
    Worker,
    /// `edgeWorkerCacheAPI`, `earlyHintsCache`, speculation and whatever else the edge asks itself for.
    Edge,
}

/// One request. Texts are the file's own bytes without escapes, empty where the record has none; they may not be UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// The fields that it has.
    pub fields: FieldSet,
    /// How many requests it stands for, 1 as a rule.
    pub count: u64,
    /// When the edge received it, in Unix milliseconds.
    pub started_ms: Option<i64>,
    /// When the edge had answered, in Unix milliseconds.
    pub ended_ms: Option<i64>,
    /// `EdgeResponseStatus`, 100 to 999; 0 for none.
    pub edge: u16,
    /// `OriginResponseStatus`.
    pub origin: Origin,
    /// `CacheCacheStatus` as written.
    pub cache: &'a [u8],
    /// `ClientRequestSource`.
    pub requester: Requester,
    /// The Ray ID as a number; 0 for none.
    pub ray: u64,
    /// The Ray ID of the request for which a Worker made it; 0 for none.
    pub parent: u64,
    /// The host that was asked for.
    pub host: &'a [u8],
    /// The method.
    pub method: &'a [u8],
    /// Path with or without query.
    pub path: &'a [u8],
    /// `HTTP/2` …
    pub protocol: &'a [u8],
    /// The user agent.
    pub agent: &'a [u8],
    /// Cloudflare's data centre, three letters.
    pub colo: &'a [u8],
    /// The origin's address.
    pub origin_ip: &'a [u8],
    /// `SecurityAction`, or `WAFAction` of older records.
    pub security: &'a [u8],
    /// `EdgePathingSrc`, `EdgePathingOp`, `EdgePathingStatus`.
    pub pathing: [&'a [u8]; 3],
    /// Requests that a Worker made for it.
    pub subrequests: u32,
    /// DNS, TCP handshake, TLS handshake, sending the request's headers, waiting for the response's headers: milliseconds.
    pub phases_ms: [Option<u32>; 5],
    /// All of the origin's part, in milliseconds.
    pub origin_ms: Option<u32>,
    /// `EdgeTimeToFirstByteMs`.
    pub first_byte_ms: Option<u32>,
}
