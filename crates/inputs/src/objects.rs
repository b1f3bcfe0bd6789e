//! Objects of JSON, wherever they stand in a text.

use std::ops::Range;

/// Bytes of an object at most that is looked at.
const MAX_BYTES: usize = 16 << 10;
/// So many objects in one another are looked at, the innermost first.
const MAX_DEPTH: usize = 6;

/// Shows every object of a text, the inner before the outer, each with its place in bytes. What `take` takes (by answering true) is not
/// shown again as a part of an outer one.
pub(super) fn objects<'a>(text: &'a str, take: &mut dyn FnMut(Range<usize>, &'a str) -> bool) {
    // Where each open one begins, and how many levels are in it; none when one of these was taken.
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            // No string goes over a line's end: a single quote does no harm beyond its line.
            b'\n' => in_string = false,
            b'"' => in_string = !in_string,
            b'{' if !in_string => open.push((at, Some(0))),
            b'}' if !in_string => {
                let Some((begin, levels)) = open.pop() else { continue };
                let place = begin..at + 1;
                let is_shown = levels.is_some_and(|levels| levels < MAX_DEPTH) && place.len() <= MAX_BYTES;
                let is_taken = is_shown && take(place.clone(), &text[place]);
                if let Some((_, outer)) = open.last_mut() {
                    let inner = levels.filter(|_| !is_taken).map(|levels| levels + 1);
                    *outer = outer.zip(inner).map(|(outer, inner)| outer.max(inner));
                }
            }
            _ => {}
        }
    }
}

/// The value of a member of an object or of an object in it, the first of that name: what stands between a string's quotes, or a number,
/// `true`, `false` or `null`; of an array its first value. Strings with escapes are left out.
pub(super) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    object.match_indices(name).find_map(|(at, _)| {
        let rest = object[at + name.len()..].strip_prefix('"').filter(|_| object[..at].ends_with('"'))?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        let value = value.strip_prefix('[').unwrap_or(value).trim_start();
        if let Some(string) = value.strip_prefix('"') {
            let end = string.find(['"', '\\'])?;
            return string[end..].starts_with('"').then_some(&string[..end]);
        }
        let end = value.find([',', '}', ']', ' ', '\r', '\n'])?;
        (end > 0 && value.as_bytes()[0] != b'{').then_some(&value[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a member is cut at the wrong sign, one of another name is taken, or one that is not whole.
    #[test]
    fn members_are_read_by_name() {
        let object = r#"{"a":"x", "ab" : 5, "list":["one","two"],"in":{"c":true},"esc":"a\"b","d":12"#;
        for (name, value) in [
            ("a", Some("x")),
            ("ab", Some("5")),
            ("list", Some("one")),
            ("c", Some("true")),
            ("in", None),
            ("esc", None),
            ("d", None),
            ("b", None),
        ] {
            assert_eq!(member(object, name), value, "{name}");
        }
    }

    /// Breaks when objects are not found in an array, in one another, over lines, or behind braces in strings.
    #[test]
    fn objects_are_shown_from_the_inside() {
        let text = "log: [{\"a\":\"}\"},\n{\"b\":{\"c\":1}}] don't \" {\n\"d\":2}";
        let mut seen = Vec::new();
        objects(text, &mut |_, object| {
            seen.push(object);
            object == "{\"c\":1}"
        });
        assert_eq!(seen, ["{\"a\":\"}\"}", "{\"c\":1}"]);
    }

    proptest::proptest! {
        /// Breaks on a panic, or when a place is not that of its object.
        #[test]
        fn takes_any_text(text in "([{}\"\\\\:,é\n ]|a|1){0,60}") {
            objects(&text, &mut |place, object| {
                assert_eq!(&text[place], object);
                member(object, "a");
                false
            });
        }
    }
}
