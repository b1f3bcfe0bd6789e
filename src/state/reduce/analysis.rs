//! What happens to the analysis and the table of its rows.

use std::rc::Rc;

use fivetwenty_model::protocol::{Detail, Overview, RowKey, Rows};

use crate::labels;
use crate::state::files::Phase;
use crate::state::loadable::{Loadable, Shared};
use crate::state::page::State;
use crate::state::rows::{Filter, Goal, Open, Seek};

impl State {
    /// The analyst's answer. The table stays as it is when the same two files are compared.
    pub(super) fn take_overview(&mut self, overview: Shared<Overview>) {
        let same_files = self.overview().is_some_and(|before| before.proxied == overview.proxied && before.direct == overview.direct);
        if !same_files {
            self.reset_analysis(Loadable::Idle);
        }
        self.requested = None;
        self.bundle.reset();
        for file in self.files.iter_mut().filter(|file| file.phase == Phase::Done) {
            file.previews = Rc::default();
        }
        self.filled.set_url(&overview.letters.url);
        self.analysis = Loadable::Ready(overview);
    }

    /// Drops the analysis with everything that was shown of it.
    pub(super) fn reset_analysis(&mut self, analysis: Loadable<Shared<Overview>>) {
        self.analysis = analysis;
        self.bundle.reset();
        self.filter = Filter::default();
        self.requested = None;
        self.rows = None;
        self.seeking = None;
        self.goal = None;
        self.open = None;
    }

    /// The analyst could not answer.
    pub(super) fn analyst_failed(&mut self, error: String) {
        match &mut self.open {
            // The analyst answers in turn, so a failure while a detail is awaited belongs to that detail.
            Some(open) if open.detail == Loadable::Loading => open.detail = Loadable::Failed(error),
            _ => self.reset_analysis(Loadable::Failed(error)),
        }
    }

    /// The person wants other rows.
    pub(super) fn apply_filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.requested = None;
        self.open = None;
    }

    /// A window of rows arrived. Rows of an earlier filter are dropped.
    pub(super) fn take_rows(&mut self, rows: Shared<Rows>) {
        if rows.query.show == self.filter.show && rows.query.text == self.filter.text {
            self.rows = Some(rows);
        }
    }

    /// The person follows evidence. No filter may hide the entry that it leads to.
    pub(super) fn start_seek(&mut self, seek: Seek) {
        if self.filter != Filter::default() {
            self.filter = Filter::default();
            self.requested = None;
        }
        self.notice.clear();
        self.seeking = Some(seek);
    }

    /// Where the entry of the evidence is: the row's place among all rows.
    pub(super) fn take_found(&mut self, found: Option<(u32, RowKey)>) {
        let Some(seek) = self.seeking.take() else { return };
        match found {
            Some((index, key)) => {
                let serial = self.goal.map_or(0, |goal| goal.serial) + 1;
                self.goal = Some(Goal { index, serial });
                self.open = Some(Open::new(key, Some((seek.side, seek.field))));
            }
            None => self.notice = labels::entry_not_compared(seek.entry),
        }
    }

    /// The detail of a row arrived. It counts only while that row is open.
    pub(super) fn take_detail(&mut self, detail: Shared<Detail>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.key == detail.key) {
            open.detail = Loadable::Ready(detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use fivetwenty_model::Side;
    use fivetwenty_model::protocol::{RowQuery, Show};

    use super::*;
    use crate::state::action::Action;

    /// Breaks when rows of an earlier filter are shown under a later one.
    #[test]
    fn rows_of_another_filter_are_dropped() {
        let state = State::default().reduce(Action::Filtered(Filter { show: Show::Failing, text: String::new() }));
        let rows = Rows { query: RowQuery::default(), matching: 0, total: 0, rows: Vec::new() };
        assert_eq!(state.reduce(Action::RowsLoaded(Shared::new(rows))).rows, None);
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
}
