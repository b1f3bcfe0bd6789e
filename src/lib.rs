//! Finds out why Cloudflare answers 520.

pub mod bundle;

pub mod compare;
pub mod diagnose;
pub mod evidence;
pub mod har;
pub mod job;
pub mod json;
pub mod protocol;
pub mod redact;
