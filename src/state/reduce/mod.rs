//! The state after something happened.

mod analysis;
mod files;

use super::action::Action;
use super::files::Phase;
use super::loadable::Loadable;
use super::page::State;
use super::person::Terminal;
use super::place::Place;
use super::rows::{Filter, Open};
use super::undo::Undo;
use crate::labels;

impl State {
    /// The state after this happened.
    #[must_use]
    pub fn reduce(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Given { files, notice } => next.add_files(files, notice),
            Action::ArchiveOpened(id, files) => next.replace_archive(id, files),
            Action::Offered(offered) => next.offered = offered,
            Action::Notice(notice) => next.notice = notice,
            Action::Preparing => next.unprepared = None,
            Action::PrepareFailed(error) => next.unprepared = Some(error),
            Action::Progress(id, progress, previews, now_ms) => next.change(id, |file| file.advance(progress, previews, now_ms)),
            Action::Read(id, progress, stopped) => next.finish_reading(id, progress, stopped, Phase::Done),
            Action::ReadText(id, progress, stopped) => next.finish_reading(id, progress, stopped, Phase::Text),
            Action::ReadFailed(id, error) => next.change(id, |file| file.end(Phase::Failed(error))),
            Action::Refused(id, error) => next.refuse(id, error),
            Action::Cancelled(id) => next.change(id, |file| file.end(Phase::Cancelled)),
            Action::Removed(id) => next.remove_file(id),
            Action::Replaced => next.undo = Some(Undo::Replaced),
            Action::StartOver => next = self.started_over(),
            Action::Analysed(None) => next.reset_analysis(Loadable::Idle),
            Action::Analysed(Some(overview)) => next.take_overview(overview),
            Action::AnalystFailed(error) => next.analyst_failed(error),
            Action::Filtered(filter) => next.apply_filter(filter),
            Action::RowsRequested(query) => next.requested = Some(query),
            Action::RowsLoaded(rows) => next.take_rows(rows),
            Action::Seek(seek) => next.seeking = Some(seek),
            Action::Found(found) => next.take_found(found),
            Action::Opened(key) => next.open = Some(Open::new(key, None)),
            Action::DetailLoaded(detail) => next.take_detail(detail),
            Action::ByCloudflare => next.by_cloudflare = true,
            Action::Probing(question) => next.probe.start(question),
            Action::Probed(message) => next.probe.on_message(message),
            Action::ProbeFailed(error) => next.probe.phase = Loadable::Failed(error),
            Action::ProbeRead(id, size) => next.add_probe_file(id, size),
            Action::ProbeSaved(notice) => next.probe.saved = notice,
            Action::Zone(offset) => next.zone = offset,
            Action::NotIsolated(ways) => next.ways_out = Some(ways),
            Action::ReadUnisolated => next.unisolated = true,
            Action::CaseChanged => next.bundle.reset(),
            Action::Packing(policy) => next.bundle.start(policy),
            Action::PackingProgress(making) => next.bundle.progress = making,
            Action::Packed(packed) => next.bundle.finish(packed),
            Action::NotPacked(error) => next.bundle.fail(error),
            Action::LeakFound(leak) => next.bundle.stop(leak),
            Action::Revealed(number, value) => next.bundle.revealed.push((number, value)),
            Action::Saved(notice) => next.bundle.saved = notice,
            Action::Went(place) => next.go(place),
            Action::Theme(theme) => next.theme = theme,
            Action::SingleKeys(on) => next.without_keys = !on,
            Action::Undone => next.take_back(),
            Action::Swapped => next.undo = Some(Undo::Swapped),
            Action::Mode(mode) => (next.mode, next.place) = (mode, None),
            Action::Shell(shell) => next.terminal.shell = shell,
            Action::FailingUrl(url) => next.terminal.url = url,
            Action::Origin(origin) => next.terminal.origin = origin,
            Action::Filled(field, text) => next.filled.set_field(field, text),
            Action::ValueFilled(number, value) | Action::Unmasked(number, Some(value)) => next.filled.set_value(number, &value),
            Action::Unmasked(_, None) => labels::NOT_KEPT.clone_into(&mut next.notice),
            Action::Took(step) => next.filled.toggle(step),
            Action::HelpRequested => next.help = Loadable::Loading,
            Action::HelpLoaded(page) => next.help = page.map_or_else(Loadable::Failed, Loadable::Ready),
        }
        next
    }

    /// Everything from the beginning. The person, their system, the server's clock, and what is known of this page's own server stay; the
    /// site may be another.
    fn started_over(&self) -> Self {
        Self {
            zone: self.zone,
            by_cloudflare: self.by_cloudflare,
            ways_out: self.ways_out.clone(),
            theme: self.theme,
            // The address stays as it is.
            place: self.place.clone(),
            without_keys: self.without_keys,
            undo: (!self.files.is_empty()).then(|| Undo::StartedOver(Box::new((self.filled.clone(), self.terminal.clone())))),
            unisolated: self.unisolated,
            mode: self.mode,
            terminal: Terminal { shell: self.terminal.shell, ..Terminal::default() },
            help: self.help.clone(),
            ..Self::default()
        }
    }
}

impl State {
    /// The address leads to a place; one that it does not know changes nothing.
    fn go(&mut self, place: Option<Place>) {
        if let Some(Place::Compare(text)) = &place
            && *text != self.filter.text
            && !text.is_empty()
        {
            self.apply_filter(Filter { text: text.clone(), ..Filter::default() });
        }
        self.place = place;
    }

    /// What the last removal or new start took is here again; its files are read anew.
    fn take_back(&mut self) {
        if let Some(Undo::StartedOver(before)) = self.undo.take() {
            (self.filled, self.terminal) = *before;
        }
        self.notice.clear();
    }
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::evidence::utc_offset::UtcOffset;
    use fivetwenty_model::probe::{Cookies, Panels, Question, Task};
    use fivetwenty_model::protocol::{FromProbe, LeakView, Making, Packed};
    use fivetwenty_redact::commands::Shell;
    use fivetwenty_redact::{Kind, Policy, Rule, What};

    use super::super::bundle::Bundle;
    use super::super::fixtures::given;
    use super::super::loadable::Shared;
    use super::super::person::Mode;
    use super::*;

    /// Breaks when a result of the probe is lost between two requests, or when a new question shows the results of the last one.
    #[test]
    fn the_probe_shows_results_as_they_come() {
        let question = Question { target: "shop.example".to_owned(), task: Task::Look { traces: 5 }, cookies: Cookies::None };
        let panels = Panels { asked: 1, ..Panels::default() };
        let asked = State::default().reduce(Action::Probing(question.clone()));
        let begun = asked.reduce(Action::Probed(FromProbe::Started { requests: 6 }));
        let running = begun.reduce(Action::Probed(FromProbe::Panels(Box::new(panels)))).reduce(Action::ProbeRead(4, 900));
        assert!(running.probe.is_busy() && running.is_probe_only());
        assert_eq!((running.probe.requests, running.probe.asked(), running.files[0].counts()), (6, 1, true));
        let done = running.reduce(Action::Probed(FromProbe::Done { readable: true }));
        assert!(!done.probe.is_busy() && !given(&done, &[5]).is_probe_only());
        let anew = done.reduce(Action::Probing(question));
        assert_eq!((anew.probe.asked(), anew.probe.file), (0, Some(4)));
        let refused = anew.reduce(Action::Probed(FromProbe::Refused("no host".to_owned())));
        assert_eq!(refused.probe.phase, Loadable::Failed("no host".to_owned()));
    }

    /// Breaks when a bundle outlives the captures that it was made of, one that comes too late is offered, or the person's wishes are lost.
    #[test]
    fn a_bundle_is_of_the_captures_that_are_open() {
        let packed = || Shared::new(Packed { files: Vec::new(), replaced: Vec::new(), trimmed: Vec::new(), unmatched: Vec::new() });
        let wish = Policy { keep: vec![Rule { what: What::Cookie, name: "theme".to_owned() }], ..Policy::default() };
        let making = Making { bytes: 1, of: 2, ..Making::default() };
        let state = State::default().reduce(Action::Packing(wish.clone())).reduce(Action::PackingProgress(making));
        assert_eq!((&state.bundle.packed, state.bundle.progress), (&Loadable::Loading, making));
        let ready = state.reduce(Action::Packed(packed())).reduce(Action::Revealed(3, None)).reduce(Action::Saved("Saved.".to_owned()));
        assert!(matches!(ready.bundle.packed, Loadable::Ready(_)));
        assert_eq!(ready.reduce(Action::CaseChanged).bundle, Bundle { policy: wish.clone(), ..Bundle::default() });
        let changed = ready.reduce(Action::Analysed(None));
        assert_eq!(changed.bundle, Bundle { policy: wish, ..Bundle::default() });
        assert_eq!(changed.reduce(Action::Packed(packed())).bundle.packed, Loadable::Idle);
        assert_eq!(changed.reduce(Action::NotPacked("late".to_owned())).bundle.packed, Loadable::Idle);
        assert_eq!(state.reduce(Action::NotPacked("no".to_owned())).bundle.packed, Loadable::Failed("no".to_owned()));
        let (file, encoding) = ("proxied.har".to_owned(), "as it is".to_owned());
        let (entry, path) = (Some(1), Some("response.headers[0].value".to_owned()));
        let leak = Shared::new(LeakView { file, offset: 7, entry, path, kind: Kind::Cookie, encoding, number: 3, replaced: Vec::new() });
        assert_eq!(state.reduce(Action::LeakFound(leak.clone())).bundle.leak, Some(leak.clone()));
        assert_eq!(changed.reduce(Action::LeakFound(leak)).bundle.leak, None);
    }

    /// Breaks when the page forgets that its workers are not isolated, or that the person knows.
    #[test]
    fn missing_isolation_is_not_forgotten() {
        let state = State::default().reduce(Action::NotIsolated("fetch".to_owned())).reduce(Action::ReadUnisolated);
        let anew = state.reduce(Action::StartOver);
        assert_eq!((anew.ways_out.as_deref(), anew.unisolated), (Some("fetch"), true));
    }

    /// Breaks when starting over forgets who the person is, or fills commands in with another site's host and origin.
    #[test]
    fn a_new_start_keeps_the_person_and_forgets_the_site() {
        let page = Shared::new("# terminal".to_owned());
        let state =
            State::default().reduce(Action::Mode(Mode::Support)).reduce(Action::Shell(Shell::PowerShell)).reduce(Action::HelpRequested);
        let state = state.reduce(Action::FailingUrl("shop.example".to_owned())).reduce(Action::Origin("203.0.113.10".to_owned()));
        assert_eq!(state.help, Loadable::Loading);
        let state = state.reduce(Action::HelpLoaded(Ok(page.clone())));
        assert_eq!(state.asked_for().known("url", Shell::Posix).as_deref(), Some("'https://shop.example/'"));
        assert_eq!(state.asked_for().plain_origin(), Some("203.0.113.10"));
        let anew = state.reduce(Action::StartOver);
        assert_eq!((anew.mode, anew.terminal.shell, &anew.help), (Mode::Support, Shell::PowerShell, &Loadable::Ready(page)));
        assert_eq!((anew.asked_for().known("name", Shell::Posix).as_deref(), anew.asked_for().plain_origin()), (Some("HOST"), None));
        assert_eq!(anew.reduce(Action::HelpLoaded(Err("gone".to_owned()))).help, Loadable::Failed("gone".to_owned()));
    }

    /// Breaks when the server's zone has to be chosen again for the next pair of files.
    #[test]
    fn the_servers_zone_is_kept() {
        let zone = UtcOffset::from_minutes(60).unwrap();
        let state = given(&State::default(), &[0]).reduce(Action::Zone(zone)).reduce(Action::StartOver);
        assert_eq!(State { undo: None, ..state }, State { zone, ..State::default() });
    }
}
