//! One row with everything known about it.

use std::ops::Range;
use std::sync::Arc;

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{self, Change};
use fivetwenty_captures::edge::{is_failing, ray};
use fivetwenty_captures::har::{Decoder, Entry, Header, Limits};
use fivetwenty_diagnose::{Diagnosis, Facts};
use fivetwenty_model::protocol::{Detail, EntryView, HeaderLine, Piece, RowKey};
use fivetwenty_report::ray_row;

use super::curl;
use super::facts::facts;
use super::notes::note;
use super::pairs::{entries, is_own_page};
use super::pieces;

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
    let either = one.or(other)?;
    let own_page = kept_proxied.is_some_and(is_own_page);
    let answered = |entry: Option<&Entry>| entry.is_some_and(|entry| entry.response.status > 0);
    let body = |entry: Option<&Entry>| entry.and_then(|entry| entry.response.body_hash);
    let same_body = body(one).is_some() && body(one) == body(other);
    let known = diagnosis.facts();
    let view = |entry: &Entry, side| EntryView { same_body, ..entry_view(entry, &known, side) };
    let request = |entry: Option<&'_ Entry>| entry.map(|entry| entry.request.headers.clone()).unwrap_or_default();
    let response = |entry: Option<&'_ Entry>| entry.map(|entry| entry.response.headers.clone()).unwrap_or_default();
    let mut response_headers = header_lines(&response(one), &response(other), answered(one) && answered(other));
    for line in &mut response_headers {
        line.note = line.proxied.as_deref().map(|pieces| note(&line.name, &text(pieces))).unwrap_or_default();
        if own_page {
            // Its fields are Cloudflare's, whatever the origin's are.
            line.change = if line.proxied.is_some() { Change::Edge } else { Change::Same };
            line.proxied.iter_mut().chain(&mut line.direct).flatten().for_each(|piece| piece.differs = false);
        }
    }
    Some(Detail {
        key,
        method: either.request.method.to_string(),
        url: either.request.url.to_string(),
        own_page,
        proxied: one.map(|entry| view(entry, Side::Proxied)),
        direct: other.map(|entry| view(entry, Side::Direct)),
        facts: facts([one, other]),
        response_headers,
        request_headers: header_lines(&request(one), &request(other), one.is_some() && other.is_some()),
        curl: curl::redacted(either),
        curl_with_values: curl::with_values(either),
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

/// An entry of a side, but for its headers and what is said of them.
fn entry_view(entry: &Entry, facts: &Facts<'_>, side: Side) -> EntryView {
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
        failing: is_failing(entry),
        timings: phases.into_iter().filter_map(|(phase, ms)| Some((phase.to_owned(), ms?))).collect(),
        time_ms: entry.time_ms,
        same_body: false,
        ray: ray(entry).map(|ray| ray_row(facts, &ray, Some((side, entry)), true).plain()),
    }
}

/// Both sides' headers by name; without two sides to compare nothing is called a difference.
fn header_lines(proxied: &[Arc<Header>], direct: &[Arc<Header>], both: bool) -> Vec<HeaderLine> {
    let value = |headers: &[&Header]| headers.iter().map(|header| &*header.value).collect::<Vec<_>>().join("\n");
    let lines = compare::align(proxied, direct).into_iter().map(|line| {
        let (one, other) = (value(&line.proxied), value(&line.direct));
        let change = if both { line.change } else { Change::Same };
        let [one, other] =
            if change == Change::Changed { pieces::compare(&one, &other) } else { [one, other].map(|text| pieces::whole(&text)) };
        HeaderLine {
            proxied: (!line.proxied.is_empty()).then_some(one),
            direct: (!line.direct.is_empty()).then_some(other),
            change,
            name: line.name,
            note: String::new(),
        }
    });
    lines.collect()
}

/// A value again from its pieces.
fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}
