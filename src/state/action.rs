//! What can happen to the page.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::probe::Question;
use fivetwenty_model::protocol::{
    Detail, FileId, FromProbe, LeakView, Making, Overview, Packed, Preview, Progress, RowKey, RowQuery, Rows,
};
use fivetwenty_redact::Policy;
use fivetwenty_redact::commands::Shell;

use super::admission::Offer;
use super::loadable::Shared;
use super::person::Mode;
use super::rows::{Filter, Seek};

/// What can happen.
#[derive(Clone, Debug)]
pub enum Action {
    /// Files are being read from now on; those that failed earlier are taken off the list.
    Given {
        /// The files, with their numbers.
        files: Vec<(FileId, Offer)>,
        /// What has to be said.
        notice: String,
    },
    /// A file is an archive: these, which it holds, take its place.
    ArchiveOpened(FileId, Vec<(FileId, Offer)>),
    /// Something has to be said.
    Notice(String),
    /// The module that the workers run is being fetched.
    Preparing,
    /// It did not come, and workers wait for it.
    PrepareFailed(String),
    /// A reader is this far, and these entries are shown meanwhile; the time is the page's clock's.
    Progress(FileId, Progress, Vec<Preview>, f64),
    /// A reader is through, or as far as it came, for the reason given; the analyst has the capture.
    Read(FileId, Progress, Option<String>),
    /// A file is no capture but a text, and the analyst has it.
    ReadText(FileId),
    /// A file could not be read.
    ReadFailed(FileId, String),
    /// A file was read, but it is none that fits beside those that are open.
    Refused(FileId, String),
    /// The person stopped a reader.
    Cancelled(FileId),
    /// The person took a file off the list.
    Removed(FileId),
    /// Everything from the beginning.
    StartOver,
    /// The analyst's answer.
    Analysed(Option<Shared<Overview>>),
    /// The analyst could not answer.
    AnalystFailed(String),
    /// The person wants other rows.
    Filtered(Filter),
    /// A window of rows was asked for.
    RowsRequested(RowQuery),
    /// A window of rows came.
    RowsLoaded(Shared<Rows>),
    /// The person follows evidence.
    Seek(Seek),
    /// Where that evidence is: the row's place among all rows.
    Found(Option<(u32, RowKey)>),
    /// A row was opened.
    Opened(RowKey),
    /// The open row was closed.
    Closed,
    /// The detail of the open row came.
    DetailLoaded(Shared<Detail>),
    /// The page came through Cloudflare itself.
    ByCloudflare,
    /// The probe was asked this.
    Probing(Question),
    /// Panels of the probe.
    Probed(FromProbe),
    /// The probe broke.
    ProbeFailed(String),
    /// What the probe brought is among the files, and the analyst has it: its number, and its size in bytes.
    ProbeRead(FileId, u64),
    /// What became of saving what the probe brought.
    ProbeSaved(String),
    /// The offset of the clock of the origin's logs.
    Zone(UtcOffset),
    /// The bundle is being made, and redacted like this.
    Packing(Policy),
    /// How far making it is.
    PackingProgress(Making),
    /// The bundle is ready.
    Packed(Shared<Packed>),
    /// There is no bundle, and why.
    NotPacked(String),
    /// There is no bundle, since a value that was replaced is in it still.
    LeakFound(Shared<LeakView>),
    /// What a token stands for.
    Revealed(u32, Option<String>),
    /// What became of saving the bundle.
    Saved(String),
    /// Who the person is.
    Mode(Mode),
    /// The system of their terminal.
    Shell(Shell),
    /// They typed the address that fails.
    FailingUrl(String),
    /// They typed the origin's own address.
    Origin(String),
    /// The page of guides and commands is being fetched.
    HelpRequested,
    /// It came, or did not, and why.
    HelpLoaded(Result<Shared<String>, String>),
}
