//! Side by side: every request once, with its answer on either side.
//!
//! Only the rows in view exist; the rest is two spacers. Rows come from the analyst in windows.

mod controls;
mod detail;
mod effects;
mod measures;
mod props;
mod row;
mod side_by_side;
mod view;

pub(crate) use side_by_side::SideBySide;
