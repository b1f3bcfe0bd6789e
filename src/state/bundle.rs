//! The bundle of files to send.

use fivetwenty_model::protocol::{LeakView, Making, Packed};
use fivetwenty_redact::Policy;

use super::loadable::{Loadable, Shared};

/// The bundle of files to send, as far as it is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// What is in it; the files themselves are with the client.
    pub packed: Loadable<Shared<Packed>>,
    /// How far making it is.
    pub progress: Making,
    /// What stands in its way, when that is a value that was replaced.
    pub leak: Option<Shared<LeakView>>,
    /// What the person wants redacted or kept. It stays when the bundle has to be made anew.
    pub policy: Policy,
    /// Values that the person asked to see, by the number of their token; `None` is one that was not kept.
    pub revealed: Vec<(u32, Option<String>)>,
    /// What became of the last attempt to save it; empty before.
    pub saved: String,
}

impl Bundle {
    /// It is being made from the beginning, and redacted like this.
    pub(super) fn start(&mut self, policy: Policy) {
        *self = Self { packed: Loadable::Loading, policy, ..Self::default() };
    }

    /// The bundle is ready. One that was asked for before the files changed is dropped.
    pub(super) fn finish(&mut self, packed: Shared<Packed>) {
        if self.packed == Loadable::Loading {
            self.packed = Loadable::Ready(packed);
        }
    }

    /// There is no bundle, and why.
    pub(super) fn fail(&mut self, error: String) {
        if self.packed == Loadable::Loading {
            self.packed = Loadable::Failed(error);
        }
    }

    /// There is no bundle, since a value that was replaced is in it still.
    pub(super) fn stop(&mut self, leak: Shared<LeakView>) {
        if self.packed == Loadable::Loading {
            self.packed = Loadable::Failed(String::new());
            self.leak = Some(leak);
        }
    }

    /// The captures or the report changed: what was made before no longer fits them. What the person chose stays.
    pub(super) fn reset(&mut self) {
        *self = Self { policy: std::mem::take(&mut self.policy), ..Self::default() };
    }
}
