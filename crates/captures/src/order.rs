//! Sorting and counting, once for the whole program: every further sort or map of another type would be some kilobytes more for the page
//! to load.

use std::collections::{BinaryHeap, HashMap};

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

/// Sorts by a number; what has the same keeps its order.
pub fn by_key<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let order = sorted(items.iter().map(key).collect());
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| items.get_mut(at)?.take()).collect()
}

/// Sorts by a small number, in time and memory that grow with the number of items and the largest of these numbers; what has the same
/// keeps its order.
pub fn by_number(items: &[u32], number: &dyn Fn(u32) -> u32) -> Vec<u32> {
    let mut starts: Vec<usize> = Vec::new();
    for item in items {
        let next = number(*item) as usize + 1;
        if starts.len() <= next {
            starts.resize(next + 1, 0);
        }
        starts[next] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut sorted = vec![0; items.len()];
    for item in items {
        let start = &mut starts[number(*item) as usize];
        sorted[*start] = *item;
        *start += 1;
    }
    sorted
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
    by_key(counts, |(_, count)| u64::from(u32::MAX - count))
}

/// The places of the keys in rising order of the keys.
fn sorted(keys: Vec<u64>) -> Vec<usize> {
    // A heap sorts with a tenth of the code that the sort of a slice is.
    let order: BinaryHeap<(u64, usize)> = keys.into_iter().zip(0..).collect();
    order.into_sorted_vec().into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when what has the same key changes its order, or a count is lost.
    #[test]
    fn the_order_is_stable() {
        assert_eq!(by_key(vec!["bb", "a", "cc", "d"], |text| text.len() as u64), ["a", "d", "bb", "cc"]);
        assert_eq!(by_number(&[4, 3, 2, 1, 0], &|item| [7, 0, 7, 2, 0][item as usize]), [4, 1, 3, 2, 0]);
        assert!(by_number(&[], &|item| item).is_empty());
        assert_eq!(tally(&mut ["x", "y", "z", "y", "z"].into_iter()), [("y", 2), ("z", 2), ("x", 1)]);
    }
}
