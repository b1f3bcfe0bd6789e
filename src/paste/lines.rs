//! A text, line by line.

use std::borrow::Cow;

/// A text without what tells a terminal how to show it: colours, links.
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('\u{1b}') else { return Cow::Borrowed(text) };
    let mut shown = text[..first].to_owned();
    for escape in text[first..].split('\u{1b}').skip(1) {
        let end = match escape.as_bytes().first() {
            // `[` and parameters, up to a letter.
            Some(b'[') => escape.bytes().skip(1).position(|byte| (b'@'..=b'~').contains(&byte)).map(|at| at + 2),
            // A command goes up to BEL, or to the next escape, which ends it.
            Some(b']') => Some(escape.find('\u{7}').map_or(escape.len(), |at| at + 1)),
            Some(b'\\') => Some(1),
            _ => None,
        };
        shown.push_str(escape.get(end.unwrap_or(0)..).unwrap_or_default());
    }
    Cow::Owned(shown)
}

/// The lines of a text, without their ends; each keeps its number.
pub(crate) struct Lines<'a> {
    text: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    /// Splits a text. A line may end with CR LF, LF or CR, as it comes from Windows, from a file, or out of a terminal.
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { text, lines: text.lines().flat_map(|line| line.trim_end_matches('\r').split('\r')).collect() }
    }

    /// Whether there may have been more of a line: what is cut off a number or a name leaves another one.
    pub(crate) fn is_cut(&self, number: usize) -> bool {
        !self.is_whole(number)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// All of it.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The lines that a part of the text stands in, by its place in bytes.
    pub(crate) fn at(&self, part: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let offset = |line: &&str| line.as_ptr() as usize - self.text.as_ptr() as usize;
        let begin = self.lines.partition_point(|line| offset(line) <= part.start).saturating_sub(1);
        let end = self.lines.partition_point(|line| offset(line) < part.end);
        begin..end.max(begin + 1).min(self.lines.len())
    }

    /// Whether a line is there to its end. The last one of a text may have been cut off anywhere when nothing ends it.
    pub(crate) fn is_whole(&self, number: usize) -> bool {
        number + 1 < self.lines.len() || self.text.ends_with(['\n', '\r'])
    }

    /// One of them; empty behind the last one.
    pub(crate) fn line(&self, number: usize) -> &'a str {
        self.lines.get(number).copied().unwrap_or_default()
    }

    /// Some of them as one text.
    pub(crate) fn join(&self, lines: std::ops::Range<usize>) -> String {
        self.lines.get(lines).unwrap_or_default().join("\n")
    }

    /// All of them with their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, &'a str)> + '_ {
        self.lines.iter().copied().enumerate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when what a terminal makes of a text is read as part of it, or a text loses what is none of that.
    #[test]
    fn what_is_for_the_terminal_goes() {
        let link = "location: \u{1b}]8;;https://shop.example/\u{1b}\\/\n\u{1b}]8;;\u{1b}\\\u{1b}[1;32mage\u{1b}[0m: 0\u{1b}";
        assert_eq!(without_escapes(link), "location: /\nage: 0");
        assert_eq!(without_escapes("a\u{1b}]0;title\u{7}b"), "ab");
        assert!(matches!(without_escapes("plain"), Cow::Borrowed("plain")));
    }
}
