/// What two entries share when they are the same request: the number of what is asked for, and that of the host.
pub(super) type Key = (u32, u32);

/// The number of an entry that belongs to no group.
pub(super) const LEFT_OUT: u32 = u32::MAX;

/// Visits the places that have the same key, of both sides: once for every key, each side's in the order of its file.
pub(super) fn groups(keys: &[Vec<Key>; 2], visit: &mut dyn FnMut([&[u32]; 2])) {
    let sorted = [0, 1].map(|side: usize| {
        let keys = &keys[side];
        let mut places: Vec<u32> = (0..).zip(keys).filter(|(_, key)| key.0 != LEFT_OUT).map(|(place, _)| place).collect();
        places.sort_by_key(|place| keys[*place as usize]);
        places
    });
    let mut rest = [0, 1].map(|side: usize| &sorted[side][..]);
    let key = |side: usize, place: &u32| keys[side][*place as usize];
    while let Some(next) = [0, 1].into_iter().filter_map(|side| Some(key(side, rest[side].first()?))).min() {
        let group = [0, 1].map(|side| {
            let end = rest[side].iter().take_while(|place| key(side, place) == next).count();
            let (group, others) = rest[side].split_at(end);
            rest[side] = others;
            group
        });
        visit(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a place is lost, stands in two groups, or one that is left out stands in any.
    #[test]
    fn every_place_is_in_one_group() {
        let mut seen = Vec::new();
        let keys = [vec![(7, 1), (LEFT_OUT, 1), (3, 0), (7, 1), (7, 0)], vec![(9, 2), (3, 0), (3, 0)]];
        groups(&keys, &mut |group| seen.push(group.map(<[u32]>::to_vec)));
        assert_eq!(seen, [[vec![2], vec![1, 2]], [vec![4], vec![]], [vec![0, 3], vec![]], [vec![], vec![0]]]);
    }
}
