use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::capture::Capture;
use super::entries::Entries;
use super::entry::{Entry, Header};
use super::error::Error;
use super::intern::Interner;
use super::problem::Tail;

/// Bytes that are handed on together, about.
const FULL_BYTES: u64 = 1 << 20;

/// Some entries of a file on their way from where it is read to where captures are compared, and with the last of them what else is
/// known of the file. A reader whose memory is to stay flat hands on one batch after another.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    entries: Entries,
    tail: Option<Tail>,
    /// About how much memory the entries take.
    #[serde(skip)]
    bytes: u64,
}

impl Batch {
    /// Takes an entry that stands at this place in the file; gives about how many bytes of memory are kept of it.
    pub fn push(&mut self, place: Range<u64>, entry: Entry) -> u64 {
        let bytes = Entries::EACH as u64 + self.entries.push(place, entry).map_or(0, kept);
        self.bytes += bytes;
        bytes
    }

    /// The file is over: this is the last batch.
    pub fn close(&mut self, tail: Tail) {
        self.tail = Some(tail);
    }

    /// There is nothing in it to hand on.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.tail.is_none()
    }

    /// It is time to hand it on: about a megabyte.
    pub fn is_full(&self) -> bool {
        self.bytes >= FULL_BYTES
    }

    /// Holds once what other entries have as well: what was shared where the batch was made is not shared any more after its journey.
    pub fn intern(&mut self, interner: &mut Interner) {
        self.entries.each_distinct(&mut |entry| intern(entry, interner));
    }

    /// Puts what it holds behind what the capture has already; says whether it was the last one.
    pub fn add_to(self, capture: &mut Capture) -> bool {
        capture.entries.append(self.entries);
        let is_last = self.tail.is_some();
        if let Some(tail) = self.tail {
            capture.end(tail);
        }
        is_last
    }

    /// As bytes that [`Batch::from_bytes`] reads.
    ///
    /// # Errors
    /// When there is no memory for them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        postcard::to_allocvec(self).map_err(Error::Encode)
    }

    /// The batch of these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        postcard::from_bytes(bytes).map_err(Error::Decode)
    }
}

/// About how many bytes of memory an entry takes: its own, those of its strings, and those of the header fields that only it has.
fn kept(entry: &mut Entry) -> u64 {
    /// What an allocator and a count add to a string, about.
    const STRING: usize = 16;
    /// What comparing keeps beside a request that no other is like, about.
    const COMPARED: usize = 200;
    let string = |text: &str| if text.is_empty() { 0 } else { text.len() + STRING };
    // Who made the entry remembers what it has held once: with the entry's own that is two.
    let header = |header: &Arc<Header>| match Arc::strong_count(header) {
        0..=2 => size_of::<Header>() + string(&header.name) + string(&header.value),
        _ => 0,
    };
    let mut texts = 0;
    entry.each_text(&mut |text| texts += if Arc::strong_count(text) <= 2 { string(text) } else { 0 });
    let (request, response) = (&entry.request, &entry.response);
    let headers = || request.headers.iter().chain(&response.headers);
    let bytes = COMPARED
        + size_of::<Entry>()
        + (entry.request.bytes() + entry.response.bytes() + entry.timings.bytes())
        + texts
        + response.error_page.as_deref().map_or(0, size_of_val)
        + response.title.as_deref().map_or(0, string)
        + headers().count() * size_of::<Arc<Header>>()
        + headers().map(header).sum::<usize>();
    bytes as u64
}

/// Holds what comes again and again once.
fn intern(entry: &mut Entry, interner: &mut Interner) {
    let lists = [entry.request.known_mut().map(|part| &mut part.headers), entry.response.known_mut().map(|part| &mut part.headers)];
    for header in lists.into_iter().flatten().flatten() {
        *header = interner.header(&header.name, &header.value, header.length, header.hash);
    }
    entry.each_text(&mut |text| *text = interner.text(text));
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An entry of which nothing but its URL is known.
    pub(crate) fn entry(url: &str) -> Entry {
        let mut entry = Entry::default();
        entry.request.url = url.into();
        entry
    }

    /// Breaks when something of a capture is lost or changes its order on the way.
    #[test]
    fn batches_make_the_capture_again() {
        let mut sent = Batch::default();
        assert!(sent.is_empty());
        sent.push(0..1, entry("a"));
        sent.push(0..1, entry("b"));
        let mut last = Batch::default();
        last.push(1..2, entry("c"));
        last.close(Tail { creator: "x 1".to_owned(), whole: true, ..Tail::default() });
        let mut capture = Capture::default();
        let mut add = |batch: Batch| Batch::from_bytes(&batch.to_bytes().unwrap()).unwrap().add_to(&mut capture);
        assert!(!add(sent));
        assert!(add(last));
        let urls: Vec<&str> = capture.entries.iter().map(|entry| &*entry.request.url).collect();
        assert_eq!((urls, &*capture.creator, capture.whole), (vec!["a", "b", "c"], "x 1", true));
        assert!(Batch::from_bytes(&[200]).is_err());
    }

    /// Breaks when a header field that every entry has is held by each of them after the journey, or counted for each.
    #[test]
    fn what_is_the_same_is_held_once_after_the_journey() {
        let mut interner = Interner::default();
        let mut batch = Batch::default();
        let mut with_header = || {
            let mut entry = entry("a");
            entry.response.headers.push(interner.header("server", &"x".repeat(200), 200, 0));
            entry
        };
        let first = batch.push(0..1, with_header());
        let entries = ["b", "c"].map(|url| {
            let mut entry = with_header();
            entry.request.url = url.into();
            entry
        });
        for entry in entries {
            assert!(batch.push(1..2, entry) + 200 < first);
        }
        let mut came = Batch::from_bytes(&batch.to_bytes().unwrap()).unwrap();
        came.intern(&mut Interner::default());
        assert_eq!(came.entries, batch.entries);
        assert!(Arc::ptr_eq(&came.entries[0].response.headers[0], &came.entries[1].response.headers[0]));
    }

    /// Breaks when a batch grows without end, by many small entries or by few large ones, or entries that say nothing cost what others do.
    #[test]
    fn a_batch_is_full_by_its_size() {
        let (mut small, mut large) = (Batch::default(), Batch::default());
        while !small.is_full() {
            small.push(0..1, entry(&small.entries.len().to_string()));
        }
        while !large.is_full() {
            assert!(large.push(0..1, entry(&large.entries.len().to_string().repeat(100_000))) > 100_000);
        }
        assert!((1_000..4_000).contains(&small.entries.len()), "{}", small.entries.len());
        assert_eq!(large.entries.len(), 11);
        assert!(small.push(0..1, Entry::default()) > 300 && small.push(2..3, Entry::default()) <= 100);
    }
}
