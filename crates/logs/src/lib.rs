//! Cloudflare's logs of requests (`http_requests` of Logpush, Instant Logs, Log Explorer, Logpull, rows of GraphQL), of any size.
//!
//! [`LogReader`] takes the bytes of one file as they arrive and gives a [`Record`] for each request. [`Aggregate`] counts records as they
//! flow, in memory that does not grow with their number; aggregates of several files, or of pieces of one, are merged. Its summary, a
//! [`fivetwenty_model::logs::LogsSummary`], says which requests failed, what they have in common, and what too few records or missing fields
//! leave open.
//!
//! Knows nothing of causes, reports or the browser, and does no IO.
//!
//! The page's build compiles this crate for speed and those that call it for size. What runs once a file or less is `#[inline]`, with all that
//! calls it: so it is compiled where it is called.

mod aggregate;
mod assess;
mod meaning;
mod reader;
mod record;

pub use aggregate::Aggregate;
pub use meaning::{CacheIs, Cell, MEANINGS, OriginIs, PATHING_ERRORS, SECURITY_ACTIONS, Sign, meaning};
pub use reader::{LogReader, ReadLogs};
pub use record::{Field, FieldSet, Origin, Record, Requester};
