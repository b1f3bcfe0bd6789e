//! Why a file was not read, or not to its end.

use std::fmt;

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::evidence::sniff::{Foreign, Packing};

/// Why nothing was read from a file. Its text is one line: what was expected, what was there, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputError {
    /// The system did not give the file's bytes: why, in its words.
    Unreadable(Box<str>),
    /// A HAR file was expected, and something else is there.
    Unexpected(Found),
    /// Unpacking stopped before it gave any text.
    Unpack(UnpackError),
    /// The text is not that of a HAR file: the decoder's line.
    Har(Box<str>),
    /// There is no memory to hand the entries on: why.
    Batch(Box<str>),
}

/// What is there instead of a HAR file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file of another kind.
    Foreign(Foreign),
    /// A stream that nothing at hand unpacks.
    Unsupported(Packing),
    /// A packed file in a packed file.
    PackedTwice,
    /// A ZIP archive in a pipe, whose directory comes last.
    PipedArchive,
    /// A ZIP archive without a member.
    EmptyArchive,
    /// A ZIP archive without a HAR file.
    ArchiveWithout {
        /// The names of its first members.
        members: Vec<String>,
        /// How many members it has beside these.
        more: usize,
    },
    /// A ZIP archive with more HAR files than are compared.
    ArchiveOfMany(usize),
    /// A ZIP archive with several HAR files where one was asked for.
    ArchiveOfSeveral(usize),
    /// A ZIP archive whose members share their bytes.
    OverlappingMembers,
    /// An encrypted member of this name.
    EncryptedMember(String),
    /// A member that nothing at hand unpacks.
    UnsupportedMember {
        /// The member's name.
        member: String,
        /// The number of its compression method.
        method: u16,
    },
    /// A member of this name without any bytes: the archive is cut off or damaged.
    MissingMember(String),
}

/// Why unpacking stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnpackError {
    /// The packed bytes are at fault.
    Damaged {
        /// How they are packed; none when they are a member of a ZIP archive.
        packing: Option<Packing>,
        /// What is wrong with them.
        damage: Damage,
    },
    /// The system gives no more bytes: why, in its words.
    Interrupted(Box<str>),
}

/// What is wrong with packed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The packed bytes end before what they pack does.
    Early,
    /// The packed bytes make no sense.
    Wrong,
    /// They unpack to more than is read at most.
    Endless,
}

impl InputError {
    /// The system did not give the file's bytes.
    pub fn unreadable(error: &std::io::Error) -> Self {
        Self::Unreadable(error.to_string().into())
    }

    /// The text is not that of a HAR file.
    pub(crate) fn har(error: impl fmt::Display) -> Self {
        Self::Har(error.to_string().into())
    }

    /// There is no memory to hand the entries on.
    pub(crate) fn batch(error: impl fmt::Display) -> Self {
        Self::Batch(error.to_string().into())
    }
}

impl From<Found> for InputError {
    fn from(found: Found) -> Self {
        Self::Unexpected(found)
    }
}

impl From<UnpackError> for InputError {
    fn from(error: UnpackError) -> Self {
        Self::Unpack(error)
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "The file could not be read ({})", escape_invisible(why, 200)),
            Self::Unexpected(found) => write!(f, "Expected a HAR file, found {found}"),
            Self::Unpack(error) => write!(f, "The file could not be unpacked: {error}"),
            Self::Har(line) | Self::Batch(line) => f.write_str(line),
        }
    }
}

/// What was found and what to do, without the word "found".
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(foreign) => write!(f, "{}: {}", foreign.what, foreign.instead),
            Self::Unsupported(Packing::Brotli) => {
                f.write_str("Brotli, which cannot be unpacked here: run `brotli -d FILE` and give the result")
            }
            Self::Unsupported(Packing::Zstd) => {
                f.write_str("Zstandard, which cannot be unpacked here: run `zstd -d FILE` and give the result, or use the command line")
            }
            Self::Unsupported(Packing::Gzip | Packing::Zlib | Packing::Deflate) => {
                f.write_str("a packed file, which cannot be unpacked here: unpack it first")
            }
            Self::PackedTwice => f.write_str("a packed file in a packed file: unpack it and give the file inside"),
            Self::PipedArchive => f.write_str("a ZIP archive in a pipe: save it as a file first"),
            Self::EmptyArchive => f.write_str("an empty ZIP archive: export again, and pack the HAR file"),
            Self::ArchiveWithout { members, more } => {
                write!(f, "a ZIP archive without one. It contains {}", members.join(", "))?;
                if *more > 0 {
                    write!(f, " and {more} more")?;
                }
                f.write_str(": give the HAR file")
            }
            Self::ArchiveOfMany(hars) => {
                write!(f, "a ZIP archive with {hars} of them: unpack it and give two, one captured through Cloudflare and one direct")
            }
            Self::ArchiveOfSeveral(hars) => write!(f, "a ZIP archive with {hars} of them: unpack it and give each one separately"),
            Self::OverlappingMembers => f.write_str("a ZIP archive with overlapping members, damaged or malicious: export again"),
            Self::EncryptedMember(member) => {
                write!(f, "{member} encrypted in the ZIP archive: unpack it with its password and give that file")
            }
            Self::UnsupportedMember { member, method } => write!(
                f,
                "{member} packed with method {method} in the ZIP archive, which cannot be unpacked here: unpack it and give that file"
            ),
            Self::MissingMember(member) => {
                write!(f, "a truncated or damaged ZIP archive without any bytes of {member}: pack or copy it again")
            }
        }
    }
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (packing, damage) = match self {
            Self::Damaged { packing, damage } => (packing, damage),
            Self::Interrupted(why) => return f.write_str(why),
        };
        f.write_str(match packing {
            Some(Packing::Gzip) => "the gzip data",
            Some(Packing::Zlib) => "the zlib data",
            Some(Packing::Brotli) => "the Brotli data",
            Some(Packing::Zstd) => "the Zstandard data",
            Some(Packing::Deflate) | None => "the ZIP archive's data",
        })?;
        f.write_str(match damage {
            Damage::Early => " is truncated",
            Damage::Wrong => " is damaged",
            Damage::Endless => " unpacks to more than the size limit",
        })
    }
}

impl std::error::Error for InputError {}
impl std::error::Error for UnpackError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a line is longer than the report shows, or does not have the form of all others.
    #[test]
    fn an_error_is_one_short_line_that_says_what_to_do() {
        let packings = [Packing::Gzip, Packing::Zlib, Packing::Deflate, Packing::Brotli, Packing::Zstd];
        let mut found: Vec<Found> = packings.map(Found::Unsupported).to_vec();
        found.extend([Found::PackedTwice, Found::PipedArchive, Found::EmptyArchive, Found::OverlappingMembers]);
        found.extend([Found::ArchiveOfMany(5), Found::ArchiveOfSeveral(2), Found::MissingMember("a.har".to_owned())]);
        found.push(Found::ArchiveWithout { members: vec!["a.txt".to_owned(), "b.txt".to_owned()], more: 4 });
        for found in found {
            let line = InputError::from(found).to_string();
            let is_line = line.starts_with("Expected a HAR file, found ") && line.contains(": ") && !line.contains('\n');
            assert!(is_line && line.len() < 250, "{line}");
        }
    }

    /// Breaks when the system's words can bring a line end or an invisible character into a line.
    #[test]
    fn the_systems_words_are_escaped() {
        let line = InputError::unreadable(&std::io::Error::other("a\n\u{202e}b")).to_string();
        assert_eq!(line, r"The file could not be read (a\u{a}\u{202e}b)");
    }

    /// Breaks when the line does not name the damaged bytes, or what is wrong with them.
    #[test]
    fn damage_is_named() {
        let line = |packing, damage| UnpackError::Damaged { packing, damage }.to_string();
        assert_eq!(line(Some(Packing::Gzip), Damage::Early), "the gzip data is truncated");
        assert_eq!(line(Some(Packing::Deflate), Damage::Wrong), "the ZIP archive's data is damaged");
        assert_eq!(line(None, Damage::Endless), "the ZIP archive's data unpacks to more than the size limit");
        let early = UnpackError::Damaged { packing: Some(Packing::Zlib), damage: Damage::Early };
        assert_eq!(InputError::from(early).to_string(), "The file could not be unpacked: the zlib data is truncated");
    }
}
