//! Exceptions of programs' HTTP clients: what a client received, never what a server of the origin logged.

use std::sync::Arc;

use super::clock::{Clock, clock};
use super::fields::{Fields, METHOD, RAY, STATUS, TARGET};
use super::grammar::{code, is_host, request_line};
use super::http::kept;
use super::logs::{METHODS, is_stated, ray, received};
use super::page_parts::{Part, part};
use super::prompt::is_cloudflares;
use super::statuses::{curl_exit, is_origin_error, stated};
use super::urls::{asks, near, url_in};
use super::words::Words;
use super::{Extract, Lines, LogMeaning, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Maker};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;

/// Lines below the first one of an exception that belong to it, at most; and above it.
const MAX_LINES: usize = 1000;

/// A way for a connection to fail, as clients see it.
struct Failure {
    /// What a browser calls it.
    error: &'static str,
    log: LogMeaning,
    /// What clients say of it: words, and words that stand in the line as well, one of those between the bars.
    said: &'static [(&'static str, &'static str)],
}

/// A failure of a program made with Node, as its clients name themselves.
const NODE: &str = "AxiosError: |RequestError: |request to http|[cause]: ";
/// How a browser's console, or a program that drives one, names what it asked for.
const BROWSER: &str = " at http|GET http|POST http|Failed to load resource";

static FAILURES: [Failure; 10] = [
    Failure {
        error: "net::ERR_EMPTY_RESPONSE",
        log: received(
            "closed without response",
            "The client saw the server close the connection without responding.",
            &["empty-reply", "connection-reset", "idle-connection-reuse"],
        ),
        said: &[
            ("Remote end closed connection without response", ""),
            ("Server disconnected without sending a response", ""),
            ("ServerDisconnectedError", ""),
            ("failed to respond", "NoHttpResponseException|I/O error on "),
            ("header parser received no bytes", ""),
            ("unexpected end of stream on ", ""),
            ("connection closed before message completed", ""),
            ("cURL error 52", ""),
            ("Empty reply from server", "unable to access"),
            ("RestClient::ServerBrokeConnection", ""),
            ("\": EOF", "\"http"),
            ("cURL error 56", "unexpected eof"),
            ("end of file reached", "EOFError"),
            ("Unexpected end of file from server", ""),
            ("The connection was closed unexpectedly", ""),
            ("The response ended prematurely.", ""),
            ("SocketError: other side closed", ""),
            ("socket hang up", NODE),
            ("net::ERR_EMPTY_RESPONSE", BROWSER),
        ],
    },
    Failure {
        error: "net::ERR_CONNECTION_RESET",
        log: received("connection reset", "The client saw the server reset the connection.", &["connection-reset", "empty-reply"]),
        said: &[
            ("reset by peer", "unable to access|RPC failed; curl 56 |cURL error 56|\": read tcp |Faraday::ConnectionFailed"),
            ("ConnectionResetError(104", ""),
            ("ReadError: [Errno 104]", ""),
            ("onnection reset", "I/O error on "),
            ("read ECONNRESET", NODE),
            ("net::ERR_CONNECTION_RESET", BROWSER),
        ],
    },
    Failure {
        error: "net::ERR_TIMED_OUT",
        log: received("no answer in time", "The client stopped waiting for a response.", &["origin-timeout"]),
        said: &[
            ("Read timed out", "I/O error on |HTTP::TimeoutError"),
            ("Read timed out. (read timeout", ""),
            ("UND_ERR_HEADERS_TIMEOUT", ""),
            ("HeadersTimeoutError", ""),
            ("Net::ReadTimeout", ""),
            ("cURL error 28", ""),
            ("Client.Timeout exceeded while awaiting headers", " \"http"),
            ("timeout awaiting response headers", " \"http"),
            ("context deadline exceeded", " \"http"),
            ("SocketTimeoutException: Read timed out", ""),
            ("httpx.ReadTimeout", ""),
            ("The operation was aborted due to timeout", ""),
            ("HttpTimeoutException: request timed out", ""),
            ("due to the configured HttpClient.Timeout", ""),
            ("operation timed out", "for url ("),
            ("AxiosError: timeout of ", ""),
        ],
    },
    Failure {
        error: "net::ERR_CONNECTION_CLOSED",
        log: received("incomplete body", "The client saw the response cut off.", &["truncated-body", "bad-content-length"]),
        said: &[
            ("ProtocolException: unexpected end of stream", ""),
            ("RPC failed; curl 18 ", ""),
            ("IncompleteRead(", ""),
            ("without sending complete message body", ""),
            ("Response payload is not completed", ""),
            ("cURL error 18", ""),
            ("The response ended prematurely, with", ""),
            ("Premature end of Content-Length", ""),
            ("net::ERR_CONTENT_LENGTH_MISMATCH", BROWSER),
            ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", BROWSER),
        ],
    },
    Failure {
        error: "net::ERR_RESPONSE_HEADERS_TOO_BIG",
        log: received("headers too large", "The response headers exceed the client's limit.", &["headers-too-large"]),
        said: &[
            ("Too large response headers", "cURL error "),
            ("UND_ERR_HEADERS_OVERFLOW", ""),
            ("bytes when reading", "ot more than"),
            ("Parse Error: Header overflow", NODE),
            ("response headers length exceeded", ""),
            ("net::ERR_RESPONSE_HEADERS_TOO_BIG", BROWSER),
        ],
    },
    Failure {
        error: "net::ERR_INVALID_HTTP_RESPONSE",
        log: received("no valid HTTP", "The client saw a response that is not valid HTTP.", &["malformed-response", "invalid-headers"]),
        said: &[
            ("Received HTTP/0.9 when not allowed", "cURL error 1:"),
            ("malformed HTTP", " \"http"),
            ("BadStatusLine", ""),
            ("RemoteProtocolError: illegal", ""),
            ("net::ERR_INVALID_HTTP_RESPONSE", BROWSER),
            ("HTTPParserError: ", ""),
            ("Parse Error: ", NODE),
            ("Received an invalid status line", ""),
            ("Received an invalid header line", ""),
        ],
    },
    Failure {
        error: "net::ERR_HTTP2_PROTOCOL_ERROR",
        log: received("stream error", "The client saw the HTTP/2 stream aborted.", &["invalid-headers", "bad-content-length"]),
        said: &[
            ("RPC failed; curl 92 ", ""),
            ("cURL error 92", ""),
            ("stream error: stream ID", " \"http"),
            ("net::ERR_HTTP2_PROTOCOL_ERROR", BROWSER),
        ],
    },
    Failure {
        error: "net::ERR_CONNECTION_REFUSED",
        log: received("connection refused", "The client saw the connection refused.", &[]),
        said: &[
            ("ECONNREFUSED", NODE),
            ("connect: connection refused", " \"http"),
            ("onnection refused", "onnectionPool(host="),
            ("cURL error 7:", ""),
            ("net::ERR_CONNECTION_REFUSED", BROWSER),
        ],
    },
    Failure {
        error: "",
        log: received("fetch failed", "A client's request failed; the line does not say how.", &[]),
        said: &[("TypeError: fetch failed", "")],
    },
    Failure {
        error: "",
        log: received("no JSON", "A client expected JSON and received something else, such as a page.", &[]),
        said: &[("invalid json response body at http", ""), ("Unexpected token '<'", "JSON"), ("Unexpected token < in JSON", "")],
    },
];

/// Every meaning that such a fault can have.
pub(super) fn meanings() -> impl Iterator<Item = &'static LogMeaning> {
    FAILURES.iter().map(|failure| &failure.log)
}

/// Every exception with the lines below it that are its own.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let known = Words::new(FAILURES.iter().flat_map(|failure| failure.said).map(|(words, _)| *words));
    let mut extracts: Vec<Extract> = Vec::new();
    let mut best = 0;
    let mut number = 0;
    while number < lines.count() && extracts.len() < MAX_EXTRACTS {
        let line = lines.line(number);
        let has_words = || known.places(line).next().is_some();
        let (status, fault) = (status(line), if has_words() { fault(line) } else { None });
        let is_shown = || line.contains("Error") && number + 1 < lines.count() && lines.line(number + 1).trim_start().starts_with("at ");
        if status.is_none() && fault.is_none() && !is_shown() {
            number += 1;
            continue;
        }
        if fault.is_some() && is_servers(lines, number) {
            number += 1;
            continue;
        }
        let mut end = end_of(lines, number);
        // The same in other words.
        while end < lines.count() && status.is_some() && lines.line(end) != line && is_again(lines.line(end), status) {
            end += 1;
        }
        let from = extracts.last().map_or(0, |extract| extract.lines.end);
        let begin = begin_of(lines, from, number);
        let statement = statement(lines, begin, number..end, status, fault);
        // An object around the lines of a trace, of which it says nothing itself: they are read by themselves.
        let is_around = line.trim_start().starts_with('{') && line.contains("\\n    at ");
        let is_value = line.trim_start().starts_with('"') && line.contains("\\n");
        if is_value || is_around && statement.entry.as_deref().is_none_or(|entry| entry.request.url.is_empty()) {
            number = end;
            continue;
        }
        // What another exception shows is only a client's where it shows what was asked, or a status that only Cloudflare gives.
        let is_asked =
            |entry: &Entry| entry.response.status > 0 && !entry.request.url.is_empty() || (520..=530).contains(&entry.response.status);
        if status.is_none() && fault.is_none() && !statement.entry.as_deref().is_some_and(is_asked) {
            number = end;
            continue;
        }
        best = best.max(if statement.status().is_some() { 88 } else { 72 });
        extracts.push(Extract { kind: TextKind::Client, lines: begin..end, statement });
        number = end;
    }
    (best > 0).then_some(Recognition { score: best, extracts })
}

/// Whether a line, which is no other entry of a log, states this status once more.
fn is_again(line: &str, status: Option<u16>) -> bool {
    stated(line).map(|(status, ..)| status) == status && clock(line).is_none() && url_in(line, true).is_none()
}

/// The status that a line says was received, as only clients say it.
fn status(line: &str) -> Option<u16> {
    sure(stated(line))
}

fn sure(stated: Option<(u16, bool, &str)>) -> Option<u16> {
    stated.filter(|(_, is_sure, _)| *is_sure).map(|(status, ..)| status)
}

/// What a line says of a connection that failed.
fn fault(line: &str) -> Option<&'static Failure> {
    // HTTPie's own lines are read with its transcript.
    let is_httpie = || ["http: ", "https: ", "xh: "].iter().any(|name| line.trim_start().starts_with(name));
    // What an article or an advice says about the words is none of theirs.
    let is_said = |words: &str| {
        line.match_indices(words).any(|(at, _)| {
            let behind = line[at + words.len()..].trim_start_matches([' ', '"', '`', '\'']);
            let next = behind.split(' ').next().unwrap_or_default();
            is_stated(line, at) && !["means", "mean", "is", "are", "may", "can", "says", "usually"].contains(&next)
        })
    };
    let has = |beside: &str| beside.split('|').any(|word| line.contains(word));
    let is_it = |failure: &&Failure| failure.said.iter().any(|(words, beside)| is_said(words) && has(beside));
    FAILURES.iter().find(is_it).filter(|_| !is_httpie())
}

/// Whether an exception is a server's: it could not read what a visitor sent. What stands right above the library that reads HTTP has called it.
fn is_servers(lines: &Lines<'_>, number: usize) -> bool {
    const READERS: [&str; 4] = ["/h11/", "http_parser", "/h2/", "/asyncio/"];
    const SERVERS: [&str; 6] = ["/uvicorn/", "/hypercorn/", "/aiohttp/web_", "/gunicorn/", "/daphne/", "/werkzeug/"];
    let has = |names: &[&str], line: &str| names.iter().any(|name| line.contains(name));
    let trace = (number.saturating_sub(MAX_LINES)..number).rev().map(|above| lines.line(above)).take_while(|line| line.starts_with(' '));
    let caller = trace.filter(|line| line.contains("File \"")).find(|line| !has(&READERS, line));
    let line = lines.line(number);
    line.contains("h11._util") || line.contains("illegal request line") || caller.is_some_and(|line| has(&SERVERS, line))
}

/// Words that a trace ends with, or that stand between two of them.
const TRACE: &str = "Traceback (most recent call last)";

/// The first line of an exception: the trace above it, the line of the log above that, and what git shows of the body are its own.
fn begin_of(lines: &Lines<'_>, from: usize, number: usize) -> usize {
    let is_above = |line: &str| line.starts_with([' ', '\t']) || line.starts_with(TRACE);
    let above = |is_above: &dyn Fn(&str) -> bool| {
        (from..number).rev().take(MAX_LINES).find(|above| !is_above(lines.line(*above))).map_or(from, |above| above + 1)
    };
    let begin = above(&is_above);
    if !lines.line(begin).starts_with(TRACE) {
        return above(&|line| line.starts_with("remote: "));
    }
    begin - usize::from(begin > from && clock(lines.line(begin - 1)).is_some())
}

/// The line behind an exception: its calls, the objects that it shows, and the body that it quotes are its own.
fn end_of(lines: &Lines<'_>, first: usize) -> usize {
    let mut open = 0;
    let mut is_page = false;
    // Another exception was raised while this one was handled: its trace and its own line follow.
    let mut is_chain = false;
    let mut next = first;
    while next < lines.count() && next < first + MAX_LINES {
        let line = lines.line(next);
        let begun = line.trim_start();
        let is_link = |line: &str| line.starts_with("During handling of the above ") || line.starts_with("The above exception was ");
        is_chain = is_chain || begun.is_empty() && next + 1 < lines.count() && is_link(lines.line(next + 1));
        let own = next == first
            || open > 0
            || is_page
            || is_chain
            || !begun.is_empty() && line.starts_with([' ', '\t'])
            // Ruby names the exception before this one in the same way.
            || begun.contains(":in `")
            || ["at ", "At ", "+ ", "Caused by: ", "error code: ", "for url ", "from ", "<"].iter().any(|begin| begun.starts_with(begin));
        if !own {
            break;
        }
        is_chain = is_chain && (begun.len() < line.len() || begun.is_empty() || is_link(line) || line.starts_with(TRACE));
        is_page = (is_page || begun.contains("<!DOCTYPE") || begun.contains("<html")) && !begun.contains("</html>");
        let braces = |sign: char| begun.matches(sign).count();
        // What a call or a message has in braces ends in its line.
        open = if next > first || begun.ends_with('{') { (open + braces('{')).saturating_sub(braces('}')) } else { 0 };
        next += 1;
    }
    next
}

fn statement(
    lines: &Lines<'_>,
    begin: usize,
    range: std::ops::Range<usize>,
    status: Option<u16>,
    fault: Option<&'static Failure>,
) -> Statement {
    let first = lines.line(range.start);
    let is_whole = lines.is_whole(range.end - 1);
    let from = if lines.line(begin).starts_with("remote: ") { begin } else { range.start };
    let text = lines.join(from..range.end) + if is_whole { "\n" } else { "" };
    // aiohttp prints headers as a call's argument.
    let shown = text.replace("<CIMultiDictProxy(", "{").replace(")>", "}");
    let dumped = Fields::read(shown.find('{').map_or("", |at| &shown[at..]));
    let said: Vec<_> = range.clone().map(|number| stated(lines.line(number))).collect();
    let parts: Vec<Part> = range.clone().filter_map(|number| part(lines.line(number), lines.is_whole(number))).collect();
    let mut entry = Entry::default();
    // The one of a chain that says more.
    let fault = range.clone().filter_map(|number| self::fault(lines.line(number))).find(|fault| !fault.error.is_empty()).or(fault);
    // What a server raises for its own visitors is to be exposed to them.
    let is_own = dumped.get(&["expose"]).is_some();
    let of_dump = || dumped.get(STATUS)?.parse().ok().filter(|status| (400..600).contains(status) && !is_own);
    let status = status.or_else(|| said.iter().copied().find_map(sure)).or_else(of_dump);
    // aiohttp itself gives this status to what it cannot parse.
    let status = status.filter(|status| *status != 400 || fault.is_none() && is_whole);
    let version = said.iter().flatten().next().map_or("", |(.., version)| version);
    entry.response.http_version = version.into();
    entry.response.status = status.unwrap_or(0);
    for (names, header) in [(&["server"][..], "server"), (RAY, "cf-ray"), (&["date"], "date"), (&["contenttype"], "content-type")] {
        if let Some(value) = dumped.get(names).filter(|value| header != "server" || value.eq_ignore_ascii_case("cloudflare")) {
            entry.response.headers.push(Arc::new(kept(header, value)));
        }
    }
    let named = parts.iter().find_map(|part| part.host.clone());
    let of_part = || parts.into_iter().filter_map(Part::page).find(|page| page.code == status);
    entry.response.error_page = page(&text, is_whole).or_else(of_part).map(Box::new);
    let telling = |number: &usize| *number < range.start + 3 || sure(said[*number - range.start]).is_some();
    let asked_in = |number: usize| asked(lines.line(number), lines.is_whole(number));
    let near = || near(begin..range.end).filter(|number| asks(lines.line(*number))).find_map(asked_in);
    let asked = range.clone().filter(telling).find_map(asked_in).or_else(|| if dumped.count() == 0 { near() } else { None });
    let (method, url) = asked.map_or((None, None), |(method, url)| (method, Some(url)));
    let url = url.as_deref();
    let own = [false, true].into_iter().find_map(|side| dumped.find(TARGET, side, &|url| url.starts_with("http")));
    let scheme = || dumped.get(&["protocol"]).filter(|scheme| *scheme == "http:").unwrap_or("https:");
    let on_host = || Some([scheme(), "//", dumped.get(&["host", "hostname"])?, dumped.get(&["path"])?].concat());
    let on_base = || {
        let path = dumped.get(&["url"]).filter(|path| path.starts_with('/'))?;
        Some([dumped.get(&["baseurl"])?.trim_end_matches('/'), path].concat())
    };
    let put_together = on_base().or_else(|| url.or(own).is_none().then(on_host)?);
    let url = put_together.as_deref().or(url).or(own).filter(|url| !Address::new(url).host_name().is_empty());
    let pool = text.split_once("onnectionPool(host='").and_then(|(_, rest)| rest.split_once('\'')).map(|(host, _)| host);
    let pool = pool.or_else(|| text.split_once("Connection{")?.1.split_once(':').map(|(host, _)| host));
    // `NoHttpResponseException: shop.example:443 failed to respond`
    let silent = || text.split_once(" failed to respond")?.0.rsplit(' ').next()?.split_once(':').map(|(host, _)| host);
    let pool = pool.or_else(silent).filter(|host| is_host(host));
    let path = || text.split_once(" with url: ").and_then(|(_, rest)| rest.split_once(' ')).map(|(path, _)| path);
    entry.request.url = match (url, pool) {
        (None, Some(host)) if !host.is_empty() => {
            let scheme = if text.contains("HTTPSConnectionPool(") { "https://" } else { "http://" };
            path().map_or_else(Arc::default, |path| [scheme, host, path].concat().into())
        }
        (url, _) => Arc::from(url.unwrap_or_default()),
    };
    let method = method.or_else(|| dumped.get(METHOD)).map(str::to_ascii_uppercase);
    entry.request.method = method.filter(|method| METHODS.contains(&method.as_str())).unwrap_or_default().into();
    // Go names both ends of the connection.
    let ends = || first.split_once("->")?.1.split(": ").next()?.rsplit_once(':').map(|(address, _)| address.trim_matches(['[', ']']));
    let peer = || first.split_once("hostAddress=")?.1.split_once('/')?.1.split_once(':').map(|(address, _)| address);
    let address = dumped.get(&["remoteaddress"]).or_else(ends).or_else(peer).filter(|address| super::is_ip_address(address));
    entry.server_ip = address.map(Arc::from);
    if status.is_none()
        && let Some(error) = fault.map(|fault| fault.error).filter(|error| !error.is_empty())
    {
        let came = dumped.get(&["bytesread"]).is_some_and(|bytes| bytes != "0");
        // `net::ERR_HTTP2_PROTOCOL_ERROR 200 (OK)`
        let shown = first.split_once(error).and_then(|(_, behind)| code(behind.trim_start().split(" (").next()?));
        entry.response.status = shown.unwrap_or(0);
        entry.response.error = Some(if came && error == FAILURES[0].error { FAILURES[3].error } else { error }.into());
    }
    let written = clock(first).or_else(|| clock(lines.line(begin)));
    let moment = written.as_ref().and_then(Clock::moment);
    let is_zoned = written.as_ref().is_some_and(Clock::is_zoned);
    let date = entry.response.header("date").and_then(|header| Timestamp::from_http_date(&header.value).ok());
    let mut statement = Statement::of_entry(entry, address.is_some_and(|address| !is_cloudflares(address)));
    statement.way = statement.way.or_else(|| status.filter(|status| is_origin_error(&text, *status)).map(|_| Side::Proxied));
    statement.host = statement.host.or_else(|| pool.filter(|host| !host.is_empty()).map(Box::from));
    let page = statement.entry.as_ref().and_then(|entry| entry.response.error_page.as_ref());
    let socket = || text.split_once("wss://")?.1.split(['/', '?', ':', '\'', '"', ' ']).next().filter(|host| is_whole && is_host(host));
    statement.host = statement.host.take().or_else(|| page?.host.clone()).or(named).or_else(|| socket().map(Box::from));
    // Cloudflare's JSON, printed as an object.
    let shown = || {
        text.contains("cloudflare_error")
            .then(|| text.split_once("error_code")?.1.trim_start_matches(['\'', '"', ':', ' ']).get(..3)?.parse().ok())
    };
    statement.error_code = statement.error_code.or_else(|| shown().flatten().filter(|code| Some(*code) == status));
    statement.time = statement.time.or(moment.filter(|_| is_zoned)).or(date);
    statement.local_time = moment.filter(|_| statement.time.is_none());
    statement.ray = statement.ray.or_else(|| ray(&text)?.parse().ok()).or_else(|| page?.ray.as_deref()?.parse().ok());
    statement.curl_exit = curl_exit(&text);
    statement.log = fault.map(|fault| &fault.log).filter(|_| status.is_none() && statement.way.is_none());
    statement
}

/// Cloudflare's page that an exception quotes.
fn page(text: &str, is_whole: bool) -> Option<ErrorPage> {
    const LINE: &str = "error code: ";
    let line = text.match_indices(LINE).filter_map(|(begin, _)| {
        let body = &text[begin..];
        let end = LINE.len() + body[LINE.len()..].bytes().take_while(u8::is_ascii_digit).count();
        (is_whole || end < body.len()).then(|| &body[..end])
    });
    let json = text.find("cloudflare_error").and_then(|mark| text[..mark].rfind('{')).map(|begin| &text[begin..]);
    let html = ["<!DOCTYPE", "<!doctype", "<html"].iter().find_map(|begin| text.find(begin)).map(|begin| &text[begin..]);
    let mut bodies = json.into_iter().chain(html).chain(line);
    bodies.find_map(|body| {
        ErrorPage::read(body).filter(|page| page.maker == Maker::Cloudflare && (page.code.is_some() || html == Some(body)))
    })
}

/// The method and the URL that a line of an exception names; not those of a client's own pages.
fn asked(line: &str, is_whole: bool) -> Option<(Option<&str>, String)> {
    // RubyGems names the source before the file.
    let line = line.split_once(" bad response ").map_or(line, |(_, rest)| rest);
    let url = url_in(line, is_whole)?;
    let (before, behind) = line.split_at(url.as_ptr() as usize - line.as_ptr() as usize);
    // urllib3: `https://shop.example:443 "GET /api/orders HTTP/1.1" 520 None`
    let parted = || request_line(behind[url.len()..].strip_prefix(" \"")?.split('"').next()?);
    if let Some((method, target, _)) = parted() {
        return Some((Some(method), [url.trim_end_matches(":443").trim_end_matches(":80"), target].concat()));
    }
    let go = before.strip_suffix(" \"").or_else(|| before.strip_suffix(" \\\"")).and_then(|before| before.rsplit([' ', '"']).next());
    let go = go.filter(|method| ["Get", "Post", "Put", "Patch", "Delete", "Head"].contains(method));
    let mut words = before.rsplit(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(4);
    Some((go.or_else(|| words.find(|word| METHODS.contains(word))), url.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of each exception: its lines, method, URL, status, error, host, Ray ID, time, way, words.
    fn said(text: &str) -> Vec<String> {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let of = |Extract { lines, statement, .. }: &Extract| {
            let mut parts = vec![format!("{}-{}", lines.start + 1, lines.end)];
            let entry = statement.entry.as_deref();
            parts.extend(entry.iter().flat_map(|entry| [&entry.request.method, &entry.request.url]).map(ToString::to_string));
            parts.extend(statement.status().map(|status| status.to_string()));
            parts.extend(statement.error_code.map(|code| format!("code={code}")));
            parts.extend(entry.and_then(|entry| entry.response.error.as_deref()).map(str::to_owned));
            parts.extend(statement.host.as_deref().map(|host| format!("host={host}")));
            parts.extend(statement.ray.as_ref().map(ToString::to_string));
            parts.extend(statement.time.or(statement.local_time).map(|time| time.to_string()));
            parts.extend(statement.way.map(|way| if way == Side::Proxied { "proxied" } else { "direct" }.to_owned()));
            parts.extend(statement.log.map(|meaning| format!("<{}>", meaning.phrase)));
            parts.retain(|part| !part.is_empty());
            parts.join(" ")
        };
        extracts.iter().map(of).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(said(text), expected, "{text}");
    }

    /// Breaks when the status that a client received is not read, another number is taken for it, or the way is made up.
    #[test]
    fn a_status_was_received() {
        let url = "https://api.desk.example/v2/items";
        // Cloudflare's own words behind the status show that it was on the way.
        let way = |text: &str| {
            if text.contains("520 Origin Error") || text.contains("520 (Origin") { " proxied" } else { "" }
        };
        for text in [
            format!("requests.exceptions.HTTPError: 520 Server Error: <none> for url: {url}\n"),
            format!("httpx.HTTPStatusError: Server error '520 <none>' for url '{url}'\n"),
            format!("aiohttp.client_exceptions.ClientResponseError: 520, message='Origin Error', url='{url}'\n"),
            format!("520, message='Origin Error', url=URL('{url}')\n"),
            format!("java.io.IOException: Server returned HTTP response code: 520 for URL: {url}\n"),
            format!("java.io.IOException: Unexpected code Response{{protocol=h2, code=520, message=, url={url}}}\n"),
            format!("org.jsoup.HttpStatusException: HTTP error fetching URL. Status=520, URL=[{url}]\n"),
            format!("Error: reqwest::Error {{ kind: Status(520, None), url: \"{url}\" }}\n"),
            format!("Error: HTTP status server error (520 <unknown status code>) for url ({url})\n"),
        ] {
            assert_eq!(said(&text), [format!("1-1 {url} 520 host=api.desk.example{}", way(&text))], "{text}");
        }
        for text in [
            format!("HTTPError: Request failed with status code 520 (Origin Error): GET {url}\n"),
            format!("FetchError: [GET] \"{url}\": 520 Origin Error\n"),
            format!("WebClientResponseException: 520 Origin Error from GET {url}\n"),
            format!("Faraday::ServerError: the server responded with status 520 for GET {url}\n"),
        ] {
            assert_eq!(said(&text), [format!("1-1 GET {url} 520 host=api.desk.example{}", way(&text))], "{text}");
        }
        check("System.Net.Http.HttpRequestException: Response status code does not indicate success: 520 ().\n", &["1-1 520"]);
        check("Invoke-RestMethod : The remote server returned an error: (522) x.\n", &["1-1 522"]);
        check("response.rb:503:in `error!': 520 \"Origin Error\" (Net::HTTPFatalError)\n", &["1-1 520 proxied"]);
        for text in [
            "the job failed with status code 5200\n",
            "  File \"/srv/a.py\", line 520, in run\n",
            "{\"code\": 520, \"message\": \"no such customer\"}\n",
            "exited with status code 127\n",
            "A `ServerDisconnectedError` means that the server closed the connection.\n",
            "We have no more IncompleteRead( since then.\n",
            "http: error: ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))\n",
        ] {
            check(text, &[]);
        }
    }

    /// Breaks when the lines of an exception are not read as one, or a sign of Cloudflare in them is not seen.
    #[test]
    fn an_exception_is_read_with_its_lines() {
        check(
            "Traceback (most recent call last):\n  File \"/srv/a.py\", line 503, in run\nrequests.exceptions.HTTPError: 520 Server Error: <none> for url: https://api.desk.example/a\nnext\n",
            &["1-3 https://api.desk.example/a 520 host=api.desk.example"],
        );
        check(
            "Error: Request failed with status code 520\n    at settle (/srv/x.js:17:12) {\n  config: { method: 'get', url: 'https://api.desk.example/a', timeout: 503 },\n  response: {\n    status: 520,\n    headers: { 'cf-ray': '9d7018700a17c2b1-VIE', server: 'cloudflare' },\n    data: 'error code: 520'\n  }\n}\nnext\n",
            &["1-9 GET https://api.desk.example/a 520 code=520 host=api.desk.example 9d7018700a17c2b1-VIE proxied"],
        );
        check(
            "PHP Fatal error:  Uncaught GuzzleHttp\\Exception\\ServerException: Server error: `PUT https://api.desk.example/a` resulted in a `520 ` response:\nerror code: 520\n in /srv/x.php:113\n",
            &["1-3 PUT https://api.desk.example/a 520 code=520 host=api.desk.example proxied"],
        );
    }

    /// Breaks when what was raised while another exception was handled counts again, or the log's line above loses its time.
    #[test]
    fn a_chain_is_one_exception() {
        let trace = "Traceback (most recent call last):\n  File \"/srv/a.py\", line 503, in run\n";
        let empty = "http.client.RemoteDisconnected: Remote end closed connection without response\n";
        let link = "\nDuring handling of the above exception, another exception occurred:\n\n";
        let last = "requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))\n";
        check(
            &["2026-03-04 10:11:12,345 ERROR sync failed\n", trace, empty, link, trace, last, "next\n"].concat(),
            &["1-10 net::ERR_EMPTY_RESPONSE 2026-03-04T10:11:12.345Z <closed without response>"],
        );
        check(
            &[trace, empty, "\n", trace, empty].concat(),
            &["1-3 net::ERR_EMPTY_RESPONSE <closed without response>", "5-7 net::ERR_EMPTY_RESPONSE <closed without response>"],
        );
        check(
            "Cloning into 'a'...\nremote: error code: 521\nfatal: unable to access 'https://git.desk.example/a/': The requested URL returned error: 521\n",
            &["2-3 https://git.desk.example/a/ 521 code=521 host=git.desk.example proxied"],
        );
        check("HTTPError: Response code 520 (a)\n".repeat(2).as_str(), &["1-1 520", "2-2 520"]);
        check(
            "has a status code of 524 and x\nThe status code of 524 has the following meaning\n2026-03-04T10:11:12Z failed with status code 524\n",
            &["1-2 524", "3-3 524 2026-03-04T10:11:12.000Z"],
        );
    }

    /// Breaks when an answer that an exception only shows is not read, or a server's own exception is taken for a client's.
    #[test]
    fn a_shown_answer_was_received() {
        let shown = |fields: &str| said(&format!("HTTPError [AbortError]: x\n    at run (/srv/a.js:503:12) {{\n  {fields}\n}}\nnext\n"));
        assert_eq!(
            shown("status: 502,\n  method: 'GET',\n  url: 'https://api.desk.example/a',"),
            ["1-6 GET https://api.desk.example/a 502 host=api.desk.example"]
        );
        assert_eq!(shown("status: 521,\n  code: 7,"), ["1-5 521"]);
        for fields in ["status: 500,\n  code: 7,", "status: 520,\n  expose: false,", "code: 'E520',\n"] {
            assert!(shown(fields).is_empty(), "{fields}");
        }
    }

    /// Breaks when a URL beside an exception is not found, or one is taken that nothing ties to it.
    #[test]
    fn the_url_stands_near() {
        let net = "System.Net.Http.HttpRequestException: Response status code does not indicate success: 522 ().\n";
        check(
            &format!("Failed to load https://nuget.desk.example/a\n{net}"),
            &["2-2 https://nuget.desk.example/a 522 host=nuget.desk.example"],
        );
        check(&format!("Listening on https://desk.example/\n{net}"), &["2-2 522"]);
        check(
            "DEBUG https://api.desk.example:443 \"POST /a?b=1 HTTP/1.1\" 520 None\n",
            &["1-1 POST https://api.desk.example/a?b=1 520 host=api.desk.example"],
        );
        check(
            "ClientResponseError(RequestInfo(url=URL('https://desk.example/a')), (), status=400, message=\"Got more than 8190 bytes when reading: x\")\n",
            &["1-1 https://desk.example/a net::ERR_RESPONSE_HEADERS_TOO_BIG host=desk.example <headers too large>"],
        );
        check(
            "java.io.IOException: unexpected end of stream on Connection{desk.example:80, proxy=DIRECT hostAddress=desk.example/203.0.113.9:80}\n",
            &["1-1 net::ERR_EMPTY_RESPONSE host=desk.example direct"],
        );
    }

    /// Breaks when a page in an exception is not read because of other words before it, or an address in parts is not put together.
    #[test]
    fn what_an_exception_shows_is_read() {
        check(
            "discord.errors.HTTPException: 520 Origin Error (error code: 0): <!DOCTYPE html>\n<head>\n<title>api.desk.example | 520: Web server is returning an unknown error</title>\n<link id=\"cf_styles-css\">\n</head></html>\nnext\n",
            &["1-5 520 code=520 host=api.desk.example proxied"],
        );
        check(
            "AxiosError: Request failed with status code 503 {\n  config: { baseURL: 'https://api.desk.example/', url: '/a' }\n}\n",
            &["1-3 https://api.desk.example/a 503 host=api.desk.example"],
        );
        check(
            "AxiosError: socket hang up {\n  request: { method: 'PUT', path: '/a', host: 'api.desk.example', protocol: 'http:' }\n}\n",
            &["1-3 PUT http://api.desk.example/a net::ERR_EMPTY_RESPONSE host=api.desk.example <closed without response>"],
        );
    }

    /// Breaks when a connection that failed is not named as the client saw it, or its words are taken for a server's.
    #[test]
    fn a_connection_failed() {
        check(
            "2026-03-04T10:11:12Z Get \"https://api.desk.example/a\": EOF\n",
            &[
                "1-1 GET https://api.desk.example/a net::ERR_EMPTY_RESPONSE host=api.desk.example 2026-03-04T10:11:12.000Z <closed without response>",
            ],
        );
        check(
            "Post \"https://api.desk.example/a\": read tcp 10.0.0.2:40112->104.16.1.4:443: read: connection reset by peer\n",
            &["1-1 POST https://api.desk.example/a net::ERR_CONNECTION_RESET host=api.desk.example proxied"],
        );
        check(
            "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.desk.example', port=443): Read timed out. (read timeout=30)\n",
            &["1-1 net::ERR_TIMED_OUT host=api.desk.example <no answer in time>"],
        );
        check(
            "cURL error 18: transfer closed (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for https://api.desk.example/a \n",
            &["1-1 https://api.desk.example/a net::ERR_CONNECTION_CLOSED host=api.desk.example <incomplete body>"],
        );
        check(
            "TypeError: fetch failed\n    at node:internal/x:1:2\n  [cause]: SocketError: other side closed\n      at TLSSocket {\n    socket: { remoteAddress: '203.0.113.9', bytesRead: 0 }\n  }\n",
            &["1-6 net::ERR_EMPTY_RESPONSE direct"],
        );
    }

    /// Breaks when what a server could not read of a visitor is taken for an answer that a client received, or a client's own is lost with it.
    #[test]
    fn a_servers_own_trace_is_none() {
        let trace = |caller: &str, last: &str| {
            format!(
                "Traceback (most recent call last):\n  File \"/srv/{caller}.py\", line 9, in f\n  File \"/srv/h11/_util.py\", line 7, in g\n{last}\n"
            )
        };
        for text in [
            trace("uvicorn/protocols/http/h11_impl", "h11._util.RemoteProtocolError: illegal request line"),
            trace("uvicorn/protocols/http/h11_impl", "RemoteProtocolError: illegal header line: bytearray(b'x')"),
            trace("aiohttp/web_protocol", "aiohttp.http_exceptions.BadStatusLine: 400, message='x'"),
            "Our log has h11._util.RemoteProtocolError: illegal header line\n".to_owned(),
        ] {
            check(&text, &[]);
        }
        check(
            &trace("httpx/_transports/default", "httpx.RemoteProtocolError: illegal header line: bytearray(b'x')"),
            &["1-4 net::ERR_INVALID_HTTP_RESPONSE <no valid HTTP>"],
        );
    }

    /// Breaks when what a browser's console or its driver says of a connection is not read, or its words alone count.
    #[test]
    fn browsers_name_the_fault() {
        check(
            "Error: page.goto: net::ERR_EMPTY_RESPONSE at https://desk.example/a\n",
            &["1-1 https://desk.example/a net::ERR_EMPTY_RESPONSE host=desk.example <closed without response>"],
        );
        check(
            "GET https://desk.example/a.css net::ERR_HTTP2_PROTOCOL_ERROR 200 (OK)\n",
            &["1-1 GET https://desk.example/a.css 200 net::ERR_HTTP2_PROTOCOL_ERROR host=desk.example <stream error>"],
        );
        check("net::ERR_EMPTY_RESPONSE is the number -324.\n", &[]);
        check("GET https://ads.example/a.js net::ERR_BLOCKED_BY_CLIENT\n", &[]);
    }

    /// Breaks when a value that stands in a form of its own is lost: Feign's brackets, Go's escaped quotes, a host with its port, curl's exit.
    #[test]
    fn forms_of_their_own_are_read() {
        check(
            "feign.FeignException: [520] during [GET] to [https://desk.example/a] [Orders#list(int)]: [error code: 520]\n",
            &["1-1 GET https://desk.example/a 520 code=520 host=desk.example proxied"],
        );
        check(
            "level=warning error=\"Get \\\"https://desk.example/a\\\": EOF\"\n",
            &["1-1 GET https://desk.example/a net::ERR_EMPTY_RESPONSE host=desk.example <closed without response>"],
        );
        check(
            "org.apache.http.NoHttpResponseException: desk.example:443 failed to respond\n",
            &["1-1 net::ERR_EMPTY_RESPONSE host=desk.example <closed without response>"],
        );
        check("botocore.exceptions.ClientError: An error occurred (520) when calling the PutObject operation: x\n", &["1-1 520"]);
        let exit = |text: &str| recognise(&Lines::new(text)).and_then(|recognition| recognition.extracts[0].statement.curl_exit);
        assert_eq!(exit("cURL error 52: Empty reply from server\n"), Some(52));
        assert_eq!(exit("error: RPC failed; HTTP 520 curl 22 The requested URL returned error: 520\n"), Some(22));
        assert_eq!(exit("HTTPError: Response code 520 (curl 52 is newer)\n"), None);
    }

    proptest::proptest! {
        /// Breaks on a panic, or when a cut makes a status, host or URL that the whole does not have.
        #[test]
        fn a_cut_makes_no_other(at in 0usize..400, number in 0usize..4, letter in "[{}'\"é\n]{0,3}") {
            let whole = [
                "Error: Request failed with status code 520\n    at x (y) {\n  config: { method: 'get', url: 'https://api.desk.example/a' },\n  response: { headers: { 'cf-ray': '9d7018700a17c2b1-VIE' }, data: 'error code: 520' }\n}\n",
                "requests.exceptions.HTTPError: 520 Server Error: <none> for url: https://api.desk.example/a\n",
                "HTTPSConnectionPool(host='api.desk.example', port=443): Max retries exceeded with url: /a (Caused by ResponseError('too many 520 error responses'))\n",
                "Server error: `PUT https://api.desk.example/a` resulted in a `520 ` response:\nerror code: 520\n",
            ][number];
            let all = said(whole).join(" ");
            let cut = &whole[..at.min(whole.len())];
            for word in said(cut).iter().flat_map(|line| line.split(' ')).skip(1) {
                proptest::prop_assert!(all.split(' ').any(|known| known == word) || word.contains('<') || word.contains("::"), "{word} of {cut}");
            }
            said(&[cut, &letter, whole].concat());
        }
    }
}
