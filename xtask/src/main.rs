//! `cargo xtask`: the one command for everything around the page.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{accuracy, bench, data, deny, dist, fuzz, lab, notices, samples, seal, serve, test};

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
    Dist,
    /// Say how often the diagnosis is right on the recorded cases, as recorded and perturbed
    Accuracy,
    /// Measure how fast files are read, and in how much memory, in a real browser or natively
    Bench(bench::Options),
    /// Record the labelled captures in tests/data/lab with a real browser
    Lab(lab::Options),
    /// Write the pasted text in tests/data/pasted anew, with the tools and servers that people paste from; needs root on Linux
    Samples(samples::Options),
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

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Serve(options) => serve::serve(&options).await,
        Task::Test(options) => test::test(&options),
        Task::Dist => dist::dist(),
        Task::Accuracy => accuracy::accuracy(),
        Task::Bench(options) => bench::bench(&options).await,
        Task::Lab(options) => lab::lab(&options).await,
        Task::Samples(options) => samples::samples(&options).await,
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Deny(options) => deny::deny(&options),
        Task::Notices => notices::notices(),
        Task::Data(options) => data::data(&options),
        Task::Seal => seal::seal(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
