//! Forms: the names of fields stay, values become tokens.

use crate::kind::Kind;
use crate::token::{self, Place};
use crate::values::Context;

/// Signs that stand in no name of a form's field.
const UNNAMED: [char; 10] = ['(', ')', '\'', ',', '?', '!', '@', ':', '/', '$'];

impl Context<'_> {
    /// `a=1&b=2`. `None` when it is none.
    pub(super) fn form(&mut self, text: &str) -> Option<String> {
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
    pub(super) fn multipart(&mut self, text: &str) -> Option<String> {
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
