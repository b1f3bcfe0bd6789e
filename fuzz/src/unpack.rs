use std::io::{Read, Write as _};

use fivetwenty_cli::unpack::{captures, piped_capture};
use fivetwenty_inputs::unpack::Limits;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::pieces;

/// A file as it is given, packed or not, damaged or not.
///
/// 1. Any bytes give captures, or one line that says where and why.
/// 2. What is unpacked is within its limit.
/// 3. What comes through a pipe in pieces gives the same as in one.
/// 4. What is packed gives the same entries as it does unpacked, and what is cut of it gives the first of them.
pub fn unpack(data: &[u8]) {
    const NAMES: [&str; 8] = ["a.har", "a.har.gz", "a.zip", "a", "a.har.br", "a.saz", "a.json", "\u{202e}.har"];
    const LIMITS: Limits = Limits { unpacked: 1 << 18, members: 20, hars: 3, name: 80 };
    /// What is unpacked at once, natively.
    const CHUNK: u64 = 1 << 20;
    let [how, name, cut, file @ ..] = data else { return };
    let name = NAMES[usize::from(*name) % NAMES.len()];

    let given = captures(name, file, &LIMITS).map_err(|error| error.to_string());
    match &given {
        Err(line) => assert!(
            ["Not ", "Expected a HAR file", "The file could not be "].iter().any(|begin| line.starts_with(begin))
                && line.lines().count() == 1,
            "{line}"
        ),
        Ok(captures) => assert!(captures.len() <= LIMITS.hars && captures.iter().all(|capture| capture.bytes <= LIMITS.unpacked + CHUNK)),
    }
    let piped = piped_capture(name, Pieces(pieces(file, *how)), &LIMITS);
    if !file.starts_with(b"PK")
        && let Ok([alone]) = given.as_deref()
    {
        assert_eq!(piped.map(|capture| capture.entries).map_err(|error| error.to_string()), Ok(alone.entries.clone()), "through a pipe");
    }

    if matches!(file, [b'{' | b'[', ..]) {
        let plain = captures("a.har", file, &LIMITS).map(|mut captures| captures.remove(0));
        for packed in [gzip(file), zlib(file)] {
            let entries = captures("a.har", &packed, &LIMITS).map(|mut captures| captures.remove(0).entries);
            assert_eq!(entries.ok(), plain.as_ref().ok().map(|capture| capture.entries.clone()), "packed");
            let cut = &packed[..packed.len() * usize::from(*cut) / 256];
            if let (Ok(left), Ok(plain)) = (captures("a.har", cut, &LIMITS), &plain) {
                assert!(
                    left[0].entries.len() <= plain.entries.len()
                        && left[0].entries.iter().zip(&plain.entries).all(|(one, other)| one == other),
                    "cut"
                );
            }
        }
    }
}

struct Pieces<'a>(Vec<&'a [u8]>);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        // An empty piece would be the end.
        self.0.retain(|piece| !piece.is_empty());
        let Some(piece) = self.0.first_mut() else { return Ok(0) };
        piece.read(buffer)
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}
