//! One file as it arrives: Cloudflare's logs, or a capture. Its first bytes tell, so that nothing of it is read twice.

use fivetwenty_inputs::CaptureReader;
use fivetwenty_logs::{LogReader, ReadLogs};
use fivetwenty_model::passed::Sought;
use fivetwenty_model::protocol::Progress;

/// Bytes that tell whether a file has records of logs.
const ENOUGH: usize = 64 << 10;

/// Reads one file: push its chunks, hand on what is due of a capture, then finish.
pub struct FileReader {
    logs: LogReader,
    capture: CaptureReader,
    kind: Kind,
    /// What came before it was known what the file is; of logs the chunk at hand.
    buffer: Vec<u8>,
    /// How far it is, of logs.
    progress: Progress,
    /// Why reading broke off.
    stopped: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unknown,
    Logs,
    Capture,
}

/// What a file was.
pub enum Finished {
    /// Logs, how far they were read, and if that was not to their end, why.
    Logs(Box<ReadLogs>, Progress, Option<String>),
    /// A capture, or nothing that can be read.
    Capture(Box<CaptureReader>),
}

impl FileReader {
    /// A file of this name and size, in bytes. Records of logs with the Ray IDs of `sought` are kept.
    pub fn new(name: &str, size: u64, sought: &Sought) -> Self {
        Self {
            logs: LogReader::new(sought),
            capture: CaptureReader::new(name, size),
            kind: Kind::Unknown,
            buffer: Vec::new(),
            progress: Progress { of: Some(size), ..Progress::default() },
            stopped: None,
        }
    }

    /// What is pushed is not the file's own bytes but what they unpack to: so many bytes, if that is known.
    pub fn unpacks_to(&mut self, bytes: Option<u64>) {
        self.progress.of = bytes;
        self.capture.unpacks_to(bytes);
    }

    /// Takes `length` bytes, which `fill` writes into the buffer it is given: once it is known what the file is, they are copied no further.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        self.progress.bytes += length as u64;
        match self.kind {
            Kind::Capture => return self.capture.push_with(length, fill),
            Kind::Logs => {
                self.buffer.resize(length, 0);
                fill(&mut self.buffer);
                self.logs.push(&self.buffer);
            }
            Kind::Unknown => {
                let before = self.buffer.len();
                self.buffer.resize(before + length, 0);
                fill(&mut self.buffer[before..]);
                if self.buffer.len() >= ENOUGH {
                    self.logs.push(&self.buffer);
                    self.kind = if self.logs.is_over() { Kind::Capture } else { Kind::Logs };
                    if self.kind == Kind::Capture {
                        let buffer = std::mem::take(&mut self.buffer);
                        self.capture.push_with(buffer.len(), |to| to.copy_from_slice(&buffer));
                    }
                }
            }
        }
        self.count();
    }

    /// The reader of the capture, once it is known that the file is no log.
    pub fn capture(&mut self) -> Option<&mut CaptureReader> {
        (self.kind == Kind::Capture).then_some(&mut self.capture)
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        if self.kind == Kind::Capture { self.capture.progress() } else { self.progress }
    }

    /// Fewer bytes came than there should be, as far as that is known.
    pub fn is_short(&self) -> bool {
        self.progress.of.is_some_and(|of| self.progress.bytes < of)
    }

    /// Nothing more can be learned from the file: stop reading it.
    pub fn is_over(&self) -> bool {
        self.kind == Kind::Capture && self.capture.is_over()
    }

    /// Reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.stopped = Some(why.to_owned());
    }

    /// What it was.
    pub fn finish(mut self) -> Finished {
        if self.kind == Kind::Unknown {
            self.logs.push(&self.buffer);
        }
        if self.kind != Kind::Capture {
            self.count();
            if let Some(read) = self.logs.finish() {
                let stopped = self.stopped.map(|why| self.progress.stopped(&why));
                return Finished::Logs(Box::new(read), self.progress, stopped);
            }
            self.capture.push_with(self.buffer.len(), |to| to.copy_from_slice(&self.buffer));
        }
        if let Some(why) = self.stopped {
            self.capture.interrupted(&why);
        }
        Finished::Capture(Box::new(self.capture))
    }

    fn count(&mut self) {
        self.progress.entries = u32::try_from(self.logs.records()).unwrap_or(u32::MAX);
    }
}
