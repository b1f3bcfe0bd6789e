//! Cloudflare's own logs of requests: Logpush and Log Explorer (JSON or CSV), and rows of GraphQL.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::clock::{clock, unix};
use super::grammar::is_host;
use super::logs::{ORIGIN_ANSWERED, ORIGIN_BEGAN, ORIGIN_SAME, ORIGIN_SILENT};
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
const SOURCE: [&str; 3] = ["ClientRequestSource", "RequestSource", "requestSource"];
/// With the query.
const URI: [&str; 2] = ["ClientRequestURI", "clientRequestURI"];

/// Rows that have a status of the edge's, failing ones first when there are more than are kept.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut rows = Rows::default();
    let text = lines.text();
    let has_words = |words: &str| text.as_bytes().windows(words.len()).any(|part| part.eq_ignore_ascii_case(words.as_bytes()));
    if STATUS.iter().any(|name| text.contains(name)) || has_words("edge status") || has_words("edge response status") {
        objects(text, &mut |place, object| rows.add(&|| lines.at(place.clone()), &|name| member(object, name)));
        for place in cut(text) {
            let field = |name: &str| member(&text[place.clone()], name);
            let is_added = rows.add(&|| lines.at(place.clone()), &field);
            // The origin's status may be what was cut off: then whose error it is stays open.
            if let Some(row) = rows.extracts.back_mut().filter(|_| is_added && ORIGIN.iter().all(|name| field(name).is_none())) {
                row.statement.error_code = None;
            }
        }
        csv(lines, &mut rows);
    }
    if text.contains("irewall") || text.contains("\"Action\"") {
        objects(text, &mut |place, object| rows.event(&|| lines.at(place.clone()), &|name| member(object, name)));
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
    fn add<'a>(&mut self, lines: &dyn Fn() -> Range<usize>, field: &dyn Fn(&str) -> Option<&'a str>) -> bool {
        let Some(statement) = statement(field) else { return false };
        self.take(lines(), statement)
    }

    /// As [`Rows::add`], of the firewall's events.
    fn event<'a>(&mut self, lines: &dyn Fn() -> Range<usize>, field: &dyn Fn(&str) -> Option<&'a str>) -> bool {
        let is_row = STATUS.iter().any(|name| field(name).is_some());
        event(field).filter(|_| !is_row).is_some_and(|event| self.take(lines(), event))
    }

    fn take(&mut self, lines: Range<usize>, statement: Statement) -> bool {
        let is_failing = statement.status().is_some_and(|status| status >= 500);
        let kept = if is_failing { &mut self.extracts } else { &mut self.others };
        if kept.len() == MAX_EXTRACTS {
            kept.pop_front();
        }
        kept.push_back(Extract { kind: TextKind::Logpush, lines, statement });
        true
    }
}

/// What an event of the firewall says: which request it was, not how it was answered.
fn event<'a>(field: &dyn Fn(&str) -> Option<&'a str>) -> Option<Statement> {
    let first = |names: [&str; 2]| names.into_iter().find_map(field).filter(|value| !value.is_empty());
    first(["action", "Action"])?;
    let ray = first(RAY)?.parse().ok()?;
    let host = first(HOST).filter(|host| is_host(host));
    let time = first(["datetime", "Datetime"]).and_then(|time| unix(time).or_else(|| clock(time)?.moment()));
    Some(Statement { ray: Some(ray), host: host.map(Box::from), time, ..Statement::default() })
}

/// The end of an object whose beginning was cut off, and the beginning of one whose end was.
fn cut(text: &str) -> impl Iterator<Item = Range<usize>> {
    let end = text.find('}').filter(|end| !text[..*end].contains('{')).map(|end| 0..end + 1);
    let begin = text.rfind('{').filter(|begin| !text[*begin..].contains('}')).map(|begin| begin..text.len());
    let is_one = |place: &Range<usize>| place.len() < 16 << 10 && text[place.clone()].contains("\":");
    end.into_iter().chain(begin).filter(is_one)
}

/// The names that tables of the dashboard and of others' exports have, in lower case, beside Cloudflare's own.
const COLUMNS: [(&str, &str); 24] = [
    ("ray id", "RayID"),
    ("ray", "RayID"),
    ("rayid", "RayID"),
    ("cf-ray", "RayID"),
    ("edge status", "EdgeResponseStatus"),
    ("edge status code", "EdgeResponseStatus"),
    ("edge response status", "EdgeResponseStatus"),
    ("edge response status code", "EdgeResponseStatus"),
    ("edgeresponsestatus", "EdgeResponseStatus"),
    ("origin status", "OriginResponseStatus"),
    ("origin status code", "OriginResponseStatus"),
    ("origin response status", "OriginResponseStatus"),
    ("origin response status code", "OriginResponseStatus"),
    ("originresponsestatus", "OriginResponseStatus"),
    ("cache status", "CacheStatus"),
    ("data center", "EdgeColoCode"),
    ("colo", "EdgeColoCode"),
    ("host", "ClientRequestHost"),
    ("path", "ClientRequestPath"),
    ("uri", "ClientRequestURI"),
    ("method", "ClientRequestMethod"),
    ("time", "EdgeStartTimestamp"),
    ("timestamp", "EdgeStartTimestamp"),
    ("date", "EdgeStartTimestamp"),
];

/// Cloudflare's name for a column.
fn column(name: &str) -> &str {
    let lower = name.trim().to_ascii_lowercase();
    COLUMNS.iter().find(|(known, _)| *known == lower).map_or(name.trim(), |(_, column)| column)
}

/// A line of names, and under it lines of values: CSV, or a table that was copied. Or names with their values behind them, line by line.
fn csv(lines: &Lines<'_>, rows: &mut Rows) {
    let mut names: Vec<&str> = Vec::new();
    let mut signs = ',';
    // Name and value of each line so far.
    let mut pairs: (usize, Vec<(&str, &str)>) = (0, Vec::new());
    for (number, line) in lines.all() {
        if STATUS.iter().any(|name| line.contains(&[name, "="].concat())) {
            // Names and values in one line.
            let words = || line.split([' ', '\t', ',', '&']).filter_map(|word| word.split_once('='));
            let field = |name: &str| words().find(|(known, _)| *known == name).map(|(_, value)| value.trim_matches('"'));
            if lines.is_whole(number) && rows.add(&|| number..number + 1, &field) {
                continue;
            }
        }
        let pair = pair(line).filter(|_| lines.is_whole(number));
        if pair.is_none_or(|(name, _)| pairs.1.iter().any(|(known, _)| *known == name)) {
            listed(&std::mem::take(&mut pairs), number, rows, lines);
            pairs.0 = number + usize::from(pair.is_none());
        }
        pairs.1.extend(pair);
        let is_head = |line: &str| !line.trim_start().starts_with(['{', '[', '"']) || line.starts_with("\"RayID\",");
        let found = ['\t', '|', ';', ','].into_iter().find(|sign| {
            let row = values(line, *sign);
            row.len() > 2 && row.iter().any(|name| STATUS.contains(&column(name)))
        });
        if let Some(sign) = found.filter(|_| is_head(line)) {
            signs = sign;
            names = values(line, sign).into_iter().map(column).collect();
        } else if !names.is_empty() {
            let row = values(line, signs);
            // A row that was cut off lacks a value, or a part of the last one.
            if row.len() == names.len() && lines.is_whole(number) {
                let field = |name: &str| row.get(names.iter().position(|known| *known == name)?).map(|value| value.trim());
                rows.add(&|| number..number + 1, &field);
            }
        }
    }
    listed(&pairs, lines.count(), rows, lines);
}

/// `EdgeResponseStatus: 520`, `Edge status code\t520`: Cloudflare's name for it, and the value.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '|', ' ']);
    let (name, value) = line.split_once([':', '=', '\t', '|'])?;
    let signs = ['"', ',', '`', '*', '|', ' ', '\t'];
    let (name, value) = (column(name.trim_matches(signs)), value.trim_matches(signs));
    let is_known = COLUMNS.iter().any(|(_, column)| *column == name)
        || [STATUS, ORIGIN, RAY, HOST, URI, METHOD, TIME, COLO].as_flattened().contains(&name);
    (is_known && !value.is_empty() && !value.starts_with(['{', '['])).then_some((name, value))
}

/// A row of which each value stands in a line of its own.
fn listed((first, pairs): &(usize, Vec<(&str, &str)>), end: usize, rows: &mut Rows, lines: &Lines<'_>) {
    let field = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    // Members of an object are read there.
    if pairs.len() > 1 && !lines.line(*first).trim_start().starts_with(['"', '{']) {
        rows.add(&|| *first..end, &field);
    }
}

/// The values of a line of CSV; one in quotes may have commas.
fn values(line: &str, sign: char) -> Vec<&str> {
    let mut values = Vec::new();
    // An empty value at the end has its sign before it.
    let mut rest = if sign == '|' { line.trim().trim_matches('|') } else { line.trim_matches([' ', '\r', '\n']) };
    loop {
        let (value, behind) = match rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some(quoted) => quoted,
            None => rest.split_at(rest.find(sign).unwrap_or(rest.len())),
        };
        values.push(value);
        match behind.split_once(sign) {
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
    // What the edge asks itself, for Workers' caches or early hints: no visitor saw its answer.
    let is_inner = known(&SOURCE)
        .is_some_and(|source| ["edgeWorkerCacheAPI", "earlyHintsCache"].iter().any(|inner| source.eq_ignore_ascii_case(inner)));
    let colo = first(COLO).unwrap_or_default();
    let ray = first(RAY).and_then(|ray| format!("{ray}-{colo}").parse::<RayId>().or_else(|_| ray.parse()).ok());
    let time = first(TIME).and_then(|time| unix(time).or_else(|| clock(time).filter(super::clock::Clock::is_zoned)?.moment()));
    let host = first(HOST).filter(|host| is_host(host));
    let path = first(URI).or_else(|| first(PATH)).filter(|path| path.starts_with('/'));
    let url = host.zip(path).map(|(host, path)| format!("{}://{host}{path}", first(SCHEME).unwrap_or("https")));
    let log = match origin {
        Some(0) if (520..530).contains(&status) && !is_inner => Some(&ORIGIN_SILENT),
        Some(100..500) if status == 520 => Some(&ORIGIN_BEGAN),
        Some(500..) if origin == Some(status) => Some(&ORIGIN_SAME),
        Some(500..) if status >= 500 => Some(&ORIGIN_ANSWERED),
        _ => None,
    };
    // Where names are masked, the statuses still tell.
    let entry = {
        let method = first(METHOD).filter(|method| method.bytes().all(|byte| byte.is_ascii_uppercase()));
        let header =
            |name: &str, value: String| Arc::new(Header { name: name.into(), length: value.len() as u64, value: value.into(), hash: 0 });
        let ray = ray.as_ref().map(|ray| header("cf-ray", ray.to_string()));
        let cache = from_cache(known(&CACHE), origin, status).map(|cache| header("cf-cache-status", cache.to_owned()));
        Box::new(Entry {
            started: time,
            request: Request { method: method.unwrap_or_default().into(), url: url.unwrap_or_default().into(), ..Request::default() },
            response: Response { status, headers: ray.into_iter().chain(cache).collect(), ..Response::default() },
            ..Entry::default()
        })
    };
    // An origin can have these numbers, too.
    let error_code = (520..530).contains(&status) && origin != Some(status);
    Some(Statement {
        way: if is_inner { None } else { Some(Side::Proxied) },
        entry: Some(entry),
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
    if origin == Some(0) && !(520..530).contains(&status) && !is_cached { Some("NONE") } else { known }
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
        let own = SAID.replace("520", "502").replace("OriginResponseStatus 0", "OriginResponseStatus = EdgeResponseStatus");
        check(&rows, &[&first, &format!("1..2 {own}")]);
        check(&format!("[{ROW},{ROW}]"), &[&first, &first]);
        check(&ROW.replace("1795286523629000000", "\"2026-11-21T18:42:03.629Z\""), &[&first]);
        check(&ROW.replace(",\"", ",\n  \""), &[&format!("0..10 {SAID}")]);
        let csv = "ClientRequestHost,ClientRequestPath,EdgeResponseStatus,OriginResponseStatus,RayID,EdgeColoCode,EdgeStartTimestamp,ClientRequestMethod\nshop.example,\"/a,b\",520,0,a5e1d50c40aa9c1e,FRA,1795286523,GET\nshop.example,/cut";
        check(csv, &["1..2 Some(520) a5e1d50c40aa9c1e-FRA 2026-11-21T18:42:03.000Z GET https://shop.example/a,b OriginResponseStatus 0"]);
    }

    /// Breaks when what edge and origin answered is said to be one answer, or a row of the edge's own counts as a visitor's.
    #[test]
    fn two_statuses_are_two_statuses() {
        let of = |edge: u16, origin: u16, source: &str| {
            let row = format!(
                r#"{{"ClientRequestHost":"desk.example","ClientRequestURI":"/","RayID":"9d701a9c40be91f7","EdgeResponseStatus":{edge},"OriginResponseStatus":{origin},"ClientRequestSource":"{source}"}}"#
            );
            let extract = recognise(&Lines::new(&row)).unwrap().extracts.remove(0).statement;
            (extract.error_code, extract.way.is_some(), extract.log.map(|meaning| meaning.phrase))
        };
        assert_eq!(of(520, 0, "eyeball"), (Some(520), true, Some("OriginResponseStatus 0")));
        assert_eq!(of(520, 204, "eyeball"), (Some(520), true, Some("OriginResponseStatus 2xx")));
        assert_eq!(of(520, 500, "eyeball"), (Some(520), true, Some("OriginResponseStatus 5xx")));
        assert_eq!(of(520, 520, "eyeball"), (None, true, Some("OriginResponseStatus = EdgeResponseStatus")));
        assert_eq!(of(504, 0, "earlyHintsCache"), (None, false, None));
    }

    /// Breaks when a row is lost that was cut off, copied from a table, or written line by line.
    #[test]
    fn other_forms_of_rows_are_read() {
        let said = "Some(520) a5e1d50c40aa9c1e  GET https://desk.example/a OriginResponseStatus 0";
        let row = r#""ClientRequestHost":"desk.example","ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseStatus":520,"OriginResponseStatus":0,"RayID":"a5e1d50c40aa9c1e""#;
        check(&format!("{row}}}\n"), &[&format!("0..1 {said}")]);
        check(&format!("{{{row}"), &[&format!("0..1 {said}")]);
        let table = "Host\tMethod\tPath\tEdge status code\tOrigin status code\tRay ID\ndesk.example\tGET\t/a\t520\t0\ta5e1d50c40aa9c1e\n";
        check(table, &[&format!("1..2 {said}")]);
        let markdown = "| Host | Method | Path | Edge status | Origin status | Ray ID |\n|---|---|---|---|---|---|\n| desk.example | GET | /a | 520 | 0 | a5e1d50c40aa9c1e |\n";
        check(markdown, &[&format!("2..3 {said}")]);
        let listed =
            "x\nHost: desk.example\nMethod: GET\nPath: /a\nEdge status code: 520\nOrigin status code: 0\nRay ID: a5e1d50c40aa9c1e\n\n";
        check(listed, &[&format!("1..7 {said}")]);
        let masked = row.replace("desk.example", "***");
        check(&format!("{{{masked}}}"), &["0..1 Some(520) a5e1d50c40aa9c1e  GET  OriginResponseStatus 0"]);
        let words = "ClientRequestHost=desk.example ClientRequestMethod=GET ClientRequestURI=/a EdgeResponseStatus=520 OriginResponseStatus=0 RayID=a5e1d50c40aa9c1e\n";
        check(words, &[&format!("0..1 {said}")]);
        let event = r#"{"action":"block","clientRequestHTTPHost":"desk.example","rayName":"a5e1d50c40aa9c1e","source":"firewallCustom"}"#;
        check(event, &["0..1 None a5e1d50c40aa9c1e   "]);
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
