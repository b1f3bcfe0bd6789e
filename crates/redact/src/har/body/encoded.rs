//! Bodies in Base64 or hexadecimal digits.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::kind::Kind;
use crate::token::Place;
use crate::values::Context;

/// How a body is made text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::har) enum Encoding {
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
    /// Text in Base64 or hexadecimal digits: what is in it is redacted and encoded again.
    pub(super) fn encoded(&mut self, text: &str, encoding: Encoding, depth: usize) -> Option<String> {
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
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(512).any(|byte| matches!(byte, 0..9 | 14..0x20 | 0x7f))
}
