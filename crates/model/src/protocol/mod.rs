//! The messages between the page and its workers: types with small methods only.
//!
//! A message travels as `[serde value, …transferables]`: a `File` by reference, a batch of entries as one transferred buffer.
//! Every worker sends `Ready` first. What is posted to it earlier would be lost.

mod analyst;
mod bundler;
mod detail;
mod map;
mod probe;
mod reader;
mod rows;
mod shared;

pub use analyst::{FromAnalyst, Overview, ToAnalyst};
pub use bundler::{FromBundler, LeakView, Making, Packed, PackedFile, Replaced, Stage, ToBundler, Trimmed};
pub use detail::{Detail, EntryView, Fact, HeaderLine, Piece, Said};
pub use fivetwenty_captures::compare::Change;
pub use map::{Map, Mark};
pub use probe::{FromProbe, ToProbe};
pub use reader::{FromReader, ToReader};
pub use rows::{Cell, Choice, Column, Facet, Found, Goto, Row, RowKey, RowQuery, Rows, Shared, Show, Sort};
pub use shared::{Effort, FileId, Preview, Progress, role};
