//! The messages of a reader, which reads one file.

use serde::{Deserialize, Serialize};

use super::shared::{Effort, FileId, Preview, Progress};
use crate::part::Part;
use crate::passed::{PassedOver, Sought};

/// To a reader. One reader reads one file; to cancel it, terminate it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToReader {
    /// Read the `File` that travels beside this.
    Read {
        /// Named in every answer.
        file: FileId,
        /// The file's name, for messages.
        name: String,
        /// The file's size in bytes.
        size: u64,
        /// What of the file is to be read, if that is known already.
        part: Option<Part>,
        /// What comes first of a long text.
        sought: Sought,
    },
}

/// From a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromReader {
    /// Listening.
    Ready,
    /// How far it is, ten times a second at most.
    Progress {
        /// The file.
        file: FileId,
        /// The figures.
        progress: Progress,
        /// Entries to show while the rest is read, forty in all at most; those that earlier messages brought are not repeated.
        previews: Vec<Preview>,
    },
    /// It is an archive, and these parts are to be read, each by a reader of its own.
    Archive {
        /// The file.
        file: FileId,
        /// One to three.
        parts: Vec<Part>,
    },
    /// Some entries. They travel beside this as an `ArrayBuffer`, to be handed on to the analyst unopened.
    Batch {
        /// The file.
        file: FileId,
        /// How far it is with them.
        progress: Progress,
    },
    /// Read to its end, or as far as it could be read, and every entry handed on.
    Done {
        /// The file.
        file: FileId,
        /// The final figures.
        progress: Progress,
        /// Why reading ended before the file did, if so.
        stopped: Option<String>,
        /// What it took, from asking for the first chunk on.
        effort: Effort,
    },
    /// It is no capture but a text: what was kept of it travels beside this as an `ArrayBuffer`, to be handed on to the analyst unopened. Of
    /// Cloudflare's logs a second one has what all records come down to.
    Text {
        /// The file.
        file: FileId,
        /// What was passed over of it.
        passed: PassedOver,
        /// The final figures; entries are records of Cloudflare's logs.
        progress: Progress,
        /// Why reading ended before the file did, if so.
        stopped: Option<String>,
        /// What it took, from asking for the first chunk on.
        effort: Effort,
    },
    /// Nothing could be read from it.
    Failed {
        /// The file.
        file: FileId,
        /// One line: where, what was expected, what was found.
        error: String,
    },
}
