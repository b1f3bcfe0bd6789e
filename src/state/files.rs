//! The files that were given.

use std::rc::Rc;

use fivetwenty_model::protocol::{FileId, Preview, Progress};

use super::admission::Offer;
use super::pace::Pace;

/// One file that was given.
#[derive(Clone, Debug, PartialEq)]
pub struct FileLine {
    /// Its number.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// How far its reader is.
    pub progress: Progress,
    /// How fast its reader is.
    pub pace: Pace,
    /// A few of its entries, until they are in the table.
    pub previews: Rc<Vec<Preview>>,
    /// Why reading ended before the file did, if so.
    pub stopped: Option<String>,
    /// Its state.
    pub phase: Phase,
}

/// The state of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is being read.
    Reading,
    /// It was read, and the analyst has it.
    Done,
    /// It is a text, and the analyst has it.
    Text,
    /// Nothing could be read from it: one line.
    Failed(String),
    /// The person stopped it.
    Cancelled,
}

impl FileLine {
    /// A file that was just offered, about to be read.
    pub(super) fn new(id: FileId, offer: Offer) -> Self {
        Self {
            id,
            name: offer.name,
            size: offer.size,
            progress: Progress { of: Some(offer.size), ..Progress::default() },
            pace: Pace::default(),
            previews: Rc::default(),
            stopped: None,
            phase: Phase::Reading,
        }
    }

    /// Its reader is this far, and these entries are shown meanwhile; the time is the page's clock's.
    pub(super) fn advance(&mut self, progress: Progress, previews: Vec<Preview>, now_ms: f64) {
        self.progress = progress;
        self.pace.measure(now_ms, progress.bytes);
        if !previews.is_empty() {
            Rc::make_mut(&mut self.previews).extend(previews);
        }
    }

    /// Its reader brings nothing more, and its first entries are not shown any longer.
    pub(super) fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.previews = Rc::default();
    }

    /// It is being read, or was read.
    pub fn counts(&self) -> bool {
        matches!(self.phase, Phase::Reading | Phase::Done | Phase::Text)
    }

    /// Milliseconds that reading the rest will take at this pace, once there is enough to go by.
    pub fn left_ms(&self) -> Option<f64> {
        let rate = self.pace.rate().filter(|_| self.pace.is_steady())?;
        let left = self.progress.of?.checked_sub(self.progress.bytes)?;
        (rate > 0.0).then(|| left as f64 / rate * 1000.0)
    }
}
