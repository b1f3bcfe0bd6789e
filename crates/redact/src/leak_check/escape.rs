//! Escapes of percent coding, JSON and HTML.
//!
//! They are decoded here, and not by libraries: a text arrives in chunks, an escape may be cut between two of them, and each decoded byte
//! must keep its place in the file.

use std::borrow::Cow;

use super::encoding::Encoding;

/// What the beginning of an escape is.
pub(super) enum Escape {
    /// Not known yet.
    Open,
    /// None: its first byte stands for itself.
    None,
    /// So many bytes of it stand for this character, or byte if it is none.
    Is(usize, u32),
}

/// What these bytes are, of which the first may begin an escape.
pub(super) fn escape(encoding: Encoding, held: &[u8]) -> Escape {
    match encoding {
        Encoding::Percent | Encoding::Form => match held {
            [b'+', ..] => Escape::Is(1, u32::from(b' ')),
            [] | [_] => Escape::Open,
            [_, first] if first.is_ascii_hexdigit() => Escape::Open,
            [_, digits @ ..] => {
                number(&digits[..digits.len().min(2)], 16).filter(|_| digits.len() > 1).map_or(Escape::None, |byte| Escape::Is(3, byte))
            }
        },
        Encoding::Json => json(held),
        _ => html(held),
    }
}

/// A text with the entities of HTML undone.
pub(crate) fn without_entities(text: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = text.split_once('&') else { return text.into() };
    let mut out = before.to_owned();
    loop {
        let entity = rest.find(';').and_then(|end| match html(&[b"&", &rest.as_bytes()[..=end]].concat()) {
            Escape::Is(length, code) => Some((length - 1, char::from_u32(code)?)),
            _ => None,
        });
        out.push(entity.map_or('&', |(_, letter)| letter));
        rest = &rest[entity.map_or(0, |(length, _)| length)..];
        let Some((before, behind)) = rest.split_once('&') else { break };
        out.push_str(before);
        rest = behind;
    }
    out.push_str(rest);
    out.into()
}

fn json(held: &[u8]) -> Escape {
    let [_, letter, digits @ ..] = held else { return Escape::Open };
    let is = |byte: u8| Escape::Is(2, u32::from(byte));
    match letter {
        b'b' => is(8),
        b'f' => is(12),
        b'n' => is(b'\n'),
        b'r' => is(b'\r'),
        b't' => is(b'\t'),
        b'"' | b'\\' | b'/' | b'\'' => is(*letter),
        // As scripts write bytes.
        b'x' => match digits {
            [] => Escape::Open,
            [first] if first.is_ascii_hexdigit() => Escape::Open,
            [first, second, ..] => number(&[*first, *second], 16).map_or(Escape::None, |value| Escape::Is(4, value)),
            [_] => Escape::None,
        },
        b'u' if !digits.iter().take(4).all(u8::is_ascii_hexdigit) => Escape::None,
        b'u' if digits.len() < 4 => Escape::Open,
        b'u' => {
            let Some(high) = number(&digits[..4], 16) else { return Escape::None };
            if !(0xd800..0xdc00).contains(&high) {
                return Escape::Is(6, high);
            }
            // Characters beyond the first 65,536 are written as two.
            let (start, low) = digits[4..].split_at(digits[4..].len().min(2));
            match (start, low) {
                ([] | [b'\\'], _) => Escape::Open,
                (b"\\u", low) if low.len() < 4 && low.iter().all(u8::is_ascii_hexdigit) => Escape::Open,
                (b"\\u", low) => match number(low, 16) {
                    Some(low @ 0xdc00..0xe000) => Escape::Is(12, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)),
                    _ => Escape::Is(6, high),
                },
                _ => Escape::Is(6, high),
            }
        }
        _ => Escape::None,
    }
}

fn html(held: &[u8]) -> Escape {
    /// The longest is `&#x0010FFFF;`.
    const MAX_BYTES: usize = 12;
    let (last, name) = match held {
        [_, name @ .., last] => (*last, name),
        _ => return Escape::Open,
    };
    if last != b';' {
        let goes_on = last.is_ascii_alphanumeric() || (last == b'#' && name.is_empty());
        return if goes_on && held.len() < MAX_BYTES { Escape::Open } else { Escape::None };
    }
    let value = match name {
        b"amp" => Some(u32::from(b'&')),
        b"lt" => Some(u32::from(b'<')),
        b"gt" => Some(u32::from(b'>')),
        b"quot" => Some(u32::from(b'"')),
        b"apos" => Some(u32::from(b'\'')),
        b"sol" => Some(u32::from(b'/')),
        b"equals" => Some(u32::from(b'=')),
        b"plus" => Some(u32::from(b'+')),
        b"nbsp" => Some(0xa0),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ => None,
    };
    value.map_or(Escape::None, |value| Escape::Is(held.len(), value))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, radix).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an escape stands for, and how long it is; `None` when it is none or not whole.
    fn read(encoding: Encoding, text: &str) -> Option<(usize, u32)> {
        match escape(encoding, text.as_bytes()) {
            Escape::Is(length, value) => Some((length, value)),
            Escape::Open | Escape::None => None,
        }
    }

    /// Breaks when an escape is read as another character, or as longer or shorter than it is.
    #[test]
    fn escapes_are_read() {
        for (encoding, text, length, letter) in [
            (Encoding::Percent, "%2f", 3, '/'),
            (Encoding::Form, "+", 1, ' '),
            (Encoding::Json, "\\n", 2, '\n'),
            (Encoding::Json, "\\/", 2, '/'),
            (Encoding::Json, "\\x41", 4, 'A'),
            (Encoding::Json, "\\u00e9", 6, 'é'),
            (Encoding::Json, "\\ud83d\\ude00", 12, '😀'),
            (Encoding::Html, "&amp;", 5, '&'),
            (Encoding::Html, "&#65;", 5, 'A'),
            (Encoding::Html, "&#x0010FFFF;", 12, '\u{10ffff}'),
        ] {
            assert_eq!(read(encoding, text), Some((length, u32::from(letter))), "{text}");
        }
    }

    /// Breaks when an escape that is cut between two chunks is given up, or something that is none is waited for.
    #[test]
    fn only_the_beginning_of_an_escape_is_waited_for() {
        for (encoding, text) in [
            (Encoding::Percent, "%"),
            (Encoding::Percent, "%2"),
            (Encoding::Json, "\\"),
            (Encoding::Json, "\\u00"),
            (Encoding::Json, "\\ud83d"),
            (Encoding::Json, "\\ud83d\\ud"),
            (Encoding::Html, "&am"),
            (Encoding::Html, "&#x41"),
        ] {
            assert!(matches!(escape(encoding, text.as_bytes()), Escape::Open), "{text}");
        }
        for (encoding, text) in [
            (Encoding::Percent, "%2g"),
            (Encoding::Json, "\\u00g"),
            (Encoding::Json, "\\q"),
            (Encoding::Html, "& "),
            (Encoding::Html, "&nothing;"),
        ] {
            assert!(matches!(escape(encoding, text.as_bytes()), Escape::None), "{text}");
        }
    }
}
