//! What a request sends, and of what kind it is.

use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::har::{Entry, Request};

/// A body beyond this does not fit into the buffers on the way, so that an answer before its end breaks the connection.
pub(super) const UNBUFFERED: u64 = 64 * 1024;
/// A usual limit for one field or line of a request: nginx, Apache, Gunicorn, Tomcat.
pub(super) const DEFAULT_LIMIT: u64 = 8000;

/// What two entries of a capture share when they ask for the same: method, URL without what is there only to pass by caches, size of the
/// body.
pub(super) fn same(entry: &Entry) -> String {
    let mut key = request_key(&entry.request);
    key.push(' ');
    key.push_str(&body(&entry.request).unwrap_or(0).to_string());
    key
}

/// How large a request's body is, when the file tells.
pub(super) fn body(request: &Request) -> Option<u64> {
    let announced = || request.header("content-length")?.value.trim().parse().ok();
    request.body_size.filter(|size| *size > 0).or_else(announced).or(request.body_size)
}

/// Whether it is of a kind that sends a body.
pub(super) fn is_upload(request: &Request) -> bool {
    matches!(&*request.method, "POST" | "PUT" | "PATCH")
}

/// The method by the program's own words.
pub(super) fn method(request: &Request) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| *known == &*request.method).unwrap_or("another method")
}
