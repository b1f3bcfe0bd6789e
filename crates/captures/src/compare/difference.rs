use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::body_length::{BodyCompleteness, body_length};
use super::headers::{is_one_of, is_same_name, major_version, named, protocol, starts_with};
use crate::har::{Aspect, Entry, Field, Header, Response, Value};

/// In what two entries of a pair differ, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// The status code, or whether there was an answer at all.
    Status,
    /// Content-Length, Transfer-Encoding or Content-Encoding; or the body came short of its Content-Length on one side only.
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
    /// What Cloudflare adds, strips or rewrites by itself, or what differs on every answer: says nothing.
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
    let differs_in = |aspect: Aspect| {
        let fields = Field::compared_ones().iter().filter(|field| field.compared == Some(aspect));
        fields.into_iter().any(|field| differs(&field.value, proxied, direct))
    };
    let (one, other) = (&proxied.response, &direct.response);
    let mut differences = Vec::new();
    let mut add = |difference, differs| {
        if differs {
            differences.push(difference);
        }
    };
    add(Difference::Status, differs_in(Aspect::Answer));
    if one.status > 0 && other.status > 0 {
        let (framing, headers) = header_differences(one, other);
        let short = |entry| body_length(entry).is_some_and(|length| length.how == BodyCompleteness::Short);
        add(Difference::Framing, framing || short(proxied) != short(direct));
        add(Difference::Headers, headers);
        add(Difference::Size, differs_in(Aspect::Size));
        add(Difference::Protocol, differs_in(Aspect::Protocol));
        let cached = proxied.from_cache.is_some() || direct.from_cache.is_some();
        add(Difference::Time, !cached && differs_in(Aspect::Time));
    }
    differences
}

/// Whether a field that is compared differs. What is not known on one side does not, but for a text: that one is missing says something.
fn differs(value: &Value, proxied: &Entry, direct: &Entry) -> bool {
    match value {
        Value::Status => proxied.response.status != direct.response.status,
        Value::Text(member) | Value::Method(member) => (member.get)(proxied) != (member.get)(direct),
        Value::OptionalText(member) | Value::FirstText(member) => (member.get)(proxied) != (member.get)(direct),
        Value::Flag(member) => (member.get)(proxied) != (member.get)(direct),
        Value::Version(member) => {
            let (one, other) = ((member.get)(proxied), (member.get)(direct));
            !one.is_empty() && !other.is_empty() && protocol(one) != protocol(other)
        }
        Value::Bytes(member) => (member.get)(proxied).zip(*(member.get)(direct)).is_some_and(|(one, other)| one != other),
        Value::Milliseconds(member) => (member.get)(proxied)
            .zip(*(member.get)(direct))
            .is_some_and(|(one, other)| (one - other).abs() > 500.0 && one.max(other) > 2.0 * one.min(other)),
        // Header fields are compared by name, and a date says when the request was made.
        _ => false,
    }
}

/// Whether header fields that frame the body differ, and whether others do.
fn header_differences(proxied: &Response, direct: &Response) -> (bool, bool) {
    let (mut framing, mut headers) = (false, false);
    if proxied.headers.is_empty() || direct.headers.is_empty() {
        return (framing, headers);
    }
    // HTTP/2 and HTTP/3 have no Transfer-Encoding: that it is missing there says nothing about the origin.
    let both_http_1 = [proxied, direct].iter().all(|response| !matches!(major_version(&response.http_version), b'2' | b'3'));
    by_name(&proxied.headers, &direct.headers, &mut |name, _, _, change| {
        if change.tells() && (both_http_1 || !is_same_name(name, "transfer-encoding")) {
            *(if is_framing(name) { &mut framing } else { &mut headers }) = true;
        }
    });
    (framing, headers)
}

/// The fields of two lists side by side, in the order in which the names are met. HTTP/2's pseudo-headers are left out.
pub fn align<'a>(proxied: &'a [Arc<Header>], direct: &'a [Arc<Header>]) -> Vec<Aligned<'a>> {
    let mut lines = Vec::new();
    by_name(proxied, direct, &mut |name, proxied, direct, change| {
        lines.push(Aligned { name: name.to_ascii_lowercase(), proxied: proxied.to_vec(), direct: direct.to_vec(), change });
    });
    lines
}

impl Change {
    /// Whether it is a difference worth naming.
    pub fn tells(self) -> bool {
        matches!(self, Self::Changed | Self::OnlyProxied | Self::OnlyDirect)
    }
}

/// Visits every name once, with its fields on both sides and how they compare. It runs for every pair of two captures, and so makes few
/// lists, none of them for one name alone.
fn by_name<'a>(proxied: &'a [Arc<Header>], direct: &'a [Arc<Header>], visit: Visit<'_, 'a>) {
    let length = proxied.len() + direct.len();
    let field = |at: usize| if at < proxied.len() { &proxied[at] } else { &direct[at - proxied.len()] };
    // Names in the same slot are chained, in order: a slot has its first, and each the one that follows, and whether it was visited.
    let mut firsts = [END; SLOTS];
    let mut links = vec![(END, false); length];
    for at in (0..length).rev() {
        links[at].0 = std::mem::replace(&mut firsts[slot(&field(at).name)], at);
    }
    let reframed = is_reframed(encoding(proxied), encoding(direct));
    let mut same: Vec<&Header> = Vec::new();
    for at in 0..length {
        let name = &field(at).name;
        let (mut next, is_visited) = links[at];
        if is_visited || name.starts_with(':') {
            continue;
        }
        same.clear();
        same.push(field(at));
        let mut of_proxied = usize::from(at < proxied.len());
        while next != END {
            let other = field(next);
            if is_same_name(&other.name, name) {
                links[next].1 = true;
                same.push(other);
                of_proxied += usize::from(next < proxied.len());
            }
            next = links[next].0;
        }
        let (one, other) = same.split_at(of_proxied);
        visit(name, one, other, change(name, one, other, reframed));
    }
}

/// Takes a name, its fields on both sides, and how they compare.
type Visit<'v, 'a> = &'v mut dyn FnMut(&str, &[&'a Header], &[&'a Header], Change);

/// Slots that names are put into.
const SLOTS: usize = 64;
/// The end of a slot's names.
const END: usize = usize::MAX;

/// The slot of a name: from its length and its first and last letter, whatever their case.
fn slot(name: &str) -> usize {
    let letter = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default() & 31);
    (name.len() * 7 + letter(name.as_bytes().first()) * 5 + letter(name.as_bytes().last())) % SLOTS
}

fn change(name: &str, proxied: &[&Header], direct: &[&Header], reframed: bool) -> Change {
    if proxied.len() == direct.len() && proxied.iter().zip(direct).all(|(one, other)| one.same_value(other)) {
        return Change::Same;
    }
    match (proxied.is_empty(), direct.is_empty()) {
        _ if is_edge(name, proxied, direct, reframed) => Change::Edge,
        (true, _) => Change::OnlyDirect,
        (_, true) => Change::OnlyProxied,
        _ => Change::Changed,
    }
}

/// How a body is delimited and encoded.
fn is_framing(name: &str) -> bool {
    is_one_of(name, &["content-length", "transfer-encoding", "content-encoding"])
}

/// What Cloudflare adds or changes by itself, and what differs on every answer or on every hop.
fn is_edge(name: &str, proxied: &[&Header], direct: &[&Header], reframed: bool) -> bool {
    const NAMES: [&str; 11] = [
        "age",
        "alt-svc",
        "connection",
        "date",
        "expect-ct",
        "keep-alive",
        "nel",
        "report-to",
        "server-timing",
        "speculation-rules",
        "upgrade",
    ];
    // What it takes out is documented with the HTTP headers that it adds.
    if starts_with(name, "cf-") || is_one_of(name, &NAMES) || (proxied.is_empty() && starts_with(name, "x-accel-")) {
        return true;
    }
    if is_framing(name) {
        return reframed;
    }
    let only = |value: &str| matches!(proxied, [header] if header.value.eq_ignore_ascii_case(value));
    if is_same_name(name, "server") {
        return only("cloudflare");
    }
    if is_same_name(name, "vary") {
        return direct.is_empty() && only("accept-encoding");
    }
    if is_same_name(name, "etag") {
        // What it compresses keeps its ETag, made weak.
        return matches!((proxied, direct), ([one], [other]) if one.value.strip_prefix("W/").is_some_and(|strong| strong == &*other.value));
    }
    // The value of a cookie is new on every answer; which cookies are set is not.
    is_same_name(name, "set-cookie") && {
        let own = |header: &&&Header| !is_cloudflares(cookie_name(header));
        proxied.iter().filter(own).map(|header| cookie_name(header)).eq(direct.iter().filter(own).map(|header| cookie_name(header)))
    }
}

/// Whether Cloudflare compressed the body anew: it does so for what the browser takes, whatever the origin sent.
fn is_reframed(proxied: &str, direct: &str) -> bool {
    is_one_of(proxied, &["br", "gzip", "zstd"]) && !proxied.eq_ignore_ascii_case(direct)
}

fn encoding(headers: &[Arc<Header>]) -> &str {
    named(headers, "content-encoding").next().map_or("", |header| &*header.value)
}

fn cookie_name(header: &Header) -> &str {
    header.value.split(['=', ';']).next().unwrap_or_default().trim()
}

/// The cookies that Cloudflare's products set.
fn is_cloudflares(cookie: &str) -> bool {
    ["__cf", "_cfuvid", "cf_"].iter().any(|start| starts_with(cookie, start))
}

#[cfg(test)]
mod tests {
    use super::Difference::{Framing, Headers, Protocol, Size, Status, Time};
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Vec<Arc<Header>> {
        list.iter()
            .map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), length: value.len() as u64, hash: 0 }.into())
            .collect()
    }

    fn entry(status: u16, list: &[(&str, &str)]) -> Entry {
        let response = Response { status, headers: headers(list), ..Response::default() };
        Entry { response: response.into(), ..Entry::default() }
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

    #[track_caller]
    fn check_change(proxied: &[(&str, &str)], direct: &[(&str, &str)], expected: &[Change]) {
        let (proxied, direct) = (headers(proxied), headers(direct));
        assert_eq!(align(&proxied, &direct).iter().map(|line| line.change).collect::<Vec<_>>(), expected);
    }

    /// Breaks when what Cloudflare does to every answer of a site counts as a difference, or a change of the origin's own is put down to it.
    #[test]
    fn the_edges_own_doing_is_told_apart() {
        use Change::{Changed, Edge, OnlyDirect, OnlyProxied};
        // It compresses: the length goes, the ETag becomes weak, caches are told.
        check_change(
            &[("content-encoding", "br"), ("etag", "W/\"a\""), ("vary", "Accept-Encoding"), ("transfer-encoding", "chunked")],
            &[("content-length", "9"), ("etag", "\"a\"")],
            &[Edge, Edge, Edge, Edge, Edge],
        );
        check_change(
            &[("content-encoding", "zstd"), ("content-length", "5")],
            &[("content-encoding", "gzip"), ("content-length", "9")],
            &[Edge, Edge],
        );
        // The origin's encoding is gone, or its length is another one with the same encoding.
        check_change(&[], &[("content-encoding", "br")], &[OnlyDirect]);
        check_change(
            &[("content-encoding", "br"), ("content-length", "5")],
            &[("content-encoding", "br"), ("content-length", "9")],
            &[Change::Same, Changed],
        );
        check_change(&[("etag", "W/\"b\"")], &[("etag", "\"a\"")], &[Changed]);
        check_change(&[("vary", "Origin")], &[], &[OnlyProxied]);
        check_change(&[], &[("X-Accel-Buffering", "no"), ("Upgrade", "h2,h2c")], &[Edge, Edge]);
        check_change(&[("x-accel-buffering", "no")], &[], &[OnlyProxied]);
        check_change(&[("server", "nginx")], &[("server", "apache")], &[Changed]);
        // Its cookies, and other values of the same cookies.
        check_change(&[("set-cookie", "__cf_bm=x; Path=/")], &[], &[Edge]);
        check_change(&[("set-cookie", "id=1; Path=/"), ("set-cookie", "_cfuvid=x")], &[("set-cookie", "id=2; Path=/")], &[Edge]);
        check_change(&[("set-cookie", "id=1")], &[], &[OnlyProxied]);
        check_change(&[("set-cookie", "id=1")], &[("set-cookie", "id=1"), ("set-cookie", "cart=2")], &[Changed]);
    }

    /// Breaks when a hop that cannot have Transfer-Encoding counts as a difference, or a body that broke off on one side is missed.
    #[test]
    fn framing_is_of_the_message_not_of_the_hop() {
        let mut one = entry(200, &[("a", "b")]);
        let other = entry(200, &[("a", "b"), ("transfer-encoding", "chunked")]);
        assert_eq!(differences(&one, &other), [Framing]);
        one.response.http_version = "h3".into();
        assert_eq!(differences(&one, &other), []);
        let mut cut = entry(200, &[("content-length", "9")]);
        let mut whole = cut.clone();
        (cut.response.body_size, whole.response.body_size) = (Some(5), Some(9));
        assert_eq!(differences(&whole, &cut), [Framing]);
        assert_eq!(differences(&cut, &cut), []);
    }

    /// Breaks when the time of an answer from the browser's cache is compared with one of the network.
    #[test]
    fn a_cache_takes_no_time() {
        let (mut one, mut other) = (entry(200, &[]), entry(200, &[]));
        (one.time_ms, other.time_ms) = (Some(1.0), Some(900.0));
        assert_eq!(differences(&one, &other), [Time]);
        one.from_cache = Some("disk".into());
        assert_eq!(differences(&one, &other), []);
    }
}
