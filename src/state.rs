//! What the page shows, and what can happen to it.
//!
//! The reducer is pure: the same state and action give the same state, and it starts nothing. It knows no browser; the clock's time
//! comes in with the actions. It holds nothing large: rows come in windows from the analyst.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use std::ops::Deref;
use std::rc::Rc;

use fivetwenty_captures::evidence::sniff::ends_with;
use fivetwenty_model::Side;
use fivetwenty_model::probe::{FILE, Panels, Question};
use fivetwenty_model::protocol::{
    Detail, FileId, FromProbe, Making, Overview, Packed, Preview, Progress, RowKey, RowQuery, Rows, Show, Stopped,
};
use fivetwenty_redact::commands::{Asked, Shell, Target};
use fivetwenty_redact::{Policy, visible};

/// Everything the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The files given, in that order, with those that failed.
    pub files: Vec<FileLine>,
    /// What has to be said about the last thing the person did; empty when nothing has.
    pub notice: String,
    /// Why the workers cannot begin, while they cannot: the module that they run did not come.
    pub unprepared: Option<String>,
    /// The analysis of the files read so far.
    pub analysis: Loadable<Shared<Overview>>,
    /// Which rows the person wants to see.
    pub filter: Filter,
    /// The last window of rows that was asked for; `None` makes the table ask again.
    pub asked: Option<RowQuery>,
    /// The last window of rows that came.
    pub rows: Option<Shared<Rows>>,
    /// The entry that evidence leads to, while it is looked for.
    pub seeking: Option<Seek>,
    /// The row to bring into view, numbered so that the same row can be asked for again.
    pub goal: Option<Goal>,
    /// The row whose detail is open.
    pub open: Option<Open>,
    /// The live probe.
    pub probe: Probe,
    /// The page came through Cloudflare itself.
    pub by_cloudflare: bool,
    /// The offset of the clock of the origin's logs.
    pub zone: UtcOffset,
    /// The bundle.
    pub bundle: Bundle,
    /// Who the person is to the site.
    pub mode: Mode,
    /// What commands are filled in with beside what the captures tell.
    pub terminal: Terminal,
    /// The page of guides and commands.
    pub help: Loadable<Shared<String>>,
}

/// Who the person is to the site that fails: it decides what stands first, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They own the site: everything is theirs to do.
    #[default]
    Owner,
    /// They support whoever owns it: they ask for what is missing.
    Support,
    /// They only visit it: they can try again, and tell the owner.
    Visitor,
}

/// What the person says of commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// The system of their terminal.
    pub shell: Shell,
    /// The address that fails, as they typed it; empty when they did not.
    pub url: String,
    /// The origin's own address, likewise.
    pub origin: String,
}

/// What the live probe was asked, and what it has brought so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// What was asked last.
    pub question: Option<Question>,
    /// How many requests it makes at most.
    pub requests: u32,
    /// What they brought so far.
    pub news: Option<Shared<Panels>>,
    /// Whether it is at work, and why it could not be.
    pub phase: Loadable<()>,
    /// It is over, and something came that can be read.
    pub tells: bool,
    /// What it brought, among the files.
    pub file: Option<FileId>,
    /// What became of the last attempt to save it; empty before.
    pub saved: String,
}

/// The bundle of files to send, as far as it is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// What is in it; the files themselves are with the client.
    pub packed: Loadable<Shared<Packed>>,
    /// How far making it is.
    pub progress: Making,
    /// What stands in its way, when that is a value that was replaced.
    pub stopped: Option<Shared<Stopped>>,
    /// What the person wants redacted or kept. It stays when the bundle has to be made anew.
    pub policy: Policy,
    /// Values that the person asked to see, by the number of their token; `None` is one that was not kept.
    pub revealed: Vec<(u32, Option<String>)>,
    /// What became of the last attempt to save it; empty before.
    pub saved: String,
}

/// Something that arrives later, or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loadable<T> {
    /// Nobody asked.
    #[default]
    Idle,
    /// On its way.
    Loading,
    /// Here.
    Ready(T),
    /// Not coming, and why in words.
    Failed(String),
}

/// A large result, passed around without a copy. It equals only itself, so that comparing it costs nothing.
#[derive(Debug)]
pub struct Shared<T>(Rc<T>);

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
    /// What became of it.
    pub phase: Phase,
}

/// How fast a file is read: what was recent when the last news came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Where it was measured last: the times on the page's clock in milliseconds, with the bytes read until then. Of the two that count as
    /// recent, the earlier one is what the rate is taken from.
    marks: [Option<(f64, u64)>; 2],
    /// The last news.
    news: (f64, u64),
}

/// What became of a file.
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

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Which kind.
    pub show: Show,
    /// What their method, URL or status must contain.
    pub text: String,
}

/// An entry that evidence leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seek {
    /// In which file.
    pub side: Side,
    /// The index in its `log.entries`.
    pub entry: u32,
    /// The field to mark.
    pub field: String,
}

/// A row to bring into view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Its place among all rows.
    pub index: u32,
    /// Grows with every goal.
    pub serial: u32,
}

/// The row whose detail is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Which row.
    pub key: RowKey,
    /// Which side and field evidence points at.
    pub marked: Option<(Side, String)>,
    /// Everything known about it.
    pub detail: Loadable<Shared<Detail>>,
}

/// A file as it was offered, before anything is decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// It is a folder.
    pub folder: bool,
}

/// What is done with the files that were offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// The files given earlier are let go first.
    pub replaces: bool,
    /// Which of the offers are read, by their place.
    pub take: Vec<usize>,
    /// What the person has to be told; empty when nothing has.
    pub notice: String,
}

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
    Holds(FileId, Vec<(FileId, Offer)>),
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
    RowsAsked(RowQuery),
    /// A window of rows came.
    RowsCame(Shared<Rows>),
    /// The person follows evidence.
    Seek(Seek),
    /// Where that evidence is: the row's place among all rows.
    Found(Option<(u32, RowKey)>),
    /// A row was opened.
    Opened(RowKey),
    /// The open row was closed.
    Closed,
    /// The detail of the open row came.
    DetailCame(Shared<Detail>),
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
    PackingCame(Making),
    /// The bundle is ready.
    Packed(Shared<Packed>),
    /// There is no bundle, and why.
    NotPacked(String),
    /// There is no bundle, since a value that was replaced is in it still.
    Stopped(Shared<Stopped>),
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
    HelpAsked,
    /// It came, or did not, and why.
    HelpCame(Result<Shared<String>, String>),
}

/// The names of what is pasted begin so; a number follows.
pub const PASTED: &str = "paste-";
/// Captures that can be open: both sides, and one recorded after a fix.
const MAX_OPEN: usize = 3;

impl State {
    /// The state after this happened.
    #[must_use]
    pub fn reduce(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Given { files, notice } => {
                next.files.retain(FileLine::counts);
                next.files.extend(files.into_iter().map(|(id, offer)| FileLine::new(id, offer)));
                next.notice = notice;
            }
            Action::Holds(id, files) => next.take_parts(id, files),
            Action::Notice(notice) => next.notice = notice,
            Action::Preparing => next.unprepared = None,
            Action::PrepareFailed(error) => next.unprepared = Some(error),
            Action::Progress(id, progress, previews, now_ms) => {
                next.change(id, |file| {
                    file.progress = progress;
                    file.pace.news(now_ms, progress.bytes);
                    if !previews.is_empty() {
                        Rc::make_mut(&mut file.previews).extend(previews);
                    }
                });
            }
            Action::Read(id, progress, stopped) => {
                next.change(id, |file| {
                    file.progress = progress;
                    file.stopped = stopped;
                    file.phase = Phase::Done;
                });
                next.awaits_analysis();
            }
            Action::ReadText(id) => {
                next.change(id, |file| file.ends(Phase::Text));
                next.awaits_analysis();
            }
            Action::ReadFailed(id, error) => next.change(id, |file| file.ends(Phase::Failed(error))),
            Action::Refused(id, error) => next.refused(id, error),
            Action::Cancelled(id) => next.change(id, |file| file.ends(Phase::Cancelled)),
            Action::Removed(id) => {
                next.files.retain(|file| file.id != id);
                next.probe.file = next.probe.file.filter(|file| *file != id);
                next.notice.clear();
            }
            Action::StartOver => next = self.started_over(),
            Action::Analysed(None) => next.forget_analysis(Loadable::Idle),
            Action::Analysed(Some(overview)) => next.take_overview(overview),
            Action::AnalystFailed(error) => next.analyst_failed(error),
            Action::Filtered(filter) => {
                next.filter = filter;
                next.asked = None;
                next.open = None;
            }
            Action::RowsAsked(query) => next.asked = Some(query),
            Action::RowsCame(rows) => {
                // An answer to a filter that was changed meanwhile says nothing any more.
                if rows.query.show == next.filter.show && rows.query.text == next.filter.text {
                    next.rows = Some(rows);
                }
            }
            Action::Seek(seek) => {
                if next.filter != Filter::default() {
                    next.filter = Filter::default();
                    next.asked = None;
                }
                next.notice.clear();
                next.seeking = Some(seek);
            }
            Action::Found(found) => next.take_found(found),
            Action::Opened(key) => next.open = Some(Open::new(key, None)),
            Action::Closed => next.open = None,
            Action::DetailCame(detail) => {
                if let Some(open) = next.open.as_mut().filter(|open| open.key == detail.key) {
                    open.detail = Loadable::Ready(detail);
                }
            }
            Action::ByCloudflare => next.by_cloudflare = true,
            Action::Probing(question) => {
                next.probe = Probe { question: Some(question), phase: Loadable::Loading, file: next.probe.file, ..Probe::default() };
            }
            Action::Probed(news) => next.probe.news(news),
            Action::ProbeFailed(error) => next.probe.phase = Loadable::Failed(error),
            Action::ProbeRead(id, size) => next.take_probe(id, size),
            Action::ProbeSaved(words) => next.probe.saved = words,
            Action::Zone(offset) => next.zone = offset,
            Action::Packing(policy) => next.bundle = Bundle { packed: Loadable::Loading, policy, ..Bundle::default() },
            Action::PackingCame(making) => next.bundle.progress = making,
            // The files may have changed meanwhile.
            Action::Packed(packed) if next.bundle.packed == Loadable::Loading => next.bundle.packed = Loadable::Ready(packed),
            Action::NotPacked(error) if next.bundle.packed == Loadable::Loading => next.bundle.packed = Loadable::Failed(error),
            Action::Stopped(stopped) if next.bundle.packed == Loadable::Loading => {
                next.bundle.packed = Loadable::Failed(String::new());
                next.bundle.stopped = Some(stopped);
            }
            Action::Packed(_) | Action::NotPacked(_) | Action::Stopped(_) => {}
            Action::Revealed(number, value) => next.bundle.revealed.push((number, value)),
            Action::Saved(words) => next.bundle.saved = words,
            Action::Mode(mode) => next.mode = mode,
            Action::Shell(shell) => next.terminal.shell = shell,
            Action::FailingUrl(url) => next.terminal.url = url,
            Action::Origin(origin) => next.terminal.origin = origin,
            Action::HelpAsked => next.help = Loadable::Loading,
            Action::HelpCame(page) => next.help = page.map_or_else(Loadable::Failed, Loadable::Ready),
        }
        next
    }

    /// Nothing was given but what the probe brought: then it stands first.
    pub fn is_probe_only(&self) -> bool {
        self.files.iter().all(|file| Some(file.id) == self.probe.file)
    }

    /// The person, their system and the server's clock are the same still; the site may be another.
    fn started_over(&self) -> Self {
        let terminal = Terminal { shell: self.terminal.shell, ..Terminal::default() };
        Self { zone: self.zone, by_cloudflare: self.by_cloudflare, mode: self.mode, terminal, help: self.help.clone(), ..Self::default() }
    }

    /// What commands are filled in with: only ever what came from files and what was typed.
    pub fn asked_for(&self) -> Asked {
        let none = Target::default();
        let target = self.overview().map_or(&none, |overview| &overview.target);
        Asked::new(target, &self.terminal.url, &self.terminal.origin, self.zone)
    }

    /// What is done with the files offered: two captures are compared, and one that was recorded after a fix may come beside them. Two new
    /// ones replace what is open.
    pub fn admit(&self, offers: &[Offer]) -> Admission {
        let refused: Vec<String> = offers.iter().filter_map(Offer::refusal).collect();
        let readable = (0..offers.len()).filter(|&index| offers[index].refusal().is_none());
        let (take, texts): (Vec<usize>, Vec<usize>) = readable.partition(|&index| may_be_capture(&offers[index].name));
        let held = self.files.iter().filter(|file| file.counts() && may_be_capture(&file.name)).count();
        let mut admission = Admission { replaces: false, take, notice: refused.join(" ") };
        let words = match admission.take.len() {
            0 => "",
            1 if held < MAX_OPEN => "",
            2 if held == 0 => "",
            2 => {
                admission.replaces = true;
                "The two new files have taken the place of the earlier ones."
            }
            1 => {
                admission.take.clear();
                "Three captures are open already. Remove one first, or drop two new ones to replace them all."
            }
            _ => {
                admission.take.clear();
                "That is more than two files, and none was read. Drop two: one captured through Cloudflare, one direct to the origin. One that was recorded after a fix can follow."
            }
        };
        if !words.is_empty() {
            if !admission.notice.is_empty() {
                admission.notice.push(' ');
            }
            admission.notice.push_str(words);
        }
        admission.take.extend(texts);
        admission
    }

    /// Some file is still being read.
    pub fn is_reading(&self) -> bool {
        self.files.iter().any(|file| file.phase == Phase::Reading)
    }

    /// A capture that was recorded after a fix would tell something: both sides are open, and something failed.
    pub fn wants_after(&self) -> bool {
        self.overview().is_some_and(|overview| {
            let failing = overview.report.captures.proxied.as_ref().is_some_and(|capture| capture.failing > 0);
            failing && overview.direct.is_some() && overview.after.is_none() && !self.is_reading()
        })
    }

    /// The analysis, when there is one.
    pub fn overview(&self) -> Option<&Shared<Overview>> {
        match &self.analysis {
            Loadable::Ready(overview) => Some(overview),
            _ => None,
        }
    }

    fn take_parts(&mut self, id: FileId, files: Vec<(FileId, Offer)>) {
        if let Some(at) = self.files.iter().position(|file| file.id == id) {
            self.files.splice(at..=at, files.into_iter().map(|(id, offer)| FileLine::new(id, offer)));
        }
    }

    fn change(&mut self, id: FileId, change: impl FnOnce(&mut FileLine)) {
        // What arrives after a cancel is too late.
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id && file.phase == Phase::Reading) {
            change(file);
        }
    }

    /// What is shown of the other files stays until there is something newer.
    fn awaits_analysis(&mut self) {
        if !matches!(self.analysis, Loadable::Ready(_)) {
            self.analysis = Loadable::Loading;
        }
    }

    fn refused(&mut self, id: FileId, error: String) {
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id) {
            file.ends(Phase::Failed(error));
        }
        // What is shown of the other files stays; where nothing is shown, nothing comes of this one.
        if self.analysis == Loadable::Loading {
            self.analysis = Loadable::Idle;
        }
    }

    fn take_overview(&mut self, overview: Shared<Overview>) {
        let same_files = self.overview().is_some_and(|before| before.proxied == overview.proxied && before.direct == overview.direct);
        if !same_files {
            self.forget_analysis(Loadable::Idle);
        }
        self.asked = None;
        self.forget_bundle();
        for file in self.files.iter_mut().filter(|file| file.phase == Phase::Done) {
            file.previews = Rc::default();
        }
        self.analysis = Loadable::Ready(overview);
    }

    /// What was made of the captures before says something else than the report does now.
    fn forget_bundle(&mut self) {
        self.bundle = Bundle { policy: std::mem::take(&mut self.bundle.policy), ..Bundle::default() };
    }

    fn forget_analysis(&mut self, analysis: Loadable<Shared<Overview>>) {
        self.analysis = analysis;
        self.forget_bundle();
        self.filter = Filter::default();
        self.asked = None;
        self.rows = None;
        self.seeking = None;
        self.goal = None;
        self.open = None;
    }

    fn analyst_failed(&mut self, error: String) {
        match &mut self.open {
            // The analyst answers in turn, so a failure while a detail is awaited is that detail's.
            Some(open) if open.detail == Loadable::Loading => open.detail = Loadable::Failed(error),
            _ => self.forget_analysis(Loadable::Failed(error)),
        }
    }

    fn take_probe(&mut self, id: FileId, size: u64) {
        let mut file = FileLine::new(id, Offer { name: FILE.to_owned(), size, folder: false });
        file.ends(Phase::Text);
        self.files.push(file);
        self.probe.file = Some(id);
        self.awaits_analysis();
    }

    fn take_found(&mut self, found: Option<(u32, RowKey)>) {
        let Some(seek) = self.seeking.take() else { return };
        match found {
            Some((index, key)) => {
                let serial = self.goal.map_or(0, |goal| goal.serial) + 1;
                self.goal = Some(Goal { index, serial });
                self.open = Some(Open::new(key, Some((seek.side, seek.field))));
            }
            None => self.notice = format!("Entry {} is not among the requests that are compared.", seek.entry),
        }
    }
}

impl Probe {
    fn news(&mut self, news: FromProbe) {
        match news {
            FromProbe::Ready => {}
            FromProbe::Refused(error) => self.phase = Loadable::Failed(error),
            FromProbe::Begins { requests } => self.requests = requests,
            FromProbe::News(news) => self.news = Some(Shared::new(*news)),
            FromProbe::Done { tells } => (self.phase, self.tells) = (Loadable::Ready(()), tells),
        }
    }

    /// How many requests it has made.
    pub fn asked(&self) -> u32 {
        self.news.as_ref().map_or(0, |news| news.asked)
    }

    /// It is at work.
    pub fn is_busy(&self) -> bool {
        self.phase == Loadable::Loading
    }
}

/// Whether a file of this name may be a capture. What only may be a text needs no place beside the captures.
fn may_be_capture(name: &str) -> bool {
    const TEXTS: [&str; 12] =
        [".txt", ".log", ".html", ".htm", ".md", ".csv", ".out", ".err", ".ndjson", "report.json", "manifest.json", "probe.json"];
    !name.starts_with(PASTED) && !TEXTS.iter().any(|ending| ends_with(name, ending))
}

impl FileLine {
    fn new(id: FileId, offer: Offer) -> Self {
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

    /// Nothing comes of it.
    fn ends(&mut self, phase: Phase) {
        self.phase = phase;
        self.previews = Rc::default();
    }

    /// Something came of it, or still may.
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
        let ms = self.news.0 - since;
        (ms >= Self::INSTANT_MS).then(|| self.news.1.saturating_sub(bytes) as f64 / ms * 1000.0)
    }

    fn is_steady(&self) -> bool {
        self.marks[0].is_some_and(|(since, _)| self.news.0 - since >= Self::STEADY_MS)
    }

    /// So many bytes were read at that time.
    fn news(&mut self, now_ms: f64, bytes: u64) {
        let now = (now_ms, bytes);
        self.news = now;
        match self.marks {
            // Nothing counts before the first news: until then the reader was being started.
            [None, _] => self.marks = [Some(now), None],
            [_, None] => self.marks[1] = Some(now),
            [_, Some(later)] if now_ms - later.0 >= Self::RECENT_MS => self.marks = [Some(later), Some(now)],
            _ => {}
        }
    }
}

impl Open {
    fn new(key: RowKey, marked: Option<(Side, String)>) -> Self {
        Self { key, marked, detail: Loadable::Loading }
    }
}

impl Offer {
    /// Why this cannot be a capture, if that shows without reading it.
    fn refusal(&self) -> Option<String> {
        let name = visible(&self.name);
        if self.folder {
            Some(format!("{name} is a folder. Drop the HAR files that are in it."))
        } else if self.size == 0 {
            Some(format!("{name} is empty (0 bytes). Export it again from the browser's network panel."))
        } else {
            None
        }
    }
}

impl<T> Shared<T> {
    /// Takes a result.
    pub fn new(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fivetwenty_model::probe::{Cookies, Task};
    use fivetwenty_redact::{Kind, Rule, What};

    fn offer(name: &str) -> Offer {
        Offer { name: name.to_owned(), size: 10, folder: false }
    }

    fn given(state: &State, ids: &[FileId]) -> State {
        let files = ids.iter().map(|&id| (id, offer("x.har"))).collect();
        state.reduce(Action::Given { files, notice: String::new() })
    }

    /// Breaks when what the probe brings is lost between two requests, or when a question asked anew shows what came of the last one.
    #[test]
    fn the_probe_tells_as_it_goes() {
        let question = Question { target: "shop.example".to_owned(), task: Task::Look { traces: 5 }, cookies: Cookies::None };
        let news = Panels { asked: 1, ..Panels::default() };
        let asked = State::default().reduce(Action::Probing(question.clone()));
        let begun = asked.reduce(Action::Probed(FromProbe::Begins { requests: 6 }));
        let told = begun.reduce(Action::Probed(FromProbe::News(Box::new(news)))).reduce(Action::ProbeRead(4, 900));
        assert!(told.probe.is_busy() && told.is_probe_only());
        assert_eq!((told.probe.requests, told.probe.asked(), told.files[0].counts()), (6, 1, true));
        let done = told.reduce(Action::Probed(FromProbe::Done { tells: true }));
        assert!(!done.probe.is_busy() && !given(&done, &[5]).is_probe_only());
        let anew = done.reduce(Action::Probing(question));
        assert_eq!((anew.probe.asked(), anew.probe.file), (0, Some(4)));
        let refused = anew.reduce(Action::Probed(FromProbe::Refused("no host".to_owned())));
        assert_eq!(refused.probe.phase, Loadable::Failed("no host".to_owned()));
    }

    /// Breaks when a bundle outlives the captures that it was made of, one that comes too late is offered, or the person's wishes are lost.
    #[test]
    fn a_bundle_is_of_the_captures_that_are_open() {
        let packed = || Shared::new(Packed { files: Vec::new(), replaced: Vec::new(), trimmed: Vec::new() });
        let wish = Policy { keep: vec![Rule { what: What::Cookie, name: "theme".to_owned() }], ..Policy::default() };
        let making = Making { bytes: 1, of: 2, ..Making::default() };
        let state = State::default().reduce(Action::Packing(wish.clone())).reduce(Action::PackingCame(making));
        assert_eq!((&state.bundle.packed, state.bundle.progress), (&Loadable::Loading, making));
        let ready = state.reduce(Action::Packed(packed())).reduce(Action::Revealed(3, None)).reduce(Action::Saved("Saved.".to_owned()));
        assert!(matches!(ready.bundle.packed, Loadable::Ready(_)));
        let changed = ready.reduce(Action::Analysed(None));
        assert_eq!(changed.bundle, Bundle { policy: wish, ..Bundle::default() });
        assert_eq!(changed.reduce(Action::Packed(packed())).bundle.packed, Loadable::Idle);
        assert_eq!(changed.reduce(Action::NotPacked("late".to_owned())).bundle.packed, Loadable::Idle);
        assert_eq!(state.reduce(Action::NotPacked("no".to_owned())).bundle.packed, Loadable::Failed("no".to_owned()));
        let (file, written) = ("proxied.har".to_owned(), "as it is".to_owned());
        let stopped = Shared::new(Stopped { file, offset: 7, kind: Kind::Cookie, written, number: 3, replaced: Vec::new() });
        assert_eq!(state.reduce(Action::Stopped(stopped.clone())).bundle.stopped, Some(stopped.clone()));
        assert_eq!(changed.reduce(Action::Stopped(stopped)).bundle.stopped, None);
    }

    /// Breaks when starting over forgets who the person is, or fills commands in with another site's host and origin.
    #[test]
    fn a_new_start_keeps_the_person_and_forgets_the_site() {
        let page = Shared::new("# terminal".to_owned());
        let state = State::default().reduce(Action::Mode(Mode::Support)).reduce(Action::Shell(Shell::PowerShell)).reduce(Action::HelpAsked);
        let state = state.reduce(Action::FailingUrl("shop.example".to_owned())).reduce(Action::Origin("203.0.113.10".to_owned()));
        assert_eq!(state.help, Loadable::Loading);
        let state = state.reduce(Action::HelpCame(Ok(page.clone())));
        assert_eq!(state.asked_for().known("url", Shell::Posix).as_deref(), Some("'https://shop.example/'"));
        assert_eq!(state.asked_for().plain_origin(), Some("203.0.113.10"));
        let anew = state.reduce(Action::StartOver);
        assert_eq!((anew.mode, anew.terminal.shell, &anew.help), (Mode::Support, Shell::PowerShell, &Loadable::Ready(page)));
        assert_eq!((anew.asked_for().known("name", Shell::Posix).as_deref(), anew.asked_for().plain_origin()), (Some("HOST"), None));
        assert_eq!(anew.reduce(Action::HelpCame(Err("gone".to_owned()))).help, Loadable::Failed("gone".to_owned()));
    }

    /// Breaks when a third file is kept out or pushes one of two away, a fourth is taken in silence, or two new ones do not replace the old.
    #[test]
    fn two_places_a_third_for_after_and_words_for_a_fourth() {
        let none = State::default();
        assert_eq!(none.admit(&[offer("a"), offer("b")]), Admission { take: vec![0, 1], ..Admission::default() });
        let three = none.admit(&[offer("a"), offer("b"), offer("c")]);
        assert!(three.take.is_empty() && three.notice.contains("more than two"));

        let one = given(&none, &[0]);
        assert_eq!(one.admit(&[offer("b")]).take, [0]);
        let both = given(&one, &[1]);
        assert_eq!(both.admit(&[offer("c")]), Admission { take: vec![0], ..Admission::default() });
        let all = given(&both, &[2]);
        let fourth = all.admit(&[offer("d")]);
        assert!(fourth.take.is_empty() && fourth.notice.contains("open already"));
        for open in [&both, &all] {
            let new = open.admit(&[offer("d"), offer("e")]);
            assert!(new.replaces && new.take == [0, 1]);
        }
    }

    /// Breaks when a third file that does not fit takes the result of the other two away, keeps its place, or goes without a word.
    #[test]
    fn a_file_that_does_not_fit_leaves_the_others() {
        let read = |state: &State, id| state.reduce(Action::Read(id, Progress::default(), None));
        let open = read(&given(&State::default(), &[0, 1, 2]), 2).reduce(Action::Refused(2, "not after".into()));
        assert_eq!((&open.files[2].phase, open.files[2].counts()), (&Phase::Failed("not after".into()), false));
        assert_eq!(open.analysis, Loadable::Idle);
    }

    /// Breaks when the server's zone has to be chosen again for the next pair of files.
    #[test]
    fn the_servers_zone_is_kept() {
        let zone = UtcOffset::from_minutes(60).unwrap();
        let state = given(&State::default(), &[0]).reduce(Action::Zone(zone)).reduce(Action::StartOver);
        assert_eq!(state, State { zone, ..State::default() });
    }

    /// Breaks when one bad offer keeps the good ones from being read.
    #[test]
    fn folders_and_empty_files_get_words_and_the_rest_is_read() {
        let folder = Offer { folder: true, ..offer("logs") };
        let empty = Offer { size: 0, ..offer("e.har") };
        let admission = State::default().admit(&[folder, offer("a.har"), empty]);
        assert_eq!(admission.take, [1]);
        assert!(admission.notice.contains("logs is a folder") && admission.notice.contains("e.har is empty"));
    }

    /// Breaks when the files in an archive do not stand where the archive stood.
    #[test]
    fn an_archive_gives_its_place_to_what_it_holds() {
        let held = vec![(5, offer("a.zip › a.har")), (6, offer("a.zip › b.har"))];
        let state = given(&State::default(), &[0, 1]).reduce(Action::Holds(0, held));
        assert_eq!(state.files.iter().map(|file| file.id).collect::<Vec<_>>(), [5, 6, 1]);
        assert_eq!(state.files[0].name, "a.zip › a.har");
    }

    /// Breaks when a file that could not be read blocks one of the two places.
    #[test]
    fn a_failed_file_frees_its_place_and_leaves_with_the_next() {
        let state = given(&State::default(), &[0, 1]).reduce(Action::ReadFailed(1, "not JSON".into()));
        assert_eq!(state.files[1].phase, Phase::Failed("not JSON".into()));
        assert_eq!(state.files[0].phase, Phase::Reading);
        let state = given(&state, &[2]);
        assert_eq!(state.files.iter().map(|file| file.id).collect::<Vec<_>>(), [0, 2]);
    }

    /// Breaks when a cancelled file comes back to life.
    #[test]
    fn what_comes_after_a_cancel_is_too_late() {
        let state = given(&State::default(), &[0]).reduce(Action::Cancelled(0));
        let late = state.reduce(Action::Progress(0, Progress { bytes: 5, ..Progress::default() }, vec![preview(0)], 9.0));
        assert_eq!(late, state);
    }

    fn preview(entry: u32) -> Preview {
        Preview {
            entry,
            method: "GET".into(),
            host: "a.example".into(),
            path: "/".into(),
            status: 520,
            error: None,
            failing: true,
            time_ms: None,
        }
    }

    /// Breaks when the first entries are lost with the next ones, or stay when they are of no use any more.
    #[test]
    fn first_entries_are_shown_until_something_comes_of_the_file() {
        let shown = |state: &State| state.files[0].previews.iter().map(|preview| preview.entry).collect::<Vec<_>>();
        let news = |entries: &[u32]| Action::Progress(0, Progress::default(), entries.iter().copied().map(preview).collect(), 1.0);
        let state = given(&State::default(), &[0]).reduce(news(&[0, 1])).reduce(news(&[])).reduce(news(&[7]));
        assert_eq!(shown(&state), [0, 1, 7]);
        let read = state.reduce(Action::Read(0, Progress::default(), Some("memory ran out".into())));
        assert_eq!((shown(&read), read.files[0].stopped.as_deref()), (vec![0, 1, 7], Some("memory ran out")));
        for end in [Action::Cancelled(0), Action::ReadFailed(0, "no".into())] {
            assert!(shown(&state.reduce(end)).is_empty());
        }
    }

    /// Breaks when rows of an earlier filter are shown under a later one.
    #[test]
    fn rows_of_another_filter_are_dropped() {
        let state = State::default().reduce(Action::Filtered(Filter { show: Show::Failing, text: String::new() }));
        let rows = Rows { query: RowQuery::default(), matching: 0, total: 0, rows: Vec::new() };
        assert_eq!(state.reduce(Action::RowsCame(Shared::new(rows))).rows, None);
    }

    /// Breaks when evidence leads nowhere, or to a row without its mark.
    #[test]
    fn evidence_opens_its_row_and_marks_the_field() {
        let key = RowKey { proxied: Some(3), direct: None };
        let seek = Seek { side: Side::Proxied, entry: 3, field: "response.status".into() };
        let state = State::default().reduce(Action::Filtered(Filter { show: Show::Failing, text: "x".into() })).reduce(Action::Seek(seek));
        assert_eq!(state.filter, Filter::default());
        let found = state.reduce(Action::Found(Some((7, key))));
        assert_eq!(found.goal, Some(Goal { index: 7, serial: 1 }));
        let open = found.open.clone().unwrap();
        assert_eq!((open.key, open.marked), (key, Some((Side::Proxied, "response.status".into()))));
        let failed = found.reduce(Action::AnalystFailed("gone".into()));
        assert_eq!(failed.open.unwrap().detail, Loadable::Failed("gone".into()));
        assert!(state.reduce(Action::Found(None)).notice.contains("Entry 3"));
    }

    /// Breaks when a file that only waits for the workers' module counts as failed, or the words about it stay once it is tried again.
    #[test]
    fn files_wait_for_the_workers_module() {
        let state = given(&State::default(), &[0]).reduce(Action::PrepareFailed("not there".into()));
        assert_eq!((state.unprepared.as_deref(), &state.files[0].phase), (Some("not there"), &Phase::Reading));
        assert_eq!(state.reduce(Action::Preparing), given(&State::default(), &[0]));
    }

    /// Breaks when a rate is made up from an instant or from what is long past, or a time left from less than a second, or from nothing.
    #[test]
    fn rate_and_time_left_need_something_to_go_by() {
        let mut state = given(&State::default(), &[0]);
        let mut at = |now_ms: f64, bytes: u64, of: Option<u64>| {
            state = state.reduce(Action::Progress(0, Progress { bytes, of, ..Progress::default() }, Vec::new(), now_ms));
            (state.files[0].pace.rate(), state.files[0].left_ms())
        };
        let size = Some(10_000);
        assert_eq!(at(5_000.0, 1_000, size), (None, None));
        assert_eq!(at(5_100.0, 1_100, size), (None, None));
        assert_eq!(at(5_500.0, 1_500, size), (Some(1_000.0), None));
        assert_eq!(at(6_000.0, 2_000, size), (Some(1_000.0), Some(8_000.0)));
        assert_eq!(at(6_000.0, 2_000, None), (Some(1_000.0), None));
        assert_eq!(at(6_000.0, 20_000, size).1, None);
        // Four seconds at a tenth of that: of the first ones nothing is left.
        for step in 1..=40u32 {
            at(6_000.0 + f64::from(step) * 100.0, 2_000 + u64::from(step) * 10, size);
        }
        assert_eq!(at(10_100.0, 2_410, size), (Some(100.0), Some(75_900.0)));
    }
}
