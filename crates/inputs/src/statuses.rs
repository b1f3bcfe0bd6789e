//! What clients say of an answer in a line or two: consoles of browsers, monitors, package managers, tools in the logs of a build.

use std::ops::Range;

use super::clock::{Clock, clock};
use super::grammar::{code, is_code, numbers};
use super::page_parts::part;
use super::urls::{method_before, url_in};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::har::Entry;

/// What a line must have (`?`: a word of [`CHECKS`]), what stands right before the status and right behind it, all in lower case, and
/// whether nobody but a client says it so. Signs and spaces stand between the words before it and the status.
type Form = (&'static str, &'static str, &'static str, bool);

/// How clients, monitors and tools write the status that they received.
const FORMS: [Form; 70] = [
    // Python: requests, httpx, aiohttp, urllib, urllib3, discord.py; clients of OpenAI
    ("for url", "", " server error", true),
    ("for url", "", " client error", true),
    ("for url", "server error", "", true),
    ("for url", "client error", "", true),
    (", message=", "clientresponseerror", ",", true),
    (", message=", "contenttypeerror", ",", true),
    ("url=", "", ", message=", true),
    ("", "http error", ":", true),
    ("", "<response", "]>", true),
    ("", "httpexception", " ", true),
    ("", "too many", " error responses", true),
    ("servererror: ", "error code", "", true),
    // JavaScript: axios, got, ky, ofetch, request, ws, what people write around fetch
    ("", "failed with status code", "", true),
    ("", "response code", " (", true),
    ("fetcherror: [", "", " ", true),
    ("", "statuscodeerror", " -", true),
    ("", "http error! status", "", true),
    ("", "httperror", " ", true),
    // Go and others
    ("unexpected ", "status", "", true),
    ("unexpected ", "code", "", true),
    ("unexpected ", "response", "", true),
    ("", "bad status code", "", true),
    ("", "returned http status", "", true),
    ("", "http status", ":", true),
    ("rror", "status code", "", true),
    ("ailed", "status code", "", true),
    // Java: HttpURLConnection, Jsoup, Spring, Feign, Retrofit, OkHttp
    ("", "http response code", "", true),
    ("error fetching url", "status", "", true),
    ("", "unknown status code", "]", true),
    ("httpservererrorexception", "", " ", true),
    ("httpclienterrorexception", "", " ", true),
    ("webclientresponseexception", "", " ", true),
    ("feignexception", "", " ", true),
    ("", "httpexception: http", "", true),
    ("response{protocol=", "code", ",", true),
    // .NET, PowerShell
    ("", "does not indicate success", "", true),
    ("", "server returned an error", ")", true),
    ("invoke-", "error code", "", true),
    // PHP: Guzzle, Laravel, Symfony, streams
    ("", "resulted in a", "", true),
    ("http request failed!", "http/1.1", "", true),
    ("http request failed!", "http/1.0", "", true),
    (" returned for \"http", "", "", true),
    // Ruby: Faraday, Net::HTTP, open-uri, RubyGems
    ("", "responded with status", "", true),
    ("(net::http", "", " \"", true),
    ("(openuri::httperror)", "", " ", true),
    ("bad response ", "", " (http", true),
    // Rust: reqwest, ureq; Dart; Swift
    ("reqwest::error", "status", "", true),
    ("", "status code of", "", true),
    ("unacceptablestatuscode", "code", ")", true),
    ("body=", "status", " body=", true),
    // git, npm, apt; consoles of browsers; monitors; pages of others
    ("unable to access", "returned error", "", true),
    ("rpc failed", "returned error", "", true),
    ("", "returned error", "", false),
    ("npm err", "code e", "", false),
    ("[ip: ", "", " ", false),
    ("", "responded with a status of", "", false),
    ("", "status code", "", false),
    ("", "response code", "", false),
    ("", "http code", "", false),
    ("", "http status", "", false),
    ("", "http error code", "", false),
    ("", "http error", "", false),
    ("", "error parsing http", "", false),
    ("", "not responding", "", false),
    ("", "cause", "", false),
    ("", "reason", "", false),
    ("", "<title>", " ", false),
    ("?", "http", "", false),
    ("?", "status", "", false),
    ("?", "got", "", false),
];
/// What a line has that speaks of a check.
const CHECKS: [&str; 11] =
    ["returned", "response", "down", "expected", "status", "cause", "reason", "incident", "fail", "error", "unexpected"];
/// Numbers of a line that are looked at, at most.
const MAX_NUMBERS: usize = 20;
/// The reason phrases that Cloudflare sends with its own codes.
const REASONS: [&str; 3] = ["(Origin Error)", "Origin Error", "<none>"];
/// How far from the status its URL stands, in lines.
const NEAR: usize = 3;

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
            let before = (last.max(number.saturating_sub(NEAR))..number).rev();
            let around = before.chain(number + 1..number + 1 + NEAR);
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
    (!extracts.is_empty()).then_some(Recognition { score: 35, extracts })
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
        let in_utc = || line.find(" UTC").and_then(|end| clock(line.get(end.checked_sub(19)?..end + 4)?));
        clock(line).filter(Clock::is_zoned).or_else(in_utc)?.moment()
    });
    entry.started = time;
    let page = place.clone().filter_map(|number| part(lines.line(number), true)).find_map(super::page_parts::Part::page);
    let text = lines.join(place.clone());
    let is_cloudflares = page.is_some() || has_reason(&text, said.status);
    let page = page.filter(|page| page.code == Some(said.status));
    let error_code = page.as_ref().and_then(|page| page.code);
    let curl_exit = (said.status >= 400 && text.contains("curl: (22)")).then_some(22);
    let statement = Statement::of_entry(entry, false);
    let way = if is_cloudflares { Some(Side::Proxied) } else { None };
    Extract { kind: TextKind::Client, lines: place, statement: Statement { way, error_code, time, curl_exit, ..statement } }
}

/// What a line says of an answer that is an error.
fn said(line: &str, is_whole: bool) -> Option<Said<'_>> {
    let (status, _, version) = stated(line).filter(|_| line.len() < 2000)?;
    let url = url_in(line, is_whole);
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
        let is_it = |(sign, words, after, is_sure): &&Form| {
            let has_sign = || if *sign == "?" { is_check(&lower, before) } else { lower.contains(sign) };
            before.ends_with(words) && behind.starts_with(after) && (*is_sure || is_apart(before, words)) && has_sign()
        };
        let form = FORMS.iter().find(is_it).map(|(.., is_sure)| *is_sure);
        // `525 <none>`, `520 Origin Error - GET https://shop.example/`
        let reason = || version.is_empty() && !before.ends_with('>') && has_reason(&line[at..line.floor_char_boundary(at + 20)], number);
        let bracket = || !version.is_empty() && before[..before.len() - version.len()].ends_with(['[', '(']);
        let form = form.or_else(|| reason().then_some(true)).or_else(|| bracket().then_some(false));
        let form = form.or_else(|| is_behind_url(line, at, before.len()).then_some(false));
        if let Some(is_sure) = form.filter(|is_sure| (best.is_none() || *is_sure) && !is_possible(behind)) {
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
    let best = best.filter(|_| !is_code(&lower));
    best.or_else(|| Some((titled().or_else(shouted).filter(|status| is_error(*status))?, false, "")))
}

/// Words behind a status that nobody received: it may come, or is explained.
const POSSIBLE: [&str; 14] =
    ["will", "would", "can", "could", "may", "might", "means", "mean", "when", "whenever", "if", "indicates", "occurs", "happens"];

fn is_possible(behind: &str) -> bool {
    let behind = behind.trim_start_matches(['`', '"', '\'', '*', ')', ' ']).trim_start_matches("errors ").trim_start_matches("error ");
    POSSIBLE.contains(&behind.split([' ', ',', '.']).next().unwrap_or_default())
}

/// Whether Cloudflare's own words for a status stand behind it.
pub(super) fn has_reason(text: &str, status: u16) -> bool {
    let digits = status.to_string();
    let says = |behind: &str| REASONS.iter().any(|reason| behind.trim_start_matches([' ', '"', '\'']).starts_with(reason));
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
    !is_other && CHECKS.iter().any(|check| line.contains(check))
}

/// `GET https://shop.example/ 520 (Origin Error)`, `(GET https://shop.example/) 520`, `failed to fetch https://shop.example/a : 520`
fn is_behind_url(line: &str, at: usize, end: usize) -> bool {
    let Some(url) = url_in(&line[..at], true) else { return false };
    let before = line[..at].trim_end_matches("net::ERR_ABORTED ");
    let between = &before[(url.as_ptr() as usize - line.as_ptr() as usize + url.len()).min(before.len())..];
    let behind = line[at + 3..].trim_end();
    let is_alone = behind.is_empty() || behind.starts_with(": ") || behind.starts_with(" (");
    let is_asked = is_alone && !method_before(line, url).is_empty();
    let is_said = behind.is_empty() && is_check(&line.to_ascii_lowercase(), &line[..end]);
    between.trim_matches([' ', ':', '"', '\'', ')', '.', '-', '\t', '*']).is_empty() && (is_asked || is_said)
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
            ("Blog is down\nRoot cause: 522 Connection timed out\nhttps://blog.example/a\n", "1..3 522 https://blog.example/a"),
            ("[Blog] Request failed with status code 520\n", "0..1 520 "),
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
            "- 520: the token is not valid",
            "status code 5203",
            "Response code: 520 ms",
            "took 521 ms for https://desk.example/",
            "HTTP code: 200",
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
