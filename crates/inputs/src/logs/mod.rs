//! Lines of servers', proxies' and the kernel's logs.

mod meanings;

use std::sync::Arc;

pub use meanings::all as all_meanings;
pub(super) use meanings::{ORIGIN_ANSWERED, ORIGIN_BEGAN, ORIGIN_SAME, ORIGIN_SILENT};

use super::clock::{Clock, clock, unix, yearless};
use super::objects::member;
use super::prompt::is_address;
use super::{Extract, Lines, LogMeaning, MAX_EXTRACTS, Recognition, Statement, TextKind};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Entry, Request, Response};
use meanings::{FLAGS, PHRASES, STATUSES, THROWN, TLS_AT_PLAIN};

const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
/// Bytes of a request's target, or of a host, at most.
const MAX_TARGET: usize = 8192;

/// What a line says, in the line's own letters.
#[derive(Default)]
struct Line<'a> {
    clock: Option<Clock<'a>>,
    /// A time in Unix seconds.
    seconds: Option<&'a str>,
    /// A time without a year.
    yearless: Option<Timestamp>,
    method: &'a str,
    target: &'a str,
    host: Option<&'a str>,
    status: Option<u16>,
    ray: Option<&'a str>,
    meaning: Option<&'static LogMeaning>,
}

/// Lines with a request and its time, and lines with a known phrase. When there are more than are kept, those without a fault go.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let phrases = Phrases::new();
    let [mut faults, mut others] = [Vec::new(), Vec::new()];
    let mut timed = false;
    for (number, text) in lines.all() {
        let mut line = read(text, lines.is_whole(number), &phrases);
        if line.meaning.is_none() && is_exception(text) && lines.line(number + 1).trim_start().starts_with("at ") {
            line.meaning = Some(&THROWN);
        }
        let has_time = line.clock.is_some() || line.seconds.is_some();
        let is_request = line.status.is_some() || line.ray.is_some() && !line.method.is_empty();
        if line.meaning.is_none() && !(has_time && is_request) {
            continue;
        }
        timed |= has_time;
        let is_fault = line.meaning.is_some() || line.status.is_some_and(|status| status >= 400);
        let kept = if is_fault { &mut faults } else { &mut others };
        if kept.len() < MAX_EXTRACTS {
            kept.push(Extract { kind: TextKind::LogLines, lines: number..number + 1, statement: line.statement() });
        }
    }
    others.truncate(MAX_EXTRACTS - faults.len());
    faults.append(&mut others);
    let score = if timed { 70 } else { 45 };
    faults.sort_by_key(|extract| extract.lines.start);
    (!faults.is_empty()).then_some(Recognition { score, extracts: faults })
}

fn read<'a>(text: &'a str, is_whole: bool, phrases: &Phrases) -> Line<'a> {
    let text = text.trim();
    let mut line = Line { clock: clock(text), ray: ray(text), yearless: yearless(text), ..Line::default() };
    let is_json = text.starts_with('{') && text.ends_with('}');
    if is_json {
        line.read_json(text);
    } else {
        line.read_text(text, is_whole);
    }
    let of_status = || STATUSES.iter().find(|(status, _)| line.status == Some(*status)).map(|(_, meaning)| meaning);
    line.meaning = line.meaning.or_else(of_status);
    // A request with its status is a line of an access log, where words are the visitor's; an object may have both.
    let is_fine = || member(text, "status").and_then(status).is_some_and(|status| (100..400).contains(&status));
    let has_words = if is_json { !is_fine() } else { line.status.is_none() };
    if line.meaning.is_none() && has_words {
        let is_timed = line.clock.is_some() || line.seconds.is_some();
        let meaning = phrases.find(text, |at| is_json || is_stated(text, at));
        line.meaning = meaning.filter(|_| is_json || is_timed || has_form(text));
    }
    line
}

impl<'a> Line<'a> {
    /// What the members of an object say, as nginx and Caddy write it.
    fn read_json(&mut self, text: &'a str) {
        let first = |names: &[&str]| names.iter().find_map(|name| member(text, name));
        // Any program writes a status and a time; a server's log says what was asked for as well.
        self.status = first(&["uri", "request_uri", "url", "path", "request"]).and_then(|_| member(text, "status")).and_then(status);
        self.seconds = first(&["ts"]).filter(|time| unix(time).is_some());
        let time = first(&["time", "timestamp", "@timestamp", "time_iso8601", "time_local"]);
        self.clock = time.and_then(clock);
        self.host = first(&["host", "http_host"]).filter(|host| is_host(host));
        self.ray = first(&["cf_ray", "Cf-Ray", "http_cf_ray", "cfRay", "cf-ray"]).and_then(ray).or(self.ray);
        let target = first(&["uri", "request_uri", "url", "path"]).filter(|target| is_target(target));
        self.method = first(&["method", "request_method"]).filter(|method| METHODS.contains(method)).unwrap_or_default();
        self.target = target.unwrap_or_default();
        if self.method.is_empty()
            && let Some(request) = first(&["request"])
        {
            self.read_request(request);
        }
    }

    fn read_text(&mut self, text: &'a str, is_whole: bool) {
        // nginx's error log ends so; a server's own name may be a pattern, or none.
        let host = between(text, "host: \"", "\"").filter(|host| is_host(host));
        let is_name = |name: &&str| is_host(name) && name.contains('.') && !is_address(name);
        self.host = host.or_else(|| between(text, ", server: ", ",").filter(is_name));
        if let Some((_, request)) = text.split_once("] \"")
            && let Some(end) = closing(request)
            && let Some(status) = first_word(&request[end + 1..]).and_then(status)
        {
            // Access logs of nginx and Apache, with whatever was sent as a request.
            self.read_request(&request[..end]);
            self.status = Some(status);
            self.meaning = (self.method.is_empty() && request.starts_with("\\x16\\x03")).then_some(&TLS_AT_PLAIN);
            return;
        }
        let mut before = "";
        let mut at = 0;
        for word in text.split(' ') {
            let rest = text.get(at + word.len() + 1..).unwrap_or_default();
            let method = word.trim_start_matches(['"', '(']);
            at += word.len() + 1;
            if !METHODS.contains(&method) {
                before = word;
                continue;
            }
            let is_quoted = word.starts_with('"');
            let length = if is_quoted { rest.find('"') } else { rest.find(' ').or_else(|| is_whole.then_some(rest.len())) };
            let Some(length) = length else { break };
            let target = rest[..length].split(" HTTP/").next().unwrap_or_default();
            if !is_target(target) {
                before = word;
                continue;
            }
            (self.method, self.target) = (method, target);
            let behind = rest[length..].trim_start_matches('"');
            self.status = status(before).or_else(|| first_word(behind).and_then(status));
            let uwsgi = || between(behind, "(HTTP/", ")")?.split(' ').nth(1).and_then(status);
            self.status = self.status.or_else(uwsgi);
            break;
        }
        if self.status.is_none() && (!self.method.is_empty() || text.ends_with("\"<BADREQ>\"")) {
            self.read_haproxy(text);
        }
        if self.method.is_empty() {
            // Apache's error log.
            let returned = between(text, " returned by ", " ")
                .or_else(|| text.split_once(" returned by ").filter(|_| is_whole).map(|(_, target)| target));
            self.target = returned.filter(|target| target.starts_with('/') && is_target(target)).unwrap_or_default();
        }
        if self.target.is_empty()
            && let Some(url) = between(text, "dest=", " ").filter(|url| url.starts_with("http"))
        {
            // cloudflared.
            self.target = url;
        }
    }

    /// `GET /path HTTP/1.1`
    fn read_request(&mut self, request: &'a str) {
        let Some((method, rest)) = request.split_once(' ') else { return };
        let target = rest.split(" HTTP/").next().unwrap_or_default();
        if METHODS.contains(&method) && is_target(target) {
            (self.method, self.target) = (method, target);
        }
    }

    /// `HAProxy`: behind the five durations stand status, bytes, two cookies, and how the connection ended.
    fn read_haproxy(&mut self, text: &str) {
        let mut words = text.split(' ').skip_while(|word| {
            let is_duration = |byte: u8| byte.is_ascii_digit() || b"/-+".contains(&byte);
            word.bytes().filter(|byte| *byte == b'/').count() != 4 || !word.bytes().all(is_duration)
        });
        self.status = words.nth(1).and_then(status);
        let flags = words.nth(3).filter(|flags| flags.len() == 4 && self.status.is_some()).and_then(|flags| flags.get(..2));
        self.meaning = flags.and_then(|flags| FLAGS.iter().find(|meaning| meaning.phrase.starts_with(flags)));
    }

    fn statement(&self) -> Statement {
        let seconds = self.seconds.and_then(unix);
        let moment = self.clock.as_ref().and_then(Clock::moment);
        let is_zoned = self.clock.as_ref().is_some_and(Clock::is_zoned);
        let time = seconds.or(moment.filter(|_| is_zoned));
        let of_target = Address::new(self.target).host_name();
        let is_url = self.target.starts_with("http") && !of_target.is_empty();
        let host = self.host.or(is_url.then_some(of_target));
        let entry = (!self.target.is_empty() || self.status.is_some_and(|status| status > 0)).then(|| {
            // Some logs write the host before the path.
            let path = if is_url { self.target } else { &self.target[self.target.find('/').unwrap_or(0)..] };
            let request = Request { method: Arc::from(self.method), url: Arc::from(path), ..Request::default() };
            let response = Response { status: self.status.unwrap_or(0), ..Response::default() };
            Box::new(Entry { started: time, request, response, ..Entry::default() })
        });
        Statement {
            entry,
            ray: self.ray.and_then(|ray| ray.parse().ok()),
            host: host.map(Box::from),
            time,
            local_time: moment.filter(|_| time.is_none()),
            yearless: self.yearless.filter(|_| time.or(moment).is_none()),
            log: self.meaning,
            ..Statement::default()
        }
    }
}

/// Finds known words, in one pass over a line.
struct Phrases {
    /// By their first byte, the numbers of those that begin so.
    by_first: [Vec<usize>; 128],
}

impl Phrases {
    fn new() -> Self {
        let mut by_first = [const { Vec::new() }; 128];
        for (number, meaning) in PHRASES.iter().enumerate() {
            if let Some(of_byte) = meaning.phrase.bytes().next().and_then(|first| by_first.get_mut(usize::from(first))) {
                of_byte.push(number);
            }
        }
        Self { by_first }
    }

    /// Of all that stand in a line at a place that counts, the one that stands first in the table.
    fn find(&self, line: &str, counts: impl Fn(usize) -> bool) -> Option<&'static LogMeaning> {
        let line = line.as_bytes();
        let mut best = PHRASES.len();
        for (at, byte) in line.iter().enumerate() {
            for number in self.by_first.get(usize::from(*byte)).into_iter().flatten() {
                if *number < best && line[at..].starts_with(PHRASES[*number].phrase.as_bytes()) && counts(at) {
                    best = *number;
                }
            }
        }
        PHRASES.get(best)
    }
}

/// Words before a phrase that say that it is not so, or only what it would mean.
const DENIALS: [&str; 13] =
    ["no", "not", "never", "without", "if", "means", "mean", "says", "say", "succeeded", "recovered", "resolved", "fixed"];

/// Bytes before a phrase that are looked at for such words.
const NEAR: usize = 80;

/// Whether the words at a place are said to be so: not as a quotation, and not denied. What a member or a message holds in quotes is said.
fn is_stated(text: &str, at: usize) -> bool {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(NEAR))..at];
    let unquoted = before.trim_end_matches(['"', '`', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}']);
    let is_quoted = unquoted.len() < before.len() && !unquoted.trim_end().ends_with(['=', ':', '(', '[', '{', ',']);
    let denies = |word: &str| DENIALS.iter().any(|denial| word.trim_end_matches(',').eq_ignore_ascii_case(denial));
    // What stands before a colon is another clause: `could not connect: ECONNREFUSED`.
    let clause = unquoted.rsplit([':', ';']).next().unwrap_or_default();
    !is_quoted && !clause.trim_end().rsplit(' ').take(3).any(denies)
}

/// Levels and members that only logs write.
const FORMS: [&str; 18] = [
    "[error]",
    "[crit]",
    "[alert]",
    "[emerg]",
    "[warn]",
    "[notice]",
    "[info]",
    "[debug]",
    "[CRITICAL]",
    "[ERROR]",
    "[WARNING]",
    " kernel: ",
    ", client: ",
    ", upstream: \"",
    ", request: \"",
    "level=",
    " ERR ",
    " ERROR ",
];
/// How lines of logs begin that have no time.
const BEGINNINGS: [&str; 18] = [
    "kernel: ",
    "nginx: ",
    "php-fpm: ",
    "PHP ",
    "FATAL",
    "ERR ",
    "ERROR",
    "CRITICAL",
    "WARN",
    "NOTICE: ",
    "script_filename = ",
    "code: '",
    "throw new ",
    "AH0",
    "AH1",
    "panic: ",
    "dial tcp ",
    "error: ",
];

/// Whether a line without a time looks like one of a log all the same: by a level, a process, or how its writer begins.
fn has_form(text: &str) -> bool {
    // Docker Compose puts the service before every line.
    let text = text.split_once(" | ").filter(|(service, _)| !service.trim_end().contains(' ')).map_or(text, |(_, rest)| rest.trim_start());
    let is_process = |word: &str| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let word = word.trim_end_matches(':');
        word.split_once('#').is_some_and(|(process, thread)| digits(process) && digits(thread))
            || word
                .strip_suffix(']')
                .and_then(|word| word.rsplit_once('['))
                .is_some_and(|(name, process)| !name.is_empty() && digits(process))
    };
    let begins_with_uptime = || between(text, "[", "]").is_some_and(is_uptime);
    yearless(text).is_some()
        || text.starts_with('[') && begins_with_uptime()
        || is_exception(text) && (!text.starts_with("Error ") || text.starts_with("Error ["))
        || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        || FORMS.iter().any(|form| text.contains(form))
        || text.split(' ').take(4).any(is_process)
}

/// Whether a text is seconds with a fraction, as the kernel counts them since its start.
fn is_uptime(text: &str) -> bool {
    text.trim().split_once('.').is_some_and(|(whole, fraction)| [whole, fraction].iter().all(|part| part.parse::<u64>().is_ok()))
}

/// The last Ray ID with its data centre: nginx's `$http_cf_ray` and Apache's `%{CF-Ray}i` may stand anywhere, mostly at the end.
fn ray(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    bytes.iter().enumerate().rev().find_map(|(dash, byte)| {
        let begin = dash.checked_sub(16).filter(|_| *byte == b'-')?;
        let is_ray = bytes[begin..dash].iter().all(u8::is_ascii_hexdigit) && !is_word(dash + 4) && (begin == 0 || !is_word(begin - 1));
        let ray = text.get(begin..dash + 4).filter(|_| is_ray)?;
        ray.parse::<RayId>().ok().map(|_| ray)
    })
}

/// Three digits: the HTTP status, or nginx's 000.
fn status(word: &str) -> Option<u16> {
    (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())?
        .filter(|status| matches!(status, 0 | 100..600))
}

/// What an unquoted or quoted request asks for: a path, a URL, or host and path.
fn is_target(target: &str) -> bool {
    target.len() <= MAX_TARGET
        && (target.starts_with('/') || target == "*" || target.split_once('/').is_some_and(|(host, _)| host.contains(['.', ':'])))
        && !target.contains(' ')
}

fn is_host(host: &str) -> bool {
    (1..=253).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
}

/// The quote that ends a quoted text; one behind a backslash belongs to it.
fn closing(text: &str) -> Option<usize> {
    text.match_indices('"').find(|(at, _)| !text[..*at].ends_with('\\')).map(|(at, _)| at)
}

/// What stands between two texts.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once(end).map(|(between, _)| between)
}

fn first_word(text: &str) -> Option<&str> {
    text.trim_start_matches([' ', '"']).split(' ').next()
}

/// Whether a line is an exception as JavaScript prints it: `TypeError: …`, `Error [ERR_…]: …`.
fn is_exception(line: &str) -> bool {
    let line = line.strip_prefix("Uncaught ").unwrap_or(line);
    let name = &line[..line.bytes().take_while(u8::is_ascii_alphabetic).count()];
    name.ends_with("Error") && line[name.len()..].starts_with([':', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of each line that says something: its number, status, method, URL, host, Ray ID, time (`local` without a zone), words.
    fn said(text: &str) -> Vec<String> {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let of = |Extract { lines, statement, .. }: &Extract| {
            let mut parts = vec![(lines.start + 1).to_string()];
            parts.extend(statement.status().map(|status| status.to_string()));
            parts.extend(
                statement
                    .entry
                    .iter()
                    .flat_map(|entry| [&entry.request.method, &entry.request.url])
                    .filter(|part| !part.is_empty())
                    .map(ToString::to_string),
            );
            parts.extend(statement.host.as_deref().map(|host| format!("host={host}")));
            parts.extend(statement.ray.as_ref().map(ToString::to_string));
            parts.extend(statement.time.map(|time| time.to_string()));
            parts.extend(statement.local_time.map(|time| format!("local {time}")));
            parts.extend(statement.log.map(|meaning| format!("<{}>", meaning.phrase)));
            parts.join(" ")
        };
        extracts.iter().map(of).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(said(text), expected, "{text}");
    }

    /// Breaks when a field of an access log is not read, wherever its format puts it.
    #[test]
    fn reads_access_logs() {
        check(
            r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0100] "GET /api/orders?page=2 HTTP/1.1" 502 157 "-" "Mozilla/5.0 (X11; x86_64)" "a5e1e34f71968fc2-FRA""#,
            &["1 502 GET /api/orders?page=2 a5e1e34f71968fc2-FRA 2026-11-21T17:51:49.000Z"],
        );
        check(
            r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0000] "POST /x HTTP/2.0" 499 0 "-" "-""#,
            &["1 499 POST /x 2026-11-21T18:51:49.000Z <status 499>"],
        );
        check(r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0000] "" 000 0 "-" "-""#, &["1 2026-11-21T18:51:49.000Z <status 000>"]);
        check(r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0000] "-" 444 0 "-" "-""#, &["1 444 2026-11-21T18:51:49.000Z <status 444>"]);
        check(
            r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0000] "\x16\x03\x01" 400 157 "-" "-""#,
            &[r"1 400 2026-11-21T18:51:49.000Z <\x16\x03>"],
        );
        check(
            "2026-11-21T18:51:49+00:00 502 GET shop.example/api ray=a5e1e34f71968fc2-FRA us=502",
            &["1 502 GET /api a5e1e34f71968fc2-FRA 2026-11-21T18:51:49.000Z"],
        );
        check(
            "2026-11-21T18:52:33.555Z GET /api/orders cf-ray=a5e1e465c252b4c2-FRA\n",
            &["1 GET /api/orders a5e1e465c252b4c2-FRA 2026-11-21T18:52:33.555Z"],
        );
        check(
            r#"- -  21/Nov/2026:18:51:58 +0000 "GET /fatal.php" 500 0.268ms ray=a5e1e387ea2f1a6d-FRA"#,
            &["1 500 GET /fatal.php a5e1e387ea2f1a6d-FRA 2026-11-21T18:51:58.000Z"],
        );
        check(
            r#"172.68.10.21:60220 [21/Nov/2026:18:52:49.401] shop app/app1 0/0/0/-1/0 502 209 - - SH-- 1/1/0/0/0 0/0 {a5e1e4c8bf687674-FRA} "GET /api/orders HTTP/1.1""#,
            &["1 502 GET /api/orders a5e1e4c8bf687674-FRA local 2026-11-21T18:52:49.401Z <SH-->"],
        );
        check(
            r#"172.68.10.21:53690 [21/Nov/2026:19:12:14.853] shop shop/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>""#,
            &["1 400 local 2026-11-21T19:12:14.853Z <PR-->"],
        );
        check(
            "[pid: 7|app: 0|req: 1/1] 172.68.10.21 () {40 vars in 600 bytes} [Sat Nov 21 18:52:00 2026] GET /api/orders => generated 21 bytes in 3 msecs (HTTP/1.1 500) 2 headers",
            &["1 500 GET /api/orders local 2026-11-21T18:52:00.000Z"],
        );
    }

    /// Breaks when a line of JSON is not read as nginx or Caddy writes it.
    #[test]
    fn reads_lines_of_json() {
        check(
            r#"{"time":"2026-11-21T18:51:49+00:00","status":502,"method":"GET","host":"shop.example","uri":"/api","cf_ray":"a5e1e34f71968fc2-FRA"}"#,
            &["1 502 GET /api host=shop.example a5e1e34f71968fc2-FRA 2026-11-21T18:51:49.000Z"],
        );
        check(
            r#"{"level":"error","ts":1795287181.155748,"logger":"http.log.error.log0","msg":"EOF","request":{"proto":"HTTP/1.1","method":"GET","host":"shop.example","uri":"/a","headers":{"Cf-Ray":["a5e1e511706ab3a4-FRA"]}},"duration":0.002,"status":502}"#,
            &["1 502 GET /a host=shop.example a5e1e511706ab3a4-FRA 2026-11-21T18:53:01.155Z <\"msg\":\"EOF\">"],
        );
        check(r#"{"time":"2026-11-21T18:51:49Z","status":502}"#, &[]);
        check(r#"{"time":"2026-11-21T18:51:49Z","url":"/queue","status":444}"#, &["1 444 /queue 2026-11-21T18:51:49.000Z <status 444>"]);
        check(
            r#"{"time":"2026-11-21T18:51:49Z","message":"searched for ECONNREFUSED","path":"/search","status":200}"#,
            &["1 200 /search 2026-11-21T18:51:49.000Z"],
        );
        check(r#"{"time":"2026-11-21T18:51:49Z","message":"searched for ECONNREFUSED","status":200}"#, &[]);
    }

    /// Breaks when the words of a server's error log are not known, or the request beside them is not read.
    #[test]
    fn reads_error_logs() {
        check(
            r#"2026/11/21 18:51:49 [error] 65#65: *3 upstream prematurely closed connection while reading response header from upstream, client: 172.68.10.21, server: shop.example, request: "GET /api/orders HTTP/1.1", upstream: "http://203.0.113.10:80/api/orders", host: "shop.example""#,
            &[
                "1 GET /api/orders host=shop.example local 2026-11-21T18:51:49.000Z <upstream prematurely closed connection while reading response header from upstream>",
            ],
        );
        check(
            "[Sat Nov 21 18:52:11.952236 2026] [proxy:error] [pid 23] [client 172.68.10.21:56426] AH00898: Error reading from remote server returned by /api/orders\n",
            &["1 /api/orders local 2026-11-21T18:52:11.952Z <AH00898: Error reading from remote server>"],
        );
        check(
            "[21-Nov-2026 18:51:58] WARNING: [pool www] child 7 exited on signal 11 (SIGSEGV) after 0.6 seconds from start",
            &["1 local 2026-11-21T18:51:58.000Z <exited on signal>"],
        );
        check("[2026-11-21 18:52:30 +0000] [444] [CRITICAL] WORKER TIMEOUT (pid:446)", &["1 2026-11-21T18:52:30.000Z <WORKER TIMEOUT>"]);
        check("Nov 21 18:53:03 web1 kernel: php[9]: segfault at 0 ip 00007f7ba5985a03 error 6 in libc.so.6", &["1 <segfault at>"]);
        check(
            "[Sat Nov 21 18:53:03 2026] Out of memory: Killed process 9 (php)",
            &["1 local 2026-11-21T18:53:03.000Z <Out of memory: Killed process>"],
        );
        check("TypeError: Cannot read properties of undefined\n    at Immediate.<anonymous> (/srv/a.js:6:86)\n", &["1 <Error: >"]);
        check(
            "2026-11-21T18:00:00Z ERR Request failed error=\"dial tcp [::1]:80: connect: connection refused\" cfRay=a5e1e34f71968fc2-FRA dest=https://shop.example/api event=0",
            &["1 https://shop.example/api host=shop.example a5e1e34f71968fc2-FRA 2026-11-21T18:00:00.000Z <connect: connection refused>"],
        );
        check("2026/11/21 18:51:49 [notice] 1#1: start worker process 29\nError: it is down\nWe see 502 since 18:00.", &[]);
    }

    /// Breaks when the name of nginx's server is not taken for the host where no other is given, or a pattern is.
    #[test]
    fn a_server_names_the_host() {
        let line = |server: &str| {
            said(&format!(
                "2026/11/21 18:51:49 [error] 1#1: *3 no live upstreams, client: 192.0.2.1, server: {server}, request: \"GET / HTTP/1.1\"\n"
            ))
        };
        let said = |host: &str| vec![format!("1 GET / {host}local 2026-11-21T18:51:49.000Z <no live upstreams>")];
        assert_eq!(line("shop.example"), said("host=shop.example "));
        for none in ["_", "localhost", "*.shop.example", "~^shop", "192.0.2.1", ""] {
            assert_eq!(line(none), said(""), "{none}");
        }
    }

    /// Breaks when what an article, advice or a letter says of words is read as if a log had them.
    #[test]
    fn words_about_words_are_none() {
        for text in [
            "If it says \"upstream prematurely closed connection while reading response header from upstream\",\n",
            "the application crashed. \"upstream sent too big header\" means it. Recognition for \"Out of memory: Killed process\"\n",
            "Also ECONNRESET may be seen in Node.\n",
            "A common cause is ModSecurity: Access denied.\n",
            "2026-11-21 10:00:00 we found no \"upstream sent too big header\" and no segfault at all\n",
            "2026-11-21T04:18:20Z app[1]: retry succeeded after ECONNREFUSED to redis (warmup), 3 ms\n",
            "2026-11-21T04:18:20Z web1 ansible: raised LimitNOFILE, no more \"Too many open files\"\n",
        ] {
            check(text, &[]);
        }
        check("65#65: *3 no live upstreams\n", &["1 <no live upstreams>"]);
        check("php[9]: segfault at 0\n", &["1 <segfault at>"]);
        check("app-1  | Error: could not connect: ECONNREFUSED\n", &["1 <ECONNREFUSED>"]);
        check(
            "upstream sent too big header, client: 192.0.2.1, server: a.example, request: x\n",
            &["1 host=a.example <upstream sent too big header>"],
        );
    }

    /// Breaks when lines without a fault push those with one out of what is kept.
    #[test]
    fn faults_are_kept_first() {
        let line = |status: u16| format!("192.0.2.1 - - [21/Nov/2026:18:51:49 +0000] \"GET / HTTP/1.1\" {status} 0 \"-\" \"-\"\n");
        let text = line(200).repeat(MAX_EXTRACTS + 10) + &line(502) + &line(200);
        let extracts = recognise(&Lines::new(&text)).unwrap().extracts;
        assert_eq!((extracts.len(), extracts.last().unwrap().lines.start), (MAX_EXTRACTS, MAX_EXTRACTS + 10));
    }

    proptest::proptest! {
        /// Breaks on a panic, or when cutting a line makes a status, Ray ID, host or URL that the whole does not have.
        #[test]
        fn a_cut_makes_no_other(at in 0usize..400, number in 0usize..6, byte in proptest::option::of(0usize..300)) {
            let whole = [
                r#"172.68.10.21 - - [21/Nov/2026:18:51:49 +0100] "GET /api/orders?page=2 HTTP/1.1" 502 157 "-" "Mozilla/5.0 (X11; x86_64)" "a5e1e34f71968fc2-FRA""#,
                r#"2026/11/21 18:51:49 [error] 65#65: *3 recv() failed (104: Connection reset by peer) while reading, request: "GET /api/orders HTTP/1.1", host: "shop.example""#,
                r#"{"level":"error","ts":1795287181.155748,"msg":"EOF","request":{"method":"GET","host":"shop.example","uri":"/a","headers":{"Cf-Ray":["a5e1e511706ab3a4-FRA"]}},"status":502}"#,
                r#"172.68.10.21:60220 [21/Nov/2026:18:52:49.401] shop app/app1 0/0/0/-1/0 502 209 - - SH-- 1/1/0/0/0 0/0 {a5e1e4c8bf687674-FRA} "GET /api/orders HTTP/1.1""#,
                "2026-11-21T18:52:33.555Z GET /api/orders cf-ray=a5e1e465c252b4c2-FRA",
                "2026-11-21T18:51:49+00:00 502 GET shop.example/api ray=a5e1e34f71968fc2-FRA us=502",
            ][number];
            let all = said(&format!("{whole}\n")).join(" ");
            let cut = &whole[..at.min(whole.len())];
            for word in said(cut).iter().flat_map(|line| line.split(' ')) {
                proptest::prop_assert!(all.split(' ').any(|known| known == word) || word.starts_with('<'), "{word} of {cut}");
            }
            if let Some(byte) = byte {
                let mut damaged: Vec<u8> = whole.into();
                damaged.truncate(at);
                if let Some(place) = damaged.get_mut(byte) {
                    *place ^= 0xff;
                }
                said(&String::from_utf8_lossy(&damaged));
            }
        }
    }
}
