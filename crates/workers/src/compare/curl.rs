//! A request as a command for a POSIX shell.

use fivetwenty_captures::har::{Entry, Header};
use fivetwenty_redact::commands::{Argument, Shell};
use fivetwenty_redact::{header_name, header_value, url_to_ask};

/// What curl sends by itself, or must not be told twice.
const LEFT_OUT: [&str; 6] = ["accept-encoding", "connection", "content-length", "host", "te", "transfer-encoding"];
/// Values of requests that are the same for everybody.
const OPEN: [&str; 24] = [
    "*/*",
    "1",
    "?0",
    "?1",
    "XMLHttpRequest",
    "audio",
    "cors",
    "document",
    "empty",
    "font",
    "image",
    "max-age=0",
    "navigate",
    "no-cache",
    "no-cors",
    "none",
    "same-origin",
    "same-site",
    "cross-site",
    "script",
    "style",
    "trailers",
    "video",
    "u=0, i",
];

/// The command with each value that may not leave replaced; empty when the URL's host is none.
pub(super) fn redacted(entry: &Entry) -> String {
    let value = |header: &Header| {
        let value = header.value.trim();
        let is_open = OPEN.contains(&value) || header_value(header).as_str() == value;
        if is_open { value.to_owned() } else { "VALUE".to_owned() }
    };
    let Some(url) = url_to_ask(&entry.request.url).and_then(|url| Argument::url(url.as_str())) else { return String::new() };
    command(entry, &url, &|header| format!("{}: {}", header_name(&header.name), value(header)))
}

/// The command with the values of the request; empty when the URL can stand in no command.
pub(super) fn with_values(entry: &Entry) -> String {
    let Some(url) = Argument::url(&entry.request.url) else { return String::new() };
    command(entry, &url, &|header| format!("{}: {}", header.name, header.value.trim()))
}

fn command(entry: &Entry, url: &Argument, field: &dyn Fn(&Header) -> String) -> String {
    let request = &entry.request;
    let shell = Shell::Posix;
    let mut command = format!("curl -sv -o /dev/null {}", url.quoted(shell));
    let is_name = !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_name && &*request.method == "HEAD" {
        command.push_str(" -I");
    } else if is_name && &*request.method != "GET" {
        command.push_str(" -X ");
        command.push_str(&request.method);
    }
    if request.http_version.eq_ignore_ascii_case("http/1.1") {
        command.push_str(" --http1.1");
    }
    for header in &request.headers {
        let name = header.name.to_ascii_lowercase();
        if name == "accept-encoding" {
            command.push_str(" --compressed");
        }
        if LEFT_OUT.contains(&&*name) || name.starts_with(':') {
            continue;
        }
        // What no shell can take between quotes is no header of HTTP either.
        if let Some(field) = shell.quote(&field(header)) {
            command.push_str(" -H ");
            command.push_str(&field);
        }
    }
    if request.body_size.is_some_and(|bytes| bytes > 0) {
        command.push_str(" --data-binary '@BODY_FILE'");
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(method: &str, url: &str, headers: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::default();
        (entry.request.method, entry.request.url, entry.request.http_version) = (method.into(), url.into(), "HTTP/1.1".into());
        let field = |(name, value): &(&str, &str)| {
            Header { name: (*name).into(), value: (*value).into(), length: value.len() as u64, hash: 0 }.into()
        };
        entry.request.headers = headers.iter().map(field).collect();
        entry
    }

    /// Breaks when a secret leaves unasked, a value that was asked for is missing, or a file's text becomes an option or ends its quotes.
    #[test]
    fn values_leave_only_when_asked() {
        let headers = [
            (":path", "/a"),
            ("Host", "shop.example"),
            ("Accept", "*/*"),
            ("Cookie", "session=it's a secret"),
            ("accept-encoding", "gzip"),
            ("X-Bad", "a\nb"),
        ];
        let mut entry = entry("POST", "https://shop.example/a?token=abc123", &headers);
        entry.request.body_size = Some(3);
        let start = "curl -sv -o /dev/null 'https://shop.example/a?token=";
        assert_eq!(
            redacted(&entry),
            format!(
                "{start}VALUE' -X POST --http1.1 -H 'Accept: */*' -H 'Cookie: VALUE' --compressed -H 'X-Bad: VALUE' --data-binary '@BODY_FILE'"
            )
        );
        let full =
            r"abc123' -X POST --http1.1 -H 'Accept: */*' -H 'Cookie: session=it'\''s a secret' --compressed --data-binary '@BODY_FILE'";
        assert_eq!(with_values(&entry), format!("{start}{full}"));
    }

    /// Breaks when a URL or a method of a stranger's file does something in a shell.
    #[test]
    fn what_is_no_request_makes_no_command() {
        for url in ["", "-K/etc/passwd", "data:text/html,x", "https://$(id)/"] {
            let entry = entry("GET", url, &[]);
            assert_eq!((redacted(&entry).as_str(), with_values(&entry).as_str()), ("", ""), "{url}");
        }
        assert_eq!(with_values(&entry("GET; id", "http://a/", &[])), "curl -sv -o /dev/null 'http://a/' --http1.1");
        assert_eq!(with_values(&entry("HEAD", "http://a/", &[])), "curl -sv -o /dev/null 'http://a/' -I --http1.1");
    }
}
