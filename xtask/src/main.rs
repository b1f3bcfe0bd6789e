//! `cargo xtask`: the one command for everything around the page.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::run::{exit_code, run_program};
use xtask::{accuracy, container, data, deny, dist, fuzz, notices, npm, seal, serve, test};

const HARNESS: &str = "fivetwenty-harness";
const LAB: &str = "fivetwenty-lab";

#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about, version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and serve it on this machine, under the headers it is published with
    Serve(serve::Options),
    /// Run everything that continuous integration runs
    Test(test::Options),
    /// Write dist/, ready for a static host, and say how big it is
    Dist(dist::Options),
    /// Write the files of a container image, with a server, and try them as the container would run them; needs Linux
    Container,
    /// Write target/npm/fivetwenty, the library for other pages and for Node, and say how big it is
    Npm,
    /// Say how often the diagnosis is right on the recorded cases, as recorded and perturbed
    Accuracy,
    /// Measure how fast files are read, and in how much memory, in a real browser or natively
    #[command(disable_help_flag = true)]
    Bench(Passed),
    /// Measure what a person meets on the page: distances, words, controls, clicks, keys, findings of axe-core, and sizes
    #[command(disable_help_flag = true)]
    Walk(Passed),
    /// Take pictures of the page in all states: a sheet for each engine, and the pictures of the documents
    #[command(disable_help_flag = true)]
    Pictures(Passed),
    /// Write synthetic records of Cloudflare's logs with planted patterns, or compare what is counted of them with DuckDB
    #[command(disable_help_flag = true)]
    Logs(Passed),
    /// Record the labelled captures in tests/data/lab with a real browser
    #[command(disable_help_flag = true)]
    Lab(Passed),
    /// Write the pasted text in tests/data/pasted anew, with the tools and servers that people paste from; needs root on Linux
    #[command(disable_help_flag = true)]
    Samples(Passed),
    /// Give tokenizer and decoder all bytes that a fuzzer can think of; needs a nightly toolchain
    Fuzz(fuzz::Options),
    /// Check the dependencies' licences, versions and sources
    Deny(deny::Options),
    /// Write static/notices.txt, the licences of what the page's modules are made of
    Notices,
    /// Compare the tables of Cloudflare's data centres and addresses with new downloads of their sources
    Data(data::Options),
    /// Name the workers' module by its content: for Trunk to run
    #[command(hide = true)]
    Seal,
}

/// What a program of another crate is told.
#[derive(clap::Args)]
struct Passed {
    /// Passed on as they are: --help lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Bench(passed) => return pass_on(HARNESS, "fivetwenty-bench", &passed),
        Task::Walk(passed) => return pass_on(HARNESS, "fivetwenty-walk", &passed),
        Task::Pictures(passed) => return pass_on(HARNESS, "fivetwenty-pictures", &passed),
        Task::Logs(passed) => return pass_on(HARNESS, "fivetwenty-logs", &passed),
        Task::Lab(passed) => return pass_on(LAB, "fivetwenty-lab", &passed),
        Task::Samples(passed) => return pass_on(LAB, "fivetwenty-samples", &passed),
        Task::Serve(options) => serve::serve(&options),
        Task::Test(options) => test::test(&options),
        Task::Dist(options) => dist::dist(&options),
        Task::Container => container::container(),
        Task::Npm => npm::npm(),
        Task::Accuracy => accuracy::accuracy(),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Deny(options) => deny::deny(&options),
        Task::Notices => notices::notices(),
        Task::Data(options) => data::data(&options),
        Task::Seal => seal::seal(),
    };
    exit_code(done)
}

fn pass_on(package: &str, program: &str, passed: &Passed) -> ExitCode {
    run_program(package, program, &passed.arguments).unwrap_or_else(|error| exit_code(Err(error)))
}
