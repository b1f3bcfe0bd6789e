//! Pages of guides and commands.

use super::shell::Shell;

/// A page of guides or commands: the part of Markdown that `static/help.md` is written in.
///
/// Blocks stand between empty lines or on lines of their own. `# part` begins a part, `## title` a group in it and `### id: title` an entry;
/// `1. ` a step; three backticks with a [`Language`] a block of code, of which no line begins with `# `. Marks of sources (`[^mark]`) end a paragraph or step and are left out.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);

/// A piece of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// The title of a group.
    Group(&'a str),
    /// An entry's id and title.
    Entry(&'a str, &'a str),
    /// A sentence or more.
    Paragraph(&'a str),
    /// One of several things to do, in their order.
    Step(&'a str),
    /// Code, without the lines around it.
    Code(Language, &'a str),
}

/// For what a block of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A POSIX shell of the person's own, whichever it is; `sh`.
    Sh,
    /// The same on Linux alone; `linux`.
    Linux,
    /// The same on macOS alone; `macos`.
    MacOs,
    /// What stands before it, for PowerShell; `powershell`.
    PowerShell,
    /// A POSIX shell on the origin server, whatever the person's own system is; `server`.
    Server,
    /// Lines of a file; `text`.
    File,
    /// A text to send to somebody; `message`.
    Message,
}

impl<'a> Text<'a> {
    /// A part of a page; empty when it has none of that name.
    pub fn part(page: &'a str, part: &str) -> Self {
        let mut parts = page.split("\n# ").skip(1);
        Self(parts.find_map(|text| text.strip_prefix(part)?.strip_prefix('\n')).unwrap_or_default())
    }

    /// Its pieces, in their order.
    pub fn blocks(self) -> Vec<Block<'a>> {
        let mut blocks = Vec::new();
        let mut rest = self.0;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = after;
            if let Some(language) = line.strip_prefix("```") {
                let (code, after) = rest.split_once("\n```").unwrap_or((rest, ""));
                rest = after.trim_start_matches('\n');
                blocks.extend(Language::named(language).map(|language| Block::Code(language, code)));
            } else if let Some(title) = line.strip_prefix("## ") {
                blocks.push(Block::Group(title));
            } else if let Some(entry) = line.strip_prefix("### ") {
                let (id, title) = entry.split_once(": ").unwrap_or(("", entry));
                blocks.push(Block::Entry(id, title));
            } else if let Some(step) = line.strip_prefix("1. ") {
                blocks.push(Block::Step(without_marks(step)));
            } else if !line.is_empty() {
                blocks.push(Block::Paragraph(without_marks(line)));
            }
        }
        blocks
    }
}

impl Language {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "sh" => Self::Sh,
            "linux" => Self::Linux,
            "macos" => Self::MacOs,
            "powershell" => Self::PowerShell,
            "server" => Self::Server,
            "text" => Self::File,
            "message" => Self::Message,
            _ => return None,
        })
    }

    /// The shell that takes it, as a file takes what a POSIX shell does.
    pub fn shell(self) -> Shell {
        if self == Self::PowerShell { Shell::PowerShell } else { Shell::Posix }
    }
}

/// A template with a value in place of each `{name}` that `value` knows; braces around anything else stay.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some((value, after)) = after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            text.push_str(&value);
            rest = after;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

/// Without the marks of sources at the end.
fn without_marks(line: &str) -> &str {
    line.find(" [^").map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Words.\n\n# one\n\nFirst. [^a]\n\n## Group\n### id: Title\n1. Do *this*. [^a][^b]\n1. Do that.\n\n```sh\ncurl a\n\ncurl b\n```\n```powershell\ncurl.exe a\n```\n```other\nx\n```\nLast.\n\n# two\n\nOther.\n";

    /// Breaks when a block is taken for another one, or code ends where it does not.
    #[test]
    fn a_page_is_taken_apart() {
        use Block::{Code, Entry, Group, Paragraph, Step};
        let blocks = Text::part(PAGE, "one").blocks();
        assert_eq!(
            blocks,
            [
                Paragraph("First."),
                Group("Group"),
                Entry("id", "Title"),
                Step("Do *this*."),
                Step("Do that."),
                Code(Language::Sh, "curl a\n\ncurl b"),
                Code(Language::PowerShell, "curl.exe a"),
                Paragraph("Last."),
            ]
        );
        assert_eq!(Text::part(PAGE, "two").blocks(), [Paragraph("Other.")]);
        assert_eq!(Text::part(PAGE, "thr").blocks(), []);
    }

    proptest::proptest! {
        /// Breaks when a damaged page makes a panic or reading it never ends.
        #[test]
        fn any_page_can_be_taken_apart(page in "[`# a-c1.:\\n\\[\\]^{}é]{0,80}") {
            let page = format!("\n# x\n{page}");
            proptest::prop_assert!(Text::part(&page, "x").blocks().len() <= page.len());
        }
    }

    /// Breaks when a name is not filled in, or braces of a command's own are taken for one.
    #[test]
    fn names_are_filled_in() {
        let value = |name: &str| (name == "host").then(|| "{host}".to_owned());
        assert_eq!(fill("a {host} %{http_code} {print $1} {", value), "a {host} %{http_code} {print $1} {");
    }
}
