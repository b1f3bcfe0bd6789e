//! Commands that a person runs in a terminal: what may stand in them, how each shell takes it, and the texts that hold them.
//!
//! - An [`Argument`] is a host, an address, a path or a URL that was checked: nothing else of a file, and nothing that was typed, gets into
//!   a command.
//! - [`Shell`] quotes by its own rules, and [`powershell`] writes a command of a POSIX shell for PowerShell, where that can be done. cmd.exe
//!   takes `%` and `^` apart even between quotes, so nothing is written for it.
//! - [`Text`] is a page of `static/help.md`, the guides and commands that the browser fetches when somebody asks for them.
//! - [`Target`] is what they are filled in with.
//!
//! Everything here is pure; nothing is ever run, or filled in from the page's address.

mod argument;
mod log_time;
mod shell;
mod target;
mod text;

pub use argument::Argument;
pub use log_time::{LogForm, date_and_clock, log_time};
pub use shell::{Shell, powershell};
pub use target::{Asked, Target};
pub use text::{Block, Language, Text, fill};
