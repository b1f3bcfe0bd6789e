//! `cargo xtask lab` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_lab::record;

/// Record the labelled captures in tests/data/lab with a real browser
#[derive(Parser)]
#[command(bin_name = "cargo xtask lab")]
struct Cli {
    #[command(flatten)]
    options: record::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    xtask::run::exit_code(record::record(&Cli::parse().options).await)
}
