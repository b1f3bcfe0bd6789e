//! The table of requests: which rows are wanted, and which one is open.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Detail, RowKey, RowQuery, Show, Sort};

use super::loadable::{Loadable, Shared};

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Which kind.
    pub show: Show,
    /// What else they must be, in the filter's own language.
    pub text: String,
    /// In which order.
    pub sort: Sort,
}

/// An entry that evidence leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seek {
    /// In which file.
    pub side: Side,
    /// The index in its `log.entries`.
    pub entry: u32,
    /// The field to mark; empty for none.
    pub field: String,
}

/// A row to bring into view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Its place among the rows that match.
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

impl Filter {
    /// The question for a window of its rows.
    pub fn query(&self, from: u32, count: u32) -> RowQuery {
        RowQuery { from, count, show: self.show, text: self.text.clone(), sort: self.sort }
    }

    /// The question asked for rows of this filter.
    pub(super) fn asked(&self, query: &RowQuery) -> bool {
        self.query(query.from, query.count) == *query
    }
}

impl Open {
    /// A row that was just opened; its detail is on its way.
    pub(super) fn new(key: RowKey, marked: Option<(Side, String)>) -> Self {
        Self { key, marked, detail: Loadable::Loading }
    }
}
