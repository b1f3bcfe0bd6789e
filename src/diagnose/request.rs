//! What a request sends, and of what kind it is.

use crate::compare::alike;
use crate::evidence::address::Address;
use crate::har::{Entry, Request};

/// What two entries share when they ask for the same: host, method, path, query without what is new on every request, size of the body.
pub(super) fn same(entry: &Entry) -> String {
    let mut key = String::new();
    alike(entry, &mut key);
    key.push(' ');
    key.push_str(Address::new(&entry.request.url).host);
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
