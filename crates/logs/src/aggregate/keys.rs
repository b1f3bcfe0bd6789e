//! Values as numbers: the same bytes have the same number in every program, so that what was counted apart adds up.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh64::xxh64;

/// A map by numbers.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// A set of numbers.
pub(crate) type Set<K> = HashSet<K, BuildHasherDefault<Mix>>;

/// Stirs a number so that its bits depend on each other.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ number >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// The number of a value, never 0: that is for none. Two of a million values share one with a probability of 1 to 37 millions.
pub(crate) fn key(value: &[u8]) -> u64 {
    if value.is_empty() {
        return 0;
    }
    let number = if value.len() < 8 {
        let mut bytes = [0; 8];
        bytes[..value.len()].copy_from_slice(value);
        bytes[7] = u8::try_from(value.len()).unwrap_or(0);
        mix(u64::from_le_bytes(bytes))
    } else {
        xxh64(value, 0)
    };
    number.max(1)
}

/// Hashes numbers, and nothing else well.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(xxh64(bytes, 0));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mix(self.0.rotate_left(32) ^ number);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
