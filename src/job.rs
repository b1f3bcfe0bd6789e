//! The workers' brain: requests and chunks in, answers out, no IO.

use std::ops::Range;

use crate::evidence::trace::Trace;
use crate::protocol::{Detail, FileId, Overview, Progress, RowKey, RowQuery, Rows};

/// Reads one file: push its chunks, then finish.
pub struct Read {}

impl Read {
    /// A file of this name and size, in bytes.
    pub fn new(_name: &str, _size: u64) -> Self {
        todo!()
    }

    /// Takes `length` bytes, which `fill` writes into the buffer it is given: a chunk is copied once, from the browser straight to where it is parsed.
    /// After an error in the file this does nothing: see [`Read::is_over`].
    pub fn push_with(&mut self, _length: usize, _fill: impl FnOnce(&mut [u8])) {
        todo!()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        todo!()
    }

    /// Nothing more can be learned from the file: stop reading it.
    pub fn is_over(&self) -> bool {
        todo!()
    }

    /// Reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, _why: &str) {
        todo!()
    }

    /// The capture as bytes for [`Analysis::load`].
    ///
    /// # Errors
    /// When nothing could be read: one line that says where, what was expected and what was there.
    pub fn finish(self) -> Result<Vec<u8>, String> {
        todo!()
    }
}

/// Holds the captures and answers the page.
#[derive(Default)]
pub struct Analysis {}

impl Analysis {
    /// Takes a capture. `now_ms` is the time in Unix milliseconds.
    ///
    /// # Errors
    /// When the bytes are not a capture, or two are loaded already.
    pub fn load(&mut self, _file: FileId, _capture: &[u8], _now_ms: i64) -> Result<(), String> {
        todo!()
    }

    /// Lets a capture go.
    pub fn forget(&mut self, _file: FileId) {
        todo!()
    }

    /// Exchanges the two sides.
    pub fn exchange(&mut self) {
        todo!()
    }

    /// Takes what the probe brought.
    pub fn trace(&mut self, _trace: Option<Trace>) {
        todo!()
    }

    /// The analysis, or `None` when no capture is loaded.
    pub fn overview(&mut self) -> Option<Overview> {
        todo!()
    }

    /// A window of rows.
    pub fn rows(&self, _query: RowQuery) -> Rows {
        todo!()
    }

    /// Which bytes of which files [`Analysis::detail`] needs, proxied first.
    pub fn detail_ranges(&self, _key: RowKey) -> [Option<(FileId, Range<u64>)>; 2] {
        todo!()
    }

    /// A row in full, from the bytes that [`Analysis::detail_ranges`] named. A side whose bytes are missing is shown from what was kept.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn detail(&self, _key: RowKey, _bytes: [Option<Vec<u8>>; 2]) -> Result<Detail, String> {
        todo!()
    }
}
