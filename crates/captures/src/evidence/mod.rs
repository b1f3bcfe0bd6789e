//! Anything a person brings, as typed facts: each file here knows one grammar and nothing of where the text came from.

pub mod address;
pub mod colo;
pub mod edge_ranges;
pub mod error_page;
pub mod public_suffix;
pub mod ray_id;
pub mod sniff;
pub mod timestamp;
pub mod token;
pub mod trace;
pub mod utc_offset;
