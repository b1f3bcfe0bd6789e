//! Searching entries for words, whatever their case. A filter runs through every entry with each key that is typed.

use std::cell::Cell;

use crate::har::{Entry, Header};

/// Words that entries are searched for.
#[derive(Debug)]
pub struct Words<'a> {
    lower: String,
    status: Option<u16>,
    /// Which of the header fields met last have them, by their places in memory: entries share their fields.
    known: Vec<Cell<Option<(&'a Header, bool)>>>,
}

/// Header fields that are known at once.
const KNOWN: usize = 4096;

impl<'a> Words<'a> {
    /// Takes the words.
    pub fn new(text: &str) -> Self {
        Self { lower: text.to_ascii_lowercase(), status: text.parse().ok(), known: vec![Cell::new(None); KNOWN] }
    }

    /// Whether method, URL, status, error or a header field of an entry has them.
    pub fn are_in(&self, entry: &'a Entry) -> bool {
        let (request, response) = (&entry.request, &entry.response);
        let words = &*self.lower;
        self.status == Some(response.status)
            || contains(&request.url, words)
            || contains(&request.method, words)
            || response.error.as_deref().is_some_and(|error| contains(error, words))
            || request.headers.iter().chain(&response.headers).any(|header| self.are_in_field(header))
    }

    fn are_in_field(&self, header: &'a Header) -> bool {
        let place = &self.known[(std::ptr::from_ref(header).addr() >> 4) % KNOWN];
        if let Some((known, found)) = place.get()
            && std::ptr::eq(known, header)
        {
            return found;
        }
        let found = contains(&header.name, &self.lower) || contains(&header.value, &self.lower);
        place.set(Some((header, found)));
        found
    }
}

/// Whether a text contains another one that is in lower case, whatever its own case is. Only ASCII has cases here.
pub fn contains(text: &str, lower: &str) -> bool {
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    let Some(&first) = lower.first() else { return true };
    let Some(last) = text.len().checked_sub(lower.len()) else { return false };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..=last]).any(|at| text[at..at + lower.len()].eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a text is missed for its case or its place, or found where it is not.
    #[test]
    fn texts_are_found_whatever_their_case() {
        for (text, lower, found) in [
            ("Shop.Example", "example", true),
            ("a", "", true),
            ("", "a", false),
            ("aab", "ab", true),
            ("ab", "abc", false),
            ("É", "é", false),
        ] {
            assert_eq!(contains(text, lower), found, "{text} {lower}");
        }
    }

    /// Breaks when what is known of one header field is taken for that of another one.
    #[test]
    fn every_field_is_searched() {
        let entry = |number: u32| {
            let value = if number.is_multiple_of(3) { "a SECRET" } else { "nothing" };
            let mut entry = Entry::default();
            entry.response.headers = vec![Header { name: "x".into(), value: value.into(), length: 8, hash: 0 }.into()];
            entry
        };
        let entries: Vec<Entry> = (0..20_000).map(entry).collect();
        let words = Words::new("Secret");
        for (number, entry) in entries.iter().chain(&entries).enumerate() {
            assert_eq!(words.are_in(entry), (number % entries.len()).is_multiple_of(3), "{number}");
        }
    }
}
