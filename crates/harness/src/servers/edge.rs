//! A stand-in for Cloudflare's edge: what a browser can see of it when the origin answers, and when it answers nothing usable.
//!
//! Its limits and time-outs are the documented ones, not shortened. After complete headers it streams: when the origin breaks off
//! then, so does the browser's answer.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex as Log, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use axum::body::{Body, to_bytes};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, Version, header, request};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use time::UtcDateTime;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector, rustls};

use super::origin::Exchange;
use super::pages::{AnswerContext, EdgeAnswer, Form};
use super::site::{SHOP, Site};
use super::tls::{self, Certificate, Clients, Offers, Strictness};
use super::when::{Counts, RequestContext, When};

/// A visitor's address that belongs to nobody (RFC 5737).
const VISITOR: &str = "203.0.113.7";

/// How long the edge waits for a connection (facts of Cloudflare's page on connection limits, as are the others here).
const CONNECT: Duration = Duration::from_secs(19);

/// How long it waits for an answer.
const READ: Duration = Duration::from_secs(125);

/// How many bytes of response headers it takes.
const HEADERS: usize = 128 * 1024;

/// What an edge is and does by itself.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What it speaks to browsers.
    pub scheme: Scheme,
    /// How it asks the origin.
    pub to_origin: ToOrigin,
    /// Whether connections to the origin are used again.
    pub connections: Connections,
    /// The data centres that a path's requests come through, in turn.
    pub colos: &'static [&'static str],
    /// What it does by itself; the first whose conditions hold counts, and without one the origin is asked.
    pub rules: &'static [(&'static [When], Act)],
    /// What its errors look like.
    pub form: Form,
    /// What its cache holds.
    pub cached: Site,
    /// Who may read `/cdn-cgi/trace`.
    pub trace: TraceAccess,
}

/// What an edge speaks to browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP/1.1.
    Http,
    /// HTTP/2 or HTTP/1.1 over TLS.
    Https,
}

/// How an edge asks its origin: its SSL mode and protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToOrigin {
    /// HTTP/1.1 without TLS ("Flexible").
    Http,
    /// Over TLS.
    Https(Strictness, Offers),
}

/// Whether connections to the origin are used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// A new one for each request.
    Fresh,
    /// The last one is kept, however long it is idle.
    Kept,
}

/// Something an edge does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answers without the origin.
    Answer(EdgeAnswer),
    /// Its packets to the origin are dropped: an error 522 after the time that it waits for a connection.
    Dropped,
    /// Answers from its cache, with this `cf-cache-status`.
    Cached(&'static str),
    /// Waits for the origin's whole answer before it passes it on.
    Buffer,
    /// A Worker turns the origin's errors into a 520 and keeps their bodies.
    Relabel,
    /// A Worker puts a body of its own in the place of the origin's, under the origin's headers and the status 520.
    Rewrite(&'static str),
}

/// Who may read `/cdn-cgi/trace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceAccess {
    /// Pages of every origin.
    AnyOrigin,
    /// Only pages of the same origin.
    SameOrigin,
}

/// An edge that does nothing by itself.
pub const PLAIN: Setup = Setup {
    scheme: Scheme::Http,
    to_origin: ToOrigin::Http,
    connections: Connections::Fresh,
    colos: &["FRA"],
    rules: &[],
    form: Form::New,
    cached: SHOP,
    trace: TraceAccess::AnyOrigin,
};

/// A running edge; it ends when this is dropped, with every connection it has.
pub struct Edge {
    address: SocketAddr,
    server: Arc<Server>,
    task: JoinHandle<()>,
}

impl Edge {
    /// Starts one on any free port, in front of an origin.
    ///
    /// # Errors
    /// When the machine has no loopback, or no certificate can be made.
    pub async fn start(setup: Setup, origin: SocketAddr) -> Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), setup, origin).await
    }

    /// The same at an address of its own.
    ///
    /// # Errors
    /// When the address is not the machine's or is taken, or no certificate can be made.
    pub async fn start_at(address: SocketAddr, setup: Setup, origin: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let tls = match setup.scheme {
            Scheme::Http => None,
            Scheme::Https => Some(tls::server(setup.cached.host, Certificate::Public, Offers::Http2, Clients::Anybody)?),
        };
        let connector = match setup.to_origin {
            ToOrigin::Http => None,
            ToOrigin::Https(strictness, offers) => Some(TlsConnector::from(tls::client(offers, strictness)?)),
        };
        let server =
            Arc::new(Server { setup, origin, connector, counts: Counts::default(), kept: Mutex::default(), exchanges: Log::default() });
        let serving = Arc::clone(&server);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(Arc::clone(&serving), tls.clone(), stream));
            }
        });
        Ok(Self { address, server, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked since this was called last, in order.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.server.exchanges.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Its address as a URL without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a browser's connection. That it ends early is part of the recording.
async fn serve(server: Arc<Server>, tls: Option<Arc<ServerConfig>>, stream: TcpStream) {
    match tls {
        None => serve_stream(server, stream).await,
        Some(tls) => {
            if let Ok(stream) = TlsAcceptor::from(tls).accept(stream).await {
                serve_stream(server, stream).await;
            }
        }
    }
}

async fn serve_stream(server: Arc<Server>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let service = service_fn(|request: Request<Incoming>| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.answer(request.map(Body::new)).await) }
    });
    drop(auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await);
}

struct Server {
    setup: Setup,
    origin: SocketAddr,
    connector: Option<TlsConnector>,
    counts: Counts,
    kept: Mutex<Option<http1::SendRequest<Body>>>,
    exchanges: Log<Vec<Exchange>>,
}

/// Why there is no answer to pass on.
enum Failure {
    /// The error that the edge shows for it.
    Shown(u16),
    /// A connection that was used before failed.
    Reused,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let certificate = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match certificate {
            Some(rustls::Error::InvalidCertificate(_)) => Self::Shown(526),
            _ => Self::Shown(525),
        }
    }
}

/// Whatever made the answer unusable: from outside, all are one error.
impl From<hyper::Error> for Failure {
    fn from(_: hyper::Error) -> Self {
        Self::Shown(520)
    }
}

impl Server {
    /// Answers, and notes what came to it.
    async fn answer(&self, request: Request<Body>) -> Response {
        let ray = ray_id(UtcDateTime::now(), low_bits());
        let count = self.counts.next(request.uri().path());
        let colo = self.setup.colos[(count as usize - 1) % self.setup.colos.len()];
        let (head, body) = request.into_parts();
        let mut note = Exchange::of(&head, host_of(&head));
        let is_head = head.method == Method::HEAD;
        let (mut response, code) = self.answer_as(&ray, colo, count, head, body).await;
        if is_head {
            // Over HTTP/2 a body would be an error of this end's own.
            *response.body_mut() = Body::empty();
        }
        note.status = Some(response.status().as_u16());
        note.ray = response.headers().contains_key("cf-ray").then_some((ray, colo));
        note.code = code;
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(note);
        response
    }

    /// The answer, and the code of the edge's own error.
    async fn answer_as(&self, ray: &str, colo: &'static str, count: u32, mut head: request::Parts, body: Body) -> (Response, Option<u16>) {
        let received = Instant::now();
        let host = host_of(&head);
        let path = head.uri.path().to_owned();
        if path == "/cdn-cgi/trace" {
            return (self.trace(&head, &host, colo), None);
        }
        if path.starts_with("/cdn-cgi/styles/") {
            let style = ([(header::CONTENT_TYPE, "text/css"), (header::SERVER, "cloudflare")], "body { margin: 2rem }\n");
            return (style.into_response(), None);
        }
        let request = RequestContext { head: &head, count, idle: Duration::ZERO, colo: Some(colo) };
        let act = self.setup.rules.iter().find(|(conditions, _)| request.fits(conditions)).map(|(_, act)| *act);
        let accept = request.header("accept").to_owned();
        let context = AnswerContext { host: &host, ray, city: city(colo), accept: &accept };
        let ray_header = format!("{ray}-{colo}");
        self.prepare(&mut head, &host, &ray_header);

        let started = Instant::now();
        let (mut response, cache, worker) = match act {
            Some(Act::Answer(answer)) => (answer.response(self.setup.form, context), None, ""),
            Some(Act::Cached(status)) => (cached(&self.setup.cached, &head), Some(status), ""),
            Some(Act::Dropped) => {
                tokio::time::sleep(CONNECT).await;
                (EdgeAnswer::Error(522).response(self.setup.form, context), Some("DYNAMIC"), "")
            }
            Some(act @ (Act::Relabel | Act::Rewrite(_))) => {
                (work(act, self.ask(head, body, context).await), Some("DYNAMIC"), ", cfWorker;dur=3")
            }
            Some(Act::Buffer) => (self.buffer(self.ask(head, body, context).await, context).await, Some(cache_status(&path)), ""),
            None => (self.ask(head, body, context).await, Some(cache_status(&path)), ""),
        };
        let in_origin = if cache.is_none_or(|status| status == "HIT") { Duration::ZERO } else { started.elapsed() };
        let in_edge = received.elapsed().saturating_sub(in_origin);
        let described = cache.map(|cache| format!("cfCacheStatus;desc=\"{cache}\", ")).unwrap_or_default();
        let timing = format!("{described}cfEdge;dur={}, cfOrigin;dur={}{worker}", in_edge.as_millis(), in_origin.as_millis());
        mark(response.headers_mut(), &ray_header, cache, &timing);
        let code = response.extensions().get::<EdgeAnswer>().map(|answer| answer.code());
        (response, code)
    }

    fn trace(&self, head: &request::Parts, host: &str, colo: &str) -> Response {
        let agent = head.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let http = match head.version {
            Version::HTTP_2 => "http/2",
            _ => "http/1.1",
        };
        let (scheme, tls, sni, kex) = match self.setup.scheme {
            Scheme::Http => ("http", "off", "off", "none"),
            Scheme::Https => ("https", "TLSv1.3", "plaintext", "X25519"),
        };
        let text = format!(
            "fl=80f417\nh={host}\nip={VISITOR}\nts={}.000\nvisit_scheme={scheme}\nuag={agent}\ncolo={colo}\nsliver=none\nhttp={http}\n\
             loc=DE\ntls={tls}\nsni={sni}\nwarp=off\ngateway=off\nrbi=off\nkex={kex}\n",
            UtcDateTime::now().unix_timestamp(),
        );
        let headers = [(header::CONTENT_TYPE, "text/plain"), (header::CACHE_CONTROL, "no-cache"), (header::SERVER, "cloudflare")];
        let mut response = (headers, text).into_response();
        if self.setup.trace == TraceAccess::AnyOrigin {
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        response
    }

    /// Makes a browser's request one of the edge's to the origin, over HTTP/1.1.
    fn prepare(&self, head: &mut request::Parts, host: &str, ray: &str) {
        let scheme = if self.setup.scheme == Scheme::Https { "https" } else { "http" };
        for (name, value) in [
            ("host", host),
            ("cf-ray", ray),
            ("cf-connecting-ip", VISITOR),
            ("x-forwarded-for", VISITOR),
            ("x-forwarded-proto", scheme),
            ("cf-visitor", &format!("{{\"scheme\":\"{scheme}\"}}")),
            ("cf-ipcountry", "DE"),
            ("cdn-loop", "cloudflare; loops=1"),
            ("accept-encoding", "br, gzip"),
            ("connection", "Keep-Alive"),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                head.headers.insert(HeaderName::from_static(name), value);
            }
        }
        head.version = Version::HTTP_11;
        head.uri = Uri::from(head.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")));
    }

    /// The origin's answer, or the error that the edge shows for want of one.
    async fn ask(&self, head: request::Parts, body: Body, context: AnswerContext<'_>) -> Response {
        let again = (head.method == Method::GET).then(|| Request::from_parts(head.clone(), Body::empty()));
        let kept = self.kept.lock().await.take().filter(http1::SendRequest::is_ready);
        let mut answer = timeout(READ, self.send(Request::from_parts(head, body), kept)).await;
        if let (Ok(Err(Failure::Reused)), Some(again)) = (&answer, again) {
            // What changes nothing may be asked a second time.
            answer = timeout(READ, self.send(again, None)).await;
        }
        match answer {
            Ok(Ok(response)) if usable(&response) => response.map(Body::new),
            Ok(Ok(_) | Err(Failure::Reused)) => EdgeAnswer::Error(520).response(self.setup.form, context),
            Ok(Err(Failure::Shown(code))) => EdgeAnswer::Error(code).response(self.setup.form, context),
            Err(_) => EdgeAnswer::Error(524).response(self.setup.form, context),
        }
    }

    async fn send(&self, mut request: Request<Body>, kept: Option<http1::SendRequest<Body>>) -> Result<Response<Incoming>, Failure> {
        if let Some(mut sender) = kept {
            let response = sender.send_request(request).await.map_err(|_| Failure::Reused)?;
            *self.kept.lock().await = Some(sender);
            return Ok(response);
        }
        let stream = match timeout(CONNECT, TcpStream::connect(self.origin)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(_)) => return Err(Failure::Shown(521)),
            Err(_) => return Err(Failure::Shown(522)),
        };
        let Some(connector) = &self.connector else { return self.send_http1(stream, request).await };
        let name = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let stream = connector.connect(name, stream).await?;
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return self.send_http1(stream, request).await;
        }
        // HTTP/2 names the host in the URI, and knows no connection headers.
        let host = request.headers_mut().remove(header::HOST);
        request.headers_mut().remove(header::CONNECTION);
        let host = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
        if let Ok(uri) = Uri::try_from(format!("https://{host}{}", request.uri())) {
            *request.uri_mut() = uri;
        }
        *request.version_mut() = Version::HTTP_2;
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender.send_request(request).await?)
    }

    async fn send_http1(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, Failure> {
        let (mut sender, connection) =
            http1::Builder::new().max_headers(2000).max_buf_size(1 << 20).handshake(TokioIo::new(stream)).await?;
        // Ends with the answer; its error is the answer's error too.
        tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        if self.setup.connections == Connections::Kept {
            *self.kept.lock().await = Some(sender);
        }
        Ok(response)
    }

    async fn buffer(&self, response: Response, context: AnswerContext<'_>) -> Response {
        let (head, body) = response.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(body) => Response::from_parts(head, body.into()),
            Err(_) => EdgeAnswer::Error(520).response(self.setup.form, context),
        }
    }
}

/// What a Worker makes of an answer.
fn work(act: Act, mut response: Response) -> Response {
    match act {
        Act::Relabel if response.status().is_server_error() => {
            *response.status_mut() = StatusCode::from_u16(520).unwrap_or(StatusCode::BAD_GATEWAY);
            response
        }
        Act::Rewrite(body) => {
            let mut rewritten = Response::new(Body::from(body));
            *rewritten.status_mut() = StatusCode::from_u16(520).unwrap_or(StatusCode::BAD_GATEWAY);
            *rewritten.headers_mut() = response.headers().clone();
            rewritten.headers_mut().remove(header::CONTENT_LENGTH);
            rewritten
        }
        _ => response,
    }
}

fn cached(site: &Site, head: &request::Parts) -> Response {
    let answer = site.answer(head);
    let mut response = Response::new(Body::from(answer.body));
    for (name, value) in answer.headers.lines().filter_map(|line| line.split_once(": ")) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::AGE, HeaderValue::from_static("1260"));
    response
}

/// Whether an answer whose grammar is right can be passed on.
fn usable(response: &Response<Incoming>) -> bool {
    let headers = response.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    let several = headers.get_all(header::LOCATION).iter().count() > 1;
    !headers.is_empty() && !several && size <= HEADERS
}

fn mark(headers: &mut HeaderMap, ray: &str, cache: Option<&str>, timing: &str) {
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive")] {
        headers.remove(name);
    }
    if let Some(Ok(cache)) = cache.map(HeaderValue::try_from) {
        headers.insert(HeaderName::from_static("cf-cache-status"), cache);
    }
    for (name, value) in [("server", "cloudflare"), ("cf-ray", ray), ("server-timing", timing), ("alt-svc", r#"h3=":443"; ma=86400"#)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    // A real edge sets this on everything. Pages are enough to show it, and captures stay small.
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        let policy = HeaderValue::from_static(r#"{"report_to":"cf-nel","success_fraction":0.0,"max_age":604800}"#);
        headers.insert(HeaderName::from_static("nel"), policy);
    }
}

fn host_of(head: &request::Parts) -> String {
    let header = || head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    head.uri.host().or_else(header).unwrap_or_default().to_owned()
}

fn city(colo: &str) -> &'static str {
    match colo {
        "FRA" => "Frankfurt",
        "AMS" => "Amsterdam",
        "LHR" => "London",
        "CDG" => "Paris",
        "IAD" => "Ashburn",
        _ => "Elsewhere",
    }
}

/// Files of these kinds are cacheable by default, and a fresh edge has none of them.
fn cache_status(path: &str) -> &'static str {
    let cacheable = ["css", "js", "svg"];
    match path.rsplit_once('.') {
        Some((_, extension)) if cacheable.contains(&extension) => "MISS",
        _ => "DYNAMIC",
    }
}

/// A Ray ID: its top 36 bits count ticks of 10 ms since 2012-10-12, the moment when the edge received the request.
fn ray_id(moment: UtcDateTime, low_bits: u32) -> String {
    let ticks = moment.unix_timestamp() * 100 + i64::from(moment.millisecond()) / 10 - 135_000_000_000;
    let ray = (ticks << 28) | i64::from(low_bits & 0x0fff_ffff);
    format!("{ray:016x}")
}

/// A counter above the bits that stay the same for one process of the edge.
fn low_bits() -> u32 {
    static REQUESTS: AtomicU32 = AtomicU32::new(0x0a3);
    const PROCESS: u32 = 0x9c1e;
    (REQUESTS.fetch_add(7, Ordering::Relaxed) << 16) | PROCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the Ray IDs of recordings carry another time than that of the request.
    #[test]
    fn a_ray_carries_its_time() {
        // 2026-04-23T20:50:36.01Z
        assert_eq!(ray_id(UtcDateTime::from_unix_timestamp_nanos(1_776_977_436_010 * 1_000_000).unwrap(), 0x0836_c090), "9f0fbdcf1836c090");
    }

    /// Breaks when a recording says of a page that it could come from the cache.
    #[test]
    fn only_static_files_are_cacheable() {
        assert_eq!(cache_status("/css/site.css"), "MISS");
        assert_eq!(cache_status("/api/cart"), "DYNAMIC");
    }
}
