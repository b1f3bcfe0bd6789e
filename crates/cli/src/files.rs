//! The files and pipes that the arguments name.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Capture;
use fivetwenty_inputs::unpack::Limits;
use fivetwenty_inputs::{InputError, TextReader};
use fivetwenty_model::passed::PassedOver;
use fivetwenty_redact::Policy;
use rawzip::FileReader;

use crate::error::{CliError, shown};
use crate::unpack::{only_capture, only_text, piped_capture};

/// The name of a file, without its folder.
pub(crate) fn name(path: &Path) -> Box<str> {
    path.file_name().unwrap_or_default().to_string_lossy().into()
}

/// Streams a HAR file: memory grows with its entries, not with its bytes. The outer error is that of a file that could not be opened, the
/// inner one that of a file without a capture.
pub(crate) fn capture(path: &Path) -> Result<Result<Capture, InputError>, CliError> {
    let file = File::open(path).map_err(CliError::io(path))?;
    let about = file.metadata().map_err(CliError::io(path))?;
    let (name, limits) = (name(path), Limits::default());
    Ok(if about.is_file() {
        only_capture(&name, &FileReader::from(file), about.len(), &limits)
    } else {
        piped_capture(&name, file, &limits)
    })
}

/// Gives the text of a HAR file that was read before, chunk by chunk.
pub(crate) fn capture_text(path: &Path, push: &mut dyn FnMut(&[u8])) -> Result<(), CliError> {
    let file = File::open(path).map_err(CliError::io(path))?;
    let about = file.metadata().map_err(CliError::io(path))?;
    if !about.is_file() {
        return Err(CliError::Pipe { path: shown(path) });
    }
    let file = FileReader::from(file);
    only_text(&name(path), &file, about.len(), &Limits::default(), push).map_err(|error| CliError::input(path, error))
}

/// A text, and what was passed over of a long one; `None` when it is none.
pub(crate) fn text(path: &Path) -> Result<Option<(String, PassedOver)>, CliError> {
    let mut file = File::open(path).map_err(CliError::io(path))?;
    let mut read = TextReader::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut buffer).map_err(CliError::io(path))?;
        if length == 0 {
            return Ok(read.finish(&name(path)));
        }
        read.push(&buffer[..length]);
    }
}

/// What is redacted in addition or kept.
pub(crate) fn policy(path: &Path) -> Result<Policy, CliError> {
    let text = std::fs::read(path).map_err(CliError::io(path))?;
    serde_json::from_slice(&text).map_err(|error| CliError::Policy { path: shown(path), error })
}

/// The saved answer of `/cdn-cgi/trace`.
pub(crate) fn trace(path: &Path) -> Result<Trace, CliError> {
    let mut text = String::new();
    let file = File::open(path).map_err(CliError::io(path))?;
    file.take(Trace::MAX_LENGTH as u64 + 1).read_to_string(&mut text).map_err(CliError::io(path))?;
    text.parse().map_err(|error| CliError::Trace { path: shown(path), error })
}
