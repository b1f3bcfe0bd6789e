//! What a request sends, and of what kind it is.

use crate::har::Request;

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
