//! HAR files: a push decoder that gives one entry after the other, and the capture that they make.
//!
//! Files of real exporters are read by principle, not by list: anything may be missing, `null`, -1, a string instead of a number, or
//! something else altogether. What cannot be used is noted as a [`Problem`] with its place and the rest is read on.

mod assign;
mod batch;
mod body;
mod capture;
mod decoder;
mod entries;
mod entry;
mod error;
mod fields;
mod header;
mod intern;
mod limits;
mod problem;
mod scalar;
mod sparse;
mod wrapper;

pub use batch::Batch;
pub use body::title;
pub use capture::Capture;
pub use decoder::Decoder;
pub use entries::Entries;
pub use entry::{Entry, Header, Request, Response, Timings};
pub use error::Error;
pub use fields::{Aspect, Cap, Field, HEADER_LENGTH, Member, Object, Privacy, Value};
pub use intern::Interner;
pub use limits::Limits;
pub use problem::{Problem, Tail};
pub use sparse::{Blank, Sparse};
pub use wrapper::wrapper;
