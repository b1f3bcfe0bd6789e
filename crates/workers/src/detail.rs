//! One row with everything known about it.

use std::ops::Range;
use std::sync::Arc;

use fivetwenty_captures::Side;
use fivetwenty_captures::compare;
use fivetwenty_captures::edge::{is_failing, ray};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::har::{Decoder, Entry, Header, Limits};
use fivetwenty_diagnose::{Diagnosis, Facts};
use fivetwenty_model::protocol::{Detail, EntryView, HeaderLine, RowKey};
use fivetwenty_report::ray_row;

use crate::rows::entries;

/// Bytes of an entry that is read again for its detail at most.
const MAX_DETAIL: u64 = 32 << 20;

/// Which bytes of its side's file an entry has; `None` for one that is too large to be held, and for what a text shows.
pub(crate) fn range(diagnosis: &Diagnosis, side: Side, index: Option<u32>) -> Option<Range<u64>> {
    let bytes = place(diagnosis, side, index)?;
    (1..=MAX_DETAIL).contains(&bytes.end.saturating_sub(bytes.start)).then_some(bytes)
}

/// Where an entry of a side's file stands, in bytes from its start.
fn place(diagnosis: &Diagnosis, side: Side, index: Option<u32>) -> Option<Range<u64>> {
    diagnosis.capture(side)?.entries.place(index? as usize)
}

/// A row in full, from the bytes of its entries. A side whose bytes are missing is shown from what was kept; `None` when there is no such
/// row.
pub(crate) fn detail(diagnosis: &Diagnosis, key: RowKey, bytes: [Option<Vec<u8>>; 2]) -> Option<Detail> {
    let pair = diagnosis.pairing.rows.iter().find(|pair| pair.proxied == key.proxied && pair.direct == key.direct)?;
    let [kept_proxied, kept_direct] = entries(diagnosis, pair);
    let [proxied_bytes, direct_bytes] = bytes;
    let proxied = kept_proxied.map(|kept| read_again(kept, proxied_bytes.as_deref()));
    let direct = kept_direct.map(|kept| read_again(kept, direct_bytes.as_deref()));
    let (one, other) = (proxied.as_ref(), direct.as_ref());
    let both = one.is_some_and(|entry| entry.response.status > 0) && other.is_some_and(|entry| entry.response.status > 0);
    let body = |entry: Option<&Entry>| entry.and_then(|entry| entry.response.body_hash);
    let same_body = body(one).is_some() && body(one) == body(other);
    let facts = diagnosis.facts();
    let view = |entry: &Entry, side, index| {
        let place = place(diagnosis, side, index).unwrap_or_default();
        EntryView { same_body, offset: place.start, length: place.end.saturating_sub(place.start), ..entry_view(entry, &facts, side) }
    };
    let request = |entry: Option<&'_ Entry>| entry.map(|entry| entry.request.headers.clone()).unwrap_or_default();
    let response = |entry: Option<&'_ Entry>| entry.map(|entry| entry.response.headers.clone()).unwrap_or_default();
    Some(Detail {
        key,
        method: one.or(other).map(|entry| entry.request.method.to_string()).unwrap_or_default(),
        proxied: one.map(|entry| view(entry, Side::Proxied, key.proxied)),
        direct: other.map(|entry| view(entry, Side::Direct, key.direct)),
        request_headers: header_lines(&request(one), &request(other), one.is_some() && other.is_some()),
        response_headers: header_lines(&response(one), &response(other), both),
        differs: pair.differs.clone(),
    })
}

/// The entry from its own bytes, with nothing cut that a page can show; else as it was kept.
fn read_again(kept: &Entry, bytes: Option<&[u8]>) -> Entry {
    let read = bytes.and_then(|bytes| {
        let mut decoder = Decoder::at_entry(Limits::detail());
        decoder.push(bytes);
        decoder.next()
    });
    read.unwrap_or_else(|| kept.clone())
}

/// An entry of a side in full, but for its place in the file.
fn entry_view(entry: &Entry, facts: &Facts<'_>, side: Side) -> EntryView {
    let response = &entry.response;
    let (header_bytes, header_bytes_measured) = compare::header_bytes(response);
    let timings = *entry.timings;
    let phases = [
        ("blocked", timings.blocked),
        ("dns", timings.dns),
        ("connect", timings.connect),
        ("ssl", timings.ssl),
        ("send", timings.send),
        ("wait", timings.wait),
        ("receive", timings.receive),
    ];
    EntryView {
        url: entry.request.url.to_string(),
        status: response.status,
        status_text: response.status_text.to_string(),
        http_version: response.http_version.to_string(),
        error: response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        started: entry.started.map(|started| started.to_string()),
        timings: phases.into_iter().filter_map(|(phase, ms)| Some((phase.to_owned(), ms?))).collect(),
        time_ms: entry.time_ms,
        server_ip: entry.server_ip.as_deref().map(str::to_owned),
        header_bytes,
        header_bytes_measured,
        content_length: response.header("content-length").map(|header| header.value.to_string()),
        body_bytes: response.body_size,
        content_bytes: response.content_size,
        same_body: false,
        ray: ray(entry).map(|ray| ray_row(facts, &ray, Some((side, entry)), true).plain()),
        no_ray: response.header("cf-ray").and_then(|header| header.value.parse::<RayId>().err()).map(|error| error.to_string()),
        offset: 0,
        length: 0,
    }
}

/// Both sides' headers by name; without two sides to compare nothing is called a difference.
fn header_lines(proxied: &[Arc<Header>], direct: &[Arc<Header>], both: bool) -> Vec<HeaderLine> {
    let values = |headers: &[&Header]| {
        let joined = headers.iter().map(|header| &*header.value).collect::<Vec<_>>().join("\n");
        (!headers.is_empty()).then_some(joined)
    };
    compare::align(proxied, direct)
        .into_iter()
        .map(|line| HeaderLine {
            proxied: values(&line.proxied),
            direct: values(&line.direct),
            change: if both { line.change } else { compare::Change::Same },
            name: line.name,
        })
        .collect()
}
