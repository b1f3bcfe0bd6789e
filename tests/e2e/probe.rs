//! The one live request: a site's trace, against a stand-in for Cloudflare's edge.

use axum::Router;
use axum::http::{StatusCode, header};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use xtask::lab::edge::{Edge, PLAIN, Setup, TraceAccess};
use xtask::lab::origin::{HEALTHY, Origin};
use xtask::server::Server;

use crate::page::Page;

async fn probe(page: &Page, host: &str) {
    let field = page.element("#host").await;
    field.clear().await.expect("the field can be cleared");
    field.send_keys(host).await.expect("the field takes text");
    page.click("#probe").await;
}

async fn check_edge(trace: TraceAccess, words: &[&str]) {
    let origin = Origin::start(HEALTHY).await.expect("loopback is there");
    let edge = Edge::start(Setup { trace, ..PLAIN }, origin.address()).await.expect("loopback is there");
    let page = Page::open().await;
    probe(&page, &edge.url()).await;
    for part in words {
        page.until_text("#trace", part).await;
    }
}

/// Broken by a trace that is not fetched, not read, or whose data centre is not named.
#[tokio::test(flavor = "multi_thread")]
async fn a_trace_names_the_data_centre() {
    check_edge(TraceAccess::AnyOrigin, &["FRA", "Frankfurt"]).await;
}

/// Broken by a refusal that ends in silence, or without the command that works instead.
#[tokio::test(flavor = "multi_thread")]
async fn a_trace_that_may_not_be_read_is_said_in_words() {
    check_edge(TraceAccess::SameOrigin, &["CORS", "curl"]).await;
}

/// Broken by a 404 that is taken for a trace, or that is not told apart from a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_a_trace_is_said_in_words() {
    let missing = || async { (StatusCode::NOT_FOUND, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "not found") };
    let server = Server::start(Router::new().fallback(missing), 0).await.expect("loopback is there");
    let page = Page::open().await;
    probe(&page, &server.url()).await;
    page.until_text("#trace", "404").await;
}

/// Broken by a probe that reads on for as long as a host sends.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_not_read_on() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback is there");
    let host = format!("http://{}", listener.local_addr().expect("it is bound"));
    let endless = tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\naccess-control-allow-origin: *\r\n\r\n";
                let mut open = connection.write_all(head).await.is_ok();
                while open {
                    open = connection.write_all(&[b'a'; 4096]).await.is_ok();
                }
            });
        }
    });
    let page = Page::open().await;
    probe(&page, &host).await;
    page.until_text("#trace", "expected some 300 bytes").await;
    endless.abort();
}
