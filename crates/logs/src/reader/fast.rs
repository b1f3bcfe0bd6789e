//! The fast way through an object that is there whole, in one line. Records of one file have the same members in the same order, so each name is compared
//! with that of the record before. What is in any way unusual is left to the general way, which alone says what is wrong.

use fivetwenty_captures::json::{plain_soon, whole_number};

use super::names::{GENERAL, Name, Names};
use super::values::{LONGEST, Value, Values};
use crate::record::Field;

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fast {
    /// The object ends here.
    Whole(usize),
    /// The bytes end before it.
    More,
    /// It is not as usual.
    Unusual,
}

/// Objects and arrays in one another, at most.
const DEPTH: usize = 24;

/// The way through one file.
#[derive(Clone, Default)]
pub(super) struct Shape {
    names: Names,
    /// The place of the name that is expected.
    next: usize,
    /// How many objects around this one belong to the record, and how many did at most.
    level: usize,
    deepest: usize,
}

/// The result of a step: where it ended, or why there is no next one.
type Step<T = usize> = Result<T, Fast>;

impl Shape {
    /// A record before had a member for this field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.names.has(field)
    }

    /// Reads the object that `bytes` begin with. What was read is only good when it was whole.
    pub(super) fn read(&mut self, bytes: &[u8], values: &mut Values) -> Fast {
        values.clear();
        (self.next, self.level, self.deepest) = (0, 0, 0);
        self.object(bytes, 0, values).map_or_else(|fault| fault, Fast::Whole)
    }

    /// The object that begins here.
    fn object(&mut self, bytes: &[u8], at: usize, values: &mut Values) -> Step {
        let mut at = space(bytes, at + 1);
        if byte(bytes, at)? == b'}' {
            return Ok(at + 1);
        }
        loop {
            let name;
            if let Some((known, length)) = self.names.expected(self.next, &bytes[at..]) {
                name = known;
                at += length;
            } else {
                (name, at) = self.other_name(bytes, at)?;
            }
            self.next += 1;
            at = space(bytes, at);
            at = match name {
                Name::Unknown => skip(bytes, at, 0)?,
                Name::Value(_, rank) if rank >= GENERAL && self.level < self.deepest => skip(bytes, at, 0)?,
                Name::Value(field, rank) => value(bytes, at, field, rank, values)?,
                Name::Parts | Name::Wrapper => match byte(bytes, at)? {
                    b'{' if name == Name::Wrapper && self.level < DEPTH => {
                        self.level += 1;
                        self.deepest = self.deepest.max(self.level);
                        values.drop_general();
                        let end = self.object(bytes, at, values)?;
                        self.level -= 1;
                        end
                    }
                    // Of a record without them.
                    b'[' if bytes.get(at + 1) == Some(&b']') => at + 2,
                    b'{' | b'[' => return Err(Fast::Unusual),
                    _ => skip(bytes, at, 0)?,
                },
            };
            at = space(bytes, at);
            match byte(bytes, at)? {
                b',' => at = space(bytes, at + 1),
                b'}' => return Ok(at + 1),
                _ => return Err(Fast::Unusual),
            }
        }
    }

    /// A name that is not the one that was expected: what it means, and where the value may begin.
    #[cold]
    fn other_name(&mut self, bytes: &[u8], at: usize) -> Step<(Name, usize)> {
        if byte(bytes, at)? != b'"' {
            return Err(Fast::Unusual);
        }
        let end = at + 1 + plain_soon(&bytes[at + 1..]);
        if byte(bytes, end)? != b'"' {
            return Err(Fast::Unusual);
        }
        let colon = space(bytes, end + 1);
        if byte(bytes, colon)? != b':' {
            return Err(Fast::Unusual);
        }
        let (name, place) = self.names.find(self.next, &bytes[at + 1..end]);
        self.next = place;
        Ok((name, colon + 1))
    }
}

/// Takes the value that begins here.
#[inline]
fn value(bytes: &[u8], at: usize, field: Field, rank: u8, values: &mut Values) -> Step {
    match byte(bytes, at)? {
        b'"' => {
            let start = at + 1;
            let end = start + plain_soon(&bytes[start..]);
            let is_plain = byte(bytes, end)? == b'"';
            let end = if is_plain { end + 1 } else { escaped(bytes, end)? };
            if end - start > LONGEST {
                return Err(Fast::Unusual);
            }
            let text = &bytes[start..end - 1];
            if is_plain {
                values.set(field, rank, Value::Source(text, start));
            } else {
                values.set(field, rank, Value::Other(&unescaped(text).ok_or(Fast::Unusual)?));
            }
            Ok(end)
        }
        b'n' | b'{' | b'[' => skip(bytes, at, 0),
        _ => {
            let end = skip(bytes, at, 0)?;
            values.set(field, rank, Value::Source(&bytes[at..end], at));
            Ok(end)
        }
    }
}

fn byte(bytes: &[u8], at: usize) -> Step<u8> {
    bytes.get(at).copied().ok_or(Fast::More)
}

#[inline]
fn space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Passes over the value that begins here.
#[inline]
fn skip(bytes: &[u8], at: usize, depth: usize) -> Step {
    match byte(bytes, at)? {
        b'"' => {
            let end = at + 1 + plain_soon(&bytes[at + 1..]);
            if byte(bytes, end)? == b'"' { Ok(end + 1) } else { escaped(bytes, end) }
        }
        b'-' | b'0'..=b'9' => {
            let end = at + whole_number(&bytes[at..]);
            match byte(bytes, end)? {
                _ if end == at || end - at > 64 => Err(Fast::Unusual),
                b',' | b'}' | b']' | b' ' | b'\r' | b'\t' => Ok(end),
                _ => Err(Fast::Unusual),
            }
        }
        b't' => literal(bytes, at, b"true"),
        b'f' => literal(bytes, at, b"false"),
        b'n' => literal(bytes, at, b"null"),
        b'{' if depth < DEPTH => {
            let mut at = space(bytes, at + 1);
            if byte(bytes, at)? == b'}' {
                return Ok(at + 1);
            }
            loop {
                if byte(bytes, at)? != b'"' {
                    return Err(Fast::Unusual);
                }
                at = space(bytes, skip(bytes, at, depth + 1)?);
                if byte(bytes, at)? != b':' {
                    return Err(Fast::Unusual);
                }
                at = space(bytes, skip(bytes, space(bytes, at + 1), depth + 1)?);
                match byte(bytes, at)? {
                    b',' => at = space(bytes, at + 1),
                    b'}' => return Ok(at + 1),
                    _ => return Err(Fast::Unusual),
                }
            }
        }
        b'[' if depth < DEPTH => {
            let mut at = space(bytes, at + 1);
            if byte(bytes, at)? == b']' {
                return Ok(at + 1);
            }
            loop {
                // It may be an array of records.
                if byte(bytes, at)? == b'{' {
                    return Err(Fast::Unusual);
                }
                at = space(bytes, skip(bytes, at, depth + 1)?);
                match byte(bytes, at)? {
                    b',' => at = space(bytes, at + 1),
                    b']' => return Ok(at + 1),
                    _ => return Err(Fast::Unusual),
                }
            }
        }
        _ => Err(Fast::Unusual),
    }
}

fn literal(bytes: &[u8], at: usize, word: &[u8]) -> Step {
    let rest = &bytes[at..];
    if rest.starts_with(word) {
        Ok(at + word.len())
    } else if word.starts_with(rest) {
        Err(Fast::More)
    } else {
        Err(Fast::Unusual)
    }
}

/// Passes over the rest of a string that has something else than plain text here.
fn escaped(bytes: &[u8], mut at: usize) -> Step {
    loop {
        match byte(bytes, at)? {
            b'"' => return Ok(at + 1),
            b'\\' => match byte(bytes, at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' => {
                    byte(bytes, at + 5)?;
                    if !bytes[at + 2..at + 6].iter().all(u8::is_ascii_hexdigit) {
                        return Err(Fast::Unusual);
                    }
                    at += 6;
                }
                _ => return Err(Fast::Unusual),
            },
            _ => return Err(Fast::Unusual),
        }
        at += plain_soon(&bytes[at..]);
    }
}

/// A string's text without its escapes, which are known to be whole; `None` when it has half a surrogate pair.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        let sign = *rest.get(at + 1)?;
        rest = &rest[at + 2..];
        out.push(match sign {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let unit = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
                let mut letter = unit(rest.get(..4)?)?;
                rest = &rest[4..];
                if (0xd800..0xdc00).contains(&letter) {
                    let low = unit(rest.strip_prefix(b"\\u")?.get(..4)?).filter(|low| (0xdc00..0xe000).contains(low))?;
                    letter = 0x1_0000 + ((letter - 0xd800) << 10) + (low - 0xdc00);
                    rest = &rest[6..];
                }
                out.extend_from_slice(char::from_u32(letter)?.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => sign,
        });
    }
    out.extend_from_slice(rest);
    Some(out)
}
