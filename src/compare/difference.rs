use serde::{Deserialize, Serialize};

use crate::har::{Entry, Header, Response};

/// In what two entries of a pair differ, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// The status code, or whether there was an answer at all.
    Status,
    /// Content-Length, Transfer-Encoding or Content-Encoding.
    Framing,
    /// Other headers, those left out that the edge adds or that differ on every answer.
    Headers,
    /// The size of the decoded body.
    Size,
    /// The HTTP version.
    Protocol,
    /// The time taken: by more than half a second and more than double. A single sample, never a verdict.
    Time,
}

/// How the two sides of a header compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// The same on both sides, or only one side was captured.
    Same,
    /// On both sides, with other values.
    Changed,
    /// Only through Cloudflare.
    OnlyProxied,
    /// Only direct.
    OnlyDirect,
    /// Only through Cloudflare, and of the kind that Cloudflare adds or that differs on every answer: says nothing.
    Edge,
}

/// One header name with its fields on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned<'a> {
    /// In lower case.
    pub name: String,
    /// The fields of this name through Cloudflare, in order.
    pub proxied: Vec<&'a Header>,
    /// The fields of this name direct, in order.
    pub direct: Vec<&'a Header>,
    /// How they compare.
    pub change: Change,
}

/// In what two entries differ. Where a side has no answer or no headers, nothing is said of what depends on them.
pub fn differences(proxied: &Entry, direct: &Entry) -> Vec<Difference> {
    let (one, other) = (&proxied.response, &direct.response);
    let mut differs = Vec::new();
    if one.status != other.status || one.error != other.error {
        differs.push(Difference::Status);
    }
    if one.status == 0 || other.status == 0 {
        return differs;
    }
    if !one.headers.is_empty() && !other.headers.is_empty() {
        let changed: Vec<Aligned<'_>> = align(&one.headers, &other.headers).into_iter().filter(|header| header.change.tells()).collect();
        if changed.iter().any(|header| is_framing(&header.name)) {
            differs.push(Difference::Framing);
        }
        if changed.iter().any(|header| !is_framing(&header.name)) {
            differs.push(Difference::Headers);
        }
    }
    if one.content_size.zip(other.content_size).is_some_and(|(one, other)| one != other) {
        differs.push(Difference::Size);
    }
    if !one.http_version.is_empty() && !other.http_version.is_empty() && protocol(&one.http_version) != protocol(&other.http_version) {
        differs.push(Difference::Protocol);
    }
    if let Some((one, other)) = proxied.time_ms.zip(direct.time_ms)
        && (one - other).abs() > 500.0
        && one.max(other) > 2.0 * one.min(other)
    {
        differs.push(Difference::Time);
    }
    differs
}

/// The fields of two lists side by side, in the order in which the names are met. HTTP/2's pseudo-headers are left out.
pub fn align<'a>(proxied: &'a [Header], direct: &'a [Header]) -> Vec<Aligned<'a>> {
    let mut lines: Vec<Aligned<'a>> = Vec::new();
    for (is_proxied, header) in proxied.iter().map(|header| (true, header)).chain(direct.iter().map(|header| (false, header))) {
        if header.name.starts_with(':') {
            continue;
        }
        let at = lines.iter().position(|line| line.name.eq_ignore_ascii_case(&header.name)).unwrap_or_else(|| {
            let name = header.name.to_ascii_lowercase();
            lines.push(Aligned { name, proxied: Vec::new(), direct: Vec::new(), change: Change::Same });
            lines.len() - 1
        });
        if is_proxied {
            lines[at].proxied.push(header);
        } else {
            lines[at].direct.push(header);
        }
    }
    for line in &mut lines {
        let same =
            line.proxied.len() == line.direct.len() && line.proxied.iter().zip(&line.direct).all(|(one, other)| same_value(one, other));
        line.change = match (line.proxied.is_empty(), line.direct.is_empty()) {
            _ if same => Change::Same,
            (_, false) | (false, _) if is_edge(line) => Change::Edge,
            (true, _) => Change::OnlyDirect,
            (_, true) => Change::OnlyProxied,
            _ => Change::Changed,
        };
    }
    lines
}

/// Bytes of a response's headers as listed: written as HTTP/1.1 does, status line and empty line included.
pub fn listed_header_bytes(response: &Response) -> u64 {
    let listed = response.headers.iter().filter(|header| !header.name.starts_with(':'));
    let sum: u64 = listed.map(|header| header.name.len() as u64 + header.length + 4).sum();
    if sum == 0 { 0 } else { sum + ("HTTP/1.1 200 \r\n\r\n".len() + response.status_text.len()) as u64 }
}

/// Bytes of a response's headers, and whether they were measured on the wire.
///
/// `headersSize` where the exporter has it. Else the list is summed up, as HTTP/1.1 would write it: name, colon, space, value and line
/// end, with a status line and the empty line. That is what Cloudflare's limit is compared with; it is a lower bound when the exporter left
/// fields out, and over HTTP/2 and HTTP/3 the compressed form on the wire was smaller.
pub fn header_bytes(response: &Response) -> (u64, bool) {
    let listed = listed_header_bytes(response);
    match response.headers_size {
        // Firefox's figure leaves out repeated fields.
        Some(measured) if measured > 0 && measured >= listed => (measured, true),
        _ => (listed, false),
    }
}

impl Change {
    /// Whether it is a difference worth naming.
    pub fn tells(self) -> bool {
        matches!(self, Self::Changed | Self::OnlyProxied | Self::OnlyDirect)
    }
}

/// How a body is delimited and encoded.
pub(crate) fn is_framing(name: &str) -> bool {
    matches!(name, "content-length" | "transfer-encoding" | "content-encoding")
}

/// What Cloudflare adds by itself, and what differs on every answer or on every hop.
fn is_edge(line: &Aligned<'_>) -> bool {
    let by_name = line.name.starts_with("cf-")
        || matches!(
            line.name.as_str(),
            "age"
                | "alt-svc"
                | "connection"
                | "date"
                | "expect-ct"
                | "keep-alive"
                | "nel"
                | "report-to"
                | "server-timing"
                | "speculation-rules"
        );
    by_name || (line.name == "server" && line.proxied.iter().any(|header| header.value.eq_ignore_ascii_case("cloudflare")))
}

fn same_value(one: &Header, other: &Header) -> bool {
    one.length == other.length && one.hash == other.hash && one.value == other.value
}

/// `http/2.0`, `HTTP/2` and `h2` are one.
fn protocol(version: &str) -> &str {
    let version = version.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
    version.strip_suffix(".0").filter(|major| *major != "1").unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::Difference::{Framing, Headers, Protocol, Size, Status, Time};
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Vec<Header> {
        list.iter()
            .map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), length: value.len() as u64, hash: 0 })
            .collect()
    }

    fn entry(status: u16, list: &[(&str, &str)]) -> Entry {
        let response = Response { status, headers: headers(list), ..Response::default() };
        Entry { response, ..Entry::default() }
    }

    /// Breaks when an added, removed or changed header is missed, or what the edge adds counts as a difference.
    #[test]
    fn headers_are_aligned_by_name() {
        let proxied = headers(&[
            ("Server", "cloudflare"),
            ("CF-Ray", "1"),
            ("ETag", "a"),
            ("Vary", "x"),
            ("Vary", "y"),
            ("Date", "1"),
            (":status", "200"),
        ]);
        let direct = headers(&[("server", "nginx"), ("etag", "b"), ("vary", "x"), ("x-debug", "1"), ("date", "2")]);
        let lines = align(&proxied, &direct);
        let changes: Vec<_> = lines.iter().map(|line| (line.name.as_str(), line.change)).collect();
        assert_eq!(
            changes,
            [
                ("server", Change::Edge),
                ("cf-ray", Change::Edge),
                ("etag", Change::Changed),
                ("vary", Change::Changed),
                ("date", Change::Edge),
                ("x-debug", Change::OnlyDirect),
            ]
        );
    }

    /// Breaks when a kind of difference is missed, or named where nothing is known.
    #[test]
    fn differences_come_by_rank() {
        let mut one = entry(200, &[("content-length", "1"), ("etag", "a")]);
        let mut other = entry(502, &[("content-length", "2"), ("etag", "b")]);
        (one.response.http_version, other.response.http_version) = ("h2".into(), "HTTP/1.1".into());
        (one.response.content_size, other.response.content_size) = (Some(1), Some(2));
        (one.time_ms, other.time_ms) = (Some(100.0), Some(900.0));
        assert_eq!(differences(&one, &other), [Status, Framing, Headers, Size, Protocol, Time]);
        assert_eq!(differences(&one, &entry(0, &[])), [Status]);
        assert_eq!(differences(&entry(200, &[("a", "b")]), &entry(200, &[])), []);
        (other.response.http_version, other.time_ms) = ("http/2.0".into(), Some(590.0));
        assert_eq!(differences(&one, &other), [Status, Framing, Headers, Size]);
    }

    /// Breaks when a sum is called a measurement, or a measured figure that is too small to be true is believed.
    #[test]
    fn header_bytes_are_measured_or_summed() {
        let mut response = entry(200, &[("a", "12"), ("set-cookie", "1234567890")]).response;
        assert_eq!(header_bytes(&response), (17 + 7 + 24, false));
        response.headers_size = Some(140_792);
        assert_eq!(header_bytes(&response), (140_792, true));
        response.headers_size = Some(20);
        assert_eq!(header_bytes(&response), (48, false));
        assert_eq!(header_bytes(&Response::default()), (0, false));
    }
}
