//! The built page under its real headers, in a real browser.
//!
//! `cargo xtask test` builds what these tests need and runs them, once in each engine.

#![expect(clippy::expect_used, reason = "a test ends where it cannot go on")]

mod page;

mod accessibility;
mod bench;
mod bundle;
mod downloads;
mod help;
mod hostile;
mod hosts;
mod importers;
mod isolation;
mod keyboard;
mod library;
mod loading;
mod logs;
mod opened;
mod order;
mod packed;
mod paste;
mod probe;
mod reading;
mod report;
mod result;
mod single;
mod speed;
