use xxhash_rust::xxh64::Xxh64;

use super::token::{Text, Want};

/// A string that does not stand in one piece in a chunk, or has escapes: what is kept of it, decoded. Also a number in several chunks.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    /// How long the string is, decoded.
    pub(super) length: u64,
    /// Its hash, once it is longer than what is kept of it.
    hash: Option<Box<Xxh64>>,
}

impl Kept {
    /// The next one begins.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.length = 0;
        self.hash = None;
    }

    /// The string.
    pub(super) fn text(&self) -> Text<'_> {
        let cut = (self.bytes.len() as u64) < self.length;
        let kept = if cut { between_characters(&self.bytes) } else { &self.bytes };
        Text { kept, length: self.length, hash: self.hash.as_ref().map_or(0, |hash| hash.digest()) }
    }

    /// A UTF-16 code unit after `high`; gives the high surrogate that now waits, if any.
    pub(super) fn unit(&mut self, want: Want, high: u16, unit: u16) -> u16 {
        let pair = [high, unit];
        let start = usize::from(high == 0);
        let mut waiting = 0;
        for decoded in char::decode_utf16(pair[start..].iter().copied()) {
            match decoded {
                Ok(decoded) => {
                    let mut bytes = [0; 4];
                    self.keep(want, decoded.encode_utf8(&mut bytes).as_bytes());
                }
                Err(error) if (0xd800..0xdc00).contains(&error.unpaired_surrogate()) && error.unpaired_surrogate() == unit => {
                    waiting = unit;
                }
                Err(_) => self.keep(want, &LONE),
            }
        }
        waiting
    }

    /// A high surrogate whose other half did not come.
    pub(super) fn keep_lone(&mut self, want: Want, high: u16) {
        if high != 0 {
            self.keep(want, &LONE);
        }
    }

    /// Takes the next bytes of the string.
    pub(super) fn keep(&mut self, want: Want, bytes: &[u8]) {
        let room = want.keep.saturating_sub(self.bytes.len());
        if want.hash && bytes.len() > room {
            // From here on the string is longer than what is kept, and all that came before was kept.
            self.hash.get_or_insert_with(|| Box::new(hash_of(&self.bytes))).update(bytes);
        }
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len() as u64;
    }
}

/// What a surrogate without its other half becomes: U+FFFD.
const LONE: [u8; 3] = [0xef, 0xbf, 0xbd];

fn hash_of(kept: &[u8]) -> Xxh64 {
    let mut hash = Xxh64::new(0);
    hash.update(kept);
    hash
}

/// What was cut after some byte, without the character that was cut in two.
pub(super) fn between_characters(cut: &[u8]) -> &[u8] {
    let Some(back) = cut.iter().rev().take(4).position(|byte| byte & 0xc0 != 0x80) else { return cut };
    let start = cut.len() - 1 - back;
    let whole = match cut[start] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
        _ => 1,
    };
    if back + 1 < whole { &cut[..start] } else { cut }
}
