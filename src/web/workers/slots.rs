//! What the page keeps for each worker while it runs: handles of the browser, and what a worker started later has to get. Everything shown
//! is in the page's state.

use std::cell::{Cell, RefCell};

use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::part::Part;
use fivetwenty_model::passed::Sought;
use fivetwenty_model::protocol::{FileId, Progress};
use fivetwenty_redact::Policy;
use web_sys::File;

use super::remote::Remote;
use crate::state::Offer;
use crate::web::save::Finished;

/// A file with the worker that reads it.
pub(super) struct Reading {
    pub(super) file: FileId,
    pub(super) worker: Remote,
    pub(super) offer: Offer,
    pub(super) content: File,
    /// The part of the file that is read, if it is one of several.
    pub(super) part: Option<Part>,
    /// What comes first of a long text.
    pub(super) sought: Sought,
    /// How much of it the analyst has, if it has any.
    pub(super) forwarded: Option<Progress>,
    /// Entries of it are shown.
    pub(super) shows: bool,
}

/// A file that was given, by reference: it can be read again.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) file: FileId,
    pub(super) offer: Offer,
    pub(super) content: File,
    pub(super) part: Option<Part>,
}

/// A text that is too long to be looked at whole: it is read again when more is known of what failed.
pub(super) struct LongText {
    pub(super) file: FileId,
    pub(super) offer: Offer,
    pub(super) content: File,
    pub(super) part: Option<Part>,
    pub(super) sought: Sought,
}

/// The analyst.
#[derive(Default)]
pub(super) struct AnalystSlot {
    pub(super) worker: RefCell<Option<Remote>>,
    /// Files of which it holds something.
    pub(super) held: RefCell<Vec<FileId>>,
    /// Files that nothing could be read from, and that the report names.
    pub(super) unreadable: RefCell<Vec<FileId>>,
    /// Long texts among these.
    pub(super) long: RefCell<Vec<LongText>>,
    /// The offset of the clock of the origin's logs.
    pub(super) zone: Cell<UtcOffset>,
}

/// The bundler.
#[derive(Default)]
pub(super) struct BundlerSlot {
    /// It knows what its tokens stand for.
    pub(super) worker: RefCell<Option<Remote>>,
    /// What the person wants redacted or kept, until the bundler is sent it.
    pub(super) policy: RefCell<Option<Policy>>,
    /// The bundle's files, in the order in which the page lists them.
    pub(super) files: RefCell<Vec<Finished>>,
}

/// The probe.
#[derive(Default)]
pub(super) struct ProbeSlot {
    pub(super) worker: RefCell<Option<Remote>>,
    /// The number of the question that it has, or is started for.
    pub(super) question: Cell<u32>,
    /// The last trace, whole: no file that leaves may contain what it says about the visitor.
    pub(super) trace: RefCell<Option<Trace>>,
    /// The results, to be saved.
    pub(super) results: RefCell<Option<Finished>>,
    /// The results as one of the files.
    pub(super) file: Cell<Option<FileId>>,
}
