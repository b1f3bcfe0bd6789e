use std::fmt;

use super::problem::Problem;
use crate::json;

/// Why nothing of a HAR file could be read, or why what was read of it could not be handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is not JSON: with what was expected, what was there, and where.
    Json(json::Error),
    /// It is a gzip file.
    Gzip,
    /// It is perhaps a ZIP file.
    Zip,
    /// It is JSON that has nothing that a HAR file has.
    OtherJson,
    /// The first value that was not what a HAR file has there: with what was expected, what was there, and where.
    Field(Problem),
    /// A batch could not be made into bytes.
    Encode(postcard::Error),
    /// A batch could not be made of these bytes.
    Decode(postcard::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::Gzip => f.write_str("Expected a HAR file, found a gzip file: unpack it first"),
            Self::Zip => f.write_str("Expected a HAR file, found something else, perhaps a ZIP file: unpack it first"),
            Self::OtherJson => f.write_str("Expected a HAR file (an object with log.entries), found other JSON"),
            Self::Field(problem) => write!(f, "Not a valid HAR file (byte {}): {}", problem.offset, problem.problem),
            Self::Encode(error) => write!(f, "The entries could not be packed for the page ({error})"),
            Self::Decode(error) => write!(f, "The entries could not be unpacked ({error})"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Encode(error) | Self::Decode(error) => Some(error),
            Self::Gzip | Self::Zip | Self::OtherJson | Self::Field(_) => None,
        }
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}
