//! Unpacking natively; in the browser, the browser does it.

use std::io::{self, BufRead as _, BufReader, Read};
use std::ops::ControlFlow;

use fivetwenty_captures::evidence::sniff::{Form, HEAD, Packing, sniff};
use fivetwenty_captures::har::Capture;
use fivetwenty_inputs::unpack::{Limits, check, damaged, examine, excess, layers};
use fivetwenty_inputs::{CaptureReader, Damage, Found, InputError, UnpackError};
use fivetwenty_model::part::Part;
use flate2::{Decompress, FlushDecompress, Status};
use rawzip::{RangeReader, ReaderAt};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The captures in a file that is held in memory: one, or those of a ZIP archive.
///
/// # Errors
/// When nothing can be read.
pub fn captures(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Capture>, InputError> {
    each_capture(name, &bytes, bytes.len() as u64, limits)?.into_iter().collect()
}

/// What there is in a file of which any place can be read: one capture, or those of a ZIP archive, each with its own error. `size` is in bytes.
///
/// # Errors
/// When the file or the archive cannot be read.
pub fn each_capture(name: &str, file: &dyn ReaderAt, size: u64, limits: &Limits) -> Result<Vec<Result<Capture, InputError>>, InputError> {
    let parts = examine(name, file, size, limits)?;
    Ok(parts.iter().map(|part| capture(part, RangeReader::new(file, part.bytes.clone()), limits)).collect())
}

/// The one capture in a file of which any place can be read, and its name. `size` is in bytes.
///
/// # Errors
/// As [`captures`]; also when an archive holds several.
pub fn only_capture(name: &str, file: &dyn ReaderAt, size: u64, limits: &Limits) -> Result<Capture, InputError> {
    match examine(name, file, size, limits)?.as_slice() {
        [part] => capture(part, RangeReader::new(file, part.bytes.clone()), limits),
        parts => Err(Found::ArchiveOfSeveral(parts.len()).into()),
    }
}

/// Gives the text of a file's only part, or of one of those that [`each_capture`] read, chunk by chunk, as far as it can be unpacked and is
/// wanted; then why it broke off, if it did.
///
/// # Errors
/// As [`only_capture`]; not when what was unpacked breaks off.
pub fn text(
    name: &str,
    file: &dyn ReaderAt,
    size: u64,
    number: Option<usize>,
    limits: &Limits,
    push: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<Option<UnpackError>, InputError> {
    let parts = examine(name, file, size, limits)?;
    let part = match (number, parts.as_slice()) {
        (None, [part]) => part,
        (Some(number), parts) if number < parts.len() => &parts[number],
        _ => return Err(Found::ArchiveOfSeveral(parts.len()).into()),
    };
    let mut text = Text::open(part, RangeReader::new(file, part.bytes.clone()), limits)?;
    loop {
        match text.next() {
            Ok([]) => return Ok(None),
            Ok(bytes) if push(bytes).is_break() => return Ok(None),
            Ok(_) => {}
            Err(error) => return Ok(Some(error)),
        }
    }
}

/// Whether what begins so is packed.
pub(crate) fn is_packed(beginning: &[u8]) -> bool {
    matches!(sniff("", &beginning[..beginning.len().min(HEAD)]), Form::Packed(_) | Form::Zip)
}

/// The capture in what arrives from a pipe.
///
/// # Errors
/// As [`captures`].
pub fn piped_capture(name: &str, mut pipe: impl Read, limits: &Limits) -> Result<Capture, InputError> {
    // A pipe may give its first bytes one by one.
    let mut head = Vec::new();
    pipe.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|error| InputError::unreadable(&error))?;
    let layers = layers(sniff(name, &head))?;
    let part = Part { name: name.to_owned(), bytes: 0..0, layers, unpacked: None, member: false };
    capture(&part, head.chain(pipe), limits)
}

/// Reads a part whose packed bytes `input` gives.
fn capture(part: &Part, input: impl Read, limits: &Limits) -> Result<Capture, InputError> {
    let mut text = Text::open(part, input, limits)?;
    let size = part.bytes.end - part.bytes.start;
    let mut reader = CaptureReader::new(&part.name, size);
    if !part.layers.is_empty() {
        reader.unpacks_to(part.unpacked);
    }
    while !reader.is_over() {
        match text.next() {
            Ok([]) => break,
            Ok(bytes) => reader.push_with(bytes.len(), |chunk| chunk.copy_from_slice(bytes)),
            Err(error) => reader.interrupted(&error.to_string()),
        }
    }
    reader.into_capture()
}

const CHUNK: usize = 1 << 20;

/// A part's text, unpacked chunk by chunk: memory stays the same whatever it is packed from.
struct Text<'a> {
    part: &'a Part,
    limits: &'a Limits,
    source: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were read to be looked at, and not given yet.
    looked_at: usize,
    given: u64,
}

impl<'a> Text<'a> {
    /// Reads the beginning and looks at it.
    fn open(part: &'a Part, input: impl Read + 'a, limits: &'a Limits) -> Result<Self, InputError> {
        let mut source: Box<dyn Read + 'a> = Box::new(input);
        for &packing in &part.layers {
            source = match packing {
                Packing::Zstd => Box::new(Zstd::new(source)),
                _ => Box::new(Inflate::new(packing, source)?),
            };
        }
        let mut text = Self { part, limits, source, buffer: vec![0; CHUNK], looked_at: 0, given: 0 };
        text.looked_at = text.fill()?;
        check(part, &text.buffer[..text.looked_at])?;
        Ok(text)
    }

    /// The next bytes; none at the end.
    fn next(&mut self) -> Result<&[u8], UnpackError> {
        let length = match std::mem::take(&mut self.looked_at) {
            0 => self.fill()?,
            length => length,
        };
        self.given += length as u64;
        Ok(&self.buffer[..length])
    }

    fn fill(&mut self) -> Result<usize, UnpackError> {
        let stopped = |damage| Err(damaged(self.part, damage));
        if let Some(damage) = excess(self.part, self.given, self.limits) {
            return stopped(damage);
        }
        loop {
            match self.source.read(&mut self.buffer) {
                Ok(0) if self.part.unpacked.is_some_and(|unpacked| self.given < unpacked) => return stopped(Damage::Early),
                Ok(length) => return Ok(length),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return stopped(Damage::Early),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => return stopped(Damage::Wrong),
                Err(error) => return Err(UnpackError::Interrupted(error.to_string().into())),
            }
        }
    }
}

/// Unpacks what a reader gives. It gives all bytes before a fault, and then the fault.
struct Inflate<R> {
    packed: BufReader<R>,
    state: Decompress,
    packing: Packing,
    /// The stream, or of gzip this member, is over.
    over: bool,
    failed: bool,
}

/// The largest window that these formats know, in bits.
const WINDOW: u8 = 15;

impl<R: Read> Inflate<R> {
    fn new(packing: Packing, packed: R) -> Result<Self, InputError> {
        let state = match packing {
            Packing::Gzip => Decompress::new_gzip(WINDOW),
            Packing::Zlib => Decompress::new(true),
            Packing::Deflate => Decompress::new(false),
            Packing::Brotli | Packing::Zstd => return Err(Found::Unsupported(packing).into()),
        };
        Ok(Self { packed: BufReader::with_capacity(1 << 16, packed), state, packing, over: false, failed: false })
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, text: &mut [u8]) -> io::Result<usize> {
        while !self.failed {
            let packed = self.packed.fill_buf()?;
            let at_end = packed.is_empty();
            if self.over {
                if at_end {
                    return Ok(0);
                }
                // gzip files behind one another are one.
                if self.packing != Packing::Gzip || packed[0] != 0x1f {
                    break;
                }
                self.state = Decompress::new_gzip(WINDOW);
                self.over = false;
            }
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(packed, text, FlushDecompress::None);
            let (read, written) = (self.state.total_in() - read, self.state.total_out() - written);
            #[expect(clippy::cast_possible_truncation, reason = "no more than the buffers at hand, whose lengths are usize")]
            let (read, written) = (read as usize, written as usize);
            self.packed.consume(read);
            match status {
                Ok(Status::StreamEnd) => self.over = true,
                Ok(_) if at_end && written == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => self.failed = read == 0 && written == 0,
                Err(_) => self.failed = true,
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// Unpacks Zstandard that a reader gives: all frames behind one another.
struct Zstd<R> {
    packed: BufReader<R>,
    frame: FrameDecoder,
    /// A frame has begun, and its last bytes were not given yet.
    is_open: bool,
}

impl<R: Read> Zstd<R> {
    fn new(packed: R) -> Self {
        Self { packed: BufReader::with_capacity(1 << 16, packed), frame: FrameDecoder::new(), is_open: false }
    }

    /// What is wrong: the end came too soon, or the bytes are no such frame.
    fn fault(&mut self) -> io::Error {
        match self.packed.fill_buf() {
            Ok([]) => io::ErrorKind::UnexpectedEof.into(),
            Ok(_) => io::ErrorKind::InvalidData.into(),
            Err(error) => error,
        }
    }

    /// Begins the next frame, or passes over one that holds nothing.
    fn begin(&mut self) -> io::Result<()> {
        match self.frame.reset(&mut self.packed) {
            Ok(()) => self.is_open = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let passed = io::copy(&mut self.packed.by_ref().take(length.into()), &mut io::sink())?;
                if passed < length.into() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_))) => {
                return Err(io::ErrorKind::InvalidData.into());
            }
            Err(_) => return Err(self.fault()),
        }
        Ok(())
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, text: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.can_collect() > 0 {
                return self.frame.read(text);
            }
            if !self.is_open {
                if self.packed.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
            } else if !self.frame.is_finished() {
                if self.frame.decode_blocks(&mut self.packed, BlockDecodingStrategy::UptoBlocks(1)).is_err() {
                    return Err(self.fault());
                }
            } else {
                self.is_open = false;
                let (written, counted) = (self.frame.get_checksum_from_data(), self.frame.get_calculated_checksum());
                if written.is_some() && written != counted {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;
    use rawzip::{CompressionMethod, ZipArchiveWriter};

    use super::*;
    use fivetwenty_captures::evidence::sniff::ends_with;
    use fivetwenty_redact::byte_count;

    fn har(entries: usize) -> Vec<u8> {
        let entry = |index| format!(r#"{{"request":{{"method":"GET","url":"https://shop.example/{index}"}},"response":{{"status":200}}}}"#);
        format!(r#"{{"log":{{"entries":[{}]}}}}"#, (0..entries).map(entry).collect::<Vec<_>>().join(",\n")).into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    /// A ZIP archive of these members, each deflated when its name does not end in `.gz`, with data descriptors.
    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipArchiveWriter::new(Vec::new());
        for (name, content) in members {
            let method = if ends_with(name, ".gz") { CompressionMethod::STORE } else { CompressionMethod::DEFLATE };
            let (mut entry, config) = archive.new_file(name).compression_method(method).start().unwrap();
            let descriptor = if method == CompressionMethod::STORE {
                let mut writer = config.wrap(&mut entry);
                writer.write_all(content).unwrap();
                writer.finish().unwrap().1
            } else {
                let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
                writer.write_all(content).unwrap();
                let (packer, descriptor) = writer.finish().unwrap();
                packer.finish().unwrap();
                descriptor
            };
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<Vec<Capture>, String> {
        captures(name, bytes, &Limits::default()).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn one(name: &str, bytes: &[u8]) -> Capture {
        let mut captures = read(name, bytes).unwrap();
        assert_eq!(captures.len(), 1);
        captures.remove(0)
    }

    #[track_caller]
    fn refused(name: &str, bytes: &[u8], words: &str) {
        let line = read(name, bytes).unwrap_err();
        assert!(line.starts_with("Expected a HAR file, found ") && line.contains(words), "{line}");
        assert!(line.len() < 300 && line.lines().count() == 1, "{line}");
    }

    /// Breaks when a packed file does not give the very capture that the file itself gives.
    #[test]
    fn packed_files_read_like_plain_ones() {
        let text = har(500);
        let plain = one("a.har", &text);
        assert_eq!((plain.entries.len(), plain.bytes), (500, text.len() as u64));
        let halves = [gzip(&text[..1000]), gzip(&text[1000..])].concat();
        let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
        let frames = [&zstd(&text[..1000]), &skipped[..], &zstd(&text[1000..])].concat();
        for packed in [gzip(&text), zlib(&text), halves, zstd(&text), frames] {
            let bytes = packed.len() as u64;
            assert_eq!(one("a.har", &packed), Capture { bytes, ..plain.clone() });
        }
        let members: [(&str, &[u8]); 3] = [("notes.txt", b"hello"), ("day/a.HAR", &text), ("__MACOSX/day/._a.har", b"\0\x05")];
        let zipped = one("a.zip", &zip(&members));
        assert_eq!(&*zipped.name, "a.zip › a.HAR");
        assert_eq!(zipped.entries, plain.entries);
        assert_eq!(one("a.zip", &zip(&[("a.har.gz", &gzip(&text))])).entries, plain.entries);
        assert_eq!(one("a.zip", &zip(&[("a.json", &text)])).entries, plain.entries);
        assert_eq!(read("a.zip", &zip(&[("a.har", &text), ("b.har", &text)])).unwrap().len(), 2);
        assert_eq!(piped_capture("a.har", &gzip(&text)[..], &Limits::default()).unwrap().entries, plain.entries);
    }

    /// Breaks when something that is not read goes without a word on what it is and what to do.
    #[test]
    fn what_is_not_read_says_so() {
        let text = har(2);
        refused("a.har.gz", &gzip(&gzip(&text)), "a packed file in a packed file");
        refused("a.gz", &gzip(b"\x89PNG\r\n"), "a picture");
        refused("a.zip", &zip(&[("a.har", &gzip(&text))]), "a packed file in a packed file");
        refused("a.zip", &zip(&[("a.zip", &zip(&[("a.har", &text)]))]), "It contains a.zip: give");
        refused("a.zip", &zip(&[("raw/1_c.txt", b"GET /"), ("raw/1_s.txt", b"HTTP/1.1")]), "Fiddler");
        refused("a.zip", &zip(&[]), "an empty ZIP archive");
        let many: Vec<_> = (0..7).map(|number| format!("{number}\u{202e}.txt")).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        refused("a.zip", &zip(&many), r"0\u{202e}.txt, 1\u{202e}.txt, 2\u{202e}.txt and 4 more");
        let hars: Vec<_> = ["a.har", "b.har", "c.har", "d.har", "e.har"].map(|name| (name, &text[..])).to_vec();
        refused("a.zip", &zip(&hars), "with 5 of them");
        refused("a.har.br", b"\x1b\x10\0\xf8", "Brotli");
        let file = zip(&[("a.har", &text), ("b.har", &text)]);
        let several = only_capture("a.zip", &file, file.len() as u64, &Limits::default()).unwrap_err().to_string();
        assert!(several.contains("2 of them"), "{several}");
        // The flag of the encrypted stands in the directory, six bytes after its method is two bytes before it.
        let mut encrypted = zip(&[("a.har", &text)]);
        let directory = memchr::memmem::find(&encrypted, b"PK\x01\x02").unwrap();
        encrypted[directory + 8] |= 1;
        refused("a.zip", &encrypted, "a.har encrypted");
        let mut method = zip(&[("a.har", &text)]);
        method[directory + 10] = 14;
        refused("a.zip", &method, "a.har packed with method 14");
    }

    /// Breaks when entries before a fault are lost, or the fault is not named.
    #[test]
    fn everything_before_a_fault_is_read() {
        let text = har(3000);
        let problem = |capture: &Capture| capture.problems.last().unwrap().problem.to_string();
        for packed in [gzip(&text), zlib(&text), zip(&[("a.har", &text)])] {
            let cut = &packed[..packed.len() / 2];
            let capture = one("a.har", cut);
            assert!((1000..2000).contains(&capture.entries.len()), "{}", capture.entries.len());
            assert!(!capture.whole && problem(&capture).contains("data is truncated, after "), "{}", problem(&capture));
        }
        // A stored block of a type that there is not, in the midst: what stands before it is unpacked to its last byte.
        let before = &text[..text.len() / 2];
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(before).unwrap();
        packer.flush().unwrap();
        let broken = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &packer.get_ref()[..], &[0xff; 9]].concat();
        let capture = one("a.har", &broken);
        let expected = Capture::read("a.har", [before]).unwrap();
        assert_eq!(capture.entries, expected.entries);
        let expected = format!("reading stopped: the gzip data is damaged, after {}", byte_count(before.len() as u64));
        assert_eq!(problem(&capture), expected);
        let frame = zstd(&text);
        assert!(read("a.har", &frame[..40]).unwrap_err().contains("the Zstandard data is truncated"));
        let mut wrong = frame.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert!(problem(&one("a.har", &wrong)).contains("the Zstandard data is damaged, after "));
        assert!(problem(&one("a.har", &[&frame[..], b"junk"].concat())).contains("the Zstandard data is damaged, after "));
        let trailing = one("a.har", &[&gzip(&text)[..], b"junk"].concat());
        assert_eq!(trailing.entries.len(), 3000);
        assert!(problem(&trailing).contains("the gzip data is damaged, after "));
        // The archive lies about the length.
        let mut lying = zip(&[("a.har", &text)]);
        let directory = memchr::memmem::find(&lying, b"PK\x01\x02").unwrap();
        lying[directory + 24] ^= 1;
        assert!(problem(&one("a.zip", &lying)).contains("the ZIP archive's data"));
        assert_eq!(read("a.har", &gzip(&text)[..5]).unwrap_err(), "The file could not be unpacked: the gzip data is truncated");
    }

    /// Breaks when a bomb is unpacked to its end.
    #[test]
    fn unpacking_stops_at_the_limit() {
        let mut text = har(20);
        text.truncate(text.len() - 3);
        text.extend(vec![b' '; 20 << 20]);
        let limits = Limits { unpacked: 4 << 20, ..Limits::default() };
        for packed in [gzip(&text), zstd(&text)] {
            let capture = captures("a.har", &packed, &limits).unwrap().remove(0);
            assert_eq!(capture.entries.len(), 20);
            let problem = &capture.problems[0];
            assert!(problem.offset <= 6 << 20 && problem.problem.contains("more than the size limit"), "{problem:?}");
        }
    }

    /// Breaks when members that share their bytes are each read.
    #[test]
    fn members_over_one_another_are_refused() {
        let text = har(5);
        let mut archive = zip(&[("a.har", &text), ("b.har", &text)]);
        let first = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
        let second = first + 4 + memchr::memmem::find(&archive[first + 4..], b"PK\x01\x02").unwrap();
        archive.copy_within(first + 42..first + 46, second + 42);
        refused("a.zip", &archive, "overlapping members");
    }

    fn says_what_is_wrong(line: &str) -> bool {
        ["Expected a HAR file", "Not ", "The file could not be "].iter().any(|begin| line.starts_with(begin))
    }

    fn damage(mut file: Vec<u8>, at: usize, length: usize, byte: u8, cut: bool) -> Vec<u8> {
        let start = at % (file.len() + 1);
        let end = (start + length).min(file.len());
        if cut {
            file.truncate(start);
        } else {
            file[start..end].fill(byte);
        }
        file
    }

    proptest! {
        /// Breaks when any bytes make a panic, or an error is no line that says what is wrong.
        #[test]
        fn anything_gives_captures_or_a_line(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            magic in proptest::sample::select(vec![&b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06", b"\x78\x9c"]),
        ) {
            if let Err(line) = read("a", &[magic, &bytes].concat()) {
                prop_assert!(says_what_is_wrong(&line) && line.lines().count() == 1, "{}", line);
            }
        }

        /// Breaks when a damaged archive makes a panic, or gives far more than the whole one has. A few bytes may repeat an entry, which only
        /// the check at the end of the member finds, after it was read.
        #[test]
        fn damaged_archives_give_what_is_left(kind in 0..5, at in any::<usize>(), length in 0usize..40, byte in any::<u8>(), cut in any::<bool>()) {
            let text = har(60);
            let whole = match kind {
                0 => gzip(&text),
                1 => zlib(&text),
                4 => zstd(&text),
                2 => zip(&[("a.har", &text), ("b.har", &text)]),
                _ => zip(&[("x.txt", b"x"), ("a.har.gz", &gzip(&text))]),
            };
            match read("a.har", &damage(whole, at, length, byte, cut)) {
                Err(line) => prop_assert!(says_what_is_wrong(&line) && line.lines().count() == 1, "{}", line),
                Ok(captures) => prop_assert!(captures.len() <= 2 && captures.iter().all(|capture| capture.entries.len() <= 120)),
            }
        }
    }
}
