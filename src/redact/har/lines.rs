//! Texts of lines: what curl shows, copied headers, `/cdn-cgi/trace`.

use super::values::{Context, Policy};
use crate::redact::token::{self, Kind, Place, Tokens};

/// Lines of `/cdn-cgi/trace` that say nothing of a person.
const TRACE: [&str; 12] = ["colo", "fl", "gateway", "h", "http", "kex", "loc", "sliver", "sni", "tls", "ts", "visit_scheme"];

/// Redacts a text of lines with the map that the HAR files have. Of a header its name stays, and its value as it would in a file; of a request's
/// first line and of a trace what says how it was made; of every other line what is plain words.
pub fn lines(text: &str, policy: &Policy, tokens: &mut Tokens) -> String {
    let mut context = Context { tokens, policy, field: "text" };
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let mark = ["< ", "> ", "* "].iter().find(|mark| body.starts_with(**mark)).map_or("", |mark| *mark);
        out.push_str(mark);
        out.push_str(&context.line(&body[mark.len()..]));
        out.push_str(&line[body.len()..]);
    }
    out
}

impl Context<'_> {
    fn line(&mut self, line: &str) -> String {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if matches!(line, "" | "<" | ">" | "*") || token::is_token(line) {
            return line.to_owned();
        }
        let header = line.split_once(':').filter(|(name, _)| is_name(name.trim_start_matches(':')));
        if let Some((name, value)) = header {
            let space = value.len() - value.trim_start().len();
            let written = self.name(name, Place::Url).into_owned();
            return [&written, ":", &value[..space], &self.header(name, &value[space..])].concat();
        }
        if let Some((key, value)) = line.split_once('=').filter(|(key, _)| is_name(key)) {
            let number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let stays = TRACE.contains(&key) && ((key == "ts" && number) || self.is_plain(value)) || token::is_token(value);
            let written = if stays { value.to_owned() } else { self.token(Kind::Text, key, value, Place::Text) };
            return [&self.name(key, Place::Url), "=", &written].concat();
        }
        let mut words = line.split(' ');
        if let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
            && method.bytes().all(|byte| byte.is_ascii_uppercase())
            && version.starts_with("HTTP/")
            && self.is_plain(version)
        {
            return [method, " ", &self.url(target), " ", version].concat();
        }
        if self.is_plain(line) { line.to_owned() } else { self.token(Kind::Text, "", line, Place::Text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a value in a transcript or a trace stays that would go from a file, or gets another token.
    #[test]
    fn lines_are_redacted_as_files_are() {
        let mut tokens = Tokens::default();
        let mut redact = |text: &str| lines(text, &Policy::default(), &mut tokens);
        let curl = "> GET /a?id=8c1f42d07be94a36 HTTP/1.1\r\n> Host: shop.example\r\n> Cookie: id=8c1f42d07be94a36\r\n>\r\n\
            * Empty reply from server\n< HTTP/1.1 520 Origin Error\n< cf-ray: 8a7d5e2fbcd1a1c3-DFW\n* Connected to shop.example (203.0.113.7)\n";
        let expected = "> GET /a?id=[chance-1,16-bytes] HTTP/1.1\r\n> Host: shop.example\r\n> Cookie: id=[cookie id #1, 16 bytes]\r\n>\r\n\
            * Empty reply from server\n< HTTP/1.1 520 Origin Error\n< cf-ray: 8a7d5e2fbcd1a1c3-DFW\n* [text #2, 39 bytes]\n";
        assert_eq!(redact(curl), expected);
        assert_eq!(redact(expected), expected);
        let trace = "fl=12f3\nh=shop.example\nip=203.0.113.7\nts=1732183200.123\nuag=Mozilla/5.0\ncolo=DFW\n";
        let expected = "fl=12f3\nh=shop.example\nip=[ip ip #3, 11 bytes]\nts=1732183200.123\nuag=[text uag #4, 11 bytes]\ncolo=DFW\n";
        assert_eq!(redact(trace), expected);
        assert_eq!(redact(expected), expected);
    }
}
