//! Sentences and commands that several rules give, filled in with the request that fails.

use jiff::{SignedDuration, Timestamp};

use crate::diagnose::facts::{Facts, ray};
use crate::har::Entry;
use crate::redact::{self, Redacted};

/// The three things that are looked at again and again after a crash: the log at that second, the kernel, and what changed.
pub(super) fn look_at_the_log(facts: &Facts<'_>, what: &'static str) -> Redacted<String> {
    match moment(facts) {
        Some(moment) => Redacted::fill("Save the origin's logs before they rotate, and look at {}: {}.", &[&moment, &what]),
        None => Redacted::fill("Save the origin's logs before they rotate, and look at the moment of the error: {}.", &[&what]),
    }
}

/// The kernel's log around the failing request.
pub(super) fn kernel_log(facts: &Facts<'_>) -> Redacted<String> {
    let window = facts.leading().and_then(|(_, _, entry)| {
        let at = time(entry)?;
        let minute = SignedDuration::from_mins(1);
        Some((at.checked_sub(minute).ok()?, at.checked_add(minute).ok()?))
    });
    match window {
        Some((from, to)) => Redacted::fill("journalctl -k --since '{}' --until '{}'", &[&redact::second(from), &redact::second(to)]),
        None => Redacted::fixed("journalctl -k --since '-15 min'"),
    }
}

/// What ends most cases.
pub(super) fn what_changed() -> Redacted<String> {
    Redacted::fixed(
        "Ask what changed just before: a deployment, a certificate, a proxy or firewall rule, a plugin. Change one thing at a time, and keep a list.",
    )
}

/// The failing request, asked of the origin itself.
pub(super) fn curl_direct(facts: &Facts<'_>) -> Redacted<String> {
    Redacted::fill("curl -sv -o /dev/null -D -{} {} --connect-to ::ORIGIN_IP", &[&method(facts), &url(facts)])
}

/// How many bytes of headers the origin sends.
pub(super) fn curl_header_bytes(facts: &Facts<'_>) -> Redacted<String> {
    Redacted::fill("curl -s -o /dev/null -D -{} {} --connect-to ::ORIGIN_IP | wc -c", &[&method(facts), &url(facts)])
}

/// The failing request, through Cloudflare.
pub(super) fn curl_proxied(facts: &Facts<'_>) -> Redacted<String> {
    Redacted::fill("curl -sv -o /dev/null -D -{} {}", &[&method(facts), &url(facts)])
}

/// When the failing request was, for instance `2026-11-20 10:00:03 UTC (Ray ID 8a7d5e2fbcd1a1c3)`.
pub(super) fn moment(facts: &Facts<'_>) -> Option<Redacted<String>> {
    let (_, _, entry) = facts.leading()?;
    let at = redact::second(time(entry)?);
    Some(match ray(entry) {
        Some(ray) => Redacted::fill("{} (Ray ID {})", &[&at, &redact::ray_id(&ray)]),
        None => at,
    })
}

fn time(entry: &Entry) -> Option<Timestamp> {
    ray(entry).filter(|ray| !ray.is_short()).and_then(|ray| ray.received()).or(entry.started)
}

fn url(facts: &Facts<'_>) -> Redacted<String> {
    let url = facts.leading().map_or("https://HOST/PATH", |(_, _, entry)| &entry.request.url);
    redact::url_for_shell(url)
}

/// Nothing for GET: `-X` would also change how curl follows redirects.
fn method(facts: &Facts<'_>) -> Redacted<String> {
    match facts.leading().map(|(_, _, entry)| &*entry.request.method) {
        Some("POST") => Redacted::fixed(" -X POST"),
        Some("PUT") => Redacted::fixed(" -X PUT"),
        Some("PATCH") => Redacted::fixed(" -X PATCH"),
        Some("DELETE") => Redacted::fixed(" -X DELETE"),
        _ => Redacted::fixed(""),
    }
}
