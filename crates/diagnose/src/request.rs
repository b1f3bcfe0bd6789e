//! What a request sends, of what kind it is, and whether its size decides what becomes of it.

use fivetwenty_captures::compare::{HeaderBytes, request_key};
use fivetwenty_captures::har::{Entry, Request};
use fivetwenty_model::Status;
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::finding::Finding;

/// A body beyond this does not fit into the buffers on the way, so that an answer before its end breaks the connection.
pub(super) const UNBUFFERED: u64 = 64 * 1024;
/// A usual limit for one field or line of a request: nginx, Apache, Gunicorn, Tomcat.
pub(super) const DEFAULT_LIMIT: u64 = 8000;

/// What sets the requests that are a 520 apart from those that the origin answered.
enum Size {
    /// They send a body, and smaller ones were taken.
    Body,
    /// Their headers are large, and those of what was answered at most half as large.
    Headers,
}

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

/// A finding of a connection that broke off, weakened when only large requests break off: the rule for that size leads then.
pub(super) fn unless_size_decides(facts: &Facts<'_>, finding: Finding) -> Finding {
    if finding.status > Status::Likely {
        return finding;
    }
    let rest = match size_decides(facts) {
        Some(Size::Body) => "But only uploads fail, and smaller ones are taken: their size decides.",
        Some(Size::Headers) => "But only requests with large headers fail: their size decides.",
        None => return finding,
    };
    Finding { status: Status::Possible, reason: Redacted::fill("{} {}", &[&finding.reason, &rest]), ..finding }
}

fn size_decides(facts: &Facts<'_>) -> Option<Size> {
    let failing = || facts.failing_pairs().iter().filter_map(|(index, _)| facts.proxied_entry(*index));
    let answered = || facts.passed_on().map(|(_, entry)| entry);
    let sent = |entry: &Entry| body(&entry.request).filter(|bytes| *bytes > 0 && is_upload(&entry.request));
    let smallest_body = failing().map(sent).try_fold(u64::MAX, |smallest, bytes| Some(smallest.min(bytes?)));
    if let Some(smallest) = smallest_body.filter(|_| answered().any(|entry| !is_upload(&entry.request)))
        && (answered().filter_map(sent).any(|bytes| bytes < smallest) || smallest > UNBUFFERED)
        && answered().filter_map(sent).all(|bytes| bytes < smallest)
    {
        return Some(Size::Body);
    }
    let headers = |entry: &Entry| HeaderBytes::of_request(&entry.request).bytes;
    let smallest = failing().map(headers).min().filter(|bytes| *bytes >= DEFAULT_LIMIT)?;
    let largest_answered = answered().map(headers).max()?;
    (largest_answered * 2 <= smallest).then_some(Size::Headers)
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
