//! Texts and header fields that come again and again are held once.

use std::sync::Arc;

use xxhash_rust::xxh64::xxh64;

use super::entry::Header;

/// Gives the same text or header field again for one that came before.
///
/// It remembers a fixed number of each, every one in a place that its hash gives, where a newer one takes the place of an older. So it
/// takes the same memory whatever the file, and no file can make it slow. What it has forgotten is held twice and is still equal.
#[derive(Clone)]
pub struct Interner {
    texts: Box<[Option<Arc<str>>]>,
    headers: Box<[Option<Arc<Header>>]>,
}

const TEXTS: usize = 4096;
const HEADERS: usize = 8192;

impl Default for Interner {
    fn default() -> Self {
        Self { texts: vec![None; TEXTS].into(), headers: vec![None; HEADERS].into() }
    }
}

impl Interner {
    /// This text.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if text.is_empty() {
            return Arc::default();
        }
        let place = &mut self.texts[place(xxh64(text.as_bytes(), 0), TEXTS)];
        match place {
            Some(known) if **known == *text => known.clone(),
            _ => place.insert(text.into()).clone(),
        }
    }

    /// The header field of this name and value, the value cut to what is kept, with its whole `length` and, when it was cut, its `hash`.
    pub fn header(&mut self, name: &str, value: &str, length: u64, hash: u64) -> Arc<Header> {
        let at = place(xxh64(value.as_bytes(), xxh64(name.as_bytes(), hash)), HEADERS);
        if let Some(known) = &self.headers[at]
            && *known.name == *name
            && *known.value == *value
            && (known.length, known.hash) == (length, hash)
        {
            return known.clone();
        }
        let header = Arc::new(Header { name: self.text(name), value: value.into(), length, hash });
        self.headers[at] = Some(header.clone());
        header
    }
}

fn place(hash: u64, places: usize) -> usize {
    // The upper bits of this hash are as good as the lower ones.
    usize::try_from(hash >> 40).unwrap_or_default() % places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when what came before is held again, or something is given for another.
    #[test]
    fn the_same_is_held_once() {
        let mut interner = Interner::default();
        let (one, again) = (interner.text("GET"), interner.text("GET"));
        assert!(Arc::ptr_eq(&one, &again));
        assert_eq!((&*interner.text("POST"), &*interner.text("")), ("POST", ""));
        let header = interner.header("server", "cloudflare", 10, 0);
        assert!(Arc::ptr_eq(&header, &interner.header("server", "cloudflare", 10, 0)));
        for other in [interner.header("Server", "cloudflare", 10, 0), interner.header("server", "cloudflare", 300, 7)] {
            assert!(other != header && !Arc::ptr_eq(&other, &header));
        }
    }

    /// Breaks when one is given for another because both have one place, or memory grows with what is given.
    #[test]
    fn more_than_it_remembers() {
        let mut interner = Interner::default();
        for round in 0..2 {
            for number in 0..3 * HEADERS {
                let text = number.to_string();
                assert_eq!(&*interner.text(&text), text, "round {round}");
                let header = interner.header(&text, &text, number as u64, 0);
                assert_eq!((&*header.name, &*header.value, header.length), (&*text, &*text, number as u64));
            }
        }
        assert_eq!((interner.texts.len(), interner.headers.len()), (TEXTS, HEADERS));
    }
}
