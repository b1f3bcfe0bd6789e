//! Compare: every request once, with its answer on either side, and one of them in full.
//!
//! The page scrolls, not a box in it. Only the rows in view exist; the rest is two spacers. Rows come from the analyst in windows.

mod controls;
mod effects;
mod headers;
mod pane;
mod press;
mod props;
mod side_by_side;
mod table;
mod timing;
mod view;

pub(crate) use side_by_side::SideBySide;
