//! Objects as programs print them: JSON, `console.log`, Python's and Ruby's way; and what their members say of an answer.

use std::sync::Arc;

use super::clock::{clock, unix};
use super::grammar::is_host;
use super::http::kept;
use super::page_parts::part;
use super::prompt::known_method;
use super::undone::escape;
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::ErrorPage;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Entry, Header};

/// Objects in one another at most.
const MAX_DEPTH: usize = 24;
/// Members of one object and of those in it at most.
const MAX_MEMBERS: usize = 2000;
/// Objects that break off, after which what stands in one is not looked at again.
const MAX_FAILED: usize = 200;
/// Bytes before an object in which its status may stand.
const NEAR: usize = 64;
/// Bytes of an object at most.
const MAX_BYTES: usize = 1 << 20;
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

/// A member: its name in lower case without dashes and underscores, and its value without quotes and escapes.
struct Member {
    raw: String,
    name: String,
    value: String,
    /// It is a part of what was asked.
    is_request: bool,
    depth: usize,
}

/// Every object that shows an answer.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let found = objects(lines);
    if !found.is_empty() || !lines.text().contains("{\\\"") {
        // Above the page or the headers that are a part of it.
        return (!found.is_empty()).then_some(Recognition { score: 86, extracts: found });
    }
    let undone = lines.undone();
    let mut found = objects(&Lines::plain(&undone.text));
    for extract in &mut found {
        extract.lines = undone.origin(extract.lines.clone());
    }
    (!found.is_empty()).then_some(Recognition { score: 86, extracts: found })
}

fn objects(lines: &Lines<'_>) -> Vec<Extract> {
    let text = lines.text();
    let mut extracts = Vec::new();
    let (mut at, mut failed) = (0, 0);
    while let Some(begin) = text[at..].find('{').map(|found| at + found)
        && extracts.len() < MAX_EXTRACTS
    {
        let end = text.floor_char_boundary(begin + MAX_BYTES);
        let mut reader = Reader { text: &text[..end], at: begin, members: Vec::new() };
        let is_read = reader.object(0, false);
        let behind = reader.at.max(begin + 1);
        let place = lines.at(begin..behind);
        // `print(answer.status_code, answer.headers)`
        let near = &text[text.ceil_char_boundary(begin.saturating_sub(NEAR))..begin];
        let is_line = near.len() < NEAR || near.contains('\n');
        let before = near.rsplit('\n').next().filter(|_| is_line).and_then(|line| number(line.trim()));
        let statement = statement(&reader.members, before);
        // What stands in one that was cut off may be whole, and is looked at by itself.
        let has_several = is_read && statement.is_none() && text[begin + 1..behind].contains('{');
        let is_over = is_read && !has_several || statement.is_some() || failed == MAX_FAILED;
        failed += usize::from(!is_over);
        at = if is_over { behind } else { begin + 1 };
        if let Some(statement) = statement {
            extracts.push(Extract { kind: TextKind::Headers, lines: place, statement });
        }
    }
    extracts
}

/// Reads one object, in whatever notation.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    members: Vec<Member>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, letters: &[char]) {
        self.at += self.rest().len() - self.rest().trim_start_matches(letters).len();
    }

    /// From its bracket on; whether it went well.
    fn object(&mut self, depth: usize, is_request: bool) -> bool {
        self.at += 1;
        let from = self.members.len();
        loop {
            self.skip(&[' ', '\n', '\r', '\t', ',', ';']);
            if self.rest().starts_with('}') {
                self.at += 1;
                // A pair in a list of headers is the member that it names.
                if let [name, value] = &self.members[from..]
                    && name.name == "name"
                    && value.name == "value"
                {
                    let (name, value) = (name.value.clone(), value.value.clone());
                    self.members.truncate(from);
                    let plain = name.replace('-', "").to_ascii_lowercase();
                    self.add(&name, &plain, value, depth, is_request);
                }
                return true;
            }
            if self.members.len() > MAX_MEMBERS {
                return false;
            }
            let Some(key) = self.key() else { return false };
            let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let is_request =
                is_request || matches!(&*name, "request" | "config" | "req" | "requestheaders" | "options" | "requestoptions" | "input");
            if !self.value(&key, &name, depth, is_request) {
                return false;
            }
        }
    }

    /// A name with or without quotes, and the sign behind it.
    fn key(&mut self) -> Option<String> {
        let key = match self.rest().chars().next()? {
            quote @ ('"' | '\'') => self.string(quote)?,
            '[' => {
                let end = self.rest().find(']').filter(|end| *end < 60)?;
                let key = self.rest()[1..end].to_owned();
                self.at += end + 1;
                key
            }
            _ => {
                // Ruby's names begin with a colon.
                self.at += usize::from(self.rest().starts_with(':'));
                let end = self.rest().find(|letter: char| !letter.is_ascii_alphanumeric() && !"_-.$".contains(letter))?;
                let key = &self.rest()[..end];
                self.at += end;
                key.to_owned()
            }
        };
        self.skip(&[' ']);
        let sign =
            [":", "=>", "="].into_iter().find(|sign| self.rest().starts_with(sign)).filter(|_| !key.is_empty() && key.len() < 200)?;
        self.at += sign.len();
        self.skip(&[' ', '\n', '\r', '\t']);
        Some(key)
    }

    /// A string without its quotes and escapes; `None` when it was cut off.
    fn string(&mut self, quote: char) -> Option<String> {
        let mut out = String::new();
        let mut rest = &self.rest()[1..];
        loop {
            let at = rest.find([quote, '\\']);
            let Some(at) = at else {
                self.at = self.text.len();
                return None;
            };
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(behind) = rest.strip_prefix(quote) {
                self.at = self.text.len() - behind.len();
                return Some(out);
            }
            // Each doubled backslash is one of the string's own.
            let one = if rest.starts_with("\\\\") { None } else { escape(rest, &mut out) };
            let taken = one.unwrap_or_else(|| {
                out.push('\\');
                2.min(rest.len())
            });
            rest = rest.get(taken..)?;
        }
    }

    fn value(&mut self, key: &str, name: &str, depth: usize, is_request: bool) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match self.rest().chars().next() {
            Some('{') => self.object(depth + 1, is_request),
            Some('[') => self.list(key, name, depth, is_request),
            Some(quote @ ('"' | '\'' | '`')) => {
                let Some(mut value) = self.string(quote) else { return false };
                // Node.js breaks long strings.
                while let Some(more) = self.rest().trim_start().strip_prefix('+').map(str::trim_start)
                    && more.starts_with(quote)
                {
                    self.at = self.text.len() - more.len();
                    let Some(more) = self.string(quote) else { return false };
                    value.push_str(&more);
                }
                self.add(key, name, value, depth, is_request);
                true
            }
            _ => {
                // What stands in brackets of its own is a part of it: `Object [AxiosHeaders] {`.
                let mut open = 0usize;
                let end = self.rest().find(|letter| {
                    open += usize::from(letter == '[');
                    let closes = letter == ']' && open > 0;
                    open -= usize::from(closes);
                    !closes && (matches!(letter, '}' | '\n' | '{' | ']') || letter == ',' && open == 0)
                });
                let end = end.unwrap_or(self.rest().len());
                let (bare, behind) = self.rest().split_at(end);
                self.at += end;
                if behind.starts_with('{') && depth <= MAX_DEPTH {
                    // A class's name stands before its object.
                    return self.object(depth + 1, is_request);
                }
                if behind.is_empty() {
                    return false;
                }
                self.add(key, name, bare.trim().to_owned(), depth, is_request);
                true
            }
        }
    }

    /// Of a list each value has the list's name; names and values in turn are the pairs that they are.
    fn list(&mut self, key: &str, name: &str, depth: usize, is_request: bool) -> bool {
        self.at += 1;
        let from = self.members.len();
        loop {
            self.skip(&[' ', '\n', '\r', '\t', ',']);
            if self.rest().starts_with(']') {
                self.at += 1;
                break;
            }
            if self.rest().is_empty() || self.members.len() > MAX_MEMBERS {
                return false;
            }
            let before = self.at;
            if !self.value(key, name, depth + 1, is_request) || self.at == before {
                return false;
            }
        }
        if name == "rawheaders" {
            let values: Vec<String> = self.members.drain(from..).map(|member| member.value).collect();
            for pair in values.as_chunks::<2>().0 {
                self.add(&pair[0], &pair[0].replace('-', "").to_ascii_lowercase(), pair[1].clone(), depth, is_request);
            }
        }
        true
    }

    fn add(&mut self, key: &str, name: &str, value: String, depth: usize, is_request: bool) {
        let begin = value.trim_start();
        if depth < MAX_DEPTH && begin.starts_with(['{', '[']) && begin.contains(':') && value.len() < MAX_BYTES {
            let count = self.members.len();
            let mut inner = Reader { text: begin, at: 0, members: std::mem::take(&mut self.members) };
            inner.value(key, name, depth + 1, is_request);
            let is_one = inner.rest().trim().is_empty();
            self.members = inner.members;
            if is_one {
                return;
            }
            self.members.truncate(count);
        }
        self.members.push(Member { raw: key.to_owned(), name: name.to_owned(), value, is_request, depth });
    }
}

/// What the members say, when they tell of an answer and it has a sign of Cloudflare's, or its headers.
fn statement(members: &[Member], before: Option<u16>) -> Option<Statement> {
    let is_others = |member: &Member| member.depth == 0 && OTHERS.contains(&&*member.name);
    if members.is_empty() || members.iter().any(is_others) {
        return None;
    }
    // Several answers in one list are looked at one by one.
    let statuses = || members.iter().filter(|member| !member.is_request && STATUS.contains(&&*member.name));
    if statuses().any(|one| statuses().filter(|other| other.depth == one.depth && other.raw == one.raw).count() > 1) {
        return None;
    }
    let find = |names: &[&str], is_request: bool| {
        let mut own = members.iter().filter(move |member| member.is_request == is_request);
        own.find(|member| names.contains(&&*member.name) && !member.value.is_empty()).map(|member| &*member.value)
    };
    let status = statuses().find_map(|member| number(&member.value)).or(before);
    let mut entry = Entry::default();
    let is_header = |member: &&Member| {
        let name = member.raw.to_ascii_lowercase();
        !member.is_request
            && (HEADERS.contains(&&*name) || name.starts_with("cf-") || name.starts_with("x-"))
            && !member.value.contains('\n')
    };
    let mut headers: Vec<Arc<Header>> = Vec::new();
    for member in members.iter().filter(is_header) {
        if !headers.iter().any(|header| header.name.eq_ignore_ascii_case(&member.raw)) {
            headers.push(Arc::new(kept(&member.raw, &member.value)));
        }
    }
    entry.response.headers = headers;
    entry.response.status = status.unwrap_or(0);
    let url = [false, true].into_iter().find_map(|side| find(&URLS, side).filter(|url| is_url(url)));
    entry.request.url = url.unwrap_or_default().into();
    let method =
        [true, false].into_iter().find_map(|side| known_method(&find(&["method", "requestmethod", "verb"], side)?.to_ascii_uppercase()));
    entry.request.method = method.unwrap_or_default().into();
    let page = members.iter().filter(|member| !member.is_request).find_map(|member| page(&member.value));
    let is_own = members.iter().any(|member| member.name == "cloudflareerror" && member.value.eq_ignore_ascii_case("true"));
    let ray = || find(&RAYS, false)?.parse::<RayId>().ok().filter(|ray| ray.received().is_some());
    let has_page = page.is_some();
    if let Some(page) = page {
        if entry.response.status < 400 {
            entry.response.status = super::error_page::status(&page).unwrap_or(0);
        }
        entry.response.error_page = Some(Box::new(page));
    }
    let ray = ray();
    let is_cloudflares = has_page || answered_by_cloudflare(&entry);
    // Its own JSON is read as the page that it is; without any sign an object is anybody's.
    // A Worker's own answer, as its tail shows it, may have come from anywhere.
    let is_tail = members.iter().any(|member| member.name == "scriptname");
    let ray = ray.or_else(|| find(&RAYS, true).filter(|_| is_tail)?.parse().ok());
    let has_answer = entry.response.status >= 100 && (is_tail || is_cloudflares || entry.response.headers.len() > 1);
    if is_own || !has_answer {
        return None;
    }
    let date = entry.response.header("date").and_then(|header| Timestamp::from_http_date(&header.value).ok());
    let time = || {
        find(&["timestamp", "time", "datetime", "eventtimestamp"], false)
            .and_then(|time| unix(time).or_else(|| clock(time).filter(super::clock::Clock::is_zoned)?.moment()))
    };
    entry.started = date.or_else(time);
    let named = || [false, true].into_iter().find_map(|side| find(&["host", "hostname", "zone"], side).filter(|host| is_host(host)));
    if entry.request.url.is_empty()
        && let Some(host) = entry.response.error_page.as_ref().and_then(|page| page.host.clone()).or_else(|| named().map(Box::from))
    {
        entry.request.url = format!("https://{host}/").into();
    }
    let mut statement = Statement::of_entry(entry, false);
    if is_cloudflares {
        statement.way = Some(Side::Proxied);
    }
    statement.ray = statement.ray.or(ray);
    Some(statement)
}

const STATUS: [&str; 7] = ["status", "statuscode", "httpstatus", "httpstatuscode", "responsestatus", "httpcode", "responsecode"];
const URLS: [&str; 6] = ["url", "uri", "requesturl", "responseurl", "href", "endpoint"];
const RAYS: [&str; 4] = ["cfray", "rayid", "cfrayid", "ray"];
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

fn is_url(url: &str) -> bool {
    let address = Address::new(url);
    address.is_http() && is_host(address.host_name()) && !url.contains([' ', '"', '<'])
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

    /// Breaks when an application's own numbers, a log's line or code is taken for an answer.
    #[test]
    fn what_is_no_answer_is_left() {
        for text in [
            r#"{"code":520,"msg":"the token is not valid"}"#,
            r#"{"status":520,"message":"customer unknown"}"#,
            r#"{"level":"error","status":520,"cf-ray":"9d701a9c40be91f7-VIE"}"#,
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
