//! A set of entries.

use serde::Serialize;

/// Entries by their index in `log.entries`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntrySet(Vec<u64>);

impl EntrySet {
    /// Adds an entry.
    pub fn insert(&mut self, index: u32) {
        let at = index as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (index % 64);
    }

    /// Whether an entry is one of them.
    pub fn contains(&self, index: u32) -> bool {
        self.0.get(index as usize / 64).is_some_and(|bits| bits >> (index % 64) & 1 == 1)
    }
}

impl FromIterator<u32> for EntrySet {
    fn from_iter<I: IntoIterator<Item = u32>>(indices: I) -> Self {
        let mut set = Self::default();
        indices.into_iter().for_each(|index| set.insert(index));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an entry is in a set that it was not put into, or one is lost at the edge of a word of bits.
    #[test]
    fn a_set_has_what_was_put_into_it() {
        let indices = [0, 63, 64, 200];
        let set: EntrySet = indices.into_iter().collect();
        assert!((0..300).all(|index| set.contains(index) == indices.contains(&index)));
        assert!(!EntrySet::default().contains(0));
    }
}
