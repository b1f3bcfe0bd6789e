//! The files and pipes that the arguments name.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use fivetwenty_captures::evidence::sniff::HEAD;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Capture;
use fivetwenty_inputs::unpack::Limits;
use fivetwenty_inputs::{InputError, TextReader};
use fivetwenty_logs::{Aggregate, LogReader, ReadLogs};
use fivetwenty_model::passed::{PassedOver, Sought};
use fivetwenty_redact::Policy;
use rawzip::{FileReader, ReaderAt};

use crate::error::{CliError, shown};
use crate::logs;
use crate::progress::Watched;
use crate::unpack::{each_capture, is_packed, only_capture, piped_capture, text as text_in};

/// The name of a file, without its folder.
pub(crate) fn name(path: &Path) -> Box<str> {
    if path == Path::new("-") { "stdin".into() } else { path.file_name().unwrap_or_default().to_string_lossy().into() }
}

/// Streams a HAR file: memory grows with its entries, not with its bytes. The outer error is that of a file that could not be opened, the
/// inner one that of a file without a capture.
pub(crate) fn capture(path: &Path) -> Result<Result<Capture, InputError>, CliError> {
    let file = File::open(path).map_err(CliError::io(path))?;
    let about = file.metadata().map_err(CliError::io(path))?;
    let (name, limits) = (name(path), Limits::default());
    Ok(if about.is_file() {
        only_capture(&name, &Watched::new(path, Some(about.len()), FileReader::from(file)), about.len(), &limits)
    } else {
        piped_capture(&name, Watched::new(path, None, file), &limits)
    })
}

/// Where a capture came from: a file, and which of several captures in it, when it is an archive.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) path: &'a Path,
    pub(crate) number: Option<usize>,
}

/// What is in a file of any kind.
pub(crate) struct Any {
    /// Its captures, each or what keeps it from being read.
    pub(crate) captures: Vec<Result<Capture, InputError>>,
    /// What it is when it is no capture.
    pub(crate) text: Option<Text>,
    /// What its records say, when they are Cloudflare's logs; the text has some of them.
    pub(crate) logs: Option<Aggregate>,
}

impl Any {
    /// Cloudflare's logs.
    fn logs(ReadLogs { aggregate, kept, passed }: ReadLogs) -> Self {
        Self { captures: Vec::new(), text: Some((kept, passed)), logs: Some(aggregate) }
    }
}

/// A text, and what was passed over of a long one.
pub(crate) type Text = (String, PassedOver);

/// Bytes that are kept of what comes packed from a pipe, in case that it is no capture but a text.
const MAX_PACKED: usize = 64_000_000;

/// What comes from a pipe, kept on the way as the text that it may be, so that memory does not grow with it.
struct Piped<R> {
    pipe: R,
    text: TextReader,
    logs: LogReader,
    /// It is packed: what came so far, unless that is too much.
    packed: Option<Vec<u8>>,
    /// How much more of that is kept.
    left: usize,
}

impl<R: Read> Read for Piped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.pipe.read(buffer)?;
        match &mut self.packed {
            Some(packed) if length > self.left => (*packed, self.left) = (Vec::new(), 0),
            Some(packed) => {
                packed.extend_from_slice(&buffer[..length]);
                self.left -= length;
            }
            None => {
                self.text.push(&buffer[..length]);
                self.logs.push(&buffer[..length]);
            }
        }
        Ok(length)
    }
}

/// Reads a file of any kind. What comes from a pipe, or as `-` from standard input, is read once, and holds one capture at most. Of a long
/// text the lines of the requests sought come first.
pub(crate) fn any(path: &Path, sought: &Sought) -> Result<Any, CliError> {
    let reader = || TextReader::seeking(sought.clone());
    if path != Path::new("-") && std::fs::metadata(path).map_err(CliError::io(path))?.is_file() {
        if let Some(read) = logs::read(path, &name(path), sought)? {
            return Ok(Any::logs(read));
        }
        let file = File::open(path).map_err(CliError::io(path))?;
        let size = file.metadata().map_err(CliError::io(path))?.len();
        let file = Watched::new(path, Some(size), FileReader::from(file));
        let captures = each_capture(&name(path), &file, size, &Limits::default()).unwrap_or_else(|error| vec![Err(error)]);
        let text = if let [Err(_)] = captures.as_slice() { file_text(path, reader())? } else { None };
        return Ok(Any { captures, text, logs: None });
    }
    let mut pipe: Box<dyn Read> =
        if path == Path::new("-") { Box::new(std::io::stdin().lock()) } else { Box::new(File::open(path).map_err(CliError::io(path))?) };
    let mut head = Vec::new();
    pipe.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(CliError::io(path))?;
    let packed = is_packed(&head).then(Vec::new);
    let pipe = Watched::new(path, None, head.chain(pipe));
    let mut piped = Piped { pipe, text: reader(), logs: LogReader::new(sought), packed, left: MAX_PACKED };
    let capture = piped_capture(&name(path), &mut piped, &Limits::default());
    if capture.is_ok() {
        return Ok(Any { captures: vec![capture], text: None, logs: None });
    }
    // The rest of the text.
    let mut buffer = vec![0; 1 << 16];
    while !(piped.text.is_over() && piped.logs.is_over()) && piped.read(&mut buffer).map_err(CliError::io(path))? > 0 {}
    let Piped { text: read, logs: mut found, packed, .. } = piped;
    if let Some(packed) = &packed {
        found = logs::packed(&name(path), packed, packed.len() as u64, found);
    }
    if let Some(found) = found.finish() {
        return Ok(Any::logs(found));
    }
    let text = match packed {
        Some(packed) => text(path, &packed, &packed, packed.len() as u64, reader()),
        None => read.finish(&name(path)),
    };
    Ok(Any { captures: vec![capture], text, logs: None })
}

/// Reads a long text once more, the lines of these requests first. `None` when it cannot be read twice.
pub(crate) fn seek(path: &Path, sought: &Sought) -> Result<Option<Text>, CliError> {
    let is_file = path != Path::new("-") && std::fs::metadata(path).is_ok_and(|about| about.is_file());
    if !is_file {
        return Ok(None);
    }
    if let Some(ReadLogs { kept, passed, .. }) = logs::read(path, &name(path), sought)? {
        return Ok(Some((kept, passed)));
    }
    file_text(path, TextReader::seeking(sought.clone()))
}

/// The text of a file, unpacked where it is packed.
fn file_text(path: &Path, mut read: TextReader) -> Result<Option<Text>, CliError> {
    let mut file = File::open(path).map_err(CliError::io(path))?;
    let size = file.metadata().map_err(CliError::io(path))?.len();
    let mut buffer = vec![0; 1 << 16];
    let mut length = file.read(&mut buffer).map_err(CliError::io(path))?;
    if is_packed(&buffer[..length]) {
        return Ok(text(path, &buffer, &Watched::new(path, Some(size), FileReader::from(file)), size, read));
    }
    let mut file = Watched::new(path, Some(size), file);
    while length > 0 && !read.is_over() {
        read.push(&buffer[..length]);
        length = file.read(&mut buffer).map_err(CliError::io(path))?;
    }
    Ok(read.finish(&name(path)))
}

/// The text in `source`, which begins with these bytes.
fn text(path: &Path, beginning: &[u8], source: &dyn ReaderAt, size: u64, mut read: TextReader) -> Option<Text> {
    if is_packed(beginning) {
        // What broke off is unpacked as far as it goes.
        let _ = text_in(&name(path), source, size, None, &Limits::default(), &mut |bytes| {
            read.push(bytes);
            if read.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    } else {
        read.push(beginning);
    }
    read.finish(&name(path))
}

/// Checks that a file can be read twice, which a pipe cannot. What is not there is found out when it is read.
pub(crate) fn check_rereadable(path: &Path) -> Result<(), CliError> {
    let is_pipe = path == Path::new("-") || std::fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    if is_pipe { Err(CliError::Pipe { path: shown(path) }) } else { Ok(()) }
}

/// Gives the text of a HAR file that was read before, chunk by chunk.
pub(crate) fn capture_text(Place { path, number }: Place<'_>, push: &mut dyn FnMut(&[u8])) -> Result<(), CliError> {
    let file = File::open(path).map_err(CliError::io(path))?;
    let about = file.metadata().map_err(CliError::io(path))?;
    if !about.is_file() {
        return Err(CliError::Pipe { path: shown(path) });
    }
    let file = Watched::new(path, Some(about.len()), FileReader::from(file));
    let mut push = |bytes: &[u8]| {
        push(bytes);
        ControlFlow::Continue(())
    };
    text_in(&name(path), &file, about.len(), number, &Limits::default(), &mut push).map(drop).map_err(|error| CliError::input(path, error))
}

/// What is redacted in addition or kept.
pub(crate) fn policy(path: &Path) -> Result<Policy, CliError> {
    let mut rules = Vec::new();
    let file = File::open(path).map_err(CliError::io(path))?;
    file.take(Policy::MAX_BYTES as u64 + 1).read_to_end(&mut rules).map_err(CliError::io(path))?;
    Policy::read(&rules).map_err(|error| CliError::Policy { path: shown(path), error })
}

/// The saved answer of `/cdn-cgi/trace`.
pub(crate) fn trace(path: &Path) -> Result<Trace, CliError> {
    let mut text = String::new();
    let file = File::open(path).map_err(CliError::io(path))?;
    file.take(Trace::MAX_LENGTH as u64 + 1).read_to_string(&mut text).map_err(CliError::io(path))?;
    text.parse().map_err(|error| CliError::Trace { path: shown(path), error })
}
