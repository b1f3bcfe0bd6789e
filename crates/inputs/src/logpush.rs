//! Cloudflare's own logs of requests: Logpush and Log Explorer (JSON or CSV), and rows of GraphQL.

use std::collections::VecDeque;
use std::sync::Arc;

use super::clock::{clock, unix};
use super::logs::{ORIGIN_ANSWERED, ORIGIN_SILENT};
use super::objects::{member, objects};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::har::{Entry, Header, Request, Response};

/// What is taken of a row: the name in Logpush and Log Explorer, and the one in GraphQL.
const RAY: [&str; 2] = ["RayID", "rayName"];
const STATUS: [&str; 2] = ["EdgeResponseStatus", "edgeResponseStatus"];
const ORIGIN: [&str; 2] = ["OriginResponseStatus", "originResponseStatus"];
const CACHE: [&str; 3] = ["CacheStatus", "CacheCacheStatus", "cacheStatus"];
const COLO: [&str; 2] = ["EdgeColoCode", "coloCode"];
const TIME: [&str; 2] = ["EdgeStartTimestamp", "datetime"];
const HOST: [&str; 2] = ["ClientRequestHost", "clientRequestHTTPHost"];
const PATH: [&str; 2] = ["ClientRequestPath", "clientRequestPath"];
const METHOD: [&str; 2] = ["ClientRequestMethod", "clientRequestHTTPMethodName"];
const SCHEME: [&str; 2] = ["ClientRequestScheme", "clientRequestScheme"];
/// With the query.
const URI: [&str; 2] = ["ClientRequestURI", "clientRequestURI"];

/// Rows that have a status of the edge's, failing ones first when there are more than are kept.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut rows = Rows::default();
    let text = lines.text();
    if STATUS.iter().any(|name| text.contains(name)) {
        objects(text, &mut |place, object| rows.add(&|| lines.at(place.clone()), &|name| member(object, name)));
        csv(lines, &mut rows);
    }
    let Rows { extracts, mut others } = rows;
    others.drain(..(others.len() + extracts.len()).saturating_sub(MAX_EXTRACTS));
    let mut extracts: Vec<Extract> = extracts.into_iter().chain(others).collect();
    extracts.sort_by_key(|extract| extract.lines.start);
    (!extracts.is_empty()).then_some(Recognition { score: 88, extracts })
}

#[derive(Default)]
struct Rows {
    /// Those that fail.
    extracts: VecDeque<Extract>,
    others: VecDeque<Extract>,
}

impl Rows {
    /// Adds what a row says; false when it is none.
    fn add<'a>(&mut self, lines: &dyn Fn() -> std::ops::Range<usize>, field: &dyn Fn(&str) -> Option<&'a str>) -> bool {
        let Some(statement) = statement(field) else { return false };
        let is_failing = statement.status().is_some_and(|status| status >= 500);
        let kept = if is_failing { &mut self.extracts } else { &mut self.others };
        if kept.len() == MAX_EXTRACTS {
            kept.pop_front();
        }
        kept.push_back(Extract { kind: TextKind::Logpush, lines: lines(), statement });
        true
    }
}

/// A line of names, and under it lines of values.
fn csv(lines: &Lines<'_>, rows: &mut Rows) {
    let mut names: Vec<&str> = Vec::new();
    for (number, line) in lines.all() {
        if STATUS.iter().any(|name| line.contains(name)) && !line.trim_start().starts_with(['{', '[', '"'])
            || line.starts_with("\"RayID\",")
        {
            names = values(line);
        } else if !names.is_empty() {
            let row = values(line);
            // A row that was cut off lacks a value, or a part of the last one.
            if row.len() == names.len() && lines.is_whole(number) {
                let field = |name: &str| row.get(names.iter().position(|known| *known == name)?).copied();
                rows.add(&|| number..number + 1, &field);
            }
        }
    }
}

/// The values of a line of CSV; one in quotes may have commas.
fn values(line: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let mut rest = line.trim();
    loop {
        let (value, behind) = match rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some(quoted) => quoted,
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        values.push(value);
        match behind.split_once(',') {
            Some((_, next)) => rest = next,
            None => return values,
        }
    }
}

/// What a row says. It went through Cloudflare; with host, path and status it is a request with its answer.
fn statement<'a>(field: &dyn Fn(&str) -> Option<&'a str>) -> Option<Statement> {
    let known = |names: &[&str]| names.iter().find_map(|name| field(name)).filter(|value| !value.is_empty());
    let first = |names: [&str; 2]| known(&names);
    let number = |names: [&str; 2]| first(names)?.parse::<u16>().ok().filter(|status| *status < 600);
    let status = number(STATUS).filter(|status| *status >= 100)?;
    let origin = number(ORIGIN);
    let colo = first(COLO).unwrap_or_default();
    let ray = first(RAY).and_then(|ray| format!("{ray}-{colo}").parse::<RayId>().or_else(|_| ray.parse()).ok());
    let time = first(TIME).and_then(|time| unix(time).or_else(|| clock(time).filter(super::clock::Clock::is_zoned)?.moment()));
    let host = first(HOST).filter(|host| !host.contains('/'));
    let path = first(URI).or_else(|| first(PATH)).filter(|path| path.starts_with('/'));
    let url = host.zip(path).map(|(host, path)| format!("{}://{host}{path}", first(SCHEME).unwrap_or("https")));
    let log = match origin {
        Some(0) if (520..530).contains(&status) => Some(&ORIGIN_SILENT),
        Some(500..) if status >= 500 => Some(&ORIGIN_ANSWERED),
        _ => None,
    };
    let entry = url.map(|url| {
        let method = first(METHOD).filter(|method| method.bytes().all(|byte| byte.is_ascii_uppercase()));
        let header =
            |name: &str, value: String| Arc::new(Header { name: name.into(), length: value.len() as u64, value: value.into(), hash: 0 });
        let ray = ray.as_ref().map(|ray| header("cf-ray", ray.to_string()));
        let cache = from_cache(known(&CACHE), origin, status).map(|cache| header("cf-cache-status", cache.to_owned()));
        Box::new(Entry {
            started: time,
            request: Request { method: method.unwrap_or_default().into(), url: url.into(), ..Request::default() },
            response: Response { status, headers: ray.into_iter().chain(cache).collect(), ..Response::default() },
            ..Entry::default()
        })
    });
    let error_code = (520..530).contains(&status) && origin.is_none_or(|origin| origin == 0);
    Some(Statement {
        way: if entry.is_some() { Some(Side::Proxied) } else { None },
        entry,
        error_code: error_code.then_some(status),
        ray,
        host: host.map(Box::from),
        time,
        log,
        ..Statement::default()
    })
}

/// The `cf-cache-status` that the answer had. An answer without an error that no cache gave and the origin neither was made at the edge: a
/// block, a redirect, a Worker's own.
fn from_cache(cache: Option<&str>, origin: Option<u16>, status: u16) -> Option<&'static str> {
    const KNOWN: [&str; 9] = ["HIT", "STALE", "UPDATING", "REVALIDATED", "MISS", "EXPIRED", "BYPASS", "DYNAMIC", "NONE"];
    let known = KNOWN.into_iter().find(|known| cache.is_some_and(|cache| known.eq_ignore_ascii_case(cache)));
    let is_cached = matches!(known, Some("HIT" | "STALE" | "UPDATING" | "REVALIDATED"));
    if origin == Some(0) && status < 500 && !is_cached { Some("NONE") } else { known }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let said: Vec<String> = extracts
            .iter()
            .map(|Extract { lines, statement, .. }| {
                let url =
                    statement.entry.as_ref().map(|entry| format!("{} {}", entry.request.method, entry.request.url)).unwrap_or_default();
                let ray = statement.ray.as_ref().map(ToString::to_string).unwrap_or_default();
                let time = statement.time.map(|time| time.to_string()).unwrap_or_default();
                format!(
                    "{lines:?} {:?} {ray} {time} {url} {}",
                    statement.status(),
                    statement.log.map(|meaning| meaning.phrase).unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    const ROW: &str = r#"{"ClientIP":"203.0.113.7","ClientRequestHost":"shop.example","ClientRequestMethod":"GET","ClientRequestURI":"/api/orders?page=2","EdgeColoCode":"FRA","EdgeResponseStatus":520,"EdgeStartTimestamp":1795286523629000000,"OriginResponseStatus":0,"RayID":"a5e1d50c40aa9c1e","RequestHeaders":{"a":"b"}}"#;
    const SAID: &str =
        "Some(520) a5e1d50c40aa9c1e-FRA 2026-11-21T18:42:03.629Z GET https://shop.example/api/orders?page=2 OriginResponseStatus 0";

    /// Breaks when a row of Logpush is not read, in any form that it can be pushed in.
    #[test]
    fn reads_rows_of_logpush() {
        let first = format!("0..1 {SAID}");
        check(ROW, &[&first]);
        let rows = format!("{ROW}\n{}\n", ROW.replace(":520", ":502").replace("Status\":0", "Status\":502"));
        let own = SAID.replace("520", "502").replace("OriginResponseStatus 0", "OriginResponseStatus 5xx");
        check(&rows, &[&first, &format!("1..2 {own}")]);
        check(&format!("[{ROW},{ROW}]"), &[&first, &first]);
        check(&ROW.replace("1795286523629000000", "\"2026-11-21T18:42:03.629Z\""), &[&first]);
        check(&ROW.replace(",\"", ",\n  \""), &[&format!("0..10 {SAID}")]);
        let csv = "ClientRequestHost,ClientRequestPath,EdgeResponseStatus,OriginResponseStatus,RayID,EdgeColoCode,EdgeStartTimestamp,ClientRequestMethod\nshop.example,\"/a,b\",520,0,a5e1d50c40aa9c1e,FRA,1795286523,GET\nshop.example,/cut";
        check(csv, &["1..2 Some(520) a5e1d50c40aa9c1e-FRA 2026-11-21T18:42:03.000Z GET https://shop.example/a,b OriginResponseStatus 0"]);
    }

    /// Breaks when an answer from the cache or of the edge's own counts as one of the origin's.
    #[test]
    fn answers_without_the_origin_are_told_apart() {
        for (cache, origin, status, expected) in [
            (Some("hit"), Some(0), 200, Some("HIT")),
            (Some("miss"), Some(0), 520, Some("MISS")),
            (Some("miss"), Some(200), 200, Some("MISS")),
            (Some("dynamic"), Some(0), 403, Some("NONE")),
            (None, Some(0), 301, Some("NONE")),
            (None, None, 200, None),
            (Some("something"), None, 200, None),
        ] {
            assert_eq!(from_cache(cache, origin, status), expected, "{cache:?} {origin:?} {status}");
        }
    }

    /// Breaks when a row of GraphQL is not read, or something else is taken for a row.
    #[test]
    fn reads_rows_of_graphql() {
        let row = r#"{"datetime":"2026-11-21T18:42:03Z","clientRequestHTTPHost":"shop.example","clientRequestPath":"/api","clientRequestHTTPMethodName":"POST","edgeResponseStatus":520,"originResponseStatus":0,"cacheStatus":"dynamic"}"#;
        let text = format!(r#"{{"data":{{"viewer":{{"zones":[{{"httpRequestsAdaptive":[{row}]}}]}}}},"errors":null}}"#);
        check(
            &text,
            &["0..1 None  2026-11-21T18:42:03.000Z POST https://shop.example/api OriginResponseStatus 0"]
                .map(|row| row.replace("None", "Some(520)"))
                .each_ref()
                .map(String::as_str),
        );
        check(r#"{"EdgeResponseStatus":"520 or so"}"#, &[]);
        check("EdgeResponseStatus is 520", &[]);
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "(EdgeResponseStatus|RayID|,|\"|:|\\{|\\}|520|\n|é|a5e1d50c40aa9c1e){0,40}") {
            recognise(&Lines::new(&text));
        }
    }
}
