//! Packed files: what of a file is to be read, and how it is unpacked.
//!
//! [`examine`] looks at a file's first bytes, and at a ZIP archive's directory, and names the parts that may be HAR files. Unpacking
//! itself is the caller's: the browser has it built in, and natively a library does it. Both give the same text and, where
//! a file is damaged, the same words.

mod zip;

use fivetwenty_captures::evidence::sniff::{Form, HEAD, Packing, sniff};
use fivetwenty_model::part::Part;
use rawzip::ReaderAt;

use crate::error::{Damage, Found, InputError, UnpackError};

/// How much is unpacked, and how much of an archive is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one part once unpacked; reading stops there.
    pub unpacked: u64,
    /// Members of a ZIP archive.
    pub members: u32,
    /// HAR files of a ZIP archive.
    pub hars: usize,
    /// Characters of a member's name that are shown.
    pub name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 8 << 30, members: 10_000, hars: 3, name: 80 }
    }
}

/// What of a file is to be read: itself, or up to [`Limits::hars`] members of a ZIP archive. `size` is the file's, in bytes.
///
/// # Errors
/// When nothing of it is to be read.
pub fn examine(name: &str, file: &dyn ReaderAt, size: u64, limits: &Limits) -> Result<Vec<Part>, InputError> {
    let mut head = [0; HEAD];
    let length = usize::try_from(size).unwrap_or(HEAD).min(HEAD);
    file.read_exact_at(&mut head[..length], 0).map_err(|error| InputError::unreadable(&error))?;
    match sniff(name, &head[..length]) {
        Form::Zip => zip::parts(name, file, size, limits),
        form => Ok(vec![Part { name: name.to_owned(), bytes: 0..size, layers: layers(form)?, unpacked: None, member: false }]),
    }
}

/// How a file that is no archive is packed, from its first bytes.
///
/// # Errors
/// As [`examine`].
pub fn layers(form: Form) -> Result<Vec<Packing>, InputError> {
    match form {
        Form::Text => Ok(Vec::new()),
        Form::Packed(packing) => Ok(vec![packing]),
        Form::Foreign(foreign) => Err(Found::Foreign(foreign).into()),
        Form::Zip => Err(Found::PipedArchive.into()),
    }
}

/// Looks at the first bytes of what a part unpacked to: it must be text, not something packed once more.
///
/// # Errors
/// When it is not.
pub fn check(part: &Part, head: &[u8]) -> Result<(), InputError> {
    // The name is that of what is packed.
    match sniff("", &head[..head.len().min(HEAD)]) {
        _ if part.layers.is_empty() && !part.member => Ok(()),
        Form::Text => Ok(()),
        Form::Foreign(foreign) => Err(Found::Foreign(foreign).into()),
        Form::Packed(_) | Form::Zip => Err(Found::PackedTwice.into()),
    }
}

/// Whether so many unpacked bytes are more than there should be. What came up to here may be used.
pub fn excess(part: &Part, unpacked: u64, limits: &Limits) -> Option<Damage> {
    if unpacked > limits.unpacked && !part.layers.is_empty() {
        return Some(Damage::Endless);
    }
    part.unpacked.is_some_and(|promised| unpacked > promised).then_some(Damage::Wrong)
}

/// Why unpacking a part stopped.
pub fn damaged(part: &Part, damage: Damage) -> UnpackError {
    UnpackError::Damaged { packing: part.layers.last().copied(), damage }
}

/// Where another member of a gzip file may begin in these bytes.
pub fn gzip_member(bytes: &[u8]) -> Option<u64> {
    memchr::memmem::find(bytes, &[0x1f, 0x8b, 8]).map(|at| at as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(layers: &[Packing]) -> Part {
        Part { name: "a".to_owned(), bytes: 0..1, layers: layers.to_vec(), unpacked: None, member: false }
    }

    /// Breaks when a file that is packed twice, or is no text once unpacked, is read on.
    #[test]
    fn what_was_unpacked_is_looked_at() {
        let gzip = part(&[Packing::Gzip]);
        assert_eq!(check(&gzip, b"{\"log\""), Ok(()));
        for head in [&b"\x1f\x8b\x08"[..], b"PK\x03\x04", b"\x89PNG", b"<html>", b""] {
            let line = check(&gzip, head).unwrap_err().to_string();
            assert!(line.starts_with("Expected a HAR file, found a"), "{line}");
        }
    }
}
