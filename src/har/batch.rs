use serde::{Deserialize, Serialize};

use super::capture::Capture;
use super::decoder::Tail;
use super::entry::{Entry, Header};

/// Entries that are handed on together.
const FULL_ENTRIES: usize = 2_000;
/// Bytes that are handed on together, about.
const FULL_BYTES: u64 = 1 << 20;

/// Some entries of a file on their way from where it is read to where captures are compared, and with the last of them what else is
/// known of the file. A reader whose memory is to stay flat hands on one batch after another.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    entries: Vec<Entry>,
    tail: Option<Tail>,
    /// About how much memory the entries take.
    #[serde(skip)]
    bytes: u64,
}

impl Batch {
    /// Takes an entry; gives about how many bytes of memory are kept of it.
    pub fn push(&mut self, entry: Entry) -> u64 {
        let bytes = kept(&entry);
        self.bytes += bytes;
        self.entries.push(entry);
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

    /// It is time to hand it on: 2,000 entries, or about a megabyte.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= FULL_ENTRIES || self.bytes >= FULL_BYTES
    }

    /// Puts what it holds behind what the capture has already; says whether it was the last one.
    pub fn add_to(self, capture: &mut Capture) -> bool {
        capture.entries.extend(self.entries);
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
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        postcard::to_allocvec(self).map_err(|error| format!("what was read could not be handed on ({error})"))
    }

    /// The batch of these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        postcard::from_bytes(bytes).map_err(|error| format!("what was read could not be taken over ({error})"))
    }
}

/// About how many bytes of memory an entry takes: its own, and those of every string that is not empty.
fn kept(entry: &Entry) -> u64 {
    /// What an allocator adds to a string, about.
    const STRING: usize = 16;
    let string = |text: &str| if text.is_empty() { 0 } else { text.len() + STRING };
    let optional = |text: &Option<Box<str>>| text.as_deref().map_or(0, string);
    let header = |header: &Header| size_of::<Header>() + string(&header.name) + string(&header.value);
    let (request, response) = (&entry.request, &entry.response);
    let strings =
        [&request.method, &request.url, &request.http_version, &response.status_text, &response.http_version, &response.mime_type];
    let optionals = [&entry.server_ip, &entry.resource_type, &entry.from_cache, &response.error, &response.title];
    let headers: usize = request.headers.iter().chain(&response.headers).map(header).sum();
    let bytes = size_of::<Entry>()
        + strings.into_iter().map(|text| string(text)).sum::<usize>()
        + optionals.into_iter().map(optional).sum::<usize>()
        + headers;
    bytes as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str) -> Entry {
        let mut entry = Entry::default();
        entry.request.url = url.into();
        entry
    }

    /// Breaks when something of a capture is lost or changes its order on the way.
    #[test]
    fn batches_make_the_capture_again() {
        let mut sent = Batch::default();
        assert!(sent.is_empty());
        sent.push(entry("a"));
        sent.push(entry("b"));
        let mut last = Batch::default();
        last.push(entry("c"));
        last.close(Tail { creator: "x 1".to_owned(), whole: true, ..Tail::default() });
        let mut capture = Capture::default();
        let mut add = |batch: Batch| Batch::from_bytes(&batch.to_bytes().unwrap()).unwrap().add_to(&mut capture);
        assert!(!add(sent));
        assert!(add(last));
        let urls: Vec<&str> = capture.entries.iter().map(|entry| &*entry.request.url).collect();
        assert_eq!((urls, &*capture.creator, capture.whole), (vec!["a", "b", "c"], "x 1", true));
        assert!(Batch::from_bytes(&[200]).is_err());
    }

    /// Breaks when a batch grows without end, by many small entries or by few large ones.
    #[test]
    fn a_batch_is_full_by_number_and_by_size() {
        let (mut small, mut large) = (Batch::default(), Batch::default());
        while !small.is_full() {
            small.push(entry("a"));
        }
        while !large.is_full() {
            assert!(large.push(entry(&"a".repeat(100_000))) > 100_000);
        }
        assert_eq!((small.entries.len(), large.entries.len()), (FULL_ENTRIES, 11));
    }
}
