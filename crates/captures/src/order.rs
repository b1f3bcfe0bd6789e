//! Numbering and counting of names, and sorting of short lists.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

/// Numbers names in the order of their first coming.
#[derive(Clone, Default)]
pub struct Numbers(HashMap<String, usize>);

impl Numbers {
    /// The number of a name, and whether it came for the first time just now.
    pub fn number(&mut self, name: &str) -> (usize, bool) {
        if let Some(number) = self.get(name) {
            return (number, false);
        }
        let number = self.0.len();
        self.0.insert(name.to_owned(), number);
        (number, true)
    }

    /// All of them with their numbers, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, number)| (name.as_str(), *number))
    }

    /// The number of a name that came before.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

/// The names with how often each comes, most frequent first; those that come as often in the order of their first coming.
pub fn tally<'a>(names: &mut dyn Iterator<Item = &'a str>) -> Vec<(&'a str, u32)> {
    let mut numbers = Numbers::default();
    let mut counts: Vec<(&str, u32)> = Vec::new();
    for name in names {
        let (number, _) = numbers.number(name);
        match counts.get_mut(number) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((name, 1)),
        }
    }
    sort_by_key(&mut counts, |(_, count)| Reverse(*count));
    counts
}

/// Sorts as [`slice::sort_by_key`] does, with one copy of the sort for every type. A copy for each is a tenth of the workers' code, so lists
/// that are never long, or seldom sorted, are sorted by this.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let order = order_of(items.len(), &|a, b| key(&items[a]).cmp(&key(&items[b])));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| taken[place].take()));
}

/// The places from 0 to `length` in the order that `compare` gives them; equal ones stay as they are.
#[inline(never)]
fn order_of(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a count is lost, or names that come as often change their order.
    #[test]
    fn the_most_frequent_come_first() {
        assert_eq!(tally(&mut ["x", "y", "z", "y", "z"].into_iter()), [("y", 2), ("z", 2), ("x", 1)]);
        assert_eq!(tally(&mut [].into_iter()), []);
    }

    /// Breaks when something is lost, is out of order, or equal ones change places.
    #[test]
    fn equal_ones_stay_in_their_order() {
        let mut items: Vec<(u32, u32)> = (0..100).map(|number| (number * 37 % 10, number)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|(key, _)| *key);
        sort_by_key(&mut items, |(key, _)| *key);
        assert_eq!(items, expected);
    }

    /// Breaks when a name that came before gets another number, or is taken for a new one.
    #[test]
    fn names_are_numbered_in_the_order_of_their_coming() {
        let mut numbers = Numbers::default();
        assert_eq!(["a", "b", "a"].map(|name| numbers.number(name)), [(0, true), (1, true), (0, false)]);
        assert_eq!((numbers.get("b"), numbers.get("c")), (Some(1), None));
    }
}
