//! Bodies: of what has a structure (JSON, forms) the names stay; of everything else its length.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::detect;
use crate::kind::Kind;
use crate::policy::What;
use crate::token::{self, Place};
use crate::values::Context;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Maker};
use fivetwenty_captures::har;
use fivetwenty_captures::json::{Limits, Token, Tokenizer, Want};

/// Bytes of a body that are read; a longer body is dropped.
pub(super) const MAX_BODY_BYTES: usize = 8 << 20;
/// How often JSON or an encoding may stand in another.
const MAX_DEPTH: usize = 4;
/// Bytes at the start of a body in which an error page is recognised, as many as the decoder reads.
const MAX_PAGE_BYTES: usize = 12 * 1024;
/// Bytes of the shortest phrase of an error page that is known.
const MIN_PHRASE_BYTES: usize = "Payload Too Large".len();

/// Signs that stand in no name of a form's field.
const UNNAMED: [char; 10] = ['(', ')', '\'', ',', '?', '!', '@', ':', '/', '$'];

/// How a body is made text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// It is not known yet.
    #[default]
    Unknown,
    /// Not at all.
    Plain,
    /// Base64.
    Base64,
    /// Hexadecimal digits.
    Hex,
}

impl Context<'_> {
    /// A body, whole.
    pub(super) fn body<'a>(&mut self, text: &'a str, encoding: Encoding) -> Cow<'a, str> {
        self.body_within(text, encoding, 0)
    }

    /// A body of which only length and hash are known.
    pub(super) fn long_body(&mut self, length: u64, hash: u64, encoding: Encoding) -> String {
        let token = self.tokens.token_of_hash(Kind::Body, length, hash, self.field);
        if encoding == Encoding::Base64 { STANDARD.encode(token) } else { token }
    }

    fn body_within<'a>(&mut self, text: &'a str, encoding: Encoding, depth: usize) -> Cow<'a, str> {
        if text.trim().is_empty() || is_redacted(text) {
            return text.into();
        }
        if depth < MAX_DEPTH
            && encoding != Encoding::Plain
            && let Some(encoded) = self.encoded(text, encoding, depth)
        {
            return encoded.into();
        }
        let start = &text[..text.floor_char_boundary(MAX_PAGE_BYTES)];
        let page = ErrorPage::read(start);
        if let Some(page) = page.as_ref().filter(|page| page.maker == Maker::Cloudflare) {
            return self.cloudflare_page(page, start).into();
        }
        // What is said to be Base64 and is not may be half of it.
        let form = |context: &mut Self| if encoding == Encoding::Base64 { None } else { context.form(text) };
        let structured = self.json(text, depth).or_else(|| form(self)).or_else(|| self.multipart(text));
        structured.unwrap_or_else(|| self.dropped(text, start, page.as_ref())).into()
    }

    /// Text in Base64 or hexadecimal digits: what is in it is redacted and encoded again.
    fn encoded(&mut self, text: &str, encoding: Encoding, depth: usize) -> Option<String> {
        let known = matches!(encoding, Encoding::Base64 | Encoding::Hex);
        let is_hex = encoding != Encoding::Base64 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !known && text.len() < 16 {
            return None;
        }
        let decoded = if is_hex {
            hex::decode(text).ok()?
        } else if encoding == Encoding::Hex {
            return None;
        } else {
            let compact: Cow<'_, [u8]> = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
                if !known {
                    return None;
                }
                text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>().into()
            } else {
                text.as_bytes().into()
            };
            // The first bytes show of most images that they are binary.
            let head = STANDARD.decode(&compact[..compact.len().min(64) / 4 * 4]).ok();
            match head {
                Some(head) if is_binary(&head) => Vec::from([0]),
                Some(_) => STANDARD.decode(&compact[..]).ok()?,
                None => return None,
            }
        };
        let redacted = match std::str::from_utf8(&decoded) {
            Ok(inner) if !is_binary(&decoded) => self.body_within(inner, Encoding::Unknown, depth + 1).into_owned(),
            // What is packed or an image is dropped.
            _ => self.token(Kind::Body, "", text, Place::Text),
        };
        Some(if is_hex {
            // Of a length that is Base64 as well, since either may be what is said further on.
            let padding = redacted.len() % 2;
            hex::encode(redacted + &" ".repeat(padding))
        } else {
            STANDARD.encode(redacted)
        })
    }

    /// Cloudflare's error page, written anew from the facts in it, so that nothing else of it stays.
    fn cloudflare_page(&mut self, page: &ErrorPage, body: &str) -> String {
        let code = page.code.map(|code| code.to_string());
        let time = page.time.map(|time| format!("{time:.0}"));
        let host = page.host.as_deref().map(|host| self.host(host).into_owned());
        let (code, time, host, ray) = (code.as_deref(), time.as_deref(), host.as_deref(), page.ray.as_deref());
        let with = |before: &str, value: Option<&str>, after: &str| value.map(|value| [before, value, after].concat()).unwrap_or_default();
        match page.form {
            Form::Line => ["error code: ", code.unwrap_or_default()].concat(),
            Form::Bare => "<hr><center>cloudflare</center>".to_owned(),
            Form::Structured => [
                "{\"cloudflare_error\":true",
                &with(",\"error_code\":", code, ""),
                &with(",\"ray_id\":\"", ray, "\""),
                &with(",\"timestamp\":\"", time, "\""),
                &with(",\"zone\":\"", host, "\""),
                "}",
            ]
            .concat(),
            Form::Branded | Form::Own => {
                let title = self.title(body);
                let time = time.map(|time| time.replace('T', " ").replace('Z', " UTC"));
                [
                    &title,
                    "<div id=\"cf-error-details\">",
                    &with("<p>Error code ", code, "</p>"),
                    &with("<p>Ray ID: ", ray, "</p>"),
                    &with("<p>", time.as_deref(), "</p>"),
                    &with("<a href=\"https://www.cloudflare.com/5xx-error-landing?utm_campaign=", host, "\"></a>"),
                    "</div>",
                ]
                .concat()
            }
        }
    }

    /// The title of a page, its value as a token.
    fn title(&mut self, body: &str) -> String {
        match har::title(body.as_bytes()) {
            Some(title) if title.is_empty() => "<title></title>\n".to_owned(),
            Some(title) => ["<title>", &self.token(Kind::Title, "", &title, Place::Text), "</title>\n"].concat(),
            None => String::new(),
        }
    }

    /// What has no structure whose names could stay: its title, what it says by a known phrase, and its length.
    fn dropped(&mut self, text: &str, start: &str, page: Option<&ErrorPage>) -> String {
        let title = self.title(start);
        let says = page.and_then(|page| page.says).map(|says| [says.label(), "\n"].concat()).unwrap_or_default();
        [title, says, self.token(Kind::Body, "", text, Place::Text)].concat()
    }

    /// JSON with its own layout: names stay, strings and longer numbers go. `None` when it is none.
    fn json(&mut self, text: &str, depth: usize) -> Option<String> {
        // What is put before JSON so that no page can run it as a script.
        let start =
            [")]}',", ")]}'", "while(1);", "for(;;);"].iter().find(|guard| text.starts_with(**guard)).map_or(0, |guard| guard.len());
        let (guard, json) = text.split_at(start);
        if !json.trim_start().starts_with(['{', '[', '"']) {
            return None;
        }
        let mut tokens = Tokenizer::new(Limits { key: 4096, ..Limits::default() });
        tokens.push(json.as_bytes());
        let mut out = String::with_capacity(text.len());
        out.push_str(guard);
        // Each with whether its numbers are secret by the name of what they stand in.
        let mut keys = vec![(String::new(), false)];
        let all = Want { keep: usize::MAX, hash: false };
        loop {
            let (key, within) = keys.last().map_or(("", false), |(key, within)| (key.as_str(), *within));
            let written: Cow<'static, str> = match tokens.next(all).ok()? {
                None => break,
                Some(Token::Key(name)) => {
                    let name = if name.length > name.kept.len() as u64 { Cow::Borrowed("") } else { name.to_str() };
                    let written = quoted(&self.name(&name, Place::Text));
                    if let Some((key, _)) = keys.last_mut() {
                        name.as_ref().clone_into(key);
                    }
                    written.into()
                }
                Some(Token::String(value)) => quoted(&self.json_string(key, &value.to_str(), depth)).into(),
                Some(Token::Number(number)) => {
                    let digits = number.bytes().filter(u8::is_ascii_digit).count();
                    let secret = digits > 3 || within || is_secret(key);
                    if secret && !self.allowlists(What::Json, key, number) {
                        quoted(&self.token(Kind::Json, key, number, Place::Text)).into()
                    } else {
                        number.to_owned().into()
                    }
                }
                Some(Token::Bool(true)) => "true".into(),
                Some(Token::Bool(false)) => "false".into(),
                Some(Token::Null) => "null".into(),
                Some(Token::ObjectStart) => {
                    let within = within || is_secret(key);
                    keys.push((String::new(), within));
                    "{".into()
                }
                Some(Token::ArrayStart) => {
                    // What stands in a list has the list's name.
                    let named = (key.to_owned(), within);
                    keys.push(named);
                    "[".into()
                }
                Some(Token::ObjectEnd) => {
                    keys.pop();
                    "}".into()
                }
                Some(Token::ArrayEnd) => {
                    keys.pop();
                    "]".into()
                }
            };
            out.push_str(&String::from_utf8_lossy(tokens.between()));
            out.push_str(&written);
        }
        if tokens.finish().ok()?.is_some() {
            return None;
        }
        out.push_str(&String::from_utf8_lossy(tokens.between()));
        Some(out)
    }

    fn json_string<'a>(&mut self, key: &str, value: &'a str, depth: usize) -> Cow<'a, str> {
        if value.is_empty() || is_redacted(value) || self.allowlists(What::Json, key, value) {
            return value.into();
        }
        if depth < MAX_DEPTH
            && value.trim_start().starts_with(['{', '['])
            && let Some(json) = self.json(value, depth + 1)
        {
            return json.into();
        }
        let start = &value[..value.floor_char_boundary(MAX_PAGE_BYTES)];
        let says = if value.len() < MIN_PHRASE_BYTES { None } else { ErrorPage::read(start).and_then(|page| page.says) };
        let token = self.token(Kind::Json, key, value, Place::Text);
        says.map_or(token.clone(), |says| [says.label(), "\n", &token].concat()).into()
    }

    /// `a=1&b=2`. `None` when it is none.
    fn form(&mut self, text: &str) -> Option<String> {
        let text = text.trim_end();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%+=&*:@/?!$'(),[]".contains(&byte);
        // Browsers encode these in names.
        let is_name = |name: &str| token::is_token(name) || !(name.is_empty() || name.len() > 200 || name.contains(UNNAMED));
        let named = text.split('&').all(|pair| pair.split_once('=').is_some_and(|(name, _)| is_name(name)));
        // Base64 with nothing but its padding behind it is no name without a value.
        let letters = text.trim_end_matches('=');
        let base64 = letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte));
        if !named || (base64 && text.len() - letters.len() <= 2) || !text.bytes().all(plain) {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        for (at, pair) in text.split('&').enumerate() {
            if at > 0 {
                out.push('&');
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            out.push_str(&self.parameter(Kind::Form, name, value));
            out.push('=');
            out.push_str(&self.form_value(name, value, Place::Url));
        }
        Some(out)
    }

    /// `multipart/form-data`: the names of its parts stay, and their lengths. `None` when it is none.
    fn multipart(&mut self, text: &str) -> Option<String> {
        let (boundary, _) = text.trim_start().split_once('\n')?;
        let boundary = boundary.trim_end();
        if !boundary.starts_with("--") || boundary.len() > 80 || !text.contains("isposition:") {
            return None;
        }
        let mut out = String::new();
        for part in text.split(boundary).skip(1) {
            let Some((head, content)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else { continue };
            let name = head.split_once(" name=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
            let content = content.strip_suffix('\n').unwrap_or(content);
            let content = content.strip_suffix('\r').unwrap_or(content);
            let value = if head.contains("filename") {
                self.token(Kind::File, name, content, Place::Text)
            } else {
                self.form_value(name, content, Place::Text).into_owned()
            };
            let name = self.name(name, Place::Text);
            out.push_str(&["--part\r\nContent-Disposition: form-data; name=\"", &name, "\"\r\n\r\n", &value, "\r\n"].concat());
        }
        out.push_str("--part--\r\n");
        Some(out)
    }
}

/// Whether the numbers of this name are secret however short they are.
fn is_secret(name: &str) -> bool {
    detect::is_short_secret(name) || detect::is_password(name)
}

/// A string as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    // Writing a string cannot fail.
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

/// What was dropped before: a title, a phrase, a token.
fn is_redacted(text: &str) -> bool {
    if !text.trim_end_matches(' ').ends_with(']') {
        return false;
    }
    let rest = match text.strip_prefix("<title>") {
        Some(rest) => {
            let token = token::parse(rest).map_or(0, |(length, ..)| length);
            match rest[token..].strip_prefix("</title>\n") {
                Some(rest) => rest,
                None => return false,
            }
        }
        None => text,
    };
    let says = ErrorPage::read(rest).and_then(|page| page.says);
    let rest = says.and_then(|says| rest.strip_prefix(says.label())?.strip_prefix('\n')).unwrap_or(rest);
    token::is_token(rest.trim_end_matches(' '))
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(512).any(|byte| matches!(byte, 0..9 | 14..0x20 | 0x7f))
}
