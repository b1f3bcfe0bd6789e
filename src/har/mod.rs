//! HAR files: a push decoder, and the capture it builds.

pub mod entry;
