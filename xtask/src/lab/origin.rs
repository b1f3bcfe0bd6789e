//! A small shop on loopback whose order list fails in one chosen way, byte by byte as real servers fail.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How the order list fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed without a byte.
    EmptyReply,
}

/// The path that fails.
const FAULTY: &str = "/api/orders";

/// No request of the shop's own pages comes near this.
const LONGEST_REQUEST: usize = 64 * 1024;

/// A running origin; it ends when this is dropped, with every connection it has.
pub struct Origin {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Origin {
    /// Starts one on any free port.
    ///
    /// # Errors
    /// When the machine has no loopback.
    pub async fn start(fault: Fault) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("cannot listen on loopback")?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, fault));
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers the requests of one connection until either side closes it. What the browser makes of a lost connection is the point of
/// the lab, so an error here is no error.
async fn serve(mut stream: TcpStream, fault: Fault) {
    while let Some(head) = read_head(&mut stream).await {
        let path = path_of(&head);
        if path == FAULTY {
            fail(stream, fault).await;
            return;
        }
        if stream.write_all(&answer(path)).await.is_err() {
            return;
        }
    }
}

/// The head of a request, read to its last byte: closing a socket with bytes unread would reset it instead.
async fn read_head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 || head.len() > LONGEST_REQUEST {
            return None;
        }
    }
    Some(head)
}

async fn fail(mut stream: TcpStream, fault: Fault) {
    match fault {
        // Only a peer that has gone already can make this fail.
        Fault::EmptyReply => drop(stream.shutdown().await),
    }
}

/// The path of a request, without its query.
fn path_of(head: &[u8]) -> &str {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let target = str::from_utf8(line).ok().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
    target.split('?').next().unwrap_or(target)
}

fn answer(path: &str) -> Vec<u8> {
    let (status, kind, body) = match path {
        "/" => ("200 OK", "text/html; charset=utf-8", include_str!("site/index.html")),
        "/css/site.css" => ("200 OK", "text/css", include_str!("site/site.css")),
        "/js/app.js" => ("200 OK", "application/javascript", include_str!("site/app.js")),
        "/img/logo.svg" => ("200 OK", "image/svg+xml", include_str!("site/logo.svg")),
        "/api/cart" => ("200 OK", "application/json", include_str!("site/cart.json")),
        _ => ("404 Not Found", "text/plain", "not found\n"),
    };
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let cookie = if path == "/" { "Set-Cookie: shop_session=8c1f42d07be94a36; Path=/; HttpOnly; SameSite=Lax\r\n" } else { "" };
    let cache = if kind.starts_with("text/html") || kind.ends_with("json") { "no-cache" } else { "public, max-age=3600" };
    let head = format!(
        "HTTP/1.1 {status}\r\nServer: nginx/1.28.0\r\nDate: {date}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: keep-alive\r\nCache-Control: {cache}\r\n{cookie}\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the fault sends a byte, or a good answer ends the connection.
    #[tokio::test]
    async fn good_answers_keep_the_connection_and_the_fault_closes_it_without_a_byte() {
        let origin = Origin::start(Fault::EmptyReply).await.expect("loopback is there");
        let mut stream = TcpStream::connect(origin.address()).await.expect("the origin listens");
        stream.write_all(b"GET /api/cart HTTP/1.1\r\n\r\n").await.expect("the origin reads");
        let cart = include_bytes!("site/cart.json");
        let mut good = Vec::new();
        while !good.ends_with(cart) {
            let read = stream.read_buf(&mut good).await.expect("the origin answers");
            assert_ne!(read, 0, "closed after {}", String::from_utf8_lossy(&good));
        }
        stream.write_all(b"GET /api/orders?page=2 HTTP/1.1\r\n\r\n").await.expect("the connection is kept");
        let mut faulty = Vec::new();
        stream.read_to_end(&mut faulty).await.expect("closed in order, without a reset");
        assert_eq!(faulty, b"");
    }

    /// Breaks when a query makes another page of a path.
    #[test]
    fn a_path_is_told_from_its_query() {
        assert_eq!(path_of(b"GET /a?b=/c HTTP/1.1\r\nHost: x\r\n\r\n"), "/a");
    }
}
