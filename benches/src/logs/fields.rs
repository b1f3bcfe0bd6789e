//! A request as a record: the fields of `http_requests` that jobs usually have.

use std::io::{self, Write};

use super::request::{Request, Source};

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line, as Logpush writes by default.
    Ndjson,
    /// CSV with a line of names.
    Csv,
    /// One JSON array.
    Array,
}

/// A field's value.
enum Value<'a> {
    Text(&'a str),
    /// A text that is made of two.
    Texts(&'a str, &'a str),
    Number(i64),
    Bool(bool),
    /// A Ray ID.
    Ray(u64),
    /// An address of a visitor's, out of 198.18.0.0/15.
    Address(u64),
    List(&'a [&'a str]),
}

type Of = fn(&Request) -> Value<'_>;

/// The fields, in the order in which they are written.
const FIELDS: &[(&str, Of)] = &[
    ("CacheCacheStatus", |r| Value::Text(r.cache)),
    ("CacheReserveUsed", |_| Value::Bool(false)),
    ("CacheResponseBytes", |r| Value::Number(i64::from(r.bytes))),
    ("CacheResponseStatus", |r| Value::Number(if r.cache == "hit" { 200 } else { 0 })),
    ("CacheTieredFill", |_| Value::Bool(false)),
    ("ClientASN", |r| Value::Number(i64::from(r.asn))),
    ("ClientCountry", |r| Value::Text(r.country)),
    ("ClientDeviceType", |r| Value::Text(r.device)),
    ("ClientIP", |r| Value::Address(r.noise)),
    ("ClientIPClass", |_| Value::Text("noRecord")),
    ("ClientMTLSAuthStatus", |_| Value::Text("unknown")),
    ("ClientRegionCode", |_| Value::Text("")),
    ("ClientRequestBytes", |r| Value::Number(500 + (r.noise % 3_000).cast_signed())),
    ("ClientRequestHost", |r| Value::Text(r.host)),
    ("ClientRequestMethod", |r| Value::Text(r.method)),
    ("ClientRequestPath", |r| Value::Text(&r.path)),
    ("ClientRequestProtocol", |r| Value::Text(r.protocol)),
    ("ClientRequestReferer", |_| Value::Text("https://www.shop.example/")),
    ("ClientRequestScheme", |_| Value::Text("https")),
    ("ClientRequestSource", |r| Value::Text(source(r))),
    ("ClientRequestURI", |r| Value::Texts(&r.path, &r.query)),
    ("ClientRequestUserAgent", |r| Value::Text(r.agent)),
    ("ClientSSLCipher", |_| Value::Text("AEAD-AES128-GCM-SHA256")),
    ("ClientSSLProtocol", |r| Value::Text(if r.protocol == "HTTP/3" { "QUIC" } else { "TLSv1.3" })),
    ("ClientSrcPort", |r| Value::Number(1_024 + (r.noise >> 20 & 0xffff).cast_signed() % 64_000)),
    ("ClientTCPRTTMs", |r| Value::Number((r.noise >> 40 & 0x3f).cast_signed())),
    ("ClientXRequestedWith", |_| Value::Text("")),
    ("EdgeCFConnectingO2O", |_| Value::Bool(false)),
    ("EdgeColoCode", |r| Value::Text(r.colo)),
    ("EdgeColoID", |r| Value::Number(i64::from(r.asn) % 900)),
    ("EdgeEndTimestamp", |r| Value::Number(r.started_ns + i64::from(r.took_ms) * 1_000_000)),
    ("EdgePathingOp", |r| Value::Text(if r.security.is_empty() { "wl" } else { "ban" })),
    ("EdgePathingSrc", |r| Value::Text(if r.security.is_empty() { "macro" } else { "filterBasedFirewall" })),
    ("EdgePathingStatus", |_| Value::Text("nr")),
    ("EdgeRequestHost", |r| Value::Text(if r.origin_ip.is_empty() { "" } else { r.host })),
    ("EdgeResponseBodyBytes", |r| Value::Number(i64::from(r.bytes))),
    ("EdgeResponseBytes", |r| Value::Number(i64::from(r.bytes) + 700)),
    ("EdgeResponseCompressionRatio", |_| Value::Number(0)),
    ("EdgeResponseContentType", |r| Value::Text(if r.host.starts_with("api") { "application/json" } else { "text/html" })),
    ("EdgeResponseStatus", |r| Value::Number(i64::from(r.edge))),
    ("EdgeServerIP", |r| Value::Text(if r.origin_ip.is_empty() { "" } else { "172.70.1.1" })),
    ("EdgeStartTimestamp", |r| Value::Number(r.started_ns)),
    ("EdgeTimeToFirstByteMs", |r| Value::Number(i64::from(r.took_ms))),
    ("OriginDNSResponseTimeMs", |r| Value::Number(i64::from(r.phases_ms[0]))),
    ("OriginIP", |r| Value::Text(r.origin_ip)),
    ("OriginRequestHeaderSendDurationMs", |r| Value::Number(i64::from(r.phases_ms[3]))),
    ("OriginResponseBytes", |_| Value::Number(0)),
    ("OriginResponseDurationMs", |r| Value::Number(i64::from(r.origin_ms))),
    ("OriginResponseHTTPExpires", |_| Value::Text("")),
    ("OriginResponseHTTPLastModified", |_| Value::Text("")),
    ("OriginResponseHeaderReceiveDurationMs", |r| Value::Number(i64::from(r.phases_ms[4]))),
    ("OriginResponseStatus", |r| Value::Number(i64::from(r.origin))),
    ("OriginResponseTime", |r| Value::Number(i64::from(r.origin_ms) * 1_000_000)),
    ("OriginSSLProtocol", |r| Value::Text(if r.origin_ip.is_empty() { "unknown" } else { "TLSv1.3" })),
    ("OriginTCPHandshakeDurationMs", |r| Value::Number(i64::from(r.phases_ms[1]))),
    ("OriginTLSHandshakeDurationMs", |r| Value::Number(i64::from(r.phases_ms[2]))),
    ("ParentRayID", |r| if r.parent == 0 { Value::Text("00") } else { Value::Ray(r.parent) }),
    ("RayID", |r| Value::Ray(r.ray)),
    ("SecurityAction", |r| Value::Text(r.security)),
    ("SecurityActions", |r| if r.security.is_empty() { Value::List(&[]) } else { Value::List(std::slice::from_ref(&r.security)) }),
    ("SecurityLevel", |_| Value::Text("med")),
    ("SmartRouteColoID", |_| Value::Number(0)),
    ("UpperTierColoID", |_| Value::Number(0)),
    ("WorkerCPUTime", |r| Value::Number(i64::from(r.subrequests) * 900)),
    ("WorkerStatus", |r| Value::Text(if r.subrequests > 0 { "ok" } else { "unknown" })),
    ("WorkerSubrequest", |r| Value::Bool(r.source == Source::Worker)),
    ("WorkerSubrequestCount", |r| Value::Number(i64::from(r.subrequests))),
    ("ZoneName", |_| Value::Text("shop.example")),
];

fn source(request: &Request) -> &'static str {
    match request.source {
        Source::Visitor => "eyeball",
        Source::Worker => "edgeWorkerFetch",
        Source::EarlyHints => "earlyHintsCache",
    }
}

impl Format {
    pub(super) fn begin(self, writer: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Ndjson => Ok(()),
            Self::Array => writer.write_all(b"["),
            Self::Csv => {
                let names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
                writeln!(writer, "{}", names.join(","))
            }
        }
    }

    pub(super) fn record(self, writer: &mut impl Write, request: &Request, is_first: bool) -> io::Result<()> {
        match self {
            Self::Ndjson => {
                object(writer, request)?;
                writer.write_all(b"\n")
            }
            Self::Array => {
                writer.write_all(if is_first { b"\n" } else { b",\n" })?;
                object(writer, request)
            }
            // CSV has no place for merged sub-requests: they get a line of their own.
            Self::Csv => {
                row(writer, request)?;
                request.merged.as_deref().map_or(Ok(()), |inner| row(writer, inner))
            }
        }
    }

    pub(super) fn end(self, writer: &mut impl Write) -> io::Result<()> {
        if self == Self::Array { writer.write_all(b"\n]\n") } else { Ok(()) }
    }
}

/// The texts need no escapes: the generator makes none with quotes, backslashes or commas but user agents, and those only commas.
fn object(writer: &mut impl Write, request: &Request) -> io::Result<()> {
    for (number, (name, of)) in FIELDS.iter().enumerate() {
        writer.write_all(if number == 0 { b"{\"" } else { b",\"" })?;
        writer.write_all(name.as_bytes())?;
        writer.write_all(b"\":")?;
        match of(request) {
            Value::Text(text) => write!(writer, "\"{text}\"")?,
            Value::Texts(one, other) => write!(writer, "\"{one}{other}\"")?,
            Value::Number(number) => write!(writer, "{number}")?,
            Value::Bool(is) => write!(writer, "{is}")?,
            Value::Ray(ray) => write!(writer, "\"{ray:016x}\"")?,
            Value::Address(noise) => write!(writer, "\"{}\"", address(noise))?,
            Value::List([]) => writer.write_all(b"[]")?,
            Value::List(texts) => write!(writer, "[\"{}\"]", texts.join("\",\""))?,
        }
    }
    if let Some(inner) = &request.merged {
        writer.write_all(b",\"Subrequests\":[")?;
        object(writer, inner)?;
        writer.write_all(b"]")?;
    }
    writer.write_all(b"}")
}

fn row(writer: &mut impl Write, request: &Request) -> io::Result<()> {
    for (number, (_, of)) in FIELDS.iter().enumerate() {
        if number > 0 {
            writer.write_all(b",")?;
        }
        match of(request) {
            Value::Text(text) if text.contains(',') => write!(writer, "\"{text}\"")?,
            Value::Text(text) => writer.write_all(text.as_bytes())?,
            Value::Texts(one, other) => write!(writer, "{one}{other}")?,
            Value::Number(number) => write!(writer, "{number}")?,
            Value::Bool(is) => write!(writer, "{is}")?,
            Value::Ray(ray) => write!(writer, "{ray:016x}")?,
            Value::Address(noise) => writer.write_all(address(noise).as_bytes())?,
            Value::List(texts) => write!(writer, "\"[{}]\"", texts.join(" "))?,
        }
    }
    writer.write_all(b"\n")
}

fn address(noise: u64) -> String {
    format!("198.{}.{}.{}", 18 + (noise & 1), noise >> 1 & 0xff, noise >> 9 & 0xff)
}
