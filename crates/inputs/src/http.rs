//! An exchange that is put together line by line, as tools show it.

use std::borrow::Cow;
use std::sync::Arc;

use super::grammar::header;
use super::prompt::is_cloudflares;
use super::trace::field;
use super::{Extract, Side, Statement, TextKind};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::{Entry, Header, Limits};
use fivetwenty_captures::json::hash;

/// Bytes of a body that are kept to see what it says about itself.
const MAX_BODY: usize = 64 << 10;
/// Headers of one message that are kept.
const MAX_HEADERS: usize = 1000;

/// How far an exchange has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Nothing was sent yet.
    #[default]
    Start,
    /// The request's headers.
    Request,
    /// Behind the request's headers.
    Sent,
    /// The answer's headers.
    Answer,
    /// Behind the answer's headers.
    Body,
}

/// A request with its answer, as far as it was read.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what was seen so far, each by itself")]
pub(super) struct Draft {
    /// The first of its lines.
    pub(super) first: usize,
    /// How far it has come.
    pub(super) phase: Phase,
    pub(super) entry: Entry,
    /// The host that the request names.
    pub(super) host: Option<String>,
    /// The address that was connected to.
    pub(super) address: Option<String>,
    /// The way was chosen by hand.
    pub(super) is_direct: bool,
    /// All headers stand there as they were sent.
    pub(super) is_raw: bool,
    /// It was read to its end.
    pub(super) is_whole: bool,
    /// Bytes of the body came, though they are not shown.
    pub(super) has_body: bool,
    pub(super) body: String,
    /// Bytes of the body that the headers announce.
    pub(super) announced: Option<usize>,
    /// Curl's exit status.
    pub(super) exit: Option<u8>,
    /// The Ray ID where no header has it.
    pub(super) ray: Option<RayId>,
}

impl Draft {
    /// Begins at a line.
    pub(super) fn at(first: usize) -> Self {
        Self { first, ..Self::default() }
    }

    /// Takes a status line.
    pub(super) fn answer(&mut self, (version, status, reason): (&str, u16, &str)) {
        let response = &mut self.entry.response;
        (response.http_version, response.status, response.status_text) = (version.into(), status, reason.into());
        response.headers.clear();
        self.body.clear();
        self.announced = None;
        self.phase = Phase::Answer;
    }

    /// Takes a request line.
    pub(super) fn ask(&mut self, (method, target, version): (&str, &str, &str), scheme: &str) {
        let request = &mut self.entry.request;
        (request.method, request.http_version) = (method.into(), version.into());
        if target.contains("://") {
            request.url = target.into();
        } else if Address::new(&request.url).path.is_empty() || !is_target_of(target, &request.url) {
            // The host comes with the headers.
            request.url = [scheme, "://", target].concat().into();
        }
        self.phase = Phase::Request;
    }

    /// Takes a line of the headers; the empty one ends them. What is no header is not taken.
    pub(super) fn add(&mut self, line: &str, is_cut: bool) -> bool {
        let is_request = self.phase == Phase::Request;
        if line.trim().is_empty() {
            if !is_cut {
                self.phase = if is_request { Phase::Sent } else { Phase::Body };
            }
            return true;
        }
        let Some((name, value)) = header(line) else { return false };
        // A value that was cut is another one, unless its grammar has an end.
        if is_cut && !(name.eq_ignore_ascii_case("date") && value.ends_with(" GMT")) && !is_whole_ray(name, value) {
            return true;
        }
        if is_request && !value.is_empty() && (name.eq_ignore_ascii_case("host") || name == ":authority") {
            self.host = Some(value.to_owned());
        }
        if !is_request && name.eq_ignore_ascii_case("content-length") {
            self.announced = value.parse().ok();
        }
        let headers = if is_request { &mut self.entry.request.headers } else { &mut self.entry.response.headers };
        if headers.len() < MAX_HEADERS {
            headers.push(Arc::new(kept(name, value)));
        }
        true
    }

    /// Takes a line of the body.
    pub(super) fn body_line(&mut self, line: &str, is_cut: bool) {
        // What is cut is another value, unless a sign closed the one before.
        let is_closed = !is_cut || line.ends_with(['}', '>']) || (self.body.is_empty() && line.starts_with("error code: "));
        if is_closed && self.body.len() + line.len() < MAX_BODY {
            self.body.push_str(line);
            self.body.push('\n');
        }
        self.has_body |= !line.is_empty();
    }

    /// The exchange as an extract of the lines up to `end`.
    pub(super) fn extract(mut self, kind: TextKind, end: usize) -> Extract {
        let response = &mut self.entry.response;
        let page = page(&self.body).filter(|_| response.status == 0 || response.status >= 400);
        if let Some(page) = page.filter(|page| response.status > 0 || page.form != Form::Own) {
            if response.status == 0 {
                response.status = super::error_page::status(&page).unwrap_or(0);
            }
            response.error_page = Some(Box::new(page));
        }
        let announced = self.announced.map(|bytes| bytes as u64);
        let shown = self.body.len() as u64;
        if self.is_whole && self.phase == Phase::Body {
            response.body_size = announced;
            response.content_size = if self.has_body { None } else { Some(0) };
        } else if self.phase == Phase::Body && (1..announced.unwrap_or(0)).contains(&shown) && response.error.is_some() {
            response.body_size = Some(shown);
        }
        if self.is_raw && response.http_version.starts_with("HTTP/1") && self.phase >= Phase::Answer {
            let line = response.http_version.len() + 4 + response.status_text.len() + usize::from(!response.status_text.is_empty()) + 2;
            let sent = line as u64 + listed(&response.headers);
            let has_ended = self.phase == Phase::Body;
            response.headers_size = (has_ended || self.is_whole).then_some(sent + 2);
            // The empty line is missing, as browsers show it by the two sizes.
            response.transfer_size = (!has_ended && self.is_whole && response.error.is_none()).then_some(sent);
        }
        let response = &mut self.entry.response;
        if self.phase == Phase::Answer && self.is_raw {
            response.error = response.error.take().map(|error| in_headers(&error).map_or(error, Into::into));
        }
        // Curl takes the last one; browsers refuse them.
        let twice = [
            ("content-length", "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"),
            ("content-disposition", "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION"),
            ("location", "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"),
        ];
        let differ = |name: &str| {
            let mut values = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
            values.next().is_some_and(|first| values.any(|other| !other.same_value(first)))
        };
        if let Some((_, error)) = twice.iter().find(|(name, _)| differ(name)) {
            response.error = Some((*error).into());
        }
        let request = &mut self.entry.request;
        if self.is_raw {
            request.body_size = request.header("content-length").and_then(|header| header.value.parse().ok());
        }
        let response = &mut self.entry.response;
        if let Some(mime) = response.header("content-type") {
            response.mime_type = (&*mime.value).into();
        }
        self.complete_url();
        self.entry.server_ip = self.address.as_deref().map(Arc::from);
        let date = self.entry.response.header("date").and_then(|header| Timestamp::from_http_date(&header.value).ok());
        let is_direct = self.is_direct || self.address.as_deref().is_some_and(|address| !is_cloudflares(address));
        let by_status =
            self.exit != Some(22) && self.entry.response.headers.is_empty() && (520..=530).contains(&self.entry.response.status);
        let mut statement = Statement::of_entry(self.entry, is_direct);
        if statement.way.is_none() && by_status {
            // Nobody else answers with these.
            statement.way = Some(Side::Proxied);
        }
        let named = self.host.map(|host| ["//", &host].concat());
        statement.host = named.map(|host| Address::new(&host).host_name().into()).or(statement.host);
        statement.time = statement.time.or(date);
        statement.host = statement.host.take().or_else(|| statement.entry.as_ref()?.response.error_page.as_ref()?.host.clone());
        statement.curl_exit = self.exit;
        statement.ray = statement.ray.or(self.ray);
        if !self.body.is_empty()
            && let Ok(trace) = fields_of(&self.body).parse::<Trace>()
            && trace.get("fl").is_some()
        {
            statement.host = statement.host.or_else(|| trace.get("h").map(Box::from));
            statement.time = statement.time.or(trace.time());
            if let Some(entry) = statement.entry.as_mut().filter(|entry| entry.request.url.is_empty()) {
                // Nothing else answers so, and it is the edge that does.
                entry.request.url =
                    trace.get("h").map_or("/cdn-cgi/trace".to_owned(), |host| format!("https://{host}/cdn-cgi/trace")).into();
            }
            statement.trace = Some(trace);
        }
        let kind = if statement.trace.is_some() { TextKind::Trace } else { kind };
        Extract { kind, lines: self.first..end, statement }
    }

    /// Puts the host into a URL that is known by its target alone.
    fn complete_url(&mut self) {
        let url = &self.entry.request.url;
        let Some((scheme, target)) = url.split_once("://") else { return };
        if target.starts_with('/') || target == "*" {
            let path = target.trim_start_matches('*');
            self.entry.request.url = match self.host.as_deref().filter(|host| !host.is_empty()) {
                Some(host) => [scheme, "://", host, path].concat().into(),
                None => Arc::default(),
            };
        }
    }
}

/// The fields of a body, without the sizes of its chunks and what stands around them.
fn fields_of(body: &str) -> String {
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !is_chunk_size(line));
    let is_field = |line: &&str| field(line).is_some();
    lines.skip_while(|line| !is_field(line)).take_while(is_field).collect::<Vec<&str>>().join("\n")
}

/// Bytes of headers on the wire of HTTP/1.1.
fn listed(headers: &[Arc<Header>]) -> u64 {
    headers.iter().map(|header| header.name.len() as u64 + header.length + 4).sum()
}

/// What browsers call a connection that ended within the headers.
fn in_headers(error: &str) -> Option<&'static str> {
    let ends = ["net::ERR_CONNECTION_RESET", "net::ERR_CONNECTION_CLOSED", "net::ERR_EMPTY_RESPONSE"];
    ends.contains(&error).then_some("net::ERR_RESPONSE_HEADERS_TRUNCATED")
}

/// Whether a URL asks for this target.
pub(super) fn is_target_of(target: &str, url: &str) -> bool {
    let address = Address::new(url);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    path == if address.path.is_empty() { "/" } else { address.path } && query == address.query
}

/// The URL that a redirect leads to.
pub(super) fn resolve(base: &str, location: &str) -> String {
    let address = Address::new(base);
    let location = location.split('#').next().unwrap_or_default();
    if location.contains("://") {
        return location.to_owned();
    }
    if location.starts_with("//") {
        return [address.scheme, ":", location].concat();
    }
    let folder = if location.starts_with('/') { "" } else { address.path.rfind('/').map_or("/", |at| &address.path[..=at]) };
    [address.scheme, "://", address.host, folder, location].concat()
}

/// A header as an entry keeps it.
pub(super) fn kept(name: &str, value: &str) -> Header {
    let end = value.floor_char_boundary(Limits::default().header_value);
    let hash = if end < value.len() { hash(value.as_bytes()) } else { 0 };
    Header { name: name.into(), value: value[..end].into(), length: value.len() as u64, hash }
}

/// A Ray ID with its data centre, which is complete wherever the text ends.
fn is_whole_ray(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("cf-ray") && value.len() == 20 && value.parse::<RayId>().is_ok()
}

/// What a body says of itself. A prompt may stand directly behind a body that ends without a line.
fn page(body: &str) -> Option<ErrorPage> {
    let body = unchunked(body.trim());
    let body = body.trim();
    if let Some(code) = body.strip_prefix("error code: ") {
        let digits = code.bytes().take_while(u8::is_ascii_digit).count();
        // 1016 cut short is no code, either.
        let is_code = digits == 4 && code.starts_with('1') || digits == 3 && code.starts_with('5');
        return ErrorPage::read(&body[.."error code: ".len() + digits]).filter(|_| is_code);
    }
    ErrorPage::read(body)
}

/// Whether a line is the size of a chunk.
fn is_chunk_size(line: &str) -> bool {
    (1..=8).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A body without the sizes of its chunks, which some tools show.
fn unchunked(body: &str) -> Cow<'_, str> {
    let (first, rest) = body.split_once('\n').unwrap_or_default();
    if !is_chunk_size(first.trim()) {
        return Cow::Borrowed(body);
    }
    Cow::Owned(rest.lines().filter(|line| !is_chunk_size(line.trim())).collect::<Vec<_>>().join("\n"))
}

/// The name that browsers give a fault, from the words of curl or another tool; `None` when it is none of the server's, or the words
/// do not say which of several it is.
pub(super) fn browsers_name(exit: Option<u8>, words: &str, has_status: bool) -> Option<&'static str> {
    /// Words, the statuses with which curl says them, and what browsers call it.
    const WORDS: [(&str, &[u8], &str); 48] = [
        ("Empty reply", &[52], "net::ERR_EMPTY_RESPONSE"),
        ("No data received", &[], "net::ERR_EMPTY_RESPONSE"),
        ("closed connection without response", &[], "net::ERR_EMPTY_RESPONSE"),
        ("closed before message completed", &[], "net::ERR_EMPTY_RESPONSE"),
        ("operation timed out", &[], "net::ERR_TIMED_OUT"),
        ("HTTP/0.9", &[1], "net::ERR_INVALID_HTTP_RESPONSE"),
        ("Unsupported HTTP", &[1, 8], "net::ERR_INVALID_HTTP_RESPONSE"),
        ("BadStatusLine", &[], "net::ERR_INVALID_HTTP_RESPONSE"),
        ("Nul byte in header", &[8], "net::ERR_INVALID_HTTP_RESPONSE"),
        ("Malformed status line", &[8], "net::ERR_INVALID_HTTP_RESPONSE"),
        ("Invalid Content-Length", &[8], "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"),
        ("Too large response headers", &[56, 100], "net::ERR_RESPONSE_HEADERS_TOO_BIG"),
        ("chunked-encoding", &[56], "net::ERR_INVALID_CHUNKED_ENCODING"),
        ("chunk hex-length", &[56], "net::ERR_INVALID_CHUNKED_ENCODING"),
        ("bytes remaining to read", &[18], "net::ERR_CONTENT_LENGTH_MISMATCH"),
        ("Connection closed at byte", &[], "net::ERR_CONTENT_LENGTH_MISMATCH"),
        ("outstanding read data", &[18], "net::ERR_INCOMPLETE_CHUNKED_ENCODING"),
        ("before end of the underlying stream", &[18], "net::ERR_CONNECTION_CLOSED"),
        ("not closed cleanly", &[92], "net::ERR_HTTP2_PROTOCOL_ERROR"),
        ("content unencoding", &[61], "net::ERR_CONTENT_DECODING_FAILED"),
        ("Unrecognized content encoding", &[61], "net::ERR_CONTENT_DECODING_FAILED"),
        ("unrecognized name", &[35], "net::ERR_SSL_UNRECOGNIZED_NAME_ALERT"),
        ("certificate required", &[35, 56], "net::ERR_BAD_SSL_CLIENT_AUTH_CERT"),
        ("bad record mac", &[35, 56], "net::ERR_SSL_BAD_RECORD_MAC_ALERT"),
        ("routines::unsupported", &[35], "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("protocol version", &[35], "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("alert handshake", &[35], "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("wrong version number", &[35], "net::ERR_SSL_PROTOCOL_ERROR"),
        ("has expired", &[60], "net::ERR_CERT_DATE_INVALID"),
        ("not valid for", &[60], "net::ERR_CERT_COMMON_NAME_INVALID"),
        ("does not match", &[51, 60], "net::ERR_CERT_COMMON_NAME_INVALID"),
        ("no alternative certificate", &[51, 60], "net::ERR_CERT_COMMON_NAME_INVALID"),
        ("SSL certificate problem", &[60], "net::ERR_CERT_AUTHORITY_INVALID"),
        ("CERTIFICATE_VERIFY_FAILED", &[], "net::ERR_CERT_AUTHORITY_INVALID"),
        ("reset by peer", &[7, 35, 55, 56], "net::ERR_CONNECTION_RESET"),
        ("errno 104", &[35, 56], "net::ERR_CONNECTION_RESET"),
        ("Broken pipe", &[55], "net::ERR_CONNECTION_RESET"),
        ("onnection refused", &[7], "net::ERR_CONNECTION_REFUSED"),
        ("unreachable", &[7], "net::ERR_ADDRESS_UNREACHABLE"),
        ("No route to host", &[7], "net::ERR_ADDRESS_UNREACHABLE"),
        ("t connect to server", &[7], "net::ERR_CONNECTION_REFUSED"),
        ("Timeout was reached", &[28], "net::ERR_CONNECTION_TIMED_OUT"),
        ("Connection timed out", &[28], "net::ERR_CONNECTION_TIMED_OUT"),
        ("Failed to connect", &[28], "net::ERR_CONNECTION_TIMED_OUT"),
        ("Connection timeout", &[28], "net::ERR_CONNECTION_TIMED_OUT"),
        ("Operation timed out", &[28], "net::ERR_TIMED_OUT"),
        ("Request timed out", &[], "net::ERR_TIMED_OUT"),
        ("Could not resolve", &[6], "net::ERR_NAME_NOT_RESOLVED"),
    ];
    // TLS that ends without its farewell is an ordinary end for a browser: there was no byte of an answer then.
    let unannounced = words.contains("unexpected eof") || words.contains("errno 0") && words.contains("SYSCALL");
    if unannounced && matches!(exit, None | Some(56)) && !words.contains("alert") {
        return Some(if has_status { "net::ERR_CONNECTION_CLOSED" } else { "net::ERR_EMPTY_RESPONSE" });
    }
    let mut named = WORDS.iter().filter(|(_, exits, _)| exit.is_none_or(|exit| exits.contains(&exit)));
    if let Some((.., name)) = named.find(|(said, ..)| words.contains(said)) {
        return Some(name);
    }
    Some(match exit? {
        1 | 3 | 27 => "net::ERR_FAILED",
        5 | 97 => "net::ERR_PROXY_CONNECTION_FAILED",
        6 => "net::ERR_NAME_NOT_RESOLVED",
        7 => "net::ERR_CONNECTION_REFUSED",
        8 => "net::ERR_INVALID_HTTP_RESPONSE",
        16 | 92 => "net::ERR_HTTP2_PROTOCOL_ERROR",
        28 => "net::ERR_TIMED_OUT",
        35 => "net::ERR_SSL_PROTOCOL_ERROR",
        51 | 60 => "net::ERR_CERT_AUTHORITY_INVALID",
        52 => "net::ERR_EMPTY_RESPONSE",
        61 => "net::ERR_CONTENT_DECODING_FAILED",
        95 | 96 => "net::ERR_QUIC_PROTOCOL_ERROR",
        98 => "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
        // How the connection ended is in the words alone.
        18 if has_status => "net::ERR_CONNECTION_CLOSED",
        55 | 56 if words.is_empty() => "net::ERR_CONNECTION_RESET",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the sizes of chunks, or what stands around it, hide a trace in a body.
    #[test]
    fn a_trace_is_read_in_its_body() {
        assert_eq!(fields_of("1f\r\nfl=80f417\r\ncolo=FRA\r\n2\r\nkex=X\r\n0\r\n\r\n```\nthanks, a=b\n"), "fl=80f417\ncolo=FRA\nkex=X");
    }

    /// Breaks when a fault goes by the name of another one, or one of curl's own machine is taken for the server's.
    #[test]
    fn faults_have_the_names_that_browsers_give_them() {
        for (exit, words, name) in [
            (Some(52), "Empty reply from server", Some("net::ERR_EMPTY_RESPONSE")),
            (Some(56), "Recv failure: Connection reset by peer", Some("net::ERR_CONNECTION_RESET")),
            (Some(56), "Too large response headers: 360129 > 307200", Some("net::ERR_RESPONSE_HEADERS_TOO_BIG")),
            (
                Some(56),
                "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000126:SSL routines::unexpected eof while reading, errno 0",
                Some("net::ERR_EMPTY_RESPONSE"),
            ),
            (Some(18), "transfer closed with 4061 bytes remaining to read", Some("net::ERR_CONTENT_LENGTH_MISMATCH")),
            (Some(18), "transfer closed with outstanding read data remaining", Some("net::ERR_INCOMPLETE_CHUNKED_ENCODING")),
            (
                Some(28),
                "Failed to connect to 203.0.113.44 port 443 after 3002 ms: Timeout was reached",
                Some("net::ERR_CONNECTION_TIMED_OUT"),
            ),
            (Some(60), "SSL certificate problem: certificate has expired", Some("net::ERR_CERT_DATE_INVALID")),
            (Some(22), "The requested URL returned error: 520", None),
            (Some(23), "Failure writing output to destination", None),
            (None, "no chunk, no close, no size. Assume close to signal end", None),
            (None, "Connection #0 to host shop.example left intact", None),
        ] {
            assert_eq!(browsers_name(exit, words, false), name, "{words}");
        }
    }

    /// Breaks when a redirect leads elsewhere.
    #[test]
    fn redirects_are_resolved() {
        let base = "https://a.example/b/c?d=e";
        for (location, url) in [
            ("/x", "https://a.example/x"),
            ("x", "https://a.example/b/x"),
            ("//b.example/x", "https://b.example/x"),
            ("http://b.example/#top", "http://b.example/"),
        ] {
            assert_eq!(resolve(base, location), url);
        }
        assert_eq!(resolve("https://a.example", "x"), "https://a.example/x");
    }
}
