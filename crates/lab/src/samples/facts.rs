//! What is to be taken from a text: what the servers noted, as far as the text says it.

use std::net::SocketAddr;

use fivetwenty_harness::moment::{HTTP_DATE, ON_A_PAGE, RFC_3339, written};
use fivetwenty_harness::servers::origin::Exchange;
use serde_json::{Map, Value, json};
use time::{Duration, UtcDateTime};

/// What a text says of an exchange that a server noted.
pub(super) fn of_exchange(text: &str, exchange: &Exchange, server: SocketAddr) -> Map<String, Value> {
    let mut fact = Map::new();
    let mut put = |key: &str, value: Value, is_there: bool| {
        if is_there {
            fact.insert(key.to_owned(), value);
        }
    };
    put("host", json!(exchange.host), text.contains(&exchange.host));
    let line = format!("{} {}", exchange.method, exchange.target);
    put("method", json!(exchange.method), text.contains(&line) || text.contains(&format!("\n{}\n", exchange.method)));
    let scheme = if server.port() == 443 { "https" } else { "http" };
    let bare = format!("{scheme}://{}{}", server.ip(), exchange.target);
    let url = if has_word(text, &bare) { bare } else { format!("{scheme}://{}{}", exchange.host, exchange.target) };
    let is_whole = has_word(text, &url) || has_word(text, &line) && text.contains(&exchange.host);
    put("url", json!(url), is_whole || exchange.target == "/" && has_word(text, url.trim_end_matches('/')));
    let address = server.ip().to_string();
    let is_there = has_word(text, &address) || text.contains(&format!("//{address}/"));
    put("address", json!(address), is_there);
    if let Some(status) = exchange.status {
        let http = exchange.http;
        let versions = [format!("HTTP/{http} {status}"), format!("\"http_version\":\"{http}\""), format!("VersionHTTP/{http}\n")];
        put("http", json!(http), versions.iter().any(|version| text.contains(version.as_str())));
        put("status", json!(status), says_status(text, status));
    }
    if let Some(code) = exchange.code {
        put("error_code", json!(code), says_code(text, code));
    }
    if let Some((ray, colo)) = &exchange.ray {
        put("ray", json!(ray), text.contains(ray.as_str()));
        let places = [format!("{ray}-{colo}"), format!("{ray}:{colo}"), format!("\ncolo={colo}")];
        put("colo", json!(colo), places.iter().any(|place| text.contains(place.as_str())));
    } else if let Some(colo) = ["FRA", "IAD", "LHR", "AMS", "CDG"].iter().find(|colo| text.contains(&format!("\ncolo={colo}"))) {
        put("colo", json!(colo), exchange.target == "/cdn-cgi/trace");
    }
    if let Some(time) = time_in(text, exchange.time) {
        put("time", json!(time), true);
    }
    fact
}

/// The same of what a program prints: it spells the method in its own way, and may give the host and the target apart.
pub(super) fn of_client(text: &str, exchange: &Exchange, server: SocketAddr) -> Map<String, Value> {
    let mut fact = of_exchange(text, exchange, server);
    let (method, host, target) = (&exchange.method, &exchange.host, &exchange.target);
    let lower = method.to_ascii_lowercase();
    let title = [&method[..1], &lower[1..]].concat();
    let forms = [
        format!("method: '{lower}'"),
        format!("method: '{method}'"),
        format!("\"method\":\"{lower}\""),
        format!("{title} \""),
        format!("{method} http"),
        format!("[{method}]"),
        format!("-X{method}"),
    ];
    if forms.iter().any(|form| text.contains(form)) {
        fact.insert("method".to_owned(), json!(method));
    }
    // A reason phrase is no page, and a title is one.
    let code = exchange.code.filter(|code| {
        let forms = [format!("error code: {code}"), format!("error_code: {code}"), format!("error_code\":{code}"), format!(" | {code}: ")];
        forms.iter().any(|form| text.contains(form))
    });
    fact.remove("error_code");
    fact.extend(code.map(|code| ("error_code".to_owned(), json!(code))));
    let local = (-2..3).find_map(|later| {
        let written = written(exchange.time + Duration::seconds(later), RFC_3339).replace('T', " ").trim_end_matches('Z').to_owned();
        (text.contains(&written) || text.contains(&written.replace('-', "/"))).then_some(written)
    });
    if let Some(local) = local.filter(|_| !fact.contains_key("time")) {
        fact.insert("time".to_owned(), json!(local.replace(' ', "T")));
    }
    let scheme = if server.port() == 443 { "https" } else { "http" };
    let url = format!("{scheme}://{host}{target}");
    // Tools that ask for files of a repository may name only where it is.
    let words = text.split([' ', '\n', '\'', '(', ')']).filter(|word| word.len() > url.len() - target.len() + 1 && url.starts_with(word));
    if let Some(named) = words.max_by_key(|word| word.len()) {
        fact.insert("url".to_owned(), json!(named));
    }
    if has_word(text, target) && text.contains(host.as_str()) {
        fact.insert("url".to_owned(), json!(url));
    }
    fact
}

/// The moment that a text gives for something that happened at about this time, to the second.
pub(super) fn time_in(text: &str, about: UtcDateTime) -> Option<String> {
    (0..4).find_map(|later| {
        let time = about + Duration::seconds(later);
        let forms = [
            written(time, HTTP_DATE),
            written(time, ON_A_PAGE) + " UTC",
            written(time, RFC_3339),
            format!("ts={}.", time.unix_timestamp()),
        ];
        forms.iter().any(|form| text.contains(form.as_str())).then(|| written(time, RFC_3339))
    })
}

/// What of a URL stands in a command line, for a command that no server heard of.
pub(super) fn of_url(command: &str) -> Map<String, Value> {
    let url = command.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).find(|word| word.contains("://"));
    let mut fact = Map::new();
    // What has a space in it is no URL, and stays with the words around it.
    if let Some(url) = url.filter(|url| !command.contains(&format!("'{url} "))) {
        fact.insert("url".to_owned(), json!(url));
        let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':', '?']).next());
        fact.insert("host".to_owned(), json!(host));
    }
    fact
}

fn says_status(text: &str, status: u16) -> bool {
    has_word(text, &status.to_string())
}

fn says_code(text: &str, code: u16) -> bool {
    let forms = [
        format!("error code: {code}"),
        format!("Error code {code}"),
        format!("error_code: {code}"),
        format!("\"error_code\":{code}"),
        format!("\"error_code\": {code}"),
        format!("errorcode_{code}"),
        format!("cf-error-code\">{code}"),
        format!("Error {code}"),
    ];
    forms.iter().any(|form| has_word(text, form))
}

/// Whether a text has these characters, and neither letter, digit nor slash around them.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|char| !char.is_ascii_alphanumeric());
        let after = text[at + word.len()..].chars().next().is_none_or(|char| !char.is_ascii_alphanumeric() && char != '/');
        before && after
    })
}
