//! `completions` and `man`: what a shell and a reader of manuals get.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::error::CliError;
use crate::output;

/// Prints the completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "fivetwenty", &mut script);
    output::print(&script)
}

/// Prints the manual page of the program, or writes those of all its commands into a folder.
pub(crate) fn man(folder: Option<&Path>) -> Result<(), CliError> {
    let command = Arguments::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page).map_err(CliError::Output)?;
        return output::print(&page);
    };
    std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)).map_err(CliError::io(folder))
}
