//! `cargo xtask bench` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_harness::bench;

/// Measure how fast files are read, and in how much memory, in a real browser or natively
#[derive(Parser)]
#[command(bin_name = "cargo xtask bench")]
struct Cli {
    #[command(flatten)]
    options: bench::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    xtask::run::exit_code(bench::bench(&Cli::parse().options).await)
}
