//! What the columns of rows without names are, as far as their values leave no doubt.

use std::net::IpAddr;

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::edge_ranges;
use fivetwenty_captures::evidence::ray_id::RayId;

use super::names::Name;
use super::time::unix_ms;
use crate::record::Field;

/// Fewer rows leave doubts.
const FEWEST_ROWS: usize = 10;
/// From 2012, when Ray IDs begin, to 2100: a number outside is no time.
const PLAUSIBLE_MS: std::ops::Range<i64> = 1_325_376_000_000..4_102_444_800_000;
/// So many columns beside the statuses must be told for these to be Cloudflare's records.
const FEWEST_TOLD: usize = 2;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "PROPFIND", "CONNECT", "TRACE"];
const CACHES: &[&str] = &[
    "hit",
    "miss",
    "dynamic",
    "expired",
    "bypass",
    "stale",
    "updating",
    "revalidated",
    "ignored",
    "none",
    "unknown",
    "deferred",
    "streamhit",
    "error",
];
const SOURCES: &[&str] = &["eyeball", "edgeWorkerFetch", "edgeWorkerCacheAPI", "earlyHintsCache", "imageResizing", "orangeToOrange"];
/// What is told when it is found; the rest of a record only says more.
const TOLD: &[Field] = &[
    Field::OriginResponseStatus,
    Field::CacheCacheStatus,
    Field::EdgeStartTimestamp,
    Field::ClientRequestHost,
    Field::ClientRequestPath,
    Field::EdgeColoCode,
    Field::OriginIP,
];

const STATUSES: [Field; 2] = [Field::EdgeResponseStatus, Field::OriginResponseStatus];

type Row = Vec<Box<[u8]>>;

/// What each column is, and the names of those that could not be told. `None` when these are not certainly Cloudflare's records, or nothing
/// tells which column has the status of the edge's answer.
#[inline]
pub(super) fn infer(rows: &[Row]) -> Option<(Vec<Name>, Vec<String>)> {
    let count = rows.first()?.len();
    if rows.len() < FEWEST_ROWS || count < 4 || rows.iter().any(|row| row.len() != count) {
        return None;
    }
    let all = |is_it: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let fits = |column: &usize| {
            let is_it = |row: &Row| std::str::from_utf8(&row[*column]).is_ok_and(is_it);
            rows.iter().all(is_it)
        };
        (0..count).filter(fits).collect()
    };
    let one = |columns: Vec<usize>| <[usize; 1]>::try_from(columns).ok().map(|[column]| column);
    let cell = |row: usize, column: usize| std::str::from_utf8(&rows[row][column]).unwrap_or_default();
    let some = |column: usize, is_it: &dyn Fn(&str) -> bool| (0..rows.len()).any(|row| is_it(cell(row, column)));

    let is_ray = |text: &str| {
        let digits = text.split_once('-').map_or(text, |(digits, _)| digits);
        digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits.parse::<RayId>().is_ok()
    };
    let ray =
        one(all(&is_ray).into_iter().filter(|column| some(*column, &|text| text.bytes().any(|byte| byte.is_ascii_alphabetic()))).collect());
    let statuses = all(&|text| text == "0" || is_status(text));
    let (with_none, plain): (Vec<usize>, Vec<usize>) = statuses.into_iter().partition(|column| some(*column, &|text| text == "0"));
    let with_none: Vec<usize> = with_none.into_iter().filter(|column| some(*column, &is_status)).collect();
    let edge = one(plain)?;
    let own = |text: &str| matches!(text, "521" | "522" | "523" | "524" | "525" | "526" | "530");
    let origin = one(with_none.clone());
    if with_none.is_empty() && !some(edge, &own) {
        // It may be the origin's.
        return None;
    }
    let is_time = |text: &str| unix_ms(text.as_bytes()).is_some_and(|ms| PLAUSIBLE_MS.contains(&ms));
    let times: Vec<usize> = all(&is_time);
    let is_before =
        |one: usize, other: usize| (0..rows.len()).all(|row| unix_ms(cell(row, one).as_bytes()) <= unix_ms(cell(row, other).as_bytes()));
    let (start, end) = match times[..] {
        [one] => (Some(one), None),
        [one, other] if is_before(one, other) => (Some(one), Some(other)),
        [one, other] if is_before(other, one) => (Some(other), Some(one)),
        _ => (None, None),
    };
    let paths = all(&|text| text.starts_with('/'));
    let is_prefix = |one: usize, other: usize| (0..rows.len()).all(|row| cell(row, other).starts_with(cell(row, one)));
    let path = match paths[..] {
        [one] => Some(one),
        [one, other] if is_prefix(one, other) => Some(one),
        [one, other] if is_prefix(other, one) => Some(other),
        _ => None,
    };
    let is_method = |text: &str| METHODS.contains(&text);
    let is_host = |text: &str| {
        text.contains('.')
            && text.parse::<IpAddr>().is_err()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            && !text.ends_with(|sign: char| sign.is_ascii_digit())
    };
    // Those of visitors are never empty, and those of the edge are Cloudflare's.
    let addresses = all(&|text| text.is_empty() || text.parse().is_ok_and(|address: IpAddr| !edge_ranges::contains(address)));
    let addresses =
        addresses.into_iter().filter(|column| some(*column, &str::is_empty) && some(*column, &|text| !text.is_empty())).collect();
    let found = [
        (Field::RayID, ray),
        (Field::EdgeResponseStatus, Some(edge)),
        (Field::OriginResponseStatus, origin),
        (Field::EdgeStartTimestamp, start),
        (Field::EdgeEndTimestamp, end),
        (Field::ClientRequestPath, path),
        (Field::ClientRequestHost, one(all(&is_host))),
        (Field::ClientRequestMethod, one(all(&is_method))),
        (Field::ClientRequestProtocol, one(all(&|text| text.starts_with("HTTP/")))),
        (Field::CacheCacheStatus, one(all(&|text| CACHES.contains(&&*text.to_ascii_lowercase())))),
        (Field::ClientRequestSource, one(all(&|text| SOURCES.contains(&text)))),
        (Field::EdgeColoCode, one(all(&|text| !is_method(text) && text.parse::<Colo>().is_ok_and(|colo| colo.place().is_some())))),
        (Field::OriginIP, one(addresses)),
    ];
    let told = found.iter().filter(|(field, column)| column.is_some() && !STATUSES.contains(field)).count();
    if told < FEWEST_TOLD {
        return None;
    }
    let mut columns = vec![Name::Unknown; count];
    for (field, column) in found {
        if let Some(column) = column {
            columns[column] = Name::Value(field, 0);
        }
    }
    let is_found = |field: &Field| columns.contains(&Name::Value(*field, 0));
    let untold = TOLD.iter().filter(|field| !is_found(field)).map(|field| format!("{field:?}")).collect();
    Some((columns, untold))
}

/// A status that is in use: most numbers of three digits are none.
#[inline]
fn is_status(text: &str) -> bool {
    let Ok(status) = text.parse::<u16>() else { return false };
    text.len() == 3
        && matches!(status, 200..=208 | 301..=304 | 307 | 308 | 400..=418 | 421..=431 | 451 | 499 | 500..=511 | 520..=527 | 530 | 101 | 103)
}
