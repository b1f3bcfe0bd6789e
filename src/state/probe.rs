//! The live probe.

use fivetwenty_model::probe::{Panels, Question};
use fivetwenty_model::protocol::{FileId, FromProbe};

use super::loadable::{Loadable, Shared};

/// The live probe: its question and its results so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// The last question.
    pub question: Option<Question>,
    /// How many requests it makes at most.
    pub requests: u32,
    /// The results so far.
    pub panels: Option<Shared<Panels>>,
    /// Whether it is at work, and why it could not be.
    pub phase: Loadable<()>,
    /// It is over, and it brought a trace or an answer that can be read.
    pub readable: bool,
    /// Its results, as one of the files.
    pub file: Option<FileId>,
    /// What became of the last attempt to save it; empty before.
    pub saved: String,
}

impl Probe {
    /// It is asked this. Its earlier results stay among the files until new ones take their place.
    pub(super) fn start(&mut self, question: Question) {
        *self = Self { question: Some(question), phase: Loadable::Loading, file: self.file, ..Self::default() };
    }

    /// Takes a message of the probe.
    pub(super) fn on_message(&mut self, message: FromProbe) {
        match message {
            FromProbe::Ready => {}
            FromProbe::Refused(error) => self.phase = Loadable::Failed(error),
            FromProbe::Started { requests } => self.requests = requests,
            FromProbe::Panels(panels) => self.panels = Some(Shared::new(*panels)),
            FromProbe::Done { readable } => (self.phase, self.readable) = (Loadable::Ready(()), readable),
        }
    }

    /// How many requests it has made.
    pub fn asked(&self) -> u32 {
        self.panels.as_ref().map_or(0, |panels| panels.asked)
    }

    /// It is at work.
    pub fn is_busy(&self) -> bool {
        self.phase == Loadable::Loading
    }
}
