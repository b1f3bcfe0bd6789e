//! One request with its answer, as much of it as comparison, diagnosis and report need.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::sparse::{Blank, Sparse};
use crate::evidence::error_page::ErrorPage;
use crate::evidence::timestamp::Timestamp;

/// One element of `log.entries`.
///
/// Its parts take memory only where the file says something of them. Everything is optional that an exporter has been seen to leave out. A HAR's `-1` ("not known") is `None` here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// `startedDateTime`, to the millisecond.
    pub started: Option<Timestamp>,
    /// `time`, in milliseconds.
    pub time_ms: Option<f64>,
    /// The request.
    pub request: Sparse<Request>,
    /// The response; its status is 0 when no usable answer came.
    pub response: Sparse<Response>,
    /// `timings`, in milliseconds.
    pub timings: Sparse<Timings>,
    /// `serverIPAddress`; often empty, or that of a local proxy.
    pub server_ip: Option<Arc<str>>,
    /// `_resourceType` (Chrome), for instance `document` or `fetch`.
    pub resource_type: Option<Arc<str>>,
    /// The network was not asked for this answer: `_fromCache` (Chrome, `memory` or `disk`), else [`Response::local_source`].
    pub from_cache: Option<Arc<str>>,
}

/// `entry.request`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Upper case as sent; empty when the file has none.
    pub method: Arc<str>,
    /// The URL as the file gives it, cut at [`super::Limits::url`] bytes.
    pub url: Arc<str>,
    /// As the file spells it, for instance `http/2.0` or `h3`.
    pub http_version: Arc<str>,
    /// In the order of the file.
    pub headers: Vec<Arc<Header>>,
    /// `headersSize`, in bytes.
    pub headers_size: Option<u64>,
    /// `bodySize`, in bytes.
    pub body_size: Option<u64>,
}

/// `entry.response`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The status code; 0 when no usable answer came (a HAR's 0 and -1 alike).
    pub status: u16,
    /// The reason phrase; empty over HTTP/2 and HTTP/3.
    pub status_text: Arc<str>,
    /// As the file spells it.
    pub http_version: Arc<str>,
    /// In the order of the file.
    pub headers: Vec<Arc<Header>>,
    /// `headersSize`, in bytes: status line, header lines and the empty line, as on the wire.
    pub headers_size: Option<u64>,
    /// `bodySize`, in bytes as transferred (before decompression).
    pub body_size: Option<u64>,
    /// `content.size`, in bytes after decompression; where an exporter leaves it out, the length of the text that stands there as it is.
    pub content_size: Option<u64>,
    /// A hash (XXH64) of `content.text` as the file has it, when [`super::Limits::detail`] asks for it. Of equal bodies it is equal; unequal
    /// ones may still be the same body, written in two ways.
    pub body_hash: Option<u64>,
    /// `content.mimeType`.
    pub mime_type: Arc<str>,
    /// `_transferSize` (Chrome), in bytes: headers and body as transferred.
    pub transfer_size: Option<u64>,
    /// `_error`, or `_failureText` (Playwright): the browser's own name for what went wrong, for instance `net::ERR_EMPTY_RESPONSE`.
    pub error: Option<Arc<str>>,
    /// `_fetchedViaServiceWorker` (Chrome), or `_fromServiceWorker`: a service worker gave the answer.
    pub via_service_worker: bool,
    /// `_serviceWorkerResponseSource` (Chrome): where the service worker had it from.
    pub service_worker_source: Option<Arc<str>>,
    /// `_fromPrefetchCache`: the answer was fetched before somebody asked for it.
    pub from_prefetch_cache: bool,
    /// What the body says about itself when it is an error page; only looked at for a status of 400 and more.
    pub error_page: Option<Box<ErrorPage>>,
    /// The title of an HTML page, when it stands in the beginning of its body; cut at 200 characters.
    pub title: Option<Box<str>>,
}

/// One header field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The name as the file spells it; compare it without regard to case.
    pub name: Arc<str>,
    /// The value, cut at [`super::Limits::header_value`] bytes.
    pub value: Box<str>,
    /// The whole value's length in bytes.
    pub length: u64,
    /// A hash (XXH64) of the whole value when it is longer than what was kept of it, so that such values can be told apart; else 0.
    pub hash: u64,
}

/// `entry.timings`, in milliseconds; Chrome writes -1 for all of them on a failed request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Waiting for a connection to be free.
    pub blocked: Option<f64>,
    /// Resolving the host name.
    pub dns: Option<f64>,
    /// Connecting, `ssl` included.
    pub connect: Option<f64>,
    /// The TLS handshake.
    pub ssl: Option<f64>,
    /// Sending the request.
    pub send: Option<f64>,
    /// From the request sent to the first byte of the answer.
    pub wait: Option<f64>,
    /// Reading the answer.
    pub receive: Option<f64>,
}

impl Blank for Request {
    fn blank() -> &'static Self {
        static BLANK: LazyLock<Request> = LazyLock::new(Request::default);
        &BLANK
    }
}

impl Blank for Response {
    fn blank() -> &'static Self {
        static BLANK: LazyLock<Response> = LazyLock::new(Response::default);
        &BLANK
    }
}

impl Blank for Timings {
    fn blank() -> &'static Self {
        const BLANK: &Timings = &Timings { blocked: None, dns: None, connect: None, ssl: None, send: None, wait: None, receive: None };
        BLANK
    }
}

impl Header {
    /// Both have the same value, whole.
    pub fn same_value(&self, other: &Self) -> bool {
        self.length == other.length && self.hash == other.hash && self.value == other.value
    }
}

impl Request {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        first(&self.headers, name)
    }
}

impl Response {
    /// Where the answer was had from when the network was not asked for it just now: `prefetch`, a service worker's own source
    /// (`cache-storage`, `http-cache` or `fallback-code`), or `service-worker` where the file does not tell its source.
    ///
    /// A service worker may hand on what comes from the network. Where that is not told, its answer counts for the network's when it is
    /// an error that only Cloudflare sends (520 to 530), broke off, or is none.
    pub fn local_source(&self) -> Option<&str> {
        let edge_only = (520..=530).contains(&self.status);
        match self.service_worker_source.as_deref() {
            _ if self.from_prefetch_cache => Some("prefetch"),
            Some(source) => matches!(source, "cache-storage" | "http-cache" | "fallback-code").then_some(source),
            None => (self.via_service_worker && self.status > 0 && self.error.is_none() && !edge_only).then_some("service-worker"),
        }
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        first(&self.headers, name)
    }
}

fn first<'a>(headers: &'a [Arc<Header>], name: &str) -> Option<&'a Header> {
    headers.iter().map(|header| &**header).find(|header| header.name.eq_ignore_ascii_case(name))
}
