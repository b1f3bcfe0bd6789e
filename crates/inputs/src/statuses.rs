//! What clients say of an answer in a line or two: consoles of browsers, monitors, package managers, tools in the logs of a build.

use std::ops::Range;

use super::clock::{Clock, clock};
use super::grammar::numbers;
use super::page_parts::part;
use super::prompt::known_method;
use super::urls::{method_before, url_in};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::har::Entry;

/// Words before a status, in lower case. What stands behind them may have a sign or a quote before it.
const WORDS: [&str; 32] = [
    "responded with a status of",
    "requested url returned error",
    "request failed with status code",
    "received unexpected http status",
    "unexpected http status",
    "unexpected status code",
    "unexpected status",
    "bad status code",
    "http status code",
    "http response code",
    "response code",
    "status code",
    "http code",
    "http status",
    "http error code",
    "http error",
    "error parsing http",
    "npm error code e",
    "npm err! code e",
    "[http/2",
    "[http/3",
    "[http/1.1",
    "(http/2 ",
    "(http/1.1 ",
    "does not indicate success",
    "not responding (",
    "http ",
    "cause:",
    "reason:",
    "status",
    " got ",
    " received ",
];
/// Those that other numbers follow, too: they count in a line that speaks of a check.
const WEAK: [&str; 4] = ["http ", "status", " got ", " received "];
/// What such a line has.
const CHECKS: [&str; 11] =
    ["returned", "response", "down", "expected", "status", "cause", "reason", "incident", "fail", "error", "unexpected"];
/// The reason phrases that Cloudflare sends with its own codes.
const REASONS: [&str; 3] = ["(origin error)", " origin error", " <none>"];
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
            let mut near = around.take_while(|near| *near < number || said_status(plain.line(*near)).is_none());
            if let Some((near, found)) = near.find_map(|near| Some((near, url_in(plain.line(near), plain.is_whole(near))?))) {
                (url, method) = (Some(found), method_before(plain.line(near), found));
                place = near.min(number)..near.max(number) + 1;
            }
        }
        last = number + 1;
        // The same once more, in other words.
        if url.is_none()
            && let Some(before) = extracts.last_mut()
            && before.statement.status() == Some(said.status)
            && number < before.lines.end + NEAR
        {
            before.lines.end = number + 1;
            continue;
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
    let time = place.clone().find_map(|number| {
        let line = lines.line(number);
        let in_utc = || line.find(" UTC").and_then(|end| clock(line.get(end.checked_sub(19)?..end + 4)?));
        clock(line).filter(Clock::is_zoned).or_else(in_utc)?.moment()
    });
    entry.started = time;
    let page = place.clone().filter_map(|number| part(lines.line(number), true)).find_map(super::page_parts::Part::page);
    let text = lines.join(place.clone()).to_ascii_lowercase();
    let is_cloudflares = page.is_some() || (520..=530).contains(&said.status) && REASONS.iter().any(|reason| text.contains(reason));
    let page = page.filter(|page| page.code == Some(said.status));
    let error_code = page.as_ref().and_then(|page| page.code);
    let curl_exit = (said.status >= 400 && text.contains("curl: (22)")).then_some(22);
    let statement = Statement::of_entry(entry, false);
    let way = if is_cloudflares { Some(Side::Proxied) } else { None };
    Extract { kind: TextKind::Client, lines: place, statement: Statement { way, error_code, time, curl_exit, ..statement } }
}

/// What a line says of an answer that is an error.
fn said(line: &str, is_whole: bool) -> Option<Said<'_>> {
    let (status, version) = said_status(line)?;
    let url = url_in(line, is_whole);
    Some(Said { status, version, url, method: url.map_or("", |url| method_before(line, url)) })
}

fn said_status(line: &str) -> Option<(u16, &'static str)> {
    if line.len() > 2000 || !numbers(line).any(|number| (400..600).contains(&number)) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let versions = [("[http/2", "HTTP/2"), ("[http/3", "HTTP/3"), ("[http/1.1", "HTTP/1.1")];
    for word in WORDS {
        let Some((before, rest)) = lower.split_once(word) else { continue };
        let is_own =
            before.is_empty() || word.starts_with('[') || !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        let rest = rest.trim_start_matches([' ', ':', '"', '\'', '*', '=', '`', '(', '|']);
        let is_other = before.ends_with(['"', '\'']) || before.ends_with("exit ") || before.trim().is_empty() && word == "status";
        let is_check = || word == "status" || CHECKS.iter().any(|check| lower.contains(check));
        let is_own = is_own && (!WEAK.contains(&word) || !is_other && is_check());
        if let Some(status) = status(rest, word).filter(|_| is_own) {
            return Some((status, versions.iter().find(|(name, _)| *name == word).map_or("", |(_, version)| version)));
        }
    }
    // `GET https://shop.example/ 520 (Origin Error)`, `520 Origin Error - GET https://shop.example/`, `HTTP 521 - Web server is down`
    let console = || {
        let (_, rest) = lower.split_once("http")?;
        let (url, rest) = rest.split_once(' ')?;
        let rest = rest.strip_prefix("net::err_aborted ").unwrap_or(rest);
        let behind = rest.get(3..)?;
        let is_console = url.contains("://") && (behind.is_empty() || behind.trim_start().starts_with('('));
        line.split("http").next()?.split_whitespace().last().and_then(known_method).filter(|_| is_console)?;
        status(rest, "")
    };
    let reason = || {
        let at = [" origin error", " <none>"].iter().find_map(|reason| lower.find(reason)).and_then(|at| at.checked_sub(3))?;
        let (before, rest) = lower.split_at_checked(at)?;
        let is_own = !before.ends_with(|letter: char| letter.is_ascii_alphanumeric());
        status(rest, "").filter(|status| is_own && (520..=530).contains(status))
    };
    let titled =
        || part(line, true).filter(|part| part.host.is_none())?.code.filter(|_| lower.contains("http ")).filter(|code| *code < 600);
    // `failed to fetch https://shop.example/index.yaml : 520`
    let behind = || {
        let url = url_in(line, true).filter(|_| CHECKS.iter().any(|check| lower.contains(check)))?;
        let rest = line.split_once(url)?.1.trim_matches([' ', ':', '"', '\'', ')', '.', '-', '\t']);
        status(rest, "").filter(|_| rest.len() == 3)
    };
    // apt: `  520  Origin Error [IP: 203.0.113.9 443]`; pages of others: `<title>503 Backend fetch failed`, `504: GATEWAY_TIMEOUT`
    let begins = || {
        let trimmed = lower.trim_start();
        let title = trimmed.strip_prefix("<title>").filter(|title| title.get(3..4) == Some(" "));
        let shouted = || {
            let words = line.trim().get(3..)?.strip_prefix(": ")?;
            (words.len() > 6 && words.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')).then_some(trimmed)
        };
        status(title.or_else(|| Some(trimmed).filter(|line| line.contains("[ip: "))).or_else(shouted)?, "")
    };
    console().or_else(reason).or_else(titled).or_else(behind).or_else(begins).map(|status| (status, ""))
}

/// Three digits that are the status of an error, and nothing else: no duration, no size.
fn status(text: &str, word: &str) -> Option<u16> {
    let digits = text.get(..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let behind = &text[3..];
    let is_other = behind.starts_with(|letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '%' | '/' | '_'))
        || behind.strip_prefix(['.', ',', '-']).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
        || [" ms", " bytes", " b ", " s "].iter().any(|unit| behind.starts_with(unit));
    let is_error = |status: &u16| (400..600).contains(status) && !(is_other || word.is_empty() && *status < 400);
    digits.parse().ok().filter(is_error)
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
