//! The messages of the probe, which asks a site.

use serde::{Deserialize, Serialize};

use crate::probe::{Panels, Question};

/// To the probe.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToProbe {
    /// Find this out. Answered by `Refused`, or by `Started`, `Panels` again and again, and `Done`.
    Ask(Question),
    /// It is enough. Answered by `Done` with what came until then.
    Stop,
}

/// From the probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromProbe {
    /// Listening.
    Ready,
    /// Nothing is sent, with the reason for the person.
    Refused(String),
    /// It begins.
    Started {
        /// How many requests that will be at most.
        requests: u32,
    },
    /// Another request was made, and this is what came of all of them.
    Panels(Box<Panels>),
    /// It is over. What came travels beside this as an `ArrayBuffer`: a file, see [`crate::probe`].
    Done {
        /// A trace or an answer came that can be read.
        readable: bool,
    },
}
