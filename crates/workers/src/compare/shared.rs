//! What all failing rows have in common: what support looks at next.

use std::borrow::Cow;

use fivetwenty_captures::edge::colo;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_model::protocol::Shared;

use super::pairs::{Candidate, entries};

/// A property of a request: what it is called, and its value.
type Property = (&'static str, Value);
type Value = for<'a> fn(&'a Entry) -> Option<Cow<'a, str>>;

const PROPERTIES: [Property; 8] = [
    ("Path", |entry| Some(Address::new(&entry.request.url).path.into())),
    ("Host", |entry| Some(Address::new(&entry.request.url).host.into())),
    ("Method", |entry| Some((&*entry.request.method).into())),
    ("Type", |entry| Some(entry.resource_type.as_deref()?.into())),
    ("Data centre", |entry| Some(colo(entry)?.to_string().into())),
    ("Cookies", |entry| has_header(entry, "cookie")),
    ("Authorization", |entry| has_header(entry, "authorization")),
    ("Request body", |entry| Some(if entry.request.body_size.is_some_and(|bytes| bytes > 0) { "sent" } else { "none" }.into())),
];

fn has_header<'a>(entry: &'a Entry, name: &str) -> Option<Cow<'a, str>> {
    // An exporter that wrote no headers says nothing of one.
    (!entry.request.headers.is_empty()).then(|| if entry.request.header(name).is_some() { "sent" } else { "not sent" }.into())
}

/// What every failing row has that some other row has not. Nothing, when fewer than two fail, or all do.
pub(super) fn shared(diagnosis: &Diagnosis) -> Vec<Shared> {
    let rows = diagnosis.pairing.rows.iter().map(|pair| Candidate { sides: entries(diagnosis, pair), differs: &[], cited: false });
    let (failing, others): (Vec<_>, Vec<_>) = rows.partition(Candidate::is_failing);
    if failing.len() < 2 || others.is_empty() {
        return Vec::new();
    }
    let common = PROPERTIES.iter().filter_map(|(name, value)| {
        let of_first = of(&failing[0], *value)?;
        let has = |row: &Candidate<'_>| of(row, *value).as_ref() == Some(&of_first);
        if !failing.iter().all(has) {
            return None;
        }
        let with = others.iter().filter(|row| has(row)).count();
        (with < others.len()).then(|| Shared {
            name: (*name).to_owned(),
            value: of_first.to_string(),
            others: u32::try_from(with).unwrap_or(u32::MAX),
        })
    });
    common.collect()
}

fn of<'a>(row: &Candidate<'a>, value: Value) -> Option<Cow<'a, str>> {
    row.sides[0].or(row.sides[1]).and_then(value)
}
