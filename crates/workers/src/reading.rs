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
    /// A file of this name and size, in bytes. Records of logs with the Ray IDs of `sought` are kept; without it the file is to be a capture.
    pub fn new(name: &str, size: u64, sought: Option<&Sought>) -> Self {
        Self {
            logs: LogReader::new(sought.unwrap_or(&Sought::default())),
            capture: CaptureReader::new(name, size),
            kind: if sought.is_some() { Kind::Unknown } else { Kind::Capture },
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
        count(&mut self.progress, self.logs.records(), self.logs.failing());
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
            if let Some(why) = &self.stopped {
                self.logs.interrupted(why);
            }
            if let Some(read) = self.logs.finish() {
                let aggregate = &read.aggregate;
                let stopped = self.stopped.map(|why| self.progress.stopped(&why));
                count(&mut self.progress, aggregate.records(), aggregate.failing());
                return Finished::Logs(Box::new(read), self.progress, stopped);
            }
            self.capture.push_with(self.buffer.len(), |to| to.copy_from_slice(&self.buffer));
        }
        if let Some(why) = self.stopped {
            self.capture.interrupted(&why);
        }
        Finished::Capture(Box::new(self.capture))
    }
}

fn count(progress: &mut Progress, records: u64, failing: u64) {
    let figure = |count| u32::try_from(count).unwrap_or(u32::MAX);
    (progress.entries, progress.failing) = (figure(records), figure(failing));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAR: &[u8] = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/proxied.har");

    fn log(records: usize) -> String {
        let record = |number: usize| {
            let status = if number.is_multiple_of(4) { "520,\"OriginResponseStatus\":0" } else { "200,\"OriginResponseStatus\":200" };
            format!("{{\"RayID\":\"9d70{number:012x}\",\"ClientRequestPath\":\"/\",\"EdgeResponseStatus\":{status}}}\n")
        };
        (0..records).map(record).collect()
    }

    fn read(bytes: &[u8], chunk: usize, interrupted: bool) -> Finished {
        let mut reader = FileReader::new("a", bytes.len() as u64, Some(&Sought::default()));
        for chunk in bytes.chunks(chunk) {
            reader.push_with(chunk.len(), |buffer| buffer.copy_from_slice(chunk));
        }
        if interrupted {
            reader.interrupted("the file has changed");
        }
        reader.finish()
    }

    /// Breaks when what a file is depends on how its bytes come, when short logs are not taken for such, or when records are lost or counted
    /// twice where it is found out.
    #[test]
    fn logs_are_told_by_their_beginning() {
        for records in [1, 2, 4000] {
            let text = log(records);
            for text in [&text, text.trim_end()] {
                for chunk in [999, 40_000, text.len()] {
                    let Finished::Logs(read, progress, None) = read(text.as_bytes(), chunk, false) else { panic!("{records} by {chunk}") };
                    let figures = [progress.entries.into(), progress.failing.into(), read.aggregate.records()];
                    assert_eq!(figures, [records, records.div_ceil(4), records].map(|figure| figure as u64), "{chunk}");
                }
            }
        }
    }

    /// Breaks when a capture, or what is no file of either kind, is kept from the reader of captures, or loses its first bytes.
    #[test]
    fn what_is_no_log_goes_to_the_reader_of_captures() {
        for chunk in [1, 999, HAR.len()] {
            let Finished::Capture(reader) = read(HAR, chunk, false) else { panic!("{chunk}") };
            assert_eq!(reader.into_capture().unwrap().entries.len(), 9, "{chunk}");
        }
        for other in ["", "hello", "{}", "{\"a\":1}\n", "a,b,c\n1,2,3\n"] {
            assert!(matches!(read(other.as_bytes(), 7, false), Finished::Capture(_)), "{other}");
        }
    }

    /// Breaks when what was read before an interruption is lost, or nobody is told that the rest is missing.
    #[test]
    fn an_interruption_keeps_what_was_read() {
        for records in [10, 4000] {
            let Finished::Logs(read, progress, stopped) = read(log(records).as_bytes(), 5000, true) else { panic!("{records}") };
            assert_eq!(progress.entries as usize, records);
            assert!(stopped.unwrap().starts_with("the file has changed, after "));
            let summary = read.aggregate.summary();
            assert_eq!(&*summary.problems[0].problem, "reading stopped: the file has changed");
        }
        let Finished::Capture(reader) = read(&HAR[..20_000], 5000, true) else { panic!("it is a capture") };
        assert!(reader.into_capture().unwrap().problems[0].problem.starts_with("reading stopped: the file has changed, after "));
    }
}
