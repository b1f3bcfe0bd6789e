//! How fast a file is read.

/// How fast a file is read: the recent past, seen from the last progress message.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Where it was measured last: the times on the page's clock in milliseconds, with the bytes read until then. Of the two that count as
    /// recent, the earlier one is what the rate is taken from.
    marks: [Option<(f64, u64)>; 2],
    /// The last measurement.
    latest: (f64, u64),
}

impl Pace {
    /// What is older than one to two of these counts no more.
    const RECENT_MS: f64 = 2_000.0;
    /// Less than this is an instant.
    const INSTANT_MS: f64 = 300.0;
    /// Less than this says nothing of what is to come.
    const STEADY_MS: f64 = 1_000.0;

    /// Bytes a second of late, once there is more than an instant to go by.
    pub fn rate(&self) -> Option<f64> {
        let (since, bytes) = self.marks[0]?;
        let ms = self.latest.0 - since;
        (ms >= Self::INSTANT_MS).then(|| self.latest.1.saturating_sub(bytes) as f64 / ms * 1000.0)
    }

    pub(super) fn is_steady(&self) -> bool {
        self.marks[0].is_some_and(|(since, _)| self.latest.0 - since >= Self::STEADY_MS)
    }

    /// So many bytes were read at that time.
    pub(super) fn measure(&mut self, now_ms: f64, bytes: u64) {
        let now = (now_ms, bytes);
        self.latest = now;
        match self.marks {
            // Nothing counts before the first message: until then the reader was being started.
            [None, _] => self.marks = [Some(now), None],
            [_, None] => self.marks[1] = Some(now),
            [_, Some(later)] if now_ms - later.0 >= Self::RECENT_MS => self.marks = [Some(later), Some(now)],
            _ => {}
        }
    }
}
