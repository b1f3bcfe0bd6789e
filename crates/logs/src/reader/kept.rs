//! Records that are kept as text: those that were sought, some of the failing ones, a few of the others.

use std::collections::BinaryHeap;
use std::sync::Arc;

use fivetwenty_captures::json::hash;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::logs::LogOutcome;
use fivetwenty_model::passed::{Gap, PassedOver, Sought};

use crate::record::Record;

/// How many are kept: sought, failing, others.
const MOST: [usize; 3] = [200, 300, 50];
/// Bytes of one, and of all, at most.
const LONGEST: usize = 64 << 10;
const MOST_BYTES: usize = 4 << 20;

/// Which records are kept so far. Which they are in the end depends on nothing but the records.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// The Ray IDs that are sought, in order.
    rays: Arc<[u64]>,
    lines: [BinaryHeap<Item>; MOST.len()],
}

/// A record as text; the greatest goes first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    hash: u64,
    /// Where it stands in the file, in bytes and lines from 0.
    offset: u64,
    line: u64,
    text: Box<[u8]>,
}

impl Kept {
    #[inline]
    pub(super) fn new(sought: &Sought) -> Self {
        let mut rays: Vec<u64> = sought.rays.iter().filter_map(|ray| u64::from_str_radix(ray, 16).ok()).take(MOST[0]).collect();
        sort_by_key(&mut rays, |ray| *ray);
        Self { rays: rays.into(), ..Self::default() }
    }

    /// As this one, without any record.
    #[inline]
    pub(super) fn empty(&self) -> Self {
        Self { rays: Arc::clone(&self.rays), ..Self::default() }
    }

    /// Keeps a record or not. `text` makes its text, which stands at this place of the file.
    pub(super) fn offer(
        &mut self,
        record: &Record<'_>,
        outcome: LogOutcome,
        raw: &[u8],
        (offset, line): (u64, u64),
        text: &dyn Fn(&[u8]) -> Box<[u8]>,
    ) {
        let is_sought = |ray: u64| ray > 0 && self.rays.binary_search(&ray).is_ok();
        let class = if !self.rays.is_empty() && (is_sought(record.ray) || is_sought(record.parent)) {
            0
        } else if outcome == LogOutcome::Failed {
            1
        } else {
            2
        };
        let hash = if record.ray > 0 { mixed(record.ray) } else { hash(raw) };
        let lines = &mut self.lines[class];
        if raw.is_empty() || raw.len() > LONGEST || lines.len() == MOST[class] && lines.peek().is_some_and(|last| last.hash < hash) {
            return;
        }
        lines.push(Item { hash, offset, line, text: text(raw) });
        if lines.len() > MOST[class] {
            lines.pop();
        }
    }

    /// Takes those of another piece of the file, which has so many lines before it.
    #[inline]
    pub(super) fn merge(&mut self, other: Self, lines_before: u64) {
        for ((own, others), most) in self.lines.iter_mut().zip(other.lines).zip(MOST) {
            own.extend(others.into_iter().map(|line| Item { line: line.line + lines_before, ..line }));
            while own.len() > most {
                own.pop();
            }
        }
    }

    /// The text, below `head`, which is the file's first line, and what was passed over of a file of so many lines and bytes.
    #[inline]
    pub(super) fn finish(self, head: Option<&[u8]>, lines: u64, bytes: u64) -> (String, PassedOver) {
        let mut left = MOST_BYTES;
        let best = self.lines.into_iter().flat_map(BinaryHeap::into_sorted_vec);
        let mut chosen: Vec<Item> = best
            .take_while(|line| {
                let fits = line.text.len() < left;
                left = left.saturating_sub(line.text.len() + 1);
                fits
            })
            .collect();
        sort_by_key(&mut chosen, |line| (line.line, line.offset));
        let mut text = Vec::new();
        let mut gaps = Vec::new();
        // The line of the text that is being written, and the line of the file that it is.
        let mut at: Option<(u64, u64)> = None;
        for Item { line, text: own, .. } in
            head.map(|head| Item { hash: 0, offset: 0, line: 0, text: head.into() }).into_iter().chain(chosen)
        {
            let row = match at {
                // Several in one line of the file stay in one.
                Some((row, last)) if last >= line => {
                    text.push(b' ');
                    row
                }
                Some((row, last)) => {
                    text.push(b'\n');
                    if line > last + 1 {
                        gaps.push(gap(row + 1, line));
                    }
                    row + 1
                }
                None => {
                    if line > 0 {
                        gaps.push(gap(0, line));
                    }
                    0
                }
            };
            let within = memchr::memchr_iter(b'\n', &own).count() as u64;
            text.extend_from_slice(&own);
            at = Some((row + within, line + within));
        }
        if !text.is_empty() {
            text.push(b'\n');
        }
        let rows = at.map_or(0, |(row, _)| row + 1);
        // Of a file in one line a part of that was passed over.
        let passed = PassedOver { lines: lines.saturating_sub(rows).max(1), bytes: bytes.saturating_sub(text.len() as u64), gaps };
        (String::from_utf8_lossy(&text).into_owned(), passed)
    }
}

/// Before this row of the text, which is this line of the file.
#[inline]
fn gap(row: u64, line: u64) -> Gap {
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Gap { line: place(row), before: place(line - row) }
}

/// A Ray ID so that neighbours are far from one another.
fn mixed(ray: u64) -> u64 {
    let mixed = (ray ^ ray >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
