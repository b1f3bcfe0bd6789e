//! Files to measure with. [`logs`] makes records of Cloudflare's; all else is about HAR files: of any size, always the same for the same [`Recipe`], shaped as browsers' own exports are.
//!
//! The counts follow real exports: 16 to 22 header fields a request and 14 to 18 a response, two thirds of whose values are the same in
//! every entry; cookies twice, as a header and as a list; the stack of the script that asked in every second entry, some 5 KB of it;
//! timings with all their digits; and bodies that are a twentieth to two and a half times as long as the average.

mod body;
mod entry;
pub mod logs;

use std::io::{self, BufWriter, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use body::Bodies;

/// What a file is made of. The same recipe makes the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Recipe {
    /// What most of it is.
    pub content: Content,
    /// How it is laid out.
    pub layout: Layout,
    /// Which way it was captured.
    pub side: Side,
    /// How many entries it has.
    pub entries: u32,
    /// How long a body is on average, in bytes before JSON's escapes.
    pub body: u32,
}

/// What most of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Bodies of HTML, scripts and JSON, and an image now and then.
    Text,
    /// Images in base64, and a text now and then.
    Base64,
    /// Entries of about 1 KB, as polling leaves them: half the header fields, hardly a body.
    Small,
    /// Entries that say nothing at all: `{}`.
    Empty,
    /// Entries that say no more than a URL of their own.
    Tiny,
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Without a space that JSON does not need.
    Minified,
    /// Two spaces a level, as Chrome's developer tools write.
    Indented,
}

/// Which way a capture was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Through Cloudflare, which answers some requests with 520.
    Proxied,
    /// From the origin, which answers the same requests.
    Direct,
}

impl Recipe {
    /// Entries of the usual size, as many as make a file of about so many bytes.
    pub fn of_size(content: Content, layout: Layout, side: Side, bytes: u64) -> Self {
        let body = match content {
            Content::Text => 28_000,
            Content::Base64 => 56_000,
            Content::Small => 60,
            Content::Empty | Content::Tiny => 0,
        };
        let recipe = Self { content, layout, side, entries: SAMPLE, body };
        let entries = bytes * u64::from(SAMPLE) / recipe.length().max(1);
        Self { entries: u32::try_from(entries).unwrap_or(u32::MAX).max(1), ..recipe }
    }

    /// So many entries, with bodies as long as makes a file of about so many bytes.
    pub fn of_size_and_entries(content: Content, layout: Layout, side: Side, bytes: u64, entries: u32) -> Self {
        let sample = |body| Self { content, layout, side, entries: SAMPLE, body }.length() / u64::from(SAMPLE);
        let wanted = bytes / u64::from(entries.max(1));
        let (without, with) = (sample(0), sample(10_000));
        let body = wanted.saturating_sub(without) * 10_000 / (with - without).max(1);
        Self { content, layout, side, entries, body: u32::try_from(body).unwrap_or(u32::MAX) }
    }

    /// Writes the file; nothing of it is held but the entry at hand.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        // A buffer here as well: what is written is mostly a few bytes long, and a call through `dyn` each.
        let mut buffer = BufWriter::with_capacity(BUFFER, writer);
        match self.layout {
            Layout::Minified => self.write_with(&mut buffer, CompactFormatter)?,
            Layout::Indented => self.write_with(&mut buffer, PrettyFormatter::with_indent(b"  "))?,
        }
        buffer.flush()
    }

    /// The file, for one that is small enough to be held.
    ///
    /// # Errors
    /// None that a vector can give.
    pub fn text(&self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        self.write(&mut text)?;
        Ok(text)
    }

    fn write_with(&self, writer: &mut BufWriter<&mut dyn Write>, formatter: impl Formatter) -> io::Result<()> {
        let bodies = Bodies::new(self.content);
        let har = Har { log: Log { version: "1.2", creator: entry::CREATOR, pages: entry::pages(), entries: Entries(self, &bodies) } };
        Ok(har.serialize(&mut serde_json::Serializer::with_formatter(writer, formatter))?)
    }

    fn length(&self) -> u64 {
        let mut counter = Counter(0);
        // A counter takes everything.
        let _ = self.write(&mut counter);
        counter.0
    }
}

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// Entries from which the size of more is told: a whole round of body lengths, several times.
const SAMPLE: u32 = 160;

#[derive(serde::Serialize)]
struct Har<'a> {
    log: Log<'a>,
}

#[derive(serde::Serialize)]
struct Log<'a> {
    version: &'static str,
    creator: entry::Creator,
    pages: Vec<entry::Page>,
    entries: Entries<'a>,
}

/// The entries of a recipe, each made when it is written.
struct Entries<'a>(&'a Recipe, &'a Bodies);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(recipe, bodies) = self;
        let numbers = 0..recipe.entries;
        match recipe.content {
            Content::Empty => serializer.collect_seq(numbers.map(|_| entry::Empty {})),
            Content::Tiny => serializer.collect_seq(numbers.map(entry::Tiny::new)),
            _ => serializer.collect_seq(numbers.map(|number| entry::entry(recipe, bodies, number))),
        }
    }
}

/// A writer that only counts.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
