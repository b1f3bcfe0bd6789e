//! One text, in two forms.

use fivetwenty_redact::{self as redact, Redacted};
use serde::{Deserialize, Serialize};

use crate::writing::{Block, as_it_is, to_markdown, to_plain};

/// One text, twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its subject, one line of plain text.
    pub subject: String,
    /// The text, with lines of any length.
    pub plain: String,
    /// The same as Markdown.
    pub markdown: String,
}

impl Letter {
    /// A text that may name the origin.
    pub(super) fn new(subject: &Redacted<String>, blocks: &[Block]) -> Self {
        Self { subject: subject.as_str().to_owned(), plain: to_plain(blocks, as_it_is, &[]), markdown: to_markdown(blocks, as_it_is, &[]) }
    }

    /// A text for everybody. Whoever has the origin's address goes past Cloudflare, so that it names none of these hosts.
    pub(super) fn public(subject: &Redacted<String>, blocks: &[Block], hidden: &[String]) -> Self {
        Self {
            subject: redact::without_origin(subject, hidden).as_str().to_owned(),
            plain: to_plain(blocks, redact::without_origin, hidden),
            markdown: to_markdown(blocks, redact::without_origin, hidden),
        }
    }
}
