//! The pattern of a path: what it is without its query and without what changes from request to request.
//!
//! A segment is split at whatever is neither a letter nor a digit, and each piece that looks like an id becomes `*`: numbers, hexadecimal of
//! eight digits and more, letters mixed with digits, long tokens with capitals in between. A segment that is a date, a UUID or a long
//! base64 token is `*` as a whole. The extension of a file stays: `/app.3f2a9c1b.js` is `/app.*.js`.

/// Segments that a pattern has at most; those behind become one `*`.
const SEGMENTS: usize = 12;
/// Bytes that a pattern has at most, but for the last segment's end.
const LENGTH: usize = 192;
/// An escape (`%C3`) stands for a letter.
const LETTER: u8 = b'x';

/// The path without its query.
pub(crate) fn without_query(path: &[u8]) -> &[u8] {
    &path[..memchr::memchr2(b'?', b'#', path).unwrap_or(path.len())]
}

/// The pattern of a path without a query.
pub(crate) fn pattern(path: &[u8]) -> String {
    let mut pattern = String::with_capacity(path.len().min(LENGTH));
    for (number, segment) in path.split(|byte| *byte == b'/').enumerate() {
        if number > 0 {
            pattern.push('/');
        }
        if number > SEGMENTS || pattern.len() + segment.len().min(64) > LENGTH {
            pattern.push('*');
            break;
        }
        push_segment(&mut pattern, segment);
    }
    pattern
}

fn push_segment(pattern: &mut String, segment: &[u8]) {
    if segment.len() > 64 || is_token(segment) {
        pattern.push('*');
        if let Some(extension) = extension(segment) {
            pattern.push('.');
            pattern.push_str(&String::from_utf8_lossy(extension));
        }
        return;
    }
    let (stem, extension) = match extension(segment) {
        Some(extension) => segment.split_at(segment.len() - extension.len()),
        None => (segment, &segment[..0]),
    };
    let start = pattern.len();
    let mut rest = stem;
    while !rest.is_empty() {
        let length = piece(rest);
        let (word, behind) = rest.split_at(length);
        if is_id(word) {
            // `*-*` says no more than `*`.
            let joined = pattern[start..].strip_suffix(['-', '_', ':', '.']).is_some_and(|before| before.ends_with('*'));
            if joined {
                pattern.pop();
            } else {
                pattern.push('*');
            }
        } else {
            pattern.push_str(&String::from_utf8_lossy(word));
        }
        let between = behind.iter().position(|byte| is_letter(*byte)).unwrap_or(behind.len());
        pattern.push_str(&String::from_utf8_lossy(&behind[..between]));
        rest = &behind[between..];
    }
    pattern.push_str(&String::from_utf8_lossy(extension));
}

/// A letter, a digit, or a byte of an escape or of another alphabet.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'%' || !byte.is_ascii()
}

fn piece(text: &[u8]) -> usize {
    text.iter().position(|byte| !is_letter(*byte)).unwrap_or(text.len())
}

/// The extension of a file's name: a letter and at most four letters or digits behind the last dot, and something before it.
fn extension(segment: &[u8]) -> Option<&[u8]> {
    let dot = memchr::memrchr(b'.', segment)?;
    let extension = &segment[dot + 1..];
    let fits = dot > 0 && (1..=5).contains(&extension.len()) && extension[0].is_ascii_alphabetic();
    (fits && extension.iter().all(u8::is_ascii_alphanumeric)).then_some(extension)
}

/// A piece of letters and digits that is an id.
fn is_id(word: &[u8]) -> bool {
    let (mut digits, mut letters, mut hex, mut changes, mut cases) = (0, 0, true, 0, 0);
    let mut before = 0;
    let mut bytes = word.iter().copied();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            // Its two digits are no digits of a number.
            bytes.nth(1);
            LETTER
        } else {
            byte
        };
        if byte.is_ascii_digit() {
            digits += 1;
        } else {
            letters += 1;
            hex &= byte.is_ascii_hexdigit();
        }
        if before != 0 {
            changes += usize::from(u8::is_ascii_digit(&before) != byte.is_ascii_digit());
            cases += usize::from(before.is_ascii_lowercase() && byte.is_ascii_uppercase());
        }
        before = byte;
    }
    let length = digits + letters;
    if letters == 0 {
        return digits > 0;
    }
    (hex && (length >= 16 || (length >= 8 && digits > 0)))
        || (length >= 6 && (digits >= 3 || (digits == 2 && changes >= 2)))
        || (length >= 20 && cases >= 3)
}

/// A date, a UUID, or a long token of base64 with `-` and `_` in it.
fn is_token(segment: &[u8]) -> bool {
    let stem = extension(segment).map_or(segment, |extension| &segment[..segment.len() - extension.len() - 1]);
    let of = |is: fn(&u8) -> bool| stem.iter().filter(|byte| is(byte)).count();
    let (digits, upper, lower) = (of(u8::is_ascii_digit), of(u8::is_ascii_uppercase), of(u8::is_ascii_lowercase));
    let marks = stem.iter().filter(|byte| matches!(byte, b'-' | b'_' | b'=' | b'+')).count();
    if digits + upper + lower + marks != stem.len() {
        return false;
    }
    let numbers = stem.split(|byte| *byte == b'-');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let is_uuid = stem.len() == 36 && marks == 4 && stem.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    is_uuid
        || (marks == 2 && numbers.clone().count() == 3 && numbers.clone().all(is_number))
        || (stem.len() >= 24 && digits >= 2 && upper >= 3 && lower >= 3)
}

/// The prefixes of a pattern, the shortest first: of `/api/orders/*` these are `/api/*` and `/api/orders/*`.
pub(crate) fn prefixes(pattern: &str) -> impl Iterator<Item = String> {
    let slashes = pattern.match_indices('/').map(|(place, _)| place).filter(|place| *place > 0);
    slashes.take(3).take_while(|place| !pattern[..*place].ends_with('*')).map(|place| format!("{}/*", &pattern[..place]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Breaks when an id stays in a pattern, or a word goes from it.
    #[test]
    fn ids_become_stars() {
        for (path, expected) in [
            ("/", "/"),
            ("", ""),
            ("/api/orders/1234?x=1", "/api/orders/*"),
            ("/api/v1/users/42/items", "/api/v1/users/*/items"),
            ("/u/6f9619ff-8b86-d011-b42d-00cf4fc964ff", "/u/*"),
            ("/blog/2026-11-20/hello-world", "/blog/*/hello-world"),
            ("/blog/2026/11/20/", "/blog/*/*/*/"),
            ("/static/app.3f2a9c1b.js", "/static/app.*.js"),
            ("/static/main-3f2a9c1b.css", "/static/main-*.css"),
            ("/static/3f2a9c1b9d.woff2", "/static/*.woff2"),
            ("/order-12345", "/order-*"),
            ("/order-12345-678", "/order-*"),
            ("/x/QmFzZTY0LXRva2VuX3dpdGg_AbC12dEf", "/x/*"),
            ("/wp-login.php", "/wp-login.php"),
            ("/oauth2/base64/utf8/h264/mp3", "/oauth2/base64/utf8/h264/mp3"),
            ("/caf%C3%A9/menu", "/caf%C3%A9/menu"),
            ("/user12345", "/*"),
            ("/deadbeef", "/deadbeef"),
            ("/deadbee5", "/*"),
            ("/a/b/c/d/e/f/g/h/i/j/k/l/m/n", "/a/b/c/d/e/f/g/h/i/j/k/l/*"),
        ] {
            assert_eq!(pattern(without_query(path.as_bytes())), expected, "{path}");
        }
    }

    /// Breaks when the prefixes of a pattern are others than those of its first folders.
    #[test]
    fn a_pattern_has_prefixes() {
        for (pattern, expected) in [
            ("/api/orders/*", vec!["/api/*", "/api/orders/*"]),
            ("/", vec![]),
            ("/a", vec![]),
            ("/*/a/b", vec![]),
            ("/a/b/c/d/e", vec!["/a/*", "/a/b/*", "/a/b/c/*"]),
        ] {
            assert_eq!(prefixes(pattern).collect::<Vec<_>>(), expected, "{pattern}");
        }
    }

    proptest! {
        /// Breaks when bytes that are no text make a panic or a pattern without bound.
        #[test]
        fn patterns_are_short(path in prop::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert!(pattern(without_query(&path)).len() <= LENGTH + 3 * 64 + 8);
        }

        /// Breaks when the pattern depends on the digits of an id.
        #[test]
        fn ids_do_not_show(one in 1u64.., other in 1u64..) {
            prop_assert_eq!(pattern(format!("/a/{one}/b").as_bytes()), pattern(format!("/a/{other}/b").as_bytes()));
        }
    }
}
