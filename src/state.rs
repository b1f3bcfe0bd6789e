//! What the page shows, and what can happen to it.
//!
//! The reducer is pure: the same state and action give the same state, and it starts nothing. It knows no browser; the clock's time
//! comes in with the actions. It holds nothing large: rows come in windows from the analyst.

use std::ops::Deref;
use std::rc::Rc;

use crate::protocol::{Detail, FileId, FromProbe, Overview, Progress, RowKey, RowQuery, Rows, Show, Side};

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
    /// What the probe brought.
    pub trace: Loadable<Shared<FromProbe>>,
    /// How many minutes the clock of the origin's logs runs ahead of UTC.
    pub zone: i32,
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
    /// When reading began, in milliseconds of the page's clock.
    pub began_ms: f64,
    /// When the last news came, on the same clock.
    pub news_ms: f64,
    /// What became of it.
    pub phase: Phase,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is being read.
    Reading,
    /// It was read, and the analyst has it.
    Done,
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
        /// The time, on the page's clock.
        now_ms: f64,
        /// What has to be said.
        notice: String,
    },
    /// Something has to be said.
    Notice(String),
    /// The module that the workers run is being fetched.
    Preparing,
    /// It did not come, and workers wait for it.
    PrepareFailed(String),
    /// A reader is this far.
    Progress(FileId, Progress, f64),
    /// A reader is through; the analyst has the capture.
    Read(FileId, Progress, f64),
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
    /// A trace is being fetched.
    Probing,
    /// What the probe brought.
    Probed(Shared<FromProbe>),
    /// The probe broke.
    ProbeFailed(String),
    /// The clock of the origin's logs runs so many minutes ahead of UTC.
    Zone(i32),
}

/// Captures that can be open: both sides, and one recorded after a fix.
const MOST_OPEN: usize = 3;

impl State {
    /// The state after this happened.
    #[must_use]
    pub fn reduce(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Given { files, now_ms, notice } => {
                next.files.retain(FileLine::counts);
                next.files.extend(files.into_iter().map(|(id, offer)| FileLine::new(id, offer, now_ms)));
                next.notice = notice;
            }
            Action::Notice(notice) => next.notice = notice,
            Action::Preparing => next.unprepared = None,
            Action::PrepareFailed(error) => next.unprepared = Some(error),
            Action::Progress(id, progress, now_ms) => {
                next.change(id, |file| {
                    file.progress = progress;
                    file.news_ms = now_ms;
                });
            }
            Action::Read(id, progress, now_ms) => {
                next.change(id, |file| {
                    file.progress = progress;
                    file.news_ms = now_ms;
                    file.phase = Phase::Done;
                });
                if !matches!(next.analysis, Loadable::Ready(_)) {
                    next.analysis = Loadable::Loading;
                }
            }
            Action::ReadFailed(id, error) => next.change(id, |file| file.phase = Phase::Failed(error)),
            Action::Refused(id, error) => next.refused(id, error),
            Action::Cancelled(id) => next.change(id, |file| file.phase = Phase::Cancelled),
            Action::Removed(id) => {
                next.files.retain(|file| file.id != id);
                next.notice.clear();
            }
            // The server is the same one still.
            Action::StartOver => next = Self { zone: self.zone, ..Self::default() },
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
            Action::Probing => next.trace = Loadable::Loading,
            Action::Probed(answer) => next.trace = Loadable::Ready(answer),
            Action::ProbeFailed(error) => next.trace = Loadable::Failed(error),
            Action::Zone(ahead) => next.zone = ahead,
        }
        next
    }

    /// What is done with the files offered: two captures are compared, and one that was recorded after a fix may come beside them. Two new
    /// ones replace what is open.
    pub fn admit(&self, offers: &[Offer]) -> Admission {
        let refused: Vec<String> = offers.iter().filter_map(Offer::refusal).collect();
        let take: Vec<usize> = (0..offers.len()).filter(|&index| offers[index].refusal().is_none()).collect();
        let held = self.files.iter().filter(|file| file.counts()).count();
        let mut admission = Admission { replaces: false, take, notice: refused.join(" ") };
        let words = match admission.take.len() {
            0 => "",
            1 if held < MOST_OPEN => "",
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

    fn change(&mut self, id: FileId, change: impl FnOnce(&mut FileLine)) {
        // What arrives after a cancel is too late.
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id && file.phase == Phase::Reading) {
            change(file);
        }
    }

    fn refused(&mut self, id: FileId, error: String) {
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id) {
            file.phase = Phase::Failed(error);
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
        self.analysis = Loadable::Ready(overview);
    }

    fn forget_analysis(&mut self, analysis: Loadable<Shared<Overview>>) {
        self.analysis = analysis;
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

impl FileLine {
    fn new(id: FileId, offer: Offer, now_ms: f64) -> Self {
        Self {
            id,
            name: offer.name,
            size: offer.size,
            progress: Progress::default(),
            began_ms: now_ms,
            news_ms: now_ms,
            phase: Phase::Reading,
        }
    }

    /// It takes one of the two places: it is being read, or was.
    pub fn counts(&self) -> bool {
        matches!(self.phase, Phase::Reading | Phase::Done)
    }

    /// Bytes a second so far, once there is enough to go by.
    pub fn rate(&self) -> Option<f64> {
        let seconds = (self.news_ms - self.began_ms) / 1000.0;
        (seconds >= 0.05).then(|| self.progress.bytes as f64 / seconds)
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
        let name = crate::words::visible(&self.name);
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

    fn offer(name: &str) -> Offer {
        Offer { name: name.to_owned(), size: 10, folder: false }
    }

    fn given(state: &State, ids: &[FileId]) -> State {
        let files = ids.iter().map(|&id| (id, offer("x.har"))).collect();
        state.reduce(Action::Given { files, now_ms: 0.0, notice: String::new() })
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
        let read = |state: &State, id| state.reduce(Action::Read(id, Progress::default(), 1.0));
        let open = read(&given(&State::default(), &[0, 1, 2]), 2).reduce(Action::Refused(2, "not after".into()));
        assert_eq!((&open.files[2].phase, open.files[2].counts()), (&Phase::Failed("not after".into()), false));
        assert_eq!(open.analysis, Loadable::Idle);
    }

    /// Breaks when the server's zone has to be chosen again for the next pair of files.
    #[test]
    fn the_servers_zone_is_kept() {
        let state = given(&State::default(), &[0]).reduce(Action::Zone(60)).reduce(Action::StartOver);
        assert_eq!(state, State { zone: 60, ..State::default() });
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
        let late = state.reduce(Action::Progress(0, Progress { bytes: 5, ..Progress::default() }, 9.0));
        assert_eq!(late, state);
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

    /// Breaks when a rate is made up from an instant.
    #[test]
    fn the_rate_needs_a_little_time() {
        let state = given(&State::default(), &[0]);
        let progress = Progress { bytes: 2048, ..Progress::default() };
        assert_eq!(state.reduce(Action::Progress(0, progress, 10.0)).files[0].rate(), None);
        assert_eq!(state.reduce(Action::Progress(0, progress, 1000.0)).files[0].rate(), Some(2048.0));
    }
}
