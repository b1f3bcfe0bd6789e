//! URLs in prose, and the method before one.

use std::ops::Range;

use super::grammar::{is_host, numbers};
use super::prompt::known_method;
use fivetwenty_captures::evidence::address::Address;

/// Whether a host is one that tools link to for help: it is not what they asked.
pub(super) fn is_help(host: &str) -> bool {
    const HELP: [&str; 11] = [
        "curl.haxx.se",
        "curl.se",
        "developer.mozilla.org",
        "developers.cloudflare.com",
        "github.com",
        "nodejs.org",
        "raw.githubusercontent.com",
        "stackoverflow.com",
        "support.cloudflare.com",
        "undici.nodejs.org",
        "www.cloudflare.com",
    ];
    HELP.contains(&host)
}

/// Bytes of a URL, at most.
const MAX_URL: usize = 2048;

/// The first URL of a line, without what the sentence around it adds.
pub(super) fn url_in(line: &str, is_whole: bool) -> Option<&str> {
    let ends = |letter: char| letter.is_whitespace() || "\"'<>`|\\^{}".contains(letter);
    line.match_indices("http").find_map(|(at, _)| {
        let rest = &line[at..line.floor_char_boundary(at + MAX_URL)];
        let end = rest.find(ends).unwrap_or(rest.len());
        let mut url = &rest[..end];
        if end == rest.len() && (!is_whole || at + end < line.len()) {
            return None;
        }
        loop {
            let shorter = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', ']', '\u{2026}', '_']);
            let shorter = if shorter.contains('(') { shorter } else { shorter.trim_end_matches(')') };
            if shorter.len() == url.len() {
                break;
            }
            url = shorter;
        }
        let address = Address::new(url);
        let host = address.host_name();
        (address.is_http() && is_host(host) && !is_help(host)).then_some(url)
    })
}

/// How far from a message the URL stands that it is about, in lines.
pub(super) const NEAR: usize = 3;

/// The lines around some others, from the nearest above to the farthest, then those below.
pub(super) fn near(range: Range<usize>) -> impl Iterator<Item = usize> {
    (range.start.saturating_sub(NEAR)..range.start).rev().chain(range.end..range.end + NEAR)
}

/// Whether a line says what was asked for, or that it failed, and not how it was answered.
pub(super) fn asks(line: &str) -> bool {
    const WORDS: [&str; 17] = [
        "ail", "rror", "nable to", "ould not", "request", "fetch", "url", "uri:", "source", "ndpoint", "curl ", "nvoke-", "irm ", "iwr ",
        "GET ", "POST ", "ownload",
    ];
    WORDS.iter().any(|word| line.contains(word)) && !numbers(line).any(|number| (200..400).contains(&number))
}

/// The method that stands before a URL.
pub(super) fn method_before(line: &str, url: &str) -> &'static str {
    let before = &line[..url.as_ptr() as usize - line.as_ptr() as usize];
    let signs = [' ', '\t', '"', '\'', '(', '[', ']', ':', '`'];
    let before = before.trim_end_matches(signs);
    before.strip_suffix(" at").unwrap_or(before).trim_end_matches(signs).rsplit(signs).next().and_then(known_method).unwrap_or_default()
}
