//! The command line: the same core as the page's, natively.
//!
//! Knows nothing of rules; it reads arguments and files, and gives an exit status.

mod arguments;
mod bundle;
mod commands;
mod error;
mod files;
mod given;
mod logs;
mod output;
mod progress;
mod unfinished;
pub mod unpack;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

/// Runs the command line.
pub fn main() -> ExitCode {
    let Arguments { command, diagnose, color } = Arguments::parse();
    color.write_global();
    let command = command.unwrap_or_else(|| Command::Diagnose(Box::new(diagnose)));
    match output::check().and_then(|()| commands::run(command)) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            output::say_error(&error);
            ExitCode::from(error.exit_status())
        }
    }
}
