//! `cargo xtask test`: everything that continuous integration runs.

use anyhow::Result;

use crate::browser::Chromium;
use crate::firefox::Firefox;
use crate::run::{Steps, cargo, root, run, target};
use crate::{deny, dist, tools};

/// Names the folder that the end-to-end tests serve.
pub const DIST: &str = "FIVETWENTY_DIST";

/// Names the command line's program, whose report the end-to-end tests compare with the page's.
pub const PROGRAM: &str = "FIVETWENTY_PROGRAM";

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
    }
    lint(&mut steps);
    steps.check("check the dependencies", deny::check);
    steps.check("test the core and the command line", || {
        run(cargo().args(["test", "--quiet", "--package", "fivetwenty", "--package", "fivetwenty-captures"]))
    });
    steps.check("test the tasks", || run(xtask_tests().args(["--lib", "--bins"])));
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
        let package = ["clippy", "--quiet", "--package", "fivetwenty", "--features", "workers"];
        run(cargo().args(package).args(["--target", tools::WASM, "--", "-D", "warnings"]))
    });
}

fn end_to_end(steps: &mut Steps) {
    steps.check("build the command line", || run(cargo().args(["build", "--quiet", "--release", "--package", "fivetwenty"])));
    steps.check("test the page in Chromium and Firefox", || {
        let program = target().join("release").join("fivetwenty");
        run(xtask_tests()
            .args(["--test", "e2e", "--", "--test-threads=2", "--show-output"])
            .env(DIST, root().join("dist"))
            .env(PROGRAM, program.with_extension(std::env::consts::EXE_EXTENSION)))
    });
}

/// In the profile in which this very program was built, so that nothing is built twice.
fn xtask_tests() -> std::process::Command {
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--profile", "xtask", "--package", "xtask"]);
    tests
}
