//! Whether a body came whole, and whether it comes with as many bytes at every try.

use fivetwenty_captures::compare::{BodyCompleteness, body_length, request_key};
use fivetwenty_captures::har::Entry;

use crate::facts::Facts;
use crate::fault::error_name;

/// How many bytes came when the same was asked for several times.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// It was asked for once, or not every time announced as much.
    Once,
    /// As many each time.
    Same,
    /// This entry got another number.
    Differ(u32),
}

/// Compares the bytes that came with those of the other direct requests for the same.
pub(crate) fn counts(facts: &Facts<'_>, index: u32) -> Counts {
    let Some((entry, direct)) = facts.direct_entry(index).zip(facts.direct.as_ref()) else { return Counts::Once };
    let Some(own) = announced_and_came(entry) else { return Counts::Once };
    let key = request_key(&entry.request);
    let same = |other: &Entry| request_key(&other.request) == key;
    let others = direct.answered().filter(|(other, entry)| *other != index && same(entry));
    let mut counts = Counts::Once;
    for (other, (announced, came)) in others.filter_map(|(other, entry)| Some((other, announced_and_came(entry)?))) {
        if announced == own.0 {
            if came != own.1 {
                return Counts::Differ(other);
            }
            counts = Counts::Same;
        }
    }
    counts
}

/// Whether fewer bytes came than Content-Length announces.
pub(crate) fn is_short(entry: &Entry) -> bool {
    entry.response.status > 0
        && (error_name(entry) == "ERR_CONTENT_LENGTH_MISMATCH"
            || body_length(entry).is_some_and(|length| length.how == BodyCompleteness::Short))
}

/// Whether the body is compressed.
pub(crate) fn is_encoded(entry: &Entry) -> bool {
    entry.response.header("content-encoding").is_some_and(|header| !header.value.eq_ignore_ascii_case("identity"))
}

/// Whether the body is not in the encoding that its headers name.
pub(crate) fn cannot_be_decoded(entry: &Entry) -> bool {
    entry.response.status > 0 && error_name(entry).starts_with("ERR_CONTENT_DECODING_")
}

/// `Content-Length`, and the bytes of the body as transferred.
fn announced_and_came(entry: &Entry) -> Option<(u64, u64)> {
    let length = body_length(entry)?;
    let response = &entry.response;
    let transferred = response.transfer_size.zip(response.headers_size).and_then(|(all, headers)| all.checked_sub(headers));
    Some((length.announced, transferred.unwrap_or(length.came)))
}
