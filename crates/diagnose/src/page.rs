//! A rule's page: the Markdown file next to the rule, from which the advice of reports is read.

/// The text of a page.
///
/// In the browser's program it lacks how the cause is known, its sources and its examples: nobody reads them there.
#[derive(Clone, Copy, Debug)]
pub struct Page(&'static str);

/// Commands to run one after another, and what their results decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The commands, with `{…}` for what the failing request fills in.
    pub commands: Vec<&'static str>,
    /// What their results decide.
    pub decides: &'static str,
}

impl Page {
    pub(super) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The whole text.
    pub fn text(self) -> &'static str {
        self.0
    }

    /// The first paragraph of a part, for instance of *What it means*.
    pub fn paragraph(self, part: &str) -> &'static str {
        self.part(part).trim_start().split("\n\n").next().unwrap_or_default().trim_end()
    }

    /// The numbered steps of *What to do*: those under the heading `### key: …` first, then those that hold for every case.
    pub fn steps(self, case: Option<&str>) -> impl Iterator<Item = &'static str> {
        let mut blocks = self.part("What to do").split("\n### ");
        let general = blocks.next().unwrap_or_default();
        let special = blocks.find(|block| case.is_some_and(|case| key(block).0 == case)).unwrap_or_default();
        [special, general].into_iter().flat_map(str::lines).filter_map(step)
    }

    /// What the heading `### key: …` under *What to do* says of a case.
    pub fn case(self, case: &str) -> Option<&'static str> {
        self.part("What to do").split("\n### ").skip(1).map(key).find(|(key, _)| *key == case).map(|(_, says)| says)
    }

    /// The commands of *The command that settles it*: indented lines, with the words that follow them.
    pub fn tests(self) -> Vec<Test> {
        let mut tests: Vec<Test> = Vec::new();
        for line in self.part("The command that settles it").lines() {
            let open = tests.last_mut().filter(|last| last.decides.is_empty());
            match (line.strip_prefix("    "), open) {
                (Some(command), Some(open)) => open.commands.push(command),
                (Some(command), None) => tests.push(Test { commands: vec![command], decides: "" }),
                (None, Some(open)) if !line.is_empty() => open.decides = without_marks(line),
                (None, _) => {}
            }
        }
        tests
    }

    fn part(self, part: &str) -> &'static str {
        let mut parts = self.0.split("\n## ").skip(1);
        parts.find_map(|text| text.strip_prefix(part)?.strip_prefix('\n')).unwrap_or_default()
    }
}

/// `key: what it says` of a heading's line.
fn key(block: &'static str) -> (&'static str, &'static str) {
    block.lines().next().unwrap_or_default().split_once(": ").unwrap_or_default()
}

/// The words of a line `1. words`, the marks of its sources left out.
fn step(line: &'static str) -> Option<&'static str> {
    let words = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
    (words.len() < line.len()).then_some(words)?.strip_prefix(". ").map(without_marks)
}

/// Without the footnote marks at the end.
fn without_marks(line: &'static str) -> &'static str {
    line.find(" [^").map_or(line, |at| &line[..at])
}

/// Where a heading of a page begins; its end when it has none.
#[cfg(target_arch = "wasm32")]
const fn place(text: &str, heading: &str) -> usize {
    let (bytes, mark) = (text.as_bytes(), heading.as_bytes());
    let mut at = 0;
    while at + mark.len() <= bytes.len() {
        let mut same = 0;
        while same < mark.len() && bytes[at + same] == mark[same] {
            same += 1;
        }
        if same == mark.len() {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// The two stretches of a page that the program reads: what it means, and what to do with the commands that settle it.
#[cfg(target_arch = "wasm32")]
const fn read_by_program(text: &str) -> [usize; 4] {
    [0, place(text, "\n## How we know\n"), place(text, "\n## What to do\n"), place(text, "\n## Sources\n")]
}

/// How many bytes of a page the program reads.
#[cfg(target_arch = "wasm32")]
pub(super) const fn length(text: &str) -> usize {
    let [from, to, second, end] = read_by_program(text);
    to - from + end - second
}

/// What the program reads of a page, as a value of its own: the rest is not in the program then.
#[cfg(target_arch = "wasm32")]
pub(super) const fn kept<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let [_, to, second, _] = read_by_program(text);
    let mut kept = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        kept[at] = text.as_bytes()[if at < to { at } else { second + at - to }];
        at += 1;
    }
    kept
}

/// Bytes that are text.
#[cfg(target_arch = "wasm32")]
pub(super) const fn utf8(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// The page in a file next to the one that says this.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! page {
    ($file:literal) => {
        $crate::page::Page::new(include_str!($file))
    };
}

/// The page in a file next to the one that says this, as much of it as the program reads.
#[cfg(target_arch = "wasm32")]
macro_rules! page {
    ($file:literal) => {{
        use $crate::page;
        static TEXT: [u8; page::length(include_str!($file))] = page::kept(include_str!($file));
        page::Page::new(page::utf8(&TEXT))
    }};
}

pub(crate) use page;

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page::new(
        "# x\n\nOne.\n\n## What it means\n\nIt\nmeans.\n\nMore.\n\n## What to do\n\nWords.\n\n1. First. [^a]\n2. Second {host}. [^a][^b]\n\n### 521: it is down\n\n1. Start it. [^c]\n\n### 522: late\n\n1. Wait.\n\n## The command that settles it\n\n    curl a\n    curl b\n\nDecides. [^a]\n\n    nc c\n\nToo.\n\n## Sources\n\n[^a]: …\n",
    );

    /// Breaks when advice is read from the wrong part of a page, or the marks of sources stay in it.
    #[test]
    fn advice_is_read_from_the_page() {
        assert_eq!(PAGE.paragraph("What it means"), "It\nmeans.");
        assert_eq!(PAGE.steps(None).collect::<Vec<_>>(), ["First.", "Second {host}."]);
        assert_eq!(PAGE.steps(Some("521")).collect::<Vec<_>>(), ["Start it.", "First.", "Second {host}."]);
        assert_eq!((PAGE.case("522"), PAGE.case("52")), (Some("late"), None));
        let tests = [(vec!["curl a", "curl b"], "Decides."), (vec!["nc c"], "Too.")];
        assert_eq!(PAGE.tests(), tests.map(|(commands, decides)| Test { commands, decides }));
        assert_eq!(Page::new("").tests(), []);
    }
}
