//! Texts of lines, such as what curl shows, and the requests that they tell of: redacted with the map that the files have.

use std::net::IpAddr;
use std::sync::Arc;

use super::values::{Context, Policy};
use crate::har::{Entry, Header};
use crate::redact::detect;
use crate::redact::token::{self, Kind, Place, Tokens};

/// Options of curl, wget and HTTPie that data follows: nothing behind one of them stays.
const DATA: [&str; 21] = [
    "-A", "-b", "-d", "-E", "-F", "-H", "-K", "-T", "-U", "-e", "-u", "-x", "--cert", "--config", "--cookie", "--data", "--form",
    "--header", "--key", "--proxy", "--user",
];

/// How what stands for a line that is not read begins.
const LEFT_OUT: &str = "[left out, ";
/// How a shell asks for a command.
const PROMPTS: [&str; 4] = ["$", "#", "%", "PS>"];

/// Redacts a transcript. Of a header its name stays, and its value as it would in a file; of a request's first line, of a status line and
/// of a trace what says how it was made; of what the tool says itself the plain words; of the command its options and its URL. Every other
/// line, of a body for instance, goes whole.
pub fn transcript(text: &str, policy: &Policy, tokens: &mut Tokens) -> String {
    let mut context = Context { tokens, policy, field: "text" };
    let mut out = String::with_capacity(text.len());
    // What follows the empty line behind an answer's headers is its body, which may look like anything.
    let (mut in_headers, mut in_body) = (false, false);
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let mark = ["< ", "> ", "* ", "} ", "{ "].into_iter().find(|mark| body.starts_with(mark)).unwrap_or_default();
        let rest = &body[mark.len()..];
        in_body = match (mark, rest.trim()) {
            ("< ", "") | ("", "<") => true,
            ("", "") => in_body || in_headers,
            ("", rest) => in_body && !rest.starts_with("HTTP/") && !rest.starts_with("curl: (") && !is_command(rest),
            _ => false,
        };
        in_headers = mark.is_empty() && !in_body && (rest.starts_with("HTTP/") || in_headers);
        out.push_str(mark);
        out.push_str(&if in_body && mark.is_empty() { body_line(rest) } else { context.line(mark, rest) });
        out.push_str(&line[body.len()..]);
    }
    out
}

/// Redacts a request that a text tells of, as one of a file is.
pub fn told_entry(mut entry: Entry, policy: &Policy, tokens: &mut Tokens) -> Entry {
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

impl Context<'_> {
    fn headers(&mut self, headers: &[Arc<Header>]) -> Vec<Arc<Header>> {
        let redacted = |header: &Arc<Header>| {
            let value = self.header(&header.name, &header.value);
            Arc::new(Header { name: self.name(&header.name, Place::Url).into(), value: value.into(), ..Header::clone(header) })
        };
        headers.iter().map(redacted).collect()
    }

    fn line(&mut self, mark: &str, line: &str) -> String {
        if line.trim().is_empty() || matches!(line, "<" | ">" | "*") || token::is_token(line) {
            return line.to_owned();
        }
        if mark == "* " || line.starts_with("curl: (") {
            return self.words(line);
        }
        if is_code(line) || line.starts_with("HTTP/") && self.is_plain(line) {
            return line.to_owned();
        }
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        // `--trace-ascii` numbers the bytes.
        if let Some((offset, rest)) = line.split_at_checked(6)
            && offset.ends_with(": ")
            && offset.bytes().take(4).all(|byte| byte.is_ascii_hexdigit())
        {
            return [offset, &self.line(mark, rest)].concat();
        }
        if let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name.trim_start_matches(':'))) {
            let space = value.len() - value.trim_start().len();
            let written = self.name(name, Place::Url).into_owned();
            return [&written, ":", &value[..space], &self.header(name, &value[space..])].concat();
        }
        let words: Vec<&str> = line.split(' ').collect();
        if let [method, target, version] = words[..]
            && detect::is_method(method)
            && version.starts_with("HTTP/")
            && self.is_plain(version)
        {
            return [method, " ", &self.url(target), " ", version].concat();
        }
        if is_command(line) {
            return self.command(&words);
        }
        left_out(line)
    }

    /// What a tool says of itself, word by word.
    fn words(&mut self, line: &str) -> String {
        line.split(' ').map(|word| self.word(word)).collect::<Vec<_>>().join(" ")
    }

    fn command(&mut self, words: &[&str]) -> String {
        let is_data = |word: &str| {
            let option = word.split('=').next().unwrap_or_default();
            word.starts_with("--data") || DATA.iter().any(|data| option == *data || (data.len() == 2 && word.starts_with(data)))
        };
        let at = words.iter().position(|word| is_data(word)).unwrap_or(words.len());
        let (before, data) = words.split_at(at);
        let before = before.iter().map(|word| if PROMPTS.contains(word) { (*word).to_owned() } else { self.word(word) });
        let mut out: Vec<String> = before.collect();
        if !data.is_empty() {
            out.push(left_out(&data.join(" ")));
        }
        out.join(" ")
    }

    /// A word of a line, in quotes perhaps. Its token has no space, so that it is one word again.
    fn word(&mut self, word: &str) -> String {
        let bare = word.trim_matches(['\'', '"']);
        if bare.contains("://") {
            let quote = &word[..word.len() - word.trim_start_matches(['\'', '"']).len()];
            [quote, &self.url(bare), quote].concat()
        } else if let Some(address) = address(word) {
            // That of the server, as a capture has it too.
            self.tokens.stay(address);
            word.to_owned()
        } else if self.is_plain(word.trim_start_matches('#')) {
            word.to_owned()
        } else {
            self.token(Kind::Text, "", word, Place::Url)
        }
    }
}

fn body_line(line: &str) -> String {
    if line.trim().is_empty() || is_code(line) { line.to_owned() } else { left_out(line) }
}

/// The whole body of an error that Cloudflare tells in one line.
fn is_code(line: &str) -> bool {
    line.strip_prefix("error code: ").is_some_and(|code| code.len() <= 5 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A tool's call, perhaps behind a prompt.
fn is_command(line: &str) -> bool {
    let mut words = line.split(' ').skip_while(|word| PROMPTS.contains(word));
    words.next().is_some_and(|word| matches!(word, "curl" | "curl.exe" | "wget" | "http" | "https"))
}

/// What stands for a line that is not read. It is no value, and may hold what stays elsewhere: it is not looked for at the door.
fn left_out(text: &str) -> String {
    if text.starts_with(LEFT_OUT) && text.ends_with(" bytes]") { text.to_owned() } else { format!("{LEFT_OUT}{} bytes]", text.len()) }
}

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
            "> Host: shop.example\r\n",
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
}
