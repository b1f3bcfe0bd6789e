//! Why there is no report: which file, and what was wrong with it.

use std::io;
use std::path::Path;

use fivetwenty_captures::evidence::trace::TraceError;
use fivetwenty_diagnose::CaseError;
use fivetwenty_inputs::InputError;
use fivetwenty_model::Side;
use fivetwenty_redact::{PolicyError, Redacted, file_path};
use thiserror::Error;

/// Why there is no report. Its text is one line, or a line per file.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// A file or a folder could not be opened, read or written.
    #[error("{path}: {error}")]
    Io { path: Redacted<String>, error: io::Error },
    /// A file could be opened, and nothing can be read from it.
    #[error("{path}: {error}")]
    Input { path: Redacted<String>, error: InputError },
    /// Nothing can be read from any file: why, for each of them.
    #[error("{}", lines(.0))]
    NothingRead(Vec<CliError>),
    /// A file is not the response of `/cdn-cgi/trace`.
    #[error("{path}: not a response of /cdn-cgi/trace: {error}")]
    Trace { path: Redacted<String>, error: TraceError },
    /// A file does not say what is redacted.
    #[error("{path}: not a valid redaction file: {error}")]
    Policy { path: Redacted<String>, error: PolicyError },
    /// A pipe is empty once it was read.
    #[error("{path}: a pipe cannot be read twice, as redacting needs: save it as a file first")]
    Pipe { path: Redacted<String> },
    /// The folder for the bundle holds files.
    #[error("{path} is not empty: give an empty or a new folder")]
    NotEmpty { path: Redacted<String> },
    /// A capture has no side left.
    #[error("{names}: {error} Use --after for the third one, and --proxied for the one before it.")]
    Captures { names: String, error: CaseError },
    /// Two captures that were given without a side are of the same one.
    #[error("{} and {} are no pair. {caution}{}", .paths[0], .paths[1], before_and_after(.paths, *.side))]
    SameSide { paths: [Redacted<String>; 2], caution: Redacted<String>, side: Side },
    /// Several files would go to one standard output.
    #[error("Several files do not fit into standard output: give --out DIR")]
    SeveralFiles,
    /// An argument of `rays` is nothing that can be decoded.
    #[error("{path}: neither a file nor a Ray ID, which has 16 hexadecimal digits: 8a7d5e2fbcd1a1c3-FRA")]
    NoRay { path: Redacted<String> },
    /// There was nothing to decode.
    #[error("No Ray ID was found. One has 16 hexadecimal digits: 8a7d5e2fbcd1a1c3-FRA")]
    NoRays,
    /// Standard input is named twice.
    #[error("Standard input can be read once: give `-` once")]
    StandardInput,
    /// The bundle cannot be given away: why, in one line.
    #[error("{0}")]
    Bundle(String),
    /// The machine's clock is wrong.
    #[error("The machine's clock is past the year 9999: set it, or use --now")]
    Clock,
    /// A thread that reads a file panicked.
    #[error("A file could not be read: its reader crashed")]
    Reader,
    /// The report could not be written to standard output.
    #[error("standard output: {0}")]
    Output(io::Error),
}

/// What else two captures through Cloudflare may be.
fn before_and_after([one, other]: &[Redacted<String>; 2], side: Side) -> String {
    match side {
        Side::Proxied => format!(" To compare before and after a fix: --proxied {one} --after {other}"),
        _ => String::new(),
    }
}

fn lines(errors: &[CliError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<String>>().join("\n")
}

impl CliError {
    /// The exit status: 2 when the arguments are at fault.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Policy { .. } | Self::Pipe { .. } | Self::NotEmpty { .. } | Self::SeveralFiles | Self::StandardInput => 2,
            _ => 1,
        }
    }

    /// A file or a folder could not be opened, read or written.
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = shown(path);
        move |error| Self::Io { path: path.clone(), error }
    }

    /// Nothing can be read from a file.
    pub(crate) fn input(path: &Path, error: InputError) -> Self {
        Self::Input { path: shown(path), error }
    }
}

/// A path for a message. Somebody else may have chosen the file's name, which may tell of a person.
pub(crate) fn shown(path: &Path) -> Redacted<String> {
    file_path(&path.to_string_lossy())
}
