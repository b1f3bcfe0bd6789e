//! Lines of servers', proxies' and the kernel's logs.

mod columns;
mod meanings;

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

pub(super) use meanings::all as all_meanings;
pub(super) use meanings::{ORIGIN_ANSWERED, ORIGIN_BEGAN, ORIGIN_SAME, ORIGIN_SILENT, received};

use super::clock::{Clock, clock, unix, yearless};
use super::fields::{Fields, HOST, METHOD, RAY, STATUS, TARGET, TIME, closing};
use super::grammar::{is_host, is_target, logged, numbers};
use super::words::Words;
use super::{Beside, Extract, Lines, LogMeaning, MAX_EXTRACTS, Recognition, Statement, TextKind};
use columns::Request as Columns;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::edge_ranges;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Entry, Request, Response};
use fivetwenty_captures::order::sort_by_key;
use meanings::{BEGUN_FLAGS, FLAGS, PHRASES, RESPONSE_FLAGS, STATUSES, THROWN, TLS_AT_PLAIN, UNANSWERED, WIN32};

pub(super) const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
/// Lines of an object at most.
const MAX_LINES: usize = 100;
/// Lines of a text that may be nothing but a message.
const FEW: usize = 3;
/// Bytes of such a message at most.
const MAX_MESSAGE: usize = 2000;

/// The objects that loggers show below a line.
const SHOWN: [&str; 5] = ["req: {", "res: {", "err: {", "request: {", "response: {"];

/// What a line says, in the line's own letters.
#[derive(Clone, Default)]
struct Line<'a> {
    clock: Option<Clock<'a>>,
    /// A time in Unix seconds.
    seconds: Option<&'a str>,
    /// The clock goes by UTC, as the format says.
    is_utc: bool,
    /// A time without a year.
    yearless: Option<Timestamp>,
    method: &'a str,
    target: &'a str,
    host: Option<&'a str>,
    status: Option<u16>,
    ray: Option<&'a str>,
    meaning: Option<&'static LogMeaning>,
    /// It says whose request it was, as servers do: it needs no time.
    is_served: bool,
    /// Its fields have names.
    is_named: bool,
}

/// Lines with a request and its time, and lines with a known phrase. When there are more than are kept, those without a fault go, and then the oldest.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let phrases = Phrases::new();
    let [mut faults, mut others] = [VecDeque::new(), VecDeque::new()];
    let mut timed = false;
    let mut columns = "";
    let mut next = 0;
    let mut record = Line::default();
    let mut rails = Rails::default();
    let width = OnceCell::new();
    // Messages without a line of a log, of which an article explains several.
    let mut alone = Vec::new();
    let is_short = lines.all().filter(|(_, text)| !text.trim().is_empty()).take(FEW + 1).count() <= FEW;
    for (number, text) in lines.all() {
        if number < next {
            continue;
        }
        columns = text.strip_prefix("#Fields:").unwrap_or(columns);
        let answered = if text.starts_with(['-', ' ', '*']) { record.read_varnish(text) } else { None };
        // An object that goes over several lines.
        next = number + 1;
        let mut joined = String::new();
        if text.trim() == "{" {
            let close = text.replace('{', "}");
            // Members, and no lines of what a string holds.
            let is_member = |line: &str| (line.trim_start().starts_with('"') || line.trim().len() < 3) && line != text;
            let mut inner = (next..next + MAX_LINES).take_while(|inner| is_member(lines.line(*inner)));
            if let Some(end) = inner.find(|end| lines.line(*end).trim_end() == close.trim_end()) {
                next = end + 1;
                joined = lines.join(number..next).replace('\n', " ");
            }
        }
        // Bunyan and Pino show what a line has with it below, set in.
        let is_below = |at: usize| lines.line(at).starts_with([' ', '\t']);
        if joined.is_empty() && is_below(next) && begins(text) && SHOWN.iter().any(|name| lines.line(next).trim_start().starts_with(name)) {
            next = (next..next + MAX_LINES).find(|at| !is_below(*at)).unwrap_or(next);
            joined = [text, " {", &lines.join(number + 1..next).replace('\n', " "), "}"].concat();
        }
        if joined.is_empty()
            && text.len() >= NARROWEST
            && let Some(wrapped) = wrapped(lines, number, &width)
        {
            (next, joined) = wrapped;
        }
        let text = if joined.is_empty() { text } else { &joined };
        let form = Form::of(text.trim(), columns, lines.is_whole(next - 1));
        let mut line = read(text, &form, lines.is_whole(next - 1), &phrases);
        let is_message = text.len() < MAX_MESSAGE && matches!(form, Form::Text) && !text.starts_with('{');
        if is_message && line.meaning.is_none() && !line.is_request() && is_led(lines, number) && (is_short || is_alone(lines, number)) {
            let is_long = |meaning: &&LogMeaning| is_short || meaning.phrase.len() >= LONG;
            line.meaning = phrases.find(text, text, |at| is_bare(text, at)).filter(is_long);
            alone.extend(line.meaning.filter(|_| !is_short).map(|_| number));
        }
        if text.len() >= NARROWEST / 2
            && let Some(done) = rails.read(lines.line(number)).filter(|_| line.meaning.is_none())
        {
            line = done;
        }
        if line.meaning.is_some() && text.contains("FetchError") {
            line = Line { meaning: line.meaning, ..record.clone() };
        }
        if answered.is_some() && line.meaning.is_none() && !record.target.is_empty() {
            line = Line { status: answered, ..record.clone() };
        }
        let called = of_service(lines.line(number + 1)).trim_start().strip_prefix("at ");
        // A browser's calls have URLs.
        if line.meaning.is_none()
            && is_exception(of_service(text))
            && called.is_some_and(|called| {
                !called.replace("file://", "").contains("://") && (!called.contains("_http_client") || is_thrown(lines, number))
            })
        {
            line.meaning = Some(&THROWN);
        }
        let has_time = line.clock.is_some() || line.seconds.is_some();
        let is_request = line.is_request() || line.ray.is_some() && text.contains("cfRay");
        if line.meaning.is_none() && !((has_time || line.is_served) && is_request) {
            continue;
        }
        timed |= has_time;
        let is_fault = line.meaning.is_some() || line.status.is_some_and(|status| status >= 400);
        let kept = if is_fault { &mut faults } else { &mut others };
        if kept.len() == MAX_EXTRACTS {
            kept.pop_front();
        }
        // What asks others and notes their answers is a client.
        let is_client = line.method.is_empty() && line.is_named && line.target.starts_with("http");
        let kind = if is_client { TextKind::Client } else { TextKind::LogLines };
        kept.push_back(Extract { kind, lines: number..next, statement: line.statement() });
    }
    if alone.len() > 1 {
        faults.retain(|extract| !alone.contains(&extract.lines.start));
    }
    others.drain(..(others.len() + faults.len()).saturating_sub(MAX_EXTRACTS));
    let mut faults: Vec<Extract> = faults.into_iter().chain(others).collect();
    let score = if timed { 70 } else { 45 };
    sort_by_key(&mut faults, |extract| extract.lines.start);
    (!faults.is_empty()).then_some(Recognition { score, extracts: faults })
}

/// `Ok @ 3/4/2026, 10:11:12 AM`
fn is_outcome(text: &str) -> bool {
    let is_date =
        |time: &str| time.split(',').next().is_some_and(|day| day.bytes().all(|byte| byte.is_ascii_digit() || b"/.-".contains(&byte)));
    text.starts_with(|first: char| first.is_ascii_uppercase()) && text.split_once(" @ ").is_some_and(|(_, time)| is_date(time))
}

/// What Rails says over several lines: `Started GET "/a" for 192.0.2.1 at …`, `Completed 200 OK in 5ms`.
#[derive(Default)]
struct Rails<'a> {
    /// The line by which the last request began.
    begun: Option<&'a str>,
    /// How many are not completed.
    open: usize,
}

impl<'a> Rails<'a> {
    /// The request that ends with this line. Of several at a time only the tag before the words tells which one it is.
    fn read(&mut self, row: &'a str) -> Option<Line<'a>> {
        const BEGINS: &str = "Started ";
        const ENDS: &str = "Completed ";
        if let Some((_, asked)) = row.split_once(BEGINS)
            && METHODS.iter().any(|method| asked.starts_with(method))
            && asked.contains("\" for ")
        {
            (self.begun, self.open) = (Some(row), self.open + 1);
            return None;
        }
        let (before, rest) = row.split_once(ENDS)?;
        let status = first_word(rest).and_then(logged).filter(|_| rest.contains("ms"))?;
        let is_only = self.open < 2;
        self.open = self.open.saturating_sub(1);
        let (first, asked) = self.begun.take()?.split_once(BEGINS)?;
        let tag = |before: &'a str| before.trim_end().rsplit(' ').next().unwrap_or_default();
        let (method, rest) = asked.split_once(" \"")?;
        let (target, rest) = rest.split_once("\" for ")?;
        let is_it = tag(first) == tag(before) && (is_only || tag(first).starts_with('[')) && METHODS.contains(&method) && is_target(target);
        let time = rest.split_once(" at ").and_then(|(_, time)| clock(time));
        is_it.then(|| Line { clock: time, method, target, status: Some(status), is_served: true, ..Line::default() })
    }
}

/// Bytes of a terminal's row, at least.
const NARROWEST: usize = 40;
/// Bytes by which the rows of a terminal may differ.
const RAGGED: usize = 8;
/// Rows that a line was broken into, at most.
const MAX_ROWS: usize = 20;

/// A line that a terminal or a mail broke into rows, and where the next one begins. The rows of a terminal have one width; other breaks
/// count in the middle of a bracket, a quotation or a list, when these end in a later row.
fn wrapped(lines: &Lines<'_>, number: usize, width: &OnceCell<(usize, bool)>) -> Option<(usize, String)> {
    let first = lines.line(number);
    let goes_on = |at: usize| !lines.line(at).trim().is_empty() && !lines.line(at).starts_with(['\t', '}']) && !begins(lines.line(at));
    if !begins(first) || !goes_on(number + 1) {
        return None;
    }
    let (longest, is_usual) = *width.get_or_init(|| {
        let longest = lines.all().map(|(_, line)| line.len()).max().unwrap_or(0);
        (longest, lines.all().filter(|(_, line)| line.len() == longest).count() > 1)
    });
    let (mut joined, mut next) = (first.to_owned(), number + 1);
    let mut is_broken = false;
    while next < number + MAX_ROWS && goes_on(next) {
        let length = lines.line(next - 1).len();
        let is_full = is_usual && length == longest;
        is_broken |= is_full || is_open(&joined);
        // Whoever made names anonymous changed the lengths.
        if !is_full && !is_open(&joined) && length + RAGGED < longest {
            break;
        }
        joined.push_str(if is_full { "" } else { " " });
        joined.push_str(lines.line(next));
        next += 1;
    }
    (is_broken && (!is_open(&joined) || is_usual && first.len() == longest)).then_some((next, joined))
}

/// Whether a line begins as those of logs do: with a time, a client's address or an object.
fn begins(line: &str) -> bool {
    let line = line.trim_start();
    let start = &line[..line.floor_char_boundary(NARROWEST)];
    let is_address = |word: &str| word.parse::<IpAddr>().is_ok();
    let is_level = |(level, _): (&str, &str)| level.bytes().all(|byte| byte.is_ascii_alphabetic());
    line.starts_with("{\"")
        || line.strip_prefix('[').and_then(|line| line.split_once("] ")).is_some_and(is_level)
        || yearless(line).is_some()
        || line.split(' ').next().is_some_and(is_address)
        || clock(start).is_some()
}

/// Whether a line ends in the middle of a bracket, a quotation or a list.
fn is_open(line: &str) -> bool {
    let count = |sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    line.ends_with(',') || count(b'"') % 2 == 1 || [(b'[', b']'), (b'{', b'}')].iter().any(|(open, close)| count(*open) > count(*close))
}

/// How a line is written.
enum Form<'a> {
    Text,
    /// JSON, or `key=value` with a request in it.
    Object(Fields<'a>),
    /// Columns whose names stand above.
    Columns(Fields<'a>),
}

impl<'a> Form<'a> {
    fn of(text: &'a str, columns: &str, is_whole: bool) -> Self {
        let mut braces = text.match_indices('{').filter(|_| text.ends_with('}')).map(|(begin, _)| &text[begin..]);
        let is_object =
            |object: &str| object[1..].trim_start().starts_with('"') || SHOWN.iter().any(|name| object[1..].trim_start().starts_with(name));
        if let Some(object) = braces.find(|object| is_object(object)) {
            return Self::Object(Fields::read(object));
        }
        // One that is cut off tells what is whole in it.
        if !text.ends_with('}')
            && let Some(begin) = text.find("{\"").filter(|begin| is_open(&text[*begin..]))
        {
            let fields = Fields::read(&text[begin..]);
            if fields.count() >= FEWEST_MEMBERS && fields.get(TIME).is_some() && fields.get(METHOD).is_some() {
                return Self::Object(fields);
            }
        }
        let has = |names: &[&str]| names.iter().any(|name| text.contains(name));
        if text.contains("status")
            && has(&["status=", "status_code="])
            && (has(&["method="]) && has(&["path=", "uri=", "url="])
                || has(&["request=\""])
                || has(&[" target=", " url="]) && has(&["=http://", "=https://", "=\"http"]))
        {
            return Self::Object(Fields::pairs(text, is_whole));
        }
        match Fields::of_columns(columns, text) {
            Some(fields) if !columns.is_empty() && fields.count() > 2 => Self::Columns(fields),
            _ => Self::Text,
        }
    }
}

/// Members of an object that was cut off, at least.
const FEWEST_MEMBERS: usize = 4;

/// The members that hold what went wrong, the more exact before the message.
const WORDS: [&str; 11] =
    ["error", "fetcherror", "err", "exception", "responsecodedetails", "statusdetails", "reason", "desc", "msg", "message", "code"];

fn read<'a>(text: &'a str, form: &'a Form<'a>, is_whole: bool, phrases: &Phrases) -> Line<'a> {
    let mut text = text.trim();
    let mut line = Line { clock: clock(text), ray: ray(text), yearless: yearless(text), ..Line::default() };
    let mut fields = None;
    match form {
        // Docker puts whole lines of a log into its own.
        Form::Object(object) if object.get(&["stream"]).is_some() && object.get(&["log"]).is_some() => {
            line.read_fields(object, "");
            text = object.get(&["log"]).unwrap_or_default().trim();
            line.clock = clock(text).or(line.clock);
            line.read_text(text, true);
        }
        Form::Object(object) => {
            line.read_fields(object, text.split('{').next().unwrap_or_default());
            fields = Some(object);
        }
        Form::Columns(columns) => {
            line.read_fields(columns, text);
            line.is_utc = true;
            let reason = columns.get(&["sreason"]).map(|reason| [" ", reason, " "].concat());
            let windows = columns.get(&["scwin32status"]);
            line.meaning = reason.and_then(|reason| phrases.find(&reason, text, |_| true));
            line.meaning = line.meaning.or_else(|| line.windows(windows));
        }
        Form::Text => line.read_text(text, is_whole),
    }
    let status = line.status;
    let of_status = || STATUSES.iter().find(|(own, _)| status == Some(*own)).map(|(_, meaning)| meaning);
    // Where no request stands beside it, other words may tell more.
    line.meaning = line.meaning.or_else(|| of_status().filter(|_| !line.target.is_empty()));
    // A request with its status is a line of an access log, where words are the visitor's; an object may have both.
    if line.meaning.is_none()
        && let Some(fields) = fields
    {
        let is_fine = fields.get(&["status"]).and_then(logged).is_some_and(|status| (100..400).contains(&status));
        line.meaning = WORDS.iter().filter(|_| !is_fine).find_map(|name| {
            let shown = match *name {
                "err" => "error",
                "message" => "msg",
                name => name,
            };
            // Several lines may be those of another log, and are read by themselves.
            let value = fields.get(&[name]).filter(|value| line.is_request() || value.trim_end().lines().count() < 3)?;
            // Heroku's codes.
            let said = if shown == "code" { ["code=", value, " "].concat() } else { ["\"", shown, "\":\"", value, "\""].concat() };
            phrases.find(&said, text, |_| true)
        });
        // Caddy's console has the message before the object.
        let before = if is_fine { "" } else { text.split('{').next().unwrap_or_default() };
        let message = || before.trim_end().rsplit('\t').next().map(|message| ["\"msg\":\"", message, "\""].concat());
        line.meaning = line.meaning.or_else(|| phrases.find(before, text, |_| true));
        line.meaning = line.meaning.or_else(|| phrases.find(&message()?, text, |_| true));
    } else if line.meaning.is_none()
        && (line.status.is_none_or(|_| line.target.is_empty()) || text.contains(" [uri \""))
        && (is_whole || !text.starts_with('{'))
    {
        let is_timed = line.clock.is_some() || line.seconds.is_some();
        let meaning = phrases.find(text, text, |at| is_stated(text, at));
        line.meaning = meaning.filter(|_| is_timed || has_form(text)).or_else(|| phrases.find(text, text, |at| is_witnessed(text, at)));
    }
    line.meaning = line.meaning.or_else(of_status);
    line
}

impl<'a> Line<'a> {
    /// Whether it is about a request: with a status, a Ray ID, or fields that name what was asked for.
    fn is_request(&self) -> bool {
        self.status.is_some() || !self.method.is_empty() && (self.ray.is_some() || self.is_named && self.host.is_some())
    }

    /// Takes what was asked for from a line of Varnish's record, where it stands lines before what went wrong. Gives the status with which
    /// a visitor's request ends, when it failed.
    fn read_varnish(&mut self, text: &'a str) -> Option<u16> {
        let mut words = text.split_ascii_whitespace().skip_while(|word| word.bytes().all(|byte| b"-*0123456789".contains(&byte)));
        let tag = words.next().unwrap_or_default();
        let value = words.find(|word| !matches!(*word, "b" | "c")).unwrap_or_default();
        match tag {
            "<<" => *self = Self::default(),
            "BereqMethod" | "ReqMethod" if METHODS.contains(&value) => self.method = value,
            "BereqURL" | "ReqURL" if is_target(value) => self.target = value,
            "BereqHeader" | "ReqHeader" if value.eq_ignore_ascii_case("host:") => self.host = words.next().filter(|host| is_host(host)),
            "Timestamp" => self.seconds = words.next().filter(|time| unix(time).is_some()),
            "RespStatus" => return logged(value).filter(|status| *status >= 500),
            _ => {}
        }
        None
    }

    /// What the fields of an object or of columns say, as servers and proxies name them.
    fn read_fields(&mut self, fields: &'a Fields<'a>, around: &'a str) {
        self.is_named = true;
        let target = fields.get(TARGET).or_else(|| fields.get(&["target"]));
        let request = fields.get(&["request", "httprequest"]);
        // Any program writes a status and a time; a server's log says what was asked for as well.
        let of_status = || fields.get(STATUS).and_then(logged);
        self.status = target.or(request).or_else(|| fields.get(&["responseflags"])).and_then(|_| of_status());
        let time = TIME.iter().find_map(|name| fields.get(&[name]).filter(|time| unix(time).is_some() || clock(time).is_some()));
        self.seconds = time.filter(|time| unix(time).is_some());
        self.clock = time.and_then(clock).or_else(|| clock(around));
        let host = fields.get(HOST).filter(|host| is_host(host) && *host != "null");
        self.host = host.filter(|_| target.or(request).is_some());
        self.ray = fields.get(RAY).and_then(ray).or(self.ray);
        self.method = fields.get(METHOD).filter(|method| METHODS.contains(method)).unwrap_or_default();
        self.target = target.filter(|target| is_target(target)).unwrap_or_default();
        if let Some(request) = request.filter(|_| self.method.is_empty()) {
            self.read_request(request);
        }
        self.meaning = ["responseflags", "responsecodedetails"].iter().find_map(|name| self.flag(fields.get(&[name])?));
        self.meaning = self.meaning.or_else(|| fields.get(&["terminationstate"]).and_then(termination));
        let upstream = fields.get(&["upstreamstatus", "originstatus"]);
        let is_none = upstream.is_some_and(|upstream| matches!(upstream, "" | "-" | "0"));
        self.meaning = self.meaning.or((is_none && self.is_gateways()).then_some(&UNANSWERED));
        // Traefik's words for what it answered, beside the error that led there.
        let answered = fields.get(&["error", "err"]).and_then(|_| fields.get(&["message", "msg"])).and_then(answered);
        self.status = self.status.or(answered);
    }

    /// Whether it is an answer by which a proxy says that it got none.
    fn is_gateways(&self) -> bool {
        matches!(self.status, Some(502 | 504))
    }

    /// What one of Envoy's flags means; of an answer that had begun, it means another thing.
    fn flag(&self, flags: &str) -> Option<&'static LogMeaning> {
        let begun = BEGUN_FLAGS.iter().filter(|_| self.status.is_some_and(|status| (200..400).contains(&status)));
        let known = begun
            .chain(RESPONSE_FLAGS)
            .filter(|meaning| meaning.phrase != "via_upstream" || self.status.is_some_and(|status| status >= 500));
        flags.split(',').find_map(|flag| known.clone().find(|meaning| meaning.phrase == flag))
    }

    /// What Windows says of a request that failed.
    fn windows(&self, number: Option<&str>) -> Option<&'static LogMeaning> {
        let number = number.filter(|_| self.status.is_some_and(|status| status >= 400))?;
        WIN32.iter().find(|(own, _)| *own == number).map(|(_, meaning)| meaning)
    }

    fn read_text(&mut self, text: &'a str, is_whole: bool) {
        // nginx's error log ends so; a server's own name may be a pattern, or none.
        let host = between(text, "host: \"", "\"").filter(|host| is_host(host));
        let has_letter =
            |name: &str| name.rsplit_once('.').is_some_and(|(_, end)| end.starts_with(|letter: char| letter.is_ascii_alphabetic()));
        let is_name = |name: &&str| is_host(name) && has_letter(name);
        self.host = host.or_else(|| between(text, ", server: ", ",").filter(is_name));
        if text.contains("ModSecurity: ") {
            let status = between(text, " with code ", " ").and_then(logged);
            let host = between(text, "[hostname \"", "\"]").filter(is_name);
            let target = between(text, "[uri \"", "\"]").filter(|target| is_target(target));
            (self.status, self.host, self.target) = (status, host, target.unwrap_or_default());
            return;
        }
        // Access logs of nginx and Apache, with whatever was sent as a request; Envoy, which may have answered nothing.
        if let Some(request) = text
            .strip_prefix('"')
            .filter(|request| METHODS.iter().any(|method| request.starts_with(method)))
            .or_else(|| Some(text.split_once("] \"")?.1))
            && let Some(end) = closing(request, '\"')
            && let behind = &request[end + 1..]
            && let Some(status) = first_word(behind).and_then(|word| logged(word).or_else(|| (word == "0").then_some(0)))
        {
            self.read_request(&request[..end]);
            let is_none = behind.starts_with(" 0 ");
            self.status = Some(status).filter(|_| !is_none);
            if self.method.is_empty() && request.starts_with("\\x16\\x03") {
                self.meaning = Some(&TLS_AT_PLAIN[usize::from(is_beside(Beside::Stranger, text))]);
            }
            // Apache may put the host before the client, and lighttpd behind it.
            let mut words = text.split(' ');
            let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let named = if address(first).is_some() { second } else { first.rsplit_once(':').map_or("", |(name, _)| name) };
            let is_there = address(first).or_else(|| address(second)).is_some();
            self.host = Some(named).filter(|name| is_there && is_name(name)).or(self.host);
            self.read_envoy(behind);
            return;
        }
        // The requests that a Worker is shown with.
        if let Some((request, _)) = text.split_once(" - ").filter(|(_, outcome)| is_outcome(outcome))
            && let Some((method, url)) = request.split_once(' ')
            && METHODS.contains(&method)
            && url.starts_with("http")
            && is_target(url)
        {
            (self.method, self.target, self.is_served, self.is_named) = (method, url, true, true);
            self.host = Some(Address::new(url).host_name());
            return;
        }
        for word in text.split_ascii_whitespace() {
            let method = word.trim_start_matches(['"', '(']);
            if METHODS.contains(&method) {
                let begin = word.as_ptr() as usize - text.as_ptr() as usize;
                let (before, behind) = (&text[..begin], &text[begin + word.len()..]);
                if let Some(columns) = Columns::around(before, behind, is_whole) {
                    (self.method, self.target, self.status, self.is_served) = (method, columns.target, columns.status, columns.is_served);
                    self.host = columns.host.or(self.host);
                    self.seconds = columns.seconds.or(self.seconds);
                    self.meaning = columns.unanswered.filter(|_| self.is_gateways());
                    if self.status.is_none() && self.clock.is_some() {
                        self.read_iis(behind);
                    }
                    break;
                }
            }
        }
        if self.status.is_none() {
            self.read_haproxy(text);
        }
        if let Some((before, _)) = text.split_once("' caused by: ") {
            // Traefik.
            self.status = before.rsplit('\'').next().and_then(answered);
        } else if let Some((before, _)) = text.split_once(" error=").filter(|_| self.status.is_none()) {
            self.status = before.rsplit("> ").next().and_then(answered);
        }
        if self.method.is_empty() {
            // Apache's error log.
            let returned = between(text, " returned by ", " ")
                .or_else(|| text.split_once(" returned by ").filter(|_| is_whole).map(|(_, target)| target))
                .map(|target| target.trim_end_matches(','));
            self.target = returned.filter(|target| target.starts_with('/') && is_target(target)).unwrap_or_default();
        }
        if self.target.is_empty()
            && let Some(url) = between(text, "dest=", " ").filter(|url| url.starts_with("http") && is_target(url))
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

    /// `HAProxy`: how the connection ended stands behind status, bytes and two cookies, these behind the five durations. Of a line that
    /// lost some of these its own letters still tell.
    fn read_haproxy(&mut self, text: &str) {
        let is_durations =
            |word: &&str| word.matches('/').count() == 4 && word.bytes().all(|byte| byte.is_ascii_digit() || b"/-+".contains(&byte));
        let mut words = text.split(' ');
        if !words.clone().any(|word| is_durations(&word)) && !text.contains("haproxy") {
            return;
        }
        let is_state = |word: &str| {
            word.len() == 4
                && word[1..].bytes().all(|byte| b"RQCHDLTNIVEOPUX-".contains(&byte))
                && b"CcSsPRLIDUK-".contains(&word.as_bytes()[0])
        };
        let Some(at) = words.clone().position(|word| word.is_ascii() && is_state(word) && word != "----") else {
            // Plain TCP: two letters before the numbers of connections.
            let state = text.split(' ').zip(text.split(' ').skip(1)).find(|(word, next)| word.len() == 2 && is_durations(next));
            self.meaning = state.and_then(|(state, _)| termination(state));
            self.status = words.skip_while(|word| !is_durations(word)).nth(1).and_then(logged).filter(|_| self.meaning.is_none());
            return;
        };
        let before: Vec<&str> = text.split(' ').take(at).collect();
        let after = before.iter().rposition(|word| word.contains('/')).map_or(at, |slash| slash + 1);
        self.status = before.get(after).copied().and_then(logged);
        let flags = words.nth(at).filter(|_| self.status.is_some() || before.get(after) == Some(&"-1"));
        self.meaning = flags.and_then(termination);
    }

    /// Envoy: behind the status stand the flags; behind the request's id the host and what was asked.
    fn read_envoy(&mut self, behind: &'a str) {
        let words = behind.split_ascii_whitespace().skip(1).take(2);
        let may_be = words.clone().next().is_some_and(|flags| flags.starts_with(|first: char| first == '-' || first.is_ascii_uppercase()));
        let flag = words.clone().filter(|_| may_be).find_map(|word| self.flag(word));
        if flag.is_none() && words.clone().next() != Some("-") {
            return;
        }
        let quoted: Vec<&str> = behind.split('"').skip(1).step_by(2).collect();
        let is_id = |text: &&str| text.len() == 36 && text.matches('-').count() == 4;
        let id = quoted.iter().position(is_id);
        let at = |place: usize| quoted.get(id? + place).copied();
        self.host = at(1).filter(|host| is_host(host) && *host != "-").or(self.host);
        // Where the edge was asked, it says what a client of Cloudflare's received.
        self.meaning = flag.filter(|_| at(2).and_then(address).is_none_or(|upstream| !edge_ranges::contains(upstream))).or(self.meaning);
    }

    /// IIS: `… 502 3 12002 30015`: the status, a part of it and Windows' own number are the first numbers at the end.
    fn read_iis(&mut self, behind: &str) {
        let words: Vec<&str> = behind.split(' ').collect();
        let begin = words.iter().rposition(|word| word.parse::<u32>().is_err()).map_or(0, |other| other + 1);
        if let [number, part, windows, _, ..] = words[begin..]
            && begin > 2
            && part.len() < 3
        {
            self.status = logged(number);
            self.meaning = self.windows(Some(windows));
            self.is_utc = true;
        }
    }

    fn statement(&self) -> Statement {
        let seconds = self.seconds.and_then(unix);
        let moment = self.clock.as_ref().and_then(Clock::moment);
        let is_zoned = self.is_utc || self.clock.as_ref().is_some_and(Clock::is_zoned);
        let time = seconds.or(moment.filter(|_| is_zoned));
        let of_target = Address::new(self.target).host_name();
        let is_url = self.target.starts_with("http") && !of_target.is_empty();
        let host = self.host.or(is_url.then_some(of_target));
        let entry = (!self.target.is_empty() || self.status.is_some_and(|status| status > 0)).then(|| {
            // Some logs write the host before the path.
            let path = if is_url { self.target } else { &self.target[self.target.find('/').unwrap_or(0)..] };
            let request = Request { method: Arc::from(self.method), url: Arc::from(path), ..Request::default() }.into();
            let response = Response { status: self.status.unwrap_or(0), ..Response::default() }.into();
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

/// The phrases that mean something.
struct Phrases(Words);

impl Phrases {
    fn new() -> Self {
        Self(Words::new(PHRASES.iter().map(|meaning| meaning.phrase)))
    }

    /// Of all that stand in a part of a line at a place that counts, the one that stands first in the table.
    fn find(&self, part: &str, line: &str, counts: impl Fn(usize) -> bool) -> Option<&'static LogMeaning> {
        let mut best = PHRASES.len();
        // What the rest of the line does not allow once, it never does.
        let mut refused = Vec::new();
        for (number, at) in self.0.places(part) {
            if number < best && !refused.contains(&number) && counts(at) {
                if is_beside(PHRASES[number].beside, line) {
                    best = number;
                } else {
                    refused.push(number);
                }
            }
        }
        PHRASES.get(best)
    }
}

/// Where nginx was when it worked for whoever asked.
const FOR_CLIENT: [&str; 7] = [
    "while waiting for request",
    "while reading client request",
    "while keepalive",
    "while sending to client",
    "while sending response to client",
    "while processing HTTP/2 connection",
    "while SSL handshaking, client",
];

/// Services that applications ask beside HTTP, by name or port.
const SERVICES: [&str; 20] = [
    "redis",
    "mysql",
    "mariadb",
    "postgres",
    "mongo",
    "amqp",
    "rabbit",
    "kafka",
    "memcache",
    "smtp",
    "elasticsearch",
    "jdbc",
    ":6379",
    ":3306",
    ":5432",
    ":27017",
    ":5672",
    ":9092",
    ":11211",
    ":587",
];

/// Whether the rest of a line is so.
fn is_beside(beside: Beside, line: &str) -> bool {
    let behind = |begin: &str| line.split_once(begin).and_then(|(_, rest)| address(rest));
    match beside {
        Beside::Anything => true,
        Beside::Words(words) => line.contains(words),
        Beside::Client => FOR_CLIENT.iter().any(|place| line.contains(place)),
        Beside::Stranger => {
            let named = || ["client: ", "[client ", "error from "].iter().find_map(|begin| behind(begin));
            let client = || named().or_else(|| line.split(' ').take(8).find_map(address));
            !line.contains("to upstream") && client().is_some_and(|client| !edge_ranges::contains(client) && !is_private(client))
        }
        Beside::Edge => {
            let came = line.split(" DST=").next().unwrap_or_default();
            came.split([' ', '=']).filter_map(address).any(edge_ranges::contains)
        }
        Beside::Service => {
            let line = line.to_ascii_lowercase();
            SERVICES.iter().any(|service| line.contains(service))
        }
        Beside::EdgeUpstream => behind("upstream: \"https://").or_else(|| behind("upstream: \"http://")).is_some_and(edge_ranges::contains),
    }
}

/// The address that a text begins with, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_hexdigit() || b".:[]".contains(byte)).count();
    let text = text[..length].trim_end_matches(':');
    let text = text.split_once(']').map_or(text, |(address, _)| address).trim_start_matches('[');
    text.parse().ok().or_else(|| text.rsplit_once(':')?.0.parse().ok())
}

/// Whether an address is one of a network of one's own: a balancer or a tunnel, behind which anybody may be.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.segments()[0] & 0xfe00 == 0xfc00 || address.segments()[0] == 0xfe80,
    }
}

/// `502 Bad Gateway`: the status that a proxy answered with.
fn answered(words: &str) -> Option<u16> {
    const REASONS: [&str; 5] = ["Bad Gateway", "Gateway Timeout", "Service Unavailable", "Internal Server Error", "Client Closed Request"];
    let (number, reason) = words.trim().split_once(' ')?;
    logged(number).filter(|_| REASONS.contains(&reason))
}

/// What it means how `HAProxy` says that a connection ended.
fn termination(state: &str) -> Option<&'static LogMeaning> {
    FLAGS.iter().find(|meaning| state.len() > 1 && meaning.phrase.as_bytes().starts_with(&state.as_bytes()[..2]))
}

/// Words before a phrase that say that it is not so, or only what it would mean.
const DENIALS: [&str; 13] =
    ["no", "not", "never", "without", "if", "means", "mean", "says", "say", "succeeded", "recovered", "resolved", "fixed"];

/// Bytes before a phrase that are looked at for such words.
const NEAR: usize = 80;

/// Whether the words at a place are said to be so: not as a quotation, and not denied. What a member or a message holds in quotes is said.
pub(super) fn is_stated(text: &str, at: usize) -> bool {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(NEAR))..at];
    let unquoted = before.trim_end_matches(['"', '`', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}']);
    let is_quoted = unquoted.len() < before.len() && !unquoted.trim_end().ends_with(['=', ':', '(', '[', '{', ',']);
    let denies = |word: &str| DENIALS.iter().any(|denial| word.trim_end_matches(',').eq_ignore_ascii_case(denial));
    // What stands before a colon is another clause: `could not connect: ECONNREFUSED`.
    let clause = unquoted.rsplit([':', ';', '[']).next().unwrap_or_default();
    !is_quoted && !clause.trim_end().rsplit(' ').take(3).any(denies)
}

/// Tells lines that may speak of a fault from others, at a fraction of the time that reading them takes.
pub(super) struct Signs(Phrases);

impl Signs {
    pub(super) fn new() -> Self {
        Self(Phrases::new())
    }

    /// Whether a known phrase stands in a line, or a number of three digits that may be the status of a failed request.
    pub(super) fn are_in(&self, line: &[u8]) -> bool {
        let is_fault = |status: u16| (500..600).contains(&status) || STATUSES.iter().any(|(known, _)| status > 0 && *known == status);
        let text = String::from_utf8_lossy(line);
        numbers(&text).any(is_fault) || self.0.find(&text, &text, |_| true).is_some()
    }
}

/// Bytes of a phrase that is nothing but a message, at least.
const LONG: usize = 24;

/// Whether a line begins a paragraph of few lines, as what is quoted does.
fn is_alone(lines: &Lines<'_>, number: usize) -> bool {
    let is_empty = |at: usize| lines.line(at).trim().is_empty();
    (number == 0 || is_empty(number - 1)) && (number + 1..number + FEW).any(is_empty)
}

/// Whether whoever leads to a line leaves no doubt that it was there.
fn is_led(lines: &Lines<'_>, number: usize) -> bool {
    let before = (0..number).rev().take(FEW).map(|at| lines.line(at));
    before.filter(|line| !line.trim().is_empty()).take(1).all(|lead| !says_one(lead, &[&DOUBTS, &DENIALS]) && !lead.contains('?'))
}

/// Words by which somebody says that a log has what is quoted behind them, and words that take it back.
const WITNESSES: [&str; 9] = ["log", "logs", "logged", "error.log", "logfile", "see", "saw", "get", "got"];
const DOUBTS: [&str; 14] =
    ["when", "whenever", "may", "might", "could", "can", "should", "would", "look", "search", "grep", "you", "like", "for"];

/// Whether a text says of the words at a place that a log has them, as a quotation: they are all of it, or its beginning.
fn is_witnessed(text: &str, at: usize) -> bool {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(NEAR))..at];
    let Some(clause) = before.strip_suffix(['`', '"', '\u{201c}']).map(|before| before.rsplit(['.', ';', '`']).next().unwrap_or_default())
    else {
        return false;
    };
    says_one(clause, &[&WITNESSES]) && !says_one(clause, &[&DOUBTS, &DENIALS])
}

/// Whether one of these words stands in a text.
fn says_one(text: &str, lists: &[&[&str]]) -> bool {
    let is_one = |said: &str| lists.iter().any(|words| words.iter().any(|word| word.eq_ignore_ascii_case(said)));
    text.split([' ', ',']).any(is_one)
}

/// Whether a message begins there, without a doubt in what stands around: nothing is before it, or what it goes on from.
fn is_bare(text: &str, at: usize) -> bool {
    let (before, message) = text.split_at(at);
    let before = before.trim_end_matches(['`', '"', ' ', '-', '>', '*', '(']);
    // Some messages begin with a "no".
    let is_doubted = |part: &str| says_one(part, &[&DOUBTS, &DENIALS]) || part.contains('?');
    (before.is_empty() || before.ends_with([':', '='])) && !is_doubted(before) && !is_doubted(message.get(3..).unwrap_or_default())
}

/// Levels and members that only logs write.
const FORMS: [&str; 20] = [
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
    " FetchError ",
    "] ! Terminating ",
];
/// How lines of logs begin that have no time.
const BEGINNINGS: [&str; 33] = [
    "!!! uWSGI ",
    "DAMN ! worker ",
    "invalid HTTP request size",
    "Unable to reach the origin service",
    "*** ",
    "HARAKIRI",
    "[signal ",
    "invalid request block ",
    "Unhandled ",
    "Reason: ",
    "#<Puma",
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
    "fail: ",
    "SEVERE",
    "http: ",
    "Connection id \"",
];

/// A line without the service that Docker Compose and pm2 put before it.
fn of_service(text: &str) -> &str {
    text.split_once(" | ").filter(|(service, _)| !service.trim_end().contains(' ')).map_or(text, |(_, rest)| rest)
}

/// Whether a line without a time looks like one of a log all the same: by a level, a process, or how its writer begins.
fn has_form(text: &str) -> bool {
    let text = of_service(text).trim_start();
    let is_process = |word: &str| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let word = word.trim_end_matches(':');
        word.split_once('#').is_some_and(|(process, thread)| digits(process) && digits(thread))
            || word
                .strip_suffix(']')
                .and_then(|word| word.rsplit_once('['))
                .is_some_and(|(name, process)| !name.is_empty() && digits(process))
    };
    let thrown = text.trim_start_matches(['-', '>', ' ']).trim_start_matches("Caused by: ").split(' ').next().unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._$:".contains(&byte);
    let is_thrown = thrown.contains('.') && thrown.bytes().all(is_name) && (thrown.ends_with("Exception:") || thrown.ends_with("Error:"));
    let begins_with_uptime = || between(text, "[", "]").is_some_and(is_uptime);
    yearless(text).is_some()
        || is_thrown
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
pub(super) fn ray(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    bytes.iter().enumerate().rev().find_map(|(dash, byte)| {
        let begin = dash.checked_sub(16).filter(|_| *byte == b'-')?;
        let is_ray = bytes[begin..dash].iter().all(u8::is_ascii_hexdigit) && !is_word(dash + 4) && (begin == 0 || !is_word(begin - 1));
        let ray = text.get(begin..dash + 4).filter(|_| is_ray)?;
        ray.parse::<RayId>().ok().map(|_| ray)
    })
}

/// What stands between two texts.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once(end).map(|(between, _)| between)
}

fn first_word(text: &str) -> Option<&str> {
    text.trim_start_matches([' ', '"']).split(' ').next()
}

/// Whether an exception ended the program: the lines above it show where it was thrown.
fn is_thrown(lines: &Lines<'_>, number: usize) -> bool {
    (number.saturating_sub(5)..number).any(|above| lines.line(above).trim_start().starts_with("throw "))
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

    /// Breaks when what ended a client's connection is put down to the application, or a stranger's handshake to Cloudflare.
    #[test]
    fn who_is_meant_decides() {
        let line = |words: &str| said(&format!("2026/03/04 10:11:12 [info] 7#7: *9 {words}\n"));
        let causes = |words: &str| {
            let text = format!("2026/03/04 10:11:12 [info] 7#7: *9 {words}\n");
            let extracts = recognise(&Lines::new(&text)).unwrap().extracts;
            extracts[0].statement.log.unwrap().causes.first().copied()
        };
        let reset = "recv() failed (104: Connection reset by peer)";
        assert_eq!(causes(&format!("{reset} while keepalive, client: 172.68.1.2, server: 0.0.0.0:443")), None);
        assert_eq!(
            causes(&format!("{reset} while reading response header from upstream, client: 172.68.1.2, upstream: \"http://10.0.0.2:80/\"")),
            Some("connection-reset")
        );
        let handshake = "SSL_do_handshake() failed (SSL: x) while SSL handshaking";
        for (client, cause) in
            [("172.68.1.2", Some("tls-abort")), ("10.0.0.3", Some("tls-abort")), ("192.0.2.9", None), ("2001:db8::9", None)]
        {
            assert_eq!(causes(&format!("{handshake}, client: {client}, server: 0.0.0.0:443")), cause, "{client}");
        }
        assert_eq!(causes(&format!("{handshake} to upstream, client: 192.0.2.9, server: a")), Some("proxy-misconfiguration"));
        let asked =
            |upstream: &str| causes(&format!("no live upstreams while connecting, client: 192.0.2.9, upstream: \"https://{upstream}/a\""));
        assert_eq!((asked("104.18.2.3:443"), asked("10.0.0.2:443")), (None, Some("origin-error")));
        assert_eq!(
            line("upstream prematurely closed FastCGI stdout while reading response header from upstream, client: 172.68.1.2"),
            ["1 local 2026-03-04T10:11:12.000Z <upstream prematurely closed>"]
        );
    }

    /// Breaks when the more exact part of a line does not decide what it means.
    #[test]
    fn the_more_exact_part_decides() {
        let causes = |text: &str| {
            let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
            extracts
                .iter()
                .map(|extract| extract.statement.log.and_then(|log| log.causes.first().copied()).unwrap_or("-"))
                .collect::<Vec<&str>>()
        };
        let apache = |reason: &str| {
            causes(&format!(
                "[Wed Mar 04 10:11:12.5 2026] [proxy_http:error] [pid 1] {reason}[client 172.68.1.2:4] AH01102: error reading status line from remote server a:80\n"
            ))
        };
        assert_eq!(apache("(70007)The timeout specified has expired: "), ["origin-timeout"]);
        assert_eq!(apache("(104)Connection reset by peer: "), ["connection-reset"]);
        assert_eq!(apache("(20014)Internal error: "), ["empty-reply"]);
        let caddy = |error: &str| {
            causes(&format!(
                "Mar 04 10:11:12 web caddy[8]: {{\"level\":\"error\",\"ts\":1772619072.5,\"msg\":\"aborting with incomplete response\",\"error\":\"{error}\"}}\n"
            ))
        };
        assert_eq!(causes("2026-03-04T10:11:12Z error: connect to Redis failed: read ECONNRESET\n"), ["-"]);
        assert_eq!(causes("2026-03-04T10:11:12Z error: connect to peer failed: read ECONNRESET\n"), ["connection-reset"]);
        assert_eq!(caddy("unexpected EOF"), ["truncated-body"]);
        for left in [
            "stream 9 canceled with error code 268",
            "context canceled",
            "write tcp 10.0.0.1:443->172.68.1.2:9: write: broken pipe",
            "something new",
        ] {
            assert_eq!(caddy(left), ["-"], "{left}");
        }
        assert_eq!(
            causes(
                "2026-03-04T10:11:12Z ERR  error=\"stream 525 canceled by remote with error code 0\" cfRay=9d7018700a17c2b1-VIE event=1\n"
            ),
            ["-"]
        );
    }

    /// Breaks when a proxy's or server's format is not read: Envoy, `HAProxy` with columns missing, Traefik, IIS, Heroku, Docker.
    #[test]
    fn reads_other_servers() {
        check(
            r#"[2026-03-04T10:11:12.890Z] "GET /a HTTP/2" 503 UC upstream_reset - "-" 0 95 3 - "172.68.1.2" "curl/8" "00000000-0000-4000-8000-000000000001" "shop.example" "10.0.0.5:8080""#,
            &["1 503 GET /a host=shop.example 2026-03-04T10:11:12.890Z <UC>"],
        );
        check(
            r#"[2026-03-04T10:11:12.890Z] "GET /a HTTP/2" 0 DC - "-" 0 0 15001 - "172.68.1.2" "curl/8" "00000000-0000-4000-8000-000000000001" "shop.example" "10.0.0.5:8080""#,
            &["1 GET /a host=shop.example 2026-03-04T10:11:12.890Z <DC>"],
        );
        check(
            r#"{"responseFlags":"UF,URX","responseCode":"503","method":"POST","path":"/pay","authority":"shop.example","startTime":"2026-03-04T10:11:12.890Z"}"#,
            &["1 503 POST /pay host=shop.example 2026-03-04T10:11:12.890Z <UF>"],
        );
        check(
            "haproxy[7]: [04/Mar/2026:10:11:12.412] web app 0/0/2/-1/34 502 209 - - PH-- 3/2/1/1/0 0/0 \"GET  HTTP/2.0\" new=x",
            &["1 502 local 2026-03-04T10:11:12.412Z <PH-->"],
        );
        check(
            "time=\"2026-03-04T10:11:12Z\" level=debug msg=\"'504 Gateway Timeout' caused by: dial tcp 10.0.0.5:80: i/o timeout\"",
            &["1 504 2026-03-04T10:11:12.000Z <i/o timeout>"],
        );
        check(
            "#Fields: date time s-ip cs-method cs-uri-stem s-port c-ip sc-status sc-substatus sc-win32-status time-taken\n2026-03-04 10:11:12 10.0.0.4 GET /api/520 443 172.68.1.2 502 3 12002 521\n",
            &["2 502 GET /api/520 2026-03-04T10:11:12.000Z <win32-status 12002>"],
        );
        check(
            "2026-03-04 10:11:12 10.0.0.4 GET /api/520 - 443 - 172.68.1.2 curl/8 - 200 0 0 521",
            &["1 200 GET /api/520 2026-03-04T10:11:12.000Z"],
        );
        check(
            "2026-03-04T10:11:12.1+00:00 heroku[router]: at=error code=H13 desc=\"x\" method=GET path=\"/a\" host=shop.example status=503 bytes=0 protocol=https",
            &["1 503 GET /a host=shop.example 2026-03-04T10:11:12.100Z <code=H13 >"],
        );
        check(
            r#"{"log":"2026/03/04 10:11:12 [error] 7#7: *9 no live upstreams, client: 172.68.1.2, host: \"shop.example\"\n","stream":"stderr","time":"2026-03-04T10:11:12.1Z"}"#,
            &["1 host=shop.example local 2026-03-04T10:11:12.000Z <no live upstreams>"],
        );
        check(
            r#"https 2026-03-04T10:11:12.3Z app/shop/1 172.68.1.2:40112 10.0.0.5:80 0.001 0.002 -1 502 - 520 277 "GET https://shop.example:443/a HTTP/1.1" "curl/8""#,
            &["1 502 GET https://shop.example:443/a host=shop.example 2026-03-04T10:11:12.300Z <status of the target: none>"],
        );
        check(
            "2026/03/04 10:11:12.5\tERROR\thttp.log.error\tdial tcp 127.0.0.1:8080: connect: connection refused\t{\"request\": {\"method\": \"GET\", \"host\": \"shop.example\", \"uri\": \"/a\"}, \"status\": 502}",
            &["1 502 GET /a host=shop.example local 2026-03-04T10:11:12.500Z <connect: connection refused>"],
        );
        check("Uncaught TypeError: x is undefined\n    at https://shop.example/a.js:1:520\n", &[]);
        check("Since then the log has `no live upstreams` now and then.\n", &["1 <no live upstreams>"]);
        check("When the log has `no live upstreams`, restart it.\n", &[]);
    }

    /// Breaks when columns are not told apart: a status taken from another number, or a format that has a row not read.
    #[test]
    fn columns_are_told_apart() {
        check(
            r#"[12/Apr/2026:07:33:51 +0000] - 502, 504 504 - POST https app.example "/api?id=520" [Client 172.71.99.21] [Length 562]"#,
            &["1 504 POST /api?id=520 host=app.example 2026-04-12T07:33:51.000Z"],
        );
        check(
            r#"[12/Apr/2026:07:33:51 +0000] - - 502 - GET https app.example "/" [Client 172.71.99.21] [Length 562]"#,
            &["1 502 GET / host=app.example 2026-04-12T07:33:51.000Z <status of the upstream: none>"],
        );
        check(
            "[GIN] 2026/04/12 - 07:33:51 | 502 |     520.12ms |      172.70.1.2 | GET      \"/api/orders\"",
            &["1 502 GET /api/orders local 2026-04-12T07:33:51.000Z"],
        );
        check(
            "1775979231.520    521 172.70.1.2 TCP_MISS/502 4123 GET http://shop.example/a - HIER_DIRECT/10.0.0.5 text/html",
            &["1 502 GET http://shop.example/a host=shop.example 2026-04-12T07:33:51.520Z"],
        );
        check(
            "2026-04-12T07:33:51.520Z ERROR 1 --- [x] a.w.Handler : [6f1c-520]  500 Server Error for HTTP GET \"/orders\"",
            &["1 500 GET /orders 2026-04-12T07:33:51.520Z"],
        );
        check("INFO:     172.70.1.2:0 - \"GET /a HTTP/1.1\" 500 Internal Server Error", &["1 500 GET /a"]);
        check("INFO:     \"GET /a HTTP/1.1\" 500 Internal Server Error", &[]);
        check(
            "shop.example:443 172.69.33.10 - - [12/Apr/2026:07:33:51 +0000] \"GET / HTTP/1.1\" 503 520",
            &["1 503 GET / host=shop.example 2026-04-12T07:33:51.000Z"],
        );
        check(
            "2026-04-12T07:33:51Z web1.example nginx: 172.69.33.10 - - [12/Apr/2026:07:33:51 +0000] \"GET / HTTP/1.1\" 503 520",
            &["1 503 GET / 2026-04-12T07:33:51.000Z"],
        );
        check("2026-04-12T07:33:51Z script line 502: GET /a failed", &[]);
        check(
            "2026-04-12 07:33:51 W3SVC1 web32 10.0.0.4 GET /a - 80 - 192.0.2.10 Mozilla/5.0+(X11) - shop.example 502 3 12030 678298 521 411",
            &["1 502 GET /a 2026-04-12T07:33:51.000Z <win32-status 12030>"],
        );
        check(
            "Apr 12 07:33:51 lb haproxy[79]: 172.68.2.2:4343 [12/Apr/2026:07:33:51.576] sni be/s1 1/0/35 520 SD 1/1/0/0/0 0/0",
            &["1 local 2026-04-12T07:33:51.576Z <SD-->"],
        );
    }

    /// Breaks when two statuses are taken for one: what the proxy answered, and what it had from whoever it asked.
    #[test]
    fn two_statuses_are_two() {
        let of = |edge: &str, origin: &str| {
            said(&format!(
                "{{\"DownstreamStatus\":{edge},\"OriginStatus\":{origin},\"RequestMethod\":\"GET\",\"RequestPath\":\"/x\",\"time\":\"2026-04-12T07:33:51Z\"}}\n"
            ))
        };
        let line = "GET /x 2026-04-12T07:33:51.000Z";
        assert_eq!(of("502", "0"), [format!("1 502 {line} <status of the upstream: none>")]);
        for (edge, origin) in [("502", "502"), ("200", "0"), ("520", "200"), ("503", "0")] {
            assert_eq!(of(edge, origin), [format!("1 {edge} {line}")], "{edge} {origin}");
        }
        let envoy = |rest: &str| said(&format!("[2026-04-12T07:33:51.890Z] \"GET /a HTTP/2\" {rest} - \"-\" 0 95 3 -\n"));
        let line = "GET /a 2026-04-12T07:33:51.890Z";
        assert_eq!(envoy("500 - via_upstream"), [format!("1 500 {line} <via_upstream>")]);
        assert_eq!(envoy("200 - via_upstream"), [format!("1 200 {line}")]);
        let begun = "[2026-04-12T07:33:51.890Z] \"GET /a HTTP/2\" 200 UT response_timeout - \"-\" 0 95 3 -\n";
        let extracts = recognise(&Lines::new(begun)).unwrap().extracts;
        assert_eq!(extracts[0].statement.log.unwrap().causes, ["truncated-body", "origin-timeout"]);
    }

    /// Breaks when what is said over several lines is not put together, or a message that is all of a text is not known.
    #[test]
    fn several_lines_and_single_messages() {
        check(
            "*   << BeReq    >> 3\n-   Timestamp      Start: 1775979231.838929 0.0 0.0\n-   BereqMethod    GET\n-   BereqURL       /a\n-   BereqHeader    Host: shop.example\n-   FetchError     HTC eof (-1)\n",
            &["6 GET /a host=shop.example 2026-04-12T07:33:51.838Z <HTC eof>"],
        );
        check(
            "{\n    \"ts\": 1775979231.5,\n    \"msg\": \"EOF\",\n    \"request\": {\n        \"method\": \"GET\",\n        \"host\": \"shop.example\",\n        \"uri\": \"/a\"\n    },\n    \"status\": 502\n}\n",
            &["1 502 GET /a host=shop.example 2026-04-12T07:33:51.500Z <\"msg\":\"EOF\">"],
        );
        check("no live upstreams while connecting to upstream\n", &["1 <no live upstreams>"]);
        check("In nginx: upstream timed out (110: Connection timed out)\n", &["1 <upstream timed out (110: Connection timed out)>"]);
        for text in ["what does upstream timed out mean?\n", "upstream timed out may be seen\n", "upstream timed out\na\nb\nc\n"] {
            check(text, &[]);
        }
    }

    /// Breaks when a line that a terminal or a mail broke, or that lost its end, is not read, or lines of their own are put together.
    #[test]
    fn broken_lines_are_put_together() {
        let line = "2026/04/12 07:33:51 [error] 7#7: *9 upstream prematurely closed connection while reading response header from upstream, client: 172.68.1.2, server: _, request: \"GET /orders HTTP/1.1\", host: \"shop.example\"\n";
        let whole = said(line);
        for width in [50, 61, 90] {
            let rows: Vec<&str> = line.as_bytes().chunks(width).map(|row| std::str::from_utf8(row).unwrap()).collect();
            assert_eq!(said(&rows.join("\n")), whole, "{width}");
        }
        let mail = "[Sun Apr 12 07:33:51.557407 2026] [proxy_fcgi:error] [pid 12492:tid\n140209936983808] (70007)The timeout specified has expired: [client\n172.68.1.2:18274] AH01075: Error dispatching request to : (polling)\n";
        check(mail, &["1 local 2026-04-12T07:33:51.557Z <AH01075: Error dispatching request to>"]);
        check(
            r#"{"level":"error","ts":1775979231.5,"msg":"EOF","request":{"method":"GET","host":"shop.example","uri":"/a","headers":{"A":["b"#,
            &["1 GET /a host=shop.example 2026-04-12T07:33:51.500Z <\"msg\":\"EOF\">"],
        );
        check("2026-04-12T07:33:51Z the worker has begun a list of documents [\n502 documents, GET /index.html HTTP/1.1 was tried\n", &[]);
        check(r#"{"level":"info","ts":1775979231.5,"msg":"tick","status":520,"queue":"mail","workers":["a"#, &[]);
    }

    /// Breaks when a request whose parts stand in several lines is not read, or one of two at a time is given the other's answer.
    #[test]
    fn requests_over_several_lines() {
        let begun = |path: &str, tag: &str| format!("{tag}Started GET \"{path}\" for 172.68.1.2 at 2026-04-12 07:33:51 +0000\n");
        let done = "Completed 520  in 15ms (ActiveRecord: 0.1ms)\n";
        check(&[&begun("/a", ""), "Processing by A#b as HTML\n", done].concat(), &["3 520 GET /a 2026-04-12T07:33:51.000Z"]);
        check(&[&begun("/a", ""), &begun("/b", ""), done].concat(), &[]);
        let tagged = [&begun("/a", "[x] "), &begun("/b", "[y] "), "[y] ", done].concat();
        check(&tagged, &["3 520 GET /b 2026-04-12T07:33:51.000Z"]);
        check("Started \"GET ready\" for all at 2026-04-12 07:33:51\nCompleted 520 tasks in 15ms\n", &[]);
        check(
            "[2026-04-12T07:33:51.500Z] ERROR: web/77 on h1: failed\n    req: {\n      \"method\": \"GET\",\n      \"url\": \"/a\"\n    }\n    res: {\n      \"statusCode\": 502\n    }\n",
            &["1 502 GET /a 2026-04-12T07:33:51.500Z"],
        );
        check(
            "*   << Request  >> 3\n-   Timestamp      Start: 1775979231.838929 0.0 0.0\n-   ReqMethod      GET\n-   ReqURL         /a\n-   ReqHeader      Host: shop.example\n-   RespStatus     503\n",
            &["6 503 GET /a host=shop.example 2026-04-12T07:33:51.838Z"],
        );
    }

    /// Breaks when a message that stands alone between other lines is not known, or one that an article explains counts.
    #[test]
    fn a_message_stands_alone() {
        let message = "upstream sent too big header while reading response header from upstream";
        let around = |lead: &str, behind: &str| said(&format!("a\nb\n{lead}\n\n`{message}`\n\n{behind}\n"));
        assert_eq!(around("The log has this:", "Please help."), ["5 <upstream sent too big header>"]);
        for (lead, behind) in [
            ("When you see this:", "raise it."),
            ("Is it this?", "c"),
            ("These are known:", "no live upstreams\n\nc\n\nupstream prematurely closed connection while reading upstream\n"),
        ] {
            assert!(around(lead, behind).is_empty(), "{lead}");
        }
    }

    /// Breaks when lines with names for everything are not read, or other programs' are.
    #[test]
    fn named_lines_of_others_are_read() {
        check(
            "ts=2026-04-12T07:33:51.345Z caller=h.go:184 target=https://shop.example/a msg=\"Received HTTP response\" status_code=520\n",
            &["1 520 https://shop.example/a host=shop.example 2026-04-12T07:33:51.345Z"],
        );
        check("ts=2026-04-12T07:33:51.345Z caller=b.go:1 target=httpd status_code=520 msg=compiled\n", &[]);
        check(
            "POST https://shop.example/a - Exception Thrown @ 4/12/2026, 7:33:51 AM\n",
            &["1 POST https://shop.example/a host=shop.example"],
        );
        check("POST https://shop.example/a - see the meeting @ 10:30\n", &[]);
        check(
            "[Sun Apr 12 07:33:51.4 2026] [security2:error] [client 172.68.1.2] ModSecurity: Access denied with code 403 (phase 2). [line \"94\"] [hostname \"shop.example\"] [uri \"/a\"]\n",
            &["1 403 /a host=shop.example local 2026-04-12T07:33:51.400Z <ModSecurity: Access denied>"],
        );
    }

    /// Breaks when a ban of Cloudflare's addresses is not known, or one of others is put down to it.
    #[test]
    fn a_firewall_refuses_somebody() {
        let ban = |address: &str| said(&format!("2026-04-12 07:33:51,520 fail2ban.actions [520]: NOTICE  [nginx] Ban {address}\n"));
        assert_eq!(ban("172.68.1.1"), ["1 local 2026-04-12T07:33:51.520Z <] Ban >"]);
        assert!(ban("45.33.2.1").is_empty());
        let block =
            |from: &str, to: &str| said(&format!("Apr 12 07:33:51 web1 kernel: [520.1] [UFW BLOCK] IN=eth0 SRC={from} DST={to} LEN=60\n"));
        assert_eq!(block("172.68.1.1", "203.0.113.9"), ["1 <[UFW BLOCK]>"]);
        assert!(block("192.168.1.1", "104.16.1.2").is_empty());
    }

    /// Breaks when TLS of somebody else at a port for plain HTTP is put down to Cloudflare.
    #[test]
    fn a_stranger_speaks_for_himself() {
        let causes = |client: &str| {
            let text = format!("{client} - - [12/Apr/2026:07:33:51 +0000] \"\\x16\\x03\\x01\" 400 157 \"-\" \"-\"\n");
            recognise(&Lines::new(&text)).unwrap().extracts[0].statement.log.unwrap().causes
        };
        assert!(causes("45.79.181.94").is_empty());
        assert_eq!([causes("172.68.10.21"), causes("10.0.0.1")], [["wrong-port-or-scheme"]; 2]);
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

    /// Breaks when lines without a fault push those with one out of what is kept, or old ones the newest.
    #[test]
    fn faults_are_kept_first() {
        let line = |status: u16| format!("192.0.2.1 - - [21/Nov/2026:18:51:49 +0000] \"GET / HTTP/1.1\" {status} 0 \"-\" \"-\"\n");
        let text = line(200).repeat(MAX_EXTRACTS + 10) + &line(502) + &line(200);
        let extracts = recognise(&Lines::new(&text)).unwrap().extracts;
        assert_eq!((extracts.len(), extracts.last().unwrap().lines.start), (MAX_EXTRACTS, MAX_EXTRACTS + 11));
        let text = line(502).repeat(MAX_EXTRACTS + 10) + &line(200);
        let extracts = recognise(&Lines::new(&text)).unwrap().extracts;
        assert_eq!((extracts.len(), extracts[0].lines.start, extracts.last().unwrap().lines.start), (MAX_EXTRACTS, 10, MAX_EXTRACTS + 9));
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
