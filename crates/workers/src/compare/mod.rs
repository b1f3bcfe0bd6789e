//! The comparison as the page shows it: rows that are filtered, sorted and exported, and one of them in full.

mod csv;
mod curl;
mod detail;
mod facts;
mod filter;
mod notes;
mod pairs;
mod pieces;
mod rows;
mod shared;

pub(crate) use detail::{detail, range};
pub(crate) use rows::Table;
