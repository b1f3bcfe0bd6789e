//! What can happen to the page.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::letter::{Field, Taken};
use fivetwenty_model::probe::Question;
use fivetwenty_model::protocol::{
    Detail, FileId, Found, FromProbe, LeakView, Making, Overview, Packed, Preview, Progress, RowKey, RowQuery, Rows,
};
use fivetwenty_redact::Policy;
use fivetwenty_redact::commands::Shell;

use super::admission::Offer;
use super::loadable::Shared;
use super::person::{Mode, Theme};
use super::place::Place;
use super::rows::{Filter, Seek};

/// What can happen.
#[derive(Clone, Debug)]
pub enum Action {
    /// Files are being read from now on.
    Given {
        /// The files, with their numbers.
        files: Vec<(FileId, Offer)>,
        /// A message for the person; may be empty.
        notice: String,
    },
    /// A file is an archive, and these files in it take its place.
    ArchiveOpened(FileId, Vec<(FileId, Offer)>),
    /// More captures were given than can be compared; empty when the person picked or wants none.
    Offered(Vec<Offer>),
    /// A message for the person.
    Notice(String),
    /// The module that the workers run is being fetched.
    Preparing,
    /// It could not be loaded, and workers wait for it.
    PrepareFailed(String),
    /// The progress of a reader, with entries to show meanwhile, and the time on the page's clock.
    Progress(FileId, Progress, Vec<Preview>, f64),
    /// A reader ended, early when there is a reason; the analyst has the capture.
    Read(FileId, Progress, Option<String>),
    /// A file is no capture but a text, and the analyst has it.
    ReadText(FileId, Progress, Option<String>),
    /// A file could not be read.
    ReadFailed(FileId, String),
    /// A file was read, but does not fit beside those that are open.
    Refused(FileId, String),
    /// The person stopped a reader.
    Cancelled(FileId),
    /// The person took a file off the list.
    Removed(FileId),
    /// The files that were removed made room for new ones.
    Replaced,
    /// The sides are the other way round.
    Swapped,
    /// The person starts over.
    StartOver,
    /// The analysis, or `None` when no capture is left.
    Analysed(Option<Shared<Overview>>),
    /// The analyst could not answer.
    AnalystFailed(String),
    /// The person changed the filter.
    Filtered(Filter),
    /// A window of rows was requested.
    RowsRequested(RowQuery),
    /// A window of rows arrived.
    RowsLoaded(Shared<Rows>),
    /// The person follows evidence.
    Seek(Seek),
    /// The row that was looked for; `None` when there is none.
    Found(Option<Found>),
    /// A row was opened.
    Opened(RowKey),
    /// The detail of the open row arrived.
    DetailLoaded(Shared<Detail>),
    /// The page came through Cloudflare itself.
    ByCloudflare,
    /// The probe got a question.
    Probing(Question),
    /// A message of the probe.
    Probed(FromProbe),
    /// The probe broke.
    ProbeFailed(String),
    /// The results of the probe are one of the files: its number, and its size in bytes.
    ProbeRead(FileId, u64),
    /// The outcome of saving those results.
    ProbeSaved(String),
    /// The offset of the clock of the origin's logs.
    Zone(UtcOffset),
    /// Workers are not isolated here: the ways out of them that are open.
    NotIsolated(String),
    /// The person wants files to be read all the same.
    ReadUnisolated,
    /// What is compared is changing: a bundle of it fits it no more.
    CaseChanged,
    /// The bundle is being made with these choices about redaction.
    Packing(Policy),
    /// The progress of making it.
    PackingProgress(Making),
    /// The bundle is ready.
    Packed(Shared<Packed>),
    /// The bundle could not be made.
    NotPacked(String),
    /// The bundle is withheld: a replaced value still stands in it.
    LeakFound(Shared<LeakView>),
    /// The value of a token; `None` when it was not kept.
    Revealed(u32, Option<String>),
    /// The outcome of saving the bundle.
    Saved(String),
    /// The address leads to this place, or to none.
    Went(Option<Place>),
    /// Whether single keys do something.
    SingleKeys(bool),
    /// In which colours the page is shown.
    Theme(Theme),
    /// The person takes the last removal, new start or swap back.
    Undone,
    /// Who the person is.
    Mode(Mode),
    /// The system of their terminal.
    Shell(Shell),
    /// They typed the address that fails.
    FailingUrl(String),
    /// They typed the origin's own address.
    Origin(String),
    /// They typed into a gap of the texts.
    Filled(Field, String),
    /// They typed the value of a parameter, by its number in the failing URL.
    ValueFilled(u32, String),
    /// The value of a parameter, as the capture has it; `None` when it was not kept whole.
    Unmasked(u32, Option<String>),
    /// They took a step, or did not after all.
    Took(Taken),
    /// The page of guides and commands is being fetched.
    HelpRequested,
    /// It is here, or could not be loaded.
    HelpLoaded(Result<Shared<String>, String>),
}
