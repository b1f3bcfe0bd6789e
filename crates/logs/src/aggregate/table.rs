//! Counts by value, for at most so many values.

use fivetwenty_model::logs::Count;
use serde::{Deserialize, Serialize};

use super::durations;
use super::keys::Map;

/// Values that a table has at most; when there are more, those with the fewest failures and requests go, half of all.
pub(crate) const VALUES: usize = 16_384;
/// Different durations that a table has at most over all its values; when there are more, values with the fewest failures lose theirs.
const DURATIONS: usize = 32_768;

/// Counts by value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) rows: Map<u64, Row>,
    /// All requests that have a value.
    pub(crate) all: Count,
    /// How many values went, those that came again counted again.
    gone: u64,
    /// So many requests a value's counts may lack.
    pub(crate) error: u64,
    durations: usize,
}

/// The counts of a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: Box<str>,
    pub(crate) count: Count,
    /// Failing requests by the bin of their duration, in order.
    pub(crate) durations: Vec<(u16, u64)>,
}

impl Row {
    /// What decides which values stay.
    fn weight(&self) -> u64 {
        self.count.failing.saturating_mul(64).saturating_add(self.count.total)
    }

    /// The duration that so many thousandths of its failing requests do not exceed.
    pub(crate) fn quantile(&self, thousandths: u64) -> Option<u64> {
        durations::quantile(self.durations.iter().copied(), thousandths)
    }

    /// Counts a duration; whether its bin is new.
    fn count_duration(&mut self, bin: u16, count: u64) -> bool {
        match self.durations.binary_search_by_key(&bin, |(bin, _)| *bin) {
            Ok(place) => {
                self.durations[place].1 = self.durations[place].1.saturating_add(count);
                false
            }
            Err(place) => {
                self.durations.insert(place, (bin, count));
                true
            }
        }
    }
}

/// What requests count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Weight {
    pub(crate) count: u64,
    pub(crate) failing: bool,
    /// The bin of the time to fail.
    pub(crate) duration: Option<u16>,
}

impl Weight {
    pub(crate) fn add_to(self, count: &mut Count) {
        count.total = count.total.saturating_add(self.count);
        if self.failing {
            count.failing = count.failing.saturating_add(self.count);
        }
    }

    pub(crate) fn take_from(self, count: &mut Count) {
        count.total = count.total.saturating_sub(self.count);
        if self.failing {
            count.failing = count.failing.saturating_sub(self.count);
        }
    }
}

impl Table {
    /// Counts requests with a value, whose name is asked for when it is new.
    pub(crate) fn add(&mut self, key: u64, weight: Weight, name: &dyn Fn() -> Box<str>) {
        weight.add_to(&mut self.all);
        let row = self.rows.entry(key).or_insert_with(|| Row { name: name(), ..Row::default() });
        weight.add_to(&mut row.count);
        if let (true, Some(bin)) = (weight.failing, weight.duration) {
            self.durations += usize::from(row.count_duration(bin, weight.count));
        }
        self.bound();
    }

    /// Takes back what was counted.
    pub(crate) fn take(&mut self, key: u64, weight: Weight) {
        weight.take_from(&mut self.all);
        let Some(row) = self.rows.get_mut(&key) else { return };
        weight.take_from(&mut row.count);
        if let (true, Some(bin)) = (weight.failing, weight.duration)
            && let Ok(place) = row.durations.binary_search_by_key(&bin, |(bin, _)| *bin)
        {
            row.durations[place].1 = row.durations[place].1.saturating_sub(weight.count);
            if row.durations[place].1 == 0 {
                row.durations.remove(place);
                self.durations = self.durations.saturating_sub(1);
            }
        }
        if row.count.total == 0 {
            self.rows.remove(&key);
        }
    }

    #[inline]
    pub(crate) fn merge(&mut self, other: Self) {
        add(&mut self.all, other.all);
        self.gone = self.gone.saturating_add(other.gone);
        self.error = self.error.saturating_add(other.error);
        for (key, theirs) in other.rows {
            let row = self.rows.entry(key).or_insert_with(|| Row { name: theirs.name.clone(), ..Row::default() });
            add(&mut row.count, theirs.count);
            for (bin, count) in theirs.durations {
                self.durations += usize::from(row.count_duration(bin, count));
            }
        }
        self.bound();
    }

    /// How many different values there were, at most: a value that went and came again counts twice.
    pub(crate) fn values(&self) -> u64 {
        self.gone.saturating_add(self.rows.len() as u64)
    }

    fn bound(&mut self) {
        if self.rows.len() > VALUES {
            let mut order: Vec<(u64, u64)> = self.rows.iter().map(|(key, row)| (row.weight(), *key)).collect();
            order.select_nth_unstable(VALUES / 2);
            let mut largest = 0;
            for (_, key) in order.into_iter().take(VALUES / 2) {
                let Some(row) = self.rows.remove(&key) else { continue };
                largest = largest.max(row.count.total);
                self.durations = self.durations.saturating_sub(row.durations.len());
                self.gone = self.gone.saturating_add(1);
            }
            self.error = self.error.saturating_add(largest);
        }
        if self.durations > DURATIONS {
            let mut order: Vec<(u64, u64)> = self.rows.iter().map(|(key, row)| (row.count.failing, *key)).collect();
            order.sort_unstable();
            for (_, key) in order {
                if self.durations <= DURATIONS / 2 {
                    break;
                }
                let Some(row) = self.rows.get_mut(&key) else { continue };
                self.durations = self.durations.saturating_sub(row.durations.len());
                row.durations = Vec::new();
            }
        }
    }
}

/// Adds counts.
pub(crate) fn add(count: &mut Count, other: Count) {
    count.total = count.total.saturating_add(other.total);
    count.failing = count.failing.saturating_add(other.failing);
}
