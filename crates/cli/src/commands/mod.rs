//! The commands, each in a file of its own.

mod diagnose;
mod explain;
mod rays;
mod redact;
mod shell;

use std::path::Path;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use crate::arguments::{Arguments, Command, Diagnose, Files, Logs};
use crate::bundle;
use crate::error::CliError;

/// Runs a command, and gives the exit status.
pub(crate) fn run(command: Command) -> Result<u8, CliError> {
    match command {
        Command::Diagnose(arguments) => diagnose::run(&arguments),
        Command::Logs(Logs { files: logs, about, output }) => {
            diagnose::run(&Diagnose { files: Files { logs, ..Files::default() }, about, output })
        }
        Command::Redact(arguments) => redact::run(arguments).map(|()| 0),
        Command::Rays(arguments) => rays::run(&arguments).map(|()| 0),
        Command::Explain(arguments) => explain::run(arguments.cause.as_deref()).map(|()| 0),
        Command::Completions { shell } => shell::completions(shell).map(|()| 0),
        Command::Man { out } => shell::man(out.as_deref()).map(|()| 0),
    }
}

/// Ends with a usage error when the folder for files is there and not empty.
fn check_folder(folder: &Path) {
    if let Err(error) = bundle::check_folder(folder) {
        Arguments::command().error(ErrorKind::ValueValidation, error).exit();
    }
}
