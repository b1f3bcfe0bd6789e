//! `cargo xtask test`: everything that continuous integration runs.

use std::process::Command;

use anyhow::Result;

use crate::browsers::{Chromium, Firefox, WebKit};
use crate::run::{Steps, cargo, root, run, target};
use crate::{deny, dist, hosts, tools};

/// Names the folder that the end-to-end tests serve.
pub const DIST: &str = "FIVETWENTY_DIST";

/// Names the command line's program, whose report the end-to-end tests compare with the page's.
pub const PROGRAM: &str = "FIVETWENTY_PROGRAM";

/// The packages that only help to develop.
const DEVELOPMENT: [&str; 4] = ["xtask", "fivetwenty-harness", "fivetwenty-lab", "fivetwenty-benches"];

/// What `test` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out what needs a browser
    #[arg(long)]
    quick: bool,
}

/// Runs every check, one failing or not, and ends with a table of them.
///
/// # Errors
/// When one failed.
pub fn test(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    tools::cargo_deny(&mut steps)?;
    if !options.quick {
        Chromium::set_up(&mut steps)?;
        Firefox::set_up(&mut steps)?;
        // What is not to be had everywhere: its tests say it too.
        let further = [("in WebKit", WebKit::set_up(&mut steps).map(drop)), ("on static hosts", hosts::set_up(&mut steps))];
        for (what, found) in further {
            if let Err(error) = found {
                eprintln!("LEFT OUT: what is tried {what}: {error:#}");
            }
        }
    }
    lint(&mut steps);
    steps.check("check the dependencies", deny::check);
    steps.check("test the core, the page's state and the command line", || {
        run(cargo().args(["test", "--quiet", "--workspace"]).args(DEVELOPMENT.map(|package| format!("--exclude={package}"))))
    });
    steps.check("test the tasks, the harness and the lab", || run(development_tests().args(["--lib", "--bins", "--test=layers"])));
    steps.check("build the documentation", || {
        run(cargo().args(["doc", "--quiet", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings"))
    });
    steps.check("build the page and weigh it", || dist::weigh(&dist::build()?));
    if !options.quick {
        end_to_end(&mut steps);
    }
    steps.finish()
}

fn lint(steps: &mut Steps) {
    steps.check("check the formatting", || run(cargo().args(["fmt", "--all", "--check"])));
    steps.check("lint natively", || run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])));
    steps.check("lint for the browser", || {
        let packages = ["clippy", "--quiet", "--package", "fivetwenty-page", "--package", "fivetwenty-workers"];
        run(cargo().args(packages).args(["--target", tools::WASM, "--", "-D", "warnings"]))
    });
}

fn end_to_end(steps: &mut Steps) {
    steps.check("build the command line", || run(cargo().args(["build", "--quiet", "--release", "--package", "fivetwenty-cli"])));
    steps.check("test the page in Chromium, Firefox and WebKit", || {
        let program = target().join("release").join("fivetwenty");
        run(development_tests()
            .args(["--test", "e2e", "--", "--test-threads=2", "--show-output"])
            .env(DIST, root().join("dist"))
            .env(PROGRAM, program.with_extension(std::env::consts::EXE_EXTENSION)))
    });
}

/// In the profile in which this very program was built, and always of the same packages, so that nothing is built twice.
fn development_tests() -> Command {
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--profile", "xtask"]);
    tests.args(["--package", "xtask", "--package", "fivetwenty-harness", "--package", "fivetwenty-lab"]);
    tests
}
