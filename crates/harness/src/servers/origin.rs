//! A small site on loopback that fails in chosen ways, byte by byte as real servers fail.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, Request, Response, Version, header, request};
use h2::Reason;
use h2::server::SendResponse;
use time::UtcDateTime;
use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::site::{Answer, SHOP, Site};
use super::tls::{self, Certificate, Clients, Offers};
use super::when::{Counts, RequestContext, When};

/// What an origin is and how it fails.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What it serves where it does not fail.
    pub site: Site,
    /// What it speaks to its clients.
    pub protocol: Protocol,
    /// Its faults; the first whose conditions hold falls on the request.
    pub faults: &'static [(&'static [When], Fault)],
}

/// What an origin speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1 without TLS. To a client that speaks TLS it sends a page, as nginx does.
    Http,
    /// TLS, and what ALPN comes to. To a client that speaks plain HTTP it sends a page, as nginx does.
    Https {
        /// What it shows.
        certificate: Certificate,
        /// What it offers by ALPN.
        offers: Offers,
        /// What it asks of its clients.
        clients: Clients,
    },
}

/// A way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Reads the whole request, sends these bytes, and ends so.
    Send(&'static [Part], End),
    /// The same without reading the request's body.
    Refuse(&'static [Part], End),
    /// Waits longer at every request of the path, by this much, and then answers well.
    Slow(Duration),
    /// HTTP/2: resets the stream with this error code (RFC 9113, section 7).
    ResetStream(u32),
    /// HTTP/2: ends the connection with GOAWAY and this error code.
    GoAway(u32),
    /// HTTP/2: answers the client's greeting with these bytes and closes the connection.
    Greet(&'static [u8]),
}

/// Bytes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A status line with this status, and headers up to and with the content type; the empty line is not among them.
    Head(&'static str, &'static str),
    /// Text as it is.
    Text(&'static str),
    /// Bytes as they are.
    Bytes(&'static [u8]),
    /// So many header lines `Set-Cookie`, of so many bytes each.
    Cookies(usize, usize),
    /// A header line of this name with so many bytes of value.
    Long(&'static str, usize),
    /// A pause after what was sent before.
    Wait(Duration),
}

impl Part {
    /// The status that a client reads from it.
    fn status(&self) -> Option<u16> {
        match self {
            Self::Head(line, _) => status(line),
            Self::Text(text) => status(text.strip_prefix("HTTP/1.1 ")?),
            _ => None,
        }
    }
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is kept.
    Keep,
    /// It is closed in order.
    Close,
    /// It is reset.
    Reset,
    /// TLS: a fatal alert, then it is closed.
    Alert,
}

/// A healthy origin.
pub const HEALTHY: Setup = Setup { site: SHOP, protocol: Protocol::Http, faults: &[] };

/// TLS as most origins have it.
pub const TLS: Protocol = Protocol::Https { certificate: Certificate::Public, offers: Offers::Http1, clients: Clients::Anybody };

/// TLS with HTTP/2.
pub const TLS_H2: Protocol = Protocol::Https { certificate: Certificate::Public, offers: Offers::Http2, clients: Clients::Anybody };

/// HTTP/2: an empty SETTINGS frame, with which a server greets (RFC 9113, section 3.4).
pub const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A running origin; it ends when this is dropped, with every connection it has.
pub struct Origin {
    address: SocketAddr,
    server: Arc<Server>,
    task: JoinHandle<()>,
}

/// What came to a server of the lab, and what it answered.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When it came.
    pub time: UtcDateTime,
    /// The method.
    pub method: String,
    /// The host that was asked for.
    pub host: String,
    /// The path and query.
    pub target: String,
    /// The protocol: `1.0`, `1.1` or `2`.
    pub http: &'static str,
    /// The status, if there was one to be read.
    pub status: Option<u16>,
    /// The code of an edge's own error.
    pub code: Option<u16>,
    /// An edge's Ray ID and data centre.
    pub ray: Option<(String, &'static str)>,
}

impl Exchange {
    /// What the head of a request says, as of now and before it is answered.
    pub fn of(head: &request::Parts, host: String) -> Self {
        let http = match head.version {
            Version::HTTP_2 => "2",
            Version::HTTP_10 => "1.0",
            _ => "1.1",
        };
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Self { time: UtcDateTime::now(), method: head.method.to_string(), host, target, http, status: None, code: None, ray: None }
    }
}

impl Origin {
    /// Starts one on any free port.
    ///
    /// # Errors
    /// When the machine has no loopback, or no certificate can be made.
    pub async fn start(setup: Setup) -> Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), setup).await
    }

    /// The same at an address of its own.
    ///
    /// # Errors
    /// When the address is not the machine's or is taken, or no certificate can be made.
    pub async fn start_at(address: SocketAddr, setup: Setup) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let tls = match setup.protocol {
            Protocol::Http => None,
            Protocol::Https { certificate, offers, clients } => Some(tls::server(setup.site.host, certificate, offers, clients)?),
        };
        let server = Arc::new(Server { setup, tls, counts: Counts::default(), exchanges: Mutex::default() });
        let serving = Arc::clone(&server);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let server = Arc::clone(&serving);
                // What a client makes of a lost connection is the point of the lab, so an error here is no error.
                connections.spawn(async move { drop(server.serve(stream).await) });
            }
        });
        Ok(Self { address, server, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked directly since this was called last, in order.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.server.exchanges.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Server {
    setup: Setup,
    tls: Option<Arc<ServerConfig>>,
    counts: Counts,
    exchanges: Mutex<Vec<Exchange>>,
}

/// No head of a request comes near this.
const LONGEST_HEAD: usize = 256 * 1024;

/// The first byte of a TLS handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// How long bytes on loopback take at most to be read, before a reset that would overtake them.
const UNDERWAY: Duration = Duration::from_millis(60);

impl Server {
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        match (&self.tls, first[0] == HANDSHAKE) {
            (None, false) => self.http1(Wire::Plain(stream)).await,
            (Some(tls), true) => {
                let stream = TlsAcceptor::from(Arc::clone(tls)).accept(stream).await?;
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    self.http2(stream).await
                } else {
                    self.http1(Wire::Tls(Box::new(stream))).await
                }
            }
            (None, true) => stray(stream, "400 Bad Request", "").await,
            (Some(_), false) => stray(stream, "400 Bad Request", "The plain HTTP request was sent to HTTPS port").await,
        }
    }

    fn fault(&self, head: &request::Parts, idle: Duration) -> (Option<Fault>, u32) {
        let count = self.counts.next(head.uri.path());
        let request = RequestContext { head, count, idle, colo: None };
        let fault = self.setup.faults.iter().find(|(conditions, _)| request.fits(conditions)).map(|(_, fault)| *fault);
        if request.fits(&[When::Direct]) {
            let host = head.uri.host().unwrap_or_else(|| request.header("host")).to_owned();
            let status = match fault {
                None | Some(Fault::Slow(_)) => status(self.setup.site.answer(head).status),
                Some(Fault::Send(parts, _) | Fault::Refuse(parts, _)) => parts.iter().find_map(Part::status),
                Some(_) => None,
            };
            self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(Exchange { status, ..Exchange::of(head, host) });
        }
        (fault, count)
    }

    /// Answers the requests of one connection until either side closes it.
    async fn http1(&self, mut wire: Wire) -> io::Result<()> {
        let mut waiting: Option<Instant> = None;
        while let Some(bytes) = wire.read_head().await? {
            let idle = waiting.map_or(Duration::ZERO, |since| since.elapsed());
            let Some(head) = parse(&bytes) else { return Ok(()) };
            let (fault, count) = self.fault(&head, idle);
            let length = head.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
            if !matches!(fault, Some(Fault::Refuse(..))) {
                wire.skip(length).await?;
            }
            match fault {
                Some(Fault::Send(parts, end) | Fault::Refuse(parts, end)) => {
                    self.send(&mut wire, parts).await?;
                    if end != End::Keep {
                        return wire.end(end).await;
                    }
                }
                Some(Fault::ResetStream(_) | Fault::GoAway(_) | Fault::Greet(_)) => return wire.end(End::Close).await,
                Some(Fault::Slow(step)) => {
                    tokio::time::sleep(step * count).await;
                    wire.write(&written(&self.setup.site.answer(&head))).await?;
                }
                None => wire.write(&written(&self.setup.site.answer(&head))).await?,
            }
            waiting = Some(Instant::now());
        }
        Ok(())
    }

    async fn send(&self, wire: &mut Wire, parts: &[Part]) -> io::Result<()> {
        for part in parts {
            match *part {
                Part::Head(status, kind) => {
                    let common = self.setup.site.common_headers();
                    let headers = self.setup.site.headers;
                    wire.write(format!("HTTP/1.1 {status}\r\n{common}{headers}Content-Type: {kind}\r\n").as_bytes()).await?;
                }
                Part::Text(text) => wire.write(text.as_bytes()).await?,
                Part::Bytes(bytes) => wire.write(bytes).await?,
                Part::Cookies(count, bytes) => {
                    for index in 0..count {
                        let start = format!("Set-Cookie: pref_{index}=");
                        let end = "; Path=/api/orders\r\n";
                        let filler = "v".repeat(bytes - start.len() - end.len());
                        wire.write([start.as_str(), &filler, end].concat().as_bytes()).await?;
                    }
                }
                Part::Long(name, bytes) => wire.write(format!("{name}: {}\r\n", "x".repeat(bytes)).as_bytes()).await?,
                Part::Wait(duration) => tokio::time::sleep(duration).await,
            }
        }
        Ok(())
    }

    async fn http2(&self, mut stream: TlsStream<TcpStream>) -> io::Result<()> {
        let mut faults = self.setup.faults.iter().map(|(_, fault)| *fault);
        let greeting = faults.clone().find_map(|fault| if let Fault::Greet(bytes) = fault { Some(bytes) } else { None });
        if let Some(greeting) = greeting {
            // The client's preface is 24 bytes long.
            stream.read_exact(&mut [0; 24]).await?;
            stream.write_all(greeting).await?;
            stream.flush().await?;
            tokio::time::sleep(UNDERWAY).await;
            return stream.shutdown().await;
        }
        if faults.any(|fault| matches!(fault, Fault::Send(_, End::Reset))) {
            // From here on the connection ends by being dropped; let that be a reset.
            stream.get_ref().0.set_zero_linger()?;
        }
        let mut connection = h2::server::handshake(stream).await.map_err(io::Error::other)?;
        while let Some(next) = connection.accept().await {
            let (request, mut respond) = next.map_err(io::Error::other)?;
            let (head, mut body) = request.into_parts();
            tokio::spawn(async move {
                while let Some(Ok(bytes)) = body.data().await {
                    drop(body.flow_control().release_capacity(bytes.len()));
                }
            });
            match self.fault(&head, Duration::ZERO).0 {
                None | Some(Fault::Slow(_)) => drop(answer_http2(&mut respond, &self.setup.site.answer(&head))),
                Some(Fault::ResetStream(code)) => respond.send_reset(Reason::from(code)),
                Some(Fault::GoAway(code)) => connection.abrupt_shutdown(Reason::from(code)),
                Some(Fault::Send([], End::Close | End::Reset)) => return Ok(()),
                Some(_) => respond.send_reset(Reason::INTERNAL_ERROR),
            }
        }
        Ok(())
    }
}

/// What nginx says to a client that speaks the wrong scheme.
async fn stray(mut stream: TcpStream, status: &str, text: &str) -> io::Result<()> {
    stream.readable().await?;
    // Unread bytes would reset the connection instead of closing it.
    stream.read_buf(&mut Vec::with_capacity(LONGEST_HEAD)).await?;
    let body = format!("<html>\n<head><title>400 {text}</title></head>\n<body>\n<h1>{status}</h1>\n{text}\n</body>\n</html>\n");
    let head = format!(
        "HTTP/1.1 {status}\r\nServer: nginx/1.28.0\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all([head, body].concat().as_bytes()).await?;
    stream.shutdown().await
}

fn answer_http2(respond: &mut SendResponse<Bytes>, answer: &Answer) -> Result<(), h2::Error> {
    let status = answer.status.get(..3).unwrap_or_default();
    let mut response = Response::builder().status(status).header(header::CONTENT_LENGTH, answer.body.len());
    for (name, value) in answer.headers.lines().filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    let Ok(response) = response.body(()) else {
        respond.send_reset(Reason::INTERNAL_ERROR);
        return Ok(());
    };
    respond.send_response(response, false)?.send_data(answer.body.clone().into(), true)
}

fn written(answer: &Answer) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {}\r\n{}Content-Length: {}\r\nConnection: keep-alive\r\n\r\n", answer.status, answer.headers, answer.body.len());
    [head.as_bytes(), &answer.body].concat()
}

/// The status that a status line has after its version.
fn status(line: &str) -> Option<u16> {
    line.get(..3)?.parse().ok()
}

/// The head of a request; nothing when it is none.
fn parse(head: &[u8]) -> Option<request::Parts> {
    let mut lines = str::from_utf8(head).ok()?.lines();
    let mut words = lines.next()?.split(' ');
    let mut request = Request::builder().version(Version::HTTP_11).method(words.next()?).uri(words.next()?);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        request = request.header(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value.trim()).ok()?);
    }
    Some(request.body(()).ok()?.into_parts().0)
}

/// A connection, with TLS or without.
enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// The head of a request, read to its last byte and no further; nothing when the client has no more.
    async fn read_head(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let read = match self {
                Self::Plain(stream) => stream.read_u8().await,
                Self::Tls(stream) => stream.read_u8().await,
            };
            match read {
                Ok(byte) if head.len() < LONGEST_HEAD => head.push(byte),
                _ => return Ok(None),
            }
        }
        Ok(Some(head))
    }

    /// Reads what closing the connection would otherwise leave unread, which resets it.
    async fn skip(&mut self, bytes: u64) -> io::Result<()> {
        match self {
            Self::Plain(stream) => io::copy(&mut stream.take(bytes), &mut io::sink()).await?,
            Self::Tls(stream) => io::copy(&mut stream.take(bytes), &mut io::sink()).await?,
        };
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes).await,
            Self::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    async fn end(self, end: End) -> io::Result<()> {
        match (end, self) {
            (End::Keep, _) => Ok(()),
            (End::Close | End::Alert, Self::Plain(mut stream)) => stream.shutdown().await,
            (End::Close, Self::Tls(mut stream)) => stream.shutdown().await,
            (End::Reset, Self::Plain(stream)) => reset(&stream).await,
            (End::Reset, Self::Tls(stream)) => reset(stream.get_ref().0).await,
            (End::Alert, Self::Tls(mut stream)) => {
                let (stream, tls) = stream.get_mut();
                // A record that cannot be decrypted makes this end of TLS send the alert that a broken peer would get.
                let mut broken: &[u8] =
                    &[23, 3, 3, 0, 24, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];
                tls.read_tls(&mut broken)?;
                drop(tls.process_new_packets());
                let mut alert = Vec::new();
                while tls.wants_write() {
                    tls.write_tls(&mut alert)?;
                }
                stream.write_all(&alert).await?;
                stream.shutdown().await
            }
        }
    }
}

async fn reset(stream: &TcpStream) -> io::Result<()> {
    tokio::time::sleep(UNDERWAY).await;
    stream.set_zero_linger()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the fault sends a byte, or a good answer ends the connection.
    #[tokio::test]
    async fn good_answers_keep_the_connection_and_the_fault_closes_it_without_a_byte() {
        const EMPTY: Setup = Setup { faults: &[(&[When::Path("/api/orders")], Fault::Send(&[], End::Close))], ..HEALTHY };
        let origin = Origin::start(EMPTY).await.expect("loopback is there");
        let mut stream = TcpStream::connect(origin.address()).await.expect("the origin listens");
        stream.write_all(b"GET /api/cart HTTP/1.1\r\n\r\n").await.expect("the origin reads");
        let list = include_bytes!("site/list.json");
        let mut good = Vec::new();
        while !good.ends_with(list) {
            let read = stream.read_buf(&mut good).await.expect("the origin answers");
            assert_ne!(read, 0, "closed after {}", String::from_utf8_lossy(&good));
        }
        stream.write_all(b"GET /api/orders?page=2 HTTP/1.1\r\n\r\n").await.expect("the connection is kept");
        let mut faulty = Vec::new();
        stream.read_to_end(&mut faulty).await.expect("closed in order, without a reset");
        assert_eq!(faulty, b"");
    }
}
