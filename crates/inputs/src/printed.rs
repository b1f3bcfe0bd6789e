//! Objects as programs print them: JSON, `console.log`, Python's and Ruby's way; and what their members say of an answer.

use std::sync::Arc;

use super::clock::{clock, unix};
use super::fields::{COLO, Fields, HOST, METHOD, Member, RAY, REASON, STATUS, TARGET, TIME, objects, plain, rows};
use super::grammar::{is_host, is_source};
use super::http::kept;
use super::page_parts::part;
use super::prompt::known_method;
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::ErrorPage;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Entry, Header};

/// Members that lines of logs, Cloudflare's own records and files of other kinds have: others read those.
const OTHERS: [&str; 19] = [
    "level",
    "levelname",
    "lvl",
    "severity",
    "logger",
    "edgeresponsestatus",
    "log",
    "entries",
    "creator",
    "remoteaddr",
    "remoteip",
    "requesturi",
    "timelocal",
    "timeiso8601",
    "requesttime",
    "bodybytessent",
    "upstreamstatus",
    "upstreamaddr",
    "httpcfray",
];

/// Every object that shows an answer.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts = Vec::new();
    objects(lines, &mut |lines, before, fields| {
        // `print(answer.status_code, answer.headers)`
        let is_shown = extracts.len() < MAX_EXTRACTS && !is_source(&before.to_ascii_lowercase());
        let statement = if is_shown { statement(fields, number(before.trim())) } else { None };
        let is_taken = statement.is_some();
        extracts.extend(statement.map(|statement| Extract { kind: TextKind::Headers, lines, statement }));
        is_taken
    });
    // Above the page or the headers that are a part of it.
    (!extracts.is_empty()).then_some(Recognition { score: 86, extracts })
}

/// Every row of a monitor's or a load test's table that shows an error.
pub(super) fn recognise_rows(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts = Vec::new();
    rows(lines, &mut |number, fields| {
        let statement = if extracts.len() < MAX_EXTRACTS { row(fields) } else { None };
        extracts.extend(statement.map(|statement| Extract { kind: TextKind::Client, lines: number..number + 1, statement }));
    });
    (!extracts.is_empty()).then_some(Recognition { score: 85, extracts })
}

/// What a row of a monitor's or a load test's table says of an answer that is an error, or that has a Ray ID.
fn row(fields: &Fields<'_>) -> Option<Statement> {
    // Of k6's rows of one request.
    let is_other = fields.get(&["metricname"]).is_some_and(|name| name != "http_reqs");
    let in_reason = || {
        let reason = fields.get(REASON)?;
        let at = reason.find(|letter: char| letter.is_ascii_digit())?;
        let before = plain(&reason[..at]);
        let behind = reason.get(at + 3..)?;
        let is_status = ["", "http", "status", "httpstatus", "statuscode", "httperror"].contains(&&*before);
        number(&reason[at..at + 3]).filter(|_| is_status && !behind.starts_with(|letter: char| letter.is_ascii_alphanumeric()))
    };
    let status = fields.find(STATUS, false, &|value| number(value).is_some()).and_then(number).or_else(in_reason);
    // Monitors call it a test, a check or a monitor.
    let mut urls = fields.members().iter().map(|member| &*member.value).filter(|value| is_url(value));
    let url = fields.find(TARGET, false, &is_url).or_else(|| urls.next().filter(|_| urls.next().is_none()))?;
    let mut entry = Entry::default();
    let ray = fields.get(RAY).filter(|ray| ray.parse::<RayId>().is_ok());
    entry.response.headers.extend(ray.map(|ray| Arc::new(kept("cf-ray", ray))));
    entry.response.status = status.filter(|status| (*status >= 400 || ray.is_some()) && !is_other)?;
    entry.request.url = url.into();
    entry.request.method = fields.get(METHOD).and_then(known_method).unwrap_or_default().into();
    entry.started = fields.find(TIME, false, &|time| moment(time).is_some()).and_then(moment);
    Some(Statement::of_entry(entry, false))
}

/// A moment in Unix time, or with its zone.
fn moment(time: &str) -> Option<Timestamp> {
    unix(time).or_else(|| clock(time).filter(super::clock::Clock::is_zoned)?.moment())
}

/// What the members say, when they tell of an answer and it has a sign of Cloudflare's, or its headers.
fn statement(fields: &Fields<'_>, before: Option<u16>) -> Option<Statement> {
    // Several answers in one list are looked at one by one.
    if fields.own().any(|member| OTHERS.contains(&&*member.name)) || fields.is_list(STATUS) {
        return None;
    }
    let is_any = |_: &str| true;
    // What Cloudflare sends to an origin: the headers of a request, which somebody prints there.
    if fields.members().iter().any(|member| !member.is_request && ["cfconnectingip", "cdnloop", "cfvisitor"].contains(&&*member.name)) {
        return None;
    }
    let status = fields.find(STATUS, false, &|value| number(value).is_some()).and_then(number).or(before);
    let mut entry = Entry::default();
    let is_header = |member: &&Member| {
        let name = member.raw.to_ascii_lowercase();
        !member.is_request
            && (HEADERS.contains(&&*name) || name.starts_with("cf-") || name.starts_with("x-"))
            && !member.value.contains('\n')
    };
    let mut headers: Vec<Arc<Header>> = Vec::new();
    for member in fields.members().iter().filter(is_header) {
        if !headers.iter().any(|header| header.name.eq_ignore_ascii_case(&member.raw)) {
            headers.push(Arc::new(kept(&member.raw, &member.value)));
        }
    }
    entry.response.headers = headers;
    entry.response.status = status.unwrap_or(0);
    let url =
        [false, true].into_iter().find_map(|side| fields.find(TARGET, side, &is_url).or_else(|| fields.find(&["raw"], side, &is_url)));
    entry.request.url = url.unwrap_or_default().into();
    let method = [true, false].into_iter().find_map(|side| known_method(&fields.find(METHOD, side, &is_any)?.to_ascii_uppercase()));
    entry.request.method = method.unwrap_or_default().into();
    let page = fields.members().iter().filter(|member| !member.is_request).find_map(|member| page(&member.value));
    let is_own = fields.members().iter().any(|member| member.name == "cloudflareerror" && member.value.eq_ignore_ascii_case("true"));
    let ray = || fields.find(RAY, false, &is_any)?.parse::<RayId>().ok().filter(|ray| ray.received().is_some());
    let has_page = page.is_some();
    if let Some(page) = page {
        if entry.response.status < 400 {
            entry.response.status = super::error_page::status(&page).unwrap_or(0);
        }
        entry.response.error_page = Some(Box::new(page));
    }
    let ray = ray();
    let is_cloudflares = has_page || answered_by_cloudflare(&entry);
    // Postman's name for it; without such headers the number may be any program's own.
    if is_cloudflares && entry.response.status == 0 {
        entry.response.status = fields.find(&["code"], false, &|code| number(code).is_some()).and_then(number).unwrap_or(0);
    }
    // Its own JSON is read as the page that it is; without any sign an object is anybody's.
    // A Worker's own answer, as its tail shows it, may have come from anywhere.
    let is_tail = fields.members().iter().any(|member| member.name == "scriptname");
    let of_tail = || {
        let ray = fields.find(RAY, true, &is_any).filter(|_| is_tail)?;
        let colo = fields.find(COLO, true, &is_any).unwrap_or_default();
        format!("{ray}-{colo}").parse().or_else(|_| ray.parse()).ok()
    };
    let ray = ray.or_else(of_tail);
    let has_answer = entry.response.status >= 100 && (is_tail || is_cloudflares || entry.response.headers.len() > 1);
    // What is cut off may be a request's: this alone is never one's.
    let is_answer = has_page || is_tail || ["server", "cf-cache-status"].iter().any(|name| entry.response.header(name).is_some());
    if is_own || !has_answer || fields.is_cut && !is_answer {
        return None;
    }
    let date = entry.response.header("date").and_then(|header| Timestamp::from_http_date(&header.value).ok());
    let time = || fields.find(TIME, false, &|time| moment(time).is_some()).and_then(moment);
    entry.started = date.or_else(time);
    let named = || {
        [false, true].into_iter().find_map(|side| {
            fields.find(HOST, side, &is_host).or_else(|| fields.find(&["zone"], side, &|zone| zone.contains('.') && is_host(zone)))
        })
    };
    let host = entry.response.error_page.as_ref().and_then(|page| page.host.clone()).or_else(|| named().map(Box::from));
    let path = [false, true].into_iter().find_map(|side| fields.find(TARGET, side, &is_path));
    if entry.request.url.is_empty()
        && let Some((host, path)) = host.as_ref().zip(path)
    {
        entry.request.url = format!("https://{host}{path}").into();
    }
    let mut statement = Statement::of_entry(entry, false);
    if is_cloudflares {
        statement.way = Some(Side::Proxied);
    }
    statement.ray = statement.ray.or(ray);
    statement.host = statement.host.or(host);
    Some(statement)
}

/// Headers that an answer has, beside those of Cloudflare's.
const HEADERS: [&str; 14] = [
    "server",
    "date",
    "content-type",
    "content-length",
    "connection",
    "cache-control",
    "vary",
    "via",
    "location",
    "set-cookie",
    "retry-after",
    "transfer-encoding",
    "content-encoding",
    "age",
];

/// What a string says when it is a page of Cloudflare's, or has one.
fn page(value: &str) -> Option<ErrorPage> {
    use fivetwenty_captures::evidence::error_page::Maker;
    if value.len() < 8 {
        return None;
    }
    let begin = value.find('<').filter(|_| value.contains("</") || value.contains("<title")).map_or(value, |at| &value[at..]);
    let whole = ErrorPage::read(begin).filter(|page| page.maker == Maker::Cloudflare && page.code.is_some());
    whole.or_else(|| value.lines().filter_map(|line| part(line, true)).find_map(super::page_parts::Part::page))
}

fn number(value: &str) -> Option<u16> {
    value.parse().ok().filter(|status| (100..600).contains(status))
}

/// A path without white space: a quotation that was never closed goes on over lines.
fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| byte > b' ')
}

fn is_url(url: &str) -> bool {
    let address = Address::new(url);
    address.is_http() && is_host(address.host_name()) && !url.contains(['"', '<']) && url.bytes().all(|byte| byte > b' ')
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
                let entry = statement.entry.as_ref().unwrap();
                let code = statement.error_code.map(|code| format!(" code={code}")).unwrap_or_default();
                let ray = statement.ray.as_ref().map(|ray| format!(" {ray}")).unwrap_or_default();
                let time = statement.time.map(|time| format!(" {time:.0}")).unwrap_or_default();
                format!(
                    "{lines:?} {} {}{} {:?}{code}{ray}{time}",
                    entry.response.status, entry.request.method, entry.request.url, statement.way
                )
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    /// Breaks when an object is not read because of its notation, or a member is read as another one.
    #[test]
    fn every_notation_is_read() {
        let said = "502 GEThttps://desk.example/a Some(Proxied) 9d701a9c40be91f7-VIE 2026-03-05T08:00:01Z";
        let json = r#"{"status":502,"url":"https://desk.example/a","method":"get","headers":{"server":"cloudflare","cf-ray":"9d701a9c40be91f7-VIE","date":"Thu, 05 Mar 2026 08:00:01 GMT"}}"#;
        check(json, &[&format!("0..1 {said}")]);
        check(&json.replace('"', "'"), &[&format!("0..1 {said}")]);
        check(
            &json.replace(",\"", ",\n\"").replace("\"status\"", "status").replace("{\"server", "Headers {\n \"server"),
            &[&format!("0..7 {said}")],
        );
        check(&json.replace("\":", "\"=>"), &[&format!("0..1 {said}")]);
        // A path that goes on over lines is none.
        let open = json.replace("https://desk.example/a", "/a\nb").replace("\"method\"", "\"host\":\"desk.example\",\"method\"");
        check(&open.replace("/a\nb", "/a"), &[&format!("0..1 {said}")]);
        check(&open, &[&format!("0..2 {}", said.replace("https://desk.example/a", ""))]);
        check(&serde_json::json!({ "error": json }).to_string(), &[&format!("0..1 {said}")]);
        check(&format!("\"{}\"", json.replace('"', "\\\"")), &[&format!("0..1 {said}")]);
        check(
            r#"x {"code":1,"rawHeaders":["Server","cloudflare","CF-RAY","9d701a9c40be91f7-VIE"],"statusCode":520} y"#,
            &["0..1 520  Some(Proxied) 9d701a9c40be91f7-VIE"],
        );
        check(
            r#"{"response":{"status":524,"data":"<!DOCTYPE html>\n<title>desk.example | 524: A timeout occurred</title>"},"config":{"url":"https://desk.example/long","method":"post"}}"#,
            &["0..1 524 POSThttps://desk.example/long Some(Proxied) code=524"],
        );
    }

    /// Breaks when a row of a monitor's table is not read, one of another table is, or a row of k6's counts as one more request.
    #[test]
    fn rows_of_monitors_are_read() {
        let said = |text: &str| -> Vec<String> {
            let extracts = recognise_rows(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
            let of = |statement: &Statement| {
                let time = statement.time.map(|time| time.to_string()).unwrap_or_default();
                let url = statement.entry.as_ref().map(|entry| entry.request.url.clone()).unwrap_or_default();
                format!("{:?} {url} {time} {:?}", statement.status(), statement.way)
            };
            extracts.iter().map(|extract| of(&extract.statement)).collect()
        };
        let (url, time) = ("https://desk.example/a", "2026-03-04T10:11:12.000Z");
        let plain = format!("Some(520) {url} {time} None");
        for text in [
            format!(
                "timeStamp,elapsed,label,responseCode,URL,Connect\n1772619072000,12,Home,520,{url},4\n1772619072000,12,Home,200,{url},4\n"
            ),
            format!(
                "metric_name,timestamp,error_code,method,status,url\nhttp_reqs,1772619072,1520,GET,520,{url}\nhttp_req_waiting,1772619072,1520,GET,520,{url}\n"
            ),
            format!("Monitor;Started at;Cause;Test\nDesk;{time};Status 520;{url}\n"),
            format!("time | status | url\n--- | --- | ---\n{time} | 520 | {url}\n"),
        ] {
            assert_eq!(said(&text), [&*plain], "{text}");
        }
        assert_eq!(said(&format!("url,status,ray\n{url},200,9d701a9c40be91f7-VIE\n")), [format!("Some(200) {url}  Some(Proxied)")]);
        for text in ["order,status,path\n1,520,/a\n", &format!("url,reason,time\n{url},after 520 ms,x\n{url},520ms,x\n")] {
            assert!(said(text).is_empty(), "{text}");
        }
    }

    /// Breaks when an application's own numbers, a log's line or code is taken for an answer.
    #[test]
    fn what_is_no_answer_is_left() {
        for text in [
            r#"{"code":520,"msg":"the token is not valid"}"#,
            r#"{"status":520,"message":"customer unknown"}"#,
            r#"{"level":"error","status":520,"cf-ray":"9d701a9c40be91f7-VIE"}"#,
            r#"{"status":500,"headers":{"cf-ray":"9d701a9c40be91f7-VIE","cf-connecting-ip":"203.0.113.7","cdn-loop":"cloudflare"}}"#,
            "{ status: 500, headers: {\n host: 'a.example', 'cf-ray': '9d701a9c40be91f7-VIE', 'cf-conn",
            "function a() { return { status: 520 }; }",
            "{{{{{{{{",
            r#"{"status":520,"headers":{"server":"cloudfl"#,
        ] {
            check(text, &[]);
        }
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "([{}\\[\\]\"'\\\\:,=+é\n ]|status|: 520|cf-ray|rawHeaders|url|A){0,60}") {
            recognise(&Lines::new(&text));
        }
    }
}
