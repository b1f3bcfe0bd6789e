//! The only module that makes what leaves the page, and only from [`Redacted`](crate::redact::Redacted).

pub mod report;
