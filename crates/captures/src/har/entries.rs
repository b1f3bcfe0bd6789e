//! The entries of a capture, as they are kept: what is alike is kept once.

use std::ops::{Index, Range};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::Entry;

/// Entries that an entry is compared with, to be kept once with one of them: those that came last.
const LOOKED_AT: usize = 8;

/// The entries of a capture in the order of the file. Alike ones that stand close to one another are kept once, so that a million entries
/// that say nothing take no more memory than their places.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entries {
    /// By entry: where it stands in the file, in bytes from its start.
    places: Vec<Range<u64>>,
    /// By entry: which of `distinct` it is.
    which: Vec<u32>,
    distinct: Vec<Arc<Entry>>,
}

impl Entries {
    /// Bytes of memory that an entry takes which is kept with another one; what comparing and reporting adds to it counts as well, about.
    pub(super) const EACH: usize = 100;

    /// Takes an entry that stands at this place in the file; gives it where it is kept by itself.
    pub fn push(&mut self, place: Range<u64>, entry: Entry) -> Option<&mut Entry> {
        let known = self.find(&entry);
        self.add(place, known.unwrap_or(self.distinct.len()));
        if known.is_some() {
            return None;
        }
        self.distinct.push(Arc::new(entry));
        self.distinct.last_mut().and_then(Arc::get_mut)
    }

    /// Takes all of another one behind its own.
    pub(super) fn append(&mut self, others: Self) {
        if self.is_empty() {
            *self = others;
            return;
        }
        let mut of = Vec::with_capacity(others.distinct.len());
        for entry in others.distinct {
            of.push(self.find(&entry).unwrap_or_else(|| {
                self.distinct.push(entry);
                self.distinct.len() - 1
            }));
        }
        for (place, which) in others.places.into_iter().zip(others.which) {
            // What came from elsewhere as bytes may be anything.
            if let Some(which) = of.get(which as usize) {
                self.add(place, *which);
            }
        }
    }

    fn find(&self, entry: &Entry) -> Option<usize> {
        let first = self.distinct.len().saturating_sub(LOOKED_AT);
        self.distinct[first..].iter().rposition(|known| **known == *entry).map(|at| first + at)
    }

    fn add(&mut self, place: Range<u64>, which: usize) {
        // There are never as many: their number is limited.
        if let Ok(which) = u32::try_from(which) {
            self.places.push(place);
            self.which.push(which);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.which.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.which.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> Iter<'_> {
        Iter { entries: self, left: 0..self.len() }
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&Entry> {
        self.distinct.get(*self.which.get(index)? as usize).map(|entry| &**entry)
    }

    /// The first one.
    pub fn first(&self) -> Option<&Entry> {
        self.get(0)
    }

    /// Where one of them stands in the file, in bytes from its start: details are read again from there.
    pub fn place(&self, index: usize) -> Option<Range<u64>> {
        self.places.get(index).cloned()
    }

    /// Visits each entry that is kept by itself.
    pub(super) fn each_distinct(&mut self, visit: &mut dyn FnMut(&mut Entry)) {
        self.distinct.iter_mut().for_each(|entry| visit(Arc::make_mut(entry)));
    }

    /// Changes each entry that is kept by itself.
    pub fn map(&self, change: impl Fn(&Entry) -> Entry) -> Self {
        let distinct = self.distinct.iter().map(|entry| Arc::new(change(entry))).collect();
        Self { places: self.places.clone(), which: self.which.clone(), distinct }
    }

    /// Nothing more comes: memory that was taken in advance is given back.
    pub fn shrink_to_fit(&mut self) {
        self.places.shrink_to_fit();
        self.which.shrink_to_fit();
        self.distinct.shrink_to_fit();
    }
}

/// The same entries at the same places, however they are kept.
impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.places == other.places && self.iter().eq(other.iter())
    }
}

impl Index<usize> for Entries {
    type Output = Entry;

    fn index(&self, index: usize) -> &Entry {
        &self.distinct[self.which[index] as usize]
    }
}

/// Entries that stand in no file.
impl FromIterator<Entry> for Entries {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let mut all = Self::default();
        for entry in entries {
            all.push(0..0, entry);
        }
        all
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(entries: Vec<Entry>) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Entries one after the other.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    entries: &'a Entries,
    left: Range<usize>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        self.entries.get(self.left.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }

    fn nth(&mut self, skipped: usize) -> Option<&'a Entry> {
        self.entries.get(self.left.nth(skipped)?)
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.get(self.left.next_back()?)
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::har::batch::tests::entry;

    /// Breaks when alike entries are kept each by itself, or one is lost, moved or given for another.
    #[test]
    fn what_is_alike_is_kept_once() {
        let urls = ["", "", "a", "", "b", "a", ""];
        let mut entries = Entries::default();
        let own: Vec<bool> = (0..).zip(urls).map(|(at, url)| entries.push(at..at + 1, entry(url)).is_some()).collect();
        assert_eq!(own, [true, false, true, false, true, false, false]);
        let mut all = entries.clone();
        all.append(entries.clone());
        assert_eq!((all.len(), all.distinct.len()), (14, 3));
        assert!(all.iter().map(|entry| &*entry.request.url).eq(urls.into_iter().chain(urls)));
        assert!(all.iter().rev().nth(2).is_some_and(|entry| &*entry.request.url == "b"));
        assert_eq!((all.place(9), all.place(14), all.get(14)), (Some(2..3), None, None));
        assert_eq!(entries.map(Clone::clone), entries);
        assert_ne!(entries.map(|_| Entry::default()), entries);
    }
}
