//! Finds out why Cloudflare answers 520.

pub mod bundle;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod compare;
pub mod diagnose;
pub mod evidence;
pub mod har;
pub mod job;
pub mod json;
pub mod protocol;
pub mod redact;
pub mod state;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
