//! The library for other pages and for Node: the core, as the npm package `fivetwenty` has it in a worker. `npm/` holds what the package
//! adds in JavaScript; `cargo xtask npm` puts both together.
//!
//! Knows nothing of rules, and nothing of who asks: files and options come in, a report or the files of a bundle go out.

#[cfg(target_arch = "wasm32")]
pub mod web;
