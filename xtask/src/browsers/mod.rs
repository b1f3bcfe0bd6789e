//! The browsers that tests and measurements need: finding them and their drivers, or installing them. Driving them is the harness's job.

mod chromium;
mod firefox;
mod webkit;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Error, Result, bail};

use crate::run::{Steps, command, output, run};

pub use chromium::Chromium;
pub use firefox::Firefox;
pub use webkit::WebKit;

/// Installs packages with apt, which has to be there. `missing` says why.
pub(crate) fn install(steps: &mut Steps, what: &str, packages: &str, missing: &Error) -> Result<()> {
    let script = format!("apt-get update && apt-get install -y {packages}");
    let Some(mut shell) = root_shell() else {
        bail!("{missing}. Run this once, then try again: sudo sh -c '{script}'");
    };
    steps.step(&format!("install {what}"), || run(shell.arg(script).env("DEBIAN_FRONTEND", "noninteractive")))
}

/// A shell that may install packages, asking no questions.
fn root_shell() -> Option<Command> {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        let mut shell = command("sh");
        shell.arg("-c");
        return Some(shell);
    }
    output(Command::new("sudo").args(["-n", "true"])).ok()?;
    let mut shell = command("sudo");
    shell.args(["-n", "sh", "-c"]);
    Some(shell)
}

/// The first number of the version that a program prints.
pub(crate) fn major_version(program: &Path) -> Result<u32> {
    let printed = output(Command::new(program).arg("--version"))?;
    major_of(&printed).with_context(|| format!("{} names no version: {printed:?}", program.display()))
}

fn major_of(printed: &str) -> Option<u32> {
    printed.split_whitespace().find_map(|word| word.trim_start_matches('v').split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when browser and driver of different versions are taken for a pair.
    #[test]
    fn versions_are_read_as_they_are_printed() {
        assert_eq!(major_of("Chromium 156.0.8078.79 built on Debian"), Some(156));
        assert_eq!(major_of("ChromeDriver 156.0.8078.79 (a21ce9)"), Some(156));
        assert_eq!(major_of("v22.23.5\n"), Some(22));
        assert_eq!(major_of("no version"), None);
    }
}
