//! The grammar of HTTP's lines, as tools show them.

/// `HTTP/1.1 520 Origin Error`: the version, the status and the reason phrase.
pub(super) fn status_line(line: &str) -> Option<(&str, u16, &str)> {
    let (version, rest) = line.split_once(' ')?;
    let (status, reason) = rest.trim_start().split_at_checked(3)?;
    let is_apart = reason.is_empty() || reason.starts_with(' ');
    Some((version, code(status)?, reason.trim())).filter(|_| is_apart && is_version(version))
}

/// `GET /path HTTP/1.1`: the method, the target and the version.
pub(super) fn request_line(line: &str) -> Option<(&str, &str, &str)> {
    let (method, rest) = line.split_once(' ')?;
    let (target, version) = rest.trim_end().rsplit_once(' ')?;
    let is_method = (3..=16).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_target = !target.is_empty() && !target.contains(' ');
    (is_method && is_target && is_version(version)).then_some((method, target, version))
}

/// `name: value`; the names of HTTP/2's own fields begin with a colon.
pub(super) fn header(line: &str) -> Option<(&str, &str)> {
    let own = usize::from(line.starts_with(':'));
    // Postman has an arrow in the colon's place.
    let (name, value) = line.get(own..)?.split_once([':', '\u{2192}'])?;
    let name = if line[own + name.len()..].starts_with(':') { name } else { name.strip_suffix(' ').filter(|_| !value.starts_with(' '))? };
    let is_token = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    (is_token && !value.starts_with("//")).then_some((&line[..name.len() + own], value.trim_matches([' ', '\t'])))
}

/// Signs of code and of queries: a status in them was not received.
const SOURCE: [&str; 13] = [
    "(status = ",
    "=> {",
    "===",
    "!==",
    "if (",
    "expect(",
    "assert(",
    "assert.",
    ".reply(",
    "mock(",
    "log_format",
    " where status",
    " set status",
];

/// Whether a line, in lower case, is code, a query, or names a change by its number.
pub(super) fn is_source(line: &str) -> bool {
    let is_change =
        |(_, number): (&str, &str)| number.trim_end().ends_with(')') && number.starts_with(|digit: char| digit.is_ascii_digit());
    SOURCE.iter().any(|sign| line.contains(sign)) || line.rsplit_once(" (#").is_some_and(is_change)
}

/// A host's name or address, as tools and logs write it; where it is masked it is none.
pub(super) fn is_host(host: &str) -> bool {
    let is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
    // What guides put in a host's place.
    let is_yours = |rest: &str| ["domain", "site", "website"].iter().any(|name| rest.trim_start_matches(['-', '_']).starts_with(name));
    let is_masked = host.bytes().all(|byte| b"xX.".contains(&byte))
        || host.starts_with('[') && !host.contains(':')
        || host.strip_prefix("your").is_some_and(is_yours);
    (1..=253).contains(&host.len()) && is_plain && !is_masked && host.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// The numbers of three or four digits that stand in a line: what has none among them that is a status needs no closer look.
pub(super) fn numbers(line: &str) -> impl Iterator<Item = u16> + '_ {
    let runs = line.as_bytes().split(|byte| !byte.is_ascii_digit() && *byte != b'.');
    let whole = runs.map(trimmed).filter(|run| (3..=4).contains(&run.len()) && !run.contains(&b'.'));
    whole.map(|run| run.iter().fold(0, |number, digit| 10 * number + u16::from(digit - b'0')))
}

/// Without the points of a sentence.
fn trimmed(mut run: &[u8]) -> &[u8] {
    while let [b'.', rest @ ..] | [rest @ .., b'.'] = run {
        run = rest;
    }
    // Some name a number twice: `522.522`
    match run {
        [first @ .., b'.', a, b, c] if *first == [*a, *b, *c] => first,
        _ => run,
    }
}

/// A status of three digits, from 100.
pub(super) fn code(text: &str) -> Option<u16> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_code && (100..=999).contains(status))
}

/// A status in a log: of three digits, or nginx's 000.
pub(super) fn logged(text: &str) -> Option<u16> {
    if text == "000" { Some(0) } else { code(text).filter(|status| *status < 600) }
}

/// Bytes of a request's target at most.
const MAX_TARGET: usize = 8192;

/// What an unquoted or quoted request asks for: a path, a URL, or host and path.
pub(super) fn is_target(target: &str) -> bool {
    target.len() <= MAX_TARGET
        && (target.starts_with('/') || target == "*" || target.split_once('/').is_some_and(|(host, _)| host.contains(['.', ':'])))
        && !target.contains(' ')
        && target.split_once("://").is_none_or(|(_, rest)| rest.split(['/', '?']).next().is_some_and(is_host))
}

fn is_version(text: &str) -> bool {
    ["HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/2.0", "HTTP/3", "HTTP/3.0", "HTTP/0.9"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a line is taken for another one, or what is cut for a whole one.
    #[test]
    fn lines_are_what_their_grammar_says() {
        assert_eq!(status_line("HTTP/1.1 520 Origin Error"), Some(("HTTP/1.1", 520, "Origin Error")));
        assert_eq!(status_line("HTTP/2 520 "), Some(("HTTP/2", 520, "")));
        for line in ["HTTP/2 52", "HTTP/1 520", "HTTP/2 5200", "HTTP/2 é20", "HTTPS/2 520", "520", ""] {
            assert_eq!(status_line(line), None, "{line}");
        }
        assert_eq!(request_line("GET /a?b=c HTTP/1.1"), Some(("GET", "/a?b=c", "HTTP/1.1")));
        for line in ["GET /a", "GET /a HTTP", "Get / HTTP/2", "GET  HTTP/2", "A nice HTTP/2"] {
            assert_eq!(request_line(line), None, "{line}");
        }
        assert_eq!(header("cf-ray: a-FRA "), Some(("cf-ray", "a-FRA")));
        assert_eq!(header(":status: 520"), Some((":status", "520")));
        assert_eq!(header("Date \u{2192}Mon, 15 Apr 2019 20:44:41 GMT"), Some(("Date", "Mon, 15 Apr 2019 20:44:41 GMT")));
        for line in ["https://a.example/", "a \u{2192} b", "a\u{2192}b: c", "a b: c", ": c", "é: a", ""] {
            assert_eq!(header(line), None, "{line}");
        }
    }
}
