//! What stands where a value was redacted: `[cookie session #3, 43 bytes]`, in a URL `[query-3,43-bytes]`.

/// The token at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Its own length in bytes.
    pub length: usize,
    /// The kind of the value, in lower case.
    pub kind: &'a str,
    /// The value's name; empty when it is not given.
    pub name: &'a str,
    /// Equal values have the same.
    pub number: u32,
    /// The value's length in bytes; 0 when it is not told.
    pub bytes: u64,
}

impl<'a> Token<'a> {
    /// Reads it; what a name may be is for the caller to judge.
    pub fn read(text: &'a str) -> Option<Self> {
        /// Bytes between the brackets at most: the claims of a JWT are the longest.
        const MOST: usize = 420;
        let inside = text.strip_prefix('[')?;
        let end = inside.bytes().take(MOST).position(|byte| byte == b']')?;
        let inside = &inside[..end];
        let (head, kind, name, number, bytes);
        if let Some((before, after)) = inside.rsplit_once(" #") {
            (kind, name) = before.split_once(' ').unwrap_or((before, ""));
            if name.is_empty() && before.len() != kind.len() {
                return None;
            }
            (head, bytes) = match after.split_once(", ") {
                Some((head, bytes)) => (head, length(bytes, ' ')?),
                None => (after, 0),
            };
            number = head;
        } else {
            (head, bytes) = match inside.split_once(',') {
                Some((head, bytes)) => (head, length(bytes, '-')?),
                None => (inside, 0),
            };
            (kind, number) = head.split_once('-')?;
            name = "";
        }
        let is_kind = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
        is_kind.then_some(())?;
        Some(Self { length: end + 2, kind, name, number: digits(number, 8)?.try_into().ok()?, bytes })
    }
}

/// How long a text was before its values became tokens, in bytes.
pub fn length_before(text: &str) -> u64 {
    let mut length = text.len() as u64;
    for (at, _) in text.match_indices('[') {
        if let Some(token) = Token::read(&text[at..]) {
            length = length.saturating_sub(token.length as u64).saturating_add(token.bytes);
        }
    }
    length
}

/// How long the name of a header was before it became a token that is one by the grammar of HTTP as well: `x-name-3-43-bytes`.
pub fn name_length_before(name: &str) -> u64 {
    let hidden = || {
        let (rest, unit) = name.strip_prefix("x-")?.rsplit_once('-')?;
        let (rest, bytes) = rest.rsplit_once('-')?;
        let (kind, number) = rest.split_once('-')?;
        let is_kind = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_kind && matches!(unit, "byte" | "bytes")).then_some(())?;
        digits(number, 8)?;
        digits(bytes, 15)
    };
    hidden().unwrap_or(name.len() as u64)
}

fn digits(text: &str, most: usize) -> Option<u64> {
    ((1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn length(text: &str, between: char) -> Option<u64> {
    let (number, unit) = text.split_once(between)?;
    matches!(unit, "byte" | "bytes").then(|| digits(number, 15))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a token is not read, or another text is taken for one.
    #[test]
    fn reads_both_forms() {
        let read = |text: &'static str| Token::read(text).map(|token| (token.length, token.kind, token.name, token.number, token.bytes));
        assert_eq!(read("[cookie session #3, 43 bytes] and more"), Some((29, "cookie", "session", 3, 43)));
        assert_eq!(read("[jwt HS256 exp,iat #3, 1 byte]"), Some((30, "jwt", "HS256 exp,iat", 3, 1)));
        assert_eq!(read("[body #3]"), Some((9, "body", "", 3, 0)));
        assert_eq!(read("[query-3,43-bytes]"), Some((18, "query", "", 3, 43)));
        assert_eq!(read("[field-3]"), Some((9, "field", "", 3, 0)));
        for text in
            ["", "[", "[]", "[x]", "[x #]", "[x #1, 2]", "[x #1, 2 words]", "[X #1]", "[x  #1]", "[x-1,2 bytes]", "[x #123456789]", "x #1]"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(name_length_before("x-name-3-43-bytes"), 43);
        for name in ["x-name-3-43-words", "x-name-3-bytes", "x-3-43-bytes", "content-type", "x-", ""] {
            assert_eq!(name_length_before(name), name.len() as u64, "{name}");
        }
        assert_eq!(length_before("/a?b=[query-1,16-bytes]&c=[x]"), 5 + 16 + 6);
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "\\[?[a-z #,0-9é\\[\\]-]{0,30}( bytes)?\\]?") {
            let _ = (Token::read(&text), length_before(&text));
        }
    }
}
