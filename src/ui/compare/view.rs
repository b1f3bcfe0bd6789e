//! Which rows are drawn.

use fivetwenty_model::protocol::Row;

use super::props::TableProps;

/// From this many rows on, the table scrolls by itself.
const LONG: u32 = 60;
/// Rows drawn beyond those in view, above and below.
const SPARE: u32 = 20;
/// Rows taken to be in view: more than any screen shows.
pub(super) const IN_VIEW: u32 = 60;

/// The rows that are drawn, by their places among those that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// The first one in view.
    pub(super) top: u32,
    /// The first one that is drawn.
    pub(super) from: u32,
    /// The one behind the last that is drawn.
    pub(super) to: u32,
    /// How many rows match.
    pub(super) matching: u32,
    /// The table scrolls by itself.
    pub(super) is_long: bool,
}

impl View {
    /// The rows around the first one in view.
    pub(super) fn new(props: &TableProps, first: u32) -> Self {
        let matching = props.rows.as_ref().map_or(0, |rows| rows.matching);
        let is_long = matching > LONG;
        // The place that it was scrolled to means nothing once other rows are shown.
        let top = if is_long { first.min(matching.saturating_sub(1)) } else { 0 };
        let to = if is_long { (top + IN_VIEW + SPARE).min(matching) } else { matching };
        Self { top, from: top.saturating_sub(SPARE), to, matching, is_long }
    }

    /// The place of the open row, when it is drawn.
    pub(super) fn open_at(self, props: &TableProps) -> Option<u32> {
        let open = props.open.as_ref()?;
        (self.from..self.to).find(|&index| row_at(props, index).is_some_and(|row| row.key == open.key))
    }

    /// The row that a key leads to from the active one.
    pub(super) fn next_row(self, key: &str, active: u32) -> Option<u32> {
        let last = self.matching.checked_sub(1)?;
        match key {
            "ArrowDown" => Some((active + 1).min(last)),
            "ArrowUp" => Some(active.saturating_sub(1)),
            "PageDown" => Some((active + 15).min(last)),
            "PageUp" => Some(active.saturating_sub(15)),
            "Home" => Some(0),
            "End" => Some(last),
            _ => None,
        }
    }
}

/// The row at this place, when its window has come.
pub(super) fn row_at(props: &TableProps, index: u32) -> Option<&Row> {
    let window = props.rows.as_ref()?;
    window.rows.get(index.checked_sub(window.query.from)? as usize)
}
