//! Anything a person brings, as typed facts.

pub mod error_page;
pub mod trace;
