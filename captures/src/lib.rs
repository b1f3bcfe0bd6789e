//! Reads HAR files of any size as they arrive, and the texts that stand in them, and compares two of them.
//!
//! A crate of its own since it is the part that a file's size is felt in: it is compiled for speed, everything else for size.

pub mod compare;
pub mod evidence;
pub mod har;
mod inert;
pub mod json;
pub mod order;

pub use inert::{inert, is_treacherous};
