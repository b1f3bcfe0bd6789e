//! Finds out why Cloudflare answers 520: reads two HAR files, one captured through Cloudflare and one direct to the origin, compares
//! them, and names the cause with its evidence and what is ruled out.
//!
//! # The map, in reading order
//!
//! | module | turns | into |
//! |---|---|---|
//! | [`json`] | bytes, as they arrive | tokens |
//! | [`har`] | tokens | entries, and the [`har::Capture`] of a file |
//! | [`evidence`] | a text with a grammar of its own (Ray ID, colo, trace, error page, URL) | typed facts |
//! | [`paste`] | a text that somebody brings (curl, headers, an error page, a log) | what it tells, as entries where it shows requests |
//! | [`probe`] | | what the live probe brings, and the file it is saved as |
//! | [`compare`] | two captures | pairs, and in what they differ |
//! | [`diagnose`] | captures and pairs | findings and warnings, one rule a file |
//! | [`redact`] | anything of a file's | [`redact::Redacted`], the only way out |
//! | [`commands`] | a host, a path, a URL | arguments that no shell takes for more, and the texts that hold commands |
//! | [`bundle`] | findings | the report, as text and JSON |
//! | `map` | captures, texts and the trace | where the data centres that they name lie on a map |
//! | [`job`] | requests and chunks | answers: the workers' brain |
//! | [`unpack`] | a packed file | its parts, and how they are unpacked |
//! | [`protocol`] | | what page and workers say to each other |
//! | [`state`], [`words`] | actions | what the page shows, and in which words |
//! | `web`, `ui` | | workers, files and fetch; components. In the browser only |
//! | [`cli`] | arguments and files | the report. Natively only |
//!
//! # What never happens
//!
//! - Up to and including [`job`], no module does IO, or knows a clock, randomness or a DOM. Natively they cannot even name the browser:
//!   its crates are dependencies of the wasm32 target only.
//! - [`compare`] and [`diagnose`] never see bytes, and `ui` never parses.
//! - Nothing leaves but through [`bundle`], and [`bundle`] takes no string of a file that is not [`redact::Redacted`].
//! - No input makes a panic: what cannot be read is a problem with its place, and the rest is read on.

use fivetwenty_captures::order;
pub use fivetwenty_captures::{compare, evidence, har, json};

pub mod bundle;
pub mod commands;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod diagnose;
pub mod job;
mod map;
pub mod paste;
pub mod probe;
pub mod protocol;
pub mod redact;
pub mod state;
pub mod unpack;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
