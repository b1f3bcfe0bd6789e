//! Numbering and counting of names.

use std::cmp::Reverse;
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
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
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

    /// Breaks when a name that came before gets another number, or is taken for a new one.
    #[test]
    fn names_are_numbered_in_the_order_of_their_coming() {
        let mut numbers = Numbers::default();
        assert_eq!(["a", "b", "a"].map(|name| numbers.number(name)), [(0, true), (1, true), (0, false)]);
        assert_eq!((numbers.get("b"), numbers.get("c")), (Some(1), None));
    }
}
