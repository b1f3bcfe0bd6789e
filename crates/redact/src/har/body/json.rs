//! JSON: names stay, strings and longer numbers become tokens.

use std::borrow::Cow;

use fivetwenty_captures::evidence::error_page::ErrorPage;
use fivetwenty_captures::json::{Limits, Token, Tokenizer, Want};

use super::error_page::is_redacted;
use super::limits::{MAX_DEPTH, MAX_PAGE_BYTES};
use crate::detect;
use crate::kind::Kind;
use crate::policy::What;
use crate::token::{self, Place};
use crate::values::Context;

/// Bytes of the shortest phrase of an error page that is known.
const MIN_PHRASE_BYTES: usize = "Payload Too Large".len();

impl Context<'_> {
    /// JSON with its own layout: names stay, strings and longer numbers go. `None` when it is none.
    pub(super) fn json(&mut self, text: &str, depth: usize) -> Option<String> {
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
                    let written = quoted(&self.key(&name, Place::Text));
                    if let Some((key, _)) = keys.last_mut() {
                        name.as_ref().clone_into(key);
                    }
                    written.into()
                }
                Some(Token::String(value)) => quoted(&self.json_string(key, &value.to_str(), depth)).into(),
                Some(Token::Number(number)) => self.json_number(key, number, within).into(),
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

    /// A number, which goes when it is long or its name says that it is secret.
    fn json_number(&mut self, key: &str, number: &str, is_within_secret: bool) -> String {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let is_secret = digits > 3 || is_within_secret || is_secret(key);
        if is_secret && !self.allowlists(What::Json, key, number) {
            quoted(&self.token(Kind::Json, key, number, Place::Text))
        } else {
            number.to_owned()
        }
    }

    /// A string, in which JSON may stand again.
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
}

/// Whether the numbers of this name are secret however short they are.
fn is_secret(name: &str) -> bool {
    !token::is_token(name) && (detect::is_short_secret(name) || detect::is_password(name))
}

/// A string as JSON writes it.
pub(in crate::har) fn quoted(text: &str) -> String {
    // Writing a string cannot fail.
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}
