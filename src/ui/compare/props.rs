use fivetwenty_model::protocol::{Overview, RowQuery, Rows};
use yew::prelude::*;

use crate::state::{Action, Filter, Goal, Open, Shared};
use crate::web::WorkerClient;

/// What the table is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct TableProps {
    /// The analysis.
    pub(crate) overview: Shared<Overview>,
    /// Which rows are wanted.
    pub(crate) filter: Filter,
    /// The window that was asked for.
    pub(crate) requested: Option<RowQuery>,
    /// The window that came.
    pub(crate) rows: Option<Shared<Rows>>,
    /// The row to bring into view.
    pub(crate) goal: Option<Goal>,
    /// The row that is open.
    pub(crate) open: Option<Open>,
    /// The workers.
    pub(crate) client: WorkerClient,
    /// Says what happened.
    pub(crate) dispatch: Callback<Action>,
}
