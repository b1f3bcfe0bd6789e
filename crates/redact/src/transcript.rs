//! Transcripts, such as the output of curl, and requests extracted from texts. Both are redacted with the map of tokens that the files have.

use std::net::IpAddr;
use std::sync::Arc;

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::har::{Entry, Header};

use crate::detect;
use crate::kind::Kind;
use crate::policy::Policy;
use crate::token;
use crate::token::Place;
use crate::tokens::Tokens;
use crate::values::Context;

/// Words of a command that stay: tools, methods, and options that only say how the request is made.
const PLAIN_WORDS: [&str; 66] = [
    "$",
    "#",
    "%",
    "PS>",
    "curl",
    "curl.exe",
    "wget",
    "http",
    "https",
    "xh",
    "-",
    "/dev/null",
    "2>&1",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "-o",
    "-O",
    "-D",
    "-w",
    "-X",
    "-m",
    "-d",
    "-q",
    "-#",
    "-0",
    "-1",
    "-2",
    "-4",
    "-6",
    "--compressed",
    "--connect-timeout",
    "--connect-to",
    "--dump-header",
    "--fail",
    "--head",
    "--headers",
    "--http1.0",
    "--http1.1",
    "--http2",
    "--http2-prior-knowledge",
    "--http3",
    "--http3-only",
    "--include",
    "--insecure",
    "--location",
    "--max-redirs",
    "--max-time",
    "--no-keepalive",
    "--output",
    "--request",
    "--resolve",
    "--retry",
    "--server-response",
    "--show-error",
    "--silent",
    "--spider",
    "--tls-max",
    "--trace-ascii",
    "--url",
    "--verbose",
    "--ignore-stdin",
];
/// The letters of curl's options that take no value, as they stand together behind one hyphen.
const FLAGS: &[u8] = b"#0123456ILSfgijklnqsv";
/// Options behind which a number, an address or the name of a host stays.
const HARMLESS_OPTIONS: [&str; 9] =
    ["-m", "--max-time", "--connect-timeout", "--retry", "--max-redirs", "--connect-to", "--resolve", "--tls-max", "-D"];

/// How the lines begin in which curl says what it does: they are about the connection, and hold nothing that was sent.
const TOOL_LINES: [&str; 49] = [
    "ALPN",
    "Adding handle",
    "CONNECT",
    "Closing connection",
    "Connected to ",
    "Connecting to ",
    "Connection #",
    "Connection died",
    "Connection state",
    "Connection timed out",
    "Could not resolve host",
    "Curl_",
    "Empty reply from server",
    "Error while processing content unencoding",
    "Established connection to ",
    "Excess found",
    "Expire in",
    "Failed to connect to ",
    "GnuTLS",
    "HTTP 1.0, assume close",
    "HTTP error before end of send",
    "HTTP/1.1 stream",
    "HTTP/2 stream",
    "Host ",
    "IPv4: ",
    "IPv6: ",
    "Illegal or missing hexadecimal sequence",
    "Immediate connect fail for ",
    "Invalid Content-Length",
    "Mark bundle as not supporting multiuse",
    "OpenSSL",
    "Operation timed out",
    "Peer certificate",
    "Received HTTP/0.9 when not allowed",
    "Recv failure",
    "Request completely sent off",
    "SSL ",
    "SSL_ERROR",
    "Send failure",
    "TLSv1",
    "The requested URL returned error",
    "Trying ",
    "Unsupported HTTP",
    "Using HTTP",
    "We are completely uploaded and fine",
    "connect to ",
    "nghttp2",
    "old SSL session ID is stale",
    "schannel",
];
/// More of them.
const MORE_TOOL_LINES: [&str; 10] = [
    "closing connection",
    "expire date:",
    "process_pending_requests",
    "send failure",
    "shutting down connection",
    "start date:",
    "transfer closed with",
    "upload completely sent off",
    "using HTTP/",
    "Weird server reply",
];
/// Those among them that name the server's address.
const ADDRESS_LINES: [&str; 9] = [
    "Trying ",
    "Connected to ",
    "Connecting to ",
    "Established connection to ",
    "Failed to connect to ",
    "Immediate connect fail for ",
    "connect to ",
    "IPv4: ",
    "IPv6: ",
];

/// Redacts a transcript.
///
/// A header is redacted as in a file. Of a request's first line, of a status line and of the tool's own lines, the words stay that say how
/// the request was made. Of a command, the options and the URL stay. Any other line goes as a whole, for instance one of a body, and so does
/// any other word.
pub fn transcript(text: &str, policy: &Policy, tokens: &mut Tokens) -> String {
    tokens.learn(policy);
    let mut context = Context { tokens, policy, field: "text" };
    let mut out = String::with_capacity(text.len());
    // The body of a response follows the empty line behind its headers, and may look like anything.
    let (mut in_headers, mut in_body) = (false, false);
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let mark = ["< ", "> ", "* ", "} ", "{ "].into_iter().find(|mark| body.starts_with(mark)).unwrap_or_default();
        // It is shown in terminals.
        let rest = &*escape_invisible(&body[mark.len()..], usize::MAX);
        in_body = match (mark, rest.trim()) {
            ("< ", "") | ("", "<") => true,
            ("", "") => in_body || in_headers,
            ("", rest) => in_body && !rest.starts_with("HTTP/") && !rest.starts_with("curl: (") && !is_command(rest),
            _ => false,
        };
        in_headers = mark.is_empty() && !in_body && (rest.starts_with("HTTP/") || in_headers);
        out.push_str(mark);
        let written = if in_body && mark.is_empty() { body_line(rest) } else { context.line(mark, rest) };
        let goes = context.tokens.known(&written).is_some();
        out.push_str(&if goes { left_out(&written) } else { written });
        out.push_str(if line.len() > body.len() { "\n" } else { "" });
    }
    out
}

/// Redacts a request that was extracted from a text, as a request of a file is.
pub fn extracted_entry(mut entry: Entry, policy: &Policy, tokens: &mut Tokens) -> Entry {
    tokens.learn(policy);
    let mut context = Context { tokens, policy, field: "text" };
    entry.request.url = context.url(&entry.request.url).into();
    if !detect::is_method(&entry.request.method) {
        entry.request.method = Arc::default();
    }
    entry.request.headers = context.headers(&entry.request.headers);
    entry.response.headers = context.headers(&entry.response.headers);
    entry.response.status_text = Arc::default();
    entry.response.title = None;
    entry
}

/// Redacts a value that many records of a log share: a path, or a word such as a method.
pub fn logged_value(text: &str, policy: &Policy, tokens: &mut Tokens) -> String {
    tokens.learn(policy);
    let mut context = Context { tokens, policy, field: "logs" };
    if text.starts_with('/') {
        return context.url(text);
    }
    if context.hides(text) {
        return context.token(Kind::Text, "", text, Place::Url);
    }
    tokens.allow(text);
    text.to_owned()
}

impl Context<'_> {
    fn headers(&mut self, headers: &[Arc<Header>]) -> Vec<Arc<Header>> {
        let redacted = |header: &Arc<Header>| {
            let value = self.header(&header.name, &header.value);
            Arc::new(Header { name: self.header_name(&header.name).into(), value: value.into(), ..Header::clone(header) })
        };
        headers.iter().map(redacted).collect()
    }

    fn line(&mut self, mark: &str, line: &str) -> String {
        if line.trim().is_empty() || matches!(line, "<" | ">" | "*") || token::is_token(line) {
            return line.to_owned();
        }
        if mark == "* " {
            return self.tool_line(line);
        }
        if let Some((before, words)) = line.split_once(") ").filter(|(before, _)| before.starts_with("curl: (") && before.len() < 12) {
            return [before, ") ", &self.tool_line(words)].concat();
        }
        if is_code(line) {
            return line.to_owned();
        }
        if line.starts_with("HTTP/") {
            return self.status_line(line);
        }
        // `--trace-ascii` numbers the bytes.
        if let Some((offset, rest)) = line.split_at_checked(6)
            && offset.ends_with(": ")
            && offset.bytes().take(4).all(|byte| byte.is_ascii_hexdigit())
        {
            return [offset, &self.line(mark, rest)].concat();
        }
        if let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name) || token::is_token(name)) {
            return self.header_line(name, value);
        }
        let words: Vec<&str> = line.split(' ').collect();
        if let [method, target, version] = words[..]
            && detect::is_method(method)
            && version.starts_with("HTTP/")
            && self.is_plain(version)
        {
            return [method, " ", &self.url(target), " ", version].concat();
        }
        if is_command(line) { self.command(&words) } else { left_out(line) }
    }

    fn header_line(&mut self, name: &str, value: &str) -> String {
        let space = value.len() - value.trim_start().len();
        let written = self.header_name(name).into_owned();
        let redacted = self.header(name, &value[space..]);
        if redacted == value[space..] {
            self.tokens.allow(&redacted);
        }
        [&written, ":", &value[..space], &redacted].concat()
    }

    /// A status line: version and status stay, and a reason that is made of known words.
    fn status_line(&mut self, line: &str) -> String {
        let mut parts = line.splitn(3, ' ');
        let (version, status, reason) =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if !self.is_plain(version) || version.len() > 10 || status.len() > 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            return left_out(line);
        }
        let reason = if reason.trim().is_empty() || detect::is_phrase(reason.trim()) { reason.to_owned() } else { left_out(reason) };
        [version, " ", status, if line.matches(' ').count() > 1 { " " } else { "" }, &reason].concat()
    }

    /// A line in which curl says what it does.
    fn tool_line(&mut self, line: &str) -> String {
        let text = line.trim_start();
        let space = &line[..line.len() - text.len()];
        // `[HTTP/2] [1] [name: value]`, and `h2h3 [name: value]` of earlier ones.
        let bracket = text.match_indices('[').find_map(|(at, _)| {
            let header = text[at + 1..].strip_suffix(']')?;
            let end = header.get(1..)?.find(':')? + 1;
            (is_name(&header[..end]) || token::is_token(&header[..end])).then(|| (&text[..=at], &header[..end], &header[end + 1..]))
        });
        if let Some((before, name, value)) =
            bracket.filter(|(before, ..)| before.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" []/".contains(&byte)))
        {
            return [space, before, &self.header_line(name, value), "]"].concat();
        }
        if !TOOL_LINES.iter().chain(&MORE_TOOL_LINES).any(|beginning| text.starts_with(beginning)) {
            return left_out(line);
        }
        let names_address = ADDRESS_LINES.iter().any(|beginning| text.starts_with(beginning));
        let words = text.split(' ').map(|word| match address(word).filter(|_| names_address) {
            // That of the server, as a capture has it too.
            Some(address) => {
                self.tokens.allow(address);
                word.to_owned()
            }
            None => self.word(word),
        });
        [space, &words.collect::<Vec<_>>().join(" ")].concat()
    }

    fn command(&mut self, words: &[&str]) -> String {
        let mut before = "";
        let words = words.iter().map(|word| {
            let option = std::mem::replace(&mut before, word);
            let flags = word.strip_prefix('-').filter(|flags| !flags.is_empty() && flags.bytes().all(|byte| FLAGS.contains(&byte)));
            let is_harmless =
                HARMLESS_OPTIONS.contains(&option) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte));
            let quote = word.chars().next().filter(|letter| matches!(letter, '\'' | '"'));
            let bare = match quote {
                Some(quote) => word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or_default(),
                None => word,
            };
            if PLAIN_WORDS.contains(word) || flags.is_some() || is_left_out(word) {
                (*word).to_owned()
            } else if bare.starts_with("http://") || bare.starts_with("https://") {
                let quote = quote.map(String::from).unwrap_or_default();
                [&quote, &*self.url(bare), &quote].concat()
            } else if is_harmless && address(word).is_none_or(|_| matches!(option, "--connect-to" | "--resolve")) {
                if let Some(address) = address(word) {
                    self.tokens.allow(address);
                }
                (*word).to_owned()
            } else {
                left_out(word)
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// A word of such a line.
    fn word(&mut self, word: &str) -> String {
        if word.contains("://") {
            self.url(word)
        } else if self.is_plain(word.trim_start_matches('#')) && address(word).is_none() {
            self.tokens.allow(word);
            word.to_owned()
        } else {
            left_out(word)
        }
    }
}

/// Whether it can be the name of a header.
fn is_name(name: &str) -> bool {
    let name = name.trim_start_matches(':').trim_end_matches(':');
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn body_line(line: &str) -> String {
    if line.trim().is_empty() || is_code(line) { line.to_owned() } else { left_out(line) }
}

/// Whether a line is the whole body of an error of Cloudflare's.
fn is_code(line: &str) -> bool {
    line.strip_prefix("error code: ").is_some_and(|code| code.len() <= 5 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A tool's call, perhaps behind a prompt.
fn is_command(line: &str) -> bool {
    let mut words = line.split(' ').skip_while(|word| matches!(*word, "$" | "#" | "%" | "PS>"));
    words.next().is_some_and(|word| matches!(word, "curl" | "curl.exe" | "wget" | "http" | "https" | "xh"))
}

/// What stands for a text that is not read. The leak check does not search for such a text, for it may be allowlisted elsewhere.
fn left_out(text: &str) -> String {
    if text.is_empty() || is_left_out(text) { text.to_owned() } else { format!("{LEFT_OUT}{}-bytes]", text.len()) }
}

fn is_left_out(text: &str) -> bool {
    let length = text.strip_prefix(LEFT_OUT).and_then(|rest| rest.strip_suffix("-bytes]"));
    length.is_some_and(|length| length.len() < 10 && length.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How what stands for a text that is not read begins.
const LEFT_OUT: &str = "[left-out,";

/// The address that a word is, with brackets, a port or colons and dots around it perhaps.
fn address(word: &str) -> Option<&str> {
    let bare = word.trim_matches(['(', ')', '[', ']', ',', '.']);
    let bare = bare.strip_prefix("::").filter(|rest| rest.contains('.')).unwrap_or(bare);
    let host = bare.rsplit_once(':').filter(|(host, port)| !host.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = host.map_or(bare, |(host, _)| host);
    bare.parse::<IpAddr>().is_ok().then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a value in a transcript stays that would go from a file, or gets another token, or is redacted twice.
    #[test]
    fn transcripts_are_redacted_as_files_are() {
        let mut tokens = Tokens::default();
        let mut redact = |text: &str| transcript(text, &Policy::default(), &mut tokens);
        let curl = "$ curl -sv 'https://shop.example/a?id=8c1f42d07be94a36' -H 'Authorization: Bearer hunter2'\n\
            > GET /a?id=8c1f42d07be94a36 HTTP/1.1\r\n> Host: shop.example\r\n> Cookie: id=8c1f42d07be94a36\r\n>\r\n\
            * Connected to 203.0.113.7 (203.0.113.7) port 443\n* Connection #0 to host shop.example left intact\n* Empty reply from server\n< HTTP/1.1 520 Origin Error\n< cf-ray: 8a7d5e2fbcd1a1c3-DFW\n<html>Dear Mr. Miller\nerror code: 520\ncurl: (52) Empty reply from server\n";
        let redacted = redact(curl);
        for gone in ["8c1f42d07be94a36", "hunter2", "Miller"] {
            assert!(!redacted.contains(gone), "{gone}: {redacted}");
        }
        for stays in [
            "$ curl -sv 'https://shop.example/a?id=",
            "> Host: shop.example\n",
            "* Connected to 203.0.113.7 (203.0.113.7) port 443\n* Connection #0 to host shop.example left intact\n",
            "* Empty reply from server\n",
            "< HTTP/1.1 520 Origin Error\n",
            "8a7d5e2fbcd1a1c3-DFW",
            "\nerror code: 520\n",
            "curl: (52) Empty reply from server\n",
        ] {
            assert!(redacted.contains(stays), "{stays}: {redacted}");
        }
        assert_eq!(redact(&redacted), redacted);
        let id = |line: &str| redacted.lines().find(|text| text.starts_with(line)).unwrap().split_once("id=").unwrap().1.to_owned();
        assert!(id("> Cookie").starts_with("[cookie id #1"), "{redacted}");
        assert!(id("> GET").contains("1,16-bytes"), "{redacted}");
    }

    /// Breaks when a tool's command or its own words tell what it was given: whatever is not known to be harmless goes.
    #[test]
    fn commands_and_what_tools_say_hide_nothing() {
        let text = "$ curl -su admin:hunter2 https://shop.example/ --oauth2-bearer hunter2 --json '{\"iban\":\"hunter2\"}' -o /dev/null ; export A=hunter2\n\
            $ http -a user:hunter2 POST https://shop.example/a field=hunter2 X-Key:hunter2\n\
            $ wget --http-password=hunter2 -S 'https://shop.example/a b=hunter2'\n\
            * [HTTP/2] [1] [:path: /search?q=hunter2]\n* [HTTP/2] [1] [cookie: session=hunter2]\n* h2h3 [x-api-key: hunter2]\n\
            * Server auth using Basic with user 'hunter2'\n*   Trying 203.0.113.7:443...\n* Local Interface eth0 is ip 192.168.77.55\n\
            * The password of the panel is hunter2\nhttp hunter2 says hello\nHTTP/1.1 500 Failed for hunter2\n< X-A: a\u{1b}[2Jhunter2\n\
            curl: (52) Empty reply from server\ncurl: (6) hunter2\n";
        let mut tokens = Tokens::default();
        let redacted = transcript(text, &Policy::default(), &mut tokens);
        for gone in ["hunter2", "192.168.77.55", "\u{1b}", "admin", "user"] {
            assert!(!redacted.contains(gone), "{gone}: {redacted}");
        }
        for stays in [
            "$ curl [left-out,3-bytes] [left-out,13-bytes] https://shop.example/",
            "-o /dev/null",
            "* [HTTP/2] [1] [:path: /search?q=[",
            "* [HTTP/2] [1] [cookie: session=[",
            "*   Trying 203.0.113.7:443...",
            "HTTP/1.1 500 [left-out,18-bytes]",
            "curl: (52) Empty reply from server\n",
        ] {
            assert!(redacted.contains(stays), "{stays}: {redacted}");
        }
        assert_eq!(transcript(&redacted, &Policy::default(), &mut tokens), redacted);
    }

    proptest::proptest! {
        /// Breaks when what stands for a line or a word is taken for another one the second time, by the same map of tokens or by a new one.
        #[test]
        fn twice_is_once(text in "((< |> |\\* |)(GET /[a-z?=]{0,9} HTTP/1.1|HTTP/1.1 520 [A-Za-z ]{0,9}|[a-z-]{1,9}: [ -~]{0,20}|curl -[a-zA-Z]{1,3} [ -~]{0,20}|\\[HTTP/2\\] \\[1\\] \\[[a-z-]{1,9}: [ -~]{0,12}\\]|[ -~]{0,30})\n){0,6}") {
            let (policy, mut tokens) = (Policy::default(), Tokens::default());
            let once = transcript(&text, &policy, &mut tokens);
            proptest::prop_assert_eq!(&transcript(&once, &policy, &mut tokens), &once);
            proptest::prop_assert_eq!(&transcript(&once, &policy, &mut Tokens::default()), &once);
        }
    }
}
