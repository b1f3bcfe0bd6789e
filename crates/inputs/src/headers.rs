//! Headers as browsers let people copy them: as they were sent, or as their network panels show them; and requests copied as code.

use super::grammar::{code, header, request_line, status_line};
use super::http::{Draft, Phase};
use super::prompt::{is_address, known_method};
use super::urls::{method_before, url_in};
use super::{Lines, MAX_EXTRACTS, Recognition, TextKind};
use fivetwenty_captures::evidence::address::Address;

/// Lines between a request and its answer, at most.
const FAR: usize = 60;

/// Every block of headers.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts = Vec::new();
    let mut best = 0;
    let mut number = 0;
    // What was sent may stand before what came.
    let mut request: Option<Draft> = None;
    while number < lines.count() && extracts.len() < MAX_EXTRACTS {
        let line = lines.line(number);
        if let Some((draft, end, score)) = panel(lines, number).or_else(|| code_of(lines, number)) {
            extracts.extend(request.take().map(|draft| draft.extract(TextKind::Headers, number)));
            extracts.push(draft.extract(TextKind::Headers, end));
            (best, number) = (best.max(score), end.max(number + 1));
        } else if let Some((draft, end)) = sent(lines, number) {
            extracts.extend(request.take().map(|draft| draft.extract(TextKind::Headers, number)));
            request = Some(draft);
            (best, number) = (best.max(56), end);
        } else {
            let (draft, end) = received(lines, number, &mut request);
            if let Some(draft) = draft {
                extracts.push(draft.extract(TextKind::Headers, end));
                best = best.max(55);
            } else if !line.trim().is_empty() {
                extracts.extend(request.take().map(|draft| draft.extract(TextKind::Headers, number)));
            }
            number = end.max(number + 1);
        }
    }
    extracts.extend(request.map(|draft| draft.extract(TextKind::Headers, lines.count())));
    (best > 0).then_some(Recognition { score: best, extracts })
}

/// The headers from a line on, and the line behind them.
fn head(lines: &Lines<'_>, mut draft: Draft, from: usize) -> (Draft, usize) {
    let mut next = from;
    // `Location: /a [following]` is what wget says, not what it received.
    while next < lines.count() && header(lines.line(next).trim()).is_some_and(|(_, value)| !value.ends_with(" [following]")) {
        draft.add(lines.line(next).trim(), lines.is_cut(next));
        next += 1;
    }
    (draft, next)
}

/// `GET /path HTTP/2` and the headers behind it.
fn sent(lines: &Lines<'_>, number: usize) -> Option<(Draft, usize)> {
    let request = request_line(lines.line(number)).filter(|_| !lines.is_cut(number))?;
    let mut draft = Draft::at(number);
    draft.ask(request, "");
    let (mut draft, end) = head(lines, draft, number + 1);
    let is_secure = draft.entry.request.headers.iter().any(|header| header.name.to_ascii_lowercase().starts_with("sec-fetch-"));
    // Browsers send these over TLS alone, where nothing but TLS has the newer versions.
    let scheme = if is_secure || request.2 != "HTTP/1.1" { "https" } else { "http" };
    draft.ask(request, scheme);
    draft.phase = Phase::Sent;
    // A scanner names the site in the target.
    let is_named = || Address::new(request.1).is_http() && stated(lines.line(end)).is_some();
    (draft.host.is_some() || is_named()).then_some((draft, end))
}

/// `Status code: 520`, as scanners write it.
fn stated(line: &str) -> Option<(&str, u16, &str)> {
    let (name, value) = line.trim().split_once(':')?;
    name.eq_ignore_ascii_case("status code").then(|| Some(("", code(value.trim())?, "")))?
}

/// `<-- 520 https://shop.example/ (93ms)`, as `OkHttp` logs an answer; the line of its request stands above.
fn logged<'a>(lines: &Lines<'a>, number: usize) -> Option<(u16, &'a str, &'static str)> {
    let line = lines.line(number).trim().strip_prefix("<-- ")?;
    let status = code(line.get(..3)?)?;
    let url = url_in(line, !lines.is_cut(number))?;
    let mut above = (number.saturating_sub(FAR)..number).rev().map(|above| lines.line(above));
    let sent = above.find(|line| line.trim().starts_with("--> ") && line.contains(url));
    Some((status, url, sent.and_then(|line| Some(method_before(line, url_in(line, true)?))).unwrap_or_default()))
}

/// `HTTP/2 520` and the headers behind it, or such headers alone, and the line behind them. Where a body follows it is curl's.
fn received(lines: &Lines<'_>, number: usize, request: &mut Option<Draft>) -> (Option<Draft>, usize) {
    let logged = logged(lines, number);
    let status = status_line(lines.line(number)).or_else(|| stated(lines.line(number))).or(logged.map(|(status, ..)| ("", status, "")));
    let mut draft = Draft { phase: Phase::Answer, ..Draft::at(number) };
    if let Some(status) = status {
        draft.answer(status);
    }
    if let Some((_, url, method)) = logged {
        (draft.entry.request.url, draft.entry.request.method) = (url.into(), method.into());
    }
    let (mut draft, end) = head(lines, draft, number + usize::from(status.is_some()));
    let headers = &draft.entry.response.headers;
    // Two such lines may stand in any text.
    let is_answer = |name: &str| draft.entry.response.header(name).is_some();
    let known = ["cf-ray", "server", "date", "content-type", "cache-control", "content-length", "cf-cache-status"];
    if headers.is_empty() || status.is_none() && (headers.len() < 3 || known.iter().filter(|name| is_answer(name)).count() < 2) {
        return (None, end);
    }
    let body = lines.line(end + 1);
    let is_closed = lines.line(end).trim().is_empty() && end < lines.count();
    if status.is_some()
        && logged.is_none()
        && is_closed
        && !body.trim().is_empty()
        && status_line(body).is_none()
        && request_line(body).is_none()
    {
        return (None, end);
    }
    if let Some(request) = request.take() {
        draft.entry.request = request.entry.request;
        (draft.host, draft.first) = (request.host, request.first);
    }
    if is_closed {
        draft.phase = Phase::Body;
    }
    (Some(draft), end)
}

/// What network panels call what is no header.
const GENERAL: [&str; 13] = [
    "Request URL",
    "Request Method",
    "Status Code",
    "Remote Address",
    "Referrer Policy",
    "Request Priority",
    "DNS Resolution",
    "Transferred",
    "Version",
    "Address",
    "Status",
    "Source",
    "Initiator",
];
/// Headers that only requests have.
const ASKED: [&str; 8] = ["accept", "host", "user-agent", "cookie", "accept-encoding", ":method", ":authority", "referer"];

/// The network panel of Chrome, Firefox or Safari: name and value in one line, or one below the other.
fn panel(lines: &Lines<'_>, number: usize) -> Option<(Draft, usize, u32)> {
    let line = lines.line(number).trim();
    let next = lines.line(number + 1).trim();
    let mut draft = Draft { phase: Phase::Answer, ..Draft::at(number) };
    let mut at = number;
    if matches!(line, "General" | "Summary") && (next.starts_with("Request URL") || next.starts_with("URL: ")) {
        at += 1;
    } else if let (Some(method), true) = (known_method(line), is_url(next) && !lines.is_cut(number + 1)) {
        // Firefox shows the two without names.
        (draft.entry.request.method, draft.entry.request.url) = (method.into(), next.into());
        at += 2;
        // Its console has the answer below them.
        let answer = lines.line(at).trim().strip_prefix('[').and_then(|answer| answer.split_once(' '));
        if let Some((version, rest)) = answer
            && let Some(status) = status_line(&[version, " ", rest.get(..3).unwrap_or_default()].concat()).filter(|_| rest.ends_with("ms]"))
        {
            draft.answer((version, status.1, ""));
            return Some((draft, at + 1, 92));
        }
    } else if !line.starts_with("Request URL") {
        return None;
    }
    let mut is_request = false;
    let mut is_stated = false;
    while at < lines.count() {
        let line = lines.line(at).trim();
        let below = lines.line(at + 1).trim();
        if line.is_empty() {
            // A text goes on behind an empty line; a panel has headers there.
            let next = (at..lines.count()).take(3).find(|next| !lines.line(*next).trim().is_empty());
            if next.is_none_or(|next| !is_name(lines.line(next).trim())) {
                break;
            }
            at += 1;
            continue;
        }
        let heading = line.split('(').next().unwrap_or_default().trim();
        if ["request headers", "request"].iter().any(|side| heading.eq_ignore_ascii_case(side)) {
            (is_request, at) = (true, at + 1);
        } else if ["response headers", "response"].iter().any(|side| heading.eq_ignore_ascii_case(side)) {
            (is_request, at) = (false, at + 1);
        } else if let Some((name, rest)) = general(line) {
            let rest = rest.trim_start_matches(':').trim();
            let (value, count) = if rest.is_empty() { (below, 2) } else { (rest, 1) };
            is_stated |= set(&mut draft, name, value, lines.is_cut(at + count - 1));
            at += count;
            // The reason phrase has a line of its own.
            if name == "Status" && !is_name(lines.line(at).trim()) && lines.line(at).len() < 40 {
                at += usize::from(at < lines.count());
            }
        } else if let Some((name, value)) = header(line).filter(|(_, value)| !value.is_empty()) {
            add(&mut draft, &mut is_request, name, value, lines.is_cut(at));
            at += 1;
        } else if is_name(line) && at + 1 < lines.count() && !below.is_empty() {
            add(&mut draft, &mut is_request, line.trim_end_matches(':'), below, lines.is_cut(at + 1));
            at += 2;
        } else {
            break;
        }
    }
    let is_stated = is_stated || !draft.entry.request.url.is_empty();
    draft.phase = Phase::Answer;
    is_stated.then_some((draft, at, 92))
}

fn general(line: &str) -> Option<(&'static str, &str)> {
    let found = GENERAL.iter().find_map(|name| Some((*name, line.strip_prefix(name)?)));
    let url = || line.strip_prefix("URL: ").map(|rest| ("Request URL", rest));
    // `Version` has its value directly behind it, but no name of a header goes on with `-`.
    found.filter(|(_, rest)| !rest.starts_with('-')).or_else(url)
}

/// Takes a line that is no header; whether it had a known value.
fn set(draft: &mut Draft, name: &str, value: &str, is_cut: bool) -> bool {
    match name {
        "Request URL" if is_url(value) && !is_cut => draft.entry.request.url = value.into(),
        "Request Method" => draft.entry.request.method = known_method(value).unwrap_or_default().into(),
        "Status Code" | "Status" => {
            let status = value.split_at_checked(3).filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
            draft.entry.response.status = status.and_then(|(status, _)| code(status)).unwrap_or(0);
        }
        "Version" if status_line(&[value, " 200"].concat()).is_some() => draft.entry.response.http_version = value.into(),
        "Remote Address" | "Address" if !is_cut => {
            let address = value.rsplit_once(':').map_or("", |(address, _)| address).trim_matches(['[', ']']);
            draft.address = Some(address.to_owned()).filter(|address| is_address(address));
        }
        _ => return false,
    }
    true
}

fn add(draft: &mut Draft, is_request: &mut bool, name: &str, value: &str, is_cut: bool) {
    *is_request |= ASKED.iter().any(|asked| name.eq_ignore_ascii_case(asked));
    draft.phase = if *is_request { Phase::Request } else { Phase::Answer };
    draft.add(&[name, ": ", value].concat(), is_cut);
}

/// A header's name on a line of its own.
fn is_name(line: &str) -> bool {
    let name = line.trim_end_matches(':');
    let name = name.strip_prefix(':').unwrap_or(name);
    GENERAL.iter().any(|general| line.starts_with(general))
        || (!name.is_empty() && name.len() <= 60 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
        || header(line).is_some()
}

fn is_url(text: &str) -> bool {
    let address = Address::new(text);
    address.is_http() && !address.host.is_empty() && !text.contains([' ', '\t', '"'])
}

/// A request as code: `fetch("…", {…});`, `Invoke-WebRequest … -Uri "…"`.
fn code_of(lines: &Lines<'_>, number: usize) -> Option<(Draft, usize, u32)> {
    let line = lines.line(number);
    let is_session = line.starts_with("$session");
    let within = if is_session { (number..number + 5).find(|at| lines.line(*at).contains("Invoke-WebRequest"))? } else { number };
    let line = lines.line(within).trim_start();
    let (rest, end) = match line.strip_prefix("fetch(\"").or_else(|| line.strip_prefix("await fetch(\"")) {
        Some(rest) => (rest, "}"),
        None => (line.contains("Invoke-WebRequest").then(|| line.split_once("-Uri \""))??.1, "}"),
    };
    let (url, _) = rest.split_once('"')?;
    let mut draft = Draft::at(number);
    draft.entry.request.url = url.into();
    let behind = || (within..lines.count()).take(200);
    let last = behind().find(|at| lines.line(*at).starts_with(end)).map_or(within + 1, |at| at + 1);
    let method = behind().take_while(|at| *at < last).find_map(|at| {
        let value = lines
            .line(at)
            .trim()
            .strip_prefix("\"method\": \"")
            .or_else(|| lines.line(at).split_once("-Method \"").map(|(_, rest)| rest))?;
        known_method(value.split_once('"')?.0)
    });
    // Cut before its method it may be any.
    let is_whole = last > within + 1 || !line.trim_end().ends_with(['{', '`']);
    draft.entry.request.method = method.or(is_whole.then_some("GET")).unwrap_or_default().into();
    is_url(url).then_some((draft, last, 92))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an answer that `OkHttp` logs loses its status or its request, or another arrow is taken for one.
    #[test]
    fn a_logged_answer_has_its_request() {
        let read = |text: &str| {
            let extract = recognise(&Lines::new(text))?.extracts.pop()?;
            let entry = extract.statement.entry?;
            Some(format!("{:?} {} {} {}", extract.lines, entry.request.method, entry.request.url, entry.response.status))
        };
        let text = "--> POST https://desk.example/a h2 (214-byte body)\n<-- 520 https://desk.example/a (1532ms)\nserver: cloudflare\n\nerror code: 520\n<-- END HTTP\n";
        assert_eq!(read(text).as_deref(), Some("1..3 POST https://desk.example/a 520"));
        assert_eq!(read("<-- 520 people joined https://desk.example/a\n"), None);
        assert_eq!(read("--> POST https://desk.example/a h2\n<-- 520 items\nserver: cloudflare\n"), None);
    }
}
