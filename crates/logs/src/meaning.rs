//! What the statuses of a record say together.

use serde::{Deserialize, Serialize};

use fivetwenty_model::logs::LogOutcome::{self, Answered, Cache, ClientClosed, Edge, Failed, Internal, Masked, Unknown, Worker};

use crate::record::{Field, Origin, Record, Requester};

/// A cell of the table: which records it is about, what they say, and who says so. Its conditions are data, so that they can be written as
/// conditions of another language; all of them must hold.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The edge's status lies in one of these ranges, both ends included.
    pub edge: &'static [[u16; 2]],
    /// The origin's status.
    pub origin: OriginIs,
    /// The cache's status.
    pub cache: CacheIs,
    /// What else the record shows: all of these.
    pub signs: &'static [Sign],
    /// What became of the request.
    pub outcome: LogOutcome,
    /// What it means, in a sentence.
    pub means: &'static str,
    /// The page where that is documented.
    pub source: &'static str,
}

/// A condition on `OriginResponseStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginIs {
    /// Whatever it is.
    Any,
    /// The record lacks the field.
    Missing,
    /// 0.
    Zero,
    /// 0, or the record lacks the field.
    ZeroOrMissing,
    /// The edge's status, and not 0.
    SameAsEdge,
    /// From so much to so much, both included.
    Within(u16, u16),
}

/// A condition on `CacheCacheStatus`, without regard to case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheIs {
    /// Whatever it is.
    Any,
    /// The record lacks it.
    Missing,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// Something else that a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `ClientRequestSource` names the edge itself: `earlyHintsCache`, `edgeWorkerCacheAPI`, speculation.
    AskedByEdge,
    /// `WorkerSubrequestCount` is more than 0.
    Subrequests,
    /// `OriginIP` is there and not empty.
    OriginAddress,
    /// `OriginIP` is empty, or not there.
    NoOriginAddress,
    /// `SecurityAction` is one of [`SECURITY_ACTIONS`].
    SecurityAction,
    /// The path begins with `/cdn-cgi/`.
    CloudflarePath,
    /// `EdgePathingSrc` is `err`, or `EdgePathingOp` one of [`PATHING_ERRORS`].
    PathingError,
    /// Another record is of a Worker's sub-request for it that failed: its `ParentRayID` is this one's `RayID`.
    SubrequestFailed,
}

/// Values of `SecurityAction` with which the edge answers by itself, without regard to case.
pub const SECURITY_ACTIONS: &[&str] = &[
    "block",
    "drop",
    "challenge",
    "jschallenge",
    "js_challenge",
    "managedchallenge",
    "managed_challenge",
    "challengefailed",
    "jschallengefailed",
    "managedchallengefailed",
    "connectionclose",
    "connection_close",
    "forceconnectionclose",
    "force_connection_close",
];

/// Values of `EdgePathingOp` with which the edge answers by itself.
pub const PATHING_ERRORS: &[&str] = &["errHost", "err_host", "ban"];

/// Cache statuses of answers that the cache gave.
const FROM_CACHE: CacheIs = CacheIs::OneOf(&["hit", "revalidated", "updating", "stream_hit"]);
/// Cache statuses of answers that the edge made, or that are not known.
const EDGE_MADE: CacheIs = CacheIs::OneOf(&["none", "unknown"]);
/// Cache statuses with which the origin is asked.
const ASKS_ORIGIN: CacheIs = CacheIs::OneOf(&["miss", "expired", "bypass", "dynamic", "ignored", "deferred"]);

const ANY: &[[u16; 2]] = &[[0, 999]];
const NO_ERROR: &[[u16; 2]] = &[[100, 499]];
const SERVER_ERROR: &[[u16; 2]] = &[[500, 599]];
const OWN_ERROR: &[[u16; 2]] = &[[520, 530]];
const GATEWAY: &[[u16; 2]] = &[[502, 502], [504, 504]];

macro_rules! docs {
    ($path:literal) => {
        concat!("https://developers.cloudflare.com/", $path, "/")
    };
}
const DATASET: &str = docs!("logs/logpush/logpush-job/datasets/zone/http_requests");
const NO_STATUS: &str = docs!("logs/faq/504-origin-status-0");
const WORKERS: &str = docs!("logs/faq/worker-subrequests");
const PATHING: &str = docs!("logs/reference/pathing-status");
const CACHE_STATUS: &str = docs!("cache/concepts/cache-responses");
const ORIGIN_ANALYTICS: &str = docs!("speed/origin-analytics");
const ERRORS: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors");
const E502: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-502-504");
const E503: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-503");
const E520: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-520");
const E521: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-521");
const E522: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-522");
const E523: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-523");
const E524: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-524");
const E525: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-525");
const E526: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-526");
const E530: &str = docs!("support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-530");

const fn cell(
    edge: &'static [[u16; 2]],
    origin: OriginIs,
    cache: CacheIs,
    signs: &'static [Sign],
    outcome: LogOutcome,
    means: &'static str,
    source: &'static str,
) -> Cell {
    Cell { edge, origin, cache, signs, outcome, means, source }
}

/// The table: the first cell that fits a record counts. The last one fits every record.
pub const MEANINGS: &[Cell] = {
    use CacheIs::Missing as NoCache;
    use OriginIs::{Any, Missing, SameAsEdge, Within, Zero, ZeroOrMissing};
    use Sign::{AskedByEdge, CloudflarePath, NoOriginAddress, OriginAddress, PathingError, SecurityAction, SubrequestFailed, Subrequests};
    const ALL: CacheIs = CacheIs::Any;
    const STALE: CacheIs = CacheIs::OneOf(&["stale"]);
    &[
        // The edge asked itself.
        cell(
            &[[504, 504]],
            ZeroOrMissing,
            ALL,
            &[AskedByEdge],
            Internal,
            "The edge looked into its own cache, for early hints or for a Worker, and found nothing. No visitor saw this 504.",
            NO_STATUS,
        ),
        cell(
            &[[503, 503]],
            ZeroOrMissing,
            ALL,
            &[AskedByEdge],
            Internal,
            "The edge refused a speculative prefetch. No visitor saw this 503.",
            E503,
        ),
        cell(
            ANY,
            Any,
            ALL,
            &[AskedByEdge],
            Internal,
            "An internal request of the edge: early hints, speculation or a Worker's cache.",
            NO_STATUS,
        ),
        // The visitor left.
        cell(
            &[[499, 499]],
            Any,
            ALL,
            &[],
            ClientClosed,
            "The visitor closed the connection before a response came. It says nothing about the origin.",
            DATASET,
        ),
        // The edge answered by itself, whatever the status.
        cell(ANY, ZeroOrMissing, ALL, &[CloudflarePath], Edge, "One of Cloudflare's own paths (/cdn-cgi/), served at the edge.", NO_STATUS),
        cell(ANY, ZeroOrMissing, ALL, &[SecurityAction], Edge, "A security rule blocked or challenged the request at the edge.", NO_STATUS),
        cell(
            &[[400, 499], [503, 503]],
            ZeroOrMissing,
            ALL,
            &[PathingError],
            Edge,
            "The edge did not route the request to an origin. The pathing status says why.",
            PATHING,
        ),
        // The cache.
        cell(
            NO_ERROR,
            ZeroOrMissing,
            STALE,
            &[],
            Masked,
            "The cache served a stale copy because the origin could not be reached. No visitor saw this failure.",
            CACHE_STATUS,
        ),
        cell(
            NO_ERROR,
            Within(500, 999),
            STALE,
            &[],
            Masked,
            "The cache served a stale copy because the origin returned an error. No visitor saw this failure.",
            CACHE_STATUS,
        ),
        cell(
            &[[100, 519]],
            ZeroOrMissing,
            FROM_CACHE,
            &[],
            Cache,
            "The cache served the response. No request went to the origin.",
            CACHE_STATUS,
        ),
        // Workers.
        cell(
            ANY,
            ZeroOrMissing,
            ALL,
            &[SubrequestFailed],
            Worker,
            "A Worker responded. Its failed sub-request has a record of its own.",
            WORKERS,
        ),
        cell(
            // Other errors of Cloudflare's are about the origin: they count here unless the sub-request's record is there too.
            &[[0, 519], [531, 999]],
            ZeroOrMissing,
            ALL,
            &[Subrequests, NoOriginAddress],
            Worker,
            "A Worker responded. Its sub-requests to the origin have records of their own.",
            WORKERS,
        ),
        // 520.
        cell(
            &[[520, 520]],
            Zero,
            ALL,
            &[],
            Failed,
            "The origin returned no usable response: it was empty, cut within its headers, or the connection was reset.",
            E520,
        ),
        cell(
            &[[520, 520]],
            Within(100, 499),
            ALL,
            &[],
            Failed,
            "The origin began a response that Cloudflare could not use: malformed or oversized headers, or a truncated response.",
            ORIGIN_ANALYTICS,
        ),
        cell(&[[520, 520]], SameAsEdge, ALL, &[], Failed, "The origin itself returned 520, and Cloudflare passed it on.", ORIGIN_ANALYTICS),
        cell(
            &[[520, 520]],
            Within(500, 999),
            ALL,
            &[],
            Failed,
            "The origin returned an error of its own. Cloudflare did not pass it on but returned a 520.",
            ORIGIN_ANALYTICS,
        ),
        cell(&[[520, 520]], Missing, ALL, &[], Failed, "Cloudflare got no usable response from the origin.", E520),
        // Cloudflare's other errors about the origin.
        cell(
            OWN_ERROR,
            SameAsEdge,
            ALL,
            &[],
            Failed,
            "The origin itself returned this status, and Cloudflare passed it on.",
            ORIGIN_ANALYTICS,
        ),
        cell(
            OWN_ERROR,
            Within(100, 999),
            ALL,
            &[],
            Failed,
            "Cloudflare returned its own error although the origin returned another status.",
            ORIGIN_ANALYTICS,
        ),
        cell(&[[521, 521]], ZeroOrMissing, ALL, &[], Failed, "The origin refused the connection.", E521),
        cell(&[[522, 522]], ZeroOrMissing, ALL, &[], Failed, "The TCP connection to the origin timed out.", E522),
        cell(&[[523, 523]], ZeroOrMissing, ALL, &[], Failed, "No route to the origin's address.", E523),
        cell(&[[524, 524]], ZeroOrMissing, ALL, &[], Failed, "The origin accepted the connection but sent no response in time.", E524),
        cell(&[[525, 525]], ZeroOrMissing, ALL, &[], Failed, "The TLS handshake with the origin failed.", E525),
        cell(&[[526, 526]], ZeroOrMissing, ALL, &[], Failed, "Cloudflare rejected the origin's certificate.", E526),
        cell(&[[530, 530]], ZeroOrMissing, ALL, &[], Failed, "Cloudflare could not resolve the origin's address.", E530),
        cell(OWN_ERROR, ZeroOrMissing, ALL, &[], Failed, "A Cloudflare error about the origin.", ERRORS),
        // Other errors.
        cell(SERVER_ERROR, SameAsEdge, ALL, &[], Failed, "The origin returned an error, and Cloudflare passed it on.", E502),
        cell(
            SERVER_ERROR,
            Within(500, 999),
            ALL,
            &[],
            Failed,
            "The origin returned an error, and the visitor got a different one.",
            ORIGIN_ANALYTICS,
        ),
        cell(
            SERVER_ERROR,
            Within(100, 499),
            ALL,
            &[],
            Failed,
            "The origin returned a response, but the visitor got an error made at the edge.",
            ORIGIN_ANALYTICS,
        ),
        cell(GATEWAY, Zero, ASKS_ORIGIN, &[], Failed, "Cloudflare made this error because the origin sent no response.", E502),
        cell(GATEWAY, Zero, ALL, &[OriginAddress], Failed, "Cloudflare made this error because the origin sent no response.", E502),
        cell(GATEWAY, Zero, NoCache, &[], Failed, "Cloudflare made this error because the origin sent no response.", E502),
        cell(
            GATEWAY,
            Zero,
            ALL,
            &[],
            Unknown,
            "Made at the edge. The record does not show whether a request went to the origin.",
            NO_STATUS,
        ),
        cell(
            SERVER_ERROR,
            Zero,
            EDGE_MADE,
            &[],
            Edge,
            "Made at the edge, by a Worker or by Cloudflare, without a response from the origin.",
            NO_STATUS,
        ),
        cell(
            SERVER_ERROR,
            Zero,
            ALL,
            &[],
            Unknown,
            "Made at the edge. The record does not show whether a request went to the origin.",
            NO_STATUS,
        ),
        cell(
            SERVER_ERROR,
            Missing,
            EDGE_MADE,
            &[],
            Unknown,
            "An error made at the edge or passed on. Without the origin's status the record does not show which.",
            DATASET,
        ),
        cell(
            SERVER_ERROR,
            Missing,
            ALL,
            &[],
            Failed,
            "An error. Without the origin's status the record does not show who made it.",
            DATASET,
        ),
        // No error.
        cell(
            NO_ERROR,
            Within(500, 999),
            ALL,
            &[],
            Masked,
            "The origin returned an error, but the visitor got something else: a copy, or the response of a Worker or a rule.",
            ORIGIN_ANALYTICS,
        ),
        cell(NO_ERROR, Within(100, 499), ALL, &[], Answered, "The origin answered.", ORIGIN_ANALYTICS),
        cell(
            NO_ERROR,
            Zero,
            EDGE_MADE,
            &[],
            Edge,
            "The edge responded by itself: a redirect, a rule, or a Worker without sub-requests.",
            NO_STATUS,
        ),
        cell(NO_ERROR, Zero, ALL, &[], Edge, "The edge or its cache responded. No request went to the origin.", NO_STATUS),
        cell(NO_ERROR, Missing, EDGE_MADE, &[], Edge, "The edge responded by itself: a redirect, a rule or a Worker.", CACHE_STATUS),
        cell(
            NO_ERROR,
            Missing,
            ALL,
            &[],
            Answered,
            "A response without the origin's status. It counts as the origin's unless the cache status says otherwise.",
            DATASET,
        ),
        cell(ANY, Any, ALL, &[], Unknown, "The record does not have enough fields to tell.", DATASET),
    ]
};

/// The place in [`MEANINGS`] of the first cell that fits.
pub fn meaning(record: &Record<'_>) -> usize {
    Seen::new(record).meaning()
}

/// Cache statuses that Cloudflare writes.
const CACHES: [&str; 14] = [
    "dynamic",
    "hit",
    "miss",
    "expired",
    "bypass",
    "unknown",
    "none",
    "revalidated",
    "updating",
    "stale",
    "stream_hit",
    "ignored",
    "deferred",
    "other",
];

/// A record has no cache status.
const NO_CACHE_STATUS: u8 = u8::MAX;

/// What the table looks at, as few bytes: records that are alike have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) edge: u16,
    pub(crate) origin: Origin,
    pub(crate) cache: u8,
    signs: u8,
}

impl Seen {
    pub(crate) fn new(record: &Record<'_>) -> Self {
        let mut signs = 0;
        let mut sign = |sign: Sign, is: bool| signs |= u8::from(is) << sign as u8;
        sign(Sign::AskedByEdge, record.requester == Requester::Edge);
        sign(Sign::Subrequests, record.subrequests > 0);
        sign(Sign::OriginAddress, !record.origin_ip.is_empty());
        sign(Sign::NoOriginAddress, record.origin_ip.is_empty());
        sign(Sign::SecurityAction, !record.security.is_empty() && is_one_of(record.security, SECURITY_ACTIONS));
        sign(Sign::CloudflarePath, record.path.starts_with(b"/cdn-cgi/"));
        let [source, operation, _] = record.pathing;
        sign(Sign::PathingError, source == b"err" || (!operation.is_empty() && is_one_of(operation, PATHING_ERRORS)));
        Self { edge: record.edge.min(999), origin: record.origin, cache: cache(record.cache), signs }
    }

    /// The edge's and the origin's status in one number.
    pub(crate) fn status_key(self) -> u64 {
        let origin = match self.origin {
            Origin::Unknown => 0,
            Origin::None => 1,
            Origin::Status(status) => u64::from(status) + 2,
        };
        u64::from(self.edge) | origin << 16
    }

    /// All of it in one number.
    pub(crate) fn packed(self) -> u64 {
        self.status_key() | u64::from(self.cache) << 40 | u64::from(self.signs) << 48
    }

    /// The statuses as `520/0`; without the origin's `520/-`.
    pub(crate) fn statuses(self) -> String {
        match self.origin {
            Origin::Unknown => format!("{}/-", self.edge),
            Origin::None => format!("{}/0", self.edge),
            Origin::Status(status) => format!("{}/{status}", self.edge),
        }
    }

    /// The cache status; `other` for one that Cloudflare does not write.
    pub(crate) fn cache(self) -> Option<&'static str> {
        cache_name(self.cache)
    }

    /// The same record, of which it turned out that a Worker asked the origin for it, and failed.
    pub(crate) fn of_worker(self) -> Self {
        Self { signs: self.signs | 1 << Sign::SubrequestFailed as u8, ..self }
    }

    pub(crate) fn meaning(self) -> usize {
        MEANINGS.iter().position(|cell| self.fits(cell)).unwrap_or(MEANINGS.len() - 1)
    }

    fn fits(self, cell: &Cell) -> bool {
        let edge = |[from, to]: &[u16; 2]| (*from..=*to).contains(&self.edge);
        let origin = match (cell.origin, self.origin) {
            (OriginIs::Any, _)
            | (OriginIs::Missing | OriginIs::ZeroOrMissing, Origin::Unknown)
            | (OriginIs::Zero | OriginIs::ZeroOrMissing, Origin::None) => true,
            (OriginIs::SameAsEdge, Origin::Status(status)) => status == self.edge,
            (OriginIs::Within(from, to), Origin::Status(status)) => (from..=to).contains(&status),
            _ => false,
        };
        let cache = match cell.cache {
            CacheIs::Any => true,
            CacheIs::Missing => self.cache == NO_CACHE_STATUS,
            CacheIs::OneOf(names) => self.cache().is_some_and(|cache| names.contains(&cache)),
        };
        let sign = |sign: &Sign| self.signs & 1 << *sign as u8 != 0;
        origin && cache && cell.edge.iter().any(edge) && cell.signs.iter().all(sign)
    }
}

/// The name of a cache status by its place.
pub(crate) fn cache_name(place: u8) -> Option<&'static str> {
    CACHES.get(usize::from(place)).copied()
}

fn cache(written: &[u8]) -> u8 {
    if written.is_empty() {
        return NO_CACHE_STATUS;
    }
    let place = CACHES.iter().position(|name| written.eq_ignore_ascii_case(name.as_bytes())).unwrap_or(CACHES.len() - 1);
    u8::try_from(place).unwrap_or(NO_CACHE_STATUS)
}

fn is_one_of(written: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| written.eq_ignore_ascii_case(name.as_bytes()))
}

/// Fields without which less is known, each with what it would tell.
pub(crate) const FIELDS: &[(Field, &str, &str)] = &[
    (
        Field::OriginResponseStatus,
        "OriginResponseStatus",
        "Whether a request went to the origin, and what it returned. Without it, responses of the edge and the cache count as the origin's, so shares are lower bounds.",
    ),
    (Field::CacheCacheStatus, "CacheCacheStatus", "Which requests the cache served, and which failures a stale copy hid."),
    (Field::EdgeStartTimestamp, "EdgeStartTimestamp", "When failures began and ended, and whether they grow with the load."),
    (Field::ClientRequestPath, "ClientRequestPath", "Whether some URLs fail and others do not."),
    (Field::ClientRequestHost, "ClientRequestHost", "Whether some hosts fail and others do not."),
    (Field::EdgeColoCode, "EdgeColoCode", "Whether requests through some of Cloudflare's data centres fail and others do not."),
    (Field::OriginIP, "OriginIP", "Whether one of several origin servers fails."),
    (Field::OriginResponseDurationMs, "OriginResponseDurationMs", "How long the origin took until a request failed."),
    (
        Field::OriginTCPHandshakeDurationMs,
        "OriginTCPHandshakeDurationMs",
        "With the other durations of the origin's part: how far failing requests came (DNS, TCP, TLS, headers).",
    ),
    (Field::RayID, "RayID", "Which records belong to the requests of a capture or of another log."),
    (
        Field::ClientRequestSource,
        "ClientRequestSource",
        "Which requests the edge or a Worker made. A 503 or 504 of those says nothing about the origin.",
    ),
    (Field::ClientRequestMethod, "ClientRequestMethod", "Whether some methods fail and others do not."),
    (Field::ClientRequestUserAgent, "ClientRequestUserAgent", "Whether some browsers or programs fail and others do not."),
    (Field::ParentRayID, "ParentRayID", "For which visitor's request a Worker sent its sub-request."),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn record(edge: u16, origin: Origin, cache: &'static str) -> Record<'static> {
        Record { count: 1, edge, origin, cache: cache.as_bytes(), ..Record::default() }
    }

    fn outcome(record: &Record<'_>) -> LogOutcome {
        MEANINGS[meaning(record)].outcome
    }

    /// Breaks when a combination of statuses comes to mean something else.
    #[test]
    fn statuses_mean_what_is_documented() {
        let status = Origin::Status;
        for (edge, origin, cache, expected) in [
            (200, Origin::None, "hit", Cache),
            (200, Origin::None, "HIT", Cache),
            (404, Origin::None, "revalidated", Cache),
            (200, Origin::None, "updating", Cache),
            (206, Origin::None, "stream_hit", Cache),
            (200, status(304), "revalidated", Answered),
            (200, Origin::None, "stale", Masked),
            (200, status(503), "stale", Masked),
            (200, status(500), "dynamic", Masked),
            (200, status(200), "miss", Answered),
            (404, status(404), "dynamic", Answered),
            (304, status(200), "expired", Answered),
            (301, Origin::None, "none", Edge),
            (301, Origin::None, "unknown", Edge),
            (403, Origin::None, "", Edge),
            (499, Origin::None, "dynamic", ClientClosed),
            (499, status(200), "dynamic", ClientClosed),
            (520, Origin::None, "dynamic", Failed),
            (520, Origin::None, "none", Failed),
            (520, status(200), "miss", Failed),
            (520, status(503), "dynamic", Failed),
            (520, status(520), "dynamic", Failed),
            (520, Origin::Unknown, "", Failed),
            (522, Origin::None, "dynamic", Failed),
            (530, Origin::None, "", Failed),
            (527, Origin::None, "", Failed),
            (502, Origin::None, "dynamic", Failed),
            (504, Origin::None, "", Failed),
            (504, Origin::None, "unknown", Unknown),
            (502, status(502), "dynamic", Failed),
            (502, status(200), "dynamic", Failed),
            (503, status(500), "dynamic", Failed),
            (500, Origin::None, "none", Edge),
            (503, Origin::None, "dynamic", Unknown),
            (500, Origin::Unknown, "", Failed),
            (500, Origin::Unknown, "none", Unknown),
            (500, Origin::Unknown, "hit", Cache),
            (200, Origin::Unknown, "", Answered),
            (200, Origin::Unknown, "dynamic", Answered),
            (200, Origin::Unknown, "hit", Cache),
            (200, Origin::Unknown, "none", Edge),
            (0, Origin::Unknown, "", Unknown),
            (0, Origin::None, "", Unknown),
            (999, status(200), "", Unknown),
        ] {
            assert_eq!(outcome(&record(edge, origin, cache)), expected, "{edge} {origin:?} {cache}");
        }
    }

    /// Breaks when what else a record shows is not looked at, or looked at although the origin answered.
    #[test]
    fn signs_count() {
        let failed = record(504, Origin::None, "miss");
        let answered = record(403, Origin::Status(403), "dynamic");
        let blocked = record(403, Origin::None, "miss");
        for (record, expected) in [
            (Record { requester: Requester::Edge, ..failed }, Internal),
            (Record { requester: Requester::Edge, ..record(503, Origin::None, "unknown") }, Internal),
            (Record { requester: Requester::Worker, ..failed }, Failed),
            (Record { path: b"/cdn-cgi/rum", ..failed }, Edge),
            (Record { path: b"/cdn-cgi/image/x", ..answered }, Answered),
            (Record { security: b"managed_challenge", ..blocked }, Edge),
            (Record { security: b"block", ..answered }, Answered),
            (Record { security: b"log", ..failed }, Failed),
            (Record { pathing: [b"err", b"errHost", b"dnsErr"], ..record(409, Origin::Unknown, "") }, Edge),
            (Record { pathing: [b"macro", b"wl", b"nr"], ..record(520, Origin::None, "dynamic") }, Failed),
            (Record { subrequests: 2, ..record(500, Origin::None, "dynamic") }, Worker),
            (Record { subrequests: 2, ..record(520, Origin::None, "dynamic") }, Failed),
            (Record { subrequests: 2, origin_ip: b"192.0.2.1", ..record(520, Origin::None, "dynamic") }, Failed),
            (Record { origin_ip: b"192.0.2.1", ..record(504, Origin::None, "unknown") }, Failed),
        ] {
            assert_eq!(outcome(&record), expected, "{record:?}");
        }
    }

    /// Breaks when a cell can never be reached because those before it take all its records, or one cites no page.
    #[test]
    fn every_cell_is_reached_and_cited() {
        let mut reached = vec![false; MEANINGS.len()];
        let caches = CACHES.iter().copied().chain([""]);
        let origins = [Origin::Unknown, Origin::None].into_iter().chain([200, 404, 500, 502, 520, 522, 530].map(Origin::Status));
        let base = Record { count: 1, ..Record::default() };
        let signs = [
            base,
            Record { requester: Requester::Edge, ..base },
            Record { subrequests: 1, ..base },
            Record { origin_ip: b"192.0.2.1", ..base },
            Record { security: b"block", ..base },
            Record { path: b"/cdn-cgi/", ..base },
            Record { pathing: [b"err", b"", b""], ..base },
        ];
        for cache in caches {
            for origin in origins.clone() {
                for edge in 0..=999 {
                    for sign in signs {
                        let record = Record { edge, origin, cache: cache.as_bytes(), ..sign };
                        reached[meaning(&record)] = true;
                        reached[Seen::new(&record).of_worker().meaning()] = true;
                    }
                }
            }
        }
        for (cell, reached) in MEANINGS.iter().zip(reached) {
            assert!(reached, "{cell:?}");
            assert!(cell.source.starts_with("https://developers.cloudflare.com/") && cell.means.ends_with('.'), "{cell:?}");
        }
    }
}
