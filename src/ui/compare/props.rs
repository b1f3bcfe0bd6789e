use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Overview, RowQuery, Rows};
use yew::prelude::*;

use crate::state::{Action, Filter, Goal, Open, Seek, Shared};
use crate::web::WorkerClient;

/// What the comparison is made from.
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
    /// The entry that is looked for.
    pub(crate) seeking: Option<Seek>,
    /// The row to bring into view.
    pub(crate) goal: Option<Goal>,
    /// The row that is open.
    pub(crate) open: Option<Open>,
    /// Single keys do nothing.
    pub(crate) without_keys: bool,
    /// The workers.
    pub(crate) client: WorkerClient,
    /// Says what happened.
    pub(crate) dispatch: Callback<Action>,
}

/// The field that evidence points at.
pub(super) type Marked<'a> = Option<&'a (Side, String)>;
