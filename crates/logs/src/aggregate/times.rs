//! Counts over time, in intervals whose width grows with the span.

use fivetwenty_model::logs::Count;
use serde::{Deserialize, Serialize};

use super::keys::{Map, Set};
use super::table::{Weight, add};

/// Widths of an interval in minutes, each a multiple of the one before; behind them each is twice the one before.
const WIDTHS: [i64; 9] = [1, 2, 10, 30, 60, 180, 360, 720, 1440];
/// Intervals that there are at most.
const INTERVALS: usize = 100_000;
/// Intervals of all data centres that there are at most.
const CELLS: usize = 65_536;
/// Data centres that are counted over time at most; Cloudflare has some 350.
const COLOS: usize = 1_024;

/// A width of intervals: a place in the row of widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Width(u8);

impl Width {
    pub(crate) fn ms(self) -> i64 {
        let place = usize::from(self.0);
        let last = WIDTHS.len() - 1;
        let minutes = WIDTHS[place.min(last)] << place.saturating_sub(last).min(24);
        minutes * 60_000
    }

    pub(crate) fn wider(self) -> Self {
        Self(self.0.saturating_add(1).min(32))
    }

    /// The start of the interval of a moment.
    pub(crate) fn start(self, ms: i64) -> i64 {
        ms.div_euclid(self.ms()) * self.ms()
    }
}

/// Counts by the start of the interval, in Unix milliseconds: of all, and of each data centre.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) width: Width,
    pub(crate) counts: Map<i64, Count>,
    pub(crate) colo_width: Width,
    /// By data centre, whose number is that in the table of data centres.
    pub(crate) colos: Map<(u64, i64), Count>,
    known: Set<u64>,
}

impl Times {
    pub(crate) fn add(&mut self, ms: i64, colo: u64, weight: Weight) {
        let width = self.width;
        let start = width.start(ms);
        weight.add_to(self.counts.entry(start).or_default());
        if self.counts.len() > INTERVALS {
            self.bound();
        }
        if colo != 0 && self.knows(colo) {
            // A division saved as long as both widths are one.
            let start = if self.colo_width == width { start } else { self.colo_width.start(ms) };
            weight.add_to(self.colos.entry((colo, start)).or_default());
            if self.colos.len() > CELLS {
                self.bound();
            }
        }
    }

    pub(crate) fn take(&mut self, ms: i64, colo: u64, weight: Weight) {
        let start = self.width.start(ms);
        if let Some(count) = self.counts.get_mut(&start) {
            weight.take_from(count);
        }
        self.counts.retain_if_empty(start);
        let cell = (colo, self.colo_width.start(ms));
        if let Some(count) = self.colos.get_mut(&cell) {
            weight.take_from(count);
        }
        self.colos.retain_if_empty(cell);
    }

    #[inline]
    pub(crate) fn merge(&mut self, other: Self) {
        self.width = self.width.max(other.width);
        self.colo_width = self.colo_width.max(other.colo_width);
        self.rebuild();
        for (start, count) in other.counts {
            add(self.counts.entry(self.width.start(start)).or_default(), count);
        }
        for ((colo, start), count) in other.colos {
            if self.knows(colo) {
                add(self.colos.entry((colo, self.colo_width.start(start))).or_default(), count);
            }
        }
        self.bound();
    }

    fn knows(&mut self, colo: u64) -> bool {
        if self.known.len() < COLOS {
            self.known.insert(colo);
            return true;
        }
        self.known.contains(&colo)
    }

    fn bound(&mut self) {
        while self.counts.len() > INTERVALS {
            self.width = self.width.wider();
            self.rebuild();
        }
        while self.colos.len() > CELLS {
            self.colo_width = self.colo_width.wider();
            self.rebuild();
        }
    }

    fn rebuild(&mut self) {
        for (start, count) in std::mem::take(&mut self.counts) {
            add(self.counts.entry(self.width.start(start)).or_default(), count);
        }
        for ((colo, start), count) in std::mem::take(&mut self.colos) {
            add(self.colos.entry((colo, self.colo_width.start(start))).or_default(), count);
        }
    }
}

trait RetainIfEmpty<K> {
    /// Removes what counts nothing.
    fn retain_if_empty(&mut self, key: K);
}

impl<K: Eq + std::hash::Hash> RetainIfEmpty<K> for Map<K, Count> {
    fn retain_if_empty(&mut self, key: K) {
        if self.get(&key).is_some_and(|count| count.total == 0) {
            self.remove(&key);
        }
    }
}
