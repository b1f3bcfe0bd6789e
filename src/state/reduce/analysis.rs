//! What happens to the analysis and the table of its rows.

use std::rc::Rc;

use fivetwenty_model::protocol::{Detail, Found, Overview, Rows, Show};

use crate::labels;
use crate::state::files::Phase;
use crate::state::loadable::{Loadable, Shared};
use crate::state::page::State;
use crate::state::place::Place;
use crate::state::rows::{Filter, Goal, Open};

impl State {
    /// The analyst's answer. The table stays as it is when the same two files are compared.
    pub(super) fn take_overview(&mut self, overview: Shared<Overview>) {
        let same_files = self.overview().is_some_and(|before| before.proxied == overview.proxied && before.direct == overview.direct);
        if !same_files {
            self.reset_analysis(Loadable::Idle);
        }
        if !same_files {
            self.filter = self.first_filter(&overview);
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

    /// The rows that are shown first: those that an address asks for, else those that fail, if any does.
    fn first_filter(&self, overview: &Overview) -> Filter {
        let captures = &overview.report.captures;
        let fails = [&captures.proxied, &captures.direct].into_iter().flatten().any(|capture| capture.failing > 0);
        match &self.place {
            Some(Place::Compare(text)) if !text.is_empty() => Filter { text: text.clone(), ..Filter::default() },
            _ if fails => Filter { show: Show::Failing, ..Filter::default() },
            _ => Filter::default(),
        }
    }

    /// The person wants other rows, or another order. The row that is open stays so only in another order.
    pub(super) fn apply_filter(&mut self, filter: Filter) {
        if (self.filter.show, &self.filter.text) != (filter.show, &filter.text) {
            self.open = None;
        }
        self.filter = filter;
        self.requested = None;
    }

    /// A window of rows arrived. Rows of an earlier filter are dropped.
    pub(super) fn take_rows(&mut self, rows: Shared<Rows>) {
        if self.filter.asked(&rows.query) {
            self.rows = Some(rows);
        }
    }

    /// A row was found. No filter may hide one that evidence leads to.
    pub(super) fn take_found(&mut self, found: Option<Found>) {
        let seek = self.seeking.take();
        match (found, seek) {
            (Some(found), seek) => {
                if found.hidden {
                    self.filter = Filter { sort: self.filter.sort, ..Filter::default() };
                    self.requested = None;
                }
                let serial = self.goal.map_or(0, |goal| goal.serial) + 1;
                self.goal = Some(Goal { index: found.index, serial });
                let marked = seek.filter(|seek| !seek.field.is_empty()).map(|seek| (seek.side, seek.field));
                self.open = Some(Open::new(found.key, marked));
            }
            (None, Some(seek)) => self.notice = labels::entry_not_compared(seek.entry),
            // There is no further row that way.
            (None, None) => {}
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
    use fivetwenty_model::protocol::{Column, RowKey, Sort};

    use super::*;
    use crate::state::action::Action;
    use crate::state::rows::Seek;

    /// Breaks when rows of an earlier filter are shown under a later one.
    #[test]
    fn rows_of_another_filter_are_dropped() {
        let state = State::default().reduce(Action::Filtered(Filter { show: Show::Failing, ..Filter::default() }));
        let rows = Rows::default();
        assert_eq!(state.reduce(Action::RowsLoaded(Shared::new(rows))).rows, None);
    }

    /// Breaks when evidence leads nowhere, to a row without its mark or to one that stays hidden, or undoes a filter that shows its row.
    #[test]
    fn evidence_opens_its_row_and_marks_the_field() {
        let key = RowKey { proxied: Some(3), direct: None };
        let seek = Seek { side: Side::Proxied, entry: 3, field: "response.status".into() };
        let filter = Filter { show: Show::Failing, text: "x".into(), ..Filter::default() };
        let state = State::default().reduce(Action::Filtered(filter.clone())).reduce(Action::Seek(seek));
        let found = state.reduce(Action::Found(Some(Found { key, index: 7, hidden: false })));
        assert_eq!((&found.filter, found.goal), (&filter, Some(Goal { index: 7, serial: 1 })));
        let hidden = state.reduce(Action::Found(Some(Found { key, index: 7, hidden: true })));
        assert_eq!(hidden.filter, Filter::default());
        let open = found.open.clone().unwrap();
        assert_eq!((open.key, open.marked), (key, Some((Side::Proxied, "response.status".into()))));
        let failed = found.reduce(Action::AnalystFailed("gone".into()));
        assert_eq!(failed.open.unwrap().detail, Loadable::Failed("gone".into()));
        assert!(state.reduce(Action::Found(None)).notice.contains("Entry 3"));
        assert_eq!(found.reduce(Action::Found(None)), found);
    }

    /// Breaks when another order closes the row that is open, or other rows leave one open that may be hidden.
    #[test]
    fn another_order_leaves_the_row_open() {
        let key = RowKey { proxied: Some(3), direct: None };
        let state = State::default().reduce(Action::Opened(key));
        let sort = Sort { by: Column::Time, descending: true };
        assert!(state.reduce(Action::Filtered(Filter { sort, ..Filter::default() })).open.is_some());
        assert!(state.reduce(Action::Filtered(Filter { text: "x".into(), ..Filter::default() })).open.is_none());
    }
}
