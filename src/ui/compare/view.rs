//! Which rows are drawn.

use fivetwenty_model::protocol::Row;

use super::props::TableProps;

/// Rows drawn beyond those in view, above and below.
const SPARE: u32 = 10;
/// A row's height in pixels until the first one has been measured.
pub(super) const ROW_HEIGHT: f64 = 33.0;
/// Rows that are scrolled before the table is drawn again.
pub(super) const STEP: u32 = 10;

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
}

impl View {
    /// The rows around the first one in view.
    pub(super) fn new(props: &TableProps, first: u32) -> Self {
        let matching = props.rows.as_ref().map_or(0, |rows| rows.matching);
        // The place that it was scrolled to means nothing once other rows are shown.
        let top = first.min(matching.saturating_sub(1));
        let height = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is not negative, and a cast saturates")]
        let in_view = (height / ROW_HEIGHT) as u32;
        let to = top.saturating_add(in_view).saturating_add(STEP + SPARE);
        Self { top, from: top.saturating_sub(SPARE), to: to.min(matching), matching }
    }
}

/// The row at this place, when its window has come.
pub(super) fn row_at(props: &TableProps, index: u32) -> Option<&Row> {
    let window = props.rows.as_ref()?;
    window.rows.get(index.checked_sub(window.query.from)? as usize)
}

/// The place of the open row, when its window is here.
pub(super) fn open_at(props: &TableProps) -> Option<u32> {
    let (open, window) = (props.open.as_ref()?, props.rows.as_ref()?);
    let at = window.rows.iter().position(|row| row.key == open.key)?;
    Some(window.query.from + u32::try_from(at).ok()?)
}
