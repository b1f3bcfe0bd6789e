//! What clients say of an answer in a line or two: consoles of browsers, monitors, package managers, tools in the logs of a build.

use std::ops::Range;
use std::sync::LazyLock;

use super::clock::{Clock, clock};
use super::grammar::{code, is_host, is_source, numbers};
use super::page_parts::{in_utc, part};
use super::urls::{NEAR, method_before, near, url_in};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::har::Entry;

/// What a line must have (`?`: that it speaks of a check), what stands right before the status and right behind it, all in lower case,
/// one of those between the bars; and whether nobody but a client says it so. Signs and spaces stand between the words before and the
/// status.
type Form = (&'static str, &'static str, &'static str, bool);

/// How clients, monitors and tools write the status that they received.
const FORMS: [Form; 43] = [
    // Python: requests, httpx, aiohttp, urllib, urllib3, discord.py; botocore; clients of OpenAI
    ("for url", "", " server error| client error", true),
    ("for url|server error '", "server error|client error", "", true),
    (", message=", "clientresponseerror|contenttypeerror", ",", true),
    ("url=", "", ", message=", true),
    ("", "http error", ":", true),
    ("", "<response|unknown status code", "]", true),
    ("", "httpexception|httperror", " ", true),
    ("", "too many", " error responses", true),
    ("servererror: |invoke-|irm : |iwr : ", "error code", "", true),
    ("", "an error occurred", ") when calling", true),
    ("rror: ", "", " status code", true),
    // JavaScript: axios, got, ofetch, request, ws, what people write around fetch
    ("", "response code", " (", true),
    ("fetcherror: [", "", " ", true),
    ("", "statuscodeerror", " -", true),
    // Go and others
    ("invalid http response", "status_code", "", true),
    ("unexpected ", "status|status code|response code|response", "", true),
    ("rror|ailed|bad ", "status code", "", true),
    ("", "http status|serverexception", ":", true),
    // Java: Jsoup, Spring, Feign, OkHttp, Ktor
    ("error fetching url", "status", "", true),
    ("httpservererrorexception|httpclienterrorexception|webclientresponseexception|feignexception", "", " |] during [", true),
    ("response{protocol=", "code", ",", true),
    ("server error(get |server error(post |server error(put |server error(delete ", "", "", true),
    // .NET, PowerShell; PHP: Laravel, Symfony, streams
    ("", "server returned an error", ")", true),
    ("http request failed!", "http/1.1|http/1.0", "", true),
    (" returned for \"http", "", "", true),
    ("resulted in a `", "resulted in a", "", true),
    // Ruby: Net::HTTP, open-uri, RubyGems
    ("(net::http", "", " \"", true),
    ("(openuri::httperror)", "", " ", true),
    ("bad response ", "", " (http", true),
    // Rust: reqwest; Swift; Dart
    ("reqwest::error", "status", "", true),
    ("unacceptablestatuscode", "code", ")", true),
    ("body=", "status", " body=", true),
    ("exception(message: ", "code", "", true),
    // HttpURLConnection, Retrofit, Maven; Guzzle; Faraday; ureq, Dio; fetch
    ("", CLEAR, "", true),
    // git, npm, apt, pages of others; consoles of browsers, monitors
    ("unable to access|rpc failed", "returned error", "", true),
    ("npm err", "code e", "", false),
    ("[ip: ", "", " ", false),
    ("http", "returned", " for ", false),
    ("", "<title>", " ", false),
    ("", "<h1>", " error<| bad gateway<| gateway time| service temp| internal server", false),
    ("", "error", " first byte timeout| backend fetch failed| backend read error", false),
    ("", PLAIN, "", false),
    ("?", "http|status|got|received|cause|reason", "", false),
];
/// The words before a status by their last byte, each with the row of its form; 0 is the byte of those that have none.
static BY_LAST: LazyLock<[Vec<(usize, &str)>; 128]> = LazyLock::new(|| {
    let mut by_last = [const { Vec::new() }; 128];
    for (row, (_, words, ..)) in FORMS.iter().enumerate() {
        for words in words.split('|') {
            by_last[words.bytes().last().map_or(0, usize::from) % 128].push((row, words));
        }
    }
    by_last
});
/// Words before a status that need nothing more to be a client's.
const CLEAR: &str = "returned http status|http response code|no matching constant for|httpexception: http|return code is|http status error|\
                     does not indicate success|responded with status|status code of|http error! status|response from server|\
                     http request failed";
/// Words before a status that others say as well.
const PLAIN: &str = "returned error|responded with a status of|status code|response code|http code|http status|http error code|http error|\
                     error parsing http|not responding|npm http|request failed|failed (error|failed with";
/// What a line has that speaks of a check.
const CHECKS: [&str; 11] =
    ["returned", "response", "down", "expected", "status", "cause", "reason", "incident", "fail", "error", "unexpected"];
/// Numbers of a line that are looked at, at most.
const MAX_NUMBERS: usize = 20;
/// The reason phrases that stand behind Cloudflare's own codes. The last one is any server's that sends none.
const REASONS: [&str; 3] = ["(Origin Error)", "Origin Error", "<none>"];

/// What a line says of an answer.
struct Said<'a> {
    status: u16,
    version: &'static str,
    url: Option<&'a str>,
    method: &'static str,
}

/// Every status that a client speaks of, with the URL beside it.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let undone = lines.undone();
    let plain = Lines::plain(&undone.text);
    let mut extracts: Vec<Extract> = Vec::new();
    let mut last = 0;
    for (number, line) in plain.all() {
        if extracts.len() == MAX_EXTRACTS {
            break;
        }
        let Some(said) = said(line, plain.is_whole(number)) else { continue };
        let mut place = number..number + 1;
        let (mut url, mut method) = (said.url, said.method);
        if url.is_none() {
            let around = near(number..number + 1).filter(|near| *near >= last);
            let mut near = around.take_while(|near| *near < number || stated(plain.line(*near)).is_none());
            if let Some((near, found)) = near.find_map(|near| Some((near, url_in(plain.line(near), plain.is_whole(near))?))) {
                (url, method) = (Some(found), method_before(plain.line(near), found));
                place = near.min(number)..near.max(number) + 1;
            }
        }
        last = number + 1;
        // The same once more, in other words.
        if let Some(before) = extracts.last_mut()
            && before.statement.status() == Some(said.status)
        {
            let is_near = place.start < before.lines.end + NEAR;
            let known = before.statement.entry.as_ref().map_or("", |entry| &entry.request.url);
            if url.is_none_or(|url| known.starts_with(url)) && is_near {
                before.lines.end = number + 1;
                continue;
            }
            if url.is_some_and(|url| url.starts_with(known)) && (is_near || !known.is_empty()) {
                place.start = before.lines.start;
                extracts.pop();
            }
        }
        extracts.push(extract(&plain, place, &said, url, method));
    }
    for extract in &mut extracts {
        extract.lines = undone.origin(extract.lines.clone());
    }
    (!extracts.is_empty()).then_some(Recognition { score: 55, extracts })
}

fn extract(lines: &Lines<'_>, place: Range<usize>, said: &Said<'_>, url: Option<&str>, method: &str) -> Extract {
    let mut entry = Entry::default();
    entry.request.url = url.unwrap_or_default().into();
    entry.request.method = method.into();
    entry.response.status = said.status;
    entry.response.http_version = said.version.into();
    let address = place.clone().find_map(|number| lines.line(number).split_once("[IP: ")?.1.split(' ').next());
    entry.server_ip = address.filter(|address| super::is_ip_address(address)).map(Into::into);
    let time = place.clone().find_map(|number| {
        let line = lines.line(number);
        clock(line).filter(Clock::is_zoned).and_then(|clock| clock.moment()).or_else(|| in_utc(line))
    });
    entry.started = time;
    let page = place.clone().filter_map(|number| part(lines.line(number), true)).find_map(super::page_parts::Part::page);
    let text = lines.join(place.clone());
    let is_cloudflares = page.is_some() || is_origin_error(&text, said.status);
    let page = page.filter(|page| page.code == Some(said.status));
    let error_code = page.as_ref().and_then(|page| page.code);
    let curl_exit = curl_exit(&text);
    let around = place.start.saturating_sub(NEAR)..place.end;
    let down = around.rev().find_map(|number| host_down(lines.line(number)));
    let mut statement = Statement::of_entry(entry, false);
    let host = statement.host.take().or_else(|| down.map(Box::from));
    let way = if is_cloudflares { Some(Side::Proxied) } else { None };
    Extract { kind: TextKind::Client, lines: place, statement: Statement { way, error_code, host, time, curl_exit, ..statement } }
}

/// The host that an alert calls down: `Shop (shop.example) is down since 10:11`
fn host_down(line: &str) -> Option<&str> {
    let at = line.find(" is ").filter(|at| line[at + 4..].get(..4).is_some_and(|word| word.eq_ignore_ascii_case("down")))?;
    let host = line[..at].rsplit(' ').next()?.trim_matches(['(', ')', '[', ']', '*', '"', '\'', '`']);
    let (name, top) = host.rsplit_once('.')?;
    let is_name = !name.is_empty() && top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_name && is_host(host) && !["js", "py", "service"].contains(&top)).then_some(host)
}

/// The exit status of curl that git or PHP's programs name: `cURL error 52: …`, `RPC failed; curl 18 …`, `curl: (22) …`
pub(super) fn curl_exit(text: &str) -> Option<u8> {
    ["cURL error ", "curl: (", "curl "].iter().find_map(|words| {
        let (before, rest) = text.split_once(words)?;
        let (exit, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let is_exit = behind.starts_with([':', ')']) || before.contains("RPC failed; ") && behind.starts_with(' ');
        exit.parse().ok().filter(|exit| is_exit && (1..100).contains(exit))
    })
}

/// What a line says of an answer that is an error.
fn said(line: &str, is_whole: bool) -> Option<Said<'_>> {
    let (status, _, version) = stated(line).filter(|_| line.len() < 2000)?;
    // Helm names the repository before the file.
    let url = line.rsplit_once("ailed to fetch ").and_then(|(_, rest)| url_in(rest, is_whole)).or_else(|| url_in(line, is_whole));
    Some(Said { status, version, url, method: url.map_or("", |url| method_before(line, url)) })
}

/// The status of an error that a line states: whether nobody but a client says it so, and the version of HTTP beside it.
pub(super) fn stated(line: &str) -> Option<(u16, bool, &'static str)> {
    if !numbers(line).any(is_error) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let mut best = None;
    for (at, number) in whole_numbers(&lower).take(MAX_NUMBERS) {
        let (before, behind) = (&lower[..at], &lower[at + 3..]);
        let before = before.trim_end_matches([' ', ':', '"', '\'', '*', '=', '`', '(', '|', '[']);
        let version = VERSIONS.iter().find(|(name, _)| before.ends_with(name)).map_or("", |(_, version)| version);
        let has_sign = |sign: &str| match sign {
            "?" => is_check(&lower, before) && !is_counted(&line[at + 3..]) && !lower[before.len()..at].trim_start().starts_with('='),
            _ => sign.split('|').any(|sign| lower.contains(sign)),
        };
        let is_it = |(row, words): &&(usize, &str)| {
            let (sign, _, after, is_sure) = FORMS[*row];
            before.ends_with(words)
                && (is_sure || is_apart(before, words))
                && after.split('|').any(|after| behind.starts_with(after))
                && has_sign(sign)
        };
        // A request before a status is a server's line, or urllib3's: `https://shop.example:443 "GET / HTTP/1.1" 520 None`
        let is_request = !version.is_empty() && lower[before.len()..].starts_with('"');
        let form = if is_request {
            [":443 \"", ":80 \""].iter().any(|port| lower.contains(port)).then_some(true)
        } else {
            let last = before.bytes().last().map_or(0, usize::from);
            let fitting = [0, last].into_iter().filter_map(|last| BY_LAST.get(last)).flatten();
            fitting.filter(is_it).map(|(row, _)| *row).min().map(|row| FORMS[row].3)
        };
        // `525 <none>`, `520 Origin Error - GET https://shop.example/`
        let is_message = || before[..before.len() - version.len()].trim_end().ends_with(':');
        let reason = || {
            (version.is_empty() || is_message())
                && !before.ends_with('>')
                && has_reason(&line[at..line.floor_char_boundary(at + 20)], number, &REASONS)
        };
        let bracket = || !version.is_empty() && (is_message() || before[..before.len() - version.len()].ends_with(['[', '(']));
        let form = form.or_else(|| reason().then_some(true)).or_else(|| bracket().then_some(false));
        let form = form.or_else(|| is_behind_url(line, at, before.len()).then_some(false));
        let is_said = |is_sure: &bool| *is_sure || best.is_none() && !is_possible(behind) && !is_imagined(before);
        if let Some(is_sure) = form.filter(is_said) {
            best = Some((number, is_sure, version));
            if is_sure {
                break;
            }
        }
    }
    let titled = || {
        let part = part(line, true).filter(|part| part.host.is_none() && lower.contains("http "))?;
        part.code.filter(|code| *code < 600)
    };
    // `504: GATEWAY_TIMEOUT`
    let shouted = || {
        let (number, words) = line.trim().split_once(": ")?;
        (words.len() > 6 && words.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')).then(|| code(number))?
    };
    let best = best.filter(|_| !is_source(&lower));
    best.or_else(|| Some((titled().or_else(shouted).filter(|status| is_error(*status))?, false, "")))
}

/// Words behind a status that nobody received: it may come, or is explained.
const POSSIBLE: [&str; 14] =
    ["will", "would", "can", "could", "may", "might", "means", "mean", "when", "whenever", "if", "indicates", "occurs", "happens"];

/// Whether the clause before a status says what would be.
fn is_imagined(before: &str) -> bool {
    const WORDS: [&str; 6] = ["would", "might", "may", "should", "could", "will"];
    let clause = before.rsplit(['.', ';', '?', '!', ':']).next().unwrap_or_default();
    let mut words = clause.split([' ', ',']).peekable();
    std::iter::from_fn(|| words.next().map(|word| WORDS.contains(&word) && words.peek() != Some(&"not"))).any(|is_so| is_so)
}

/// Whether what stands behind a status says when it would be, or that it is no more.
fn is_possible(behind: &str) -> bool {
    let words = behind.trim_start_matches(['`', '"', '\'', '*', ')', ' ']).trim_start_matches("errors ").trim_start_matches("error ");
    POSSIBLE.contains(&words.split([' ', ',', '.']).next().unwrap_or_default()) || words.contains(" is no longer ")
}

/// Whether Cloudflare's own words for a status stand behind it.
pub(super) fn is_origin_error(text: &str, status: u16) -> bool {
    has_reason(text, status, &REASONS[..2])
}

fn has_reason(text: &str, status: u16, reasons: &[&str]) -> bool {
    let digits = status.to_string();
    let says = |behind: &str| reasons.iter().any(|reason| behind.trim_start_matches([' ', '"', '\'']).starts_with(reason));
    (520..=530).contains(&status) && text.match_indices(&digits).any(|(at, _)| says(&text[at + digits.len()..]))
}

const VERSIONS: [(&str, &str); 4] = [("http/2", "HTTP/2"), ("http/3", "HTTP/3"), ("http/1.1", "HTTP/1.1"), ("http/1.0", "HTTP/1.0")];

fn is_error(status: u16) -> bool {
    (400..600).contains(&status)
}

/// Three digits that can be the status of an error, with their place: no duration, no size, no part of a word or of a URL.
fn whole_numbers(line: &str) -> impl Iterator<Item = (usize, u16)> + '_ {
    let bytes = line.as_bytes();
    let places =
        (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit() && !at.checked_sub(1).is_some_and(|at| bytes[at].is_ascii_digit()));
    places.filter_map(|at| {
        let number = code(line.get(at..at + 3)?).filter(|number| is_error(*number))?;
        let (before, behind) = (&line[..at], &line[at + 3..]);
        let begins = before.ends_with("code e")
            || !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || "/_.-#$%?&+@".contains(letter));
        let is_longer = behind.starts_with(|letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '%' | '/' | '_'))
            || behind.strip_prefix(['.', ',', '-']).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
                && behind.get(1..4) != line.get(at..at + 3)
            || [" ms", " bytes", " b ", " s "].iter().any(|unit| behind.starts_with(unit));
        (begins && !is_longer).then_some((at, number))
    })
}

/// Whether these words, which a text ends with, are not the end of longer ones.
fn is_apart(before: &str, words: &str) -> bool {
    words.is_empty() || !before[..before.len() - words.len()].ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether a line speaks of a check, and the word before the number is not a field's name or a program's end.
fn is_check(line: &str, before: &str) -> bool {
    let word = before.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let is_other = word.ends_with(['"', '\'']) || word.ends_with("exit ") || word.trim().is_empty() && before.ends_with("status");
    !is_other && (line.contains("://") || CHECKS.iter().any(|check| line.contains(check)))
}

/// Whether what stands behind a number is what it counts: `500 users`.
fn is_counted(behind: &str) -> bool {
    let word = behind.trim_start_matches(' ');
    word.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !["from ", "for ", "while ", "error"].iter().any(|other| word.starts_with(other))
}

/// `GET https://shop.example/ 520 (Origin Error)`, `(GET https://shop.example/) 520`, `failed to fetch https://shop.example/a : 520`
fn is_behind_url(line: &str, at: usize, end: usize) -> bool {
    let last = || url_in(&line[line[..line[..at].rfind("://")?].rfind("http")?..at], true);
    let Some(url) = last() else { return false };
    let before = line[..at].trim_end_matches("net::ERR_ABORTED ");
    let between = &before[(url.as_ptr() as usize - line.as_ptr() as usize + url.len()).min(before.len())..];
    let behind = line[at + 3..].trim_end();
    // `404.NotFound (548 bytes)`
    let behind = behind.strip_prefix('.').map_or(behind, |rest| rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()));
    // What would be was not received.
    if ["if", "when"].iter().any(|word| line.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word))) {
        return false;
    }
    let is_alone = behind.is_empty() || behind.starts_with(": ") || behind.starts_with(" (");
    let is_last = behind.is_empty() || PHRASES.contains(&behind.trim_start());
    let is_asked = is_alone && !method_before(line, url).is_empty();
    let is_said = (is_last || line.contains("nexpected status")) && is_check(&line.to_ascii_lowercase(), &line[..end]);
    let mut words = between.split([' ', ':', '"', '\'', ')', '.', '-', '\t', '*']);
    words.all(|word| ["", "returned", "code", "status", "HTTP", "responded", "answered", "with"].contains(&word)) && (is_asked || is_said)
}

/// Reason phrases that end a line behind a status.
const PHRASES: [&str; 6] = [
    "Bad Gateway",
    "Gateway Timeout",
    "Gateway Time-out",
    "Service Unavailable",
    "Service Temporarily Unavailable",
    "Internal Server Error",
];

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
                let way = if statement.way.is_some() { " through" } else { "" };
                let time = statement.time.map(|time| format!(" {time:.0}")).unwrap_or_default();
                format!("{lines:?} {} {}{}{way}{time}", entry.response.status, entry.request.method, entry.request.url)
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    /// Breaks when a client's words for a status are not read, or the URL beside them is lost or not whole.
    #[test]
    fn statuses_are_read_from_words() {
        for (text, said) in [
            ("PUT https://desk.example/api/a?b=1 524 (A Timeout Occurred)\n", "0..1 524 PUThttps://desk.example/api/a?b=1"),
            ("XHR POST https://desk.example/b\n[HTTP/2 502 93ms]\n", "0..2 502 POSThttps://desk.example/b"),
            (
                "fatal: unable to access 'https://git.example/a.git/': The requested URL returned error: 521\n",
                "0..1 521 https://git.example/a.git/",
            ),
            ("npm ERR! 520 Origin Error - GET https://npm.example/@a%2fb - x\n", "0..1 520 GEThttps://npm.example/@a%2fb through"),
            ("ERROR: HTTP error 522 while getting https://pypi.example/a.whl (from x)\n", "0..1 522 https://pypi.example/a.whl"),
            ("error pulling image: received unexpected HTTP status: 520 Origin Error\n", "0..1 520  through"),
            ("Blog (https://blog.example) is down:\n- HTTP code: 500\n- Response time: 520 ms\n", "0..2 500 https://blog.example"),
            (
                "Status code: 523. Checked: <https://blog.example/|blog.example>, https://blog.example/a.\n",
                "0..1 523 https://blog.example/a",
            ),
            ("Err:5 https://apt.example/x stable\n  520   [IP: 203.0.113.9 443]\n", "0..2 520 https://apt.example/x"),
            ("failed to fetch https://charts.example/index.yaml : 523\n", "0..1 523 https://charts.example/index.yaml"),
            (
                "returned error: 522 (see https://curl.haxx.se/x) requested url returned error: 522 for https://a.example/b\n",
                "0..1 522 https://a.example/b",
            ),
            ("<title>503 Backend fetch failed</title>\n", "0..1 503 "),
            ("<H1>502 ERROR</H1>\n", "0..1 502 "),
            ("Error 503 first byte timeout\n", "0..1 503 "),
            ("[GET] http://blog.example/a: 522.522\n", "0..1 522 GEThttp://blog.example/a"),
            ("UnexpectedResponseError: https://blog.example/a returned code 520\n", "0..1 520 https://blog.example/a"),
            (
                "looks like \"https://a.example/\" is wrong: failed to fetch https://a.example/index.yaml : 504 Gateway Timeout\n",
                "0..1 504 https://a.example/index.yaml",
            ),
            (
                "target=https://blog.example/ msg=\"Invalid HTTP response status code, wanted 2xx\" status_code=520\n",
                "0..1 520 https://blog.example/",
            ),
            ("Blog is down\nRoot cause: 522 Connection timed out\nhttps://blog.example/a\n", "1..3 522 https://blog.example/a"),
            ("[Blog] Request failed with status code 520\n", "0..1 520 "),
            ("API: expected status code 200, received 520\n", "0..1 520 "),
            ("✖ https://blog.example/a - HTTP 520\n", "0..1 520 https://blog.example/a"),
            ("npm error code E520\nnpm error 520 Origin Error - GET https://npm.example/a\n", "0..2 520 GEThttps://npm.example/a through"),
            (
                "Could not HEAD 'https://repo.example/a.pom'. Received status code 525 from server: x\n",
                "0..1 525 HEADhttps://repo.example/a.pom",
            ),
            (
                "Err:3 https://apt.example/a stable\n  520  Origin Error [IP: 203.0.113.9 443]\nIgn:4\nIgn:5\nIgn:6\nE: Failed to fetch https://apt.example/a/Packages  520  Origin Error [IP: 203.0.113.9 443]\n",
                "0..6 520 https://apt.example/a/Packages through",
            ),
            (
                "Down: https://blog.example/ - HTTP 525 - SSL handshake failed, 2026-03-05 08:00:01 UTC\n",
                "0..1 525 https://blog.example/ through 2026-03-05T08:00:01Z",
            ),
        ] {
            check(text, &[said]);
        }
    }

    /// Breaks when a number that is no status is taken for one, or a URL that was cut off.
    #[test]
    fn other_numbers_are_left() {
        for text in [
            "GET https://desk.example/a 520ms",
            "If https://desk.example/a returned 520",
            "<h1>500 ways to cook</h1>",
            "took 404.404 s for GET https://desk.example/",
            "<-- 520 people joined https://desk.example/a",
            "- 520: the token is not valid",
            "status code 5203",
            "Response code: 520 ms",
            "took 521 ms for https://desk.example/",
            "HTTP code: 200",
            "Reason: 500 users were moved",
            "got 520 items, which is unexpected",
            "\"GET /status HTTP/1.1\" 502 9",
            "exit status 500 is an error",
            "unexpected error code 520",
            "the deploy resulted in a 502 twice",
            "Internal Server Error(500)",
            "ClientResponseError((), status=400, message=\"x",
        ] {
            check(text, &[]);
        }
        check("The requested URL returned error: 520, https://desk.exa", &["0..1 520 "]);
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "(GET |https://|a\\.example|/é| |52[0-9]|status code:?|\\[HTTP/2|Origin Error|http|[.,)(\n]){0,16}") {
            recognise(&Lines::new(&text));
        }
    }
}
