use std::borrow::Cow;

use memchr::memmem;
use xxhash_rust::xxh64::xxh64;

use super::limits::Limits;
use crate::json::Text;

/// The body at hand.
#[derive(Default)]
pub(super) struct Body {
    /// Its beginning, as the file has it.
    text: Vec<u8>,
    pub(super) encoding: Encoding,
    /// The length of the whole in bytes, as the file has it; `None` when there is none.
    pub(super) length: Option<u64>,
    pub(super) hash: Option<u64>,
}

/// How a body was made text, in a file.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Plain,
    Base64,
    Hex,
}

impl Encoding {
    /// By the name that the file has for it.
    pub(super) fn named(name: &str) -> Self {
        match name {
            _ if name.eq_ignore_ascii_case("base64") => Self::Base64,
            _ if name.eq_ignore_ascii_case("hex") => Self::Hex,
            _ => Self::Plain,
        }
    }
}

impl Body {
    /// The next one begins.
    pub(super) fn clear(&mut self) {
        self.cut();
        self.encoding = Encoding::Plain;
    }

    /// Nothing of it has been read, but perhaps how it is encoded.
    pub(super) fn cut(&mut self) {
        self.text.clear();
        (self.length, self.hash) = (None, None);
    }

    /// All of it, or a further piece of one that is written as an array.
    pub(super) fn add(&mut self, text: Text<'_>, limits: &Limits) {
        let room = limits.body.saturating_sub(self.text.len());
        self.text.extend_from_slice(&text.kept[..text.kept.len().min(room)]);
        self.length = Some(self.length.unwrap_or_default() + text.length);
        if limits.body_hash {
            let hash = if text.kept.len() as u64 == text.length { xxh64(text.kept, 0) } else { text.hash };
            self.hash = Some(self.hash.map_or(hash, |before| before.rotate_left(5) ^ hash));
        }
    }

    /// The beginning of it, as it was sent.
    pub(super) fn decoded(&self) -> Cow<'_, [u8]> {
        use base64::Engine;
        let text = &self.text;
        match self.encoding {
            Encoding::Plain => text.into(),
            // Only the beginning was kept, which may end within a group of four.
            Encoding::Base64 => base64::engine::general_purpose::STANDARD.decode(&text[..text.len() / 4 * 4]).unwrap_or_default().into(),
            Encoding::Hex => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (pairs, _) = text.as_chunks::<2>();
                pairs.iter().map_while(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Vec<u8>>().into()
            }
        }
    }
}

/// What stands in the first `title` element.
pub fn title(html: &[u8]) -> Option<Box<str>> {
    /// Letters that are kept of it, and bytes that may take with its start tag.
    const MAX_LENGTH: usize = 200;
    const MAX_SEARCHED: usize = 2048;
    let start = memmem::find(html, b"<title").or_else(|| memmem::find(html, b"<TITLE"))?;
    let html = String::from_utf8_lossy(&html[start..html.len().min(start + MAX_SEARCHED)]);
    let (_, after) = html.split_once('>')?;
    let (title, _) = after.split_once("</")?;
    Some(title.trim().chars().take(MAX_LENGTH).collect::<String>().into())
}
