//! What is measured on the drawn table.

use std::cell::Cell;

use super::props::TableProps;
use crate::format;
use crate::web::moment;

/// A row's height in pixels until the first one has been measured.
pub(super) const ROW_HEIGHT: i32 = 32;

/// What is measured rather than decided: it changes without anything being drawn again.
pub(super) struct Measures {
    pub(super) row_height: Cell<i32>,
    /// The open row's place and its detail's height.
    pub(super) detail: Cell<Option<(u32, i32)>>,
    /// The last goal that was reached.
    pub(super) reached: Cell<u32>,
    /// The last goal whose marked field was shown: once is enough, the person may scroll on.
    pub(super) revealed: Cell<u32>,
    /// The row that gets the keyboard once it is drawn.
    pub(super) focus: Cell<Option<u32>>,
    /// The latest end of any request seen, in milliseconds.
    pub(super) axis: Cell<f64>,
}

impl Measures {
    /// Nothing is measured yet.
    pub(super) fn new() -> Self {
        Self {
            row_height: Cell::new(ROW_HEIGHT),
            detail: Cell::new(None),
            reached: Cell::new(0),
            revealed: Cell::new(0),
            focus: Cell::new(None),
            axis: Cell::new(0.0),
        }
    }
}

pub(super) fn first_in_view(measures: &Measures, scrolled: i32) -> u32 {
    let height = measures.row_height.get();
    let rows = match measures.detail.get() {
        Some((index, detail)) => {
            let end = i32::try_from(index + 1).unwrap_or(i32::MAX / height) * height;
            if scrolled <= end { scrolled } else { (scrolled - detail).max(end) }
        }
        None => scrolled,
    };
    u32::try_from(rows / height).unwrap_or(0)
}

/// One axis for both sides: from the first request of a file to the latest end that is known.
pub(super) fn axis(props: &TableProps, measures: &Measures) -> f64 {
    let captures = &props.overview.report.captures;
    let spans = [&captures.proxied, &captures.direct]
        .into_iter()
        .flatten()
        .map(|capture| format::between_ms(capture.first.as_deref().and_then(moment), capture.last.as_deref().and_then(moment)));
    let ends = props
        .rows
        .iter()
        .flat_map(|rows| &rows.rows)
        .flat_map(|row| [&row.proxied, &row.direct])
        .flatten()
        .filter_map(|cell| Some(cell.start_ms? + cell.time_ms?));
    let latest = spans.chain(ends).fold(measures.axis.get(), f64::max);
    measures.axis.set(latest);
    latest.max(1.0)
}
