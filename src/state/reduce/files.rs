//! What happens to the files that were given.

use fivetwenty_model::probe::FILE;
use fivetwenty_model::protocol::{FileId, Progress};

use crate::state::admission::Offer;
use crate::state::files::{FileLine, Phase};
use crate::state::loadable::Loadable;
use crate::state::page::State;
use crate::state::undo::Undo;

impl State {
    /// These files are being read.
    pub(super) fn add_files(&mut self, files: Vec<(FileId, Offer)>, notice: String) {
        self.files.extend(files.into_iter().map(|(id, offer)| FileLine::new(id, offer)));
        self.notice = notice;
        self.undo = self.undo.take().filter(|undo| *undo == Undo::Replaced);
    }

    /// An archive's place is taken by the files that it holds.
    pub(super) fn replace_archive(&mut self, id: FileId, files: Vec<(FileId, Offer)>) {
        if let Some(at) = self.files.iter().position(|file| file.id == id) {
            self.files.splice(at..=at, files.into_iter().map(|(id, offer)| FileLine::new(id, offer)));
        }
    }

    /// Changes a file while it is being read. A message that arrives after a cancel is too late.
    pub(super) fn change(&mut self, id: FileId, change: impl FnOnce(&mut FileLine)) {
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id && file.phase == Phase::Reading) {
            change(file);
        }
    }

    /// A file was read, to its end or as far as `stopped` says: a capture or a text.
    pub(super) fn finish_reading(&mut self, id: FileId, progress: Progress, stopped: Option<String>, phase: Phase) {
        self.change(id, |file| {
            file.progress = progress;
            file.stopped = stopped;
            file.phase = phase;
        });
        self.expect_analysis();
    }

    /// A file was read, but it does not fit beside those that are open.
    pub(super) fn refuse(&mut self, id: FileId, error: String) {
        if let Some(file) = self.files.iter_mut().find(|file| file.id == id) {
            file.end(Phase::Failed(error));
        }
        // The page keeps showing the other files' analysis. Without one, there is nothing to wait for.
        if self.analysis == Loadable::Loading {
            self.analysis = Loadable::Idle;
        }
    }

    /// The person took a file off the list.
    pub(super) fn remove_file(&mut self, id: FileId) {
        let removed = self.files.iter().position(|file| file.id == id).map(|at| self.files.remove(at));
        self.undo = removed.map(|file| Undo::Removed(file.name));
        self.probe.file = self.probe.file.filter(|file| *file != id);
        self.notice.clear();
    }

    /// The probe's results are one of the files now.
    pub(super) fn add_probe_file(&mut self, id: FileId, size: u64) {
        let mut file = FileLine::new(id, Offer { name: FILE.to_owned(), size, folder: false, is_sample: false });
        file.end(Phase::Text);
        self.files.push(file);
        self.probe.file = Some(id);
        self.expect_analysis();
    }

    /// The analyst has something new to analyse. The analysis of the other files stays on the page until then.
    fn expect_analysis(&mut self) {
        if !matches!(self.analysis, Loadable::Ready(_)) {
            self.analysis = Loadable::Loading;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::action::Action;
    use crate::state::fixtures::{given, offer, preview};

    /// Breaks when a third file that does not fit takes the result of the other two away, keeps its place, or goes without a word.
    #[test]
    fn a_file_that_does_not_fit_leaves_the_others() {
        let read = |state: &State, id| state.reduce(Action::Read(id, Progress::default(), None));
        let open = read(&given(&State::default(), &[0, 1, 2]), 2).reduce(Action::Refused(2, "not after".into()));
        assert_eq!((&open.files[2].phase, open.files[2].counts()), (&Phase::Failed("not after".into()), false));
        assert_eq!(open.analysis, Loadable::Idle);
    }

    /// Breaks when the files in an archive do not stand where the archive stood.
    #[test]
    fn an_archive_gives_its_place_to_what_it_holds() {
        let held = vec![(5, offer("a.zip › a.har")), (6, offer("a.zip › b.har"))];
        let state = given(&State::default(), &[0, 1]).reduce(Action::ArchiveOpened(0, held));
        assert_eq!(state.files.iter().map(|file| file.id).collect::<Vec<_>>(), [5, 6, 1]);
        assert_eq!(state.files[0].name, "a.zip › a.har");
    }

    /// Breaks when a file that could not be read blocks one of the two places, or goes without a word.
    #[test]
    fn a_failed_file_frees_its_place_and_stays_listed() {
        let state = given(&State::default(), &[0, 1]).reduce(Action::ReadFailed(1, "not JSON".into()));
        assert_eq!(state.files[1].phase, Phase::Failed("not JSON".into()));
        assert_eq!(state.files[0].phase, Phase::Reading);
        let state = given(&state, &[2]);
        assert_eq!(state.files.iter().map(|file| file.id).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(state.admit(&[offer("d")]).take == [0]);
    }

    /// Breaks when a cancelled file comes back to life.
    #[test]
    fn what_comes_after_a_cancel_is_too_late() {
        let state = given(&State::default(), &[0]).reduce(Action::Cancelled(0));
        let late = state.reduce(Action::Progress(0, Progress { bytes: 5, ..Progress::default() }, vec![preview(0)], 9.0));
        assert_eq!(late, state);
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
