//! How long a request took, and can take.

use fivetwenty_captures::har::Entry;

/// The longest time that Cloudflare can be set to wait for an answer.
pub(super) const MAX_MS: u64 = 6_000_000;

/// How long a browser waited for a response or a failure, in milliseconds: the entry's `time`.
///
/// For a failed request Chrome writes the whole time as `blocked` and as `time`. A file may lack one of them.
pub(super) fn lasted(entry: &Entry) -> Option<u64> {
    let timings = &entry.timings;
    let parts = [timings.blocked, timings.dns, timings.connect, timings.send, timings.wait];
    let sum = parts.into_iter().flatten().filter(|part| *part > 0.0).sum::<f64>();
    whole(entry.time_ms.filter(|time| *time > 0.0).unwrap_or(sum)).filter(|ms| *ms > 0)
}

/// Milliseconds that a file gives, without their fraction; `None` for what is no length of time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub(super) fn whole(ms: f64) -> Option<u64> {
    (0.0..1e12).contains(&ms).then_some(ms as u64)
}
