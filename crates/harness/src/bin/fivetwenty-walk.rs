//! `cargo xtask walk` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_harness::walk;

/// Measure what a person meets on the page: distances, words, controls, clicks, keys, findings of axe-core, and sizes
#[derive(Parser)]
#[command(bin_name = "cargo xtask walk")]
struct Cli {
    #[command(flatten)]
    options: walk::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    xtask::run::exit_code(walk::walk(&Cli::parse().options).await)
}
