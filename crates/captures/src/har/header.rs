use xxhash_rust::xxh64::xxh64;

use super::scalar::Scalar;

/// The header field at hand.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) value: String,
    /// The whole value's length in bytes.
    pub(super) length: u64,
    pub(super) hash: u64,
}

impl Draft {
    /// The next one begins.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.name.clear();
        self.value.clear();
        (self.length, self.hash) = (0, 0);
    }

    /// A value; a further one of an array is added behind a comma, as repeated header lines may be.
    #[inline]
    pub(super) fn add(&mut self, scalar: Scalar<'_>, limit: usize) -> Option<&'static str> {
        let (value, length, hash, wrong) = match scalar {
            Scalar::Text(text) => (text.to_str(), text.length, text.hash, None),
            Scalar::Number(text) => (text.into(), text.len() as u64, 0, Some("expected a string, found a number")),
            Scalar::Bool(_) => return Some("expected a string, found true or false"),
            Scalar::Null => return None,
        };
        if self.length > 0 {
            self.value.push_str(", ");
            self.length += 2;
        }
        self.value.push_str(&value);
        self.length += length;
        self.hash = self.hash.rotate_left(5) ^ hash;
        if self.value.len() > limit {
            // Several values, each within the limit: what is cut away must still tell them apart.
            self.hash ^= xxh64(self.value.as_bytes(), 0);
            self.value.truncate(self.value.floor_char_boundary(limit));
        }
        wrong
    }
}
