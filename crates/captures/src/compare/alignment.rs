use std::sync::Arc;

use crate::har::Entry;

/// What is looked at of an entry when several of the same request are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark<'a> {
    /// A sum of the constants below: what differs is then told by one operation, as this runs for every step of an alignment.
    signs: u8,
    /// One more than its bytes; 0 when they are not known.
    body_size: u64,
    resource_type: Option<&'a Arc<str>>,
}

const REDIRECT: u8 = 1;
const REFUSED: u8 = 2;
const FAILED: u8 = 4;
const FROM_CACHE: u8 = 8;
const SECURE: u8 = 16;
/// It is the browser's own further try of an earlier one.
const FURTHER: u8 = 32;

/// What it costs to leave an entry alone. A pair that costs more than two of these is none: two different steps of a redirect, or two
/// uploads of different size that were also asked for by different parts of a page.
const ALONE: u32 = 3;
/// Entries on each side that are aligned at once when there are many on both.
const WINDOW: usize = 64;
/// Steps of one alignment at most.
const MAX_STEPS: usize = 1 << 20;

/// One step of an alignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Pair,
    One,
    Other,
}

impl<'a> Mark<'a> {
    pub(super) fn new(entry: &'a Entry, is_further: bool) -> Self {
        let outcome = match entry.response.status {
            304 | 1..300 => 0,
            300..400 => REDIRECT,
            400..500 => REFUSED,
            _ => FAILED,
        };
        let sign = |holds: bool, sign: u8| if holds { sign } else { 0 };
        Self {
            signs: outcome
                | sign(entry.from_cache.is_some(), FROM_CACHE)
                | sign(entry.request.url.starts_with("https:"), SECURE)
                | sign(is_further, FURTHER),
            body_size: entry.request.body_size.map_or(0, |bytes| bytes.saturating_add(1)),
            resource_type: entry.resource_type.as_ref(),
        }
    }

    /// Whether the two can be the same one of several.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.distance(other) <= 2 * ALONE
    }

    /// How little two entries look like the same one of several; 0 for equal marks.
    fn distance(&self, other: &Self) -> u32 {
        let differs = self.signs ^ other.signs;
        let weigh = |signs: u8, weight: u32| if differs & signs == 0 { 0 } else { weight };
        let mut sum = weigh(REDIRECT, 8).max(weigh(REFUSED | FAILED, 2)) + weigh(FROM_CACHE, 2) + weigh(SECURE, 1) + weigh(FURTHER, 1);
        if self.body_size != other.body_size && self.body_size.min(other.body_size) > 0 {
            sum += 4;
        }
        if self.resource_type.zip(other.resource_type).is_some_and(|(one, other)| one != other) {
            sum += 2;
        }
        sum
    }
}

/// Pairs entries of the same request, both in order of time: which of one side is which of the other, by place, in rising order.
///
/// Order is kept, and among all ways to keep it the one is taken in which the pairs look most alike. With few entries on one side that is
/// exact; with many on both it is so within windows, which keeps the time linear.
pub(super) fn align(one: &[Mark<'_>], other: &[Mark<'_>]) -> Vec<(usize, usize)> {
    // Where two ways are as good, which is taken must not depend on which capture is which.
    if other < one {
        return align(other, one).into_iter().map(|(other, one)| (one, other)).collect();
    }
    let same = |pair: &(&Mark<'_>, &Mark<'_>)| pair.0.distance(pair.1) == 0;
    let head = one.iter().zip(other).take_while(same).count();
    let (one_rest, other_rest) = (&one[head..], &other[head..]);
    let tail = one_rest.iter().rev().zip(other_rest.iter().rev()).take_while(same).count();
    let (ends, other_ends) = (one.len() - tail, other.len() - tail);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    let (mut at, mut other_at) = (head, head);
    while at < ends && other_at < other_ends {
        let (left, other_left) = (ends - at, other_ends - other_at);
        let cells = left.saturating_mul(other_left);
        let whole = cells <= WINDOW * (left + other_left) && cells <= MAX_STEPS;
        let (height, width) = if whole { (left, other_left) } else { (left.min(WINDOW), other_left.min(WINDOW)) };
        let (from, other_from) = (at, other_at);
        for step in steps(&one[at..at + height], &other[other_at..other_at + width]) {
            // What the end of a window says is not trusted: the next one begins in its middle.
            if !whole && (at - from >= WINDOW / 2 || other_at - other_from >= WINDOW / 2) {
                break;
            }
            if step == Step::Pair {
                pairs.push((at, other_at));
            }
            at += usize::from(step != Step::Other);
            other_at += usize::from(step != Step::One);
        }
    }
    pairs.extend((0..tail).map(|at| (ends + at, other_ends + at)));
    if pairs.is_empty() {
        // Nothing looks alike: then that is the difference to show.
        pairs = (0..one.len().min(other.len())).map(|at| (at, at)).collect();
    }
    pairs
}

/// The cheapest way from the start of both to the end of both; among equal ones that which pairs first.
fn steps(one: &[Mark<'_>], other: &[Mark<'_>]) -> Vec<Step> {
    let width = other.len() + 1;
    let mut best = vec![Step::One; (one.len() + 1) * width];
    // What it costs from here to the end of both: in this row, and in the one below.
    let mut below: Vec<u32> = Vec::new();
    let mut row: Vec<u32> = vec![0; width];
    for at in (0..=one.len()).rev() {
        for other_at in (0..width).rev() {
            let mut cheapest = (u32::MAX, Step::Pair);
            if let (Some(mark), Some(other_mark)) = (one.get(at), other.get(other_at)) {
                cheapest = (mark.distance(other_mark) + below[other_at + 1], Step::Pair);
            }
            if at < one.len() && below[other_at] + ALONE < cheapest.0 {
                cheapest = (below[other_at] + ALONE, Step::One);
            }
            if other_at < other.len() && row[other_at + 1] + ALONE < cheapest.0 {
                cheapest = (row[other_at + 1] + ALONE, Step::Other);
            }
            row[other_at] = if cheapest.0 == u32::MAX { 0 } else { cheapest.0 };
            best[at * width + other_at] = cheapest.1;
        }
        below.clone_from(&row);
    }
    let mut way = Vec::new();
    let (mut at, mut other_at) = (0, 0);
    while at < one.len() || other_at < other.len() {
        let step = best[at * width + other_at];
        way.push(step);
        at += usize::from(step != Step::Other);
        other_at += usize::from(step != Step::One);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(status: u16) -> Entry {
        let mut entry = Entry::default();
        entry.response.status = status;
        entry
    }

    #[track_caller]
    fn check(one: &[u16], other: &[u16], expected: &[(usize, usize)]) {
        let entries = [one, other].map(|list| list.iter().map(|status| entry(*status)).collect::<Vec<_>>());
        let [one, other] = [&entries[0], &entries[1]].map(|list| list.iter().map(|entry| Mark::new(entry, false)).collect::<Vec<_>>());
        assert_eq!(align(&one, &other), expected);
        let exchanged: Vec<_> = align(&other, &one).into_iter().map(|(other, one)| (one, other)).collect();
        assert_eq!(exchanged, expected);
    }

    /// Breaks when a redirect is paired with what it leads to, an answer with a failure though a failure is there, or order is not kept.
    #[test]
    fn those_that_look_alike_are_paired() {
        check(&[301, 200], &[200], &[(1, 0)]);
        check(&[301, 520], &[0], &[(1, 0)]);
        check(&[301, 200], &[200, 200], &[(1, 1)]);
        check(&[301, 200], &[301, 200], &[(0, 0), (1, 1)]);
        check(&[200, 520, 200], &[200, 200], &[(0, 0), (2, 1)]);
        check(&[200, 520, 200], &[200, 0, 200, 200], &[(0, 0), (1, 1), (2, 2)]);
        check(&[520, 520, 520], &[0, 0], &[(0, 0), (1, 1)]);
        check(&[520, 520], &[200, 200], &[(0, 0), (1, 1)]);
        check(&[404, 200, 304], &[404, 404, 200], &[(0, 0), (1, 1), (2, 2)]);
        check(&[], &[200], &[]);
    }

    /// Breaks when a request that only ever redirects on one side has no partner.
    #[test]
    fn what_never_looks_alike_is_paired_all_the_same() {
        check(&[301, 301, 301], &[200], &[(0, 0)]);
        check(&[302], &[520], &[(0, 0)]);
    }

    /// Breaks when the size of what was sent, the cache, or the kind of request does not tell repeats apart.
    #[test]
    fn repeats_are_told_apart_by_what_was_asked() {
        let upload = |size| {
            let mut entry = entry(200);
            entry.request.body_size = Some(size);
            entry
        };
        let typed =
            |kind: &str, cache: Option<&str>| Entry { resource_type: Some(kind.into()), from_cache: cache.map(Into::into), ..entry(200) };
        let check = |one: &[Entry], other: &[Entry], expected: &[(usize, usize)]| {
            let marks = |list: &'_ [Entry]| {
                align(
                    &list.iter().map(|entry| Mark::new(entry, false)).collect::<Vec<_>>(),
                    &other.iter().map(|entry| Mark::new(entry, false)).collect::<Vec<_>>(),
                )
            };
            assert_eq!(marks(one), expected);
        };
        check(&[upload(10), upload(20), upload(30)], &[upload(20), upload(30)], &[(1, 0), (2, 1)]);
        check(&[typed("image", None), typed("image", Some("disk"))], &[typed("image", Some("disk"))], &[(1, 0)]);
        check(&[typed("document", None), typed("fetch", None)], &[typed("fetch", None)], &[(1, 0)]);
    }

    /// Breaks when many repeats take time or memory that grows with their square, or a shift by one is not found.
    #[test]
    fn many_repeats_are_no_trouble() {
        let entries: Vec<Entry> =
            (0..100_000_u32).map(|number| entry([200, 520, 404, 301][(number.wrapping_mul(2_654_435_761) >> 28) as usize % 4])).collect();
        let marks: Vec<Mark<'_>> = entries.iter().map(|entry| Mark::new(entry, false)).collect();
        let pairs = align(&marks[1..], &marks);
        let alike = pairs.iter().filter(|(one, other)| marks[1..][*one].distance(&marks[*other]) == 0).count();
        assert!(alike > 99_900, "{alike}");
        assert_eq!(align(&marks, &marks[50_000..50_001]).len(), 1);
    }
}
