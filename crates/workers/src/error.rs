//! Why a worker could not do what it was asked.

use std::fmt;

use fivetwenty_captures::har;
use fivetwenty_diagnose::CaseError;
use fivetwenty_inputs::{InputError, UnpackError};
use fivetwenty_model::MessageError;
use fivetwenty_redact::PolicyError;
use fivetwenty_report::bundle::BundleError;

/// Why a worker could not do what it was asked. Its text is what the page shows.
#[derive(Debug)]
pub enum WorkerError {
    /// What came with a message could not be read, or what goes with one not be written.
    Message(MessageError),
    /// A batch of entries was expected, and its bytes are none.
    Batch(har::Error),
    /// The end of a file came that is not being read.
    NotBeingRead,
    /// As many captures are open as are compared.
    TooManyCaptures,
    /// The captures do not go together.
    Case(CaseError),
    /// As many texts are open as can be: how many.
    TooManyTexts(usize),
    /// A row was asked for, and there is no capture.
    NoCapture,
    /// A row was asked for that is not among the rows any more.
    NoSuchRow,
    /// A file was not read.
    Input(InputError),
    /// A file's text stopped before its end.
    Unpack(UnpackError),
    /// Fewer bytes came than the file had when it was given.
    Shorter,
    /// A capture was expected where its file had one, and it is an archive now.
    AnotherFile,
    /// A file was expected beside the message.
    NoFile,
    /// A file of rules is refused.
    Rules(PolicyError),
    /// The bundle could not be written.
    Bundle(BundleError),
    /// The browser refused: why, in its words.
    Browser(Box<str>),
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(error) => write!(f, "{error}"),
            Self::Batch(error) => write!(f, "{error}"),
            Self::NotBeingRead => f.write_str("This file is no longer being read."),
            Self::TooManyCaptures => f.write_str("Three captures are already open. Remove one first."),
            Self::Case(error) => write!(f, "{error} Remove one first."),
            Self::TooManyTexts(texts) => write!(f, "{texts} texts are already open. Remove one first."),
            Self::NoCapture => f.write_str("No capture is loaded."),
            Self::NoSuchRow => f.write_str("This row no longer exists."),
            Self::Input(error) => write!(f, "{error}"),
            Self::Unpack(error) => write!(f, "{error}"),
            Self::Shorter => f.write_str("the file is shorter now than when you chose it: save it again, then choose it again"),
            Self::AnotherFile => f.write_str("The file has changed. Choose it again."),
            Self::NoFile => f.write_str("the browser did not deliver the file: choose it again"),
            Self::Rules(error) => write!(f, "{error}"),
            Self::Browser(error) => f.write_str(error),
            Self::Bundle(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for WorkerError {}

impl From<InputError> for WorkerError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<UnpackError> for WorkerError {
    fn from(error: UnpackError) -> Self {
        Self::Unpack(error)
    }
}

impl From<BundleError> for WorkerError {
    fn from(error: BundleError) -> Self {
        Self::Bundle(error)
    }
}
