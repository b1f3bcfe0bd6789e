//! Cloudflare's own logs of requests: Logpush and Log Explorer (JSON or CSV), and rows of GraphQL.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use super::clock::{clock, unix};
use super::fields::{
    self, CACHE, COLO, EDGE_STATUS, Fields, HOST, METHOD, Member, ORIGIN_STATUS, RAY, TARGET, TIME, is_known, objects, plain,
};
use super::grammar::is_host;
use super::logs::{ORIGIN_ANSWERED, ORIGIN_BEGAN, ORIGIN_SAME, ORIGIN_SILENT};
use super::{Extract, Lines, MAX_EXTRACTS, OriginRecord, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::har::{Entry, Header, Request, Response};
use fivetwenty_captures::order::sort_by_key;

/// Rows that have a status of the edge's, failing ones first when there are more than are kept; and the firewall's events.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let text = lines.text();
    let has_status = text.match_indices("dge").any(|(at, _)| {
        let name = plain(&text[at + 3..text.floor_char_boundary(at + 24)]);
        name.starts_with("status") || name.starts_with("responsestatus")
    });
    let has_events = text.contains("irewall") || text.contains("\"Action\"") || is_event(text);
    if !has_status && !has_events {
        return None;
    }
    let has_groups = text.contains("imensions\"");
    let mut rows = Rows::default();
    objects(lines, &mut |lines, _, fields| {
        let is_row = fields.own().any(|member| EDGE_STATUS.contains(&&*member.name));
        let is_event = fields.own().any(|member| member.name == "action");
        let statement = if is_row { rows.statement(fields) } else { event(fields).filter(|_| is_event) };
        // Many requests that have this in common: none of them is shown by itself.
        let is_count = |member: &Member| {
            ["count", "requests"].contains(&&*member.name) || member.name.len() > 8 && member.name.starts_with("datetime")
        };
        let is_alone = [TIME, HOST, METHOD, ORIGIN_STATUS].iter().all(|names| fields.get_own(names, &|_| true).is_none());
        let is_group = (has_groups || is_alone || fields.own().any(is_count)) && fields.get(RAY).is_none();
        let of_group = |all: Statement| all.error_code.is_some().then_some(Statement { entry: None, ray: None, time: None, ..all });
        rows.take(lines, statement.and_then(|one| if is_group { of_group(one) } else { Some(one) }))
    });
    if has_status || is_event(text) {
        fields::rows(lines, &mut |number, fields| {
            let statement = rows.statement(fields);
            rows.take(number..number + 1, statement);
        });
        listed(lines, &mut rows);
    }
    let Rows { extracts, mut others, asked } = rows;
    others.drain(..(others.len() + extracts.len()).saturating_sub(MAX_EXTRACTS));
    let mut extracts: Vec<Extract> = extracts.into_iter().chain(others).collect();
    let mut asked: Vec<(&str, &str)> = asked.iter().map(|(child, parent)| (&**child, &**parent)).collect();
    sort_by_key(&mut asked, |pair| *pair);
    let mut parents: Vec<&str> = asked.iter().map(|(_, parent)| *parent).collect();
    sort_by_key(&mut parents, |parent| *parent);
    let id = |statement: &Statement| statement.ray.as_ref().map(RayId::id);
    let failing = |extract: &Extract| id(&extract.statement).filter(|_| extract.statement.status().is_some_and(|status| status >= 500));
    let failing: Vec<String> = extracts.iter().filter_map(failing).collect();
    let mut failing: Vec<&str> = failing.iter().map(String::as_str).collect();
    sort_by_key(&mut failing, |id| *id);
    for statement in extracts.iter_mut().map(|extract| &mut extract.statement) {
        let Some(own) = id(statement) else { continue };
        // A Worker asked for it: what the origin answered stands in the Worker's own row.
        let is_parent = parents.binary_search(&&*own).is_ok();
        statement.log = statement.log.filter(|_| !is_parent);
        // A Worker's request that failed without that the visitor's did is the one that shows the error.
        let parent = asked.binary_search_by_key(&&*own, |(child, _)| *child).ok().map(|place| asked[place].1);
        if statement.error_code.is_some() && parent.is_some_and(|parent| failing.binary_search(&parent).is_err()) {
            statement.way = Some(Side::Proxied);
        }
    }
    sort_by_key(&mut extracts, |extract| extract.lines.start);
    (!extracts.is_empty()).then_some(Recognition { score: 88, extracts })
}

#[derive(Default)]
struct Rows {
    /// Those that fail.
    extracts: VecDeque<Extract>,
    others: VecDeque<Extract>,
    /// The Ray IDs of what a Worker asked, each with that of the request for which it did.
    asked: Vec<(String, String)>,
}

impl Rows {
    /// What a row says. It went through Cloudflare; with host, path and status it is a request with its answer.
    fn statement(&mut self, fields: &Fields<'_>) -> Option<Statement> {
        const SOURCE: &[&str] = &["clientrequestsource", "requestsource"];
        const SCHEME: &[&str] = &["clientrequestscheme"];
        let known = |names: &[&str]| fields.get_own(names, &|_| true);
        let number = |names: &[&str]| known(names)?.parse::<u16>().ok().filter(|status| *status < 600);
        let status = number(EDGE_STATUS).filter(|status| *status >= 100)?;
        let origin = number(ORIGIN_STATUS);
        let colo = known(COLO).unwrap_or_default();
        let ray = known(RAY).and_then(|ray| format!("{ray}-{colo}").parse::<RayId>().or_else(|_| ray.parse()).ok());
        // What a Worker asks, and what the edge asks itself for Workers' caches or early hints: no visitor saw its answer.
        let is_source = |own: &[&str]| known(SOURCE).is_some_and(|source| own.iter().any(|inner| source.eq_ignore_ascii_case(inner)));
        let is_inner = is_source(&["edgeWorkerCacheAPI", "earlyHintsCache"]);
        let parent = known(&["parentrayid"]).filter(|parent| *parent != "00");
        let is_workers = parent.is_some() || is_source(&["edgeWorkerFetch"]) || known(&["workersubrequest"]) == Some("true");
        self.asked.extend(ray.as_ref().map(RayId::id).zip(parent.map(str::to_ascii_lowercase)));
        // Of a Worker's requests that stand within the row the one that has its status says what the origin did.
        let inner = |names: &[&str]| -> Vec<u16> {
            let all = fields.members().iter().filter(|member| names.contains(&&*member.name));
            all.skip(1).filter_map(|member| member.value.parse().ok()).collect()
        };
        let asked = inner(ORIGIN_STATUS);
        let told = asked.first().copied().filter(|_| asked.len() == 1 && inner(EDGE_STATUS) == [status]);
        let has_worker = !asked.is_empty() || known(&["workersubrequestcount"]).is_some_and(|count| count != "0");
        let time = known(TIME).and_then(|time| unix(time).or_else(|| clock(time).filter(super::clock::Clock::is_zoned)?.moment()));
        // Whatever collects them has a host of its own: it counts where Cloudflare's name for it cannot have been cut off.
        let host = known(if fields.is_cut { &HOST[..2] } else { HOST }).filter(|host| is_host(host));
        let path = fields.get_own(TARGET, &|path| path.starts_with('/'));
        let url =
            path.map(|path| host.map_or_else(|| path.to_owned(), |host| format!("{}://{host}{path}", known(SCHEME).unwrap_or("https"))));
        let cache = known(CACHE);
        // Neither from the cache nor made at the edge.
        let is_asked =
            cache.is_none_or(|cache| ["miss", "expired", "bypass", "dynamic"].iter().any(|asked| asked.eq_ignore_ascii_case(cache)));
        let log = match if has_worker { told } else { origin } {
            Some(0) if (520..530).contains(&status) && !is_inner && is_asked => Some(&ORIGIN_SILENT),
            Some(100..500) if status == 520 => Some(&ORIGIN_BEGAN),
            Some(500..) if origin == Some(status) => Some(&ORIGIN_SAME),
            Some(500..) if status >= 500 => Some(&ORIGIN_ANSWERED),
            _ => None,
        };
        // What a rule blocks or challenges is answered at the edge.
        let action = known(&["securityaction", "action", "wafaction"]).map(str::to_ascii_lowercase);
        let is_made = action.is_some_and(|action| {
            ["block", "challenge", "drop", "close"].iter().any(|made| action.contains(made)) && !action.ends_with("ed")
        });
        let made = (is_made && origin.is_none()).then_some("NONE");
        // Where names are masked, the statuses still tell.
        let entry = {
            let method = known(METHOD).filter(|method| method.bytes().all(|byte| byte.is_ascii_uppercase()));
            let header = |name: &str, value: String| {
                Arc::new(Header { name: name.into(), length: value.len() as u64, value: value.into(), hash: 0 })
            };
            let ray = ray.as_ref().map(|ray| header("cf-ray", ray.to_string()));
            let cache = from_cache(cache, origin, status).or(made).map(|cache| header("cf-cache-status", cache.to_owned()));
            Box::new(Entry {
                started: time,
                request: Request { method: method.unwrap_or_default().into(), url: url.unwrap_or_default().into(), ..Request::default() }
                    .into(),
                response: Response { status, headers: ray.into_iter().chain(cache).collect(), ..Response::default() }.into(),
                ..Entry::default()
            })
        };
        let record = OriginRecord {
            status: origin,
            address: known(&["originip"]).filter(|address| address.parse::<IpAddr>().is_ok()).map(Box::from),
            took_ms: known(&["originresponsedurationms"]).and_then(|ms| ms.parse().ok()),
        };
        // An origin can have these numbers, too, and what it said may be what was cut off.
        let error_code = (520..530).contains(&status) && origin != Some(status) && (origin.is_some() || !fields.is_cut);
        Some(Statement {
            way: if is_inner || is_workers { None } else { Some(Side::Proxied) },
            entry: Some(entry),
            error_code: error_code.then_some(status),
            ray,
            host: host.map(Box::from),
            time,
            log,
            origin: (record != OriginRecord::default()).then(|| Box::new(record)),
            ..Statement::default()
        })
    }

    /// Adds what a row says; false when it is none.
    fn take(&mut self, lines: Range<usize>, statement: Option<Statement>) -> bool {
        let Some(statement) = statement else { return false };
        let is_failing = statement.status().is_some_and(|status| status >= 500);
        let kept = if is_failing { &mut self.extracts } else { &mut self.others };
        if kept.len() == MAX_EXTRACTS {
            kept.pop_front();
        }
        kept.push_back(Extract { kind: TextKind::Logpush, lines, statement });
        true
    }
}

/// Whether a text has an event of the firewall as the dashboard shows it.
fn is_event(text: &str) -> bool {
    text.contains("Action taken") && text.contains("Ray ID")
}

/// What an event of the firewall says: which request it was, not how it was answered.
fn event(fields: &Fields<'_>) -> Option<Statement> {
    let ray = fields.get(RAY)?.parse().ok()?;
    let host = fields.get(HOST).filter(|host| is_host(host));
    let time = fields.get(TIME).and_then(|time| unix(time).or_else(|| clock(time)?.moment()));
    Some(Statement { ray: Some(ray), host: host.map(Box::from), time, ..Statement::default() })
}

/// Rows of which each value stands in a line of its own, or all of them in one, with the names before them.
fn listed(lines: &Lines<'_>, rows: &mut Rows) {
    let [mut names, mut values] = [const { Vec::new() }; 2];
    let (mut first, mut number) = (0, 0);
    let is_event = is_event(lines.text());
    while number <= lines.count() {
        let line = lines.line(number);
        if line.contains("tatus=") {
            let statement = rows.statement(&Fields::pairs(line, lines.is_whole(number)));
            rows.take(number..number + 1, statement);
        }
        // The dashboard's names and values, copied, have a line each.
        let next = lines.line(number + 1).trim();
        let is_name = line.len() < 40 && is_known(line) && !is_known(next) && !next.is_empty() && lines.is_whole(number + 1);
        let pair = if is_name { Some((line.trim(), next)) } else { pair(line).filter(|_| lines.is_whole(number)) };
        // An event has more lines than are known.
        let is_more = pair.is_none() && !line.trim().is_empty() && is_event;
        if !is_more && pair.is_none_or(|(name, _)| names.contains(&name)) {
            // Members of an object are read there.
            if names.len() > 1 && !lines.line(first).trim_start().starts_with(['"', '{']) {
                let of = |fields: Fields<'_>| rows.statement(&fields).or_else(|| event(&fields).filter(|_| is_event));
                let statement = Fields::of_row(&names, &values).and_then(of);
                rows.take(first..number, statement);
            }
            names.clear();
            values.clear();
            first = number + usize::from(pair.is_none());
        }
        if let Some((name, value)) = pair {
            names.push(name);
            values.push(value);
        }
        number += 1 + usize::from(is_name);
    }
}

/// `EdgeResponseStatus: 520`, `Edge status code\t520`: Cloudflare's name for it, and the value.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '|', ' ']);
    let (name, value) = line.split_once([':', '=', '\t', '|'])?;
    let signs = ['"', ',', '`', '*', '|', ' ', '\t'];
    let (name, value) = (name.trim_matches(signs), value.trim_matches(signs));
    (name.len() < 40 && is_known(name) && !value.is_empty() && !value.starts_with(['{', '['])).then_some((name, value))
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

    /// Breaks when the origin's side of a record is lost, or something that is no address is taken for one.
    #[test]
    fn the_origins_side_is_read() {
        let of = |more: &str| {
            let row = ROW.replace("\"RequestHeaders\":{\"a\":\"b\"}", more);
            recognise(&Lines::new(&row)).unwrap().extracts.remove(0).statement.origin.unwrap()
        };
        let full = of("\"OriginIP\":\"203.0.113.9\",\"OriginResponseDurationMs\":30012");
        assert_eq!(*full, OriginRecord { status: Some(0), address: Some("203.0.113.9".into()), took_ms: Some(30_012) });
        assert_eq!(
            *of("\"OriginIP\":\"<b>\",\"OriginResponseDurationMs\":\"soon\""),
            OriginRecord { status: Some(0), ..OriginRecord::default() }
        );
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
        assert_eq!(crate::recognise("a", &listed.replace("x\n", "").replace(": ", "   | ")).kind, TextKind::Logpush);
        check(&listed.replace(": ", "\n"), &[&format!("1..13 {said}")]);
        let masked = row.replace("desk.example", "***");
        check(&format!("{{{masked}}}"), &["0..1 Some(520) a5e1d50c40aa9c1e  GET /a OriginResponseStatus 0"]);
        let words = "ClientRequestHost=desk.example ClientRequestMethod=GET ClientRequestURI=/a EdgeResponseStatus=520 OriginResponseStatus=0 RayID=a5e1d50c40aa9c1e\n";
        check(words, &[&format!("0..1 {said}")]);
        let shown =
            "Date\tAction taken\n4 Mar 2026\tBlock\nRay ID\ta5e1d50c40aa9c1e\nMethod\tPOST\nHTTP Version\tHTTP/2\nHost\tdesk.example\n";
        let extract = recognise(&Lines::new(shown)).unwrap().extracts.remove(0).statement;
        assert_eq!((extract.host.as_deref(), extract.ray.is_some(), extract.entry), (Some("desk.example"), true, None));
        check("Action taken: a call. Ray ID: none\nHost: desk.example\nMethod: by phone\n", &[]);
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

    /// Breaks when a Worker's request counts as the visitor's, or the origin is blamed in the row of a request that a Worker answered.
    #[test]
    fn what_a_worker_asks_is_no_visitors_request() {
        let row = |ray: &str, edge: u16, more: &str| {
            format!("{{\"RayID\":\"{ray}\",\"EdgeResponseStatus\":{edge},\"OriginResponseStatus\":0{more}}}\n")
        };
        let parts = |text: &str| {
            let extracts = recognise(&Lines::new(text)).unwrap().extracts;
            let of = |statement: &Statement| (statement.way.is_some(), statement.log.is_some());
            extracts.iter().map(|extract| of(&extract.statement)).collect::<Vec<_>>()
        };
        let asked = row("a5e1d50c40aa9c1f", 520, ",\"ParentRayID\":\"a5e1d50c40aa9c1e\",\"ClientRequestSource\":\"edgeWorkerFetch\"");
        assert_eq!(parts(&[&row("a5e1d50c40aa9c1e", 520, ",\"ParentRayID\":\"00\""), &*asked].concat()), [(true, false), (false, true)]);
        assert_eq!(parts(&[&row("a5e1d50c40aa9c1e", 200, ""), &*asked].concat()), [(true, false), (true, true)]);
        assert_eq!(parts(&row("a5e1d50c40aa9c1e", 520, ",\"WorkerSubrequestCount\":2")), [(true, false)]);
        let within = |edge: u16| {
            row("a5e1d50c40aa9c1e", 520, &format!(",\"Subrequests\":[{{\"EdgeResponseStatus\":{edge},\"OriginResponseStatus\":0}}]"))
        };
        assert_eq!((parts(&within(520)), parts(&within(200))), (vec![(true, true)], vec![(true, false)]));
    }

    /// Breaks when a count of many requests is shown as one, or what the cache or a rule answered is said of the origin.
    #[test]
    fn counts_are_no_requests() {
        let group =
            r#"{"count":37,"dimensions":{"edgeResponseStatus":520,"originResponseStatus":0,"clientRequestHTTPHost":"desk.example"}}"#;
        let of = |text: &str| recognise(&Lines::new(text)).unwrap().extracts.remove(0).statement;
        let statement = of(group);
        assert_eq!((statement.entry.is_some(), statement.error_code, statement.host.as_deref()), (false, Some(520), Some("desk.example")));
        assert!(recognise(&Lines::new(&group.replace("520", "200"))).is_none());
        assert_eq!(of(r#"{"edgeResponseStatus":520,"requests":37}"#).entry, None);
        assert_eq!(of(r#""x":1,"host":"collector","edgeResponseStatus":520,"originResponseStatus":0}"#).host, None);
        let log = |cache: &str| of(&ROW.replace("{\"a\":\"b\"}", &format!("{{}},\"CacheCacheStatus\":\"{cache}\""))).log.is_some();
        assert_eq!(["dynamic", "MISS", "hit", "stale", "none", "unknown"].map(log), [true, true, false, false, false, false]);
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
