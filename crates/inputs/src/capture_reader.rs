//! Reading one HAR file as it arrives.

use fivetwenty_captures::edge::is_failing;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::{Batch, Capture, Decoder, Entry, Error, Limits, Problem, Tail};
use fivetwenty_model::protocol::{Preview, Progress};
use fivetwenty_redact::{byte_count, thousands};

use crate::error::InputError;

/// Entries that are shown while the rest of their file is read: so many from the beginning …
const FIRST_SHOWN: u32 = 20;
/// … and so many later ones that fail.
const FAILING_SHOWN: u32 = 20;

/// Reads one file: push its chunks, hand on a batch whenever one is due, then finish. What was handed on is not kept.
pub struct CaptureReader {
    decoder: Decoder,
    limits: Limits,
    /// The file as it is known before it is read; its entries go into the batch.
    file: Capture,
    batch: Batch,
    /// Bytes of memory that all entries so far take where they are kept, about.
    kept: u64,
    /// Once that is more than may be kept: how many entries were kept, and where the next one stands. Those behind are only counted.
    full: Option<(u32, u64)>,
    progress: Progress,
    previews: Vec<Preview>,
    /// How many of [`FAILING_SHOWN`] were given.
    failing_shown: u32,
}

impl CaptureReader {
    /// A file of this name and size, in bytes.
    pub fn new(name: &str, size: u64) -> Self {
        Self::with_limits(name, size, Limits::default())
    }

    /// As [`CaptureReader::new`], within these limits.
    pub fn with_limits(name: &str, size: u64, limits: Limits) -> Self {
        Self {
            decoder: Decoder::new(limits),
            limits,
            file: Capture { name: name.into(), bytes: size, ..Capture::default() },
            batch: Batch::default(),
            kept: 0,
            full: None,
            progress: Progress { of: Some(size), ..Progress::default() },
            previews: Vec::new(),
            failing_shown: 0,
        }
    }

    /// What is pushed is not the file's own bytes but what they unpack to: so many bytes, if that is known.
    pub fn unpacks_to(&mut self, bytes: Option<u64>) {
        self.progress.of = bytes;
    }

    /// Takes `length` bytes, which `fill` writes into the buffer it is given: a chunk is copied once, from where it comes to where it is
    /// parsed. Once [`CaptureReader::is_over`] it does nothing.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        if self.decoder.is_over() {
            return;
        }
        self.decoder.push_with(length, fill);
        self.progress.bytes += length as u64;
        while let Some(entry) = self.decoder.next() {
            self.take(entry);
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Fewer bytes came than there should be, as far as that is known.
    pub fn is_short(&self) -> bool {
        self.progress.of.is_some_and(|of| self.progress.bytes < of)
    }

    /// Nothing more can be learned from the file: stop reading it.
    pub fn is_over(&self) -> bool {
        self.decoder.is_over()
    }

    /// Reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.decoder.interrupted(&self.progress.stopped(why));
    }

    /// A batch of entries is large enough to be handed on.
    pub fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    /// The entries that were not handed on yet, for the session. `None` when there are none.
    ///
    /// # Errors
    /// When there is no memory to hand them on.
    pub fn batch(&mut self) -> Result<Option<Vec<u8>>, InputError> {
        if self.batch.is_empty() { Ok(None) } else { std::mem::take(&mut self.batch).to_bytes().map(Some).map_err(InputError::batch) }
    }

    /// The entries to show while the rest is read that were not given yet: a few from the beginning, and a few of the failing ones.
    pub fn previews(&mut self) -> Vec<Preview> {
        std::mem::take(&mut self.previews)
    }

    /// The last batch, and if reading ended before the file did, why.
    ///
    /// # Errors
    /// When nothing could be read.
    pub fn finish(mut self) -> Result<(Vec<u8>, Option<String>), InputError> {
        let tail = self.tail()?;
        let stopped = tail.problems.last().filter(|_| !tail.whole).map(|problem| problem.problem.to_string());
        self.batch.close(tail);
        Ok((self.batch.to_bytes().map_err(InputError::batch)?, stopped))
    }

    /// The capture, of which no batch was handed on.
    ///
    /// # Errors
    /// As [`CaptureReader::finish`].
    pub fn into_capture(mut self) -> Result<Capture, InputError> {
        let tail = self.tail()?;
        self.batch.close(tail);
        self.batch.add_to(&mut self.file);
        Ok(self.file)
    }

    /// What stands behind the entries. An object that is an entry itself is no file of any exporter's, but a line of a log or an answer.
    fn tail(&mut self) -> Result<Tail, InputError> {
        let decoder = std::mem::replace(&mut self.decoder, Decoder::new(self.limits));
        let is_bare = decoder.is_bare();
        let mut tail = decoder.finish().map_err(InputError::har)?;
        if let Some((kept, offset)) = self.full {
            let (max, kept, all) = (byte_count(self.limits.kept), thousands(kept.into()), thousands(self.progress.entries.into()));
            let problem =
                format!("more than {max} would be kept of it: the first {kept} of {all} entries are kept, the others only counted");
            tail.problems.push(Problem { offset, line: 0, path: Box::default(), problem: problem.into() });
            tail.problems_total = tail.problems_total.saturating_add(1);
            tail.whole = false;
        }
        if is_bare { Err(InputError::har(Error::OtherJson)) } else { Ok(tail) }
    }

    fn take(&mut self, entry: Entry) {
        let (number, failing) = (self.progress.entries, is_failing(&entry));
        self.progress.entries += 1;
        self.progress.failing += u32::from(failing);
        if self.kept > self.limits.kept {
            self.full.get_or_insert((number, self.decoder.place().start));
            return;
        }
        let is_one_more = failing && number >= FIRST_SHOWN && self.failing_shown < FAILING_SHOWN;
        self.failing_shown += u32::from(is_one_more);
        if number < FIRST_SHOWN || is_one_more {
            self.previews.push(preview(&entry, number));
        }
        self.kept += self.batch.push(self.decoder.place(), entry);
    }
}

/// An entry as it is shown while the rest of its file is read.
fn preview(entry: &Entry, number: u32) -> Preview {
    let (host, path) = host_and_path(&entry.request.url);
    Preview {
        entry: number,
        method: entry.request.method.to_string(),
        host,
        path,
        status: entry.response.status,
        error: entry.response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        time_ms: entry.time_ms,
    }
}

/// Of a URL the host with its port, and path and query, as far as one line shows them.
pub fn host_and_path(url: &str) -> (String, String) {
    let address = Address::new(url);
    let mut path = if address.is_http() { address.path.to_owned() } else { url.to_owned() };
    if let Some(query) = address.query.filter(|_| address.is_http()) {
        path.push('?');
        path.push_str(query);
    }
    path.truncate(path.floor_char_boundary(300));
    (address.host.to_owned(), path)
}
