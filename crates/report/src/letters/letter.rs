//! One text, in two forms.

use fivetwenty_model::letter::Letter;
use fivetwenty_redact::{self as redact, Redacted};

use crate::writing::{Block, as_it_is, to_markdown, to_plain};

/// A text that may name the origin.
pub(super) fn letter(subject: &Redacted<String>, blocks: &[Block]) -> Letter {
    Letter { subject: subject.as_str().to_owned(), plain: to_plain(blocks, as_it_is, &[]), markdown: to_markdown(blocks, as_it_is, &[]) }
}

/// A text for everybody. Anyone with the origin's address can bypass Cloudflare, so it names none of these hosts.
pub(super) fn public(subject: &Redacted<String>, blocks: &[Block], hidden: &[String]) -> Letter {
    Letter {
        subject: redact::without_origin(subject, hidden).as_str().to_owned(),
        plain: to_plain(blocks, redact::without_origin, hidden),
        markdown: to_markdown(blocks, redact::without_origin, hidden),
    }
}
