//! Which members of a ZIP archive are HAR files, and where their bytes are.

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::evidence::sniff::{Foreign, Packing, ends_with, foreign_member};
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};

use super::{Limits, Part};
use crate::error::{Found, InputError};

/// The HAR files of an archive, from its directory at the end of the file, or member by member from the front when that is cut off.
pub(super) fn parts(archive: &str, file: &dyn ReaderAt, size: u64, limits: &Limits) -> Result<Vec<Part>, InputError> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let mut listing = Listing::default();
    if let Ok(opened) = ZipLocator::new().max_search_space(MAX_COMMENT).locate_in_reader(file, &mut buffer, size) {
        list(&opened, &mut buffer, limits, &mut listing);
        listing.hars.iter_mut().chain(&mut listing.jsons).for_each(|member| member.locate(&opened));
    } else {
        walk(file, size, limits, &mut listing);
    }
    let chosen = listing.choose(limits)?;
    let mut parts: Vec<Part> = Vec::new();
    for member in chosen {
        let part = member.part(archive, size, limits)?;
        if parts.iter().any(|other| other.bytes.start < part.bytes.end && part.bytes.start < other.bytes.end) {
            return Err(Found::OverlappingMembers.into());
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Bytes from the end of the file in which the directory's end is looked for: its record, and the longest comment after it.
const MAX_COMMENT: u64 = 22 + 0xffff;
/// Names of other members that an error lists when there is no HAR file.
const MAX_NAMED: usize = 3;
/// What a member begins with that is not listed in a directory: "PK", 3, 4, and 26 bytes more.
const LOCAL_HEADER: usize = 30;

/// What an archive holds.
#[derive(Default)]
struct Listing {
    /// What is called a HAR file, one more than is read at most.
    hars: Vec<Member>,
    hars_total: usize,
    /// What may be one, judged by its name alone.
    jsons: Vec<Member>,
    jsons_total: usize,
    /// Some of the others.
    others: Vec<String>,
    others_total: usize,
    foreign: Option<Foreign>,
}

struct Member {
    name: String,
    method: CompressionMethod,
    encrypted: bool,
    /// Where it is, if the directory says so.
    way: Option<ZipArchiveEntryWayfinder>,
    bytes: std::ops::Range<u64>,
    unpacked: Option<u64>,
}

/// Everything that the directory lists.
fn list(archive: &ZipArchive<&dyn ReaderAt>, buffer: &mut [u8], limits: &Limits, listing: &mut Listing) {
    let mut entries = archive.entries(buffer);
    for _ in 0..limits.members {
        // What is listed before the damage can be read.
        let Ok(Some(entry)) = entries.next_entry() else { return };
        if entry.is_dir() {
            continue;
        }
        let path = entry.file_path();
        let member = |name| Member {
            name,
            method: entry.compression_method(),
            encrypted: entry.flags().is_encrypted(),
            way: Some(entry.wayfinder()),
            bytes: 0..0,
            unpacked: Some(entry.uncompressed_size_hint()),
        };
        listing.take(path.as_ref(), member, limits);
    }
}

/// Member by member from the front, as far as their lengths are known.
fn walk(file: &dyn ReaderAt, size: u64, limits: &Limits, listing: &mut Listing) {
    let mut at = 0;
    for _ in 0..limits.members {
        let mut header = [0; LOCAL_HEADER];
        if file.read_exact_at(&mut header, at).is_err() || !header.starts_with(b"PK\x03\x04") {
            return;
        }
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u64::from(short(at)) | u64::from(short(at + 2)) << 16;
        let (flags, packed, name_length) = (short(6), long(18), short(26));
        let mut name = vec![0; usize::from(name_length)];
        let start = at + LOCAL_HEADER as u64 + u64::from(name_length) + u64::from(short(28));
        if file.read_exact_at(&mut name, at + LOCAL_HEADER as u64).is_err() || start >= size {
            return;
        }
        // The length follows the data, or stands in 64 bits elsewhere: as far as is known, it goes on to the end.
        let is_open = flags & 8 != 0 || packed == 0xffff_ffff;
        let end = if is_open { size } else { (start + packed).min(size) };
        let member = |name| Member {
            name,
            method: CompressionMethod::new(short(8)),
            encrypted: flags & 1 != 0,
            way: None,
            bytes: start..end,
            unpacked: (!is_open).then(|| long(22)),
        };
        if !name.ends_with(b"/") {
            listing.take(&name, member, limits);
        }
        at = end;
    }
}

impl Listing {
    fn take(&mut self, path: &[u8], member: impl FnOnce(String) -> Member, limits: &Limits) {
        let path = String::from_utf8_lossy(path).into_owned();
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        // What macOS adds of its own.
        if path.starts_with("__MACOSX/") || name.starts_with("._") || name == ".DS_Store" {
            return;
        }
        let (list, total) = if [".har", ".har.gz"].iter().any(|ending| ends_with(name, ending)) {
            (&mut self.hars, &mut self.hars_total)
        } else if [".json", ".json.gz"].iter().any(|ending| ends_with(name, ending)) {
            (&mut self.jsons, &mut self.jsons_total)
        } else {
            self.foreign = self.foreign.or_else(|| foreign_member(&path));
            self.others_total += 1;
            if self.others.len() < MAX_NAMED {
                self.others.push(shown(name, limits));
            }
            return;
        };
        *total += 1;
        if list.len() <= limits.hars {
            list.push(member(name.to_owned()));
        }
    }

    /// The members to read: HAR files, or where there is none what may be one.
    fn choose(self, limits: &Limits) -> Result<Vec<Member>, InputError> {
        let (chosen, total) = if self.hars_total > 0 { (self.hars, self.hars_total) } else { (self.jsons, self.jsons_total) };
        if let (Some(foreign), true) = (self.foreign, self.hars_total == 0) {
            return Err(Found::Foreign(foreign).into());
        }
        match total {
            0 if self.others_total == 0 => Err(Found::EmptyArchive.into()),
            0 => {
                let more = self.others_total - self.others.len();
                Err(Found::ArchiveWithout { members: self.others, more }.into())
            }
            _ if total > limits.hars => Err(Found::ArchiveOfMany(total).into()),
            _ => Ok(chosen),
        }
    }
}

/// A member's name as messages have it.
fn shown(name: &str, limits: &Limits) -> String {
    escape_invisible(fivetwenty_redact::file_name(name).as_str(), limits.name)
}

impl Member {
    /// Asks the member's own header where its bytes begin.
    fn locate(&mut self, archive: &ZipArchive<&dyn ReaderAt>) {
        let entry = self.way.and_then(|way| archive.get_entry(way).ok());
        if let Some((start, end)) = entry.map(|entry| entry.compressed_data_range()) {
            self.bytes = start..end;
        }
    }

    fn part(self, archive: &str, size: u64, limits: &Limits) -> Result<Part, InputError> {
        let shown = shown(&self.name, limits);
        if self.encrypted {
            return Err(Found::EncryptedMember(shown).into());
        }
        let mut layers = match self.method {
            CompressionMethod::STORE => Vec::new(),
            CompressionMethod::DEFLATE => vec![Packing::Deflate],
            CompressionMethod::ZSTD => vec![Packing::Zstd],
            other => return Err(Found::UnsupportedMember { member: shown, method: other.as_u16() }.into()),
        };
        // A header that points out of the file, or at no member: there is nothing there.
        if self.bytes.start >= self.bytes.end.min(size) {
            return Err(Found::MissingMember(shown).into());
        }
        let mut unpacked = self.unpacked;
        if ends_with(&self.name, ".gz") {
            layers.push(Packing::Gzip);
            unpacked = None;
        }
        Ok(Part {
            name: format!("{archive} › {shown}"), bytes: self.bytes.start..self.bytes.end.min(size), layers, unpacked, member: true
        })
    }
}
