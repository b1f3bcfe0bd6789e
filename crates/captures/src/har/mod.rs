//! HAR files: a push decoder that gives one entry after the other, and the capture that they make.
//!
//! Files of real exporters are read by principle, not by list: anything may be missing, `null`, -1, a string instead of a number, or
//! something else altogether. What cannot be used is noted as a [`Problem`] with its place and the rest is read on.

mod batch;
mod capture;
mod decoder;
mod entry;
mod intern;

pub use batch::Batch;
pub use capture::{Capture, Problem};
pub use decoder::{Decoder, HEADER_LENGTH, Limits, Tail, title, wrapper};
pub use entry::{Entry, Header, Request, Response, Timings};
pub use intern::Interner;
