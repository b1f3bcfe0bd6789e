//! A text, line by line.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::grammar::request_line;
use super::undone::Undone;

/// A text without the escapes that a terminal shows as colours and links, and without the signs that editors and chats make of plain ones.
pub(super) fn as_typed(text: &str) -> Cow<'_, str> {
    // The escape, and what the others begin with as UTF-8.
    if !text.bytes().any(|byte| matches!(byte, 0x1b | 0xc2 | 0xe2 | 0xef)) {
        return Cow::Borrowed(text);
    }
    let mut typed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|letter| plain(letter) != Some(letter)) {
        typed.push_str(&rest[..at]);
        let mut behind = rest[at..].chars();
        let letter = behind.next();
        rest = behind.as_str();
        typed.extend(letter.and_then(plain));
        if letter == Some('\u{1b}') {
            rest = &rest[escape(rest)..];
        }
    }
    typed.push_str(rest);
    Cow::Owned(typed)
}

/// What was typed where a letter stands now; `None` for what cannot be seen.
fn plain(letter: char) -> Option<char> {
    match letter {
        '\u{1b}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => Some(' '),
        '\u{2018}' | '\u{2019}' => Some('\''),
        '\u{201c}' | '\u{201d}' => Some('"'),
        letter => Some(letter),
    }
}

/// Bytes of an escape behind its first one.
fn escape(text: &str) -> usize {
    match text.as_bytes().first() {
        // `[` and parameters, up to a letter.
        Some(b'[') => text.bytes().skip(1).position(|byte| (b'@'..=b'~').contains(&byte)).map_or(0, |at| at + 2),
        // A command goes up to BEL, or to the next escape, which ends it.
        Some(b']') => text.find(['\u{7}', '\u{1b}']).map_or(text.len(), |at| at + usize::from(text.as_bytes()[at] == 7)),
        Some(b'\\') => 1,
        _ => 0,
    }
}

/// The lines of a text, without their ends; each keeps its number.
pub(crate) struct Lines<'a> {
    text: &'a str,
    rows: Vec<&'a str>,
    /// Empty lines stood between all of them, and were left out.
    is_spaced: bool,
    /// Something stood before all of them, and was left out.
    is_quoted: bool,
    undone: OnceCell<Undone>,
}

/// Lines that a text has at least before empty ones between all of them are seen as no part of it.
const FEWEST_SPACED: usize = 4;

impl<'a> Lines<'a> {
    /// Splits a text. A line may end with CR LF, LF or CR, as it comes from Windows, from a file, or out of a terminal.
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines: Vec<&str> = text.lines().flat_map(|line| line.trim_end_matches('\r').split('\r')).collect();
        let quoted = quoted(&lines);
        let of_line = |line| str::strip_prefix(line, quoted).filter(|line| !is_fence(line)).unwrap_or(&line[line.len()..]);
        let lines: Vec<&str> = lines.into_iter().map(of_line).collect();
        // What goes through mail and forums comes out with its lines apart.
        let is_spaced = lines.iter().step_by(2).filter(|line| !line.trim().is_empty()).count() >= FEWEST_SPACED
            && lines.iter().skip(1).step_by(2).all(|line| line.trim().is_empty());
        let lines = if is_spaced { lines.into_iter().step_by(2).collect() } else { lines };
        Self { text, rows: lines, is_spaced, is_quoted: !quoted.is_empty(), undone: OnceCell::new() }
    }

    /// A text whose lines are just what line feeds part.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self { text, rows: text.lines().collect(), is_spaced: false, is_quoted: false, undone: OnceCell::new() }
    }

    /// Them without what quoting added; worked out once.
    pub(crate) fn undone(&self) -> &Undone {
        self.undone.get_or_init(|| Undone::new(&self.rows, self.text.ends_with(['\n', '\r'])))
    }

    /// Whether the text has more than they have.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_spaced || self.is_quoted
    }

    /// Lines as the text counts them.
    pub(crate) fn in_text(&self, lines: std::ops::Range<usize>) -> std::ops::Range<usize> {
        if self.is_spaced && !lines.is_empty() { 2 * lines.start..2 * lines.end - 1 } else { lines }
    }

    /// Whether there may have been more of a line: what is cut off a number or a name leaves another one.
    pub(crate) fn is_cut(&self, number: usize) -> bool {
        !self.is_whole(number)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// All of it.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The lines that a part of the text stands in, by its place in bytes.
    pub(crate) fn at(&self, part: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let offset = |line: &&str| line.as_ptr() as usize - self.text.as_ptr() as usize;
        let begin = self.rows.partition_point(|line| offset(line) <= part.start).saturating_sub(1);
        let end = self.rows.partition_point(|line| offset(line) < part.end);
        begin..end.max(begin + 1).min(self.rows.len())
    }

    /// Whether a line is there to its end. The last one of a text may have been cut off anywhere when nothing ends it.
    pub(crate) fn is_whole(&self, number: usize) -> bool {
        number + 1 < self.rows.len() || self.text.ends_with(['\n', '\r'])
    }

    /// One of them; empty behind the last one.
    pub(crate) fn line(&self, number: usize) -> &'a str {
        self.rows.get(number).copied().unwrap_or_default()
    }

    /// Some of them as one text.
    pub(crate) fn join(&self, lines: std::ops::Range<usize>) -> String {
        self.rows.get(lines).unwrap_or_default().join("\n")
    }

    /// All of them with their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, &'a str)> + '_ {
        self.rows.iter().copied().enumerate()
    }
}

/// What a mail or a page puts before every line of what it quotes: `> `, or spaces. Of lines that curl marks as sent these are no quotation.
fn quoted<'a>(lines: &[&'a str]) -> &'a str {
    let mut full = lines.iter().filter(|line| !is_mark(line));
    let Some(first) = full.next() else { return "" };
    let mut length = first.len() - first.trim_start_matches(MARKS).len();
    let mut count = 1;
    for line in full {
        length = first.bytes().zip(line.bytes()).take(length).take_while(|(one, other)| one == other).count();
        count += 1;
    }
    let is_sent = request_line(&first[length..]).is_some() && first[..length].trim() == ">";
    // Spaces need no more lines: whatever they stand before, they are no part of it.
    if count < FEWEST_QUOTED && !first[..length].trim().is_empty() || is_sent { "" } else { &first[..length] }
}

/// Whether a line only begins or ends a block of code in Markdown.
fn is_fence(line: &str) -> bool {
    line.trim().strip_prefix("```").is_some_and(|language| language.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// What stands before lines that are quoted or set in.
const MARKS: [char; 4] = ['>', '|', ' ', '\t'];
/// Lines that a quotation has at least.
const FEWEST_QUOTED: usize = 3;

/// Whether nothing but such marks is in a line.
fn is_mark(line: &str) -> bool {
    line.trim_start_matches(MARKS).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when what stands before every line of a quotation is read as part of it, or what curl sent is taken for one.
    #[test]
    fn quotations_are_read() {
        let lines = |text: &str| Lines::new(text).all().map(|(_, line)| line.to_owned()).collect::<Vec<String>>();
        assert_eq!(lines("> $ curl\n> > GET / HTTP/1.1\n>\n> < HTTP/1.1 520\n"), ["$ curl", "> GET / HTTP/1.1", "", "< HTTP/1.1 520"]);
        assert_eq!(lines("    a\n\n      b\n    c"), ["a", "", "  b", "c"]);
        for text in ["> GET / HTTP/1.1\n> Host: shop.example\n> Accept: */*\n> ", "> a\n> b", "> a\nb\n> c", "* a\n> b\n< c"] {
            assert_eq!(lines(text), text.lines().collect::<Vec<&str>>());
        }
    }

    /// Breaks when the marks of a block of code are read as a part of it, or its lines are counted otherwise.
    #[test]
    fn fences_are_no_lines_of_what_they_hold() {
        let lines = |text: &str| Lines::new(text).all().map(|(_, line)| line.to_owned()).collect::<Vec<String>>();
        assert_eq!(lines("a\n```sh\nb\n  ```\n``` c\n"), ["a", "", "b", "", "``` c"]);
    }

    /// Breaks when what a terminal makes of a text is read as part of it, or a text loses what is none of that.
    #[test]
    fn what_is_for_the_terminal_goes() {
        let link = "location: \u{1b}]8;;https://shop.example/\u{1b}\\/\n\u{1b}]8;;\u{1b}\\\u{1b}[1;32mage\u{1b}[0m: 0\u{1b}";
        assert_eq!(as_typed(link), "location: /\nage: 0");
        assert_eq!(as_typed("a\u{1b}]0;title\u{7}b"), "ab");
        assert_eq!(as_typed("\u{201c}a\u{a0}b\u{201d}\u{200b} it\u{2019}s \u{e9}\u{2026}"), "\"a b\" it's \u{e9}\u{2026}");
        assert!(matches!(as_typed("plain"), Cow::Borrowed("plain")));
    }
}
