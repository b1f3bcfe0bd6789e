//! A static server on loopback that sends a site with the very headers that its `_headers` file sets.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

use crate::headers::HeaderRules;

/// A running server; it ends when this is dropped.
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves a router on loopback; port 0 takes any free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(router: Router, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("cannot listen on port {port}: choose another with --port"))?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the server on {address} ended: {error}");
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A folder as a site, under the rules of its `_headers` file. Where a file has a copy ending in `.br` beside it, browsers get that.
///
/// # Errors
/// When there is no such file, or it cannot be understood.
pub fn site(folder: &Path) -> Result<Router> {
    let file = folder.join("_headers");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let rules = HeaderRules::parse(&text).with_context(|| format!("{}", file.display()))?;
    Ok(Router::new()
        .fallback_service(ServeDir::new(folder).precompressed_br())
        .layer(middleware::from_fn_with_state(Arc::new(rules), add_headers)))
}

async fn add_headers(State(rules): State<Arc<HeaderRules>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if path == "/_headers" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if response_is_har(&path) && headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in rules.of(&path) {
        let pair = (HeaderName::try_from(&name), HeaderValue::try_from(&value));
        let (Ok(name), Ok(value)) = pair else {
            return (StatusCode::INTERNAL_SERVER_ERROR, format!("_headers sets {name:?} to {value:?}, which is no header")).into_response();
        };
        headers.insert(name, value);
    }
    response
}

fn response_is_har(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("har"))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    async fn get(server: &Server, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.to_lowercase()
    }

    /// Breaks when a browser would refuse a file for its type, or a policy is not sent.
    #[tokio::test]
    async fn files_have_their_types_and_the_headers_of_their_path() {
        let folder = std::env::temp_dir().join(format!("fivetwenty-site-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, content) in [("_headers", "/*\n  X-A: 1\n/b.har\n  X-B: 2\n"), ("index.html", "hello"), ("a.wasm", ""), ("b.har", "{}")]
        {
            fs::write(folder.join(name), content).unwrap();
        }
        let server = Server::start(site(&folder).unwrap(), 0).await.unwrap();
        for (path, status, expected) in [
            ("/", "200", &["x-a: 1", "content-type: text/html", "hello"][..]),
            ("/a.wasm", "200", &["x-a: 1", "content-type: application/wasm"]),
            ("/b.har", "200", &["x-b: 2", "content-type: application/json"]),
            ("/c.har", "404", &["x-a: 1"]),
            ("/_headers", "404", &[]),
        ] {
            let answer = get(&server, path).await;
            assert!(answer.starts_with(&format!("http/1.1 {status}")), "{path}: {answer}");
            for part in expected {
                assert!(answer.contains(part), "{path} without {part}: {answer}");
            }
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
