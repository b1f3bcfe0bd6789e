//! A text of a few blocks, written as plain text or as Markdown.
//!
//! Everything in it is made safe to show in both. In Markdown nothing of a value is ever outside a code span or a fence unless it is a plain word, so
//! no value becomes a link, an image, HTML, emphasis, a heading, a list or a mention, in whichever dialect.

use std::ops::Range;

use fivetwenty_model::letter::{Field, Gap, Segment, fill};
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
    /// Commands for a shell, as they are run. Where this URL stands in them, its values can be filled in.
    Commands(Vec<Text>, Option<Text>),
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
    /// A URL of which the masked values can be filled in.
    Url(Text),
    /// What somebody has to fill in.
    Gap(Field),
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
        step.sources.iter().fold(Self::default().say(step.text.clone()), |line, source| line.words(" ").link(source.clone()))
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

    /// With a URL of which the masked values can be filled in.
    pub(super) fn url(mut self, url: Text) -> Self {
        self.0.push(Piece::Url(url));
        self
    }

    /// With something to read on.
    pub(super) fn link(mut self, source: SourceRow<Text>) -> Self {
        self.0.push(Piece::Link(source));
        self
    }

    /// With a gap: what has to be filled in.
    pub(super) fn gap(mut self, field: Field) -> Self {
        self.0.push(Piece::Gap(field));
        self
    }

    /// With a value, or with the gap that it would fill.
    pub(super) fn value_or(self, value: Option<Text>, field: Field) -> Self {
        match value {
            Some(value) => self.value(value),
            None => self.gap(field),
        }
    }
}

/// A text with its gaps, in order.
#[derive(Default)]
struct Out {
    text: String,
    gaps: Vec<(Range<usize>, Gap)>,
}

impl Out {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// What was pushed last is a gap.
    fn mark(&mut self, gap: Range<usize>, what: Gap) {
        self.gaps.push((gap, what));
    }

    /// The values of this URL, which stands at an offset, are gaps.
    fn mark_values(&mut self, at: usize, url: &str) {
        self.gaps.extend(masked(url).into_iter().map(|(range, number, _)| (range.start + at..range.end + at, Gap::Value(number))));
    }

    fn append(&mut self, other: Self) {
        let at = self.text.len();
        self.text.push_str(&other.text);
        self.gaps.extend(other.gaps.into_iter().map(|(range, gap)| (range.start + at..range.end + at, gap)));
    }

    fn parts(&mut self, parts: &[&str]) {
        for part in parts {
            self.push(part);
        }
    }

    fn line(&mut self, parts: &[&str]) {
        self.parts(parts);
        self.push("\n");
    }

    fn segments(self) -> Vec<Segment> {
        let (mut segments, mut from) = (Vec::new(), 0);
        let mut add = |range: Range<usize>, gap| {
            if let Some(text) = self.text.get(range).filter(|text| !text.is_empty()) {
                segments.push(Segment { text: text.to_owned(), gap });
            }
        };
        for (range, gap) in self.gaps {
            add(from..range.start, None);
            from = range.end;
            add(range, Some(gap));
        }
        add(from..self.text.len(), None);
        segments
    }
}

/// Where values of a URL's query are masked, with the number of their parameters, and their names. `url` is as [`redact::url`] or
/// [`redact::url_for_shell`] writes it.
///
/// [`redact::url`]: fivetwenty_redact::url
/// [`redact::url_for_shell`]: fivetwenty_redact::url_for_shell
pub(super) fn masked(url: &str) -> Vec<(Range<usize>, u32, &str)> {
    let Some(start) = url.find('?') else { return Vec::new() };
    let query = &url[start + 1..];
    let query = query.split(['#', '\'']).next().unwrap_or_default();
    let (mut found, mut at) = (Vec::new(), start + 1);
    for (number, parameter) in (0..).zip(query.split('&')) {
        if let Some((name, value)) = parameter.split_once('=')
            && (value.starts_with('[') && value.ends_with(']') || value == "VALUE")
        {
            let from = at + name.len() + 1;
            found.push((from..from + value.len(), number, name));
        }
        at += parameter.len() + 1;
    }
    found
}

/// As plain text. `rewrite` has a last look at every sentence and value.
pub(super) fn to_plain(blocks: &[Block], rewrite: fn(&Text, &[String]) -> Text, hidden: &[String]) -> Vec<Segment> {
    let mut out = Out::default();
    let line = |line: &Line| {
        let mut out = Out::default();
        for piece in &line.0 {
            let at = out.text.len();
            match piece {
                Piece::Words(text) | Piece::Machine(text) => out.push(rewrite(text, hidden).as_str()),
                Piece::Url(url) => {
                    let url = rewrite(url, hidden);
                    out.push(url.as_str());
                    out.mark_values(at, url.as_str());
                }
                Piece::Link(source) => out.parts(&["<", source.url.as_str(), ">"]),
                Piece::Gap(field) => {
                    out.parts(&["[fill in: ", field.hint(), "]"]);
                    out.mark(at..out.text.len(), Gap::Field(*field));
                }
            }
        }
        out
    };
    for (number, block) in blocks.iter().enumerate() {
        // A heading stands close to what it is over.
        if number > 0 && !matches!(blocks[number - 1], Block::Heading(_)) {
            out.push("\n");
        }
        let mut push = |before: &[&str], one: &Line| {
            out.parts(before);
            out.append(line(one));
            out.push("\n");
        };
        match block {
            Block::Heading(heading) => out.line(&[heading]),
            Block::Paragraph(paragraph) => push(&[], paragraph),
            Block::List(lines) => lines.iter().for_each(|one| push(&["- "], one)),
            Block::Steps(lines) => {
                (1..).zip(lines).for_each(|(number, one): (u32, _)| push(&[&number.to_string(), ". "], one));
            }
            Block::Commands(commands, url) => {
                for command in commands.iter().map(|command| rewrite(command, hidden)) {
                    for one in command.as_str().split('\n') {
                        out.push("    ");
                        push_command(&mut out, one, url.as_ref());
                    }
                }
            }
        }
    }
    out.segments()
}

/// A line of a command. The values of this URL in it are gaps.
fn push_command(out: &mut Out, line: &str, url: Option<&Text>) {
    let at = out.text.len();
    if let Some(url) = url
        && let Some(place) = line.find(url.as_str())
    {
        out.mark_values(at + place, url.as_str());
    }
    out.line(&[line]);
}

/// As Markdown. `rewrite` has a last look at every sentence and value.
pub(super) fn to_markdown(blocks: &[Block], rewrite: fn(&Text, &[String]) -> Text, hidden: &[String]) -> Vec<Segment> {
    let mut out = Out::default();
    let markdown = |line: &Line| {
        let mut out = Out::default();
        for piece in &line.0 {
            match piece {
                Piece::Words(words) => sentence(&mut out.text, rewrite(words, hidden).as_str()),
                Piece::Machine(value) => {
                    span(&mut out.text, rewrite(value, hidden).as_str());
                }
                Piece::Url(url) => {
                    let url = rewrite(url, hidden);
                    let at = span(&mut out.text, url.as_str());
                    out.mark_values(at, url.as_str());
                }
                Piece::Link(source) => {
                    let mut title = String::new();
                    sentence(&mut title, source.title.as_str());
                    out.parts(&["[", &title, "](", source.url.as_str(), ")"]);
                }
                Piece::Gap(field) => {
                    let at = out.text.len();
                    out.push(r"**\[fill in: ");
                    sentence(&mut out.text, field.hint());
                    out.push(r"\]**");
                    out.mark(at..out.text.len(), Gap::Field(*field));
                }
            }
        }
        out
    };
    for (number, block) in blocks.iter().enumerate() {
        if number > 0 && !matches!(blocks[number - 1], Block::Heading(_)) {
            out.push("\n");
        }
        let mut push = |before: &[&str], one: &Line| {
            out.parts(before);
            out.append(markdown(one));
            out.push("\n");
        };
        match block {
            Block::Heading(heading) => out.line(&["## ", heading]),
            Block::Paragraph(line) => push(&[], line),
            Block::List(lines) => lines.iter().for_each(|one| push(&["- "], one)),
            Block::Steps(lines) => {
                (1..).zip(lines).for_each(|(number, one): (u32, _)| push(&[&number.to_string(), ". "], one));
            }
            Block::Commands(commands, url) => {
                let lines: Vec<Text> = commands.iter().map(|command| rewrite(command, hidden)).collect();
                let longest = lines.iter().map(|line| longest_run(line.as_str())).max().unwrap_or(0);
                let fence = "`".repeat((longest + 1).max(3));
                out.line(&[&fence, "sh"]);
                for line in lines.iter().flat_map(|line| line.as_str().split('\n')) {
                    push_command(&mut out, line, url.as_ref());
                }
                out.line(&[&fence]);
            }
        }
    }
    out.segments()
}

/// A line as plain text and as Markdown.
pub(super) fn both(line: Line) -> [String; 2] {
    let blocks = [Block::Paragraph(line)];
    [to_plain(&blocks, as_it_is, &[]), to_markdown(&blocks, as_it_is, &[])].map(|text| fill(&text, |_| None).trim_end().to_owned())
}

/// Nothing is changed.
pub(super) fn as_it_is(text: &Text, _: &[String]) -> Text {
    text.clone()
}

/// A sentence in Markdown: its machine words, and whatever is no plain word, in code spans.
fn sentence(out: &mut String, text: &str) {
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

/// A code span that nothing in it can end; gives where in it the text begins.
fn span(out: &mut String, text: &str) -> usize {
    if text.is_empty() {
        return out.len();
    }
    // Two spans side by side would be one.
    if out.ends_with('`') {
        out.push(' ');
    }
    let fence = "`".repeat(longest_run(text) + 1);
    // One space at both ends is taken away again when there are two.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    out.push_str(&fence);
    out.push_str(pad);
    let at = out.len();
    for part in [text, pad, &fence] {
        out.push_str(part);
    }
    at
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
