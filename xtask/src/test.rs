//! `cargo xtask test`: everything that continuous integration runs.

use std::num::NonZero;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::browsers::{Chromium, Firefox, WebKit};
use crate::run::{Steps, cargo, root, run, target};
use crate::{axe, deny, dist, hosts, npm, single, tools};

/// Names the folder that the end-to-end tests serve.
pub const DIST: &str = "FIVETWENTY_DIST";

/// Names the page as one file, which they open from disk.
pub const SINGLE: &str = "FIVETWENTY_SINGLE";

/// Names the engine that they test it in.
pub const ENGINE: &str = "FIVETWENTY_ENGINE";

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
    let mut has_webkit = false;
    if !options.quick {
        Chromium::set_up(&mut steps)?;
        Firefox::set_up(&mut steps)?;
        axe::set_up(&mut steps)?;
        npm::set_up(&mut steps)?;
        // What is not to be had everywhere.
        let webkit = WebKit::set_up(&mut steps).map(drop);
        has_webkit = webkit.is_ok();
        for (what, found) in [("in WebKit", webkit), ("on static hosts", hosts::set_up(&mut steps))] {
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
        end_to_end(&mut steps, has_webkit);
    }
    steps.finish()
}

fn lint(steps: &mut Steps) {
    steps.check("check the formatting", || run(cargo().args(["fmt", "--all", "--check"])));
    steps.check("lint natively", || run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])));
    steps.check("lint for the browser", || {
        let packages = ["page", "workers", "js"].map(|package| format!("--package=fivetwenty-{package}"));
        run(cargo().args(["clippy", "--quiet"]).args(packages).args(["--target", tools::WASM, "--", "-D", "warnings"]))
    });
}

/// Runs one of the browser tests in Chromium, on the page in `dist/`.
///
/// # Errors
/// When it fails.
pub fn one_in_chromium(test: &str) -> Result<()> {
    let mut tests = development_tests();
    tests.args(["--test", "e2e", "--", "--show-output", "--exact", test]);
    run(tests.env(DIST, root().join("dist")).env(ENGINE, "chromium"))
}

/// An engine that the page is tested in.
struct Engine {
    name: &'static str,
    /// What [`ENGINE`] is set to.
    value: &'static str,
    /// Tests that cannot be run in it, each with the reason.
    left_out: &'static [(&'static str, &'static str)],
    /// What is looked at in another way than in Chromium, where the driver cannot do the same.
    otherwise: &'static [&'static str],
}

/// In the order of their names. What they leave out is said nowhere else.
const ENGINES: [Engine; 3] = [
    Engine {
        name: "Chromium",
        value: "chromium",
        left_out: &[("importers::firefox_imports_what_is_in_a_bundle", "it is about Firefox's developer tools")],
        otherwise: &[],
    },
    Engine {
        name: "Firefox",
        value: "firefox",
        left_out: &[
            ("accessibility::everything_has_its_role_and_name", "only Chromium gives the tree of what screen readers are told"),
            ("bench::every_figure_of_the_benchmark_is_collected", "only Chromium tells the longest task and the memory"),
            ("bench::loads_are_measured", "only Chromium has slow networks"),
            ("importers::chromium_imports_what_is_in_a_bundle", "it is about Chromium's developer tools"),
            ("isolation::nothing_leaves_while_files_are_read", "only Chromium writes a log of its network stack"),
            ("library::the_library_runs_in_node", "no browser has a part in it: once is enough"),
            ("probe::nobody_else_is_asked_and_no_file_is_told", "only Chromium writes a log of its network stack"),
        ],
        otherwise: &[
            "sizes below the smallest window are given to the tab alone",
            "axe-core looks at each state light and wide, dark and narrow",
        ],
    },
    Engine {
        name: "WebKit",
        value: "webkit",
        left_out: &[
            ("accessibility::everything_has_its_role_and_name", "only Chromium gives the tree of what screen readers are told"),
            ("bench::every_figure_of_the_benchmark_is_collected", "only Chromium tells the longest task and the memory"),
            ("bench::loads_are_measured", "only Chromium has slow networks"),
            ("downloads::the_bundle_is_downloaded", "the driver cannot say where downloads go"),
            ("importers::chromium_imports_what_is_in_a_bundle", "it is about Chromium's developer tools"),
            ("importers::firefox_imports_what_is_in_a_bundle", "it is about Firefox's developer tools"),
            ("isolation::nothing_leaves_while_files_are_read", "only Chromium writes a log of its network stack"),
            ("library::the_library_runs_in_node", "no browser has a part in it: once is enough"),
            ("isolation::the_page_is_kept_apart_from_other_sites", "WebKit does not know the policy that keeps it apart"),
            ("probe::nobody_else_is_asked_and_no_file_is_told", "only Chromium writes a log of its network stack"),
            ("reading::a_file_that_changes_while_it_is_read_leaves_a_report", "WebKit has read the file before it can be cut"),
            ("reading::a_reader_that_breaks_leaves_a_report", "WebKit hands a file over in parts too large for a fifth batch"),
            ("single::the_bundle_is_downloaded_from_disk", "the driver cannot say where downloads go"),
        ],
        otherwise: &[
            "the clipboard is what the page wrote: the driver cannot read it",
            "errors are those since the page was there: the driver keeps no log",
            "a chosen folder is a list: there is no file system of the page's own",
            "axe-core looks at each state light and wide, dark and narrow",
            "dark is asked for by the page's own switch",
        ],
    },
];

fn end_to_end(steps: &mut Steps, has_webkit: bool) {
    steps.check("make the page one file", || single::write(&root().join("dist")).map(drop));
    steps.check("build the command line", || run(cargo().args(["build", "--quiet", "--release", "--package", "fivetwenty-cli"])));
    steps.check("build the library", || npm::build().map(drop));
    steps.check("check the library's declarations", npm::check);
    steps.check("build the browser tests", || run(development_tests().args(["--test", "e2e", "--no-run"])));
    let engines = ENGINES.iter().filter(|engine| has_webkit || engine.value != "webkit");
    steps.check("test the page in Chromium, Firefox and WebKit", || {
        let failed: Vec<String> = thread::scope(|scope| {
            let runs: Vec<_> = engines.map(|engine| scope.spawn(|| engine.test())).collect();
            runs.into_iter()
                .filter_map(|run| run.join().unwrap_or_else(|_| bail!("a thread panicked")).err())
                .map(|error| format!("{error:#}"))
                .collect()
        });
        if !failed.is_empty() {
            bail!("{}", failed.join("; "));
        }
        Ok(())
    });
}

impl Engine {
    /// Runs all tests in it, then says what came of them, in one piece: other engines are at work at the same time.
    fn test(&self) -> Result<()> {
        let program = target().join("release").join("fivetwenty");
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        // Chromium is quick, and most tests are its own; the others wait for themselves most of the time.
        let threads = if self.value == "chromium" { cores.max(2) } else { cores.div_ceil(2) };
        let program = program.with_extension(std::env::consts::EXE_EXTENSION);
        let run = |threads: usize, chosen: &[&str]| {
            let mut tests = development_tests();
            tests.args(["--test", "e2e", "--", "--show-output", "--exact", &format!("--test-threads={threads}")]).args(chosen);
            for (test, _) in self.left_out {
                tests.args(["--skip", test]);
            }
            let done = tests
                .env(DIST, root().join("dist"))
                .env(SINGLE, root().join(single::NAME))
                .env(ENGINE, self.value)
                .env(PROGRAM, &program)
                .output();
            done.with_context(|| format!("cannot test in {}", self.name))
        };
        let began = Instant::now();
        let mut done = run(threads, &[])?;
        let printed = String::from_utf8_lossy(&done.stdout).into_owned();
        println!("\n{}, after {:.0} s\n{printed}{}", self.name, began.elapsed().as_secs_f64(), String::from_utf8_lossy(&done.stderr));
        for (test, why) in self.left_out {
            println!("LEFT OUT in {}: {test}: {why}", self.name);
        }
        for what in self.otherwise {
            println!("OTHERWISE in {}: {what}", self.name);
        }
        let again = failed(&printed);
        if !again.is_empty() && again.len() <= MAX_AGAIN && self.value != "chromium" {
            // Beside other browsers these drivers lose a window now and then.
            done = run(1, &again)?;
            let passed = if done.status.success() { "passed" } else { "failed again" };
            println!("AGAIN in {}, alone: {}: {passed}\n{}", self.name, again.join(", "), String::from_utf8_lossy(&done.stdout));
        }
        if !done.status.success() {
            bail!("the tests failed in {}", self.name);
        }
        if !printed.contains(&format!("; {} filtered out;", self.left_out.len())) {
            bail!("not every test that is left out in {} is there", self.name);
        }
        Ok(())
    }
}

/// How many tests that fail in Firefox or WebKit get a second try, alone. More are no accident.
const MAX_AGAIN: usize = 3;

/// The tests that failed, by what they printed.
fn failed(printed: &str) -> Vec<&str> {
    let list = printed.rsplit_once("\nfailures:\n").map_or("", |(_, list)| list);
    list.lines().map_while(|line| line.strip_prefix("    ")).collect()
}

/// In the profile in which this very program was built, and always of the same packages, so that nothing is built twice.
fn development_tests() -> Command {
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--profile", "xtask"]);
    tests.args(["--package", "xtask", "--package", "fivetwenty-harness", "--package", "fivetwenty-lab"]);
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a test that failed gets no second try, or one that did not fail does.
    #[test]
    fn what_failed_is_read_from_what_is_printed() {
        let printed =
            "running 3 tests\n\nfailures:\n\n---- a::b stdout ----\n    at x\n\nfailures:\n    a::b\n    c::d\n\ntest result: FAILED.";
        assert_eq!(failed(printed), ["a::b", "c::d"]);
        assert!(failed("test result: ok. 3 passed; 0 failed").is_empty());
    }
}
