//! Tokens: how what stands for a removed value is written, and read again.

use std::borrow::Cow;

use fivetwenty_captures::evidence::token::Token;

use crate::detect::{self, is_harmless_name};
use crate::kind::Kind;

/// Where a token will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a text.
    Text,
    /// In a URL or a form, where it must not hold a sign that has a meaning there.
    Url,
}

/// A token, with the value's name where that may stand in a token, and else with an empty one.
pub(super) fn written(kind: Kind, name: &str, number: u32, length: u64, place: Place) -> String {
    let label = kind.label();
    // How long a password is helps who guesses it.
    let hides_length = kind == Kind::Form || detect::is_password(name);
    let plural = if length == 1 { "" } else { "s" };
    match place {
        Place::Url if hides_length => format!("[{label}-{number}]"),
        Place::Url => format!("[{label}-{number},{length}-byte{plural}]"),
        Place::Text => {
            let space = if name.is_empty() { "" } else { " " };
            if hides_length {
                format!("[{label}{space}{name} #{number}]")
            } else {
                format!("[{label}{space}{name} #{number}, {length} byte{plural}]")
            }
        }
    }
}

/// The token at the start of a text: its own length, and its number. A name in it must be one that may stay.
pub(super) fn parse(text: &str) -> Option<(usize, u32)> {
    let token = Token::read(text)?;
    let name = token.name;
    let harmless = match token.kind {
        _ if name.is_empty() => true,
        "jwt" => name.split([' ', ',']).all(is_harmless_name),
        _ => is_harmless_name(name),
    };
    (harmless && Kind::ALL.iter().any(|kind| kind.label() == token.kind)).then_some((token.length, token.number))
}

/// A token as the name of a header, by the grammar: another would be a fault of the response's.
pub(super) fn header_name(token: &str) -> String {
    token.replace('[', "x-").replace(',', "-").replace(']', "")
}

/// Whether the name of a header is such a token.
pub(super) fn is_header_name(name: &str) -> bool {
    let mut parts = name.strip_prefix("x-").unwrap_or_default().splitn(3, '-');
    let (label, number, length) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    is_token(&length.map_or_else(|| format!("[{label}-{number}]"), |length| format!("[{label}-{number},{length}]")))
}

/// A text with a letter in place of each token.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    if !text.contains('[') {
        return text.into();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        let length = parse(&rest[at..]).map_or(0, |(length, _)| length);
        out.push_str(if length == 0 { "[" } else { "x" });
        rest = &rest[at + length.max(1)..];
    }
    out.push_str(rest);
    out.into()
}

/// A text is one token.
pub(super) fn is_token(text: &str) -> bool {
    parse(text).is_some_and(|(length, ..)| length == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the name of a header that stands for another is redacted again, or one that a server chose is taken for such a name.
    #[test]
    fn names_of_headers_are_read_again() {
        for place in [Place::Url, Place::Text] {
            assert_eq!(is_header_name(&header_name(&written(Kind::Name, "", 123, 4567, place))), place == Place::Url);
        }
        assert!(is_header_name("x-field-3") && !is_header_name("x-request-id") && !is_header_name("x-name-1-alice"));
    }

    /// Breaks when a token is not taken for one, or a text that a token could not be is.
    #[test]
    fn tokens_are_read_again() {
        for (kind, name) in [(Kind::Cookie, "session"), (Kind::Form, "password"), (Kind::Body, ""), (Kind::Jwt, "HS256 exp,sub")] {
            for place in [Place::Text, Place::Url] {
                assert_eq!(parse(&written(kind, name, 7, 16, place)).map(|(_, number)| number), Some(7));
            }
        }
        for text in ["[cookie session #1, 16 bytes]", "[query-1,16-bytes]", "[field password #3]", "[field-3]", "[body #2, 1 byte]"] {
            assert!(is_token(text), "{text}");
        }
        for text in [
            "[cookie session #1, 16 bytes",
            "[secret #1]",
            "[cookie alice@example.com #1]",
            "[cookie #x]",
            "[1]",
            "[]",
            "[cookie s3cr3t2x #1]",
        ] {
            assert!(!is_token(text), "{text}");
        }
    }
}
