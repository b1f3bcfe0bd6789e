use std::sync::Arc;

use super::headers::major_version;
use crate::evidence::address::Address;
use crate::evidence::token::{length_before, name_length_before};
use crate::har::{Header, Request, Response};

/// How large the headers of a request or a response are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderBytes {
    /// First line, header lines and the empty line, in bytes of HTTP/1.1: that is what limits are compared with.
    pub bytes: u64,
    /// The share of the cookies among the listed lines: Set-Cookie of a response, Cookie of a request.
    pub cookies: u64,
    /// Bytes that were measured but are in no listed line. A sanitised export leaves out cookies first.
    pub unlisted: u64,
    /// Where the figure is from.
    pub how: Counted,
}

/// Where a size of headers is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// `headersSize` of an HTTP/1.x message: the bytes on the wire.
    Measured,
    /// The list summed up, because the exporter has no figure that can be true. A lower bound when it left fields out.
    Summed,
    /// HTTP/2 or HTTP/3, which send headers compressed: what HTTP/1.1 would have sent. A lower bound when fields were left out.
    Estimated,
}

/// A limit on the headers of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderLimit {
    /// In bytes of all headers together.
    pub bytes: u64,
    /// Cloudflare's documentation has it today. The others are older figures that advice and other proxies still use.
    pub current: bool,
    /// Who says so.
    pub source: &'static str,
}

/// The limits that documentation has named, smallest first.
pub const HEADER_LIMITS: [HeaderLimit; 3] = [
    HeaderLimit {
        bytes: 16 * 1024,
        current: false,
        source: "Cloudflare's limit for one response header until 2025-10-16; a usual limit of other servers and proxies",
    },
    HeaderLimit { bytes: 32 * 1024, current: false, source: "Cloudflare's limit for all response headers until 2025-10-16, 32 KB" },
    HeaderLimit {
        bytes: 128 * 1024,
        current: true,
        source: "Cloudflare's limit for all response headers since 2025-10-16, 128 KB (developers.cloudflare.com/fundamentals/reference/connection-limits)",
    },
];

/// `GET / HTTP/1.1` less the method and the target, with its line end.
const REQUEST_LINE: usize = "  HTTP/1.1\r\n".len();
/// A status line without a reason phrase, with its line end.
const STATUS_LINE: usize = "HTTP/1.1 200 \r\n".len();
/// The line end after the last header.
const EMPTY_LINE: usize = "\r\n".len();

impl HeaderBytes {
    /// Of a response.
    pub fn of_response(response: &Response) -> Self {
        let (lines, cookies) = sum(&response.headers, "set-cookie");
        let listed = if lines == 0 { 0 } else { lines + (STATUS_LINE + EMPTY_LINE) as u64 + length_before(&response.status_text) };
        // No message has more headers than bytes.
        let whole = response.transfer_size.filter(|bytes| *bytes > 0).unwrap_or(u64::MAX);
        Self::new(listed, cookies, response.headers_size.filter(|bytes| *bytes <= whole), &response.http_version)
    }

    /// Of a request. The line of the Host is counted where HTTP/2 and HTTP/3 have `:authority` in its stead.
    pub fn of_request(request: &Request) -> Self {
        let (lines, cookies) = sum(&request.headers, "cookie");
        let address = Address::new(&request.url);
        let target = length_before(address.path).max(1) + address.query.map_or(0, |query| length_before(query) + 1);
        let host = if request.header("host").is_some() { 0 } else { "host: \r\n".len() + address.host.len() };
        let first = (request.method.len() + REQUEST_LINE + EMPTY_LINE + host) as u64 + target;
        let listed = if lines == 0 { 0 } else { lines + first };
        Self::new(listed, cookies, request.headers_size, &request.http_version)
    }

    /// The largest of [`HEADER_LIMITS`] that is exceeded.
    pub fn exceeds(&self) -> Option<&'static HeaderLimit> {
        HEADER_LIMITS.iter().rev().find(|limit| self.bytes > limit.bytes)
    }

    fn new(listed: u64, cookies: u64, stated: Option<u64>, version: &str) -> Self {
        // Firefox's figure leaves out repeated fields, and other exporters write 0 or the compressed size: a figure below the list is none.
        let stated = stated.filter(|bytes| *bytes > 0 && *bytes >= listed);
        let (bytes, how) = match (stated, major_version(version)) {
            (stated, b'2' | b'3') => (stated.unwrap_or(listed), Counted::Estimated),
            (Some(measured), _) => (measured, Counted::Measured),
            (None, _) => (listed, Counted::Summed),
        };
        Self { bytes, cookies, unlisted: bytes - listed, how }
    }
}

/// Bytes of a response's headers as listed: written as HTTP/1.1 does, status line and empty line included.
pub fn listed_header_bytes(response: &Response) -> u64 {
    let size = HeaderBytes::of_response(response);
    size.bytes - size.unlisted
}

/// Bytes of a response's headers, and whether they were measured on the wire: [`HeaderBytes`] in short.
pub fn header_bytes(response: &Response) -> (u64, bool) {
    let size = HeaderBytes::of_response(response);
    (size.bytes, size.how == Counted::Measured)
}

/// Bytes of the lines of HTTP/1.1 (name, colon, space, value, line end), and of those among them that have this name.
fn sum(headers: &[Arc<Header>], name: &str) -> (u64, u64) {
    let (mut all, mut named) = (0, 0);
    for header in headers.iter().filter(|header| !header.name.starts_with(':')) {
        let line = name_length_before(&header.name) + header.length + ": \r\n".len() as u64;
        all += line;
        if header.name.eq_ignore_ascii_case(name) {
            named += line;
        }
    }
    (all, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Vec<Arc<Header>> {
        list.iter()
            .map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), length: value.len() as u64, hash: 0 }.into())
            .collect()
    }

    /// Breaks when a sum is called a measurement, or a measured figure that is too small or too large to be true is believed.
    #[test]
    fn header_bytes_are_measured_or_summed() {
        let mut response = Response { headers: headers(&[("a", "12"), ("set-cookie", "1234567890")]), ..Response::default() };
        let summed = HeaderBytes { bytes: 17 + 7 + 24, cookies: 24, unlisted: 0, how: Counted::Summed };
        assert_eq!(HeaderBytes::of_response(&response), summed);
        response.headers_size = Some(140_792);
        let measured = HeaderBytes { bytes: 140_792, cookies: 24, unlisted: 140_792 - 48, how: Counted::Measured };
        assert_eq!(HeaderBytes::of_response(&response), measured);
        assert_eq!((header_bytes(&response), listed_header_bytes(&response)), ((140_792, true), 48));
        response.transfer_size = Some(140_000);
        assert_eq!(HeaderBytes::of_response(&response), summed);
        (response.headers_size, response.transfer_size) = (Some(20), None);
        assert_eq!(HeaderBytes::of_response(&response), summed);
        assert_eq!(HeaderBytes::of_response(&Response::default()).bytes, 0);
    }

    /// Breaks when the size of compressed headers is called a measurement, or pseudo-headers are counted.
    #[test]
    fn compressed_headers_are_estimated() {
        let list = headers(&[(":status", "200"), ("a", "12")]);
        for version in ["h2", "HTTP/2", "http/2.0", "h3", "HTTP/3", "h3-29"] {
            let mut response = Response { headers: list.clone(), http_version: version.into(), ..Response::default() };
            assert_eq!(HeaderBytes::of_response(&response).how, Counted::Estimated);
            assert_eq!(header_bytes(&response), (24, false));
            response.headers_size = Some(15);
            assert_eq!(header_bytes(&response), (24, false));
            response.headers_size = Some(400);
            assert_eq!(header_bytes(&response), (400, false));
        }
    }

    /// Breaks when a request is not counted as HTTP/1.1 sends it, or its cookies are not told apart.
    #[test]
    fn a_requests_headers_are_counted_too() {
        let mut request = Request {
            method: "GET".into(),
            url: "https://shop.example/a?b=c#d".into(),
            headers: headers(&[("Host", "shop.example"), ("Cookie", "a=b")]),
            ..Request::default()
        };
        let sent = "GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nCookie: a=b\r\n\r\n".len() as u64;
        let expected = HeaderBytes { bytes: sent, cookies: 13, unlisted: 0, how: Counted::Summed };
        assert_eq!(HeaderBytes::of_request(&request), expected);
        (request.headers, request.http_version) = (headers(&[(":authority", "shop.example"), ("cookie", "a=b")]), "h3".into());
        assert_eq!(HeaderBytes::of_request(&request), HeaderBytes { how: Counted::Estimated, ..expected });
        (request.headers_size, request.http_version) = (Some(5000), "HTTP/1.1".into());
        assert_eq!(HeaderBytes::of_request(&request).unlisted, 5000 - sent);
        assert_eq!(HeaderBytes::of_request(&Request::default()).bytes, 0);
    }

    /// Breaks when a size at a limit counts as over it, or an older limit is taken for today's.
    #[test]
    fn the_largest_limit_exceeded_is_named() {
        let exceeds = |bytes| HeaderBytes { bytes, cookies: 0, unlisted: 0, how: Counted::Summed }.exceeds().map(|limit| limit.bytes);
        assert_eq!(
            [16_384, 16_385, 32_769, 131_072, 131_073].map(exceeds),
            [None, Some(16_384), Some(32_768), Some(32_768), Some(131_072)]
        );
        let current: Vec<u64> = HEADER_LIMITS.iter().filter(|limit| limit.current).map(|limit| limit.bytes).collect();
        assert_eq!(current, [131_072]);
    }
}
