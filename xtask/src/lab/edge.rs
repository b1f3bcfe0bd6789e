//! A stand-in for Cloudflare's edge: what a browser can see of it when the origin answers, and when it answers nothing usable.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hyper::client::conn::http1;
use hyper::ext::ReasonPhrase;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::TcpStream;

/// The data centre that the stand-in claims to be.
const COLO: &str = "FRA";
const CITY: &str = "Frankfurt";

/// A visitor's address that belongs to nobody (RFC 5737).
const VISITOR: &str = "203.0.113.7";

/// Who may read `/cdn-cgi/trace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceAccess {
    /// Pages of every origin.
    AnyOrigin,
    /// Only pages of the same origin.
    SameOrigin,
}

/// An edge in front of an origin.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Where the origin listens.
    pub origin: SocketAddr,
    /// Who may read the trace.
    pub trace: TraceAccess,
}

impl Edge {
    /// The edge as a service.
    pub fn router(self) -> Router {
        Router::new().route("/cdn-cgi/trace", get(trace)).fallback(proxy).with_state(Arc::new(self))
    }
}

async fn trace(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Response {
    let now = Timestamp::now();
    let of = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let text = format!(
        "fl=80f417\nh={}\nip={VISITOR}\nts={}.000\nvisit_scheme=http\nuag={}\ncolo={COLO}\nsliver=none\nhttp=http/1.1\n\
         loc=DE\ntls=off\nsni=off\nwarp=off\ngateway=off\nrbi=off\nkex=none\n",
        of(header::HOST),
        now.as_second(),
        of(header::USER_AGENT),
    );
    let mut response =
        ([(header::CONTENT_TYPE, "text/plain"), (header::CACHE_CONTROL, "no-cache"), (header::SERVER, "cloudflare")], text).into_response();
    if edge.trace == TraceAccess::AnyOrigin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

async fn proxy(State(edge): State<Arc<Edge>>, mut request: Request) -> Response {
    let received = Instant::now();
    let ray = ray_id(Timestamp::now().as_millisecond(), low_bits());
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let cache = cache_status(request.uri().path());
    let stream = match TcpStream::connect(edge.origin).await {
        Ok(stream) => stream,
        Err(error) => {
            return (StatusCode::BAD_GATEWAY, format!("the lab's origin is not there: {error}")).into_response();
        }
    };
    for (name, value) in [("cf-ray", format!("{ray}-{COLO}")), ("cf-connecting-ip", VISITOR.into())] {
        if let Ok(value) = HeaderValue::try_from(value) {
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    let asked = Instant::now();
    let mut response = match ask(stream, request).await {
        Ok(response) => response.map(Body::new),
        // Empty, cut off or unparsable: from outside they are all one error.
        Err(_) => error_page(&host, &ray),
    };
    let in_origin = asked.elapsed();
    let in_edge = received.elapsed().saturating_sub(in_origin);
    let timing = format!("cfCacheStatus;desc=\"{cache}\", cfEdge;dur={}, cfOrigin;dur={}", in_edge.as_millis(), in_origin.as_millis());
    mark(response.headers_mut(), &format!("{ray}-{COLO}"), cache, &timing);
    response
}

/// Sends a request on; a good answer is streamed, not collected.
async fn ask(stream: TcpStream, request: Request) -> Result<hyper::Response<hyper::body::Incoming>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the answer; its error is the answer's error too.
    tokio::spawn(connection);
    sender.send_request(request).await.context("no answer")
}

fn mark(headers: &mut HeaderMap, ray: &str, cache: &str, timing: &str) {
    headers.remove(header::CONNECTION);
    for (name, value) in [
        ("server", "cloudflare"),
        ("cf-ray", ray),
        ("cf-cache-status", cache),
        ("server-timing", timing),
        ("report-to", r#"{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://a.nel.cloudflare.com/report/v4?s=lab"}]}"#),
        ("nel", r#"{"report_to":"cf-nel","success_fraction":0.0,"max_age":604800}"#),
        ("alt-svc", r#"h3=":443"; ma=86400"#),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn error_page(host: &str, ray: &str) -> Response {
    let time = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
    let page =
        include_str!("error_page.html").replace("{host}", host).replace("{time}", &time).replace("{city}", CITY).replace("{ray}", ray);
    let status = StatusCode::from_u16(520).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, "text/html; charset=UTF-8"),
            (header::CACHE_CONTROL, "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0"),
            (header::EXPIRES, "Thu, 01 Jan 1970 00:00:01 GMT"),
            (header::REFERRER_POLICY, "same-origin"),
            (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        ],
        page,
    )
        .into_response();
    let reason = ReasonPhrase::from_static(b"Origin Error");
    response.extensions_mut().insert(reason);
    response
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
fn ray_id(unix_ms: i64, low_bits: u32) -> String {
    let ticks = unix_ms / 10 - 135_000_000_000;
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
        assert_eq!(ray_id(1_776_977_436_010, 0x0836_c090), "9f0fbdcf1836c090");
    }

    /// Breaks when a recording says of a page that it could come from the cache.
    #[test]
    fn only_static_files_are_cacheable() {
        assert_eq!(cache_status("/css/site.css"), "MISS");
        assert_eq!(cache_status("/api/cart"), "DYNAMIC");
    }
}
