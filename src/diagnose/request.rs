//! What a request weighs, and of what kind it is.

use crate::har::Request;

/// The size of a request's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// In bytes, as HTTP/1.1 writes it: request line, header lines and the empty line.
    pub(super) bytes: u64,
    /// The exporter measured it. Else the list was summed up, which is a lower bound where the exporter left cookies out.
    pub(super) is_measured: bool,
}

/// How large a request's head is.
pub(super) fn head(request: &Request) -> Head {
    let fields = request.headers.iter().filter(|header| !header.name.starts_with(':'));
    let listed: u64 = fields.map(|header| header.name.len() as u64 + header.length + 4).sum();
    let line = (request.method.len() + request.url.len() + "  HTTP/1.1\r\n\r\n".len()) as u64;
    match request.headers_size {
        Some(measured) if measured >= listed && measured > 0 => Head { bytes: measured, is_measured: true },
        _ => Head { bytes: listed + line, is_measured: false },
    }
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
