//! Why there is no bundle.

use std::error::Error;
use std::fmt;

use fivetwenty_redact::Kind;

/// Why a file of a bundle could not be made.
#[derive(Debug)]
pub enum BundleError {
    /// The capture could not be read once more.
    Source(Box<dyn Error>),
    /// The capture, or what was made of it, is no HAR.
    NotHar {
        /// The file that was to be made.
        file: &'static str,
        /// Where, what was expected, and what was there.
        problem: String,
    },
    /// It is too large even without any entry.
    TooLarge {
        /// The file that was to be made.
        file: &'static str,
        /// Its bytes without any entry.
        bytes: u64,
        /// The bytes that it may have.
        max: u64,
    },
    /// A value that should have been redacted stands in its field still.
    NotRedacted {
        /// The file that was made.
        file: &'static str,
        /// What the value is.
        kind: Kind,
        /// The field.
        place: &'static str,
    },
    /// More values were replaced than the finished files can be searched for.
    TooManyValues {
        /// The file that was made.
        file: &'static str,
    },
    /// The archive could not be written.
    Archive(rawzip::Error),
}

impl BundleError {
    pub(super) fn not_har(file: &'static str, problem: &dyn fmt::Display) -> Self {
        Self::NotHar { file, problem: problem.to_string() }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::NotHar { file, problem } => write!(f, "{file}: {problem}"),
            Self::TooLarge { file, bytes, max } => write!(f, "{file}: it has {bytes} bytes without any entry, and may have {max}"),
            Self::NotRedacted { file, kind, place } => write!(f, "{file}: a value ({}) is still there, in {place}", kind.label()),
            Self::TooManyValues { file } => write!(
                f,
                "{file}: so many different values were replaced that not all of them can be looked for in the finished files. \
                 Record less: clear the network log, load only the page that fails, and export that"
            ),
            Self::Archive(error) => error.fmt(f),
        }
    }
}

impl Error for BundleError {}
