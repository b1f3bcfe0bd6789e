//! What is known of both sides of a row beside their headers.

use fivetwenty_captures::compare::header_bytes;
use fivetwenty_captures::edge::is_failing;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::protocol::{Fact, Said};
use fivetwenty_redact::byte_count;

/// A line: its name, what that means, the fields of evidence that point at it, whether it is shown at once, and what an entry says.
type Line = (&'static str, &'static str, &'static [&'static str], bool, fn(&Entry) -> Said);

const LINES: [Line; 10] = [
    ("Status", "", &["response.status", "response.statusText", "response", "status"], true, status),
    ("Error", "The browser's name for the error.", &["response._error", "_error"], true, |entry| {
        let error = entry.response.error.as_deref();
        Said { text: error.unwrap_or_default().to_owned(), failing: error.is_some() && is_failing(entry), ..or("none") }
    }),
    ("Body", "", &["response.bodySize", "response.content.size", "response._transferSize"], true, body),
    ("Sent", "When the request started, in UTC.", &["startedDateTime"], true, |entry| {
        let text = entry.started.map(|started| started.to_string()).unwrap_or_default();
        Said { text, is_time: true, ..or("not in the file") }
    }),
    ("URL", "", &["request.url"], false, |entry| text(&entry.request.url)),
    ("Protocol", "The version of HTTP that the file names.", &[], false, |entry| text(&entry.response.http_version)),
    ("Server", "The IP address the browser connected to.", &["serverIPAddress"], false, |entry| {
        text(entry.server_ip.as_deref().unwrap_or_default())
    }),
    (
        "Header bytes",
        "Since 2025-10-16, Cloudflare accepts 128 KB of response headers. Before that, it accepted 32 KB, 16 KB each, as many servers do today.",
        &["response.headersSize"],
        false,
        header_size,
    ),
    (
        "Framing",
        "How the response declares where its body ends.",
        &["response.headers.content-length", "response.headers.transfer-encoding"],
        false,
        |entry| match entry.response.header("content-length") {
            Some(header) => Said { text: header.value.to_string(), about: "Content-Length".to_owned(), ..Said::default() },
            None => or("no Content-Length"),
        },
    ),
    ("No Ray ID", "Why the header cf-ray is no Ray ID.", &[], false, |entry| {
        let header = entry.response.header("cf-ray").and_then(|header| header.value.parse::<RayId>().err());
        Said { about: header.map(|error| error.to_string()).unwrap_or_default(), ..Said::default() }
    }),
];

/// The lines of both sides, without those of which neither says anything.
pub(super) fn facts(sides: [Option<&Entry>; 2]) -> Vec<Fact> {
    let lines = LINES.iter().map(|(name, means, fields, first, said)| {
        let [proxied, direct] = sides.map(|entry| entry.map(*said));
        Fact {
            name: (*name).to_owned(),
            means: (*means).to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            first: *first,
            proxied,
            direct,
        }
    });
    let says = |said: &Said| !said.text.is_empty() || !said.about.is_empty();
    lines.filter(|fact| fact.proxied.iter().chain(&fact.direct).any(says)).collect()
}

/// Nothing but a word of the program's own, which is not said beside a text.
fn or(about: &'static str) -> Said {
    Said { about: about.to_owned(), ..Said::default() }
}

fn text(text: &str) -> Said {
    Said { text: text.to_owned(), ..or("not in the file") }
}

fn status(entry: &Entry) -> Said {
    let response = &entry.response;
    let failing = is_failing(entry);
    if response.status == 0 {
        return Said { failing, ..or("no response") };
    }
    let text = format!("{} {}", response.status, response.status_text).trim_end().to_owned();
    Said { text, failing, ..Said::default() }
}

fn body(entry: &Entry) -> Said {
    let response = &entry.response;
    match (response.body_size, response.content_size) {
        (None, None) => or("not recorded"),
        (Some(sent), None) => Said { text: byte_count(sent).to_string(), about: "as sent".to_owned(), ..Said::default() },
        (None, Some(decoded)) => Said { text: byte_count(decoded).to_string(), about: "decoded".to_owned(), ..Said::default() },
        (Some(sent), Some(decoded)) if sent == decoded => Said { text: byte_count(sent).to_string(), ..Said::default() },
        (Some(sent), Some(decoded)) => {
            Said { text: byte_count(decoded).to_string(), about: format!("{} as sent", byte_count(sent)), ..Said::default() }
        }
    }
}

fn header_size(entry: &Entry) -> Said {
    let (bytes, measured) = header_bytes(&entry.response);
    if entry.response.status == 0 && bytes == 0 {
        return or("none received");
    }
    let how = if measured { "as sent" } else { "summed from the list" };
    let against = match bytes / 1024 {
        0..16 => "under 16 KB, of 128 KB allowed",
        16..32 => "over 16 KB, under 32 KB, of 128 KB allowed",
        32..128 => "over 32 KB, of 128 KB allowed",
        _ => "over the 128 KB allowed",
    };
    Said { text: byte_count(bytes).to_string(), about: format!("{how}; {against}"), ..Said::default() }
}
