//! The values of one record, as they are met.

use fivetwenty_captures::json::decimal;

use super::names::{GENERAL, OTHER_UNIT};
use super::time::unix_ms;
use crate::record::{Field, FieldSet, Origin, Record, Requester};

/// Bytes of a text that are kept of it.
pub(super) const LONGEST: usize = 16 << 10;

/// Where a text stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    start: usize,
    end: usize,
    /// In [`Values::own`] instead of in the source.
    is_own: bool,
}

/// Fields that are texts, by their places in [`Values::texts`].
const TEXTS: [Field; 12] = [
    Field::CacheCacheStatus,
    Field::ClientRequestHost,
    Field::ClientRequestMethod,
    Field::ClientRequestPath,
    Field::ClientRequestProtocol,
    Field::ClientRequestUserAgent,
    Field::EdgeColoCode,
    Field::OriginIP,
    Field::SecurityAction,
    Field::EdgePathingSrc,
    Field::EdgePathingOp,
    Field::EdgePathingStatus,
];
const CACHE: usize = 0;
const COLO: usize = 6;
const ORIGIN_IP: usize = 7;

/// What is known of a record so far. Texts stand in the source from which they are read, or, where they had escapes, in a store of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// What is no text.
    record: Record<'static>,
    texts: [Place; TEXTS.len()],
    /// For each field the rank of the name by which it was found, plus one.
    ranks: [u8; Field::COUNT],
    own: Vec<u8>,
    /// The data centre that the Ray ID names.
    ray_colo: Option<[u8; 3]>,
}

/// A value as it is met.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// A part of the source, and where it stands there.
    Source(&'a [u8], usize),
    /// Something else: it is copied.
    Other(&'a [u8]),
}

impl Values {
    /// The next record begins.
    pub(super) fn clear(&mut self) {
        self.record = Record { count: 1, ..Record::default() };
        self.texts = Default::default();
        self.ranks = [0; Field::COUNT];
        self.own.clear();
        self.ray_colo = None;
    }

    /// What was found by names that are used for other things too is dropped: the record itself stands further in.
    pub(super) fn drop_general(&mut self) {
        for field in
            [Field::EdgeStartTimestamp, Field::ClientRequestHost, Field::ClientRequestMethod, Field::ClientRequestPath, Field::EdgeColoCode]
        {
            if self.ranks[field as usize] > GENERAL {
                self.ranks[field as usize] = 0;
                self.record.fields.0 &= !(1 << field as u32);
                if let Some(text) = text_of(field) {
                    self.texts[text] = Place::default();
                } else {
                    self.record.started_ms = None;
                }
            }
        }
    }

    /// It is a record: it has the status of the edge's answer.
    pub(super) fn is_record(&self) -> bool {
        self.record.edge > 0
    }

    /// Takes a value that is no `null`. One that cannot be read is left out.
    #[inline]
    pub(super) fn set(&mut self, field: Field, rank: u8, value: Value<'_>) {
        let known = self.ranks[field as usize];
        if known > 0 && known <= rank + 1 {
            return;
        }
        let (Value::Source(bytes, _) | Value::Other(bytes)) = value;
        if let Some(text) = text_of(field) {
            if field == Field::ClientRequestPath && rank > 0 && bytes.first() != Some(&b'/') {
                return;
            }
            self.texts[text] = self.place(value);
        } else if self.set_number(field, rank, bytes).is_none() {
            return;
        }
        self.ranks[field as usize] = rank + 1;
        self.record.fields.add(field);
    }

    fn place(&mut self, value: Value<'_>) -> Place {
        match value {
            Value::Source(bytes, start) => Place { start, end: start + bytes.len(), is_own: false },
            Value::Other(bytes) => {
                let start = self.own.len();
                self.own.extend_from_slice(bytes);
                Place { start, end: self.own.len(), is_own: true }
            }
        }
    }

    #[inline]
    fn set_number(&mut self, field: Field, rank: u8, bytes: &[u8]) -> Option<()> {
        let record = &mut self.record;
        match field {
            Field::EdgeResponseStatus => record.edge = status(bytes).filter(|status| *status > 0)?,
            Field::OriginResponseStatus => {
                record.origin = match status(bytes)? {
                    0 => Origin::None,
                    status => Origin::Status(status),
                };
            }
            Field::EdgeStartTimestamp => record.started_ms = Some(unix_ms(bytes)?),
            Field::EdgeEndTimestamp => record.ended_ms = Some(unix_ms(bytes)?),
            Field::RayID => {
                let (ray, colo) = ray(bytes);
                record.ray = ray;
                self.ray_colo = colo;
            }
            Field::ParentRayID => record.parent = ray(bytes).0,
            Field::ClientRequestSource if rank == OTHER_UNIT => {
                record.requester = Some(Requester::Worker).filter(|_| bytes.eq_ignore_ascii_case(b"true"))?;
            }
            Field::ClientRequestSource => record.requester = requester(bytes),
            Field::OriginDNSResponseTimeMs => record.phases_ms[0] = Some(ms(bytes)?),
            Field::OriginTCPHandshakeDurationMs => record.phases_ms[1] = Some(ms(bytes)?),
            Field::OriginTLSHandshakeDurationMs => record.phases_ms[2] = Some(ms(bytes)?),
            Field::OriginRequestHeaderSendDurationMs => record.phases_ms[3] = Some(ms(bytes)?),
            Field::OriginResponseHeaderReceiveDurationMs => record.phases_ms[4] = Some(ms(bytes)?),
            Field::OriginResponseDurationMs if rank == OTHER_UNIT => {
                record.origin_ms = Some(u32::try_from(number(bytes)? / 1_000_000).ok()?);
            }
            Field::OriginResponseDurationMs => record.origin_ms = Some(ms(bytes)?),
            Field::EdgeTimeToFirstByteMs => record.first_byte_ms = Some(ms(bytes)?),
            Field::WorkerSubrequestCount => record.subrequests = ms(bytes)?,
            Field::Count => record.count = number(bytes).filter(|count| (1..=MOST).contains(count))?,
            // Texts.
            _ => return None,
        }
        Some(())
    }

    /// The record, as far as its texts stand in `source`.
    #[inline]
    pub(super) fn record<'a>(&'a self, source: &'a [u8]) -> Record<'a> {
        let text = |number: usize| {
            let Place { start, end, is_own } = self.texts[number];
            if is_own { &self.own[start..end] } else { source.get(start..end).unwrap_or_default() }
        };
        let mut fields = self.record.fields;
        let mut colo = text(COLO);
        if let Some(of_ray) = self.ray_colo.as_ref().filter(|_| colo.is_empty()) {
            colo = of_ray;
            fields.add(Field::EdgeColoCode);
        }
        Record {
            fields,
            cache: text(CACHE),
            host: text(1),
            method: text(2),
            path: text(3),
            protocol: text(4),
            agent: text(5),
            colo,
            origin_ip: text(ORIGIN_IP),
            security: text(8),
            pathing: [text(9), text(10), text(11)],
            ..self.record
        }
    }

    /// Takes over what the origin did from the one of these requests of a Worker's that tells: they and this one are one request. Their
    /// texts stand in their own stores.
    pub(super) fn fold(&mut self, parts: &[Self]) {
        let asked = |part: &&Self| matches!(part.record.origin, Origin::Status(_)) || !part.record(&[]).origin_ip.is_empty();
        let failed = |part: &&Self| part.record.edge >= 500;
        let like = |part: &&Self| part.record.edge == self.record.edge;
        let asking = || parts.iter().filter(asked);
        let failing = || parts.iter().filter(failed);
        let Some(part) = asking()
            .filter(failed)
            .find(like)
            .or_else(|| failing().find(like))
            .or_else(|| asking().find(failed))
            .or_else(|| asking().next())
        else {
            return;
        };
        let told = part.record(&[]);
        if told.edge >= 500 {
            self.record.edge = told.edge;
        }
        self.record.origin = told.origin;
        self.record.phases_ms = told.phases_ms;
        self.record.origin_ms = told.origin_ms;
        // What a Worker's request brought is told: no other record has it.
        self.record.subrequests = 0;
        for (number, text) in [(CACHE, told.cache), (ORIGIN_IP, told.origin_ip)] {
            if !text.is_empty() {
                self.texts[number] = self.place(Value::Other(text));
            }
        }
        self.record.fields = FieldSet(self.record.fields.0 | part.record.fields.0);
    }
}

/// More requests than this no record stands for.
const MOST: u64 = 1_000_000_000_000;

#[inline]
fn text_of(field: Field) -> Option<usize> {
    Some(match field {
        Field::CacheCacheStatus => 0,
        Field::ClientRequestHost => 1,
        Field::ClientRequestMethod => 2,
        Field::ClientRequestPath => 3,
        Field::ClientRequestProtocol => 4,
        Field::ClientRequestUserAgent => 5,
        Field::EdgeColoCode => 6,
        Field::OriginIP => 7,
        Field::SecurityAction => 8,
        Field::EdgePathingSrc => 9,
        Field::EdgePathingOp => 10,
        Field::EdgePathingStatus => 11,
        _ => return None,
    })
}

/// A whole number, rounded down where it has a fraction.
#[inline]
fn number(bytes: &[u8]) -> Option<u64> {
    if (1..19).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        return Some(bytes.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')));
    }
    let value = decimal(std::str::from_utf8(bytes).ok()?)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bounds that are checked")]
    (0.0..1e18).contains(&value).then_some(value as u64)
}

fn ms(bytes: &[u8]) -> Option<u32> {
    number(bytes)?.try_into().ok()
}

/// A status, or 0.
fn status(bytes: &[u8]) -> Option<u16> {
    number(bytes)?.try_into().ok().filter(|status| *status == 0 || (100..1000).contains(status))
}

/// A Ray ID as a number, 0 when it is none, and the data centre that stands behind it.
fn ray(bytes: &[u8]) -> (u64, Option<[u8; 3]>) {
    let (digits, colo) = match bytes.iter().position(|byte| *byte == b'-') {
        Some(at) => (&bytes[..at], bytes[at + 1..].first_chunk::<3>().copied()),
        None => (bytes, None),
    };
    if !(15..=16).contains(&digits.len()) {
        return (0, None);
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let ray = digits.iter().try_fold(0, |ray: u64, byte| Some(ray << 4 | u64::from(digit(byte)?)));
    (ray.unwrap_or(0), colo.filter(|colo| ray.is_some() && colo.iter().all(u8::is_ascii_uppercase)))
}

fn requester(bytes: &[u8]) -> Requester {
    if bytes.is_empty() {
        Requester::Unknown
    } else if bytes.eq_ignore_ascii_case(b"eyeball") {
        Requester::Visitor
    } else if bytes.eq_ignore_ascii_case(b"edgeWorkerFetch") {
        Requester::Worker
    } else {
        Requester::Edge
    }
}
