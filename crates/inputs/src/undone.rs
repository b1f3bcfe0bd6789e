//! Texts as they were before something quoted them: without escapes, entities and links.

/// A text without what quoting added, and the line of the quoting text that each of its lines stands in.
#[derive(Default)]
pub(crate) struct Undone {
    pub(super) text: String,
    origin: Vec<usize>,
}

impl Undone {
    /// Undoes what stands in these lines, the last of which is whole or not.
    pub(super) fn new(lines: &[&str], is_whole: bool) -> Self {
        let mut undone = Self { text: String::new(), origin: Vec::with_capacity(lines.len()) };
        for (number, line) in lines.iter().enumerate() {
            let begin = undone.text.len();
            undo(line, &mut undone.text);
            let more = undone.text[begin..].matches('\n').count();
            undone.origin.extend(std::iter::repeat_n(number, more + 1));
            if number + 1 < lines.len() || is_whole {
                undone.text.push('\n');
            }
        }
        undone
    }

    /// Adds a line that stands in this one of the quoting text.
    pub(super) fn row(&mut self, origin: usize, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.origin.push(origin);
    }

    /// No line is added any more; the last one is whole or not.
    pub(super) fn finish(&mut self, is_whole: bool) {
        if !is_whole {
            self.text.pop();
        }
    }

    /// These lines of it, as the quoting text counts them.
    pub(super) fn origin(&self, lines: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let line = |number: usize| self.origin.get(number).or(self.origin.last()).copied().unwrap_or(0);
        line(lines.start)..line(lines.end.max(1) - 1) + 1
    }

    /// The lines of it that stand in these of the quoting text.
    pub(super) fn within(&self, lines: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let first = |line: usize| self.origin.partition_point(|origin| *origin < line);
        first(lines.start)..first(lines.end)
    }
}

/// Bytes of a link, at most.
const MAX_LINK: usize = 4096;
/// Backslashes before one letter, at most: quoting doubles them.
const MAX_SLASHES: usize = 64;

/// Undoes one line: an escaped end of a line becomes one.
fn undo(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['\\', '&', '[', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            b'\\' => escape(rest, out),
            b'&' => entity(rest, out),
            b'[' => link(rest, out),
            _ => address(rest, out),
        };
        let taken = taken.unwrap_or_else(|| {
            out.push_str(&rest[..1]);
            1
        });
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

/// `\n`, `\"`, `\u0026`, `\x3c`, however often the backslash was doubled. How many bytes it has.
fn escape(text: &str, out: &mut String) -> Option<usize> {
    let slashes = text.bytes().take(MAX_SLASHES).take_while(|byte| *byte == b'\\').count();
    let rest = &text[slashes..];
    let mut coded = |digits: usize| {
        let code = u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?;
        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.push(if letter.is_control() && letter != '\n' { ' ' } else { letter });
        Some(slashes + 1 + digits)
    };
    let plain = match rest.bytes().next()? {
        b'u' => return coded(4),
        b'x' => return coded(2),
        b'n' => '\n',
        b't' => ' ',
        b'r' => return Some(slashes + 1),
        byte @ (b'"' | b'\'' | b'/' | b'`' | b'|' | b'_' | b'*') => char::from(byte),
        _ => return None,
    };
    out.push(plain);
    Some(slashes + 1)
}

/// One escape of a string, at which a text begins: each doubled backslash is one of the string's own. How many bytes it has.
pub(super) fn unescape(text: &str, out: &mut String) -> usize {
    let is_doubled = text.starts_with("\\\\");
    let one = if is_doubled { None } else { escape(text, out) };
    one.unwrap_or_else(|| {
        out.push('\\');
        1 + usize::from(is_doubled)
    })
}

/// `&amp;`, `&#38;`, `&#x26;`
pub(super) fn entity(text: &str, out: &mut String) -> Option<usize> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let letter = match &text[1..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "bull" => '\u{2022}',
        name => {
            let number = name.strip_prefix('#')?;
            let code =
                number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok())?;
            char::from_u32(code).filter(|letter| !letter.is_control())?
        }
    };
    out.push(letter);
    Some(end + 1)
}

/// `[shop.example](http://shop.example/)`: what an editor made a link of stands alone again; another link keeps both.
fn link(text: &str, out: &mut String) -> Option<usize> {
    let text = &text[..text.floor_char_boundary(MAX_LINK)];
    let end = text[1..].find(['[', ']', '<'])?;
    let (name, rest) = (&text[1..=end], text[end + 1..].strip_prefix("](")?);
    let (url, _) = rest.split_once(')')?;
    let is_link = url.starts_with("http") && !url.contains([' ', '"']);
    if !is_link {
        return None;
    }
    out.push_str(name);
    let bare = name.trim_matches('`');
    if bare.contains(' ') || !bare.contains('.') {
        out.push_str(" (");
        out.push_str(url);
        out.push(')');
    }
    Some(name.len() + url.len() + 4)
}

/// `<https://shop.example/>`, and as chats write it `<https://shop.example/|shop.example>`.
fn address(text: &str, out: &mut String) -> Option<usize> {
    let text = &text[..text.floor_char_boundary(MAX_LINK)];
    let (url, _) = text.strip_prefix('<').filter(|rest| rest.starts_with("http"))?.split_once('>')?;
    if url.contains([' ', '"']) {
        return None;
    }
    out.push_str(url.split_once('|').map_or(url, |(_, name)| name));
    Some(url.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(text: &str) -> String {
        of(text).text
    }

    fn of(text: &str) -> Undone {
        Undone::new(&text.lines().collect::<Vec<&str>>(), text.ends_with('\n'))
    }

    /// Breaks when what quoting added stays, or something else is taken for it.
    #[test]
    fn what_was_added_is_undone() {
        for (text, plain) in [
            (r#"\"a\"\\n\u003cb\u003E\x26\/"#, "\"a\"\n<b>&/"),
            ("&lt;a&#38;b&#x26;c&amp;", "<a&b&c&"),
            ("[a.example](http://a.example/) [the site](https://a.example/)", "a.example the site (https://a.example/)"),
            ("<https://a.example/|a.example> <b>", "a.example <b>"),
            (r"C:\dir & [x] (y) <a", r"C:\dir & [x] (y) <a"),
            ("&;\\", "&;\\"),
        ] {
            assert_eq!(undone(text), plain);
        }
        // Neither takes more than a moment.
        for long in ["[](".repeat(100_000), "\\".repeat(200_000), "<http".repeat(100_000)] {
            assert_eq!(undone(&long).len(), long.len());
        }
        let undone = of("a\nb\\nc\nd");
        assert_eq!((undone.origin(1..3), undone.origin(3..4)), (1..2, 2..3));
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "(\\\\|u00|x|n|&|#|;|amp|\\[|\\]\\(http|\\)|<http|\\||>|é|\n){0,20}") {
            let undone = of(&text);
            undone.origin(0..undone.text.lines().count());
        }
    }
}
