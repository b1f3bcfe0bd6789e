use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

/// A part of an entry that takes no memory of its own before something in it is known. It is read and changed like the part itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sparse<T>(Option<Box<T>>);

/// What has a value of which nothing is known, once for all.
pub trait Blank: Default + 'static {
    /// That value.
    fn blank() -> &'static Self;
}

impl<T: Blank> Sparse<T> {
    /// Bytes of memory that it takes beside the entry's own.
    pub(super) fn bytes(&self) -> usize {
        self.0.as_deref().map_or(0, size_of_val)
    }

    /// The part, if anything in it was ever set.
    pub(super) fn known_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Blank> Deref for Sparse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::blank())
    }
}

impl<T: Blank> DerefMut for Sparse<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Blank> From<T> for Sparse<T> {
    fn from(part: T) -> Self {
        Self(Some(Box::new(part)))
    }
}

/// A part of which nothing is known is the same whether or not memory was taken for it.
impl<T: Blank + PartialEq> PartialEq for Sparse<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            _ => **self == **other,
        }
    }
}
