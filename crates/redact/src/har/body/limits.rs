//! How much of a body is read.

/// Bytes of a body that are read; a longer body is dropped.
pub(in crate::har) const MAX_BODY_BYTES: usize = 8 << 20;
/// How often JSON or an encoding may stand in another.
pub(super) const MAX_DEPTH: usize = 4;
/// Bytes at the start of a body in which an error page is recognised, as many as the decoder reads.
pub(super) const MAX_PAGE_BYTES: usize = 12 * 1024;
