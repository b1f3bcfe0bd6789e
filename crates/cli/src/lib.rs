//! The command line: the same core as the page's, natively.
//!
//! Knows nothing of rules; it reads arguments and files, and gives an exit status.

mod arguments;
mod bundle;
mod error;
mod files;
mod given;
mod output;
mod unfinished;
pub mod unpack;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use fivetwenty_diagnose::Case;

use crate::arguments::Arguments;
use crate::error::{CliError, shown};
use crate::given::Given;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(out) = &arguments.out
        && let Err(error) = bundle::check_folder(out)
    {
        Arguments::command().error(ErrorKind::ValueValidation, error).exit();
    }
    match output::check().and_then(|()| run(&arguments)).and_then(|report| output::print(&report)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&error);
            ExitCode::from(error.exit_status())
        }
    }
}

/// The report, or a summary of the bundle that was written. When one file is unreadable and another is not, the report is made from that
/// one, and the reason goes to standard error.
fn run(arguments: &Arguments) -> Result<String, CliError> {
    // What is wrong with the rules is said before anything large is read.
    let policy = arguments.redaction.as_deref().map(files::policy).transpose()?.unwrap_or_default();
    let mut given = Given::read(arguments)?;
    for error in &given.errors {
        output::say(error);
    }
    let diagnosis = Case::new(given.inputs(arguments)?).diagnose();
    let Some(folder) = &arguments.out else {
        return Ok(arguments.format.write(&diagnosis));
    };
    let bundle = bundle::make(&policy, diagnosis, given)?;
    bundle::write(folder, &bundle)?;
    if let Some(path) = &arguments.redaction {
        for rule in bundle.unmatched() {
            output::say(&format_args!("{}: {rule}", shown(path)));
        }
    }
    Ok(bundle.summary())
}
