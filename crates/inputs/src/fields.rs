//! Names and values of structured text: JSON, objects as JavaScript and Python print them, `key=value`, columns below their names.

use std::borrow::Cow;

/// Fields that are read of one text, at most.
const MAX_FIELDS: usize = 400;

/// A value with its name.
struct Field<'a> {
    /// How many braces are open around it.
    depth: usize,
    /// In lower case, without `_`, `-`, `.`, `:` and `@`: the same name in every style.
    name: String,
    value: Cow<'a, str>,
}

/// The fields of a text; the outer count before the inner.
#[derive(Default)]
pub(super) struct Fields<'a>(Vec<Field<'a>>);

impl<'a> Fields<'a> {
    /// Reads an object, or `key=value`. Of an array the first value counts. What the text's end cuts is left out.
    pub(super) fn read(text: &'a str) -> Self {
        let mut fields = Vec::new();
        let mut name: Option<String> = None;
        let mut depth = 0;
        let mut rest = text;
        while let Some(first) = rest.chars().next().filter(|_| fields.len() < MAX_FIELDS) {
            let token = match first {
                '"' | '\'' | '`' => {
                    let Some(end) = closing(&rest[1..], first) else { break };
                    let token = &rest[1..=end];
                    rest = &rest[end + 2..];
                    unescaped(token)
                }
                '{' | '}' | ',' | ';' | ']' => {
                    depth = if first == '{' { depth + 1 } else { depth - usize::from(first == '}' && depth > 0) };
                    name = None;
                    rest = &rest[1..];
                    continue;
                }
                _ if is_bare(first) => {
                    let end = rest.find(|letter| !is_bare(letter)).unwrap_or(rest.len());
                    // An unquoted URL or time has colons in it.
                    let end = if name.is_some() || rest[end..].starts_with("://") {
                        rest.find(|letter: char| letter.is_whitespace() || ",}])\"'".contains(letter)).unwrap_or(rest.len())
                    } else {
                        end
                    };
                    if end == rest.len() {
                        break;
                    }
                    let token = &rest[..end];
                    rest = &rest[end..];
                    Cow::Borrowed(token)
                }
                _ => {
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
            };
            let behind = rest.trim_start_matches([' ', '\t']);
            let is_name = behind.starts_with(':') && !behind.starts_with("://") || rest.starts_with('=') || behind.starts_with("=>");
            if is_name && name.is_none() {
                name = Some(plain(&token));
                rest = behind.trim_start_matches([':', '=', '>', ' ', '\t']);
                if rest.starts_with('\n') {
                    name = None;
                }
            } else if let Some(name) = name.take() {
                fields.push(Field { depth, name, value: token });
            }
        }
        Self(fields)
    }

    /// The words of a line below the names of its columns, as W3C's format has them.
    pub(super) fn of_columns(names: &str, line: &'a str) -> Option<Self> {
        let count = |text: &str| text.split_ascii_whitespace().count();
        let values = line.split_ascii_whitespace();
        let fields = names.split_ascii_whitespace().zip(values).filter(|(_, value)| *value != "-");
        let field = |(name, value)| Field { depth: 0, name: plain(name), value: Cow::Borrowed(value) };
        (count(names) == count(line)).then(|| Self(fields.map(field).collect()))
    }

    /// The value of the first of these names that has one. The names are in lower case and without signs.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        let of_name = |name: &&str| self.0.iter().filter(|field| field.name == *name).min_by_key(|field| field.depth);
        names.iter().find_map(of_name).map(|field| &*field.value)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// A name without its style.
fn plain(name: &str) -> String {
    let mut plain = name.to_ascii_lowercase();
    plain.retain(|letter| !"_-.:@".contains(letter));
    plain
}

fn is_bare(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || !letter.is_ascii() || "_$.@+-/".contains(letter)
}

/// The quote that closes a string; one behind a backslash belongs to it.
pub(super) fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == quote && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

/// A string without its escapes.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let escape = if letter == '\\' { letters.next() } else { None };
        match escape {
            None => plain.push(letter),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('u') => {
                let digits: String = letters.clone().take(4).collect();
                if let Some(letter) = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    plain.push(letter);
                    letters.nth(3);
                } else {
                    plain.push_str("\\u");
                }
            }
            Some(sign @ ('"' | '\'' | '`' | '\\' | '/')) => plain.push(sign),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a style of names, quotes or separators is not read, an inner value hides an outer one, or a cut value is taken.
    #[test]
    fn every_style_is_read() {
        let json = Fields::read(r#"{"request":{"status":1,"headers":{"Cf-Ray":["a","b"]}},"status": 502,"msg":"a \"b\"\u0026","end":"cu"#);
        assert_eq!((json.get(&["status"]), json.get(&["cfray"]), json.get(&["msg"])), (Some("502"), Some("a"), Some("a \"b\"&")));
        assert_eq!((json.get(&["end"]), json.get(&["headers"]), json.get(&["request"])), (None, None, None));
        let node = Fields::read("{\n  statusCode: 520,\n  url: https://a.example/b,\n  headers: {\n    'cf-ray': 'x',\n  },\n}");
        assert_eq!((node.get(&["statuscode"]), node.get(&["cfray"])), (Some("520"), Some("x")));
        assert_eq!(node.get(&["url"]), Some("https://a.example/b"));
        let pairs = Fields::read("at=error desc=\"Request timeout\" method=GET path=\"/a?b=c\" status=503 bytes=0");
        assert_eq!((pairs.get(&["path"]), pairs.get(&["x", "status"]), pairs.get(&["bytes"])), (Some("/a?b=c"), Some("503"), None));
        let columns = Fields::of_columns("date cs-method sc-status", "2026-03-04 - 502").unwrap();
        assert_eq!((columns.get(&["csmethod"]), columns.get(&["scstatus"])), (None, Some("502")));
        assert!(Fields::of_columns("a b", "a").is_none());
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "([{}\\[\\]\"'\\\\:=,é\n >]|u00e9|a|1){0,60}") {
            Fields::read(&text).get(&["a"]);
        }
    }
}
