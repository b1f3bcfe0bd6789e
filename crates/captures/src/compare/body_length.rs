use super::headers::named;
use crate::har::{Entry, Response};

/// What Content-Length announced and what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLength {
    /// `Content-Length`, in bytes of the body as transferred.
    pub announced: u64,
    /// Bytes that came. Where only a figure with headers in it is known and it is too small, that figure: then it were fewer still.
    pub came: u64,
    /// How they compare.
    pub how: BodyCompleteness,
}

/// How a body's length compares with what was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyCompleteness {
    /// As many bytes as announced.
    Whole,
    /// Fewer bytes than announced.
    Short,
    /// More than announced. A browser reads no further than Content-Length, so that this is most often a recorder that decoded the body.
    Over,
}

/// Compares Content-Length with the bytes that came; `None` when it does not apply or cannot be said.
///
/// It does not apply without a body by definition (HEAD, 1xx, 204, 304; RFC 9110, section 6.4), with Transfer-Encoding, which overrides it
/// (RFC 9112, section 6.3), from a cache, and when the page gave the request up. What counts as the body differs by exporter: Chrome and
/// Safari write `bodySize` as transferred less headers and -1 when they do not know, Firefox adds the headers in some versions, recorders
/// in a proxy write the decoded size, and `content.size` is 0 for a body that was not kept. One figure that fits is enough; too few bytes
/// are only said when every figure that could hold the body is too small.
pub fn body_length(entry: &Entry) -> Option<BodyLength> {
    let response = &entry.response;
    let given_up = |error: &str| error.contains("ERR_ABORTED") || error.contains("ERR_BLOCKED_BY_") || error.ends_with("ERR_FAILED");
    // Whether there is a field of this name that says anything but `identity`.
    let is_coded = |name| named(&response.headers, name).any(|header| !header.value.eq_ignore_ascii_case("identity"));
    if matches!(response.status, 0..=199 | 204 | 304)
        || matches!(&*entry.request.method, "HEAD" | "CONNECT")
        || entry.from_cache.is_some()
        || response.error.as_deref().is_some_and(given_up)
    {
        return None;
    }
    let announced = content_length(response)?;
    if is_coded("transfer-encoding") {
        return None;
    }
    let encoded = is_coded("content-encoding");
    let transferred = response.transfer_size.filter(|bytes| *bytes > 0);
    // A recorder that decodes the body writes its decoded size twice.
    let body = response.body_size.filter(|bytes| !encoded || response.content_size != Some(*bytes));
    let wire = transferred.max(body);
    // A redirect's body is not kept, and without a figure of the wire nothing says that it was.
    let content = response.content_size.filter(|bytes| !encoded && (*bytes > 0 || (wire.is_some() && response.status / 100 != 3)));
    let fits = |bytes: u64| {
        let less = |bytes: Option<u64>| bytes?.checked_sub(response.headers_size?);
        [content, response.body_size, less(response.body_size), less(transferred)].contains(&Some(bytes))
    };
    if fits(announced) {
        return Some(BodyLength { announced, came: announced, how: BodyCompleteness::Whole });
    }
    match (content, wire) {
        // A recorder may count characters, which are fewer than bytes: it has no figure of the wire, or one that is whole.
        (Some(content), Some(_)) if content < announced => Some(BodyLength { announced, came: content, how: BodyCompleteness::Short }),
        (_, Some(wire)) if wire < announced => Some(BodyLength { announced, came: wire, how: BodyCompleteness::Short }),
        (Some(content), _) if content > announced => Some(BodyLength { announced, came: content, how: BodyCompleteness::Over }),
        _ => None,
    }
}

/// `Content-Length` in bytes; `None` when it is missing, is no number, or several of them contradict each other.
fn content_length(response: &Response) -> Option<u64> {
    let mut announced = None;
    for header in named(&response.headers, "content-length") {
        for value in header.value.split(',') {
            let bytes = value.trim().parse().ok()?;
            if announced.is_some_and(|other| other != bytes) {
                return None;
            }
            announced = Some(bytes);
        }
    }
    announced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::har::Header;

    /// An answer with `headers`, and `headersSize`, `bodySize`, `_transferSize` and `content.size`, -1 for unknown.
    fn answer(status: u16, headers: &[(&str, &str)], sizes: [i64; 4]) -> Entry {
        let headers = headers.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into(), ..Header::default() });
        let [headers_size, body_size, transfer_size, content_size] = sizes.map(|size| u64::try_from(size).ok());
        let headers = headers.map(Into::into).collect();
        let response = Response { status, headers, headers_size, body_size, content_size, transfer_size, ..Response::default() };
        Entry { response: response.into(), ..Entry::default() }
    }

    #[track_caller]
    fn check(entry: &Entry, expected: Option<(u64, BodyCompleteness)>) {
        assert_eq!(body_length(entry).map(|length| (length.came, length.how)), expected);
    }

    /// Breaks when an exporter's way of counting is taken for a body that broke off, or a body that did break off is not seen.
    #[test]
    fn every_exporter_counts_in_its_own_way() {
        let plain: &[(&str, &str)] = &[("Content-Length", "1000")];
        let gzip: &[(&str, &str)] = &[("content-length", "1000"), ("content-encoding", "gzip")];
        let whole = Some((1000, BodyCompleteness::Whole));
        // Chrome over HTTP/1.1: whole, cut, cut before the first byte, compressed, compressed and cut.
        check(&answer(200, plain, [200, 1000, 1200, 1000]), whole);
        check(&answer(200, plain, [200, 400, 600, 400]), Some((400, BodyCompleteness::Short)));
        check(&answer(200, plain, [200, 0, 200, 0]), Some((0, BodyCompleteness::Short)));
        check(&answer(200, gzip, [200, 1000, 1200, 5000]), whole);
        check(&answer(200, gzip, [200, 400, 600, 2000]), Some((600, BodyCompleteness::Short)));
        // Chrome over HTTP/2 knows only what came in all, compressed headers included.
        check(&answer(200, plain, [-1, -1, 1076, 1000]), whole);
        check(&answer(200, plain, [-1, -1, 1076, 990]), Some((990, BodyCompleteness::Short)));
        check(&answer(200, gzip, [-1, -1, 1350, 1816]), None);
        check(&answer(200, gzip, [-1, -1, 700, 900]), Some((700, BodyCompleteness::Short)));
        // A redirect's body is not kept.
        check(&answer(302, plain, [-1, -1, 1800, 0]), None);
        check(&answer(302, plain, [200, 1000, 1200, 0]), whole);
        // Firefox adds the headers to bodySize in some versions, and not in others.
        check(&answer(200, gzip, [465, 1465, -1, 3406]), whole);
        check(&answer(200, gzip, [465, 1000, -1, 3406]), whole);
        check(&answer(200, plain, [465, 865, -1, 400]), Some((400, BodyCompleteness::Short)));
        // Safari writes content.size 0 for what it did not keep.
        check(&answer(200, plain, [-1, -1, -1, 0]), None);
        // Recorders in a proxy write the decoded size twice, or count characters.
        check(&answer(200, gzip, [465, 900, -1, 900]), None);
        check(&answer(200, plain, [-1, -1, -1, 950]), None);
        check(&answer(200, plain, [-1, 1000, -1, 950]), whole);
        check(&answer(200, plain, [300, 4000, -1, 4000]), Some((4000, BodyCompleteness::Over)));
    }

    /// Breaks when a length is compared that does not count, or contradicting ones are taken for one.
    #[test]
    fn where_it_does_not_apply_nothing_is_said() {
        let cut = [200, 400, 600, 400];
        check(&answer(204, &[("content-length", "9")], cut), None);
        check(&answer(304, &[("content-length", "9000")], cut), None);
        check(&answer(0, &[("content-length", "9000")], cut), None);
        check(&answer(200, &[], cut), None);
        check(&answer(200, &[("content-length", "9000"), ("transfer-encoding", "chunked")], cut), None);
        check(&answer(200, &[("content-length", "9000"), ("transfer-encoding", "Identity")], cut), Some((400, BodyCompleteness::Short)));
        check(&answer(200, &[("content-length", "9000"), ("content-length", "400")], cut), None);
        check(&answer(200, &[("content-length", "400, 400")], cut), Some((400, BodyCompleteness::Whole)));
        check(&answer(200, &[("content-length", "many")], cut), None);
        let mut entry = answer(200, &[("content-length", "9000")], cut);
        entry.request.method = "HEAD".into();
        check(&entry, None);
        entry.request.method = "GET".into();
        entry.response.error = Some("net::ERR_CONTENT_LENGTH_MISMATCH".into());
        check(&entry, Some((400, BodyCompleteness::Short)));
        entry.response.error = Some("net::ERR_ABORTED".into());
        check(&entry, None);
        entry.response.error = None;
        entry.from_cache = Some("disk".into());
        check(&entry, None);
    }
}
