//! What the members of a record are called, in every style and age.

use crate::record::Field;

/// What a member is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A value, and how good its name is for it: of several members for one field the lowest counts.
    Value(Field, u8),
    /// An object of which the members count as those of the record.
    Wrapper,
    /// An array of the requests that a Worker made for this one.
    Parts,
    /// Anything else.
    Unknown,
}

/// From this rank on a name is used for other things too: whatever collected the record may have added it.
pub(super) const GENERAL: u8 = 3;
/// A duration in nanoseconds instead of milliseconds; `true` instead of a Worker's name.
pub(super) const OTHER_UNIT: u8 = 2;
/// Longer names are unknown.
pub(super) const LONGEST: usize = 64;

/// Names in lower case without signs.
const VALUES: &[(Field, &[&str], u8)] = &[
    (Field::EdgeResponseStatus, &["edgeresponsestatus"], 0),
    (Field::EdgeResponseStatus, &["edgestatus", "edgestatuscode", "edgeresponsestatuscode"], 1),
    (Field::OriginResponseStatus, &["originresponsestatus"], 0),
    (Field::OriginResponseStatus, &["originresponsehttpstatus", "originstatus", "originstatuscode", "originresponsestatuscode"], 1),
    (Field::CacheCacheStatus, &["cachecachestatus"], 0),
    (Field::CacheCacheStatus, &["cachestatus"], 1),
    (Field::EdgeStartTimestamp, &["edgestarttimestamp"], 0),
    (Field::EdgeStartTimestamp, &["datetime"], 1),
    (Field::EdgeStartTimestamp, &["datetimeminute", "datetimefiveminutes", "datetimefifteenminutes", "datetimehour"], 2),
    (Field::EdgeStartTimestamp, &["timestamp", "eventtimestamp", "time", "ts"], GENERAL),
    (Field::EdgeEndTimestamp, &["edgeendtimestamp"], 0),
    (Field::RayID, &["rayid"], 0),
    (Field::RayID, &["rayname", "cfray", "cfrayid", "ray"], 1),
    (Field::ParentRayID, &["parentrayid", "parentrayname"], 0),
    (Field::ClientRequestSource, &["clientrequestsource"], 0),
    (Field::ClientRequestSource, &["requestsource"], 1),
    (Field::ClientRequestSource, &["workersubrequest"], OTHER_UNIT),
    (Field::ClientRequestHost, &["clientrequesthost"], 0),
    (Field::ClientRequestHost, &["clientrequesthttphost"], 1),
    (Field::ClientRequestHost, &["host", "httphost", "requesthost"], GENERAL),
    (Field::ClientRequestMethod, &["clientrequestmethod"], 0),
    (Field::ClientRequestMethod, &["clientrequesthttpmethodname", "clientrequesthttpmethod"], 1),
    (Field::ClientRequestMethod, &["method", "requestmethod", "httpmethod"], GENERAL),
    (Field::ClientRequestPath, &["clientrequestpath"], 0),
    (Field::ClientRequestPath, &["clientrequesturi"], 1),
    (Field::ClientRequestPath, &["path", "requestpath", "uri", "requesturi"], GENERAL),
    (Field::ClientRequestProtocol, &["clientrequestprotocol"], 0),
    (Field::ClientRequestProtocol, &["clientrequesthttpprotocol"], 1),
    (Field::ClientRequestUserAgent, &["clientrequestuseragent"], 0),
    (Field::ClientRequestUserAgent, &["useragent"], 1),
    (Field::EdgeColoCode, &["edgecolocode"], 0),
    (Field::EdgeColoCode, &["colocode"], 1),
    (Field::EdgeColoCode, &["colo", "datacenter"], GENERAL),
    (Field::OriginIP, &["originip", "originipaddress"], 0),
    (Field::OriginDNSResponseTimeMs, &["origindnsresponsetimems"], 0),
    (Field::OriginTCPHandshakeDurationMs, &["origintcphandshakedurationms"], 0),
    (Field::OriginTLSHandshakeDurationMs, &["origintlshandshakedurationms"], 0),
    (Field::OriginRequestHeaderSendDurationMs, &["originrequestheadersenddurationms"], 0),
    (Field::OriginResponseHeaderReceiveDurationMs, &["originresponseheaderreceivedurationms"], 0),
    (Field::OriginResponseDurationMs, &["originresponsedurationms"], 0),
    (Field::OriginResponseDurationMs, &["originresponsetimems"], 1),
    (Field::OriginResponseDurationMs, &["originresponsetime"], OTHER_UNIT),
    (Field::EdgeTimeToFirstByteMs, &["edgetimetofirstbytems"], 0),
    (Field::SecurityAction, &["securityaction"], 0),
    (Field::SecurityAction, &["wafaction", "firewallaction"], 1),
    (Field::EdgePathingSrc, &["edgepathingsrc"], 0),
    (Field::EdgePathingOp, &["edgepathingop"], 0),
    (Field::EdgePathingStatus, &["edgepathingstatus"], 0),
    (Field::WorkerSubrequestCount, &["workersubrequestcount"], 0),
    (Field::Count, &["count"], 0),
    (Field::Count, &["sampleinterval"], 1),
];

/// Members that hold the record: of GraphQL's groups, of what collects logs, of the API's answers.
const WRAPPERS: &[&str] = &["dimensions", "event", "source", "jsonpayload", "record", "log", "message", "data", "result", "attributes"];

/// What a member of this name is read as.
pub(super) fn name(written: &[u8]) -> Name {
    if written.len() > LONGEST {
        return Name::Unknown;
    }
    let plain: String =
        written.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    if plain == "subrequests" {
        return Name::Parts;
    }
    let found = VALUES.iter().find(|(_, names, _)| names.contains(&&*plain));
    found.map_or(if WRAPPERS.contains(&&*plain) { Name::Wrapper } else { Name::Unknown }, |(field, _, rank)| Name::Value(*field, *rank))
}

/// Whether a name may stand in a message: it is one of those above.
pub(super) fn is_known(written: &[u8]) -> bool {
    name(written) != Name::Unknown
}

/// Names of the record before, in order: those of one file are mostly the same.
#[derive(Clone, Default)]
pub(super) struct Names {
    known: Vec<Known>,
}

#[derive(Clone)]
struct Known {
    /// The name in quotes, and the colon.
    written: Box<[u8]>,
    name: Name,
}

/// Names that are remembered, at most.
const MOST_NAMES: usize = 200;

impl Names {
    /// What the name means that the bytes begin with, in quotes and before a colon, and how long that is, when it is the expected one.
    #[inline]
    pub(super) fn expected(&self, place: usize, bytes: &[u8]) -> Option<(Name, usize)> {
        let known = self.known.get(place)?;
        bytes.starts_with(&known.written).then_some((known.name, known.written.len()))
    }

    /// What a name means, and its place; `place` is where it is expected.
    pub(super) fn find(&mut self, place: usize, bare: &[u8]) -> (Name, usize) {
        let is_it = |known: &Known| &known.written[1..known.written.len() - 2] == bare;
        // Members were left out, or there is one more.
        let place = place.min(self.known.len());
        let later = self.known[place..].iter().position(is_it).map(|found| place + found);
        if let Some(found) = later.or_else(|| self.known[..place].iter().position(is_it)) {
            return (self.known[found].name, found);
        }
        let name = name(bare);
        if self.known.len() < MOST_NAMES && bare.len() <= 2 * LONGEST {
            self.known.insert(place, Known { written: [b"\"", bare, b"\":"].concat().into(), name });
        }
        (name, place)
    }

    /// Whether one of them is a name of this field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.known.iter().any(|known| matches!(known.name, Name::Value(of, _) if of == field))
    }
}
