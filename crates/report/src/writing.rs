//! A text of a few blocks, written as plain text or as Markdown.
//!
//! Everything in it is made safe to show in both. In Markdown nothing of a value is ever outside a code span or a fence unless it is a plain word, so
//! no value becomes a link, an image, HTML, emphasis, a heading, a list or a mention, in whichever dialect.

use fivetwenty_model::report::{SourceRow, StepRow};
use fivetwenty_redact::Redacted;

type Text = Redacted<String>;

/// A part of a text.
pub(super) enum Block {
    /// A title over what follows.
    Heading(&'static str),
    /// One paragraph.
    Paragraph(Line),
    /// Lines of equal rank.
    List(Vec<Line>),
    /// Lines in order.
    Steps(Vec<Line>),
    /// Commands for a shell, as they are run.
    Commands(Vec<Text>),
}

/// One line of pieces; it holds no line end.
#[derive(Default)]
pub(super) struct Line(Vec<Piece>);

enum Piece {
    /// A sentence, or a part of one; what stands between backticks in it are machine words.
    Words(Text),
    /// A value as a machine has it.
    Machine(Text),
    /// Something to read on.
    Link(SourceRow<Text>),
    /// What somebody has to fill in.
    Missing(&'static str),
}

impl Line {
    /// A line that begins with these words.
    pub(super) fn new(words: &'static str) -> Self {
        Self::default().words(words)
    }

    /// With words of the program's own.
    pub(super) fn words(self, words: &'static str) -> Self {
        self.say(Redacted::fixed(words))
    }

    /// A step, with where to read on.
    pub(super) fn step(step: &StepRow<Text>) -> Self {
        let mut line = Self::default().say(step.text.clone());
        for source in &step.sources {
            line = line.words(" ");
            line.0.push(Piece::Link(source.clone()));
        }
        line
    }

    /// With a sentence, in which values may stand.
    pub(super) fn say(mut self, sentence: Text) -> Self {
        self.0.push(Piece::Words(sentence));
        self
    }

    /// With a value.
    pub(super) fn value(mut self, value: Text) -> Self {
        self.0.push(Piece::Machine(value));
        self
    }

    /// With a gap: what has to be filled in.
    pub(super) fn missing(mut self, what: &'static str) -> Self {
        self.0.push(Piece::Missing(what));
        self
    }

    /// With a value, or with the gap that it would fill.
    pub(super) fn value_or(self, value: Option<Text>, what: &'static str) -> Self {
        match value {
            Some(value) => self.value(value),
            None => self.missing(what),
        }
    }
}

/// As plain text. `rewrite` has a last look at every sentence and value.
pub(super) fn to_plain(blocks: &[Block], rewrite: fn(&Text, &[String]) -> Text, hidden: &[String]) -> String {
    let mut out = String::new();
    let line = |line: &Line| {
        let pieces = line.0.iter().map(|piece| match piece {
            Piece::Words(text) | Piece::Machine(text) => rewrite(text, hidden).as_str().to_owned(),
            Piece::Link(source) => ["<", source.url.as_str(), ">"].concat(),
            Piece::Missing(what) => ["[fill in: ", what, "]"].concat(),
        });
        pieces.collect::<String>()
    };
    for (number, block) in blocks.iter().enumerate() {
        // A heading stands close to what it is over.
        if number > 0 && !matches!(blocks[number - 1], Block::Heading(_)) {
            out.push('\n');
        }
        match block {
            Block::Heading(heading) => push(&mut out, &[heading]),
            Block::Paragraph(paragraph) => push(&mut out, &[&line(paragraph)]),
            Block::List(lines) => lines.iter().for_each(|one| push(&mut out, &["- ", &line(one)])),
            Block::Steps(lines) => {
                (1..).zip(lines).for_each(|(number, one): (u32, _)| push(&mut out, &[&number.to_string(), ". ", &line(one)]));
            }
            Block::Commands(commands) => {
                let lines = commands.iter().map(|command| rewrite(command, hidden).as_str().to_owned()).collect::<Vec<_>>().join("\n");
                lines.split('\n').for_each(|one| push(&mut out, &["    ", one]));
            }
        }
    }
    out
}

/// As Markdown. `rewrite` has a last look at every sentence and value.
pub(super) fn to_markdown(blocks: &[Block], rewrite: fn(&Text, &[String]) -> Text, hidden: &[String]) -> String {
    let mut out = String::new();
    let markdown = |line: &Line| {
        let mut text = String::new();
        for piece in &line.0 {
            match piece {
                Piece::Words(words) => sentence(&mut text, rewrite(words, hidden).as_str()),
                Piece::Machine(value) => span(&mut text, rewrite(value, hidden).as_str()),
                Piece::Link(source) => {
                    let mut title = String::new();
                    sentence(&mut title, source.title.as_str());
                    text.push_str(&["[", &title, "](", source.url.as_str(), ")"].concat());
                }
                Piece::Missing(what) => {
                    text.push_str(r"**\[fill in: ");
                    sentence(&mut text, what);
                    text.push_str(r"\]**");
                }
            }
        }
        text
    };
    for (number, block) in blocks.iter().enumerate() {
        if number > 0 && !matches!(blocks[number - 1], Block::Heading(_)) {
            out.push('\n');
        }
        match block {
            Block::Heading(heading) => push(&mut out, &["## ", heading]),
            Block::Paragraph(line) => push(&mut out, &[&markdown(line)]),
            Block::List(lines) => lines.iter().for_each(|one| push(&mut out, &["- ", &markdown(one)])),
            Block::Steps(lines) => {
                (1..).zip(lines).for_each(|(number, one): (u32, _)| push(&mut out, &[&number.to_string(), ". ", &markdown(one)]));
            }
            Block::Commands(commands) => {
                let lines: Vec<Text> = commands.iter().map(|command| rewrite(command, hidden)).collect();
                let longest = lines.iter().map(|line| longest_run(line.as_str())).max().unwrap_or(0);
                let fence = "`".repeat((longest + 1).max(3));
                push(&mut out, &[&fence, "sh"]);
                for line in &lines {
                    push(&mut out, &[line.as_str()]);
                }
                push(&mut out, &[&fence]);
            }
        }
    }
    out
}

/// Nothing is changed.
pub(super) fn as_it_is(text: &Text, _: &[String]) -> Text {
    text.clone()
}

/// A sentence in Markdown: its machine words, and whatever is no plain word, in code spans.
pub(super) fn sentence(out: &mut String, text: &str) {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_paired = pieces.len() % 2 == 1;
    for (number, piece) in pieces.iter().enumerate() {
        if is_paired && number % 2 == 1 {
            span(out, piece);
            continue;
        }
        for (number, word) in piece.split(' ').enumerate() {
            // More than one space, or one at the beginning, would be a block of code.
            if number > 0 && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            let core = word.trim_start_matches(OPENING).trim_end_matches(CLOSING);
            if core.is_empty() && word.len() < 3 || is_plain(core) && !begins_a_block(out, word) {
                out.push_str(word);
                continue;
            }
            let (before, after) = word.split_at(word.len() - word.trim_start_matches(OPENING).len());
            out.push_str(before);
            let core = if core.is_empty() { after } else { core };
            span(out, core);
            out.push_str(&after[core.len()..]);
        }
    }
}

/// What may stand before a word, and what after.
const OPENING: [char; 3] = ['(', '"', '\''];
const CLOSING: [char; 7] = ['.', ',', ';', ':', '?', ')', '"'];

/// Whether a word means nothing but itself in any dialect: letters, digits, and signs that none of them knows. A number may have points
/// and colons.
fn is_plain(word: &str) -> bool {
    let is_number = word.chars().all(|letter| letter.is_ascii_digit() || ".,:-%".contains(letter))
        && word.starts_with(|first: char| first.is_ascii_digit());
    let is_word = word.chars().all(|letter| letter.is_ascii_alphanumeric() || !letter.is_ascii() || ",-'\"()%".contains(letter));
    (is_number || is_word) && word.chars().any(|letter| letter.is_ascii_alphanumeric() || !letter.is_ascii())
}

/// Whether a word would begin a list or the like, because it is the first of its line.
fn begins_a_block(out: &str, word: &str) -> bool {
    (out.is_empty() || out.ends_with('\n'))
        && (word.ends_with(['.', ')']) && word.starts_with(|first: char| first.is_ascii_digit()) || word.starts_with(['-', '%']))
}

/// A code span that nothing in it can end.
pub(super) fn span(out: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    // Two spans side by side would be one.
    if out.ends_with('`') {
        out.push(' ');
    }
    let fence = "`".repeat(longest_run(text) + 1);
    // One space at both ends is taken away again when there are two.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    for part in [&fence, pad, text, pad, &fence] {
        out.push_str(part);
    }
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
    out.push('\n');
}
